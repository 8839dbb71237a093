"""Debian's Chromium at a running site, for the pictures of the docs and for the tests of the Desk.

Selenium is no requirement of plant_itsm: bench-config/desk-pictures and bench-config/desk-tests install it, each into a
virtual environment of its own.
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

T = TypeVar("T")
SECONDS = 40
WIDTH, HEIGHT = 1440, 960
ZONE = "Europe/Berlin"
"""Of the demo plant, so that pages which show the time of whoever looks agree with those of the site."""
NOT_THERE = "socket.io", "favicon.ico"
"""What a site that was started for a browser has not: a server of push messages, and an icon of its own."""
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
const [path, body, method, done] = arguments;
const headers = {"Content-Type": "application/json"};
if (window.frappe && frappe.csrf_token) headers["X-Frappe-CSRF-Token"] = frappe.csrf_token;
fetch(path, body ? {method, headers, body: JSON.stringify(body)} : {headers})
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


class Browser:
	"""One Chromium with its profile. Whoever is logged in stays so until somebody else is."""

	def __init__(self, url: str, profile: str, downloads: Path | None = None):
		options = webdriver.ChromeOptions()
		options.binary_location = shutil.which("chromium") or ""
		for argument in (*QUIET, f"--user-data-dir={profile}"):
			options.add_argument(argument)
		if downloads:
			options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
		service = webdriver.ChromeService(shutil.which("chromedriver"))
		self._driver = webdriver.Chrome(options=options, service=service)
		self._driver.set_script_timeout(SECONDS)
		self._driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": ZONE})
		self._url = url

	def close(self) -> None:
		self._driver.quit()

	def call(self, path: str, body: dict[str, Any] | None = None) -> Any:
		"""Ask the site in the name of whoever is logged in. Raises RuntimeError for a refusal."""
		return self._ask(path, body, "POST")

	def change(self, path: str, body: dict[str, Any]) -> Any:
		"""PUT to a record, as `call` does."""
		return self._ask(path, body, "PUT")

	def _ask(self, path: str, body: dict[str, Any] | None, method: str) -> Any:
		status, text = self._driver.execute_async_script(_CALL, path, body, method)
		if status != 200:
			raise RuntimeError(f"{path}: {status} {text[:300]}")
		return json.loads(text)

	def show_answer(self, path: str, body: dict[str, Any]) -> None:
		"""Show the page that a call answers with, without printing it."""
		self._driver.execute_async_script(_SHOW, path, body)

	def download(self, path: str) -> bytes:
		"""A file that the site answers with. Raises RuntimeError for a refusal."""
		self.open("/app/user", ".page-title")
		status, text = self._driver.execute_async_script(_DOWNLOAD, path)
		if status != 200:
			raise RuntimeError(f"{path}: {status}")
		return base64.b64decode(text)

	def downloaded(self, folder: Path, pattern: str) -> Path:
		"""The file that a click has started to download, once it is whole."""
		return self._until(lambda _driver: next(folder.glob(pattern), None), f"no {pattern} is downloaded")

	def log_in(self, user: str, password: str) -> None:
		"""Without the form: for whoever only wants to be somebody."""
		self.forget_session()
		self.call("/api/method/login", {"usr": user, "pwd": password})

	def sign_in(self, user: str, password: str) -> None:
		"""With the form, up to the Desk."""
		self.forget_session()
		self.type("#login_email", user)
		self.type("#login_password", password)
		self.click(".btn-login")
		self.wait(".desk-sidebar, .layout-main-section")

	def forget_session(self) -> None:
		self.errors()  # they were somebody else's
		self._driver.get(f"{self._url}/?cmd=web_logout")
		self._driver.get(f"{self._url}/login")

	def become(self, user: str) -> None:
		self.open("/app/user", ".page-title")
		self.call(
			"/api/method/frappe.core.doctype.user.user.impersonate",
			{"user": user, "reason": "pictures for the docs"},
		)

	def names(self, doctype: str, filters: list[list[str]]) -> list[str]:
		query = f"filters={json.dumps(filters)}&order_by=creation desc"
		return [row["name"] for row in self.call(f"/api/resource/{doctype}?{query}")["data"]]

	def drawn_up(self, doctype: str, values: dict[str, str]) -> str:
		"""The newest record with these values, made where there is none."""
		known = self.names(doctype, [[fieldname, "=", value] for fieldname, value in values.items()])
		if not known:
			known = [self.call(f"/api/resource/{doctype}", values)["data"]["name"]]
		return str(known[0])

	@property
	def path(self) -> str:
		return self._driver.current_url.removeprefix(self._url)

	def open(self, path: str, ready: str) -> None:
		self._driver.get(f"{self._url}{path}")
		self.wait(ready)
		self.settle()

	def _until(self, condition: Callable[[webdriver.Chrome], T], message: str) -> T:
		"""Until it is true, on a page that may be drawn anew while it is asked. Raises TimeoutException."""
		wait = WebDriverWait(self._driver, SECONDS, ignored_exceptions=[StaleElementReferenceException])
		return wait.until(condition, message)

	def wait(self, selector: str) -> WebElement:
		def seen(driver: webdriver.Chrome) -> WebElement | None:
			return next((element for element in self.all(selector) if element.is_displayed()), None)

		return self._until(seen, f"{selector} does not appear")

	def is_shown(self, selector: str) -> bool:
		return any(element.is_displayed() for element in self.all(selector))

	def wait_for_dialog(self) -> None:
		"""Until it has faded in: before that Bootstrap does not hear what it is told."""
		self.wait_for_script("$('.modal.show').data('bs.modal')?._isTransitioning === false")

	def close_dialog(self) -> None:
		self.wait_for_dialog()
		self.click(".modal.show .btn-modal-close")
		self.wait_until_gone(".modal-backdrop")

	def wait_until_gone(self, selector: str) -> None:
		self._until(lambda _driver: not self.is_shown(selector), f"{selector} does not go away")

	def wait_for_text(self, selector: str, text: str) -> None:
		def told(driver: webdriver.Chrome) -> bool:
			return any(text in element.text for element in self.all(selector))

		self._until(told, f"{selector} does not say {text}")

	def wait_for_script(self, expression: str, *arguments: Any) -> Any:
		"""Until the JavaScript expression is true; then its value."""
		return self._until(
			lambda driver: driver.execute_script(f"return {expression}", *arguments), f"never: {expression}"
		)

	def all(self, selector: str) -> list[WebElement]:
		return self._driver.find_elements(By.CSS_SELECTOR, selector)

	def text(self, selector: str) -> str:
		return self.wait(selector).text

	def type(self, selector: str, text: str) -> None:
		field = self.wait(selector)
		field.clear()
		field.send_keys(text)

	def tab_to(self, selector: str, at_most: int = 60) -> None:
		"""With the Tab key from where the focus is. Raises AssertionError when it does not get there."""
		for _ in range(at_most):
			ActionChains(self._driver).send_keys(Keys.TAB).perform()
			if self.run("return document.activeElement.matches(arguments[0])", selector):
				return
		raise AssertionError(f"{at_most} times Tab do not lead to {selector}")

	def send_key(self, key: str) -> None:
		"""To whatever has the focus."""
		ActionChains(self._driver).send_keys(key).perform()

	def refusals(self) -> list[str]:
		"""The texts of messages that lie over the page."""
		return [message.text for message in self.all(".modal.show .msgprint, .message-page-content")]

	def errors(self) -> list[str]:
		"""What the browser's console has said of errors since it was asked last."""
		return [
			entry["message"]
			for entry in self._driver.get_log("browser")
			if entry["level"] == "SEVERE" and not any(name in entry["message"] for name in NOT_THERE)
		]

	def click(self, selector: str) -> None:
		self._driver.execute_script("arguments[0].click()", self.wait(selector))

	def click_text(self, selector: str, text: str) -> None:
		"""Click what says just this, once it is to be seen; with the mouse, as some menus want it."""
		self.saying(selector, text).click()

	def saying(self, selector: str, text: str) -> WebElement:
		def seen(driver: webdriver.Chrome) -> WebElement | None:
			found = (element for element in self.all(selector) if element.text.strip() == text)
			return next((element for element in found if element.is_displayed()), None)

		return self._until(seen, f"no {selector} says {text}")

	def click_all(self, selector: str) -> None:
		script = "document.querySelectorAll(arguments[0]).forEach((element) => element.click())"
		self._driver.execute_script(script, selector)

	def run(self, script: str, *arguments: Any) -> Any:
		return self._driver.execute_script(script, *arguments)

	def run_async(self, script: str, *arguments: Any) -> Any:
		"""The script ends with a call of its last argument."""
		return self._driver.execute_async_script(script, *arguments)

	def go_to_new_window(self) -> None:
		"""That a click has opened; the one before is closed."""
		self._until(lambda driver: len(driver.window_handles) > 1, "no new window")
		self._driver.close()
		self._driver.switch_to.window(self._driver.window_handles[-1])

	def resize(self, width: int, height: int) -> None:
		self._driver.set_window_size(width, height)

	def be_phone(self, width: int, height: int) -> None:
		"""Chromium's windows are no narrower than 500; a phone's screen is."""
		metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": True}
		self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

	def be_no_phone(self) -> None:
		self._driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

	def scroll_to(self, selector: str) -> None:
		self._driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", self.wait(selector))

	def open_file(self, page: Path) -> None:
		self._driver.get(page.as_uri())

	def save_picture(self, path: Path) -> None:
		self._driver.save_screenshot(str(path))

	def settle(self) -> None:
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
