"""Who gets costs out of a site, by report, REST and export, over the web application: each role, and whoever is kept to
a line."""

from __future__ import annotations

from io import BytesIO

import frappe
from openpyxl import load_workbook

from plant_itsm.tests.cost_case import SITE, SeedCostCase
from plant_itsm.tests.web_client import WebClient

ALLOWED = ("System Manager", "Plant Admin", "Finance Controller", "Production Manager")
OTHERS = (
	"Plant IT",
	"Plant Viewer",
	"Robot Maintenance",
	"Shift Leader",
	"CAB Member",
	"Agent",
	None,
	"Guest",
)
BOOKKEEPERS = ("System Manager", "Plant Admin", "Finance Controller")
YEAR = {"plant_site": SITE, "period": "2026"}
MONTHS = {"from_month": "2026-01-01", "to_month": "2026-12-31"}
REPORT, EXPORT = "frappe.desk.query_report.run", "frappe.desk.query_report.export_query"
LIST_EXPORT, CHILDREN = "frappe.desk.reportview.export_query", "frappe.client.get_list"


class TestCostAccess(SeedCostCase):
	def setUp(self):
		super().setUp()
		self.statement = frappe.get_doc(
			{"doctype": "Showback Statement", "plant_site": SITE, **MONTHS}
		).insert()
		self.review = frappe.get_doc(
			{"doctype": "Line Cost Review", "production_line": "Line C", **MONTHS}
		).insert()
		self.entry = frappe.get_all("Plant Cost Entry", {"production_line": "Line A"}, pluck="name", limit=1)[
			0
		]
		frappe.db.commit()

	def client(self, role):
		frappe.set_user("Administrator")
		user = self.as_user(role)
		frappe.set_user("Administrator")
		return WebClient(user)

	def asked(self, client):
		"""(what, answer) of every way to an amount."""
		for doctype, name in (
			("Plant Cost Entry", self.entry),
			("Showback Statement", self.statement.name),
			("Line Cost Review", self.review.name),
		):
			yield f"list of {doctype}", client.get(f"/api/resource/{doctype}", fields=["*"])
			yield f"one {doctype}", client.get(f"/api/resource/{doctype}/{name}")
		yield "report", client.get(f"/api/method/{REPORT}", report_name="Showback by Line", filters=YEAR)
		yield "export", self.exported(client, "Excel")
		yield "list export", client.post(f"/api/method/{LIST_EXPORT}", **_list_export())
		rows = {"doctype": "Showback Receiver", "parent": "Showback Statement", "fields": ["*"]}
		yield "rows of a statement", client.get(f"/api/method/{CHILDREN}", **rows)

	def exported(self, client, kind):
		return client.post(
			f"/api/method/{EXPORT}",
			report_name="Showback by Line",
			filters=YEAR,
			file_format_type=kind,
			csv_delimiter=",",
			csv_quoting="2",
			include_indentation="0",
			visible_idx=list(range(20)),
		)

	def test_each_role(self):
		for role in ALLOWED:
			for what, answer in self.asked(self.client(role)):
				self.assertEqual(answer.status_code, 200, f"{role}: {what}: {_text(answer)[-300:]}")
		for role in OTHERS:
			for what, answer in self.asked(self.client(role)):
				self.assertEqual(answer.status_code, 403, f"{role}: {what}")

	def test_only_bookkeepers_reverse_and_charge(self):
		for role in (*ALLOWED, "Plant IT", None):
			client = self.client(role)
			for method, form in (
				("reverse_entry", {"entry": "none", "on": "2027-01-01", "reason": "test"}),
				("charge_statement", {"statement": self.statement.name}),
			):
				answer = client.post(f"/api/method/plant_itsm.api.costs.{method}", **form)
				self.assertEqual(answer.status_code == 403, role not in BOOKKEEPERS, f"{role}: {method}")
			rollups = client.get("/api/resource/Cost Rollup")
			self.assertEqual(rollups.status_code == 200, role in BOOKKEEPERS, f"{role}: sums")

	def test_a_workbook_and_a_csv_hold_the_figures(self):
		client = self.client("Production Manager")
		sheet = load_workbook(BytesIO(self.exported(client, "Excel").data)).active
		rows = {row[0]: row for row in sheet.iter_rows(values_only=True)}
		place = rows["Line or pool"].index("Sum")
		self.assertEqual(
			[rows[line][place] for line in ("Line A", "Line B", "Line C")], [227_000, 190_000, 268_000]
		)
		self.assertIn("Line C", self.exported(client, "CSV").get_data(as_text=True))

	def test_a_workbook_of_its_own_has_a_frozen_header_numbers_and_totals(self):
		def asked(client, report="Showback by Line"):
			return client.get("/api/method/plant_itsm.api.costs.workbook", report=report, filters=YEAR)

		client = self.client("Production Manager")
		sheet = load_workbook(BytesIO(asked(client).data)).active
		header, *_rows, last = sheet.iter_rows(values_only=True)
		totals = dict(zip(header, last, strict=True))
		self.assertEqual((sheet.freeze_panes, last[0]), ("A2", "Total"))
		self.assertEqual((totals["Sum"], totals["CapEx"], totals["Cost per unit"]), (685_000, 75_000, None))
		self.assertEqual(asked(client, "Users").status_code, 403)
		self.assertEqual(asked(self.client("Plant IT")).status_code, 403)
		self.assertNotIn("268000", _text(asked(self.limited("Line B"))))

	def limited(self, name, doctype="Production Line"):
		"""The manager of a line or a site."""
		frappe.set_user("Administrator")
		user = self.as_user("Production Manager")
		frappe.set_user("Administrator")
		values = {"doctype": "User Permission", "user": user, "allow": doctype, "for_value": name}
		permission = frappe.get_doc(values).insert()
		frappe.db.commit()

		def lift():
			frappe.set_user("Administrator")
			permission.delete()
			frappe.db.commit()

		self.addCleanup(lift)
		return WebClient(user)

	def test_the_manager_of_a_line_gets_his_line_alone(self):
		client = self.limited("Line B")
		for what, answer in self.asked(client):
			text = _text(answer)
			self.assertIn(answer.status_code, (200, 403), f"{what}: {text[-300:]}")
			for foreign in ("Line A", "268000", "685000", "0.8759"):
				self.assertNotIn(foreign, text, what)
		report = client.get(f"/api/method/{REPORT}", report_name="Showback by Line", filters=YEAR)
		self.assertIn("190000", _text(report))
		for doctype, parent in (
			("Showback Cost", "Showback Statement"),
			("Showback Step", "Showback Statement"),
			("Line Cost Comparison", "Line Cost Review"),
		):
			rows = client.get(f"/api/method/{CHILDREN}", doctype=doctype, parent=parent, fields=["*"])
			self.assertEqual(rows.json["message"], [], doctype)
		page = {"doctype": "Showback Statement", "name": self.statement.name}
		printed = client.get("/api/method/frappe.utils.print_format.download_pdf", **page)
		self.assertEqual(printed.status_code, 403)

	def test_the_manager_of_another_site_gets_nothing(self):
		site = self.records.insert(
			"Plant Site", {"site_name": "Elsewhere", "time_zone": "Europe/Berlin", "currency": "EUR"}
		)
		self.addCleanup(frappe.db.delete, "Plant Site", {"name": site["name"]})
		for what, answer in self.asked(self.limited("Elsewhere", "Plant Site")):
			text = _text(answer)
			self.assertIn(answer.status_code, (200, 403), f"{what}: {text[-300:]}")
			for foreign in ("Line A", "Line B", "268000", "685000"):
				self.assertNotIn(foreign, text, what)

	def test_the_manager_of_a_line_gets_no_report_that_was_prepared_for_another(self):
		prepared = frappe.get_doc(
			{"doctype": "Prepared Report", "report_name": "Depreciation Schedule", "filters": "{}"}
		)
		prepared.db_insert()
		self.addCleanup(frappe.db.delete, "Prepared Report", {"name": prepared.name})
		frappe.db.commit()
		path = f"/api/resource/Prepared Report/{prepared.name}"
		client = self.client("Production Manager")
		manager = "production_manager@plant.example"
		frappe.get_doc("User", manager).add_roles("Prepared Report User")
		self.addCleanup(lambda: frappe.get_doc("User", manager).remove_roles("Prepared Report User"))
		frappe.db.commit()
		self.assertEqual(client.get(path).status_code, 200)
		client = self.limited("Line B")
		self.assertEqual(client.get(path).status_code, 403)
		self.assertNotIn(prepared.name, _text(client.get("/api/resource/Prepared Report")))


def _list_export():
	table = "`tabPlant Cost Entry`."
	return {
		"doctype": "Plant Cost Entry",
		"fields": [f"{table}`name`", f"{table}`production_line`", f"{table}`base_amount`"],
		"filters": [],
		"file_format_type": "CSV",
		"title": "Plant Cost Entry",
		"start": "0",
		"page_length": "500",
		"view": "Report",
	}


def _text(answer):
	"""What an answer says; the cells of a workbook as text."""
	if answer.data[:2] != b"PK":
		return answer.get_data(as_text=True)
	sheet = load_workbook(BytesIO(answer.data)).active
	return "\n".join(str(row) for row in sheet.iter_rows(values_only=True))
