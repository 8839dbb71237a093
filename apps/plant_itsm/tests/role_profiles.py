"""The role profiles of a fresh site, as its records say them."""

from __future__ import annotations

import json
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "desk_records" / "role_profile.json"
PROFILES: dict[str, list[str]] = {
	record["role_profile"]: [row["role"] for row in record["roles"]]
	for record in json.loads(FILE.read_text("utf-8"))
}
