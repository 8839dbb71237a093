"""Pictures of what a browser shows: screens of a site, and pages on the disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.browser import Browser

COLOURS = 128
"""Enough for screens that are mostly grey; keeps a picture below 200 kB."""


@dataclass(frozen=True)
class Screen:
	"""A page of the site; `ready` is a CSS selector of what it shows last, `act` what to do with it then."""

	name: str
	path: str
	ready: str
	act: Callable[[Browser], None] | None = None


def take(browser: Browser, screen: Screen, folder: Path) -> None:
	browser.open(screen.path, screen.ready)
	if screen.act:
		screen.act(browser)
		browser.settle()
	path = folder / f"{screen.name}.png"
	browser.save_picture(path)
	with Image.open(path) as picture:
		save_picture(picture, path)


def picture_of_page(browser: Browser, page: Path, element: str, picture: Path) -> None:
	"""Of an HTML file, wide enough for an element of it."""
	browser.open_file(page)
	width = browser.run("return arguments[0].scrollWidth", browser.wait(element)) + 40
	height = browser.run("return document.documentElement.scrollHeight")
	browser.save_picture(picture)
	with Image.open(picture) as shot:
		save_picture(shot.crop((0, 0, min(width, shot.width), min(height, shot.height))), picture)


def save_picture(picture: Image.Image, path: Path) -> None:
	picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)
	print(f"{path} {path.stat().st_size // 1000} kB")
