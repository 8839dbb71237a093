"""What the doctor finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from plant_itsm.domain.vocabulary import Word

CLOCK_SECONDS, WRONG_CLOCK_SECONDS = 5.0, 300.0
"""From when on a clock is off, and from when on every signal counts as late or lies in the future."""


class Severity(Word):
	OK = "ok"
	WARNING = "warning"
	ERROR = "error"


@dataclass(frozen=True)
class Finding:
	"""One look at one thing. what: what was seen. consequence: what happens if it stays so. remedy: the line to change.

	subject: the OT Connection that it is about, "" for the site.
	"""

	check: str
	severity: Severity
	what: str
	consequence: str = ""
	remedy: str = ""
	subject: str = ""

	def as_json(self) -> dict[str, Any]:
		return asdict(self) | {"severity": str(self.severity)}

	def lines(self) -> Iterator[str]:
		yield f"{self.severity:<7}  {self.check}: {self.what}"
		if self.consequence:
			yield f"         consequence: {self.consequence}"
		yield from (f"         remedy: {line}" for line in self.remedy.splitlines())


def ok(check: str, what: str) -> Finding:
	return Finding(check, Severity.OK, what)


def warning(check: str, what: str, consequence: str, remedy: str) -> Finding:
	return Finding(check, Severity.WARNING, what, consequence, remedy)


def error(check: str, what: str, consequence: str, remedy: str) -> Finding:
	return Finding(check, Severity.ERROR, what, consequence, remedy)


def clock_finding(check: str, seconds: float) -> Finding:
	"""seconds: how far their clock is ahead of ours."""
	what = f"{abs(seconds):.1f} s {'ahead of' if seconds > 0 else 'behind'} ours"
	if abs(seconds) <= CLOCK_SECONDS:
		return ok(check, what)
	find = error if abs(seconds) > WRONG_CLOCK_SECONDS else warning
	return find(
		check,
		what,
		"onset and duration of a stop, and so its cost, are wrong by as much; values from behind count as late",
		"run NTP on both machines",
	)


def about(subject: str, findings: Iterable[Finding]) -> list[Finding]:
	return [replace(finding, subject=subject) for finding in findings]


def has_errors(findings: Iterable[Finding]) -> bool:
	return any(finding.severity == Severity.ERROR for finding in findings)


def report_lines(findings: Iterable[Finding]) -> Iterator[str]:
	"""The findings as text, under the name of what they are about; the counts at the end."""
	counts = dict.fromkeys(Severity, 0)
	subject: str | None = None
	for finding in findings:
		counts[finding.severity] += 1
		if finding.subject != subject:
			if subject is not None:
				yield ""
			subject = finding.subject
			yield f"OT Connection {subject}" if subject else "The site"
		yield from finding.lines()
	yield ""
	yield f"{counts[Severity.ERROR]} errors, {counts[Severity.WARNING]} warnings, {counts[Severity.OK]} fine"
