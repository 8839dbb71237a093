"""The cost reports on a site: figures of the seed, numbers in workbooks; who sees what by report, REST and export."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from urllib.parse import parse_qs, urlparse

import frappe
from frappe.desk.query_report import build_xlsx_data, run
from frappe.utils.xlsxutils import make_xlsx
from openpyxl import load_workbook

from plant_itsm.tests.cost_case import SITE, SeedCostCase

REPORTS = (
	"Showback by Line",
	"CapEx vs OpEx by Category",
	"Cost per Unit Trend",
	"Allocation Trace",
	"Depreciation Schedule",
	"Budget vs Actual",
	"Cost of Downtime by Line",
	"Total Cost of Ownership per Asset",
)
ALLOWED = ("System Manager", "Plant Admin", "Finance Controller", "Production Manager")
OTHERS = ("Plant IT", "Plant Viewer", "Robot Maintenance", "Shift Leader", "CAB Member", None)


A_AGAINST_ITS_BUDGET = [
	("Line A", 227_000, 107_000, 5_000, ""),
	("IT infrastructure", 45_000, 45_000, None, ""),
	("OT maintenance contracts", 120_000, 0, 5_000, ""),
	("Software licences", 62_000, 62_000, None, ""),
]


class TestCostReports(SeedCostCase):
	def setUp(self):
		super().setUp()
		for line, budget in (("Line A", 125_000), ("Line B", 95_000)):
			self.records.insert(
				"Plant Budget",
				{
					"plant_site": SITE,
					"year": 2026,
					"production_line": line,
					"category": "OT maintenance contracts",
					"amount": Decimal(budget),
					"currency": "EUR",
				},
			)
		for line in ("Line A", "Line B"):
			self.records.insert("Capital Asset", _asset(line))
		frappe.db.commit()

	def report(self, name, **filters):
		return run(
			name, filters={"plant_site": SITE, "period": "2026", **filters}, ignore_prepared_report=True
		)

	def rows(self, name, **filters):
		return [row for row in self.report(name, **filters)["result"] if isinstance(row, dict)]

	def test_the_figures_of_the_seed(self):
		lines = [row for row in self.rows("Showback by Line") if not row["indent"]]
		self.assertEqual([row["amount"] for row in lines], [227_000, 190_000, 268_000])
		self.assertEqual([round(row["cost_per_unit"], 2) for row in lines], [0.94, 0.81, 1.12])
		self.assertEqual([row["direct"] + row["allocated"] for row in lines], [227_000, 190_000, 268_000])
		spend = self.rows("CapEx vs OpEx by Category")
		self.assertEqual([row["amount"] for row in spend], [135_000, 363_000, 187_000])
		self.assertEqual(sum(row["capex"] for row in spend), 75_000)
		steps = self.rows("Allocation Trace", receiver="Line C")
		self.assertEqual([(row["from_amount"], row["amount"]) for row in steps], [(187_000, 71_000)])
		trend = self.rows("Cost per Unit Trend")
		self.assertEqual((len(trend), round(sum(row["amount"] for row in trend), 2)), (36, 685_000))
		budget = [
			(row["receiver"], row["amount"], row["unplanned"], row["left"], row["note"])
			for row in self.rows("Budget vs Actual")
		]
		self.assertEqual(budget[:4], A_AGAINST_ITS_BUDGET)
		self.assertEqual(budget[4], ("Line B", 190_000, 92_000, -3_000, "over budget"))
		self.assertEqual(budget[8], ("Line C", 268_000, 268_000, None, ""))
		years = self.rows("Depreciation Schedule", capital_asset="Press Line A")
		self.assertEqual([row["depreciation"] for row in years], [1200, 1200])

	def test_a_figure_leads_to_exactly_its_entries(self):
		for row in self.rows("Showback by Line"):
			asked = {
				name: value[0] for name, value in parse_qs(urlparse(row["links"]["direct"]).query).items()
			}
			asked["posting_date"] = frappe.parse_json(asked["posting_date"])
			found = frappe.get_all("Plant Cost Entry", filters=asked, pluck="base_amount")
			self.assertAlmostEqual(sum(found), row["direct"], 2, row["receiver"])

	def test_a_workbook_holds_numbers(self):
		for name in REPORTS:
			data = frappe._dict(self.report(name))
			rows, widths, *_styles = build_xlsx_data(
				data, list(range(len(data.result))), include_indentation=0
			)
			sheet = load_workbook(BytesIO(make_xlsx(rows, name[:31], column_widths=widths).getvalue())).active
			money = [column.label for column in _columns(data) if column.fieldtype == "Currency"]
			header = [cell.value for cell in sheet[1]]
			for place, title in enumerate(header, start=1):
				if title in money:
					cells = [sheet.cell(line, place).value for line in range(2, sheet.max_row + 1)]
					self.assertFalse([cell for cell in cells if isinstance(cell, str)], f"{name}: {title}")

	def test_a_period_that_is_none_and_a_foreign_site_are_refused(self):
		with self.assertRaisesRegex(frappe.ValidationError, "period .*26.* is none"):
			self.report("Showback by Line", period="26")
		with self.assertRaises(frappe.PermissionError):
			self.report("Showback by Line", plant_site="Nowhere")

	def test_each_role_may_open_all_reports_or_none(self):
		for role in (*ALLOWED, *OTHERS):
			frappe.set_user("Administrator")
			self.as_user(role)
			for name in REPORTS:
				may = frappe.get_doc("Report", name).is_permitted()
				self.assertEqual(bool(may), role in ALLOWED, f"{role}: {name}")
			if role not in ALLOWED:
				self.assertRaises(frappe.PermissionError, self.report, "Budget vs Actual")

	def limit(self, user, line):
		values = {"doctype": "User Permission", "user": user, "allow": "Production Line", "for_value": line}
		permission = frappe.get_doc(values).insert()

		def lift():
			frappe.set_user("Administrator")
			permission.delete()

		self.addCleanup(lift)

	def test_the_manager_of_a_line_sees_his_line(self):
		statement = frappe.get_doc(
			{
				"doctype": "Showback Statement",
				"plant_site": SITE,
				"from_month": "2026-01-01",
				"to_month": "2026-12-31",
			}
		).insert()
		user = self.as_user("Production Manager")
		frappe.set_user("Administrator")
		self.limit(user, "Line B")
		frappe.set_user(user)
		receivers = {row["receiver"] for row in self.rows("Showback by Line") if not row["indent"]}
		self.assertEqual(receivers, {"Line B"})
		self.assertIsNone(self.report("Showback by Line")["message"])
		self.assertEqual(sum(row["amount"] for row in self.rows("CapEx vs OpEx by Category")), 190_000)
		self.assertEqual({row["receiver"] for row in self.rows("Allocation Trace")}, {"Line B"})
		self.assertEqual(
			{row["capital_asset"] for row in self.rows("Depreciation Schedule")}, {"Press Line B"}
		)
		lines = set(frappe.get_list("Plant Cost Entry", pluck="production_line", limit=0))
		self.assertEqual(lines, {"Line B"})
		self.assertEqual(frappe.get_list("Showback Statement"), [])
		self.assertFalse(frappe.has_permission("Showback Statement", "read", statement.name))
		other = frappe.get_all(
			"Plant Cost Entry", filters={"production_line": "Line A"}, pluck="name", limit=1
		)
		self.assertFalse(frappe.has_permission("Plant Cost Entry", "read", other[0]))


def _asset(line):
	press = {
		"component": "Press",
		"cost": Decimal(2400),
		"life_months": 24,
		"available_on": date(2025, 1, 1),
		"method": "Straight Line",
	}
	return {
		"asset_name": f"Press {line}",
		"asset_kind": "Production machines and robots",
		"plant_site": SITE,
		"production_line": line,
		"currency": "EUR",
		"components": [press],
	}


def _columns(data):
	return [frappe._dict(column) for column in data.columns]
