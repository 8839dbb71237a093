"""The equipment hierarchy, branch by branch, for the page Equipment Tree."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from plant_itsm.domain.cmdb import Node
from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.frappe_site.reading import readable
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.equipment_tree import CHILDREN, branch


@frappe.whitelist(methods=["GET", "POST"])
def children(kind: str | None = None, name: str | None = None) -> dict[str, Any]:
	"""What stands below a record of the hierarchy, below nothing the sites: {nodes, shown, total}, the nodes as
	TreeNode.as_json gives them. What the user may not read is left out."""
	parent = Node(kind, name) if kind and name else None
	if parent is not None and parent.kind not in CHILDREN:
		frappe.throw(_("{0} is no level of the equipment hierarchy.").format(escape_html(parent.kind)))
	frappe.has_permission(kind if parent else "Plant Site", "read", name if parent else None, throw=True)
	try:
		found = branch(FrappeRecords(), parent)
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))))
	may_read = readable(node.node for node in found.nodes)
	nodes = [node for node in found.nodes if node.node in may_read]
	unseen = {} if frappe.has_permission("Line Stop", "read") else {"state": None, "stop": None}
	return {
		"nodes": [node.as_json() | unseen for node in nodes],
		"shown": len(nodes),
		"total": found.total,
	}
