"""An index that was edited is the index of the new snapshot, whatever the edits; most edits need no new one."""

import itertools

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from plant_itsm.domain.cmdb import ConfigurationItem, Relation, build_cmdb
from plant_itsm.domain.failure_index import FailureIndex
from plant_itsm.domain.line_feeds import LineFeed
from plant_itsm.domain.redundancy import RedundancyGroup
from plant_itsm.domain.vocabulary import FailureTravel, LineEffect
from tests.plants_generated import generated_plant
from tests.small_plants import CIS, LINES, feeds, groups, items, lines, relation, relations, segments

NEW = [f"NEW{n}" for n in range(3)]


class EditedPlant(RuleBasedStateMachine):
	"""Edits a plant record by record, handing its index on from snapshot to snapshot."""

	@initialize(items=items, relations=relations, segments=segments, groups=groups, feeds=feeds)
	def start(self, items, relations, segments, groups, feeds):
		self.items = {item.name: item for item in items}
		self.relations = dict.fromkeys(relations)
		self.fixed = (segments, lines, groups, feeds)
		self.cmdb = self._snapshot()
		assert self.cmdb.index is not None

	def _snapshot(self):
		segments, lines, groups, feeds = self.fixed
		return build_cmdb(self.items.values(), self.relations, segments, lines, groups, feeds)

	def _edited(self):
		earlier, self.cmdb = self.cmdb, self._snapshot()
		self.cmdb.succeed(earlier)

	@rule(added=st.lists(relation, min_size=1, max_size=3))
	def add_relations(self, added):
		self.relations.update(dict.fromkeys(added))
		self._edited()

	@rule(data=st.data())
	def remove_a_relation(self, data):
		if self.relations:
			del self.relations[data.draw(st.sampled_from(list(self.relations)))]
			self._edited()

	@rule(
		name=st.sampled_from([*CIS, *NEW]),
		line=st.sampled_from([None, *LINES]),
		effect=st.sampled_from(LineEffect),
	)
	def put_a_ci(self, name, line, effect):
		self.items[name] = ConfigurationItem(name, "PLC", line, effect)
		self._edited()

	@rule(data=st.data())
	def retire_a_ci(self, data):
		if self.items:
			del self.items[data.draw(st.sampled_from(sorted(self.items)))]
			self._edited()

	@rule(one=st.sampled_from(NEW), other=st.sampled_from(CIS))
	def relate_one_that_may_not_be_there_yet(self, one, other):
		self.relations[Relation(one, "controls", other, FailureTravel.BOTH_WAYS)] = None
		self._edited()

	@rule(seconds=st.integers(0, 3600))
	def change_a_feed(self, seconds):
		segments, lines, groups, _ = self.fixed
		self.fixed = (segments, lines, groups, [LineFeed(LINES[0], LINES[1], float(seconds))])
		self._edited()

	@invariant()
	def equals_a_new_index(self):
		index, new = self.cmdb.index, FailureIndex(self.cmdb)
		for ci in self.items:
			assert index.lines_of_ci(ci) == new.lines_of_ci(ci)
			assert index.affected_cis(index.spread([ci])) == new.affected_cis(new.spread([ci]))
		assert index.numbers.cis.keys() == self.items.keys()


EditedPlant.TestCase.settings = settings(max_examples=50, stateful_step_count=20, deadline=None)
test_edits = EditedPlant.TestCase


def plant_of(items, relations, **more):
	return build_cmdb([ConfigurationItem(name) for name in items], relations, [], lines, **more)


def needs(source, target):
	return Relation(source, "depends on", target, FailureTravel.TARGET_TO_SOURCE)


def test_an_edited_relation_keeps_the_index_and_a_changed_group_compiles_it_anew():
	old = plant_of("ABC", [needs("A", "B")])
	index = old.index
	new = plant_of("ABC", [needs("B", "C")])
	new.succeed(old)
	assert new.index is index
	assert index.affected_cis(index.spread(["C"])) == ["B"]
	grouped = plant_of("ABC", [needs("B", "C")], groups=[RedundancyGroup("G", ("B", "C"), 1, cis=("A",))])
	grouped.succeed(new)
	assert grouped.index is not index


def test_an_edit_at_a_member_leaves_what_its_group_protects_protected():
	stops = ConfigurationItem("R", production_line=LINES[0])
	group = RedundancyGroup("G", ("A", "B"), 1, cis=("R",))

	def plant(*relations):
		others = [ConfigurationItem(name) for name in "ABX"]
		return build_cmdb([stops, *others], relations, [], lines, [group])

	old = plant(needs("X", "A"))
	assert dict(old.index.lines_of_ci("A").stops) == {}
	new = plant()
	new.succeed(old)
	assert dict(new.index.lines_of_ci("A").stops) == {}
	both = plant(needs("A", "X"), needs("B", "X"))
	both.succeed(new)
	assert dict(both.index.lines_of_ci("X").stops) == {LINES[0]: 0.0}
	one = plant(needs("A", "X"))
	one.succeed(both)
	assert one.index is old.index
	assert dict(one.index.lines_of_ci("X").stops) == {}


def test_many_changes_at_once_are_compiled():
	names = [f"N{n}" for n in range(200)]
	old = plant_of(names, [])
	index = old.index
	new = plant_of(names, [needs(a, b) for a, b in itertools.pairwise(names)])
	new.succeed(old)
	assert new.index is not index


def test_a_large_plant_edited_a_hundred_times_is_that_compiled_anew():
	plant = generated_plant(3_000)
	names = list(plant.items)
	assert plant.index.lines_of_ci(names[0]) is not None
	index, relations = plant.index, list(plant.relations)
	for step in range(100):
		if step % 2:
			del relations[(step * 7919) % len(relations)]
		else:
			relations.append(needs(names[step * 31 % len(names)], names[step * 101 % len(names)]))
		edited = build_cmdb(
			plant.items.values(), relations, plant.segments, plant.lines.values(), plant.groups, plant.feeds
		)
		edited.succeed(plant)
		plant = edited
	assert plant.index is index
	new = FailureIndex(plant)
	assert [index.lines_of_ci(ci) for ci in names] == [new.lines_of_ci(ci) for ci in names]
