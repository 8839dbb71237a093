"""A year's costs out of a million entries on a Frappe site, and what keeping the monthly sums adds to posting.

`python -m tests.benchmarks.site_showback` with the bench's Python, in the bench's folder sites: what
`bench-config/site-showback` does. What it makes carries a prefix and is removed afterwards, the index too.
"""

from __future__ import annotations

import json
import random
import secrets
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import frappe
from pypika.functions import Sum

from plant_itsm.domain.allocation import Bucket, CostObject, CostObjectKind
from plant_itsm.domain.cost_ledger import rollup_key
from plant_itsm.domain.months import Month
from plant_itsm.domain.schema import SUBMITTED
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services import consequences
from plant_itsm.services.cost_ledger import DOCTYPE as ENTRY
from plant_itsm.services.cost_ledger import post
from plant_itsm.services.cost_rollups import DOCTYPE as ROLLUP
from plant_itsm.services.cost_rollups import costs_of
from plant_itsm.services.plants import load_vocabulary
from plant_itsm.tests.contract_plant import SmallPlant
from plant_itsm.tests.site_case import remove_named

YEARS, YEAR = range(2027, 2032), 2029
LINES, BATCH = 40, 100
CATEGORIES = {
	"IT infrastructure": "OpEx",
	"OT maintenance contracts": "OpEx",
	"Production equipment": "CapEx",
}
COVERING_INDEX = "bench_covering"
KEYS = ("production_line", "category", "spend_type")
Sums = dict[tuple[str, int, str, str], Decimal]


def entries(site: str, lines: list[str], count: int, prefix: str, sums: Sums) -> Iterator[tuple[Any, ...]]:
	"""Rows of submitted entries; what they sum up to goes into `sums`."""
	chance = random.Random(7)
	names = list(CATEGORIES)
	for number in range(count):
		month = Month(chance.choice(YEARS), chance.randint(1, 12))
		line, category = chance.choice(lines), chance.choice(names)
		amount = Decimal(chance.randint(100, 9_999_99)).scaleb(-2)
		sums[line, month.key, category, CATEGORIES[category]] += amount
		posted_on = date(month.year, month.month, chance.randint(1, 28))
		row = (f"{prefix}-{number}", SUBMITTED, posted_on, month.key, site, line, category)
		yield (*row, CATEGORIES[category], amount, "EUR", amount, "EUR", "Entry")


def fill(site: str, lines: list[str], count: int, prefix: str) -> None:
	columns = ["name", "docstatus", "posting_date", "period_key", "plant_site", "production_line", "category"]
	columns += ["spend_type", "amount", "currency", "base_amount", "base_currency", "source"]
	sums: Sums = defaultdict(Decimal)
	frappe.db.bulk_insert(ENTRY, columns, entries(site, lines, count, prefix, sums))
	keys = ["rollup_key", "plant_site", "period_key", "object_kind", "object_name", "category", "spend_type"]
	frappe.db.bulk_insert(
		ROLLUP, ["name", *keys, "amount", "currency", "entries"], _rollups(site, prefix, sums)
	)
	frappe.db.commit()


def _rollups(site: str, prefix: str, sums: Sums) -> Iterator[tuple[Any, ...]]:
	for number, ((line, period, category, spend), amount) in enumerate(sums.items()):
		owner = CostObject(CostObjectKind.LINE, line)
		key = rollup_key(site, Month(period // 100, period % 100), owner, Bucket(category, spend))
		row = (f"{prefix}-{number}", key, site, period, owner.kind.value, line, category, spend)
		yield (*row, amount, "EUR", 1)


def median_ms(run: Callable[[], Any], runs: int) -> float:
	seconds = []
	for _ in range(runs):
		frappe.db.rollback()
		begin = time.perf_counter()
		run()
		seconds.append(time.perf_counter() - begin)
	return round(statistics.median(seconds) * 1e3, 2)


def group_by(site: str) -> dict[tuple[str, ...], Decimal]:
	"""The year's sums straight from the entries, with whatever index there is."""
	entry = frappe.qb.DocType(ENTRY)
	keys = [entry[name] for name in KEYS]
	rows = (
		frappe.qb.from_(entry)
		.select(*keys, Sum(entry.base_amount))
		.where((entry.plant_site == site) & (entry.docstatus == SUBMITTED))
		.where(entry.period_key[YEAR * 100 + 1 : YEAR * 100 + 12])
		.groupby(*keys)
		.run()
	)
	return {row[:3]: Decimal(str(row[3])) for row in rows}


def with_pandas(site: str) -> Any:
	"""All entries fetched, then filtered and summed."""
	import pandas

	entry = frappe.qb.DocType(ENTRY)
	names = ["plant_site", "docstatus", "period_key", *KEYS, "base_amount"]
	frame = pandas.DataFrame(frappe.qb.from_(entry).select(*names).run(), columns=names)
	year = frame[
		(frame.plant_site == site) & (frame.docstatus == SUBMITTED) & (frame.period_key // 100 == YEAR)
	]
	return year.groupby(list(KEYS)).base_amount.sum()


def drop_index(name: str) -> None:
	if frappe.db.has_index(f"tab{ENTRY}", name):
		frappe.db.sql_ddl(f"ALTER TABLE `tab{ENTRY}` DROP INDEX `{name}`")


def reports(site: str, runs: int) -> dict[str, Any]:
	records, first, last = FrappeRecords(), Month(YEAR, 1), Month(YEAR, 12)
	plain = group_by(site)
	ours = costs_of(records, site, first, last)
	found = {(owner.name, *bucket): amount for (owner, bucket), amount in ours.items()}
	assert found == plain, "the sums kept by month differ from the entries"
	result = {"report_ms": median_ms(lambda: costs_of(records, site, first, last), runs)}
	result["group_by_ms"] = median_ms(lambda: group_by(site), runs)
	columns = ["plant_site", "docstatus", *KEYS, "period_key", "base_amount"]
	frappe.db.commit()
	frappe.db.add_index(ENTRY, columns, COVERING_INDEX)
	result["covering_ms"] = median_ms(lambda: group_by(site), runs)
	drop_index(COVERING_INDEX)
	result["pandas_ms"] = median_ms(lambda: with_pandas(site), max(runs // 5, 1))
	result["report / covering"] = round(result["report_ms"] / result["covering_ms"], 3)
	result["pandas / report"] = round(result["pandas_ms"] / result["report_ms"], 1)
	return result


def posting(site: str, lines: list[str], count: int, prefix: str) -> dict[str, Any]:
	"""Posted in batches of 100, each with and then without the monthly sums, so that both meet the same machine."""
	kept = consequences._SUBMISSIONS[ENTRY]
	spent: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
	try:
		for batch in range(count // BATCH):
			for keeps_sums in (True, False):
				consequences._SUBMISSIONS[ENTRY] = kept if keeps_sums else lambda records, record: None
				spent[keeps_sums].append(_batch(site, lines, batch, prefix))
	finally:
		consequences._SUBMISSIONS[ENTRY] = kept
	result: dict[str, Any] = {"entries": count}
	for place, clock in enumerate(("elapsed", "cpu")):
		pairs = [(one[place], other[place]) for one, other in zip(spent[True], spent[False], strict=True)]
		result[f"with_rollup_{clock}_ms"] = round(statistics.median(one for one, _ in pairs) / BATCH * 1e3, 3)
		result[f"without_{clock}_ms"] = round(statistics.median(other for _, other in pairs) / BATCH * 1e3, 3)
		result[f"rollup / insert, {clock}"] = round(
			statistics.median(one / other for one, other in pairs) - 1, 3
		)
	return result


def _batch(site: str, lines: list[str], batch: int, prefix: str) -> tuple[float, float]:
	"""Seconds that have passed, and seconds of this process on a CPU; the first hold the database's too."""
	begin, cpu = time.perf_counter(), time.process_time()
	for number in range(BATCH):
		_post(site, lines[(batch + number) % len(lines)], prefix)
	frappe.db.commit()
	return time.perf_counter() - begin, time.process_time() - cpu


def _post(site: str, line: str, prefix: str) -> None:
	values = {"posting_date": date(2032, 1, 5), "plant_site": site, "production_line": line}
	more = {"category": "IT infrastructure", "amount": Decimal("12.50"), "currency": "EUR"}
	post(FrappeRecords(), {**values, **more, "description": prefix})


def remove(site: str, prefix: str) -> None:
	frappe.db.rollback()
	drop_index(COVERING_INDEX)
	for doctype in (ENTRY, ROLLUP):
		frappe.db.delete(doctype, {"plant_site": site})
		frappe.db.commit()
	remove_named(prefix)
	frappe.db.commit()


@click.command()
@click.option("--site", required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.option("--entries", "count", default=1_000_000)
@click.option("--posts", default=10_000)
@click.option("--runs", default=10)
def main(site: str, out: Path, count: int, posts: int, runs: int) -> None:
	frappe.init(site=site)
	frappe.connect()
	prefix = f"B{secrets.token_hex(4)}"
	plant = None
	try:
		load_vocabulary(FrappeRecords())
		plant = SmallPlant(FrappeRecords(), prefix)
		lines = [plant.line(f"Line {number}") for number in range(LINES)]
		fill(plant.site, lines, count, prefix)
		result = {
			"entries": count,
			**reports(plant.site, runs),
			"posting": posting(plant.site, lines, posts, prefix),
		}
	finally:
		if plant is not None:
			remove(plant.site, prefix)
		frappe.destroy()
	out.parent.mkdir(parents=True, exist_ok=True)
	out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
	print(json.dumps(result, indent=2))


if __name__ == "__main__":
	main()
