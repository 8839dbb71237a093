"""ERPNext's invoices as plant costs, and a statement charged by one Journal Entry, on a site that has ERPNext."""

from __future__ import annotations

from unittest import SkipTest

import frappe

from plant_itsm.api.costs import charge_statement, reverse_entry
from plant_itsm.custom_fields import ERPNEXT
from plant_itsm.tests.cost_case import SITE, SeedCostCase

LINES = ("Line A", "Line B", "Line C")


class TestERPNextCosts(SeedCostCase):
	@classmethod
	def setUpClass(cls):
		if ERPNEXT not in frappe.get_installed_apps() or not frappe.get_all("Company"):
			raise SkipTest("this site has no ERPNext with a company")
		super().setUpClass()

	def setUp(self):
		super().setUp()
		self.company = frappe.get_all("Company", pluck="name")[0]
		accounts = {"company": self.company, "is_group": 0}
		self.expenses = frappe.get_all(
			"Account", filters={**accounts, "root_type": "Expense", "account_type": ""}, pluck="name"
		)
		self.center = frappe.get_all("Cost Center", filters=accounts, pluck="name")[0]

	def statement(self):
		months = {"from_month": "2026-01-01", "to_month": "2026-12-31"}
		statement = frappe.get_doc({"doctype": "Showback Statement", "plant_site": SITE, **months}).insert()
		statement.submit()
		return statement.name

	def set_up_chargeback(self):
		accounts = [
			{"production_line": line, "account": self.expenses[0], "cost_center": self.center}
			for line in LINES
		]
		values = {"plant_site": SITE, "company": self.company, "credit_account": self.expenses[1]}
		self.records.insert(
			"Chargeback Setup", {**values, "credit_cost_center": self.center, "accounts": accounts}
		)

	def test_a_statement_is_charged_once_and_in_balance(self):
		name = self.statement()
		with self.assertRaisesRegex(frappe.ValidationError, "Chargeback Setup .* does not exist"):
			charge_statement(name)
		self.set_up_chargeback()
		entry = frappe.get_doc("Journal Entry", charge_statement(name))
		self.addCleanup(frappe.delete_doc, "Journal Entry", entry.name, force=True)
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

	def test_a_booking_is_posted_when_submitted_and_reversed_when_cancelled(self):
		rule = {"rule_name": "Repairs", "document": "Journal Entry", "account": self.expenses[0]}
		target = {"plant_site": SITE, "category": "Maintenance work", "production_line": "Line B"}
		self.records.insert("Cost Feed Rule", {**rule, **target})
		entry = frappe.get_doc(
			{
				"doctype": "Journal Entry",
				"company": self.company,
				"posting_date": "2026-11-02",
				"accounts": [
					{
						"account": self.expenses[0],
						"cost_center": self.center,
						"debit_in_account_currency": 120.5,
					},
					{
						"account": self.expenses[1],
						"cost_center": self.center,
						"credit_in_account_currency": 120.5,
					},
				],
			}
		).insert()
		self.addCleanup(self._remove_booking, entry)
		entry.submit()
		[posted] = self._posted(entry)
		self.assertEqual((posted.base_amount, posted.production_line, posted.docstatus), (120.5, "Line B", 1))
		entry.run_method("on_submit")
		self.assertEqual(len(self._posted(entry)), 1)
		entry.reload().cancel()
		self.assertEqual(sum(row.base_amount for row in self._posted(entry)), 0)

	def _posted(self, entry):
		fields = ["name", "base_amount", "production_line", "docstatus"]
		return frappe.get_all("Plant Cost Entry", filters={"source_document": entry.name}, fields=fields)

	def _remove_booking(self, entry):
		frappe.set_user("Administrator")
		frappe.db.delete("GL Entry", {"voucher_no": entry.name})
		frappe.db.delete("Journal Entry Account", {"parent": entry.name})
		frappe.db.delete("Journal Entry", {"name": entry.name})
