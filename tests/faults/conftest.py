"""How large the fault suite is, a site for each test, and the table at the end.

PLANT_ITSM_FAULT_SIGNALS: signals of each run, 10,000 or more for the whole suite with its long outages.
PLANT_ITSM_FAULT_SEEDS: runs of each fault. PLANT_ITSM_FAULT_REPORT: a folder for the results.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.ledger import Tally
from tests.faults.report import table_of
from tests.faults.site import FaultSite, prepare_site

FULL = 10_000
SIGNALS = int(os.environ.get("PLANT_ITSM_FAULT_SIGNALS", "600"))
SEEDS = int(os.environ.get("PLANT_ITSM_FAULT_SEEDS", "1"))


@dataclass(frozen=True)
class Scale:
	"""The size of one run. The long outages are for the first seed of the whole suite."""

	seed: int
	signals: int = SIGNALS

	@property
	def is_full(self) -> bool:
		return self.signals >= FULL

	def long(self, short: float, full: float) -> float:
		return full if self.is_full and self.seed == 1 else short

	def times(self, short: int, full: int) -> int:
		return full if self.is_full else short


def pytest_configure(config: pytest.Config) -> None:
	config.addinivalue_line(
		"markers", "hour_glass: a fault that only its duration makes; runs once, beside the others"
	)
	config.stash[TALLIES] = []


TALLIES: pytest.StashKey[list[Tally]] = pytest.StashKey()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
	if "scale" in metafunc.fixturenames:
		is_its_time = metafunc.definition.get_closest_marker("hour_glass") is not None
		scales = [Scale(seed + 1) for seed in range(1 if is_its_time else SEEDS)]
		metafunc.parametrize("scale", scales, ids=[f"seed{scale.seed}" for scale in scales])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
	for item in items:
		if "scale" in getattr(item, "fixturenames", ()):
			item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
	"""prepared(machines) is a site of that size, made once."""
	made: dict[int, Path] = {}

	def make(machines: int) -> Path:
		if machines not in made:
			made[machines] = prepare_site(tmp_path_factory.mktemp(f"plant-{machines}"), machines)
		return made[machines]

	return make


@pytest.fixture
def fault_site(prepared: Callable[[int], Path], tmp_path: Path) -> Iterator[Callable[..., FaultSite]]:
	"""fault_site(machines, **options) is a site whose servers run; it ends after the test."""
	sites: list[FaultSite] = []

	def make(machines: int, **options: object) -> FaultSite:
		site = FaultSite(prepared(machines), tmp_path / f"run-{len(sites)}", **options)
		sites.append(site.__enter__())
		return site

	yield make
	for site in sites:
		site.__exit__()


@pytest.fixture
def tally(request: pytest.FixtureRequest, scale: Scale) -> Iterator[Tally]:
	"""The books of this run; they go into the report whatever happens."""
	started = time.monotonic()
	tally = Tally(
		request.node.originalname.removeprefix("test_").replace("_", " "), scale.seed, scale.signals
	)
	yield tally
	tally.seconds = round(time.monotonic() - started, 1)
	request.config.stash[TALLIES].append(tally)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
	tallies = config.stash[TALLIES]
	if not tallies:
		return
	rows = [tally.as_row() for tally in tallies]
	terminalreporter.section("faults")
	for line in table_of(rows):
		terminalreporter.write_line(line)
	folder = os.environ.get("PLANT_ITSM_FAULT_REPORT")
	if folder:
		path = Path(folder) / f"rows-{os.getpid()}.jsonl"
		path.parent.mkdir(parents=True, exist_ok=True)
		path.write_text("".join(json.dumps(row) + "\n" for row in rows))
