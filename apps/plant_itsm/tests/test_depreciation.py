"""ERPNext's own depreciation schedules against ours, with the same parameters."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from unittest import SkipTest

import frappe
from frappe.desk.query_report import run

from plant_itsm.custom_fields import ERPNEXT
from plant_itsm.domain.depreciation import Component, DepreciationMethod, schedule
from plant_itsm.domain.months import YEAR_MONTHS
from plant_itsm.tests.site_case import FrappeCase, PlantCase

STRAIGHT, DOUBLE, WRITTEN = (
	DepreciationMethod.STRAIGHT_LINE,
	DepreciationMethod.DOUBLE_DECLINING,
	DepreciationMethod.WRITTEN_DOWN_VALUE,
)
START = date(2026, 1, 1)


class TestAgainstERPNext(FrappeCase):
	"""Bought on the first day of a fiscal year. Documents are built and never saved."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		if ERPNEXT not in frappe.get_installed_apps():
			raise SkipTest("this site has no ERPNext")

	def test_equal_to_the_cent(self):
		for method, cost, residual, years, frequency in (
			(STRAIGHT, 120_000, 12_000, 5, 1),
			(STRAIGHT, 86_400, 0, 8, 12),
			(STRAIGHT, 33_333, 1_234, 10, 12),
			(DOUBLE, 100_000, 5_000, 5, 12),
			(DOUBLE, 65_536, 0, 8, 12),
			(WRITTEN, 80_000, 5_000, 4, 12),  # 50 % a year
			(WRITTEN, 125_000, 64_000, 3, 12),  # 20 %
		):
			with self.subTest(f"{method} {cost} {residual} {years} {frequency}"):
				wanted = self.theirs(method, cost, residual, years, frequency)
				self.assertEqual(self.ours(method, cost, residual, years, frequency), wanted)

	def test_months_differ_by_one_cent_at_most_where_the_amount_does_not_divide(self):
		"""Theirs rounds each month and puts the rest into the last, ours rounds what has gone so far."""
		theirs = self.theirs(STRAIGHT, 10_000, 0, 7, 1)
		ours = self.ours(STRAIGHT, 10_000, 0, 7, 1)
		self.assertEqual(sum(ours), sum(theirs))
		self.assertLessEqual(
			max(abs(a - b) for a, b in zip(ours[:-1], theirs[:-1], strict=True)), Decimal("0.01")
		)

	def test_declining_methods_by_month_are_equal_until_the_last_year(self):
		"""Theirs puts what is left into the last month, ours over the months of the last year."""
		for method, cost, residual in ((DOUBLE, 100_000, 1_000), (WRITTEN, 80_000, 5_000)):
			theirs = self.theirs(method, cost, residual, 4, 1)
			ours = self.ours(method, cost, residual, 4, 1)
			self.assertEqual(sum(ours), sum(theirs))
			for year in range(3):
				months = slice(year * YEAR_MONTHS, (year + 1) * YEAR_MONTHS)
				difference = abs(sum(ours[months]) - sum(theirs[months]))
				self.assertLessEqual(difference, Decimal("0.06"), f"{method}, year {year}")

	def theirs(self, method, cost, residual, years, frequency):
		book = {
			"depreciation_method": str(method),
			"total_number_of_depreciations": years * YEAR_MONTHS // frequency,
			"frequency_of_depreciation": frequency,
			"expected_value_after_useful_life": residual,
			"depreciation_start_date": date(2026, 1, 31) if frequency == 1 else date(2026, 12, 31),
		}
		asset = frappe.get_doc(
			{
				"doctype": "Asset",
				"gross_purchase_amount": cost,
				"purchase_date": START,
				"available_for_use_date": START,
				"opening_accumulated_depreciation": 0,
				"opening_number_of_booked_depreciations": 0,
				"calculate_depreciation": 1,
				"finance_books": [book],
			}
		)
		row = asset.finance_books[0]
		row.rate_of_depreciation = asset.get_depreciation_rate(row)
		found = frappe.new_doc("Asset Depreciation Schedule")
		found.prepare_draft_asset_depr_schedule_data(asset, row, update_asset_finance_book_row=False)
		return [Decimal(str(one.depreciation_amount)) for one in found.depreciation_schedule]

	def ours(self, method, cost, residual, years, frequency):
		component = Component("Asset", Decimal(cost), Decimal(residual), years * YEAR_MONTHS, START, method)
		amounts = [line.depreciation for line in schedule(component)]
		return [sum(amounts[first : first + frequency]) for first in range(0, len(amounts), frequency)]


class TestBookedSchedule(PlantCase):
	"""What ERPNext books for the asset of a CI is shown instead of what we would compute."""

	def setUp(self):
		super().setUp()
		if ERPNEXT not in frappe.get_installed_apps():
			self.skipTest("this site has no ERPNext")
		self.addCleanup(self._remove)
		self.asset = self.named("Asset")
		line = self.plant.line("Line")
		robot = self.plant.ci("Robot", production_line=line)
		frappe.db.set_value("OT CI", robot, "erpnext_asset", self.asset)
		component = {"component": "Arm", "cost": Decimal(5000), "life_months": 24, "available_on": START}
		values = {"asset_name": self.named("Robot"), "asset_kind": "Production machines and robots"}
		owner = {"plant_site": self.plant.site, "production_line": line, "ot_ci": robot, "currency": "EUR"}
		components = [{**component, "method": "Straight Line"}]
		self.records.insert("Capital Asset", {**values, **owner, "components": components})

	def _remove(self):
		for doctype, fieldname in (
			("Capital Asset", "name"),
			("Capital Asset Component", "parent"),
			("Asset Depreciation Schedule", "name"),
			("Depreciation Schedule", "parent"),
		):
			frappe.db.delete(doctype, {fieldname: ["like", f"%{self.prefix}%"]})
		frappe.db.commit()

	def test_ours_until_erpnext_has_one(self):
		self.assertEqual(self.shown(), {"computed here": [2500, 2500]})
		book = self.named("Book")
		fields = ["name", "asset", "docstatus", "status", "finance_book_id", "gross_purchase_amount"]
		frappe.db.bulk_insert(
			"Asset Depreciation Schedule", fields, [(book, self.asset, 1, "Active", 1, 6000)]
		)
		rows = [
			(f"{book}{year}", book, "Asset Depreciation Schedule", f"{year}-12-31", amount)
			for year, amount in ((2026, 4000), (2027, 2000))
		]
		columns = ["name", "parent", "parenttype", "schedule_date", "depreciation_amount"]
		frappe.db.bulk_insert("Depreciation Schedule", columns, rows)
		self.assertEqual(self.shown(), {f"ERPNext: {self.asset}": [4000, 2000]})

	def shown(self):
		filters = {"capital_asset": self.named("Robot"), "group_by": "Year"}
		rows = run("Depreciation Schedule", filters=filters, ignore_prepared_report=True)["result"]
		years: dict[str, list[float]] = {}
		for row in rows:
			years.setdefault(row["source"], []).append(row["depreciation"])
		return years
