"""The seed's costs on a site: posted, allocated and shown to the cent, then locked; who may post."""

from datetime import date
from decimal import Decimal

import frappe

from plant_itsm.api.costs import post_file
from plant_itsm.domain.cost_ledger import Period
from plant_itsm.domain.months import months_of
from plant_itsm.services.plant_costs import load_costs
from plant_itsm.services.plants import plant_folder
from plant_itsm.services.showback import showback
from plant_itsm.services.showback_tables import receivers_by_category
from plant_itsm.tests.cost_case import SITE, SeedCostCase
from plant_itsm.tests.site_case import PlantCase
from plant_itsm.tests.web_client import WebClient


class TestSeedCosts(SeedCostCase):
	def _year(self, number):
		return showback(self.records, Period(SITE, *months_of(str(number))))

	def test_the_tables_of_the_seed_come_out_to_the_cent_and_entries_post_once(self):
		table = receivers_by_category(self._year(2026))
		self.assertEqual(
			table,
			[
				["Category", "Line A", "Line B", "Line C", "Total"],
				["IT infrastructure", 45000, 38000, 52000, 135000],
				["OT maintenance contracts", 120000, 98000, 145000, 363000],
				["Software licences", 62000, 54000, 71000, 187000],
				["Total", 227000, 190000, 268000, 685000],
			],
		)
		units = [round(one.cost_per_unit, 2) for one in self._year(2026).receivers]
		self.assertEqual(units, [Decimal("0.94"), Decimal("0.81"), Decimal("1.12")])
		shares = sorted(round(one.share_percent) for one in self._year(2025).receivers)
		self.assertEqual(shares, [13, 15, 20, 24, 28])
		_masters, again = load_costs(self.records, plant_folder("seed"))
		self.assertEqual((again.posted, self._year(2026).total), (0, 685000))

	def test_a_submitted_statement_is_fixed_and_locks_its_months(self):
		statement = frappe.get_doc(
			{
				"doctype": "Showback Statement",
				"plant_site": SITE,
				"from_month": "2026-01-01",
				"to_month": "2026-12-31",
			}
		).insert()
		self.assertEqual(statement.total, 685000)
		fingerprint = statement.fingerprint
		statement.submit()
		self.assertEqual(statement.reload().fingerprint, fingerprint)
		statement.total = 1
		with self.assertRaises(frappe.ValidationError):
			statement.save()
		entry = frappe.get_doc({**_entry(), "production_line": "Line A", "posting_date": "2026-05-01"})
		with self.assertRaisesRegex(frappe.ValidationError, "2026-05 is locked by"):
			entry.insert()


class TestCostFiles(SeedCostCase):
	HEADER = "source_key,posting_date,plant_site,category,production_line,amount,currency\n"

	def _post(self, *rows, name="costs.csv"):
		content = self.HEADER + "".join(f"{row}\n" for row in rows)
		file = frappe.get_doc({"doctype": "File", "file_name": name, "is_private": 1, "content": content})
		file.insert()
		self.addCleanup(frappe.delete_doc, "File", file.name, force=True)
		return post_file(file.file_url)

	def test_a_file_is_posted_whole_and_once(self):
		frappe.set_user(self.as_user("Finance Controller"))
		rows = [f"file-{number},2027-01-05,{SITE},IT infrastructure,Line A,10.50,EUR" for number in (1, 2)]
		self.assertEqual(self._post(*rows), "2 posted, 0 known from before")
		self.assertEqual(self._post(*rows), "0 posted, 2 known from before")

	def test_a_decimal_comma_is_refused_with_its_line_and_nothing_is_posted(self):
		good = f"file-3,2027-01-05,{SITE},IT infrastructure,Line A,10.50,EUR"
		bad = f'file-4,2027-01-05,{SITE},IT infrastructure,Line A,"1.000,50",EUR'
		with self.assertRaisesRegex(frappe.ValidationError, r"csv:3: amount: .*1.000,50.* is no Currency"):
			self._post(good, bad)
		self.assertFalse(frappe.db.exists("Plant Cost Entry", {"source_key": "file-3"}))
		self.assertFalse(frappe.get_meta("Plant Cost Entry").allow_import)

	def test_who_may_not_post_all_entries_posts_no_file(self):
		self.as_user("Production Manager")
		self.assertRaises(frappe.PermissionError, post_file, "/private/files/none.csv")
		frappe.set_user("Administrator")
		user = self.as_user("Finance Controller")
		frappe.set_user("Administrator")
		values = {"user": user, "allow": "Production Line", "for_value": "Line B"}
		permission = frappe.get_doc({"doctype": "User Permission", **values}).insert()
		self.addCleanup(permission.delete)
		frappe.set_user(user)
		self.assertRaises(frappe.PermissionError, post_file, "/private/files/none.csv")
		frappe.set_user("Administrator")


def _entry():
	return {
		"doctype": "Plant Cost Entry",
		"plant_site": SITE,
		"category": "IT infrastructure",
		"amount": 100,
		"currency": "EUR",
	}


class TestCostEntries(PlantCase):
	def setUp(self):
		super().setUp()
		self.line = self.plant.line("Line")
		self.site = frappe.get_value(
			"Plant Area", frappe.get_value("Production Line", self.line, "plant_area"), "plant_site"
		)

	def _entry(self, **more):
		values = {
			**_entry(),
			"plant_site": self.site,
			"production_line": self.line,
			"posting_date": "2027-03-05",
		}
		currency = frappe.get_value("Plant Site", self.site, "currency")
		return frappe.get_doc({**values, "currency": currency, "description": self.prefix, **more})

	def test_a_posted_entry_counts_once_and_is_not_changed(self):
		entry = self._entry().insert()
		self.assertEqual(self._posted(), 0)
		entry.submit()
		self.assertEqual((self._posted(), entry.spend_type, entry.period_key), (100, "OpEx", 202703))
		entry.amount = 1
		self.assertRaises(frappe.ValidationError, entry.save)
		self.assertRegex(entry.name, r"^PCE-\d{4}-\d{5}$")
		self.assertRaisesRegex(frappe.ValidationError, "is posted: reverse it", entry.reload().cancel)
		self.assertEqual(self._posted(), 100)

	def _posted(self):
		found = showback(self.records, Period(self.site, *months_of("2027-03")))
		return found.total

	def test_two_who_post_the_first_entries_of_a_month_at_once_both_count(self):
		"""Ours has read before the other commits, so that it cannot see the sum that is there by then."""
		ours = self._entry(docstatus=0).insert()
		client = WebClient(self.as_user("Finance Controller"))  # commits
		frappe.set_user("Administrator")
		self.assertEqual(self._posted(), 0)
		values = {**self._entry(posting_date="2027-03-06").as_dict(), "docstatus": 1}
		self.assertEqual(client.post("/api/resource/Plant Cost Entry", data=values).status_code, 200)
		ours.submit()
		frappe.db.commit()
		self.assertEqual(self._posted(), 200)

	def test_only_finance_and_admins_post(self):
		for role, may in (
			("Finance Controller", True),
			("Plant Admin", True),
			("Production Manager", False),
			("Plant IT", False),
			("Robot Maintenance", False),
			(None, False),
			("Guest", False),
		):
			frappe.set_user("Administrator")
			self.as_user(role)
			if may:
				self._entry(posting_date=date(2027, 4, 1)).insert().submit()
			else:
				entry = self._entry(posting_date=date(2027, 4, 1))
				self.assertRaises(frappe.PermissionError, entry.insert)
				self.assertFalse(frappe.has_permission("Cost Rollup", "read"))
