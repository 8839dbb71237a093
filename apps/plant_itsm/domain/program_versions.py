"""Program versions of a CI: which one to restore, and whether what runs is what was approved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from plant_itsm.domain.errors import InvalidRecordError

EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""The fingerprint of a file of 0 bytes."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class ProgramVersion:
	"""A backup of the program of a CI. sha256: 64 lower-case hexadecimal digits, or None where nobody knows it."""

	ci: str
	version: str
	taken_on: datetime
	sha256: str | None = None
	tested: bool = False
	approved: bool = False


@dataclass(frozen=True)
class Drift:
	"""A CI runs another program than the approved one. known: the version that it runs, where it is on record."""

	ci: str
	approved: ProgramVersion
	sha256: str
	known: ProgramVersion | None

	def __str__(self) -> str:
		runs = f"version {self.known.version}" if self.known else "a program that is not on record"
		return (
			f"OT CI {self.ci} runs {runs} ({self.sha256[:12]}…), not the approved version {self.approved.version}."
			" Restore that one, or back up, test and approve what runs."
		)


def last_good(versions: Iterable[ProgramVersion]) -> ProgramVersion | None:
	"""The newest version that is both tested and approved."""
	return _newest(version for version in versions if version.tested and version.approved)


def newest_approved(versions: Iterable[ProgramVersion]) -> ProgramVersion | None:
	"""The newest approved version with a fingerprint: what is meant to run."""
	return _newest(version for version in versions if version.approved and version.sha256)


def drift(versions: Iterable[ProgramVersion], ci: str, fingerprint: str) -> Drift | None:
	"""How what runs differs from the newest approved version; None where it is that one or none was approved.

	fingerprint: SHA-256 of what runs. Raises InvalidRecordError for anything else.
	"""
	known = list(versions)
	found = normal_sha256(f"OT CI {ci}", fingerprint)
	approved = newest_approved(known)
	if approved is None or approved.sha256 == found:
		return None
	return Drift(ci, approved, found, _newest(version for version in known if version.sha256 == found))


def normal_sha256(what: str, text: str) -> str:
	"""A fingerprint in lower case, without blanks. Raises InvalidRecordError for anything but SHA-256."""
	sha256 = text.strip().lower()
	if not _SHA256.fullmatch(sha256):
		raise InvalidRecordError(
			f"{what}: SHA-256 {text!r} is not 64 hexadecimal digits. Leave it out where the file is attached,"
			" or compute it with sha256sum.",
			fieldname="sha256",
			value=text,
		)
	return sha256


def checked_sha256(what: str, given: str | None, computed: str) -> str:
	"""The fingerprint of an attached file. Refuses an empty file, and one that is not what was announced."""
	if computed == EMPTY_SHA256:
		raise InvalidRecordError(
			f"{what}: its file is empty (0 bytes). Attach the file again.", fieldname="file"
		)
	if given and normal_sha256(what, given) != computed:
		raise InvalidRecordError(
			f"{what}: SHA-256 {given!r} is not that of its file ({computed}). Attach the right file, or leave the"
			" fingerprint out.",
			fieldname="sha256",
			value=given,
		)
	return computed


def version_problems(version: ProgramVersion) -> Iterator[InvalidRecordError]:
	what = f"CI Program Version {version.ci} {version.version}"
	if version.sha256:
		try:
			sha256 = normal_sha256(what, version.sha256)
		except InvalidRecordError as error:
			yield error
			return
		if sha256 == EMPTY_SHA256:
			yield InvalidRecordError(
				f"{what}: SHA-256 {version.sha256!r} is that of an empty file. Take the backup again.",
				fieldname="sha256",
				value=version.sha256,
			)
	elif version.approved:
		yield InvalidRecordError(
			f"{what}: it is approved, but has no fingerprint to tell drift by. Attach the file, or enter its SHA-256.",
			fieldname="sha256",
		)


def _newest(versions: Iterable[ProgramVersion]) -> ProgramVersion | None:
	return max(versions, key=lambda version: (version.taken_on, version.version), default=None)
