"""The extension point of the cost model: a package that is installed adds parts to every version."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from plant_itsm.domain.stop_costs import Downtime, price_line
from plant_itsm.domain.time_spans import Span
from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.store import open_store
from plant_itsm.services.cost_models import COMPONENTS_HOOK, all_cost_models
from plant_itsm.services.stop_costs import priced_line
from plant_itsm.tests.contract_plant import SmallPlant

PACKAGE = """
from decimal import Decimal
from plant_itsm.domain.cost_models import HourlyPart, OncePart

def parts(model):
	yield HourlyPart("peak power", Decimal("0.50"), "kWh", Decimal(80))
	yield OncePart(f"cleaning of {model['production_line']}", Decimal(7))
"""
START = datetime(2026, 6, 1, 8, 0, tzinfo=timezone.utc)


@pytest.fixture
def installed(tmp_path, monkeypatch):
	"""Install a package with an entry point; returns what names the function."""

	def install(value):
		folder = tmp_path / "site-packages"
		info = folder / "plant_peak-1.0.dist-info"
		info.mkdir(parents=True)
		(folder / "plant_peak.py").write_text(PACKAGE, encoding="utf-8")
		(info / "METADATA").write_text(
			"Metadata-Version: 2.1\nName: plant-peak\nVersion: 1.0\n", encoding="utf-8"
		)
		(info / "entry_points.txt").write_text(f"[{COMPONENTS_HOOK}]\npeak = {value}\n", encoding="utf-8")
		monkeypatch.syspath_prepend(str(folder))
		records = open_store(tmp_path / "plant.sqlite", SystemClock())
		plant = SmallPlant(records, "T")
		plant.cost_model(plant.line("L"))
		return records

	return install


def test_parts_of_a_package_are_in_the_rate_and_in_the_price(installed):
	records = installed("plant_peak:parts")
	(model,) = all_cost_models(records)
	assert model.cost_per_hour().amount == Decimal("3840.00")
	down = Downtime("LS", START, (Span(START, START + timedelta(minutes=30)),))
	(cost,) = price_line(priced_line(records, "T L"), [down]).values()
	assert {part.part: (part.amount.amount, part.formula) for part in cost.parts} == {
		"cost per hour": (1900, "3,800.00 EUR per hour × 1800 s ÷ 3600 s"),
		"peak power": (20, "0.50 EUR × 40 kWh in 1800 s"),
		"cleaning of T L": (7, "7.00 EUR, once"),
	}
	records.close()


@pytest.mark.parametrize(
	("value", "why"), [("plant_peak:nothing", "no attribute 'nothing'"), ("gone:parts", "gone")]
)
def test_a_component_that_fails_is_named_and_the_rest_is_priced(installed, value, why):
	records = installed(value)
	down = Downtime("LS", START, (Span(START, START + timedelta(minutes=30)),))
	(cost,) = price_line(priced_line(records, "T L"), [down]).values()
	assert cost.cost.amount == 1900
	(reason,) = cost.not_priced
	assert reason.startswith(f"T L: not priced: cost component {value.replace(':', '.')} failed")
	assert why in reason
	records.close()
