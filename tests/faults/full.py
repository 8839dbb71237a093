"""The whole fault suite: 10,000 signals and three seeds for each fault. `python -m tests.faults.full [DIR]`.

What only time makes a fault runs beside the others, so that it does not add to them, and of those two at a time: each
spends half of its time waiting. The report is DIR/report.md.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.faults.report import write_report

SIGNALS, SEEDS = 10_000, 3
PARTS = (["-m", "hour_glass"], ["-m", "not hour_glass", "--numprocesses", "2"])


def main(folder: Path) -> int:
	shutil.rmtree(folder, ignore_errors=True)
	folder.mkdir(parents=True)
	environment = {
		**os.environ,
		"PLANT_ITSM_FAULT_SIGNALS": os.environ.get("PLANT_ITSM_FAULT_SIGNALS", str(SIGNALS)),
		"PLANT_ITSM_FAULT_SEEDS": os.environ.get("PLANT_ITSM_FAULT_SEEDS", str(SEEDS)),
		"PLANT_ITSM_FAULT_REPORT": str(folder),
	}
	command = [sys.executable, "-m", "pytest", "-q", "tests/faults", "-p", "no:cacheprovider"]
	running = [subprocess.Popen([*command, *part], env=environment) for part in PARTS]
	codes = [process.wait() for process in running]
	rows = write_report(folder)
	print((folder / "report.md").read_text(encoding="utf-8"))
	return 0 if rows and codes == [0, 0] else 1


if __name__ == "__main__":
	sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "out/faults")))
