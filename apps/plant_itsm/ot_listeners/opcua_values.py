"""An OPC UA value as a raw signal: the value as JSON, the status code as quality, the server's clock as source time."""

from __future__ import annotations

import base64
import enum
import json
import uuid
from datetime import datetime, timezone
from typing import Any

from asyncua import ua

from plant_itsm.domain.signals import RawSignal
from plant_itsm.ot_listeners.listening import SHOWN_PAYLOAD_BYTES


def signal_from(
	address: str, data: ua.DataValue, received_time: datetime, max_payload_bytes: int
) -> RawSignal:
	"""One data change or one value read. A value that JSON cannot hold (NaN) or that is too large has a problem."""
	value = data.Value.Value if data.Value is not None else None
	problem = None
	try:
		payload = json.dumps(as_json(value), ensure_ascii=False, allow_nan=False).encode()
	except (ValueError, TypeError, RecursionError) as error:
		payload = repr(value).encode("utf-8", "backslashreplace")
		problem = (
			f"value cannot be written as JSON ({error}): let the server send a finite value of a simple type"
		)
	size = len(payload)
	if size > max_payload_bytes:
		problem = (
			f"value of {size} bytes is longer than the {max_payload_bytes} bytes that the OT Connection takes:"
			" raise max_payload_bytes, or name a smaller node"
		)
	return RawSignal(
		address=address,
		payload=payload[:SHOWN_PAYLOAD_BYTES] if problem else payload,
		received_time=received_time,
		source_time=stamp(data),
		quality=quality(data),
		problem=problem,
		payload_bytes=size,
	)


def quality(data: ua.DataValue) -> str:
	"""good, uncertain or bad, from the two upper bits of the status code (OPC UA part 4, 7.39)."""
	status = data.StatusCode
	if status is None or status.is_good():
		return "good"
	return "uncertain" if status.is_uncertain() else "bad"


def stamp(data: ua.DataValue) -> datetime | None:
	"""When the value became so: the source's time, else the server's, aware; None where the server sends neither."""
	return as_utc(data.SourceTimestamp or data.ServerTimestamp)


def as_utc(moment: datetime | None) -> datetime | None:
	"""A time of the wire, aware: OPC UA means UTC."""
	if moment is None:
		return None
	return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def is_as_new(value: ua.DataValue, other: ua.DataValue) -> bool:
	"""Whether a value is the other or came after it; without time stamps only an equal value is."""
	own, others = stamp(value), stamp(other)
	if own is None or others is None:
		return value.Value == other.Value and value.StatusCode == other.StatusCode
	return own >= others


def as_json(value: Any) -> Any:
	"""Numbers, texts, truth values and lists as they are; times in ISO 8601, bytes in Base64, the rest as text."""
	if isinstance(value, enum.Enum):
		value = value.value
	if isinstance(value, str):
		return as_text(value)
	if value is None or isinstance(value, (bool, int, float)):
		return value
	if isinstance(value, (list, tuple)):
		return [as_json(item) for item in value]
	if isinstance(value, (ua.Variant, ua.DataValue)):
		return as_json(value.Value)
	if isinstance(value, datetime):
		return (value if value.tzinfo else value.replace(tzinfo=timezone.utc)).isoformat()
	if isinstance(value, bytes):
		return base64.b64encode(value).decode()
	return _described(value)


def as_text(text: str) -> str:
	"""A text of the wire; bytes in it that were no UTF-8 (asyncua keeps them as half characters) are written out."""
	return text.encode("utf-8", "backslashreplace").decode()


def _described(value: Any) -> str | None:
	if isinstance(value, ua.LocalizedText):
		return as_text(value.Text) if value.Text is not None else None
	if isinstance(value, ua.QualifiedName):
		return as_text(value.Name) if value.Name is not None else None
	if isinstance(value, ua.NodeId):
		return as_text(value.to_string())
	if isinstance(value, ua.StatusCode):
		return value.name
	return str(value) if isinstance(value, uuid.UUID) else repr(value)
