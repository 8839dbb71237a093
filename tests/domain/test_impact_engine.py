"""The compiled engine equals the plain rules, on generated plants with redundancy, cycles and buffers.

IMPACT_SETS sets the number of failed sets per plant, as `make test-impact` does with 1,000 for each size.
"""

import itertools
import os
import random
from datetime import date

import pytest

from plant_itsm.domain.impact import impact_of
from plant_itsm.domain.vocabulary import LineState
from tests.naive_impact import NaivePlant
from tests.plants_generated import generated_plant

DAYS = {"Plant": date(2026, 6, 1)}
SIZES = {1_000: 1_000, 10_000: 60, 100_000: 5}
INFRASTRUCTURE = ("PWR", "CORE", "HOST", "DIST", "APP", "SW")


def failed_sets(names, count, seed):
	"""From one CI to fifty, also of those that much depends on."""
	chance = random.Random(seed)
	shared = [name for name in names if name.startswith(INFRASTRUCTURE)]
	for _ in range(count):
		failed = chance.sample(names, chance.choice((0, 1, 1, 2, 3, 10, 50)))
		failed += chance.sample(shared, chance.choice((0, 0, 1, 2, 4)))
		yield failed or [chance.choice(names)]


def engine_result(cmdb, failed):
	impact = impact_of(cmdb, (), failed, DAYS)
	stops = {
		found.line.name: found.reached_after_seconds
		for found in impact.lines
		if found.state == LineState.STOPPED
	}
	degraded = {found.line.name for found in impact.lines if found.state == LineState.DEGRADED}
	return set(impact.affected_cis), stops, degraded


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("size", SIZES)
def test_the_engine_equals_the_plain_rules(size):
	cmdb = generated_plant(size)
	naive = NaivePlant(cmdb)
	count = int(os.environ.get("IMPACT_SETS", SIZES[size]))
	for failed in failed_sets(list(cmdb.items), count, seed=size):
		expected = naive.impact(failed)
		assert engine_result(cmdb, failed) == (expected.affected, expected.stops, expected.degraded), failed


def test_the_lines_of_one_ci_are_those_of_its_impact():
	cmdb = generated_plant(1_000)
	for ci in cmdb.items:
		reached = cmdb.index.lines_of_ci(ci)
		_, stops, degraded = engine_result(cmdb, [ci])
		assert (dict(reached.stops), set(reached.degraded)) == (stops, degraded), ci


def test_every_affected_ci_is_explained_by_a_path_along_the_model():
	cmdb = generated_plant(1_000)
	graph = cmdb.failures
	edges = {(source.name, target.name) for source, target in graph.edges}
	for failed in failed_sets(list(cmdb.items), 25, seed=7):
		impact = impact_of(cmdb, (), failed, DAYS)
		for ci in impact.affected_cis:
			steps = [step.split(" (")[0] for step in impact.path_to(ci).split(" → ")]
			assert steps[0] in failed
			assert steps[-1] == ci
			assert edges.issuperset(itertools.pairwise(steps)), steps


def test_the_same_seed_gives_the_same_plant():
	first, second = generated_plant(500, seed=3), generated_plant(500, seed=3)
	assert (first.relations, first.groups, first.feeds) == (second.relations, second.groups, second.feeds)
	assert generated_plant(500, seed=4).relations != first.relations
