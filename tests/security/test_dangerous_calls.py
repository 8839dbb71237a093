"""Nothing of ours runs or unpacks what comes from outside, or goes past TLS; who goes past permissions is listed."""

import pytest

from tests.security.dangerous_calls import dangerous_calls
from tests.security.sources import modules

PAST_PERMISSIONS = {
	"api/fault_reports.py": "a report of whoever may read the CI, which is asked in the line above",
	"frappe_site/compat.py": "the ticket that one of our services is just opening, saved again by Helpdesk",
	"frappe_site/change_workflow.py": "the workflow of changes, at the installation",
	"frappe_site/deleting.py": "the services: whoever calls them has asked for the right",
	"frappe_site/desk_records.py": "boards and filters, at the installation",
	"frappe_site/notifier.py": "a notice to a person, whoever caused it",
	"frappe_site/records.py": "the services: whoever calls them has asked for the right",
	"frappe_site/renaming.py": "the services: whoever calls them has asked for the right",
	"install.py": "what the app brings along, at the installation",
}
OTHERS = {
	("ot_listeners/opcua_client.py::_identify", "set_user"): "the user at the OPC UA server",
}


def _found():
	return {one.key: one for name, source in modules() for one in dangerous_calls(name, source)}


def test_no_call_is_dangerous_but_those_that_are_listed():
	unlisted = {
		f"{one.place}:{one.line} {one.word}"
		for key, one in _found().items()
		if key not in OTHERS
		and not (one.word == "ignore_permissions" and one.place.split("::")[0] in PAST_PERMISSIONS)
	}
	assert unlisted == set()


def test_no_exception_is_listed_that_is_not_there():
	found = _found()
	assert set(OTHERS) - set(found) == set()
	assert set(PAST_PERMISSIONS) == {
		place.split("::")[0] for place, word in found if word == "ignore_permissions"
	}


@pytest.mark.parametrize(
	"planted",
	[
		"eval(text)",
		"frappe.safe_eval(text)",
		"import pickle",
		"from xml.etree import ElementTree",
		"import yaml",
		"subprocess.run(text, shell=True)",
		"subprocess.run(text, shell=is_shell)",
		"context.check_hostname = False",
		"context.verify_mode = ssl.CERT_NONE",
		"requests.get(url, verify=False)",
		"client.tls_insecure_set(True)",
		"doc.insert(ignore_permissions=True)",
		"doc.flags.ignore_permissions = True",
		"doc.insert(ignore_permissions=given)",
		"frappe.set_user('Administrator')",
		"archive.extractall(folder)",
		"hashlib.md5(secret)",
	],
)
def test_a_dangerous_call_that_is_added_is_found(planted):
	assert dangerous_calls("api/planted.py", f"def planted():\n\t{planted}\n")
