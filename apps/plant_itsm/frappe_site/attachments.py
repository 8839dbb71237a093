"""Files of the site: where they lie, for whoever may read them, and their fingerprints."""

from __future__ import annotations

import hashlib
from pathlib import Path

import frappe

from plant_itsm.domain.errors import InvalidRecordError

CHUNK_BYTES = 1 << 20


def sha256_of_file(what: str, file_url: str, *, is_added: bool = True) -> str:
	"""SHA-256 of a file of this site. Raises InvalidRecordError when there is none.

	is_added: by the user, who must be allowed to read it; of one that is on record the fingerprint is nobody's secret.
	"""
	path = attached_path(what, file_url, is_added=is_added)
	try:
		with path.open("rb") as stream:
			digest = hashlib.sha256()
			while chunk := stream.read(CHUNK_BYTES):
				digest.update(chunk)
	except OSError as error:
		raise InvalidRecordError(
			f"{what}: file {file_url!r} cannot be read ({error.strerror}). Attach it again.",
			fieldname="file",
			value=file_url,
		) from None
	return digest.hexdigest()


def attached_path(what: str, file_url: str, *, is_added: bool = True) -> Path:
	"""Where a file of this site lies. Raises InvalidRecordError when there is none, or none that the user may read."""
	name = frappe.db.get_value("File", {"file_url": file_url})
	if name is None or file_url.startswith(("http://", "https://")):
		raise _no_file(what, file_url)
	file = frappe.get_doc("File", name)
	if is_added and not frappe.has_permission("File", "read", doc=file):
		raise _no_file(what, file_url)
	return Path(file.get_full_path())


def _no_file(what: str, file_url: str) -> InvalidRecordError:
	return InvalidRecordError(
		f"{what}: {file_url!r} is no file of this site that you may read. Attach the file itself.",
		fieldname="file",
		value=file_url,
	)
