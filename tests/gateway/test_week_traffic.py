"""The week's signals can be worked out from their numbers, and so can its stops."""

from tests.gateway.week_traffic import STOPS, WeekTraffic


def test_stops_begin_with_the_first_signal_that_tells_of_them():
	traffic = WeekTraffic(0.05)
	begins, before = [], False
	for number, signal in enumerate(traffic.after(0), start=1):
		assert traffic.is_number(number, signal)
		stands = b"OFFLINE" in signal.payload
		if stands and not before:
			begins.append(signal.received_time)
		before = stands
	assert number == traffic.total == 30_240
	assert begins == traffic.stop_begins()
	assert len(begins) == STOPS


def test_a_week_that_goes_on_begins_behind_what_is_there():
	traffic = WeekTraffic(0.05)
	assert next(traffic.after(7)) == list(traffic.after(0))[7]
	assert not traffic.is_number(7, next(traffic.after(7)))
