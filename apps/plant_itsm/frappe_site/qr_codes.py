"""The codes on the label of a CI and on the sheet of a change. PyQRCode comes with Frappe, which uses it itself."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from urllib.parse import quote

import frappe
import pyqrcode

QUIET_ZONE = 4
"""Modules of white around a code (ISO/IEC 18004)."""
MEDIUM = "M"
"""15 % of a code may be dirty."""


def ci_url(ci: str) -> str:
	"""What the label says: the page of the CI at the address that the site gives itself (`host_name`)."""
	return str(frappe.utils.get_url(f"/ci/{quote(ci, safe='')}"))


def ci_qr_code(ci: str) -> str:
	"""The code of a CI as a data URL of an SVG, for an <img>."""
	return _drawn(ci_url(ci))


def form_qr_code(doctype: str, name: str) -> str:
	"""The code that opens the form of a record, likewise."""
	return _drawn(str(frappe.utils.get_url_to_form(doctype, name)))


def _drawn(url: str) -> str:
	drawn = BytesIO()
	code = pyqrcode.create(url, error=MEDIUM)
	code.svg(drawn, scale=4, quiet_zone=QUIET_ZONE, background="white", omithw=True)
	return f"data:image/svg+xml;base64,{b64encode(drawn.getvalue()).decode()}"
