"""docs/permissions.md says what the DocTypes and the table of methods say."""

from tests.docs.permission_matrix import PAGE, page, rights


def test_the_page_is_the_one_that_is_made():
	assert PAGE.read_text("utf-8") == page(), "make docs-permissions writes it anew"


def test_levels_and_own_records_are_told():
	permissions = [
		{"role": "Plant IT", "read": 1, "write": 1},
		{"role": "Plant IT", "read": 1, "permlevel": 1},
		{"role": "Plant Viewer", "read": 1, "if_owner": 1},
	]
	told = [text for text in rights({"permissions": permissions}) if text]
	assert told == ["rw 1:r", "r\N{DEGREE SIGN}"]
