"""A tick in a process of its own, as `python -m plant_itsm.tests.escalating_process SITE MOMENT [stuck]`.

It says `ready` when it is connected, and escalates when it is told so by a line on its standard input. With `stuck` it
says `telling` in the middle of its first step, between the Escalation Run and the commit, and goes no further.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime

import frappe

from plant_itsm.frappe_site import jobs
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ports import Notice
from plant_itsm.tests.contract_response import SetClock


class Stuck:
	def notify(self, notice: Notice) -> tuple[str, ...]:
		_say("telling")
		sys.stdin.read()
		return ()


def main(site: str, moment: str, stuck: str = "") -> None:
	frappe.init(site)
	frappe.connect()
	ports = replace(site_ports(), clock=SetClock(datetime.fromisoformat(moment)))
	if stuck:
		ports = replace(ports, notifier=Stuck())
	_say("ready")
	sys.stdin.readline()
	jobs.escalate(ports)
	frappe.destroy()


def _say(word: str) -> None:
	print(word, flush=True)


if __name__ == "__main__":
	main(*sys.argv[1:])
