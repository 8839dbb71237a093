"""The table of a run. `python -m tests.faults.report DIR` puts the parts that are in DIR into DIR/report.md."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

COLUMNS = ("fault", "seed", "sent", "received", "events", "suppressed", "dead_lettered")
COLUMNS += ("lost", "doubled", "invented", "late", "stops", "tickets", "seconds", "note")


def table_of(rows: Iterable[Mapping[str, Any]]) -> list[str]:
	"""Lines of a Markdown table."""
	cells = [[str(row[name]) for name in COLUMNS] for row in rows]
	headers = [name.replace("_", " ") for name in COLUMNS]
	widths = [max(map(len, column)) for column in zip(headers, *cells, strict=True)]
	lines = [headers, ["-" * width for width in widths], *cells]
	return [
		"| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |"
		for line in lines
	]


def write_report(folder: Path) -> Sequence[Mapping[str, Any]]:
	"""Put the rows of all parts into one report; the rows."""
	rows = [
		json.loads(line)
		for part in sorted(folder.glob("rows-*.jsonl"))
		for line in part.read_text().splitlines()
	]
	rows.sort(key=lambda row: (row["fault"], row["seed"]))
	lost, doubled, invented = (sum(row[name] for row in rows) for name in ("lost", "doubled", "invented"))
	when = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
	head = [
		"# Faults survived",
		"",
		f"{len(rows)} runs, {sum(row['sent'] for row in rows)} signals: {lost} lost, {doubled} doubled,"
		f" {invented} invented. {when}, Python {platform.python_version()}.",
		"",
	]
	(folder / "report.md").write_text("\n".join([*head, *table_of(rows), ""]), encoding="utf-8")
	return rows


if __name__ == "__main__":
	found = write_report(Path(sys.argv[1]))
	print((Path(sys.argv[1]) / "report.md").read_text(encoding="utf-8"))
	sys.exit(0 if found else "no run was recorded")
