"""ERPNext's own depreciation schedules against ours, with the same parameters."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import frappe
from frappe.desk.query_report import run
from frappe.utils import get_last_day

from plant_itsm.domain.depreciation import Component, DepreciationMethod, schedule
from plant_itsm.domain.months import YEAR_MONTHS
from plant_itsm.frappe_site.compat import purchase_amount_field
from plant_itsm.tests.erpnext_books import ERPNextBooks, need_erpnext
from plant_itsm.tests.site_case import FrappeCase, PlantCase

STRAIGHT, DOUBLE, WRITTEN = (
	DepreciationMethod.STRAIGHT_LINE,
	DepreciationMethod.DOUBLE_DECLINING,
	DepreciationMethod.WRITTEN_DOWN_VALUE,
)
START, MID_APRIL = date(2026, 1, 1), date(2026, 4, 16)


class TestAgainstERPNext(FrappeCase):
	"""Bought on the first day of a fiscal year. Documents are built and never saved."""

	@classmethod
	def setUpClass(cls):
		need_erpnext()
		super().setUpClass()

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

	def test_bought_in_the_middle_of_a_month(self):
		"""By month equal to the cent: half of April 2026 first, half of the April after the last year at the end."""
		for cost, residual, years in ((86_400, 0, 8), (33_600, 2_400, 10), (21_600, 0, 3)):
			wanted = self.theirs(STRAIGHT, cost, residual, years, 1, MID_APRIL)
			self.assertEqual(self.ours(STRAIGHT, cost, residual, years, 1, MID_APRIL), wanted)
			self.assertEqual((len(wanted), wanted[0] * 2), (years * YEAR_MONTHS + 1, wanted[1]))

	def test_declining_methods_bought_in_the_middle_of_a_month_end_at_the_same_amount(self):
		"""Theirs counts years of the calendar, ours years of use, so that only whole lives are compared."""
		for method, cost, residual in ((DOUBLE, 100_000, 5_000), (WRITTEN, 80_000, 5_000)):
			theirs = self.theirs(method, cost, residual, 4, 12, MID_APRIL)
			ours = self.ours(method, cost, residual, 4, 1, MID_APRIL)
			self.assertEqual((sum(ours), len(theirs)), (cost - residual, 5))
			self.assertEqual(sum(theirs), sum(ours), str(method))

	def theirs(self, method, cost, residual, years, frequency, first_day=START):
		book = {
			"depreciation_method": str(method),
			"total_number_of_depreciations": years * YEAR_MONTHS // frequency,
			"frequency_of_depreciation": frequency,
			"expected_value_after_useful_life": residual,
			"depreciation_start_date": get_last_day(first_day) if frequency == 1 else date(2026, 12, 31),
		}
		asset = frappe.get_doc(
			{
				"doctype": "Asset",
				purchase_amount_field("Asset"): cost,
				"purchase_date": first_day,
				"available_for_use_date": first_day,
				"opening_accumulated_depreciation": 0,
				"opening_number_of_booked_depreciations": 0,
				"calculate_depreciation": 1,
				"finance_books": [book],
			}
		)
		row = asset.finance_books[0]
		row.rate_of_depreciation = asset.get_depreciation_rate(row)
		found = frappe.new_doc("Asset Depreciation Schedule")
		if hasattr(found, "prepare_draft_asset_depr_schedule_data"):  # ERPNext 15
			found.prepare_draft_asset_depr_schedule_data(asset, row, update_asset_finance_book_row=False)
		else:  # the steps of create_depreciation_schedule, which would read a saved asset
			row.value_after_depreciation = cost
			found.asset_doc, found.fb_row, found.disposal_date = asset, row, None
			found.fetch_asset_details()
			found.clear()
			found.create()
		return [Decimal(str(one.depreciation_amount)) for one in found.depreciation_schedule]

	def ours(self, method, cost, residual, years, frequency, first_day=START):
		life = years * YEAR_MONTHS
		component = Component("Asset", Decimal(cost), Decimal(residual), life, first_day, method)
		amounts = [line.depreciation for line in schedule(component)]
		return [sum(amounts[first : first + frequency]) for first in range(0, len(amounts), frequency)]


class TestBookedSchedule(PlantCase):
	"""What ERPNext books for the asset of a CI is shown instead of what we would compute."""

	@classmethod
	def setUpClass(cls):
		need_erpnext()
		super().setUpClass()

	def setUp(self):
		super().setUp()
		self.line = self.plant.line("Line")
		self.robot = self.plant.ci("Robot", production_line=self.line)
		component = {"component": "Arm", "cost": Decimal(9_600), "life_months": 24, "available_on": MID_APRIL}
		values = {"asset_name": self.named("Robot"), "asset_kind": "Production machines and robots"}
		owner = {
			"plant_site": self.plant.site,
			"production_line": self.line,
			"ot_ci": self.robot,
			"currency": "EUR",
		}
		components = [{**component, "method": "Straight Line"}]
		self.records.insert("Capital Asset", {**values, **owner, "components": components})

	def test_ours_until_erpnext_has_one_which_is_the_same(self):
		ours = {"computed here": [200, *[400] * 23, 200]}
		self.assertEqual(self.shown(), ours)
		asset = ERPNextBooks(self.prefix).asset(
			9_600,
			str(MID_APRIL),
			depreciation_method="Straight Line",
			total_number_of_depreciations=24,
			frequency_of_depreciation=1,
			depreciation_start_date="2026-04-30",
		)
		frappe.db.set_value("OT CI", self.robot, "erpnext_asset", asset.name)
		self.assertEqual(self.shown(), {f"ERPNext: {asset.name}": ours["computed here"]})

	def shown(self):
		filters = {"capital_asset": self.named("Robot"), "group_by": "Month"}
		rows = run("Depreciation Schedule", filters=filters, ignore_prepared_report=True)["result"]
		months: dict[str, list[float]] = {}
		for row in rows:
			months.setdefault(row["source"], []).append(row["depreciation"])
		return months
