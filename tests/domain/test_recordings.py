from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.recordings import Recording, RecordingError, RecordingHeader, end_line, signal_line
from plant_itsm.domain.signals import RawSignal
from plant_itsm.domain.vocabulary import PayloadFormat, Protocol

AT = datetime(2026, 6, 1, 8, 0, tzinfo=timezone.utc)
HEADER = RecordingHeader("Cell Broker", Protocol.MQTT, PayloadFormat.JSON, "Europe/Berlin", AT)


def read(*lines):
	return list(Recording("file", [HEADER.line(), *lines]).signals())


@given(
	st.builds(
		RawSignal,
		address=st.text(),
		payload=st.binary(max_size=300),
		received_time=st.just(AT),
		source_time=st.sampled_from([None, AT - timedelta(hours=1)]),
		quality=st.sampled_from(["good", "bad", "uncertain"]),
		problem=st.sampled_from([None, "too long"]),
		payload_bytes=st.just(300),
	)
)
def test_what_is_written_is_read_again(signal):
	assert read(signal_line(signal)) == [signal]


def test_header_and_end_are_read():
	recording = Recording("file", [HEADER.line(), "\n", end_line(AT + timedelta(minutes=5))])
	assert recording.header == HEADER
	assert list(recording.signals()) == []
	assert recording.ended_at == AT + timedelta(minutes=5)


def test_a_last_line_that_was_cut_off_is_left_out():
	whole = signal_line(RawSignal("a", b"1", AT))
	assert len(read(whole, whole[:30])) == 1


@pytest.mark.parametrize(
	("line", "reason"),
	[
		("{\n", "no JSON"),
		("[]\n", "no JSON object"),
		("{}\n", "'text' is missing"),
		('{"address": "a", "received_time": "2026-06-01T08:00:00+00:00"}\n', "'text' is missing"),
		(
			'{"address": "a", "base64": "?", "received_time": "2026-06-01T08:00:00+00:00"}\n',
			"no recorded signal",
		),
		('{"address": "a", "text": "1", "received_time": "2026-06-01T08:00:00"}\n', "has no zone"),
		('{"address": 1, "text": "1", "received_time": "2026-06-01T08:00:00Z"}\n', "address is no text"),
		("[" * 100_000 + "\n", "no JSON"),
		(" " * 1_000_001 + "{}\n", "longer than 1000000"),
	],
)
def test_a_line_that_is_no_signal_is_named(line, reason):
	with pytest.raises(RecordingError, match=r"file, line 2 .*") as caught:
		read(line)
	assert reason in str(caught.value)


@pytest.mark.parametrize(
	("first", "reason"),
	[
		("", "no JSON"),
		("{}", "no header of a recording"),
		('{"plant_itsm_recording": 2}', "names version 2, this plant_itsm reads 1"),
		(HEADER.line().replace("Europe/Berlin", "Mars/Base"), "no whole header"),
		(HEADER.line().replace("MQTT", "Modbus"), "no whole header"),
	],
)
def test_a_file_without_a_header_of_ours_is_refused(first, reason):
	with pytest.raises(RecordingError, match="line 1") as caught:
		Recording("file", [first])
	assert reason in str(caught.value)
