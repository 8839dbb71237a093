"""Every benchmark that needs no site, one after the other: `python -m tests.benchmarks.all`, out/benchmarks/all.md.

BENCH names some of them, as in BENCH="ageing impact". One that fails is told, and the others go on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from tests.endurance.machine import machine_line

OUT = Path("out/benchmarks/all.md")
BENCHMARKS = ("impact", "intake", "latency", "flood", "ageing")


def main() -> int:
	chosen = os.environ.get("BENCH", "").split() or list(BENCHMARKS)
	unknown = set(chosen) - set(BENCHMARKS)
	if unknown:
		print(f"BENCH: {', '.join(sorted(unknown))} is none of {', '.join(BENCHMARKS)}", file=sys.stderr)
		return 2
	OUT.parent.mkdir(parents=True, exist_ok=True)
	when = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
	lines, failed = ["# Benchmarks", "", f"{when}; {machine_line()}.", ""], 0
	for name in chosen:
		began, load = time.monotonic(), os.getloadavg()[0]
		print(f"== {name}", flush=True)
		code, told = _run(name)
		failed += code != 0
		seconds = time.monotonic() - began
		lines += [f"## {name}", "", f"{seconds:.0f} s, load {load:.1f} at its start, ended with {code}", ""]
		lines += ["```", told.rstrip(), "```", ""]
		OUT.write_text("\n".join(lines), encoding="utf-8")
	print(OUT)
	return int(failed > 0)


def _run(name: str) -> tuple[int, str]:
	"""Its exit status, and what it said, which is shown as it comes."""
	command = [sys.executable, "-m", f"tests.benchmarks.{name}"]
	told: list[str] = []
	with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
		assert process.stdout is not None
		for line in process.stdout:
			print(line, end="", flush=True)
			told.append(line)
	return process.returncode, "".join(told)


if __name__ == "__main__":
	sys.exit(main())
