"""Dead letters once more: asked for by a person after what was wrong has been put right, judged by the drain.

What makes a replay happen once is the record of the dead letter: the drain writes its outcome in the transaction of the
judgement, and a signal whose dead letter does not wait for one changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from plant_itsm.domain.dead_letters import ReplayOutcome
from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.opcua_addresses import notifier_address
from plant_itsm.domain.recordings import RecordingError, read_signal
from plant_itsm.domain.signals import RawSignal, StreamedSignal
from plant_itsm.domain.vocabulary import Protocol, Transition
from plant_itsm.ports import Record, Records
from plant_itsm.services.dead_letters import DEAD_LETTER
from plant_itsm.services.judgement import Judgement
from plant_itsm.services.sparkplug import is_sparkplug

_SHOWN_REASON = 1000


class ReplayRefusedError(PlantItsmError):
	"""A dead letter cannot be replayed; the text says why, and what can be done."""


def signal_to_replay(records: Records, letter: Record) -> RawSignal:
	"""The signal of a dead letter, with the times that it had. Raises ReplayRefusedError."""
	what = f"Signal Dead Letter {letter['name']}"
	outcome = letter["replay_outcome"]
	if outcome and outcome != ReplayOutcome.QUEUED:
		again = " Replay the newer dead letter instead." if outcome == ReplayOutcome.REFUSED_AGAIN else ""
		raise ReplayRefusedError(
			f"{what} was replayed by {letter['replayed_by']} at {letter['replayed_at']} ({outcome}).{again}"
		)
	if not letter["recorded_signal"]:
		raise ReplayRefusedError(
			f"{what} does not hold its whole signal: it was too large to be kept, or is older than replays."
			" Let the source send it again."
		)
	signal = _read(what, letter)
	if signal.problem:
		raise ReplayRefusedError(
			f"{what}: the listener could not take the signal as it came ({signal.problem}), and no rule can change"
			" that. Let the source send it again."
		)
	_check_connection(what, records.get("OT Connection", letter["connection"]), signal)
	return signal


def _read(what: str, letter: Record) -> RawSignal:
	try:
		return read_signal(letter["recorded_signal"])
	except RecordingError as error:
		raise ReplayRefusedError(f"{what}: {error} Let the source send it again.") from None


def _check_connection(what: str, connection: Record | None, signal: RawSignal) -> None:
	if connection is None:
		raise ReplayRefusedError(f"{what}: its OT Connection is gone. Delete the dead letter.")
	if connection["gateway"]:
		raise ReplayRefusedError(
			f"{what} came by the gateway {connection['gateway']}, whose numbers leave no room for it in the stream."
			" Let the source send it again."
		)
	if is_sparkplug(connection):
		raise ReplayRefusedError(
			f"{what} is of the Sparkplug connection {connection['name']}: its sequence number has passed, so it"
			" would look like a gap. Ask the edge node for a rebirth: that tells all its values anew."
		)
	if connection["protocol"] == Protocol.OPC_UA and notifier_address(signal.address) == signal.address:
		raise ReplayRefusedError(
			f"{what} tells which alarms a server held at that time, and would end those that came later."
			" The listener asks the server anew at each connect."
		)


def note_queued(records: Records, letter: str, person: str, now: datetime, stream_id: str) -> None:
	"""Note who has put a dead letter into the stream, and where it lies."""
	values = {
		"replayed_by": person,
		"replayed_at": now,
		"replay_outcome": ReplayOutcome.QUEUED,
		"replay_remark": None,
		"replay_stream_id": stream_id,
	}
	records.update(DEAD_LETTER, letter, values)


def judge_again(
	records: Records, judgement: Judgement, streamed: StreamedSignal, refused: str | None = None
) -> None:
	"""Judge the signal of a dead letter, and note on it what came of it; once, however often it comes.

	It is judged under the stream id that it had first, so that a rule that it took effect on then knows it.
	"""
	letter = records.get(DEAD_LETTER, streamed.signal.replay_of, for_update=True)
	if letter is None or letter["replay_outcome"] != ReplayOutcome.QUEUED:
		judgement.pass_over(streamed, "its dead letter has been replayed before, or is gone")
		return
	events, letters, waiting = len(judgement.events), len(judgement.dead_letters), _waiting(judgement)
	first = StreamedSignal(letter["stream_id"] or streamed.stream_id, streamed.signal)
	judgement.take(first, refused, letter["refused_by"] or "")
	outcome, remark = _outcome(
		judgement.events[events:], judgement.dead_letters[letters:], _waiting(judgement) > waiting
	)
	records.update(DEAD_LETTER, letter["name"], {"replay_outcome": outcome, "replay_remark": remark or None})


def _waiting(judgement: Judgement) -> int:
	"""Judgements whose delay has begun in this batch, less those that have ended in it."""
	settled = judgement.counted_events + judgement.suppressed + len(judgement.dead_letters)
	return judgement.received - settled


def _outcome(events: Sequence[Record], letters: Sequence[Record], waits: bool) -> tuple[ReplayOutcome, str]:
	told = [
		" ".join(filter(None, (event["transition"], event["line_stop"], event["remark"]))) for event in events
	]
	remark = "; ".join([*told, *(letter["reason"] for letter in letters)])[:_SHOWN_REASON]
	if events:
		is_history = all(event["transition"] == Transition.LATE for event in events)
		return ReplayOutcome.HISTORY if is_history else ReplayOutcome.TOOK_EFFECT, remark
	if letters:
		return ReplayOutcome.REFUSED_AGAIN, remark
	return ReplayOutcome.DELAY_RUNS if waits else ReplayOutcome.CHANGED_NOTHING, remark
