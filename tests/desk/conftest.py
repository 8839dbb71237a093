"""The Desk of a real site in Debian's Chromium. `make test-desk` starts what it takes and names the site in DESK_URL;
without it nothing here is collected, because `make test` has no browser."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
	from tests.browser import Browser

collect_ignore_glob = [] if os.environ.get("DESK_URL") else ["test_*.py"]


@dataclass(frozen=True)
class Site:
	"""`password`: of Administrator and of the people of bench-config/desk_people.py."""

	url: str
	password: str

	def person(self, role: str) -> str:
		return f"{role.lower().replace(' ', '-')}@desk-test.example"


@pytest.fixture(scope="session")
def site() -> Site:
	return Site(os.environ["DESK_URL"], os.environ["DESK_PASSWORD"])


@pytest.fixture(scope="session")
def downloads() -> Iterator[Path]:
	with tempfile.TemporaryDirectory(prefix="plant-itsm-") as folder:
		yield Path(folder)


@pytest.fixture(scope="session")
def chromium(site: Site, downloads: Path) -> Iterator[Browser]:
	from tests.browser import Browser

	with tempfile.TemporaryDirectory(prefix="plant-itsm-") as profile:
		browser = Browser(site.url, profile, downloads)
		try:
			yield browser
		finally:
			browser.close()


@pytest.fixture(scope="module")
def browser(chromium: Browser, site: Site) -> Browser:
	"""Administrator is logged in."""
	chromium.be_no_phone()
	chromium.log_in("Administrator", site.password)
	return chromium
