from datetime import datetime, timedelta, timezone

import pytest
import redis

from plant_itsm.domain.errors import LeaseLostError
from plant_itsm.domain.signals import RawSignal, stream_position
from plant_itsm.ot_listeners.intake import BATCH, Intake, SignalStreams, StreamFullError, stream_key
from plant_itsm.ot_listeners.leases import Lease

NOW = datetime(2026, 3, 29, 1, 59, 59, 123456, tzinfo=timezone.utc)
BERLIN = timezone(timedelta(hours=2))

SIGNALS = [
	RawSignal("plant/line3/robot", b'{"state": "offline"}', NOW, payload_bytes=20),
	RawSignal("ns=2;s=Line3.Robot", b"true", NOW, NOW.astimezone(BERLIN), "uncertain"),
	RawSignal("plant/ümlaut/\U0001f916", bytes(range(256)), NOW),
	RawSignal("", b"", NOW),
	RawSignal("a\\xff\0b", b"\xff\xfe", NOW, None, "bad", "topic is not UTF-8", 1_000_000),
	RawSignal("lone \udcff surrogate", b"1", NOW),
	RawSignal('quoted "name"\n', b"1", NOW, problem='a "problem"', replay_of='letter "1"'),
]


def intake_of(client, connection="MES broker", **options):
	lease = Lease.acquire(client, "plant", f"listen:{connection}", 60)
	return Intake(client, "plant", connection, lease, **options)


def signals(count):
	return [RawSignal(f"t/{number}", str(number).encode(), NOW) for number in range(count)]


@pytest.fixture(params=[2, 3])
def protocol(request):
	"""The wire protocols of Redis; redis-py 4 speaks the older one alone."""
	if request.param == 2:
		return {}
	if int(redis.__version__.split(".")[0]) < 5:
		pytest.skip("redis-py 4 knows no RESP3")
	return {"protocol": 3}


def test_signals_come_back_as_they_went_in(shared_redis, client, protocol):
	intake_of(client).put(SIGNALS)
	with redis.Redis.from_url(shared_redis.url, **protocol) as reader:
		read = SignalStreams(reader, "plant").read({"MES broker": "0-0", "no such": "0-0"}, 100, 0)
	assert [streamed.signal for streamed in read["MES broker"]] == SIGNALS
	assert set(read) == {"MES broker"}


def test_a_single_entry_is_read_like_many(shared_redis, client, protocol):
	intake_of(client).put(SIGNALS[:1])
	with redis.Redis.from_url(shared_redis.url, **protocol) as reader:
		read = SignalStreams(reader, "plant").read({"MES broker": "0-0"}, 100, 0)
	assert [streamed.signal for streamed in read["MES broker"]] == SIGNALS[:1]


def test_a_batch_of_any_size_keeps_its_order(client):
	intake_of(client).put(signals(2 * BATCH + 1))
	read = SignalStreams(client, "plant").read({"MES broker": "0-0"}, 10_000, 0)["MES broker"]
	assert [streamed.signal.payload for streamed in read] == [b"%d" % n for n in range(2 * BATCH + 1)]
	positions = [stream_position(streamed.stream_id) for streamed in read]
	assert positions == sorted(set(positions))


def test_reading_goes_on_after_the_cursor_of_each_connection(client):
	intake_of(client, "one").put(signals(3))
	intake_of(client, "two").put(signals(2))
	streams = SignalStreams(client, "plant")
	first = streams.read({"one": "0-0", "two": "0-0"}, 2, 0)
	assert {name: len(found) for name, found in first.items()} == {"one": 2, "two": 2}
	cursors = {name: found[-1].stream_id for name, found in first.items()}
	second = streams.read(cursors, 2, 0)
	assert [streamed.signal.payload for streamed in second["one"]] == [b"2"]
	assert "two" not in second


def test_reading_nothing_is_no_error(client):
	streams = SignalStreams(client, "plant")
	assert streams.read({}, 10, 5000) == {}
	assert streams.read({"MES broker": "0-0"}, 10, 10) == {}


def test_a_write_with_an_older_token_is_refused_whole(client):
	old = intake_of(client)
	old.put(signals(1))
	client.delete("plant_itsm:plant:lease:listen:MES broker")
	new = intake_of(client)
	with pytest.raises(LeaseLostError, match="MES broker"):
		old.put(signals(10))
	new.put(signals(2))
	assert SignalStreams(client, "plant").length("MES broker") == 3


def test_a_lease_that_ran_out_and_that_nobody_took_still_lets_signals_in(client):
	intake = intake_of(client)
	client.delete("plant_itsm:plant:lease:listen:MES broker")
	intake.put(signals(1))
	assert SignalStreams(client, "plant").length("MES broker") == 1
	assert client.pttl("plant_itsm:plant:lease:listen:MES broker") > 50_000


def test_a_full_stream_refuses_and_takes_again_after_a_trim(client):
	intake = intake_of(client, max_entries=5)
	intake.put(signals(5))
	with pytest.raises(StreamFullError, match="5 signals that nobody has judged"):
		intake.put(signals(1))
	streams = SignalStreams(client, "plant")
	third = streams.read({"MES broker": "0-0"}, 3, 0)["MES broker"][-1]
	assert streams.trim("MES broker", third.stream_id) == 3
	intake.put(signals(3))
	assert streams.length("MES broker") == 5


def test_trimming_keeps_everything_after_the_cursor(client):
	intake_of(client).put(signals(4))
	streams = SignalStreams(client, "plant")
	entries = streams.read({"MES broker": "0-0"}, 10, 0)["MES broker"]
	streams.trim("MES broker", entries[1].stream_id)
	left = streams.read({"MES broker": "0-0"}, 10, 0)["MES broker"]
	assert left == entries[2:]


def test_the_last_id_outlives_a_trim(client):
	streams = SignalStreams(client, "plant")
	assert streams.last_generated_id("MES broker") == "0-0"
	intake_of(client).put(signals(2))
	last = streams.read({"MES broker": "0-0"}, 10, 0)["MES broker"][-1].stream_id
	streams.trim("MES broker", last)
	assert streams.length("MES broker") == 0
	assert streams.last_generated_id("MES broker") == last


def test_an_entry_of_somebody_else_becomes_a_problem_and_holds_up_nothing(client):
	client.xadd(stream_key("plant", "MES broker"), {"hello": "world"})
	client.xadd(stream_key("plant", "MES broker"), {"signal": "[1, 2]", "payload": ""})
	intake_of(client).put(signals(1))
	read = SignalStreams(client, "plant").read({"MES broker": "0-0"}, 10, 0)["MES broker"]
	assert ["was not written by plant_itsm" in (one.signal.problem or "") for one in read] == [
		True,
		True,
		False,
	]


def test_an_error_of_redis_passes_through(own_redis):
	with redis.Redis.from_url(own_redis.url) as connected:
		intake = intake_of(connected)
		own_redis.kill()
		with pytest.raises(redis.exceptions.ConnectionError):
			intake.put(signals(1))


class LostAnswer:
	"""A link to Redis whose answer gets lost after the command has been carried out, as often as it is told."""

	def __init__(self, client):
		self._client, self.losses = client, 0

	def register_script(self, script):
		registered = self._client.register_script(script)

		def call(**arguments):
			answer = registered(**arguments)
			if self.losses:
				self.losses -= 1
				raise redis.exceptions.TimeoutError("answer lost")
			return answer

		return call


def test_a_batch_whose_answer_got_lost_is_written_once(client):
	link = LostAnswer(client)
	lease = Lease.acquire(client, "plant", "listen:MES broker", 60)
	intake = Intake(link, "plant", "MES broker", lease)
	batch = signals(3)
	intake.put(batch)
	again = signals(4)
	link.losses = 2
	for _ in range(2):
		with pytest.raises(redis.exceptions.TimeoutError):
			intake.put(again[:2])
	intake.put(again)
	assert SignalStreams(client, "plant").length("MES broker") == 7
	intake.put(again)  # the same signals after a success are new ones
	assert SignalStreams(client, "plant").length("MES broker") == 11


def test_a_batch_that_is_given_up_does_not_stand_in_the_way_of_the_next(client):
	link = LostAnswer(client)
	lease = Lease.acquire(client, "plant", "listen:MES broker", 60)
	intake = Intake(link, "plant", "MES broker", lease)
	link.losses = 1
	with pytest.raises(redis.exceptions.TimeoutError):
		intake.put(signals(1))
	intake.put(signals(2))
	assert SignalStreams(client, "plant").length("MES broker") == 3
