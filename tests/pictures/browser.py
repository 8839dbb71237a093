"""A browser that takes pictures of a site: Chromium, headless, logged in as one user."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

SECONDS = 40
WIDTH, HEIGHT = 1440, 960
ZONE = "Europe/Berlin"
"""Of the demo plant, so that pages which show the time of whoever looks agree with those of the site."""
COLOURS = 128
"""Enough for screens that are mostly grey; keeps a picture below 200 kB."""
QUIET = (
	"--headless",
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	"--force-device-scale-factor=1",
	f"--window-size={WIDTH},{HEIGHT}",
)
_CALL = """
const [path, body, done] = arguments;
const headers = {"Content-Type": "application/json"};
if (window.frappe && frappe.csrf_token) headers["X-Frappe-CSRF-Token"] = frappe.csrf_token;
fetch(path, body ? {method: "POST", headers, body: JSON.stringify(body)} : {headers})
	.then(async (reply) => done([reply.status, await reply.text()]));
"""
_DOWNLOAD = """
const [path, done] = arguments;
fetch(path).then(async (reply) => {
	const bytes = new Uint8Array(await reply.arrayBuffer());
	done([reply.status, btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""))]);
});
"""
_SHOW = """
const [path, body, done] = arguments;
const headers = {"Content-Type": "application/json", "X-Frappe-CSRF-Token": frappe.csrf_token};
fetch(path, {method: "POST", headers, body: JSON.stringify(body)})
	.then((reply) => reply.text())
	.then((page) => {
		document.documentElement.innerHTML = page;
		done();
	});
"""


@dataclass(frozen=True)
class Screen:
	"""A page of the site; `ready` is a CSS selector of what it shows last, `act` what to do with it then."""

	name: str
	path: str
	ready: str
	act: Callable[[Browser], None] | None = None


class Browser:
	def __init__(self, url: str, profile: str):
		options = webdriver.ChromeOptions()
		options.binary_location = shutil.which("chromium") or ""
		for argument in (*QUIET, f"--user-data-dir={profile}"):
			options.add_argument(argument)
		service = webdriver.ChromeService(shutil.which("chromedriver"))
		self._driver = webdriver.Chrome(options=options, service=service)
		self._driver.set_script_timeout(SECONDS)
		self._driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": ZONE})
		self._url = url

	def close(self) -> None:
		self._driver.quit()

	def call(self, path: str, body: dict[str, Any] | None = None) -> Any:
		"""Ask the site in the name of whoever is logged in. Raises RuntimeError for a refusal."""
		status, text = self._driver.execute_async_script(_CALL, path, body)
		if status != 200:
			raise RuntimeError(f"{path}: {status} {text[:300]}")
		return json.loads(text)

	def ask(self, script: str) -> Any:
		"""What a script tells of the page that is open."""
		return self._driver.execute_script(script)

	def show_answer(self, path: str, body: dict[str, Any]) -> None:
		"""Show the page that a call answers with, without printing it."""
		self._driver.execute_async_script(_SHOW, path, body)

	def log_in(self, user: str, password: str) -> None:
		self._driver.get(f"{self._url}/login")
		self.call("/api/method/login", {"usr": user, "pwd": password})

	def become(self, user: str) -> None:
		self.open("/app/user", ".page-title")
		self.call(
			"/api/method/frappe.core.doctype.user.user.impersonate",
			{"user": user, "reason": "pictures for the docs"},
		)

	def names(self, doctype: str, filters: list[list[str]]) -> list[str]:
		query = f"filters={json.dumps(filters)}&order_by=creation desc"
		return [row["name"] for row in self.call(f"/api/resource/{doctype}?{query}")["data"]]

	def open(self, path: str, ready: str) -> None:
		self._driver.get(f"{self._url}{path}")
		self.wait(ready)
		self._settle()

	def wait(self, selector: str) -> WebElement:
		def seen(driver: webdriver.Chrome) -> WebElement | None:
			found = driver.find_elements(By.CSS_SELECTOR, selector)
			return next((element for element in found if element.is_displayed()), None)

		return WebDriverWait(self._driver, SECONDS).until(seen, f"{selector} does not appear")

	def click(self, selector: str) -> None:
		self._driver.execute_script("arguments[0].click()", self.wait(selector))

	def click_all(self, selector: str) -> None:
		script = "document.querySelectorAll(arguments[0]).forEach((element) => element.click())"
		self._driver.execute_script(script, selector)

	def wait_for_text(self, selector: str, text: str) -> None:
		def told(driver: webdriver.Chrome) -> bool:
			return text in driver.find_element(By.CSS_SELECTOR, selector).text

		WebDriverWait(self._driver, SECONDS).until(told, f"{selector} does not say {text}")

	def resize(self, width: int, height: int) -> None:
		self._driver.set_window_size(width, height)

	def scroll_to(self, selector: str) -> None:
		self._driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", self.wait(selector))

	def _settle(self) -> None:
		"""Wait until the page asks the site for nothing any more, and its fonts and fades are done."""
		quiet = """
			const done = arguments[0];
			let last = -1, calm = 0;
			const asked = () => performance.getEntriesByType("resource").filter((e) => !e.name.includes("socket.io"));
			const look = setInterval(() => {
				const now = asked().length;
				calm = now === last ? calm + 1 : 0;
				last = now;
				if (calm > 8) { clearInterval(look); document.fonts.ready.then(() => done()); }
			}, 150);
		"""
		self._driver.execute_async_script(quiet)

	def take(self, screen: Screen, folder: Path) -> None:
		self.open(screen.path, screen.ready)
		if screen.act:
			screen.act(self)
			self._settle()
		path = folder / f"{screen.name}.png"
		self._driver.save_screenshot(str(path))
		with Image.open(path) as picture:
			save_picture(picture, path)

	def download(self, path: str) -> bytes:
		"""A file that the site answers with. Raises RuntimeError for a refusal."""
		self.open("/app/user", ".page-title")
		status, text = self._driver.execute_async_script(_DOWNLOAD, path)
		if status != 200:
			raise RuntimeError(f"{path}: {status}")
		return base64.b64decode(text)

	def picture_of_page(self, page: Path, element: str, picture: Path) -> None:
		"""Of an HTML file, wide enough for an element of it."""
		self._driver.get(page.as_uri())
		width = self._driver.execute_script("return arguments[0].scrollWidth", self.wait(element)) + 40
		height = self._driver.execute_script("return document.documentElement.scrollHeight")
		self._driver.get_screenshot_as_file(str(picture))
		with Image.open(picture) as shot:
			save_picture(shot.crop((0, 0, min(width, shot.width), min(height, shot.height))), picture)


def save_picture(picture: Image.Image, path: Path) -> None:
	picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)
	print(f"{path} {path.stat().st_size // 1000} kB")
