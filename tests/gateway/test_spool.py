"""The spool keeps signals as they came, in order, within its budget, and forgets only what it is told to."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.domain.signals import RawSignal
from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.spool import SESSION, Spool, SpoolError, SpoolFullError, SpoolIntake
from tests.services.conftest import SetClock

NOW = datetime(2026, 6, 1, 8, 0, tzinfo=timezone.utc)


def _signals(*numbers):
	return [
		RawSignal("a", f"{n}".encode(), NOW + timedelta(microseconds=n), payload_bytes=len(f"{n}"))
		for n in numbers
	]


def _all(spool, connection="C", place="0-0"):
	found, place = [], spool.after(connection, place, limit=0).after
	while signals := spool.after(connection, place).signals:
		found += signals
		epoch, _, number = place.partition("-")
		place = f"{epoch}-{int(number) + len(signals)}"
	return found


moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(timezone.utc))
signals = st.builds(
	RawSignal,
	address=st.text(min_size=1, max_size=20),
	payload=st.binary(max_size=50),
	received_time=moments,
	source_time=st.none() | moments,
	quality=st.sampled_from(["good", "bad", "uncertain"]),
	problem=st.none() | st.text(min_size=1, max_size=10),
	payload_bytes=st.integers(0, 10**6),
)


@given(st.lists(signals, max_size=20))
@settings(max_examples=20, deadline=None)
def test_a_signal_comes_out_as_it_went_in(tmp_path_factory, given_signals):
	spool = Spool(tmp_path_factory.mktemp("spool") / "s.sqlite", SystemClock(), 10**8)
	SpoolIntake(spool, "C").put(given_signals) if given_signals else None
	assert _all(spool) == given_signals
	spool.close()


def test_what_was_put_is_there_after_a_restart(tmp_path):
	first = Spool(tmp_path / "s.sqlite", SystemClock(), 10**8)
	first.put("C", _signals(1, 2))
	first.close()
	second = Spool(tmp_path / "s.sqlite", SystemClock(), 10**8)
	second.put("C", _signals(3))
	assert [one.payload for one in _all(second)] == [b"1", b"2", b"3"]
	assert (tmp_path / "s.sqlite").stat().st_mode & 0o077 == 0
	second.close()


def test_only_what_is_committed_is_forgotten(spool):
	spool.put("C", _signals(*range(1, 11)))
	spool.put("D", _signals(1))
	epoch = spool.place("C").partition("-")[0]
	assert spool.forget("C", f"{epoch}-4") == 4
	assert spool.forget("C", f"{epoch}-4") == 0
	assert spool.forget("C", "1-9") == 0  # of another epoch
	assert [one.payload for one in _all(spool, place=f"{epoch}-4")] == [b"%d" % n for n in range(5, 11)]
	assert (spool.waiting("C"), spool.waiting("D")) == (6, 1)


def test_a_site_that_has_forgotten_what_it_committed_is_not_fed_on_silently(spool):
	spool.put("C", _signals(1, 2, 3))
	epoch = spool.place("C").partition("-")[0]
	spool.forget("C", f"{epoch}-2")
	with pytest.raises(SpoolError, match="restored from a backup"):
		spool.after("C", f"{epoch}-1")


def test_two_spools_for_one_connection_are_told_apart(tmp_path):
	clock = SetClock()
	old = Spool(tmp_path / "old.sqlite", clock, 10**8)
	old.put("C", _signals(1))
	clock.move(60)
	new = Spool(tmp_path / "new.sqlite", clock, 10**8)
	new.put("C", _signals(1))
	taken = f"{new.place('C').partition('-')[0]}-1"
	old.forget("C", f"{old.place('C').partition('-')[0]}-1")
	with pytest.raises(SpoolError, match="newer spool"):
		old.after("C", taken)
	old.close()
	new.close()


def test_a_new_spool_behind_a_site_that_listened_itself_begins_after_it(spool):
	spool.put("C", _signals(1))
	later = "99999999999999-7"
	assert spool.after("C", later).after == "100000000000000-0"
	assert len(spool.after("C", later).signals) == 1


def test_a_full_spool_refuses_and_takes_again_when_there_is_room(tmp_path):
	spool = Spool(tmp_path / "s.sqlite", SystemClock(), 300_000)
	big = [RawSignal("a", b"x" * 1000, NOW)] * 50
	while spool.used_bytes() < 300_000:
		spool.put("C", big)
	with pytest.raises(SpoolFullError, match="--budget-mb"):
		spool.put("C", big)
	kept = spool.waiting("C")
	assert spool.used_bytes() < 300_000 + 100_000  # one batch over at most
	spool.forget("C", f"{spool.place('C').partition('-')[0]}-{kept}")
	spool.put("C", big)
	assert spool.waiting("C") == 50
	spool.close()


def test_addresses_of_a_session_are_kept(spool):
	intake = SpoolIntake(spool, "C")
	intake.note_addresses({"a", "b"}, ())
	intake.note_addresses({"b", "c"}, {"a"})
	assert intake.noted_addresses() == {"b", "c"}
	assert spool.addresses(SESSION, "D") == frozenset()
