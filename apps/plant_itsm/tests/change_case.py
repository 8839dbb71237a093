"""What the cases of OT changes on a site share: users of each role, who acts, files, and REST as programs use it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import datetime, timezone
from functools import cached_property
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

import frappe
from frappe.utils.password import set_encrypted_password
from werkzeug.test import Client, TestResponse

from plant_itsm import install
from plant_itsm.tests.change_plant import ChangePlant
from plant_itsm.tests.site_case import PlantCase

REQUEST = "OT Change Request"
SECONDS = ("Plant IT 2", "Plant IT 3", "CAB Member 2")
"""More than one of a role."""
PEOPLE: dict[str, str] = {}
"""The users of all cases by role; their name is their API key and secret."""


def make_people(*more: str) -> None:
	"""Users of each role, "" is none.

	They are bare rows: of what Frappe does with a new user nothing matters here, and it takes its time.
	"""
	for role in (*install.ROLES, *SECONDS, *more):
		user = frappe.new_doc("User")
		user.update(
			{"email": f"{secrets.token_hex(6)}@changes.example", "first_name": role or "Nobody", "enabled": 1}
		)
		user.name = PEOPLE[role] = user.api_key = user.email
		user.user_type = "System User"
		if role:
			user.append("roles", {"role": role.rstrip(" 0123456789")})
		user.db_insert()
		for row in user.roles:
			row.db_insert()
		set_encrypted_password("User", user.name, user.name, "api_secret")
	frappe.db.commit()


def remove_people() -> None:
	frappe.set_user("Administrator")
	users = ["in", list(PEOPLE.values())]
	frappe.db.delete("Has Role", {"parent": users})
	frappe.db.delete("User", {"name": users})
	frappe.db.delete("__Auth", {"doctype": "User", "name": users})
	frappe.db.commit()
	PEOPLE.clear()


class ChangeCase(PlantCase):
	people = PEOPLE

	@cached_property
	def changes(self) -> ChangePlant:
		return ChangePlant(self.plant, datetime.now(timezone.utc), self.acting, self.attach, self.people)

	def _remove_written(self) -> None:
		"""Most cases commit nothing: then to roll back is enough, and to look through every table is not."""
		frappe.set_user("Administrator")
		frappe.db.rollback()
		if frappe.db.exists("Plant Site", self.named("Site")):
			super()._remove_written()

	def commit(self) -> None:
		"""So that other connections see the requests of the case."""
		self.addCleanup(self._remove_traces)
		frappe.db.commit()

	def _remove_traces(self) -> None:
		"""What Frappe has noted about them."""
		names = frappe.get_all(REQUEST, {"title": ["like", f"{self.prefix}%"]}, pluck="name") or [""]
		frappe.db.delete("Version", {"ref_doctype": REQUEST, "docname": ["in", names]})
		frappe.db.delete("Comment", {"reference_doctype": REQUEST, "reference_name": ["in", names]})

	@contextmanager
	def acting(self, user: str) -> Iterator[None]:
		"""What Frappe knows of DocTypes outlives the change of user, which else forgets it: that takes long."""
		if frappe.session.user != user:
			metas = frappe.cache.make_key("doctype_meta")
			known = frappe.local.cache.get(metas)
			frappe.set_user(user)
			if known is not None:
				frappe.local.cache[metas] = known
		yield

	def attach(self, content: bytes) -> dict[str, str]:
		file = frappe.new_doc("File")
		kept = content or secrets.token_bytes(8)
		file.update({"file_name": f"{secrets.token_hex(6)}.txt", "content": kept, "is_private": 1})
		file.save(ignore_permissions=True)
		path = Path(file.get_full_path())
		self.addCleanup(_remove_file, file.name, path)
		if not content:
			path.write_bytes(b"")
		return {"file": file.file_url}


def _remove_file(name: str, path: Path) -> None:
	frappe.db.delete("File", {"name": name})
	path.unlink(missing_ok=True)


def rest(user: str, method: str, path: str, body: dict[str, Any] | None = None) -> TestResponse:
	"""A request to this site's web application, by its REST interface and in a thread with a connection of its own.

	It sees what is committed only.
	"""
	answers: list[TestResponse] = []
	site = frappe.local.site

	def ask() -> None:
		from frappe.app import application

		headers = {"Authorization": f"token {user}:{user}", "X-Frappe-Site-Name": site}
		answers.append(Client(application).open(path, method=method, headers=headers, json=body))

	with redirect_stdout(StringIO()), redirect_stderr(StringIO()):  # a developer's site prints each refusal
		thread = Thread(target=ask)
		thread.start()
		thread.join()
	return answers[0]


def refusal(answer: TestResponse) -> str:
	"""What a REST answer says against a request; "" where it says nothing."""
	if answer.status_code < 400:
		return ""
	text = answer.get_data(as_text=True)
	try:
		said = json.loads(text)
	except ValueError:
		return text
	messages = [json.loads(one)["message"] for one in json.loads(said.get("_server_messages") or "[]")]
	return " ".join(messages) or said.get("exception") or said.get("exc_type") or text
