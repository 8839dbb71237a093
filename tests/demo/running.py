"""Runs the demo as a user does, and tells which of its processes are alive."""

from __future__ import annotations

import json
import os
import queue
import secrets
import subprocess
import sys
import threading
import time
from pathlib import Path

MARK = "PLANT_ITSM_TEST_RUN"
DEADLINE_SECONDS = 90


class DemoRun:
	"""A demo as a process of its own. All that it starts inherits a mark in its environment."""

	def __init__(self, out: Path, *options: str, **environment: str):
		self.out = out
		self._mark = secrets.token_hex(8)
		inherited = {k: v for k, v in os.environ.items() if k not in ("REDIS_URL", "NO_COLOR", "FORCE_COLOR")}
		self.process = subprocess.Popen(
			[sys.executable, "-m", "plant_itsm.cli", "demo", "--out", str(out), *options],
			env={**inherited, **environment, MARK: self._mark},
			stdout=subprocess.PIPE,
			stderr=subprocess.STDOUT,
			text=True,
			encoding="utf-8",
		)
		self.output: list[str] = []
		self._lines: queue.Queue[str | None] = queue.Queue()
		threading.Thread(target=self._read, daemon=True).start()

	def _read(self) -> None:
		for line in self.process.stdout:
			self._lines.put(line)
		self._lines.put(None)

	def read_until(self, text: str) -> str:
		"""The first further line with this text."""
		for line in self._further_lines():
			if text in line:
				return line
		raise AssertionError(f"the demo ended without {text!r}:\n{self.text}")

	def finish(self) -> int:
		"""The exit code, once it has ended."""
		for _line in self._further_lines():
			pass
		return self.process.wait(DEADLINE_SECONDS)

	def _further_lines(self):
		give_up_at = time.monotonic() + DEADLINE_SECONDS
		while (line := self._lines.get(timeout=max(0.1, give_up_at - time.monotonic()))) is not None:
			self.output.append(line)
			yield line

	@property
	def text(self) -> str:
		return "".join(self.output)

	def summary(self) -> dict:
		return json.loads((self.out / "summary.json").read_text(encoding="utf-8"))

	def processes(self) -> dict[int, str]:
		"""pid -> command line of every living process of this run."""
		found = {}
		for folder in Path("/proc").glob("[0-9]*"):
			try:
				if f"{MARK}={self._mark}".encode() not in (folder / "environ").read_bytes():
					continue
				state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
				if state != "Z":
					found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
			except OSError:  # it ended while we looked, or it is somebody else's
				continue
		return found

	def processes_after(self, seconds: float) -> dict[int, str]:
		"""What is still alive when all are gone or the time is over."""
		give_up_at = time.monotonic() + seconds
		while (alive := self.processes()) and time.monotonic() < give_up_at:
			time.sleep(0.05)
		return alive

	def __enter__(self) -> DemoRun:
		return self

	def __exit__(self, *_error: object) -> None:
		self.process.kill()
		self.process.wait()
