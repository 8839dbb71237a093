"""How much of its time an asset works: of all the time there is, and of the time in which it was to produce.

Utilisation = production time / calendar time; use of planned time = production time / planned busy time; availability
of the asset itself = (planned busy time - its own stops) / planned busy time. Times as in ISO 22400-2, of its line.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class AssetUse:
	"""All in seconds. own_stop_seconds: unplanned stops of the line that this asset has caused."""

	calendar_seconds: Decimal
	busy_seconds: Decimal
	production_seconds: Decimal
	own_stop_seconds: Decimal

	@property
	def utilisation(self) -> Decimal | None:
		"""None where no time has passed."""
		return self.production_seconds / self.calendar_seconds if self.calendar_seconds else None

	@property
	def use_of_planned_time(self) -> Decimal | None:
		"""None where nothing was planned."""
		return self.production_seconds / self.busy_seconds if self.busy_seconds else None

	@property
	def availability(self) -> Decimal | None:
		"""None where nothing was planned."""
		if not self.busy_seconds:
			return None
		return max(self.busy_seconds - self.own_stop_seconds, Decimal(0)) / self.busy_seconds
