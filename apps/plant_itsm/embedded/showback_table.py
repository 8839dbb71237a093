"""A showback for a terminal."""

from __future__ import annotations

from decimal import Decimal

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from plant_itsm.domain.showback import Showback, in_sentences
from plant_itsm.services.showback_tables import receivers_by_category


def showback_table(showback: Showback) -> RenderableType:
	"""Categories by receiver, then the cost of a unit and the share of each, then the statement in sentences."""
	header, *rows, total = receivers_by_category(showback)
	table = Table(
		title=f"Costs in {showback.currency}", title_justify="left", title_style="bold", show_footer=False
	)
	table.add_column(header[0])
	for name in header[1:]:
		table.add_column(name, justify="right")
	for row in rows:
		table.add_row(row[0], *map(_amount, row[1:]), end_section=row is rows[-1])
	table.add_row(total[0], *map(_amount, total[1:]), style="bold")
	shown = [one for one in showback.receivers if one.amount]
	shares = (f"{one.share_percent:.0f} %" for one in shown)
	table.add_row("Share", *shares, "100 %")
	if showback.cost_per_unit is not None:
		table.add_row(
			"Per unit", *(_per_unit(one.cost_per_unit) for one in shown), _per_unit(showback.cost_per_unit)
		)
	return Group(table, Text(in_sentences(showback)))


def _amount(amount: Decimal) -> str:
	return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


def _per_unit(amount: Decimal | None) -> str:
	return "–" if amount is None else f"{amount:.2f}"
