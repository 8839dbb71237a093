"""A process that belongs to us: its output goes to a log, and it does not outlive us."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from plant_itsm.domain.errors import PlantItsmError

LOOPBACK = "127.0.0.1"
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_TAIL_LINES = 5
_LOOK_SECONDS = 0.02


class ServerStartError(PlantItsmError):
	"""A server or worker that we started did not come up, or ended before it should."""


class ChildProcess:
	"""Runs a command in a session of its own, so that Ctrl-C at the terminal reaches us alone and we end it in order.

	last_signal: what the kernel sends it when we are killed ourselves (Linux).
	"""

	def __init__(
		self,
		name: str,
		command: Sequence[str],
		log_path: Path,
		*,
		last_signal: signal.Signals = signal.SIGTERM,
		environment: Mapping[str, str] | None = None,
	):
		self.name = name
		self.log_path = log_path
		log_path.parent.mkdir(parents=True, exist_ok=True)
		with log_path.open("ab") as log:
			try:
				self._process = subprocess.Popen(
					list(command),
					stdin=subprocess.DEVNULL,
					stdout=log,
					stderr=subprocess.STDOUT,
					env={**os.environ, **(environment or {})},
					start_new_session=True,
					preexec_fn=_dies_with_parent(last_signal),
				)
			except OSError as error:
				raise ServerStartError(
					f"{name}: {command[0]} cannot be run ({error.strerror}). Check that it is installed."
				) from None
		atexit.register(self._kill)

	@property
	def pid(self) -> int:
		return self._process.pid

	def check(self) -> None:
		"""Raise ServerStartError when it has ended."""
		if self._process.poll() is not None:
			raise ServerStartError(
				f"{self.name} has ended with code {self._process.returncode}. Its log {self.log_path} ends with:\n"
				+ "\n".join(self._tail())
			)

	def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
		"""Ask until it is ready. Raises ServerStartError when it ends before, or when the time is over."""
		give_up_at = time.monotonic() + seconds
		while not ready():
			self.check()
			if time.monotonic() > give_up_at:
				raise ServerStartError(
					f"{self.name} does not answer after {seconds:g} s. See its log {self.log_path}."
				)
			time.sleep(_LOOK_SECONDS)

	def ask_to_end(self) -> None:
		if self._process.poll() is None:
			self._process.terminate()

	def stop(self, seconds: float = 5.0) -> None:
		"""End it: politely, and after `seconds` for sure."""
		self.ask_to_end()
		try:
			self._process.wait(seconds)
		except subprocess.TimeoutExpired:
			self._kill()
		atexit.unregister(self._kill)

	def __enter__(self) -> ChildProcess:
		return self

	def __exit__(
		self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
	) -> None:
		self.stop()

	def _kill(self) -> None:
		if self._process.poll() is None:
			with contextlib.suppress(ProcessLookupError):
				os.killpg(self._process.pid, signal.SIGKILL)
			self._process.wait()

	def _tail(self) -> list[str]:
		return self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:]


def _dies_with_parent(last_signal: signal.Signals) -> Callable[[], None] | None:
	"""Runs in the child before its program: nothing here may import, log or take a lock."""
	if _LIBC is None:
		return None
	prctl, parent, number = _LIBC.prctl, os.getpid(), int(last_signal)

	def ask_kernel() -> None:
		prctl(_PR_SET_PDEATHSIG, number)
		if os.getppid() != parent:  # it died before the kernel knew
			os._exit(1)

	return ask_kernel


def free_port() -> int:
	"""A TCP port of the loopback interface that nobody uses now."""
	with socket.socket() as probe:
		probe.bind((LOOPBACK, 0))
		port: int = probe.getsockname()[1]
		return port


def accepts(port: int) -> bool:
	"""Whether somebody listens on a loopback port."""
	with socket.socket() as probe:
		probe.settimeout(1.0)
		return probe.connect_ex((LOOPBACK, port)) == 0
