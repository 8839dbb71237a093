"""The impact engine against networkx and rustworkx in one run, on generated plants of 1k, 10k and 100k CIs.

`python -m tests.benchmarks.impact`. Each figure is CPU time, the median of three rounds; other work on the machine
spoils it, so the load at the start is told. The two libraries get the same edges, with redundancy groups as plain
nodes: they follow more than fails, so the failed CIs here are such as no group bears.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import random
import statistics
import time
from collections.abc import Callable, Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import networkx as nx
import rustworkx as rx
from rich.console import Console
from rich.table import Table

from plant_itsm.domain.cmdb import CI, Cmdb, Node, build_cmdb
from plant_itsm.domain.failure_index import FailureIndex
from plant_itsm.domain.impact import impact_of
from tests.benchmarks.growth_plot import write_growth
from tests.benchmarks.measures import Spread
from tests.plants_generated import generated_plant

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 3
REPEATED = 20
EDITS = 300
FAILED = {"site": "PWR-00", "application": "APP-000-0", "cell": "SW-000-000"}
DAYS = {"Plant": date(2026, 6, 1)}

GROWING = (
	"index and masks, ms",
	"networkx model, ms",
	"site: engine, ms",
	"site: rustworkx, ms",
	"site: networkx, ms",
	"removed relation, p95 ms",
)

Figures = dict[str, float]
AIMS: dict[str, tuple[str, Callable[[Figures], bool]]] = {
	"index and masks, ms": ("< 500", lambda f: f["index and masks, ms"] < 500),
	"lines of one CI, µs": ("< 5", lambda f: f["lines of one CI, µs"] < 5),
	"lines of one CI, first time, µs": ("< 5", lambda f: f["lines of one CI, first time, µs"] < 5),
	"site: engine / rustworkx": ("≤ 2", lambda f: f["site: engine / rustworkx"] <= 2),
	"site: networkx / engine": ("≥ 20", lambda f: f["site: networkx / engine"] >= 20),
	"added relation, p95 ms": ("< 1", lambda f: f["added relation, p95 ms"] < 1),
	"removed relation, p95 ms": ("< 20", lambda f: f["removed relation, p95 ms"] < 20),
}


def timed(work: Callable[[], object], repeat: int = 1) -> float:
	"""Milliseconds of CPU for one call: the median of several rounds of `repeat` calls each."""
	found = []
	for _ in range(ROUNDS):
		gc.collect()
		start = time.process_time()
		for _ in range(repeat):
			work()
		found.append((time.process_time() - start) * 1e3 / repeat)
	return statistics.median(found)


def measure(size: int) -> Figures:
	cmdb = generated_plant(size)
	figures: Figures = {"CIs": len(cmdb.items), "relations": len(cmdb.relations), "lines": len(cmdb.lines)}
	figures |= _builds(cmdb)
	for what, ci in FAILED.items():
		figures |= _affected(cmdb, what, ci)
	figures |= _lines_of_one(cmdb)
	figures |= _edits(cmdb)
	return figures


def _fresh(cmdb: Cmdb) -> Cmdb:
	return build_cmdb(
		cmdb.items.values(), cmdb.relations, cmdb.segments, cmdb.lines.values(), cmdb.groups, cmdb.feeds
	)


def _builds(cmdb: Cmdb) -> Figures:
	some = next(iter(cmdb.items))
	snapshots = [_fresh(cmdb) for _ in range(2 * ROUNDS)]
	indexes = [FailureIndex(cmdb) for _ in range(ROUNDS)]
	index_ms = timed(lambda: FailureIndex(snapshots.pop()))
	masks_ms = timed(lambda: indexes.pop().lines_of_ci(some))
	return {
		"snapshot of the records, ms": timed(lambda: _fresh(cmdb)),
		"index, ms": index_ms,
		"masks of all CIs, ms": masks_ms,
		"index and masks, ms": index_ms + masks_ms,
		"networkx model, ms": timed(lambda: snapshots.pop().failures),
	}


def _affected(cmdb: Cmdb, what: str, ci: str) -> Figures:
	index, graph = cmdb.index, cmdb.failures
	numbers = {node: number for number, node in enumerate(graph)}
	compiled = rx.PyDiGraph(multigraph=False)
	compiled.add_nodes_from(list(numbers))
	compiled.add_edges_from_no_data([(numbers[a], numbers[b]) for a, b in graph.edges])
	node = Node(CI, ci)
	engine_ms = timed(lambda: index.spread([ci]), REPEATED)
	rust_ms = timed(lambda: rx.descendants(compiled, numbers[node]), REPEATED)
	model_ms = timed(lambda: nx.descendants(graph, node), REPEATED)
	reached = index.affected_cis(index.spread([ci]))
	plainly = sum(1 for other in nx.descendants(graph, node) if other.kind == CI)
	return {
		f"{what}: affected CIs": len(reached),
		f"{what}: affected CIs without redundancy": plainly,
		f"{what}: engine, ms": engine_ms,
		f"{what}: rustworkx, ms": rust_ms,
		f"{what}: networkx, ms": model_ms,
		f"{what}: engine / rustworkx": engine_ms / rust_ms,
		f"{what}: networkx / engine": model_ms / engine_ms,
		f"{what}: whole impact with names and paths, ms": timed(
			lambda: impact_of(cmdb, (), [ci], DAYS), REPEATED
		),
	}


def _lines_of_one(cmdb: Cmdb) -> Figures:
	names = list(cmdb.items)
	random.Random(1).shuffle(names)
	indexes = [FailureIndex(cmdb) for _ in range(ROUNDS)]
	for index in indexes:
		index.lines_of_ci(names[0])  # the masks are made

	def ask(index: FailureIndex) -> None:
		for name in names:
			index.lines_of_ci(name)

	waiting = list(indexes)
	first = timed(lambda: ask(waiting.pop()))
	again = timed(lambda: ask(indexes[0]))
	return {
		"lines of one CI, first time, µs": first * 1e3 / len(names),
		"lines of one CI, µs": again * 1e3 / len(names),
	}


def _edits(cmdb: Cmdb) -> Figures:
	"""Relations of all kinds, drawn evenly from those that there are: removed one by one, and added again."""
	index = FailureIndex(cmdb)
	index.lines_of_ci(next(iter(cmdb.items)))
	ends = [(index.number_of(source), index.number_of(target)) for source, target in _some_edges(cmdb, EDITS)]
	removed = Spread.of([_once(lambda edge=edge: index.remove_edge(*edge)) for edge in ends])
	added = Spread.of([_once(lambda edge=edge: index.add_edge(*edge)) for edge in ends])
	return {
		"added relation, p50 ms": added.p50,
		"added relation, p95 ms": added.p95,
		"added relation, worst ms": added.worst,
		"removed relation, p50 ms": removed.p50,
		"removed relation, p95 ms": removed.p95,
		"removed relation, worst ms": removed.worst,
	}


def _some_edges(cmdb: Cmdb, count: int) -> Iterable[tuple[str, str]]:
	between = [(a.name, b.name) for a, b in cmdb.failures.edges if a.kind == CI and b.kind == CI]
	return random.Random(2).sample(between, min(count, len(between)))


def _once(work: Callable[[], object]) -> float:
	start = time.process_time()
	work()
	return (time.process_time() - start) * 1e3


def table(results: dict[int, Figures]) -> Table:
	found = Table("figure", *(f"{size:,} CIs" for size in results), "aim at the largest")
	largest = results[max(results)]
	for name in largest:
		aim, holds = AIMS.get(name, ("", lambda _: True))
		verdict = f"{aim} {'✓' if holds(largest) else '✗ missed'}" if aim else ""
		found.add_row(name, *(_shown(figures[name]) for figures in results.values()), verdict)
	return found


def _shown(value: float) -> str:
	return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _machine() -> dict[str, Any]:
	libraries = {name: version(name) for name in ("numpy", "networkx", "rustworkx")}
	return {
		"python": platform.python_version(),
		"cores": os.cpu_count(),
		"load": os.getloadavg(),
		**libraries,
	}


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/benchmarks/impact.json"))
@click.option("--largest", type=int, default=max(SIZES), show_default=True, help="Leave larger plants out.")
def main(out: Path, largest: int) -> None:
	"""Measure, show a table, write JSON and a plot."""
	machine = _machine()
	results = {size: measure(size) for size in SIZES if size <= largest}
	Console(width=150).print(table(results))
	print(", ".join(f"{name} {value}" for name, value in machine.items()))
	out.parent.mkdir(parents=True, exist_ok=True)
	text = json.dumps({"machine": machine, "results": results}, indent=2, ensure_ascii=False)
	out.write_text(text + "\n", encoding="utf-8")
	plot = out.with_suffix(".svg")
	write_growth(plot, "Growth with the size of the plant", "ms of CPU", _growth(results))
	print(f"written to {out} and {plot}")


def _growth(results: dict[int, Figures]) -> dict[str, dict[int, float]]:
	series = {name: {size: figures[name] for size, figures in results.items()} for name in GROWING}
	lines = {size: figures["lines of one CI, µs"] / 1e3 for size, figures in results.items()}
	return {**series, "lines of one CI": lines}


if __name__ == "__main__":
	main()
