"""What devices say of themselves as fields of a CI."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.discovery import (
	FIELDS,
	Device,
	born_device,
	fill,
	is_name_plate,
	name_plate_device,
)

texts = st.text(max_size=20)
fields = st.dictionaries(st.sampled_from(FIELDS), texts)


def test_a_name_plate_names_its_maker_and_the_device():
	assert is_name_plate({"Manufacturer", "SerialNumber"})
	assert is_name_plate({"Manufacturer", "Model", "DeviceClass"})
	assert not is_name_plate({"Manufacturer"})
	assert not is_name_plate({"SerialNumber", "Model"})


def test_texts_are_cleaned_of_what_controllers_pad_them_with():
	device = name_plate_device("ns=2;i=1", "PLC", {"Manufacturer": " Siemens\x00\x00", "Model": None}, None)
	assert device.fields == {"manufacturer": "Siemens"}


def test_a_device_is_told_by_what_stays_when_it_moves():
	whole = {"ProductInstanceUri": "urn:x:1", "Manufacturer": "M", "SerialNumber": "1"}
	assert name_plate_device("i=1", "A", whole, None).identity == "urn:x:1"
	del whole["ProductInstanceUri"]
	assert name_plate_device("i=1", "A", whole, None).identity == "M 1"
	del whole["SerialNumber"]
	assert name_plate_device("i=1", "A", whole, None).identity == "i=1"


def test_birth_properties_are_read_in_their_usual_spellings():
	metrics = {
		"Properties/Hardware Make": "Pilz",
		"Properties/Serial_Number": 42,
		"Properties/FW": "2.1",
		"Load": 1.5,
	}
	device = born_device("Plant/Edge 1", "Edge 1", metrics, None)
	assert device.fields == {"manufacturer": "Pilz", "serial_no": "42", "firmware_version": "2.1"}
	assert device.identity == "Plant/Edge 1"


@given(item=fields, told=fields)
def test_a_merge_fills_only_what_is_empty_and_tells_the_rest(item, told):
	filled, conflicts = fill(item, told)
	assert all(not item.get(name) for name in filled)
	assert all(item[one.fieldname] and one.device_value != one.ci_value for one in conflicts)
	after = {**item, **filled}
	assert fill(after, told) == ({}, conflicts)
	differing = {one.fieldname for one in conflicts}
	assert all(after.get(name) == value for name, value in told.items() if value and name not in differing)


@given(st.text())
def test_any_text_fits_into_a_field(text):
	device = name_plate_device("i=1", "A", {"Manufacturer": text}, None)
	assert isinstance(device, Device)
	assert len(device.fields.get("manufacturer", "")) <= 140
