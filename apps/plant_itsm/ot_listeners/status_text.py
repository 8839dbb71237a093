"""The status of a site for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from plant_itsm.ot_listeners.status import ConnectionStatus, SiteStatus


def status_lines(found: SiteStatus) -> Iterator[str]:
	"""A paragraph per connection, then the site as a whole, then what is wrong with us."""
	for one in found.connections:
		yield from _connection(one)
	yield f"drain {'at work' if found.drains else 'not running'}{_workers(found)}; scheduler {_scheduler(found)}"
	oldest = f", the oldest for {found.outbox_oldest_seconds:.0f} s" if found.outbox_oldest_seconds else ""
	yield (
		f"{found.open_stops} line stops open; {found.outbox_pending} outbox entries pending{oldest};"
		f" {found.dead_letters} dead letters not replayed"
	)
	clocks = ", ".join(f"{host} {ahead:+.3f} s" for host, ahead in found.clocks.items())
	yield f"clocks: {clocks}"
	for trouble in found.troubles:
		yield f"! {trouble.subject}: {trouble.detail} {trouble.remedy}"
	for alarm in found.alarms:
		incident = f" ({alarm.line_stop})" if alarm.line_stop else ""
		yield f"  alarm since {alarm.since}: {alarm.subject}{incident}"


def _connection(one: ConnectionStatus) -> Iterator[str]:
	state = one.state if one.enabled else "disabled"
	since = f" since {one.since}" if one.since and one.listens else ""
	lease = f", lease {one.lease}" if one.lease is not None else ""
	yield f"{one.connection} ({one.protocol}): {state}{since}{lease}"
	if one.listens:
		yield from (f"  {text}" for text in (one.detail, one.address_problem, one.warning) if text)
	rate = (
		"rate not yet known" if one.rate_per_minute is None else f"{one.rate_per_minute:g} signals per minute"
	)
	yield f"  {one.waiting} waiting, lag {one.lag_seconds:.1f} s, {rate}"
	if one.last_signal_at:
		yield f"  last signal {one.last_signal_at}: {one.last_address} = {one.last_value}"
	yield (
		f"  {one.received} received = {one.events} events + {one.suppressed} suppressed"
		f" + {one.dead_lettered} dead-lettered"
	)


def _workers(found: SiteStatus) -> str:
	if found.workers is None:
		return ""
	return ", workers " + ", ".join(f"{queue} {count}" for queue, count in found.workers.items())


def _scheduler(found: SiteStatus) -> str:
	if found.scheduler:
		return found.scheduler
	age = found.tick_age_seconds
	return "has never ticked" if age is None else f"ticked {age:.0f} s ago"
