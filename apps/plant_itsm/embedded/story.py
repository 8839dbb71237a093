"""How the demo tells what happens: a live terminal with colours, or plain lines where the output is no terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from plant_itsm.embedded.incidents import Incident

Facts = list[tuple[str, str]]


def facts_of(incident: Incident) -> Facts:
	"""An incident as (label, text), in the order in which it came about."""
	facts = [("signal", f"{incident.source}  {incident.address} = {incident.value}")]
	for line in incident.lines:
		product = f", {line.product}" if line.product else ""
		facts.append(("path", line.path))
		facts.append(("line", f"{line.name}: {line.state}{product}"))
	facts.append(("units", f"{incident.units_per_shift} blocked per shift"))
	cost = f"{incident.cost_per_hour} per hour" if incident.cost_per_hour else "not priced"
	facts.append(("cost", f"{cost} {incident.not_priced}".strip()))
	facts.append(("ticket", f"{incident.ticket}  {incident.priority}  {incident.title}"))
	facts.append(("notified", ", ".join(incident.notified_roles) or "nobody: the lines name no responsible"))
	if incident.latency_ms is not None:
		facts.append(("latency", f"{incident.latency_ms:.0f} ms from the signal to the ticket"))
	return facts


def end_of(incident: Incident) -> str:
	cost = f", cost {incident.cost}" if incident.cost else ""
	return f"{incident.title} ended after {incident.duration}{cost}; ticket {incident.ticket} has the comment"


class Story:
	"""Plain lines, for pipes and logs."""

	def __init__(self, console: Console):
		self.console = console

	@contextmanager
	def step(self, what: str) -> Iterator[None]:
		"""Something that takes its time; told when it is done."""
		started = time.monotonic()
		yield
		self.tell(f"ok  {what} ({time.monotonic() - started:.1f} s)")

	def heading(self, text: str) -> None:
		self.tell(f"\n== {text}")

	def tell(self, text: str) -> None:
		self.console.out(text, highlight=False)

	def show(self, table: RenderableType) -> None:
		self.console.print(table)

	def incident(self, incident: Incident) -> None:
		self.tell(f"\n{incident.priority}  {incident.title}")
		for label, text in facts_of(incident):
			self.tell(f"    {label:<9} {text}")
		self.tell("")

	def counts(self, counts: dict[str, int]) -> None:
		self.tell(f"signals: {counts_text(counts)}")


class LiveStory(Story):
	"""A spinner while something runs, a panel per incident."""

	@contextmanager
	def step(self, what: str) -> Iterator[None]:
		started = time.monotonic()
		with self.console.status(Text(what)):
			yield
		took = f"{time.monotonic() - started:.1f} s"
		self.console.print(Text.assemble(("✓ ", "green"), what, (f"  {took}", "dim")))

	def heading(self, text: str) -> None:
		self.console.print()
		self.console.rule(Text(text, style="bold"), align="left", style="dim")

	def tell(self, text: str) -> None:
		self.console.print(Text(text))

	def incident(self, incident: Incident) -> None:
		grid = Table.grid(padding=(0, 2))
		grid.add_column(style="dim", justify="right")
		grid.add_column()
		for label, text in facts_of(incident):
			style = "bold" if label in ("cost", "ticket") else ""
			grid.add_row(label, Text(text, style=style))
		headline = Text(f" {incident.priority}  {incident.title} ", style="bold red")
		self.console.print(
			Panel(grid, title=headline, title_align="left", border_style="red", padding=(1, 2), expand=False)
		)

	def counts(self, counts: dict[str, int]) -> None:
		self.console.print(Text.assemble(("signals  ", "dim"), counts_text(counts)))


def story_for(console: Console) -> Story:
	return LiveStory(console) if console.is_terminal else Story(console)


def counts_text(counts: dict[str, int]) -> str:
	return (
		f"{counts['received']} received = {counts['events']} events + {counts['suppressed']} suppressed"
		f" + {counts['dead_lettered']} dead-lettered"
	)
