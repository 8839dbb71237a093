"""Why a change may not go on: what is missing, and the next move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plant_itsm.domain.errors import InvalidRecordError


@dataclass(frozen=True)
class Refusal:
	"""missing: half a sentence. next_move: what somebody can do about it, without its full stop."""

	missing: str
	next_move: str

	def __str__(self) -> str:
		return f"{self.missing}. {self.next_move}."


def one_of(roles: Sequence[str]) -> str:
	"""`an IT Change Manager or Plant IT`: somebody with one of the roles, in a sentence."""
	article = "an" if roles[0][:1] in "AEIO" else "a"
	return f"{article} {' or '.join(roles)}"


class ChangeRefusedError(InvalidRecordError):
	"""A gate is closed. refusals: everything that keeps it closed, not only the first."""

	def __init__(self, what: str, refusals: Iterable[Refusal]):
		self.refusals = tuple(refusals)
		listed = "\n".join(f"• {refusal}" for refusal in self.refusals)
		super().__init__(f"{what}:\n{listed}", fieldname="status")
