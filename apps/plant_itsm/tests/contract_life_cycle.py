"""What the life cycle of assets keeps to in both editions: ten states, each for its roles and behind its gate."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cached_property
from typing import Any

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.life_cycle import ROLES, LifeCycleState
from plant_itsm.ports import Record
from plant_itsm.tests.contract_maintenance import MaintenanceCase

S = LifeCycleState
FAR = date(2099, 1, 1)
WAY = (
	(S.DESIGN, "Plant IT", "Plant Viewer"),
	(S.PROCUREMENT, "Finance Controller", "Robot Maintenance"),
	(S.INSTALLATION, "Robot Maintenance", "Finance Controller"),
	(S.COMMISSIONING, "Plant IT", "Production Manager"),
	(S.IN_PRODUCTION, "Production Manager", "Finance Controller"),
	(S.PREVENTIVE, "Robot Maintenance", "Production Manager"),
	(S.CORRECTIVE, "Robot Maintenance", "Plant Viewer"),
	(S.ASSESSMENT, "Plant IT", "Finance Controller"),
	(S.REFRESH, "Finance Controller", "Plant IT"),
	(S.DECOMMISSION, "Plant IT", "Robot Maintenance"),
)
"""Through all ten states: each with a role that may lead into it, and one that may not."""


class LifeCycleContract(MaintenanceCase):
	def certificate(self) -> str:
		"""The address of a file of the site."""
		raise NotImplementedError

	@cached_property
	def ci(self) -> str:
		"""With all that the gates of its life ask for, but the papers of its disposal."""
		name = self.plant.ci(
			"AR",
			production_line=self.plant.line("Line"),
			owner_team="Robotics",
			cost_center="4711",
			end_of_life_on=FAR,
		)
		self.plant.rule("offline", name)
		self.back_up(name)
		return name

	def back_up(self, ci: str) -> None:
		taken = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(hours=1)
		version = {"ci": ci, "version": "1", "taken_on": taken, "sha256": "0" * 64}
		self.records.insert("CI Program Version", version)

	def step(self, ci: str, role: str, to: str, **more: Any) -> Record:
		with self.acting(role) as user:
			return self.records.insert(
				"CI Lifecycle Event", {"ci": ci, "to_state": to, "person": user, **more}
			)

	def refused(self, text: str, ci: str, role: str, to: str, **more: Any) -> None:
		with self.assertRaisesRegex(PlantItsmError, text):
			self.step(ci, role, to, **more)

	def state(self, ci: str) -> str:
		record = self.records.get("OT CI", ci)
		assert record is not None
		return str(record["life_cycle_state"])

	def papers(self) -> Record:
		return {"spare_decision": "Kept for AR-043", "certificate": self.certificate()}

	def test_a_life_goes_through_all_ten_states_by_those_who_may_and_no_others(self):
		states = [str(state) for state, _may, _may_not in WAY]
		self.assertEqual(states, [str(state) for state in S])
		money = {"cost": Decimal("100.00"), "currency": self.plant.currency("EUR")}
		for to, role, other in WAY:
			more = self.papers() if to == S.DECOMMISSION else {}
			allowed = ", ".join(sorted(ROLES[to]))
			self.refused(f"cannot become {to}: that is for {allowed} to do", self.ci, other, to, **more)
			self.assertNotEqual(self.state(self.ci), to)
			event = self.step(self.ci, role, to, **more, **money)
			self.assertEqual(self.state(self.ci), to)
			self.assertTrue(event["person"])
			self.assertIsNotNone(event["happened_at"])
		events = self.records.find("CI Lifecycle Event", {"ci": self.ci}, order_by="creation")
		self.assertEqual([row["to_state"] for row in events], states)
		self.assertEqual([row["from_state"] or "" for row in events], ["", *states[:-1]])
		self.assertEqual(sum(row["cost"] for row in events), Decimal("1000.00"))
		ci = self.records.get("OT CI", self.ci) or {}
		self.assertEqual(ci["status"], "Retired")
		self.assertIn(events[-1]["name"], ci["retirement_reason"])

	def test_what_has_happened_does_not_change(self):
		event = self.step(self.ci, "Plant IT", S.DESIGN)
		with self.assertRaisesRegex(PlantItsmError, "it has happened, so to_state cannot change"):
			self.records.update("CI Lifecycle Event", event["name"], {"to_state": S.INSTALLATION})

	def test_commissioning_needs_monitoring_an_owner_a_backup_and_a_life_ahead(self):
		bare = self.plant.ci("Bare", end_of_life_on=date(2020, 1, 1))
		self.step(bare, "Plant IT", S.INSTALLATION)
		self.refused(
			"no Signal Rule watches it; its owner team is missing; no CI Program Version holds its program;"
			" its end of life on 2020-01-01 has passed already",
			bare,
			"Plant IT",
			S.COMMISSIONING,
		)
		self.plant.rule("watched", bare)
		self.back_up(bare)
		self.records.update("OT CI", bare, {"owner_team": "Robotics", "end_of_life_on": FAR})
		self.step(bare, "Plant IT", S.COMMISSIONING)
		self.assertIsNotNone((self.records.get("OT CI", bare) or {})["commissioned_on"])
		self.refused(
			"its production line is missing; its cost centre is missing",
			bare,
			"Production Manager",
			S.IN_PRODUCTION,
		)

	def test_what_is_decommissioned_is_replaced_decided_on_documented_and_out_of_the_books(self):
		ci, needing = self.ci, self.plant.ci("Needing")
		depends = self.plant.relation_type("depends on", "Target to Source")
		relation = self.plant.relation(needing, depends, ci)
		self.step(ci, "Plant IT", S.ASSESSMENT)
		self.refused(f"it is still needed: .*{needing}", ci, "Plant IT", S.DECOMMISSION, **self.papers())
		other = self.plant.ci("Successor")
		self.records.update("CI Relation", relation, {"target_ci": other})
		self.refused(
			"what becomes of its spares is not decided; the certificate of its disposal is missing",
			ci,
			"Plant IT",
			S.DECOMMISSION,
		)
		papers = {**self.papers(), "certificate": "/private/files/nowhere.pdf"}
		self.refused(
			"nowhere.pdf is no file of this site: attach it", ci, "Plant IT", S.DECOMMISSION, **papers
		)
		asset = self.capital_asset(ci)
		self.refused(f"{asset} is still in the books", ci, "Plant IT", S.DECOMMISSION, **self.papers())
		self.dispose_of(asset)
		event = self.step(ci, "Plant IT", S.DECOMMISSION, **self.papers())
		self.assertTrue(self.records.count("File", {"file_url": event["certificate"]}))

	def capital_asset(self, ci: str, **more: Any) -> str:
		component = {
			"component": "Arm",
			"cost": Decimal("62000.00"),
			"available_on": date(2020, 1, 1),
			"method": "Straight Line",
			"life_months": 120,
		}
		values = {
			"asset_name": self.named("Robot cell"),
			"asset_kind": "Production machines and robots",
			"plant_site": self.plant.site,
			"production_line": self.plant.line("Books"),
			"ot_ci": ci,
			"currency": self.plant.currency("EUR"),
			"components": [component],
		}
		return str(self.records.insert("Capital Asset", {**values, **more})["name"])

	def dispose_of(self, asset: str) -> None:
		record = self.records.get("Capital Asset", asset) or {}
		rows = [{**row, "disposed_on": date(2026, 6, 30)} for row in record["components"]]
		self.records.update("Capital Asset", asset, {"components": rows})

	def test_what_is_bought_or_refreshed_names_the_capital_asset_that_it_becomes(self):
		asset = self.capital_asset(self.ci)
		self.refused(
			f"{asset} is CapEx of {self.ci}. Choose one of that CI",
			self.plant.ci("Another"),
			"Finance Controller",
			S.PROCUREMENT,
			capital_asset=asset,
		)
		event = self.step(self.ci, "Finance Controller", S.PROCUREMENT, capital_asset=asset)
		self.assertEqual(event["capital_asset"], asset)
