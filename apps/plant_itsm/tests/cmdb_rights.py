"""Who may do what with the DocTypes of the CMDB: the table that the DocTypes and a site are held against."""

from __future__ import annotations

ACTIONS = {"r": "read", "w": "write", "c": "create", "d": "delete"}
READERS = (
	"CAB Member",
	"Finance Controller",
	"IT Change Manager",
	"Plant Viewer",
	"Safety Engineer",
	"Shift Leader",
)
ROLES = ("System Manager", "Plant Admin", "Plant IT", "Production Manager", "Robot Maintenance", *READERS)

MASTER = {
	"System Manager": "rwcd",
	"Plant Admin": "rwcd",
	"Plant IT": "rwc",
	"Production Manager": "r",
	"Robot Maintenance": "r",
	**dict.fromkeys(READERS, "r"),
}
"""Kept by Plant IT, who deletes nothing; read by everybody in the plant."""

RIGHTS: dict[str, dict[str, str]] = {
	"Calendar Exception": MASTER,
	"CI Class": MASTER,
	"CI Relation": MASTER,
	"CI Relation Type": MASTER,
	"Line Feed": MASTER,
	"Network Segment": MASTER,
	"OT CI": MASTER,
	"Plant Area": MASTER,
	"Plant Site": MASTER,
	"Production Line": MASTER,
	"Redundancy Group": MASTER,
	"Work Cell": MASTER,
	"CI Program Version": {**MASTER, "Robot Maintenance": "rwc"},
	"CI Graph Change": dict.fromkeys(ROLES, "r"),
	"Plant Load": {"System Manager": "rwcd", "Plant Admin": "rwcd", "Plant IT": "rwc"},
	"CI Proposal": {
		"System Manager": "rwd",
		"Plant Admin": "rwd",
		"Plant IT": "rw",
		"Production Manager": "r",
		"Robot Maintenance": "r",
	},
	"Assessment Practice": {
		"System Manager": "rwcd",
		"Plant Admin": "rwcd",
		"Plant IT": "r",
		"Production Manager": "r",
		"Robot Maintenance": "r",
	},
	"Plant Assessment": {
		"System Manager": "rwcd",
		"Plant Admin": "rwcd",
		"Plant IT": "rwc",
		"Production Manager": "r",
	},
}
"""By DocType and role the actions that are allowed; a role that is not named may do nothing."""


def may(doctype: str, role: str) -> frozenset[str]:
	return frozenset(ACTIONS[letter] for letter in RIGHTS[doctype].get(role, ""))
