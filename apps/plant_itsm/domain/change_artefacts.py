"""The way back: artefacts that must exist, be whole and be new enough before a change starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from plant_itsm.domain.change_refusals import Refusal
from plant_itsm.domain.change_words import ArtefactKind
from plant_itsm.domain.program_versions import EMPTY_SHA256

WITH_FILE = frozenset(
	(ArtefactKind.PROGRAM_VERSION, ArtefactKind.CONFIGURATION_BACKUP, ArtefactKind.ROLLBACK_SCRIPT)
)
"""Kinds that are a file with its fingerprint; the others are a reference to where the snapshot lies."""


@dataclass(frozen=True)
class ArtefactNeed:
	"""max_age: how old it may be at the start; None for any age. per_ci: each CI of the change needs its own."""

	kind: ArtefactKind
	max_age: timedelta | None = None
	per_ci: bool = False


@dataclass(frozen=True)
class Artefact:
	"""sha256: as it was when the artefact was put on the change. found_sha256: of the file as it lies there now, None
	where it was not read. reference: where it is kept, or its name."""

	kind: ArtefactKind
	reference: str
	taken_at: datetime | None
	ci: str | None = None
	has_file: bool = False
	sha256: str | None = None
	found_sha256: str | None = None

	def faults(self, now: datetime, max_age: timedelta | None) -> Iterator[str]:
		"""Why it would not lead back."""
		if not self.reference:
			yield "it names nothing"
		if self.kind in WITH_FILE:
			yield from self._file_faults()
		if self.taken_at is None:
			yield "nobody knows when it was taken"
		elif self.taken_at > now:
			yield f"it is dated {_text(self.taken_at)}, which lies ahead"
		elif max_age is not None and now - self.taken_at > max_age:
			hours = max_age / timedelta(hours=1)
			yield f"it was taken at {_text(self.taken_at)}, more than {hours:g} h ago"

	def _file_faults(self) -> Iterator[str]:
		if not self.has_file:
			yield "it has no file"
		elif not self.sha256:
			yield "its file has no fingerprint"
		elif EMPTY_SHA256 in (self.sha256, self.found_sha256):
			yield "its file has 0 bytes"
		elif self.found_sha256 is not None and self.found_sha256 != self.sha256:
			yield (
				f"its file has another SHA-256 ({self.found_sha256[:12]}…) than when it was added"
				f" ({self.sha256[:12]}…)"
			)


def missing_artefacts(
	needs: Iterable[ArtefactNeed], artefacts: Sequence[Artefact], cis: Iterable[str], now: datetime
) -> Iterator[Refusal]:
	targets = list(cis)
	for need in needs:
		for ci in targets if need.per_ci else [None]:
			yield from _missing(need, artefacts, ci, now)


def _missing(
	need: ArtefactNeed, artefacts: Sequence[Artefact], ci: str | None, now: datetime
) -> Iterator[Refusal]:
	what = f"{need.kind} of {ci}" if ci else str(need.kind)
	offered = [one for one in artefacts if one.kind == need.kind and ci in (None, one.ci)]
	faults = {one.reference: list(one.faults(now, need.max_age)) for one in offered}
	if any(not found for found in faults.values()):
		return
	if not faults:
		yield Refusal(f"the rollback artefact {what} is missing", _NEXT_MOVES[need.kind])
	for reference, found in faults.items():
		yield Refusal(
			f"the rollback artefact {what} ({reference or 'no reference'}) does not count: {', '.join(found)}",
			_NEXT_MOVES[need.kind],
		)


_NEXT_MOVES = {
	ArtefactKind.PROGRAM_VERSION: "Read the program from the device, store it as CI Program Version with its file,"
	" and add it to the rollback artefacts",
	ArtefactKind.DATABASE_SNAPSHOT: "Take the snapshot and enter its reference and time",
	ArtefactKind.SYSTEM_BACKUP: "Take the full backup and enter its reference and time",
	ArtefactKind.CONFIGURATION_BACKUP: "Save the configuration and attach the file",
	ArtefactKind.ROLLBACK_SCRIPT: "Write the script and attach the file",
}


def _text(moment: datetime) -> str:
	return moment.isoformat(timespec="minutes")
