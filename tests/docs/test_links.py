"""Every link in our pages leads somewhere: to a file of this tree, and to a heading that the file has."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

TREE = Path(__file__).parents[2]
PAGES = sorted([*TREE.glob("*.md"), *TREE.glob("docs/**/*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
ELSEWHERE = ("https://", "http://", "mailto:")


def _slug(heading):
	"""The anchor of a heading, as forges make it."""
	words = re.sub(r"[`*]", "", heading).strip().lower()
	return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def _anchors(page):
	text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
	return {_slug(heading) for heading in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)}


def test_there_are_pages():
	assert len(PAGES) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TREE)))
def test_links_of_a_page_lead_somewhere(page):
	broken = []
	for link in LINK.findall(page.read_text()):
		if link.startswith(ELSEWHERE):
			continue
		path, _, anchor = link.partition("#")
		target = (page.parent / unquote(path)).resolve() if path else page
		if not target.exists() or (anchor and anchor not in _anchors(target)):
			broken.append(link)
	assert not broken
