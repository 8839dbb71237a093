"""What the parts of one incident come to: its lines once each, at their worst, with their units and their money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from plant_itsm.domain.impact import Impact, LineImpact
from plant_itsm.domain.line_prices import total_of
from plant_itsm.domain.money import Money
from plant_itsm.domain.vocabulary import LineState

MINUTE_SECONDS = 60


@dataclass(frozen=True)
class IncidentImpact:
	"""What the failed CIs of an incident do together. lines by name. cost_per_hour: None where nothing is known."""

	lines: dict[str, LineImpact]
	cost_per_hour: Money | None
	not_priced: tuple[str, ...]

	@property
	def units_per_shift(self) -> int:
		return sum(line.units_blocked_per_shift for line in self.lines.values())

	@property
	def minutes_to_impact(self) -> Decimal | None:
		"""Until the first line stops; None where none will."""
		seconds = [
			line.reached_after_seconds for line in self.lines.values() if line.state == LineState.STOPPED
		]
		return Decimal(str(min(seconds))) / MINUTE_SECONDS if seconds else None


def incident_impact(impacts: Sequence[Impact]) -> IncidentImpact:
	"""The union of impacts, the gravest kind first: each line once, stopped where one of them stops it.

	The impact of CIs that fail in the same way is computed for all of them at once (redundancy counts); what cannot be
	priced does not hide the money of what can.
	"""
	lines: dict[str, LineImpact] = {}
	for line in (line for impact in impacts for line in impact.lines):
		known = lines.get(line.line.name)
		if known is None or (known.state != LineState.STOPPED and line.state == LineState.STOPPED):
			lines[line.line.name] = line
	priced = [impact for impact in impacts if impact.cost_per_hour is not None] or list(impacts[:1])
	reasons = [reason for impact in priced for reason in impact.not_priced]
	cost, not_priced = total_of((line.cost_per_hour for line in lines.values()), reasons)
	return IncidentImpact(dict(sorted(lines.items())), cost, tuple(not_priced))
