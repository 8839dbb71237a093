"""The lines of an incident as its record keeps them: once each, at their worst, and for good."""

from __future__ import annotations

from collections.abc import Sequence

from plant_itsm.domain.impact import LineImpact
from plant_itsm.domain.incidents import IncidentImpact
from plant_itsm.domain.vocabulary import LineState
from plant_itsm.ports import Record
from plant_itsm.services.impact_fields import line_row

FIELDS = (
	"production_line",
	"state",
	"product",
	"units_per_shift",
	"cost_per_hour",
	"currency",
	"path",
	"reached_after_seconds",
	"not_priced",
)
"""Of an Incident Line, all of which a Line Stop Line has, too."""


def lines_of(stop: Record) -> Sequence[Record]:
	"""The rows of all lines that an incident concerns: its own and those of its parts."""
	rows: Sequence[Record] = stop["incident_lines"] or stop["lines"]
	return rows


def incident_rows(root: Record, impact: IncidentImpact) -> tuple[list[Record] | None, list[str]]:
	"""(the rows of the incident by name of the line, the lines that are new); None where nothing has changed.

	A line that is back stays: it was part of the incident, and counts in what that cost.
	"""
	known = {row["production_line"]: {field: row[field] for field in FIELDS} for row in lines_of(root)}
	rows = dict(known)
	for name, line in impact.lines.items():
		if name not in rows or _is_worse(line, rows[name]):
			rows[name] = line_row(line)
	if rows == known:
		return None, []
	return [rows[name] for name in sorted(rows)], [name for name in rows if name not in known]


def _is_worse(line: LineImpact, row: Record) -> bool:
	return line.state == LineState.STOPPED and row["state"] != LineState.STOPPED
