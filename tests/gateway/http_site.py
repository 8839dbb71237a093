"""A site behind a real HTTP server: the embedded services, asked by the same requests as a Frappe site."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.embedded.site_client import METHOD
from plant_itsm.ot_listeners.intake import MAX_ENTRIES
from plant_itsm.ot_listeners.receiving import gateway_of, parsed, receive
from plant_itsm.ports import Ports
from plant_itsm.services.drain import ConnectionDrain

KEY = "key:secret"
USER = "gateway@plant.example"


class _Server(ThreadingHTTPServer):
	def handle_error(self, _request: object, _client_address: object) -> None:
		"""Whoever hangs up, or does not get through the handshake, is told by the test."""


class HttpSite:
	"""before(number), called ahead of each request: "away" to hang up unanswered, "deaf" to hang up after the batch was
	taken, an HTTP status to answer with, or None. tls: what it speaks HTTPS by. max_entries: what a stream holds. Its
	drain is driven by hand."""

	def __init__(
		self,
		ports: Ports,
		before: Callable[[int], Any] = lambda _: None,
		tls: ssl.SSLContext | None = None,
		max_entries: int = MAX_ENTRIES,
	):
		self._tls = tls
		self.ports = ports
		self.before = before
		self.max_entries = max_entries
		self.requests = 0
		self._server: _Server | None = None
		self.port = 0

	@property
	def url(self) -> str:
		return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}"

	def start(self) -> None:
		site = self

		class Handler(BaseHTTPRequestHandler):
			def do_POST(self) -> None:
				body = self.rfile.read(int(self.headers["Content-Length"]))
				site.requests += 1
				fault = site.before(site.requests)
				if fault == "away":
					return
				status, answer = site.answer(self.path, self.headers.get("Authorization"), body)
				if fault == "deaf":
					return
				if isinstance(fault, int):
					status, answer = fault, {}
				told = json.dumps(answer).encode()
				self.send_response(status)
				self.send_header("Content-Length", str(len(told)))
				self.end_headers()
				self.wfile.write(told)

			def log_message(self, *_told: object) -> None:
				"""Quiet."""

		self._server = _Server(("127.0.0.1", self.port), Handler)
		self.port = self._server.server_port
		if self._tls is not None:
			raw = self._server.socket
			self._server.socket = self._tls.wrap_socket(raw, server_side=True, do_handshake_on_connect=False)
		threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

	def stop(self) -> None:
		if self._server is not None:
			self._server.shutdown()
			self._server.server_close()
			self._server = None

	def answer(self, path: str, key: str | None, body: bytes) -> tuple[int, dict[str, Any]]:
		if path != METHOD:
			return 404, {}
		if key != f"token {KEY}":
			return 401, {}
		try:
			gateway = gateway_of(self.ports, USER)
			batch = parsed(json.loads(body)["batch"])
			return 200, {
				"message": receive(self.ports, gateway["name"], batch, max_entries=self.max_entries).as_json()
			}
		except PlantItsmError as error:
			words = json.dumps([json.dumps({"message": str(error)})])
			return 417, {"exc_type": "ValidationError", "_server_messages": words}


def judge(ports: Ports, drain: ConnectionDrain, client: Any, count: int = 500) -> int:
	"""Judge what waits, as the drain's loop does. Returns how many signals."""
	from plant_itsm.ot_listeners.intake import SignalStreams

	streams, done = SignalStreams(client, ports.namespace), 0
	while batch := streams.read({drain.connection: drain.cursor}, count, 0).get(drain.connection):
		drain.process(batch)
		streams.trim(drain.connection, drain.cursor)
		done += len(batch)
	return done
