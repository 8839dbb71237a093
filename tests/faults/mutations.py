"""Payloads and topics as broken machines, gateways and attackers send them."""

from __future__ import annotations

import json
import random

DEEP = 10_000
TOO_LONG_BYTES = 262_145
"""One more than the default max_payload_bytes of an OT Connection."""


class Mutations:
	"""Mutated payloads, every one of which is no document that a rule could read; the same ones for the same seed."""

	def __init__(self, seed: int):
		self._dice = random.Random(seed)
		self._kinds = [
			self._bad_utf8,
			self._not_a_number,
			self._deep,
			self._cut_off,
			self._no_json,
			self._wrong_shape,
			self._bad_time,
			self._digits,
			lambda: b"",
		]

	def payload(self) -> bytes:
		if self._dice.random() < 0.01:  # they are heavy
			return b'{"state": "' + b"x" * (TOO_LONG_BYTES + self._dice.randrange(100_000)) + b'"}'
		return self._dice.choice(self._kinds)()

	def _good(self) -> bytes:
		return json.dumps(
			{"state": "RUNNING", "ts": "2026-06-01T08:00:00+00:00", "n": self._dice.random()}
		).encode()

	def _bad_utf8(self) -> bytes:
		good = self._good()
		place = self._dice.randrange(len(good))
		return (
			good[:place] + self._dice.choice((b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\x80")) + good[place:]
		)

	def _not_a_number(self) -> bytes:
		return b'{"state": %s}' % self._dice.choice((b"NaN", b"Infinity", b"-Infinity"))

	def _deep(self) -> bytes:
		opening, closing = self._dice.choice(((b"[", b"]"), (b'{"state":', b"}")))
		return opening * DEEP + b"1" + closing * DEEP

	def _cut_off(self) -> bytes:
		good = self._good()
		return good[: self._dice.randrange(1, len(good) - 1)]

	def _no_json(self) -> bytes:
		return self._dice.choice((b"OFFLINE", b"'state'", b"{state: 1}", b"\x00\x00", b"<xml/>", b"{} {}"))

	def _wrong_shape(self) -> bytes:
		return self._dice.choice(
			(b"[]", b"null", b"true", b"17", b'{"status": "OFFLINE"}', b'"state"', b"[1, 2]")
		)

	def _bad_time(self) -> bytes:
		when = self._dice.choice(
			("soon", "2026-06-01T08:00:00", 1e300, True, [1], "9999999999999999999", -1e18)
		)
		return json.dumps({"state": "OFFLINE", "ts": when}).encode()

	def _digits(self) -> bytes:
		return b'{"state": "OFFLINE", "n": ' + b"9" * 5000 + b"}"
