"""The code on the label of a CI. PyQRCode comes with Frappe, which draws its two-factor codes by it."""

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
	drawn = BytesIO()
	code = pyqrcode.create(ci_url(ci), error=MEDIUM)
	code.svg(drawn, scale=4, quiet_zone=QUIET_ZONE, background="white", omithw=True)
	return f"data:image/svg+xml;base64,{b64encode(drawn.getvalue()).decode()}"
