"""Pictures of the plant, for the page Failure Graph."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from plant_itsm.domain.cmdb import CI, GROUP, LINE, SEGMENT, Node
from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.graph_views import MOST_DEPTH, MOST_NODES
from plant_itsm.frappe_site.impact_models import kept_model
from plant_itsm.frappe_site.reading import readable
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.graph_views import picture_of

KINDS = (CI, LINE, SEGMENT, GROUP)


@frappe.whitelist(methods=["GET", "POST"])
def view(
	doctype: str, name: str, depth: int = 2, most: int = MOST_NODES, what_if: bool = False
) -> dict[str, Any]:
	"""Nodes and edges within `depth` steps of a record, as Picture.as_json gives them, with {depth, most, hidden}; with
	`what_if` also the ways that its failure takes to the lines.

	At most `most` nodes, and never more than graph_views.MOST_NODES: {shown: 120, total: 431}. What the user may not
	read is left out and counted as `hidden`.
	"""
	if doctype not in KINDS:
		frappe.throw(_("There is no picture of {0}.").format(doctype))
	frappe.has_permission(doctype, "read", name, throw=True)
	depth = min(max(int(depth), 0), MOST_DEPTH)
	most = min(max(int(most), 1), MOST_NODES)
	is_failing = bool(frappe.utils.sbool(what_if)) and doctype in (CI, LINE)
	try:
		with kept_model() as model:
			picture = picture_of(
				FrappeRecords(), model, Node(doctype, name), depth, most, is_failing=is_failing
			)
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))), title=_("No Picture"))
	return {**_readable(picture.as_json()), "depth": depth, "most": most}


def _readable(picture: dict[str, Any]) -> dict[str, Any]:
	"""Without the nodes that user permissions keep from the user, and their edges."""
	found = readable(Node(node["kind"], node["name"]) for node in picture["nodes"])
	unseen = {} if frappe.has_permission("Line Stop", "read") else {"state": None, "stop": None}
	nodes = [node | unseen for node in picture["nodes"] if (node["kind"], node["name"]) in found]
	ids = {node["id"] for node in nodes}
	edges = [edge for edge in picture["edges"] if {edge["source"], edge["target"]} <= ids]
	return {**picture, "nodes": nodes, "edges": edges, "hidden": len(picture["nodes"]) - len(nodes)}
