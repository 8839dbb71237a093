"""The Notifier port: rows of the Notification Log, read by whoever shows them.

The embedded edition sends no e-mail and no SMS: it has no server to rely on for it. The log is the notification.
"""

from __future__ import annotations

from plant_itsm.ports import Notice, Records


class NotificationLog:
	def __init__(self, records: Records):
		self._records = records

	def notify(self, notice: Notice) -> tuple[str, ...]:
		"""One row per user, in the transaction that is open. Raises MissingRecordError for an unknown user."""
		for user in notice.users:
			self._records.insert(
				"Notification Log",
				{
					"for_user": user,
					"subject": notice.subject,
					"email_content": notice.message,
					"document_type": notice.doctype,
					"document_name": notice.name,
				},
			)
		return ()
