"""What people write keeps its versions, and what is shown to them comes from the site alone."""

import json
import re

from tests.security.sources import PACKAGE

ADMINISTRATORS = {"System Manager", "Plant Admin"}
WITHOUT_VERSIONS = {
	"Line Stop Drill": "a rehearsal, removed after minutes",
	"Plant Load": "written once, by the load",
}
FOREIGN = re.compile(
	r"""(?:src|href)\s*=\s*["']?(?:https?:)?//|import\s*\(?["']https?:|fetch\(\s*["'`]https?:"""
)
OURS = ("/lib/",)


def _doctypes():
	for path in PACKAGE.glob("*/doctype/*/*.json"):
		if path.stem == path.parent.name:
			yield json.loads(path.read_text(encoding="utf-8"))


def test_what_people_write_keeps_its_versions():
	written = [
		doctype
		for doctype in _doctypes()
		if not doctype.get("istable")
		and any(one.get("write") and one["role"] not in ADMINISTRATORS for one in doctype["permissions"])
	]
	assert len(written) > 30
	without = {doctype["name"] for doctype in written if not doctype.get("track_changes")}
	assert without == set(WITHOUT_VERSIONS)


def test_no_page_loads_anything_from_another_host():
	shown = [
		path
		for suffix in ("*.js", "*.html", "*.css", "*.py")
		for path in PACKAGE.rglob(suffix)
		if not any(part in path.as_posix() for part in OURS)
	]
	assert len(shown) > 100
	found = {
		f"{path.relative_to(PACKAGE)}: {match.group()}"
		for path in shown
		for match in FOREIGN.finditer(path.read_text(encoding="utf-8"))
	}
	assert found == set()


def test_a_script_of_another_host_is_found():
	assert FOREIGN.search('<script src="https://cdn.example/x.js">')
	assert FOREIGN.search("await import('https://cdn.example/x.js')")
	assert not FOREIGN.search('<a href="/app/ot-ci">')
