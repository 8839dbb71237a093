"""What the latency benchmarks of both editions measure, and how they say it. Imports nothing of either edition."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

TICKET_SECONDS = 20.0
LOOK_SECONDS = 0.001
AIM_P95_MS = 1000.0
AIM_OVERHEAD_MS = 50.0


@dataclass(frozen=True)
class Spread:
	"""Milliseconds."""

	p50: float
	p95: float
	worst: float

	@classmethod
	def of(cls, milliseconds: Sequence[float]) -> Spread:
		ranks = statistics.quantiles(milliseconds, n=100, method="inclusive")
		return cls(round(ranks[49], 2), round(ranks[94], 2), round(max(milliseconds), 2))


@dataclass(frozen=True)
class Latency:
	"""publish_to_ticket: from the publish to the ticket as another process sees it. overhead: at p50, beyond the bare
	insert."""

	count: int
	publish_to_ticket: Spread
	bare_insert: Spread
	overhead_ms: float

	@classmethod
	def of(cls, publish_to_ticket: Sequence[float], bare_insert: Sequence[float]) -> Latency:
		signals, inserts = Spread.of(publish_to_ticket), Spread.of(bare_insert)
		return cls(len(publish_to_ticket), signals, inserts, round(signals.p50 - inserts.p50, 2))

	def as_json(self) -> dict[str, object]:
		return asdict(self)

	def as_text(self, edition: str) -> str:
		rows = [
			(f"{edition}, {self.count} incidents, ms", "p50", "p95", "worst", "aim"),
			_row("publish -> ticket committed", self.publish_to_ticket, f"p95 < {AIM_P95_MS:g}"),
			_row("bare ticket insert and commit", self.bare_insert, ""),
			("overhead", f"{self.overhead_ms:.1f}", "", "", f"< {AIM_OVERHEAD_MS:g}"),
		]
		return "\n".join(f"{row[0]:<40}{''.join(f'{cell:>12}' for cell in row[1:])}" for row in rows)


def _row(label: str, spread: Spread, aim: str) -> tuple[str, str, str, str, str]:
	return label, f"{spread.p50:.1f}", f"{spread.p95:.1f}", f"{spread.worst:.1f}", aim


def state(value: str) -> bytes:
	"""A message that is told apart from every other by its time."""
	return json.dumps({"state": value, "ts": datetime.now(timezone.utc).isoformat()}).encode()


def write_result(result: Latency, edition: str, path: Path) -> None:
	print(result.as_text(edition))
	path.parent.mkdir(parents=True, exist_ok=True)
	path.write_text(json.dumps(result.as_json(), indent=2) + "\n", encoding="utf-8")
	print(f"written to {path}")
