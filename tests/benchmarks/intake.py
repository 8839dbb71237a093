"""How fast signals come in, each figure against a named baseline in the same run, the median of three runs.

`python -m tests.benchmarks.intake`. Other work on the machine spoils it: the load at the start is told.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from tests.benchmarks import drain_intake, memory_intake, mqtt_intake, opcua_intake

AIM_PAHO, AIM_OPC_UA, AIM_DRAIN, AIM_MEMORY_MB = 1.0, 0.9, 20_000, 50.0
RUNS = 3


def measure(folder: Path, count: int) -> dict[str, float]:
	"""One run of everything but memory."""
	mqtt = mqtt_intake.compare(folder, count)
	ours, paho, raw = mqtt["listener"], mqtt["paho"], mqtt["raw socket"]
	opcua = opcua_intake.compare(folder)
	drains = {
		"steady": list(mqtt_intake.messages(count)),
		"changes": list(mqtt_intake.changes(count // 10)),
		"stops": list(mqtt_intake.toggles(max(count // 100, 400))),
	}
	drained = {name: drain_intake.drain_rate(folder / name, sent) for name, sent in drains.items()}
	return {
		"MQTT listener, messages/s": ours.per_second,
		"MQTT paho loop, messages/s": paho.per_second,
		"MQTT raw socket, messages/s": raw.per_second,
		"MQTT listener / paho": ours.per_second / paho.per_second,
		"MQTT listener / raw socket": ours.per_second / raw.per_second,
		"MQTT listener, CPU µs": ours.cpu_microseconds,
		"MQTT paho loop, CPU µs": paho.cpu_microseconds,
		"OPC UA listener, notifications/s": opcua["listener"].per_second,
		"OPC UA bare asyncua, notifications/s": opcua["asyncua"].per_second,
		"OPC UA listener / asyncua": opcua["listener"].per_second / opcua["asyncua"].per_second,
		"OPC UA listener, CPU µs": opcua["listener"].cpu_microseconds,
		"OPC UA bare asyncua, CPU µs": opcua["asyncua"].cpu_microseconds,
		"drain, steady signals/s": drained["steady"]["signals_per_second"],
		"drain, changes/s (each an event)": drained["changes"]["signals_per_second"],
		"drain, stops opened or ended/s": drained["stops"]["signals_per_second"],
		"drain, memory growth, MB": drained["steady"]["memory_growth_mb"],
	}


AIMS: Mapping[str, tuple[str, Callable[[float], bool]]] = {
	"MQTT listener / paho": (f"≥ {AIM_PAHO}", lambda value: value >= AIM_PAHO),
	"OPC UA listener / asyncua": (f"≥ {AIM_OPC_UA}", lambda value: value >= AIM_OPC_UA),
	"drain, steady signals/s": (f"≥ {AIM_DRAIN:,}", lambda value: value >= AIM_DRAIN),
	"drain, memory growth, MB": (f"≤ {AIM_MEMORY_MB:g}", lambda value: value <= AIM_MEMORY_MB),
	"listener, memory growth, MB": (f"≤ {AIM_MEMORY_MB:g}", lambda value: value <= AIM_MEMORY_MB),
}


def machine() -> dict[str, Any]:
	"""Where and with what it was measured."""
	cpu = next(
		(line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
		platform.processor(),
	)
	packages = ("paho-mqtt", "asyncua", "redis", "SQLAlchemy")
	return {
		"date": date.today().isoformat(),
		"cpu": f"{os.cpu_count()} × {cpu}",
		"load_at_start": os.getloadavg()[0],
		"python": platform.python_version(),
		**{name: version(name) for name in packages},
	}


def _lines(path: str) -> list[str]:
	try:
		return Path(path).read_text().splitlines()
	except OSError:
		return []


def table_of(figures: Mapping[str, float], ranges: Mapping[str, tuple[float, float]]) -> Table:
	table = Table(title="Intake", title_justify="left")
	for header in ("", "median", "lowest", "highest", "aim", ""):
		table.add_column(header, justify="left" if header in ("", "aim") else "right")
	for name, value in figures.items():
		aim, holds = AIMS.get(name, ("", lambda _value: True))
		low, high = ranges[name]
		cells = [_shown(one) for one in (value, low, high)]
		table.add_row(name, *cells, aim, ("met" if holds(value) else "missed") if aim else "")
	return table


def _shown(value: float) -> str:
	return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


@click.command()
@click.option("--count", default=200_000, show_default=True, help="MQTT messages of each run.")
@click.option("--memory-count", default=300_000, show_default=True, envvar="PLANT_ITSM_BENCH_MEMORY_MESSAGES")
@click.option("--runs", default=RUNS, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/benchmarks/intake.json"))
def main(count: int, memory_count: int, runs: int, out: Path) -> None:
	about = machine()
	results: list[dict[str, float]] = []
	for _ in range(runs):
		with tempfile.TemporaryDirectory(prefix="plant-itsm-") as folder:
			results.append(measure(Path(folder), count))
	figures = {name: statistics.median(one[name] for one in results) for name in results[0]}
	ranges = {name: (min(r[name] for r in results), max(r[name] for r in results)) for name in figures}
	with tempfile.TemporaryDirectory(prefix="plant-itsm-") as folder:
		growth = memory_intake.listener_growth(Path(folder), memory_count)
	figures["listener, memory growth, MB"], ranges["listener, memory growth, MB"] = growth, (growth, growth)
	Console().print(table_of(figures, ranges))
	written = {**about, "messages": count, "memory_messages": memory_count, "runs": runs, "median": figures}
	out.parent.mkdir(parents=True, exist_ok=True)
	out.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
	click.echo(json.dumps(written, ensure_ascii=False))


if __name__ == "__main__":
	main()
