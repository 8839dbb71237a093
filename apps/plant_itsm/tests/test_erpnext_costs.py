"""ERPNext's invoices, bookings and assets as plant costs, and a statement charged by one Journal Entry."""

from __future__ import annotations

import tempfile
from pathlib import Path

import frappe

from plant_itsm.api.costs import charge_statement, reverse_entry
from plant_itsm.domain.errors import PlantFileError
from plant_itsm.domain.months import Month
from plant_itsm.frappe_site.erpnext_costs import submitted
from plant_itsm.services.cost_files import post_files
from plant_itsm.services.production_output import good_units
from plant_itsm.tests.cost_case import SITE, SeedCostCase
from plant_itsm.tests.erpnext_books import ERPNextBooks, need_erpnext

LINES = ("Line A", "Line B", "Line C")


class TestERPNextCosts(SeedCostCase):
	@classmethod
	def setUpClass(cls):
		need_erpnext()
		super().setUpClass()

	def setUp(self):
		super().setUp()
		self.addCleanup(frappe.db.rollback)
		self.books = ERPNextBooks(frappe.generate_hash(length=8))
		frappe.clear_messages()

	def statement(self):
		months = {"from_month": "2026-01-01", "to_month": "2026-12-31"}
		statement = frappe.get_doc({"doctype": "Showback Statement", "plant_site": SITE, **months}).insert()
		statement.submit()
		return statement.name

	def rule(self, name, document, **more):
		target = {"plant_site": SITE, "category": "Maintenance work", "production_line": "Line B"}
		self.records.insert("Cost Feed Rule", {"rule_name": name, "document": document, **target, **more})

	def posted(self, doc):
		fields = [
			"name",
			"base_amount",
			"category",
			"spend_type",
			"production_line",
			"cost_pool",
			"source_key",
		]
		filters = {"source_document": doc.name, "source": doc.doctype, "docstatus": 1}
		return frappe.get_all("Plant Cost Entry", filters=filters, fields=fields, order_by="name asc")

	def told(self, about):
		"""The message to the user about something."""
		[message] = [one.message for one in frappe.get_message_log() if about in one.message]
		return message

	# ------------------------------------------------------------------ chargeback

	def set_up_chargeback(self):
		accounts = [
			{
				"production_line": line,
				"account": self.books.expenses[0],
				"cost_center": self.books.cost_center,
			}
			for line in LINES
		]
		credit = {"credit_account": self.books.expenses[1], "credit_cost_center": self.books.cost_center}
		values = {"plant_site": SITE, "company": self.books.company, "accounts": accounts}
		self.records.insert("Chargeback Setup", {**values, **credit})

	def test_a_statement_is_charged_once_and_in_balance(self):
		name = self.statement()
		with self.assertRaisesRegex(frappe.ValidationError, "Chargeback Setup .* does not exist"):
			charge_statement(name)
		self.set_up_chargeback()
		entry = frappe.get_doc("Journal Entry", charge_statement(name))
		self.assertEqual((entry.docstatus, entry.total_debit, entry.difference), (0, 685_000, 0))
		self.assertEqual([row.debit for row in entry.accounts], [227_000, 190_000, 268_000, 0])
		self.assertEqual(charge_statement(name), entry.name)
		self.assertEqual(frappe.db.get_value("Showback Statement", name, "journal_entry"), entry.name)

	def test_who_may_not_submit_statements_charges_none(self):
		name = self.statement()
		for role in ("Production Manager", "Plant IT", None):
			frappe.set_user("Administrator")
			self.as_user(role)
			self.assertRaises(frappe.PermissionError, charge_statement, name)
			self.assertRaises(frappe.PermissionError, reverse_entry, "none", "2027-01-01", "why")

	# ------------------------------------------------------------------ feeds

	def test_an_invoice_is_posted_by_the_rule_that_asks_for_most_and_only_once(self):
		self.rule("All invoices", "Purchase Invoice", account=self.books.expenses[0])
		special = {"category": "Software licences", "production_line": None, "cost_pool": "Corporate IT"}
		self.rule(
			"Services", "Purchase Invoice", account=self.books.expenses[0], item_group="Services", **special
		)
		invoice = self.books.invoice(
			{"rate": 120.5},
			{"rate": 80, "item_code": self.books.service},
			{"rate": 40, "expense_account": self.books.expenses[1]},
		)
		self.assertEqual(
			[
				(row.base_amount, row.production_line, row.cost_pool, row.category)
				for row in self.posted(invoice)
			],
			[(120.5, "Line B", None, "Maintenance work"), (80, None, "Corporate IT", "Software licences")],
		)
		submitted(invoice)
		self.assertEqual(len(self.posted(invoice)), 2)

	def test_a_cancelled_invoice_is_reversed_and_its_amendment_posted(self):
		self.rule("All invoices", "Purchase Invoice")
		invoice = self.books.invoice({"rate": 120.5})
		invoice.reload().cancel()
		amounts = [row.base_amount for row in self.posted(invoice)]
		self.assertEqual((sorted(amounts), sum(amounts)), ([-120.5, 120.5], 0))
		amended = frappe.copy_doc(invoice)
		amended.update({"amended_from": invoice.name, "docstatus": 0})
		amended.items[0].rate = 100
		amended.insert().submit()
		self.assertEqual([row.base_amount for row in self.posted(amended)], [100])

	def test_the_costs_of_a_site_with_another_currency_are_explained(self):
		"""The company books in euros, and there is no rate to dollars."""
		site, area, line = (f"{self.books.prefix} {kind}" for kind in ("Site", "Area", "Line"))
		self.records.insert(
			"Plant Site", {"site_name": site, "time_zone": "America/Chicago", "currency": "USD"}
		)
		self.records.insert("Plant Area", {"area_name": area, "plant_site": site})
		self.records.insert("Production Line", {"line_name": line, "plant_area": area, "units_per_shift": 1})
		self.rule("Over there", "Purchase Invoice", plant_site=site, production_line=line)
		self.assertEqual(self.posted(self.books.invoice({"rate": 100})), [])
		self.assertRegex(
			self.told("exchange rate"), r"100.00 EUR has no exchange rate to USD.*Enter how many USD"
		)

	def test_the_same_row_from_a_file_is_known_and_with_another_amount_explained(self):
		self.rule("All invoices", "Purchase Invoice")
		[entry] = self.posted(self.books.invoice({"rate": 120.5}))

		def load(amount):
			with tempfile.TemporaryDirectory() as folder:
				Path(folder, "Plant Cost Entry.csv").write_text(
					"source_key,posting_date,plant_site,category,production_line,amount,currency\n"
					f"{entry.source_key},2026-11-02,{SITE},Maintenance work,Line B,{amount},EUR\n"
				)
				return post_files(self.records, Path(folder))

		self.assertEqual((load("120.50").posted, load("120.50").known), (0, 1))
		with self.assertRaisesRegex(
			PlantFileError, f"was posted as {entry.name} with amount 120.50, here it is 99"
		):
			load("99.00")

	def test_an_invoice_in_a_locked_month_is_submitted_and_its_costs_are_explained(self):
		self.rule("All invoices", "Purchase Invoice")
		self.statement()
		invoice = self.books.invoice({"rate": 120.5}, {"rate": 10})
		self.assertEqual((invoice.docstatus, self.posted(invoice)), (1, []))
		self.assertRegex(self.told("locked"), r"2026-11 is locked by .* Post it on a day after 2026-12-31")

	def test_a_booking_is_posted_when_submitted_and_reversed_when_cancelled(self):
		self.rule("Repairs", "Journal Entry", account=self.books.expenses[0])
		entry = self.books.booking(120.5)
		[posted] = self.posted(entry)
		self.assertEqual((posted.base_amount, posted.production_line), (120.5, "Line B"))
		submitted(entry)
		self.assertEqual(len(self.posted(entry)), 1)
		entry.reload().cancel()
		self.assertEqual(sum(row.base_amount for row in self.posted(entry)), 0)

	def test_an_asset_without_an_invoice_is_capital_spend_until_it_is_cancelled(self):
		category = self.books.asset_category
		self.rule(
			"Robots", "Asset", asset_category=category, category="Production equipment", spend_type="CapEx"
		)
		asset = self.books.asset(24_000, "2026-04-16")
		[posted] = self.posted(asset)
		self.assertEqual((posted.base_amount, posted.spend_type), (24_000, "CapEx"))
		submitted(asset)
		asset.reload().cancel()
		self.assertEqual(sum(row.base_amount for row in self.posted(asset)), 0)

	# ------------------------------------------------------------------ output

	def test_what_work_orders_of_a_line_finish_is_its_output_unless_it_was_entered(self):
		line, month = "Line A", Month(2026, 11)
		entered = {"production_line": line, "month": ("between", ["2026-11-01", "2026-11-30"])}
		frappe.db.delete("Production Output", entered)
		order = self.books.work_order(10, line)
		first = self.books.finish(order, 7)
		self.assertEqual(good_units(self.records, line, month, month), 7)
		self.books.finish(order, 3)
		self.assertEqual(good_units(self.records, line, month, month), 10)
		first.reload().cancel()
		self.assertEqual(good_units(self.records, line, month, month), 3)
		[name] = frappe.get_all("Production Output", filters=entered, pluck="name")
		self.records.update("Production Output", name, {"source": "Entry", "good_units": 5})
		self.books.finish(order, 7)
		self.assertEqual(good_units(self.records, line, month, month), 5)

	def test_a_rule_with_two_cost_objects_is_refused(self):
		with self.assertRaisesRegex(Exception, "names both a production line and a cost pool"):
			self.rule("Both", "Journal Entry", cost_pool="Corporate IT")
