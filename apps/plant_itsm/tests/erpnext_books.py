"""Documents of ERPNext for the tests of what crosses to it. Nothing is committed: a test rolls them back."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from unittest import SkipTest

import frappe
from frappe.model.document import Document

from plant_itsm.custom_fields import ERPNEXT
from plant_itsm.frappe_site.compat import purchase_amount_field

DAY = "2026-11-02"


def need_erpnext() -> None:
	if ERPNEXT not in frappe.get_installed_apps() or not frappe.get_all("Company"):
		raise SkipTest("this site has no ERPNext with a company")


class ERPNextBooks:
	"""The first company of the site with its accounts; masters are named after `prefix`, made when first used."""

	def __init__(self, prefix: str):
		self.prefix = prefix
		self.company = frappe.get_all("Company", pluck="name")[0]
		leaf = {"company": self.company, "is_group": 0}
		self.cost_center = frappe.get_all("Cost Center", filters=leaf, pluck="name")[0]
		self.expenses = frappe.get_all(
			"Account", filters={**leaf, "root_type": "Expense", "account_type": ""}, pluck="name"
		)

	def account(self, account_type: str) -> str:
		wanted = {"company": self.company, "is_group": 0, "account_type": account_type}
		return str(frappe.get_all("Account", filters=wanted, pluck="name", limit=1)[0])

	def _made(self, doctype: str, **values: Any) -> str:
		return str(frappe.get_doc({"doctype": doctype, **values}).insert().name)

	@cached_property
	def supplier(self) -> str:
		return self._made("Supplier", supplier_name=f"{self.prefix} Supplier", supplier_group="Services")

	@cached_property
	def service(self) -> str:
		name = f"{self.prefix} Service"
		return self._made("Item", item_code=name, item_group="Services", is_stock_item=0, stock_uom="Nos")

	def invoice(self, *rows: dict[str, Any], **more: Any) -> Document:
		"""A submitted Purchase Invoice, each row of quantity 1."""
		common = {"qty": 1, "uom": "Nos", "conversion_factor": 1, "cost_center": self.cost_center}
		items = [{**common, "expense_account": self.expenses[0], "item_name": "Work", **row} for row in rows]
		values = {"company": self.company, "supplier": self.supplier, "credit_to": self.account("Payable")}
		days = {"set_posting_time": 1, "posting_date": DAY, "due_date": DAY}
		return self._submitted("Purchase Invoice", **{**values, **days, "items": items, **more})

	def booking(self, amount: float) -> Document:
		"""A submitted Journal Entry from the second to the first expense account."""
		rows = [
			{"account": self.expenses[0], "debit_in_account_currency": amount},
			{"account": self.expenses[1], "credit_in_account_currency": amount},
		]
		accounts = [{**row, "cost_center": self.cost_center} for row in rows]
		return self._submitted("Journal Entry", company=self.company, posting_date=DAY, accounts=accounts)

	@cached_property
	def asset_category(self) -> str:
		accounts = {
			"company_name": self.company,
			"fixed_asset_account": self.account("Fixed Asset"),
			"accumulated_depreciation_account": self.account("Accumulated Depreciation"),
			"depreciation_expense_account": self.account("Depreciation"),
		}
		return self._made("Asset Category", asset_category_name=f"{self.prefix} Robots", accounts=[accounts])

	def asset(self, cost: float, first_day: str, **book: Any) -> Document:
		"""A submitted Asset that the company had before; depreciated where a finance book is given."""
		kind = {"item_group": "Products", "asset_category": self.asset_category, "is_fixed_asset": 1}
		item = {"item_code": f"{self.prefix} Robot", "is_stock_item": 0, "stock_uom": "Nos", **kind}
		values = {
			"item_code": self._made("Item", **item),
			"asset_name": f"{self.prefix} Robot",
			"location": self._made("Location", location_name=f"{self.prefix} Hall"),
			"company": self.company,
			"cost_center": self.cost_center,
			"is_existing_asset": 1,
			purchase_amount_field("Asset"): cost,
			"purchase_date": first_day,
			"available_for_use_date": first_day,
			"calculate_depreciation": int(bool(book)),
			"finance_books": [book] if book else [],
		}
		return self._submitted("Asset", **values)

	@cached_property
	def store(self) -> str:
		wanted = {"company": self.company, "is_group": 0, "warehouse_name": "Stores"}
		return str(frappe.get_all("Warehouse", filters=wanted, pluck="name", limit=1)[0])

	def work_order(self, quantity: int, line: str) -> Document:
		"""A submitted Work Order of a line for an item that is made of one part; parts need not be in stock."""
		frappe.db.set_single_value("Stock Settings", "allow_negative_stock", 1)
		common = {"item_group": "Products", "is_stock_item": 1, "stock_uom": "Nos", "valuation_rate": 1}
		part, item = (
			self._made("Item", item_code=f"{self.prefix} {kind}", **common) for kind in ("Part", "Module")
		)
		need = {"item_code": part, "qty": 1, "rate": 1, "uom": "Nos", "stock_uom": "Nos"}
		bom = self._submitted("BOM", item=item, company=self.company, quantity=1, items=[need])
		places = dict.fromkeys(("fg_warehouse", "wip_warehouse", "source_warehouse"), self.store)
		made = {
			"production_item": item,
			"bom_no": bom.name,
			"qty": quantity,
			"company": self.company,
			**places,
		}
		more = {"skip_transfer": 1, "use_multi_level_bom": 0, "planned_start_date": f"{DAY} 08:00:00"}
		return self._submitted("Work Order", **made, **more, plant_production_line=line)

	def finish(self, work_order: Document, quantity: int) -> Document:
		"""A submitted Stock Entry that finishes a part of a Work Order."""
		from erpnext.manufacturing.doctype.work_order.work_order import make_stock_entry

		entry = frappe.get_doc(make_stock_entry(work_order.name, "Manufacture", quantity))
		entry.update({"set_posting_time": 1, "posting_date": DAY})
		for row in entry.items:
			if not row.is_finished_item:
				row.s_warehouse = self.store
		entry.insert().submit()
		return entry

	def _submitted(self, doctype: str, **values: Any) -> Document:
		doc = frappe.get_doc({"doctype": doctype, **values}).insert()
		doc.submit()
		return doc
