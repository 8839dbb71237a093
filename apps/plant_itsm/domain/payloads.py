"""From the bytes of a payload to a value. Every way in which bytes can be wrong ends in a PayloadError."""

from __future__ import annotations

import json
import math
import re
from datetime import datetime, timezone
from typing import Any

from plant_itsm.domain.errors import PayloadError
from plant_itsm.domain.vocabulary import PayloadFormat

SHOWN = 80
"""Characters of a value that an error text repeats."""

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_MILLISECONDS_FROM = 1e11  # Unix seconds stay below this until the year 5138


def decode(payload: bytes, payload_format: PayloadFormat) -> Any:
	"""The document that a payload holds: parsed JSON, a text, or a number."""
	try:
		text = payload.decode("utf-8")
	except UnicodeDecodeError as error:
		raise PayloadError(
			f"payload is not UTF-8 (byte {payload[error.start]:#04x} at position {error.start}):"
			" let the source send UTF-8"
		) from None
	if payload_format == PayloadFormat.TEXT:
		return text
	if payload_format == PayloadFormat.NUMBER:
		return _number(text)
	return _json(text)


def _number(text: str) -> float:
	try:
		number = float(text)
	except ValueError:
		number = math.nan
	if not math.isfinite(number):
		raise PayloadError(
			f"payload {_shown(text)} is no finite number: check the payload format of the connection"
		)
	return number


def _refuse_constant(name: str) -> None:
	raise PayloadError(
		f"payload holds {name}, which JSON does not know: let the source send null or leave it out"
	)


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _json(text: str) -> Any:
	try:
		return _DECODER.decode(text)
	except RecursionError:
		raise PayloadError("payload is nested too deeply to be read: send a flatter document") from None
	except ValueError as error:
		raise PayloadError(f"payload {_shown(text)} is no JSON: {error}") from None


def value_at(document: Any, path: str | None) -> Any:
	"""The value at a path such as `state`, `robot.state` or `axes[2].torque`; no path is the whole document."""
	value = document
	for key, index in _STEP.findall(path or ""):
		try:
			value = value[int(index)] if index else value[key]
		except (KeyError, IndexError, TypeError):
			raise PayloadError(
				f"value path {path!r} leads nowhere in {_shown(document)}: {key or f'[{index}]'} is missing"
			) from None
	return value


MOST_PLACES = 1000
"""A list in a document that is made up is no longer than this."""


def document_at(value: Any, path: str | None) -> Any:
	"""The smallest document that holds a value at a path, as value_at reads it. Raises PayloadError."""
	document = value
	for key, index in reversed(_STEP.findall(path or "")):
		if not index:
			document = {key: document}
		elif int(index) < MOST_PLACES:
			document = [*([None] * int(index)), document]
		else:
			raise PayloadError(f"value path {path!r}: place {index} is beyond the {MOST_PLACES} of a list")
	return document


def source_time_at(document: Any, path: str | None) -> datetime | None:
	"""The source time in a document, aware; None where it is missing, since a stop without its time is still a stop.

	Takes ISO 8601 with a zone, Unix seconds, or Unix milliseconds. Raises PayloadError for anything else.
	"""
	if not path:
		return None
	try:
		raw = value_at(document, path)
	except PayloadError:
		return None
	try:
		if isinstance(raw, str):
			moment = datetime.fromisoformat(raw.replace("Z", "+00:00"))
			if moment.tzinfo is None:
				raise ValueError("it has no time zone")
			return moment.astimezone(timezone.utc)
		if isinstance(raw, bool) or not isinstance(raw, (int, float)):
			raise ValueError("it is neither text nor number")
		seconds = raw / 1000 if raw > _MILLISECONDS_FROM else raw
		return datetime.fromtimestamp(seconds, timezone.utc)
	except (ValueError, OverflowError, OSError) as error:
		raise PayloadError(
			f"source time {_shown(raw)} at {path!r} cannot be read ({error}):"
			" send ISO 8601 with a zone, or Unix seconds or milliseconds"
		) from None


def _shown(value: Any) -> str:
	text = repr(value)
	return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"
