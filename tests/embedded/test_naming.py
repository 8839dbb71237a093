from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timezone

import pytest

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.schema import DocTypeMeta
from plant_itsm.embedded.naming import NAME_LENGTH, new_name

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)


class Series(Counter):
	def next_number(self, prefix: str) -> int:
		self[prefix] += 1
		return self[prefix]


def named(autoname: str, record: dict, series: Series | None = None) -> str:
	return new_name(
		DocTypeMeta("Thing", (), autoname), record, NOW, (Series() if series is None else series).next_number
	)


def test_a_field_names_the_record():
	assert named("field:ci_name", {"ci_name": "AR-042"}) == "AR-042"


def test_a_format_joins_fields_and_a_date_is_written_as_iso():
	record = {"line": "Line 3", "valid_from": date(2026, 1, 31), "note": None}
	assert named("format:{line} from {valid_from}{note}", record) == "Line 3 from 2026-01-31"


def test_a_series_counts_per_prefix():
	series = Series({"LS-2026-": 41})
	assert named("format:LS-{YYYY}-{#####}", {}, series) == "LS-2026-00042"
	assert named("format:{site}-{YY}{MM}{DD}-{##}", {"site": "A"}, series) == "A-260302-01"
	assert named("format:{site}-{YY}{MM}{DD}-{##}", {"site": "B"}, series) == "B-260302-01"


def test_a_series_grows_beyond_its_width():
	assert named("format:{##}", {}, Series({"": 99})) == "100"


def test_autoincrement_is_the_text_of_a_number():
	series = Series()
	assert [named("autoincrement", {}, series) for _ in range(2)] == ["1", "2"]


@pytest.mark.parametrize("autoname", ["prompt", "Prompt"])
def test_prompt_takes_the_name_that_is_given(autoname: str):
	assert named(autoname, {"name": "P1"}) == "P1"


def test_random_names_differ():
	names = {named(autoname, {}) for autoname in ("hash", "") for _ in range(500)}
	assert len(names) == 1000
	assert {len(name) for name in names} == {10}


@pytest.mark.parametrize(
	("autoname", "record"),
	[
		("prompt", {}),
		("field:ci_name", {"ci_name": None}),
		("field:ci_name", {"ci_name": "x" * (NAME_LENGTH + 1)}),
		("field:ci_name", {"ci_name": "AR-042", "name": "AR-043"}),
		("hash", {"name": "mine"}),
	],
)
def test_a_name_that_cannot_be_is_refused(autoname: str, record: dict):
	with pytest.raises(InvalidRecordError, match="Thing: name"):
		named(autoname, record)
