"""Impacts and states as tables for a terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from plant_itsm.domain.impact import Impact
from plant_itsm.ot_listeners.health import SiteStatus


def impact_table(impact: Impact) -> RenderableType:
	"""One row per line with its part, and the total where there are several."""
	table = Table(title=f"If {', '.join(impact.failed)} fails", title_justify="left", title_style="bold")
	for header in ("Line", "State", "Product"):
		table.add_column(header)
	table.add_column("Units per shift", justify="right", max_width=9)
	table.add_column("Per hour", justify="right", no_wrap=True)
	table.add_column("How the failure gets there")
	for line in impact.lines:
		cost = str(line.cost_per_hour) if line.cost_per_hour else "–"
		units = str(line.units_blocked_per_shift)
		cells = (line.line.name, str(line.state), line.line.product or "–", units, cost, line.path)
		table.add_row(*(Text(cell) for cell in cells), end_section=line is impact.lines[-1])
	if len(impact.lines) > 1:
		total = str(impact.cost_per_hour or "–")
		table.add_row(Text("Together", style="bold"), "", "", str(impact.units_per_shift), total, "")
	notes = [Text(reason, style="yellow") for reason in impact.not_priced]
	if not impact.lines:
		return Group(Text(f"No production line depends on {', '.join(impact.failed)}."), *notes)
	count = len(impact.affected_cis)
	also = f"{count} more configuration item{'' if count == 1 else 's'} affected"
	return Group(table, *notes, Text(f"{also}: {', '.join(impact.affected_cis)}" if count else f"{also}."))


def status_table(status: SiteStatus) -> RenderableType:
	table = Table(title="OT Connections", title_justify="left", title_style="bold")
	for header in ("Connection", "Protocol", "State", "Since"):
		table.add_column(header)
	for header in ("Waiting", "Received", "Events", "Suppressed", "Dead-lettered"):
		table.add_column(header, justify="right")
	for row in status.connections:
		state = f"{row.state}: {row.detail}" if row.detail else row.state
		counts = (row.waiting, row.received, row.events, row.suppressed, row.dead_lettered)
		shown = state if row.enabled else "disabled"
		table.add_row(*map(Text, (row.connection, row.protocol, shown, row.since, *map(str, counts))))
	drain = "at work" if status.drains else "not running"
	return Group(
		table,
		Text(f"drain {drain}; {status.open_stops} line stops open; outbox {status.outbox_pending} pending"),
	)
