"""ConditionRefresh: a server sends every alarm that is of interest now, and so tells which have ended meanwhile.

It is the one method that we ever call, and it only sends again: it changes nothing in the plant, acknowledges
nothing, and its events go to our subscription alone (OPC UA part 9, 5.5.7).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from asyncua import ua
from asyncua.client.ua_session import UaSession

from plant_itsm.domain.alarms import RETAINED, digest_of
from plant_itsm.ot_listeners.opcua_events import AlarmEvent, EventKind, Notice

_CONDITION_TYPE, _CONDITION_REFRESH = ua.NodeId(2782), ua.NodeId(3875)
_AGAIN_SECONDS = 10.0
_LONGEST_SECONDS = 60.0
_UNSUPPORTED_SECONDS = 600.0
_NO_CALLS = (
	ua.uaerrors.BadServiceUnsupported,
	ua.uaerrors.BadNotImplemented,
	ua.uaerrors.BadUserAccessDenied,
)
_MOST_ALARMS = 50_000  # more digests would not fit into one entry of the stream


@dataclass
class _Refresh:
	"""Where the refresh of one notifier stands. told: digests of the alarms since it has begun, None outside of it."""

	due_at: float | None = 0.0
	asked_at: float | None = None
	told: set[str] | None = None
	is_complete: bool = True


class Refreshes:
	"""The refreshes of one session, by the address of the notifier."""

	def __init__(self, on_refused: Callable[[str, str], None]):
		self._on_refused = on_refused
		self._of: dict[str, _Refresh] = {}

	def want(self, notifiers: Iterable[str]) -> None:
		"""Ask at the next occasion: what is known of their alarms may be incomplete."""
		for notifier in notifiers:
			self._of[notifier] = _Refresh()

	def forget(self, notifier: str) -> None:
		self._of.pop(notifier, None)

	async def ask(self, session: UaSession, subscription_of: Mapping[str, int]) -> None:
		"""Ask for what is due. subscription_of: the subscription of each notifier; a refresh is one of all in it."""
		now = time.monotonic()
		due = {
			subscription_of[name]
			for name, one in self._of.items()
			if _is_due(one, now) and name in subscription_of
		}
		for subscription in sorted(due):
			concerned = [name for name, its in subscription_of.items() if its == subscription]
			for name in concerned:
				self._of[name] = _Refresh(due_at=None, asked_at=now)
			status = await _condition_refresh(session, subscription)
			if not status.is_good():
				self._take_refusal(concerned, status)

	def _take_refusal(self, notifiers: Iterable[str], status: ua.StatusCode) -> None:
		in_progress = status.value == ua.StatusCodes.BadRefreshInProgress
		wait_seconds = _AGAIN_SECONDS if in_progress else _UNSUPPORTED_SECONDS
		for name in notifiers:
			self._of[name] = _Refresh(due_at=time.monotonic() + wait_seconds)
			if not in_progress:
				self._on_refused(
					name,
					f"cannot be refreshed ({status.name}: {status.doc}): alarms that came or went while nobody listened"
					" stay unknown until they change. Let the server support ConditionRefresh",
				)

	def take(self, notifier: str, event: AlarmEvent) -> list[tuple[str, Notice]]:
		"""What an event brings for the stream: the alarm itself, or at the end of a refresh a list of all told."""
		one = self._of.get(notifier) or _Refresh(due_at=None)
		self._of[notifier] = one
		if event.kind == EventKind.ALARM and event.notice is not None:
			if one.told is not None and event.is_live:
				one.told.add(digest_of(event.address))
			return [(event.address, event.notice)]
		if event.kind == EventKind.REFRESH_START:
			one.told, one.is_complete = set(), True
		elif event.kind == EventKind.REFRESH_END:
			return self._end(notifier, one)
		elif event.kind == EventKind.REFRESH_REQUIRED:
			_ask_again(one)
		elif event.kind == EventKind.OVERFLOW:
			one.is_complete = False
			_ask_again(one)
			self._on_refused(
				notifier, "has told more at once than its queue at the server holds: raise queue_size"
			)
		return []

	def _end(self, notifier: str, one: _Refresh) -> list[tuple[str, Notice]]:
		"""A refresh in which something got lost proves of no alarm that it has ended."""
		told, one.told, one.asked_at = one.told, None, None
		if told is None or not one.is_complete:
			return []
		if len(told) > _MOST_ALARMS:
			self._on_refused(
				notifier,
				f"has {len(told)} alarms, of more than {_MOST_ALARMS} an end cannot be told: name a smaller notifier",
			)
			return []
		return [(notifier, Notice({RETAINED: sorted(told)}))]


def _ask_again(one: _Refresh) -> None:
	one.due_at = time.monotonic() + _AGAIN_SECONDS


def _is_due(one: _Refresh, now: float) -> bool:
	never_ends = one.asked_at is not None and now - one.asked_at > _LONGEST_SECONDS
	return never_ends or (one.due_at is not None and one.due_at <= now)


async def _condition_refresh(session: UaSession, subscription: int) -> ua.StatusCode:
	request = ua.CallMethodRequest(
		ObjectId=_CONDITION_TYPE,
		MethodId=_CONDITION_REFRESH,
		InputArguments=[ua.Variant(subscription, ua.VariantType.UInt32)],
	)
	try:
		(result,) = await session.call([request])
	except _NO_CALLS as error:
		return ua.StatusCode(error.code)
	return result.StatusCode
