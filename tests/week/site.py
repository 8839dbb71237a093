"""The scripted week on a Frappe site: its own MariaDB, Helpdesk's tickets, the flood of 800 CIs.

`python -m tests.week.site` with the bench's Python, in the bench's folder sites: what `bench-config/site-week` does.
The plant is made on the site under a prefix and removed afterwards.
"""

from __future__ import annotations

import secrets
import sys
import time
from contextlib import redirect_stdout
from io import StringIO

import click
import frappe

from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.tests.site_case import remove_named
from tests.week.comparison import MATTERS, SITE, recorded, wanted
from tests.week.facts import at
from tests.week.oracle import Verdict, judge
from tests.week.play import Week, full, small
from tests.week.story import story

PREFIX = "Scripted-week-"


@click.command()
@click.option("--site", required=True, help="The site to play on.")
@click.option("--short", is_flag=True, help="With a flood of 40 CIs instead of 800.")
def main(site: str, short: bool) -> None:
	frappe.init(site)
	frappe.connect()
	for left in frappe.get_all("Plant Site", {"name": ["like", f"{PREFIX}% Site"]}, pluck="name"):
		_remove(left.removesuffix(" Site"))  # of a week that was killed
	prefix = f"{PREFIX}{secrets.token_hex(4)}"
	try:
		sys.exit(_play(prefix, short))
	finally:
		_remove(prefix)
		frappe.destroy()


def _play(prefix: str, short: bool) -> int:
	"""Returns how many of the things that matter differ."""
	week = Week(site_ports(), prefix, story(*(small() if short else full())))
	began = time.monotonic()
	with redirect_stdout(StringIO()):  # on which Frappe tells of each ticket that it will index for a search
		week.play()
	verdict = judge(week.story)
	click.echo(
		f"{len(verdict.stops)} stops, {len(verdict.incidents)} incidents, {float(sum(verdict.cents)) / 100:,.2f} EUR"
		f" in {time.monotonic() - began:.0f} s"
	)
	return sum(_differs(week, verdict, what) for what in MATTERS)


def _differs(week: Week, verdict: Verdict, what: str) -> bool:
	found, right = recorded(week, what), wanted(verdict, what, SITE)
	click.echo(f"{what}: {'as the oracle says' if found == right else 'DIFFERENT'}")
	if found != right:
		for name, rows, others in (("recorded", found, right), ("oracle", right, found)):
			for row in _apart(rows, others):
				click.echo(f"  {name}: {row}")
	return bool(found != right)


def _apart(rows: object, others: object) -> list[object]:
	"""What stands in the first alone."""
	if isinstance(rows, dict) and isinstance(others, dict):
		return [pair for pair in rows.items() if pair not in others.items()]
	return [row for row in rows if row not in others]  # type: ignore[attr-defined]


def _remove(prefix: str) -> None:
	frappe.db.rollback()
	with redirect_stdout(StringIO()):
		remove_named(prefix)
		_remove_floods()
	frappe.db.commit()


def _remove_floods() -> None:
	"""A flood belongs to no plant: those of the days of the week."""
	week = FrappeRecords().find(
		"Alarm Flood", {"started_at": (">=", at("Mon", "00:00"))}, order_by="started_at"
	)
	for flood in week:
		if flood["started_at"] < at("Next", "06:00"):
			frappe.delete_doc("Alarm Flood", flood["name"], force=True)


if __name__ == "__main__":
	main()
