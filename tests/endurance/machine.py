"""On what something was measured."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path

PACKAGES = ("paho-mqtt", "redis", "rq", "SQLAlchemy")


def machine_line() -> str:
	"""Processor, cores, load at this moment, and versions, in one line."""
	model = next(
		(
			line.partition(":")[2].strip()
			for line in Path("/proc/cpuinfo").read_text().splitlines()
			if line.startswith("model name")
		),
		platform.machine(),
	)
	packages = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
	return (
		f"{os.cpu_count()} × {model}, load {os.getloadavg()[0]:.1f} at the start,"
		f" Python {platform.python_version()}, {packages}"
	)
