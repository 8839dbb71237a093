"""What the reports of maintenance share: which CIs a user may see in a scope, and the line of each."""

from __future__ import annotations

from collections.abc import Iterable

from plant_itsm.domain.cmdb import CI, Node
from plant_itsm.frappe_site.reading import readable
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import Scope
from plant_itsm.services.lines import line_of_ci


def lines_of_cis(cis: Iterable[str], scope: Scope) -> dict[str, str]:
	"""CI -> its line, or "" for none, of those that the user may read and that lie in the scope."""
	records = FrappeRecords()
	asked = sorted(set(cis))
	allowed = {node.name for node in readable(Node(CI, ci) for ci in asked)}
	found = {ci: line_of_ci(records, ci) for ci in asked if ci in allowed}
	sites = {row["name"]: row["plant_site"] for row in records.find(CI, {"name": ("in", sorted(found))})}
	return {
		ci: line for ci, line in found.items() if (line in scope.lines if line else sites[ci] in scope.sites)
	}
