"""Messages to people: Frappe's notification log and its queue of e-mails, both part of the open transaction.

An SMS, through the gateway of Frappe's SMS Settings, is a job that follows the commit.
"""

from __future__ import annotations

import logging

import frappe
from frappe.desk.doctype.notification_settings.notification_settings import (
	is_email_notifications_enabled,
	is_notifications_enabled,
)
from frappe.utils import get_url_to_form

from plant_itsm.frappe_site.store_errors import store_errors
from plant_itsm.frappe_site.values import inert
from plant_itsm.ports import Notice

log = logging.getLogger(__name__)
PLACEHOLDER_ADDRESSES = frozenset({"admin@example.com", "guest@example.com"})
"""What Frappe gives its standard users."""


class FrappeNotifier:
	"""Respects what each user has chosen in their Notification Settings."""

	def notify(self, notice: Notice) -> tuple[str, ...]:
		with store_errors():
			for user in notice.users:
				if is_notifications_enabled(user):
					_log(notice, user)
			return tuple(
				hindrance
				for is_wanted, send in (
					(notice.by_email, _send),
					(notice.by_sms, _send_sms),
				)
				if is_wanted and (hindrance := send(notice))
			)


def _log(notice: Notice, user: str) -> None:
	"""Of the type Alert, for which Frappe itself sends no e-mail."""
	frappe.get_doc(
		{
			"doctype": "Notification Log",
			"type": "Alert",
			"for_user": user,
			"from_user": frappe.session.user,
			"subject": inert(notice.subject),
			"email_content": notice.message,
			"document_type": notice.doctype,
			"document_name": notice.name,
		}
	).insert(ignore_permissions=True)


def _send(notice: Notice) -> str | None:
	"""Why no e-mail can be sent; None where all is well."""
	addresses = _addresses(notice.users)
	if not addresses:
		return "no e-mail: nobody of them has an address and wants e-mails"
	from frappe.email.doctype.email_account.email_account import (
		EmailAccount,
	)  # 0.2 s that most jobs do not need

	if not EmailAccount.find_outgoing(match_by_doctype=notice.doctype):
		log.warning("%s: no e-mail, because the site has no outgoing Email Account", notice.subject)
		return "no e-mail: the site has no outgoing Email Account"
	link = get_url_to_form(notice.doctype, notice.name)
	frappe.sendmail(
		recipients=addresses,
		subject=notice.subject,
		message=f'{notice.message}<p><a href="{link}">{notice.doctype} {notice.name}</a></p>',
		reference_doctype=notice.doctype,
		reference_name=notice.name,
		queue_separately=True,
	)
	# Frappe would look into its queue of e-mails only every four minutes.
	frappe.enqueue("frappe.email.queue.flush", queue="short", enqueue_after_commit=True)
	return None


def _addresses(users: tuple[str, ...]) -> list[str]:
	rows = frappe.get_all(
		"User",
		filters={"name": ["in", list(users)], "enabled": 1},
		fields=["name", "email"],
		order_by="name asc",
	)
	return [
		row.email
		for row in rows
		if row.email and row.email not in PLACEHOLDER_ADDRESSES and is_email_notifications_enabled(row.name)
	]


def _send_sms(notice: Notice) -> str | None:
	"""Why no SMS can be sent; None where all is well."""
	if not frappe.db.get_single_value("SMS Settings", "sms_gateway_url"):
		return "no SMS: the site's SMS Settings name no gateway"
	rows = frappe.get_all("User", filters={"name": ["in", list(notice.users)]}, fields=["name", "mobile_no"])
	numbers = [row.mobile_no for row in rows if row.mobile_no]
	if numbers:
		frappe.enqueue(
			"frappe.core.doctype.sms_settings.sms_settings.send_sms",
			queue="short",
			enqueue_after_commit=True,
			receiver_list=numbers,
			msg=notice.subject,
			success_msg=False,
		)
	without = sorted(row.name for row in rows if not row.mobile_no)
	return f"no SMS to {', '.join(without)}: no mobile number" if without else None
