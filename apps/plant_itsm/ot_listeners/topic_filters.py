"""Which topic filters a session needs, when one rule's filter holds another's."""

from __future__ import annotations

from collections.abc import Collection


def needed(filters: Collection[str]) -> frozenset[str]:
	"""The filters without those that another one covers: a broker may send a message once per filter that fits."""
	return frozenset(
		narrow for narrow in filters if not any(wide != narrow and covers(wide, narrow) for wide in filters)
	)


def covers(wide: str, narrow: str) -> bool:
	"""Whether every topic under `narrow` falls under `wide` too (MQTT 5, section 4.7)."""
	wide_levels, narrow_levels = wide.split("/"), narrow.split("/")
	if narrow.startswith("$") and wide_levels[0] in ("#", "+"):
		return False
	for depth, level in enumerate(wide_levels):
		if level == "#":
			return True
		if depth >= len(narrow_levels) or narrow_levels[depth] == "#":
			return False
		if level not in ("+", narrow_levels[depth]):
			return False
	return len(wide_levels) == len(narrow_levels)
