"""Each file and each test that the pages about security name is there."""

import functools
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/threat-model.md", "docs/security.md", "SECURITY.md")
QUOTED = re.compile(r"`([^`\n]+)`")
LINKED = re.compile(r"\]\(([^)#]+)\)")
IN_THE_TREE = ("apps/", "tests/", "docs/", "bench-config/", ".ci/", ".github/", "fixtures/")
THREAT = re.compile(r"^\| [STRIDE] \|")


@functools.cache
def page(name):
	return (ROOT / name).read_text(encoding="utf-8")


def references(name):
	return [one for one in QUOTED.findall(page(name)) if one.startswith(IN_THE_TREE)]


def is_there(reference):
	path, _, test = reference.partition("::")
	file = ROOT / path
	return file.exists() and (
		not test or re.search(rf"^\s*def {test}\(", file.read_text("utf-8"), re.MULTILINE)
	)


@pytest.mark.parametrize("name", PAGES)
def test_each_file_and_each_test_that_is_named_is_there(name):
	assert [one for one in references(name) if not is_there(one)] == []


@pytest.mark.parametrize("name", PAGES)
def test_each_page_that_is_linked_is_there(name):
	here = (ROOT / name).parent
	local = [link for link in LINKED.findall(page(name)) if "://" not in link]
	assert [link for link in local if not (here / link).exists()] == []


def test_each_threat_has_a_control_a_file_and_a_test():
	rows = [line.split(" | ") for line in page("docs/threat-model.md").splitlines() if THREAT.match(line)]
	assert len(rows) > 30
	for row in rows:
		_kind, threat, control, files, tests = row[:5]
		assert threat, row
		assert control, threat
		assert "::test_" not in files, threat
		assert QUOTED.findall(files), threat
		assert all("::test_" in one for one in QUOTED.findall(tests)), threat
		assert QUOTED.findall(tests), threat


def test_each_boundary_is_looked_at_for_each_kind_of_threat():
	boundaries = re.split(r"^### ", page("docs/threat-model.md"), flags=re.MULTILINE)[1:5]
	kinds = [{line[2] for line in part.splitlines() if THREAT.match(line)} for part in boundaries]
	assert kinds == [set("STRIDE")] * 4


def test_what_is_left_is_told_for_each_number_and_no_other():
	text = page("docs/threat-model.md")
	told = set(re.findall(r"^\| (R\d+) \|", text, re.MULTILINE))
	asked = {one for row in text.splitlines() if THREAT.match(row) for one in re.findall(r"\bR\d+\b", row)}
	assert told == asked
	assert len(told) > 10


def test_a_name_that_is_not_there_is_found():
	assert not is_there("tests/docs/test_threat_model.py::test_that_nobody_wrote")
	assert not is_there("tests/docs/no_such_file.py")
	assert is_there("tests/docs/test_threat_model.py::test_a_name_that_is_not_there_is_found")


def test_the_pages_are_under_version_control():
	found = subprocess.run(["git", "ls-files", *PAGES], cwd=ROOT, capture_output=True, text=True, check=False)
	if found.returncode:
		pytest.skip("no git repository")
	assert set(found.stdout.split()) == set(PAGES)
