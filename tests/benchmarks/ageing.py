"""What looks at every CI of a plant: the register of ends of life, and the weekly Weibull fits with their predictions.

`python -m tests.benchmarks.ageing [CIS]` on a store of the embedded edition, 5,000 CIs by default.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from plant_itsm.ports import Ports
from plant_itsm.services.asset_evidence import AssetEvidence
from plant_itsm.services.end_of_life import end_of_life_register
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.weibull_fits import renew_fits
from tests.benchmarks.ageing_plant import NOW, make_plant
from tests.services.conftest import Plant

T = TypeVar("T")
AIM_SECONDS = 10.0


def measure(ports: Ports, tell: Callable[[str, float, float], None]) -> None:
	"""tell(what, seconds, seconds of processor time)"""
	records = ports.records

	def timed(what: str, ask: Callable[[], T]) -> T:
		began, worked = time.perf_counter(), time.process_time()
		answer = ask()
		tell(what, time.perf_counter() - began, time.process_time() - worked)
		return answer

	with records.transaction():
		model = timed("read the graph", lambda: ImpactModel(records))
	with records.transaction():
		evidence = AssetEvidence(records, model, NOW)
		register = timed("register of ends of life", lambda: end_of_life_register(records, evidence))
	made = timed("weekly fits and predictions", lambda: renew_fits(ports))
	print(f"{len(register.rows)} rows in the register, {made} predictions")


def main(cis: int) -> None:
	with tempfile.TemporaryDirectory() as folder:
		plant = Plant(Path(folder) / "plant.sqlite")
		plant.clock.moment = NOW
		make_plant(plant.records, cis, "Ageing")

		def tell(what: str, seconds: float, worked: float) -> None:
			print(f"{what}: {seconds:.1f} s, processor {worked:.1f} s (aim {AIM_SECONDS:g} s)", flush=True)

		measure(replace(plant.ports), tell)


if __name__ == "__main__":
	main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
