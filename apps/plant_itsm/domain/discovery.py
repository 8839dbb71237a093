"""What devices say of themselves, as proposals of CIs: identity, fields, and merging into a CI that exists.

Names of OPC UA: DI (OPC 10000-100) and Machinery (OPC 40001-1); names of Sparkplug's birth properties: those of the
examples of its specification (Sparkplug 3.0, 6.4) and their usual variants.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

IDENTIFICATION = "Identification"
"""The object of a machine, or of a part of it, that holds its name plate (Machinery)."""
NAME_PLATE = {
	"Manufacturer": "manufacturer",
	"Model": "model",
	"ProductCode": "order_code",
	"SerialNumber": "serial_no",
	"SoftwareRevision": "firmware_version",
	"HardwareRevision": "hardware_version",
}
"""Properties of a name plate, and the field of OT CI that each fills."""
PRODUCT_INSTANCE, DEVICE_CLASS, COMPONENT_NAME, ASSET_ID = (
	"ProductInstanceUri",
	"DeviceClass",
	"ComponentName",
	"AssetId",
)
NAME_PLATE_NODES = frozenset({*NAME_PLATE, PRODUCT_INSTANCE, DEVICE_CLASS, COMPONENT_NAME, ASSET_ID})
NEEDED_NODES = (frozenset({"Manufacturer"}), frozenset({"SerialNumber", "Model", "ProductCode"}))
"""A node is a device when it has one of each."""

SPARKPLUG_PROPERTIES = {
	"hardware make": "manufacturer",
	"manufacturer": "manufacturer",
	"hardware model": "model",
	"model": "model",
	"product code": "order_code",
	"order code": "order_code",
	"serial number": "serial_no",
	"serial no": "serial_no",
	"fw": "firmware_version",
	"firmware version": "firmware_version",
	"software revision": "firmware_version",
	"hardware revision": "hardware_version",
	"hardware version": "hardware_version",
}
"""Birth metrics below `Properties/`, or without it, in lower case."""
SPARKPLUG_FOLDER = "properties/"
FIELDS = tuple(dict.fromkeys(NAME_PLATE.values()))
LONGEST = 140


@dataclass(frozen=True)
class Device:
	"""A device as it was found. path: its node id or topic; fields: by fieldname of OT CI, the empty ones left out.

	instance: what names it for ever, if anything does. kind: the word that the device has for its class.
	"""

	path: str
	name: str
	fields: Mapping[str, str] = field(default_factory=dict)
	instance: str = ""
	kind: str = ""
	parent_path: str | None = None

	@property
	def identity(self) -> str:
		"""What stays when the device moves to another address, as far as it says something of that kind."""
		if self.instance:
			return self.instance
		maker, serial_no = self.fields.get("manufacturer"), self.fields.get("serial_no")
		return f"{maker} {serial_no}" if maker and serial_no else self.path


def proposal_key(connection: str, identity: str) -> str:
	return hashlib.sha256(f"{connection}\0{identity}".encode()).hexdigest()


def is_name_plate(names: set[str]) -> bool:
	"""Whether variables of these names make their node a device."""
	return all(names & needed for needed in NEEDED_NODES)


def name_plate_device(path: str, name: str, values: Mapping[str, Any], parent_path: str | None) -> Device:
	"""values: by browse name, as they were read."""
	told = {key: text for key, value in values.items() if (text := _text(value))}
	return Device(
		path=path,
		name=told.get(COMPONENT_NAME) or told.get(ASSET_ID) or name,
		fields={own: told[key] for key, own in NAME_PLATE.items() if key in told},
		instance=told.get(PRODUCT_INSTANCE, ""),
		kind=told.get(DEVICE_CLASS, ""),
		parent_path=parent_path,
	)


def born_device(path: str, name: str, metrics: Mapping[str, Any], parent_path: str | None) -> Device:
	"""A Sparkplug edge node or device, told by its place in the namespace. metrics: those of its birth, by name."""
	fields: dict[str, str] = {}
	for key, value in metrics.items():
		own = SPARKPLUG_PROPERTIES.get(key.lower().removeprefix(SPARKPLUG_FOLDER).replace("_", " "))
		text = _text(value)
		if own and text:
			fields.setdefault(own, text)
	return Device(path=path, name=name, fields=fields, instance=path, parent_path=parent_path)


def _text(value: Any) -> str:
	"""As it fits into a field; control characters, which PLCs pad their texts with, are no part of it."""
	text = "" if value is None else str(value)
	return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:LONGEST]


@dataclass(frozen=True)
class Conflict:
	"""A field in which a CI says something else than the device that is merged into it."""

	fieldname: str
	ci_value: str
	device_value: str

	def __str__(self) -> str:
		return f"{self.fieldname}: {self.ci_value!r}, the device says {self.device_value!r}"


def fill(item: Mapping[str, Any], fields: Mapping[str, Any]) -> tuple[dict[str, str], list[Conflict]]:
	"""(empty fields of a CI that a device can fill, fields in which both differ)."""
	filled: dict[str, str] = {}
	conflicts: list[Conflict] = []
	for fieldname, value in _told(fields):
		own = item.get(fieldname)
		if not own:
			filled[fieldname] = value
		elif str(own) != value:
			conflicts.append(Conflict(fieldname, str(own), value))
	return filled, conflicts


def _told(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
	for fieldname in FIELDS:
		if fields.get(fieldname):
			yield fieldname, str(fields[fieldname])
