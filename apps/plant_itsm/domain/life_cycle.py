"""The life cycle of an OT asset: its ten states, who may lead it into which, and what must be there before.

States after the seed's asset model; the work of Preventive and Corrective Maintenance leads back to In Production.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.vocabulary import Word


class LifeCycleState(Word):
	DESIGN = "Design Spec"
	PROCUREMENT = "Procurement"
	INSTALLATION = "Installation"
	COMMISSIONING = "Commissioning"
	IN_PRODUCTION = "In Production"
	PREVENTIVE = "Preventive Maintenance"
	CORRECTIVE = "Corrective Maintenance"
	ASSESSMENT = "End of Life Assessment"
	REFRESH = "Refresh or Replacement"
	DECOMMISSION = "Decommission"


_S = LifeCycleState
NEXT: dict[LifeCycleState, frozenset[LifeCycleState]] = {
	_S.DESIGN: frozenset({_S.PROCUREMENT}),
	_S.PROCUREMENT: frozenset({_S.INSTALLATION}),
	_S.INSTALLATION: frozenset({_S.COMMISSIONING}),
	_S.COMMISSIONING: frozenset({_S.IN_PRODUCTION, _S.INSTALLATION}),
	_S.IN_PRODUCTION: frozenset({_S.PREVENTIVE, _S.CORRECTIVE, _S.ASSESSMENT}),
	_S.PREVENTIVE: frozenset({_S.IN_PRODUCTION, _S.CORRECTIVE, _S.ASSESSMENT}),
	_S.CORRECTIVE: frozenset({_S.IN_PRODUCTION, _S.ASSESSMENT}),
	_S.ASSESSMENT: frozenset({_S.IN_PRODUCTION, _S.REFRESH, _S.DECOMMISSION}),
	_S.REFRESH: frozenset({_S.IN_PRODUCTION, _S.DECOMMISSION}),
	_S.DECOMMISSION: frozenset(),
}
"""Where a state may lead. An asset without a state may be entered in any but the last."""

ADMIN = "Plant Admin"
_TECHNICAL = frozenset({ADMIN, "Plant IT", "Robot Maintenance"})
ROLES: dict[LifeCycleState, frozenset[str]] = {
	**dict.fromkeys(LifeCycleState, _TECHNICAL),
	_S.PROCUREMENT: frozenset({ADMIN, "Finance Controller"}),
	_S.IN_PRODUCTION: _TECHNICAL | {"Production Manager"},
	_S.REFRESH: frozenset({ADMIN, "Finance Controller"}),
	_S.DECOMMISSION: frozenset({ADMIN, "Plant IT"}),
}
"""Any one of these roles may lead an asset into a state: what is CapEx is for finance to release."""


@dataclass(frozen=True)
class Asset:
	"""What the gates look at. needs: what in use still needs it. spare_decision, certificate: of the disposal;
	certificate_is_kept: whether the site has that file. booked: Capital Assets of it with components in the books."""

	name: str
	state: LifeCycleState | None
	monitored: bool
	owner: str
	has_backup: bool
	production_line: str
	cost_center: str
	end_of_life_on: date | None
	needs: tuple[str, ...] = ()
	spare_decision: str = ""
	certificate: str = ""
	certificate_is_kept: bool = True
	booked: tuple[str, ...] = ()


def check_transition(asset: Asset, to: LifeCycleState, roles: Set[str], today: date) -> None:
	"""Refuse a transition with everything that stands in its way. Raises InvalidRecordError."""
	problems = list(_problems(asset, to, roles, today))
	if problems:
		raise InvalidRecordError(
			f"OT CI {asset.name} cannot become {to}: {'; '.join(problems)}.",
			fieldname="to_state",
			value=str(to),
		)


def _problems(asset: Asset, to: LifeCycleState, roles: Set[str], today: date) -> Iterator[str]:
	if not ROLES[to] & roles:
		yield f"that is for {', '.join(sorted(ROLES[to]))} to do"
	offered = NEXT[asset.state] if asset.state else frozenset(LifeCycleState) - {_S.DECOMMISSION}
	if to not in offered and asset.state is None:
		yield "it has no state yet: enter the one that it is in first"
	elif to not in offered:
		steps = ", ".join(str(state) for state in LifeCycleState if state in offered) or "nothing"
		yield f"from {asset.state} it leads to {steps}"
	if to == _S.COMMISSIONING:
		yield from _commissioning(asset, today)
	elif to == _S.IN_PRODUCTION:
		yield from _in_production(asset)
	elif to == _S.DECOMMISSION:
		yield from _decommission(asset)


def _commissioning(asset: Asset, today: date) -> Iterator[str]:
	if not asset.monitored:
		yield "no Signal Rule watches it"
	if not asset.owner:
		yield "its owner team is missing"
	if not asset.has_backup:
		yield "no CI Program Version holds its program"
	if asset.end_of_life_on and asset.end_of_life_on < today:
		yield f"its end of life on {asset.end_of_life_on} has passed already"


def _in_production(asset: Asset) -> Iterator[str]:
	if not asset.production_line:
		yield "its production line is missing"
	if not asset.cost_center:
		yield "its cost centre is missing"


def _decommission(asset: Asset) -> Iterator[str]:
	yield from (f"it is still needed: {need}" for need in asset.needs[:3])
	if not asset.spare_decision:
		yield "what becomes of its spares is not decided"
	if not asset.certificate:
		yield "the certificate of its disposal is missing"
	elif not asset.certificate_is_kept:
		yield f"the certificate {asset.certificate} is no file of this site: attach it"
	for name in asset.booked:
		yield f"Capital Asset {name} is still in the books: enter when its components were disposed of"
