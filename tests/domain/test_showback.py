"""A showback is reproducible: the same entries and rules give the same bytes, in whatever order they come."""

import json
from datetime import date
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.domain.allocation import (
	AllocationMethod,
	AllocationRule,
	Bucket,
	CostObject,
	CostObjectKind,
	Share,
)
from plant_itsm.domain.showback import Beside, showback_of
from plant_itsm.services.showback_tables import as_json, sheets

LINES = [CostObject(CostObjectKind.LINE, name) for name in ("A", "B", "C")]
POOLS = [CostObject(CostObjectKind.POOL, name) for name in ("IT", "Quality")]
buckets = st.builds(Bucket, st.sampled_from(["Licences", "Servers"]), st.sampled_from(["CapEx", "OpEx"]))
amounts = st.decimals(Decimal("0.01"), 10**6, places=2)
weights = st.lists(st.integers(1, 100), min_size=3, max_size=3)


def rule(pool, shares):
	rows = tuple(Share(line, Decimal(weight)) for line, weight in zip(LINES, shares, strict=True))
	return AllocationRule(
		f"of {pool}", pool.name, AllocationMethod.DRIVER, rows, date(2026, 1, 1), driver="Seats"
	)


@settings(max_examples=60)
@given(
	st.dictionaries(st.tuples(st.sampled_from(LINES + POOLS), buckets), amounts, min_size=1),
	st.lists(weights, min_size=2, max_size=2),
	st.lists(st.integers(0, 10**6), min_size=3, max_size=3),
	st.randoms(use_true_random=False),
)
def test_a_run_on_the_same_inputs_gives_the_same_bytes(costs, shares, units, chance: Random):
	rules = [rule(pool, weights) for pool, weights in zip(POOLS, shares, strict=True)]
	beside = {line: Beside(good_units=made) for line, made in zip(LINES, units, strict=True)}

	def run(*inputs):
		found = showback_of(*inputs, "EUR")
		return json.dumps(as_json(found)), str(sheets(found)), found.fingerprint()

	first = run(costs, rules, beside)
	places, shuffled = list(costs), list(rules)
	chance.shuffle(places)
	chance.shuffle(shuffled)
	again = run({place: costs[place] for place in places}, shuffled, dict(reversed(beside.items())))
	assert again == first
	assert sum(costs.values()) == Decimal(json.loads(first[0])["total"])
