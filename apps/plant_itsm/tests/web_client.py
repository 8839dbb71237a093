"""Requests to the site as a browser or another system sends them: through the web application, with its session."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import frappe
from werkzeug.test import Client, TestResponse


class WebClient:
	"""Asks in the name of one user, by an API token; Guest sends none. What it asks about must be committed."""

	def __init__(self, user: str):
		self._headers = {"X-Frappe-Site-Name": frappe.local.site, "Accept": "application/json"}
		if user != "Guest":
			self._headers["Authorization"] = f"token {_token(user)}"

	def get(self, path: str, **query: Any) -> TestResponse:
		return self._ask("get", path, query_string=_texts(query))

	def post(self, path: str, **form: Any) -> TestResponse:
		return self._ask("post", path, data=_texts(form))

	def _ask(self, method: str, path: str, **more: Any) -> TestResponse:
		"""In a thread of its own: a request has its own connection and leaves nothing behind in ours."""
		from frappe.app import application

		with ThreadPoolExecutor(1) as thread:
			call = getattr(Client(application), method)
			return thread.submit(call, path, headers=self._headers, **more).result()


def _texts(values: dict[str, Any]) -> dict[str, str]:
	return {
		name: value if isinstance(value, str) else frappe.as_json(value) for name, value in values.items()
	}


def _token(user: str) -> str:
	key, secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
	doc = frappe.get_doc("User", user)
	doc.update({"api_key": key, "api_secret": secret})
	doc.save(ignore_permissions=True)
	frappe.db.commit()
	return f"{key}:{secret}"
