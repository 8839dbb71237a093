"""Impacts and states for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from plant_itsm.domain.impact import Impact, LineImpact
from plant_itsm.domain.line_stops import duration_text
from plant_itsm.domain.single_points import SinglePoint


def impact_table(impact: Impact) -> RenderableType:
	"""One row per line with its part, the total where there are several, and below it the ways of the failure."""
	notes = [Text(reason, style="yellow") for reason in impact.not_priced]
	if not impact.lines:
		return Group(
			Text(f"No production line stops or degrades when {', '.join(impact.failed)} fails."), *notes
		)
	ways = [Text(f"  {line.path}") for line in impact.lines]
	explained = Text("How the failure gets there:")
	return Group(_lines_table(impact), *_until_then(impact), explained, *ways, *notes, _also(impact))


def single_points_table(points: Sequence[SinglePoint]) -> RenderableType:
	"""One row per CI, the most expensive first."""
	if not points:
		return Text("No CI stops or degrades a line by its failure alone.")
	table = Table(title="Single points of failure", title_justify="left", title_style="bold")
	table.add_column("CI")
	table.add_column("Per hour", justify="right", no_wrap=True)
	table.add_column("Lines")
	table.add_column("Redundancy")
	for point in points:
		risk = point.risk
		lines = f"{len(risk.stops)} stopped" + (f", {len(risk.degraded)} degraded" if risk.degraded else "")
		cost = str(risk.cost_per_hour or "–")
		table.add_row(*map(Text, (point.ci, cost, lines, "; ".join(point.redundancy) or "–")))
	return table


def _lines_table(impact: Impact) -> Table:
	table = Table(title=f"If {', '.join(impact.failed)} fails", title_justify="left", title_style="bold")
	table.add_column("Line")
	table.add_column("State")
	table.add_column("Product")
	table.add_column("Units per shift", justify="right", max_width=9)
	table.add_column("Per hour", justify="right", no_wrap=True)
	for line in impact.lines:
		cost = str(line.cost_per_hour) if line.cost_per_hour else "–"
		units = str(line.units_blocked_per_shift)
		cells = (line.line.name, _state(line), line.line.product or "–", units, cost)
		table.add_row(*map(Text, cells), end_section=line is impact.lines[-1])
	if len(impact.lines) > 1:
		total = str(impact.cost_per_hour or "–")
		table.add_row("Together", "", "", str(impact.units_per_shift), total, style="bold")
	return table


def _state(line: LineImpact) -> str:
	if not line.reached_after_seconds:
		return str(line.state)
	return f"Stops after {duration_text(Decimal(line.reached_after_seconds))}"


def _until_then(impact: Impact) -> list[Text]:
	"""What it costs while buffers last, where that is another sum."""
	if impact.cost_per_hour_now == impact.cost_per_hour:
		return []
	now = impact.cost_per_hour_now or "nothing"
	return [Text(f"While the buffers last it costs {now} per hour.")]


def _also(impact: Impact) -> Text:
	count = len(impact.affected_cis)
	names = f": {', '.join(impact.affected_cis)}" if count else ""
	return Text(f"{count} more configuration item{'' if count == 1 else 's'} affected{names}.")
