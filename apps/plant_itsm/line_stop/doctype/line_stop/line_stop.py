import frappe
from frappe import _
from frappe.model.naming import make_autoname

from plant_itsm.domain.line_stops import check_past
from plant_itsm.domain.vocabulary import OutboxAction
from plant_itsm.frappe_site.document import PlantDocument, checked_record, take
from plant_itsm.frappe_site.records import FrappeRecords, is_our_write
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ports import Record
from plant_itsm.services import outbox
from plant_itsm.services.cost_settlement import edited_values, settle_edited
from plant_itsm.services.stop_history import note_edit

MONEY_FOLLOWS = ("kind", "stop_reason", "onset", "ended_at")
"""What a stop costs, and what others that share its time cost, depends on them."""


class LineStop(PlantDocument):
	def autoname(self) -> None:
		"""As its DocType says, but numbered by a series of its own: Frappe's `format:` shares one with HD Ticket,
		which would leave gaps in both and make each wait for the other's commit."""
		self.name = make_autoname("LS-.YYYY.-.#####")

	def complete(self) -> None:
		super().complete()
		if self._is_money_edited():
			self.flags.prove_edit = note_edit(FrappeRecords(), checked_record(self))
			values = edited_values(self.reads(), checked_record(self), site_ports().clock.now())
			take(self, FrappeRecords().site_values(self.doctype, values))

	def _is_money_edited(self) -> bool:
		"""Whether a person, and not a service that settles it itself, has changed what the cost depends on."""
		if self.is_new() or is_our_write(self):
			return False
		return any(self.has_value_changed(fieldname) for fieldname in MONEY_FOLLOWS)

	def check(self, record: Record) -> None:
		"""A signal's clock may run ahead of ours; a person enters what has been."""
		super().check(record)
		if not is_our_write(self):
			entered = {name: record[name] for name in ("onset", "ended_at") if self.has_value_changed(name)}
			check_past(f"Line Stop {self.name}", entered, site_ports().clock.now())

	def validate(self) -> None:
		if not self.is_new() and self.has_value_changed("stage") and not is_our_write(self):
			text = _("A stage is reported, with its time: use the buttons under Respond of {0}.")
			frappe.throw(text.format(self.name), title=_("Line Stop"))
		super().validate()

	def on_update(self) -> None:
		super().on_update()
		if self._is_money_edited():
			before = checked_record(self.get_doc_before_save())
			settle_edited(FrappeRecords(), before, site_ports().clock.now())
			self.flags.pop("prove_edit")()
		if self.has_value_changed("priority_override") and self.hd_ticket and not is_our_write(self):
			ports = site_ports()
			outbox.post(ports.records, {"name": self.name}, OutboxAction.UPDATE_TICKET, ports.clock.now())
			frappe.db.after_commit.add(
				lambda: ports.jobs.enqueue(
					"deliver", queue="short", timeout_seconds=300, line_stops=[self.name]
				)
			)
