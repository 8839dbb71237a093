"""What the demo leaves behind: summary.json for programs, report.html for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from plant_itsm.embedded.incidents import Incident
from plant_itsm.ports import Record

TEMPLATES = Path(__file__).resolve().parent / "templates"


@dataclass(frozen=True)
class Summary:
	"""signals: received, events, suppressed, dead_lettered. dead_letters: their records. servers: what took part."""

	plant: str
	finished_at: datetime
	incidents: Sequence[Incident]
	signals: dict[str, int]
	dead_letters: Sequence[Record]
	servers: Sequence[str]

	def as_json(self) -> dict[str, Any]:
		return {"incidents": [incident.as_json() for incident in self.incidents], "signals": self.signals}


def write_summary(folder: Path, summary: Summary) -> Path:
	path = folder / "summary.json"
	text = json.dumps(summary.as_json(), indent=2, ensure_ascii=False)
	path.write_text(text + "\n", encoding="utf-8")
	return path


def write_report(folder: Path, summary: Summary) -> Path:
	"""One HTML file without anything from elsewhere. Texts of the tickets are HTML that the domain has escaped."""
	environment = Environment(
		loader=FileSystemLoader(TEMPLATES),
		autoescape=True,
		undefined=StrictUndefined,
		trim_blocks=True,
		lstrip_blocks=True,
	)
	path = folder / "report.html"
	path.write_text(environment.get_template("report.html.j2").render(summary=summary), encoding="utf-8")
	return path
