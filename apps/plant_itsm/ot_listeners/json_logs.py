"""Logs as one JSON object per line, without secrets, for who collects them from many hosts."""

from __future__ import annotations

import json
import logging
import os
import re
from datetime import datetime, timezone

VARIABLE = "PLANT_ITSM_LOGS"
_TEXT = "%(asctime)s %(name)s %(levelname)s %(message)s"
_SECRETS = (
	re.compile(
		r"(?i)(\b[\w-]*(?:password|passphrase|secret|token|api[_-]?key)\b[\"']?\s*[=:]\s*)[^\s,;&}\]]+"
	),
	re.compile(r"(?i)(\bauthorization\b[\"']?\s*[=:]\s*[\"']?(?:basic|bearer|token)\s+)\S+"),
	re.compile(r"(://[^/\s:@]*:)[^@\s]+(?=@)"),
)
_HIDDEN = r"\1***"


def without_secrets(text: str) -> str:
	"""A text with what follows the name of a secret, or stands as a password in a URL, replaced."""
	for pattern in reversed(_SECRETS):
		text = pattern.sub(_HIDDEN, text)
	return text


class JsonFormatter(logging.Formatter):
	"""{time, level, logger, message, process} and, where there is one, the error with its traceback."""

	def format(self, record: logging.LogRecord) -> str:
		told = {
			"time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
			"level": record.levelname,
			"logger": record.name,
			"message": without_secrets(record.getMessage()),
			"process": record.process,
		}
		if record.exc_info:
			told["error"] = without_secrets(self.formatException(record.exc_info))
		return json.dumps(told, ensure_ascii=False)


class PlainFormatter(logging.Formatter):
	"""A line for a person, without secrets either."""

	def format(self, record: logging.LogRecord) -> str:
		return without_secrets(super().format(record))


def set_up_logs(level: int = logging.INFO) -> None:
	"""Log to stderr: as JSON where the environment says PLANT_ITSM_LOGS=json, else as text."""
	handler = logging.StreamHandler()
	as_json = os.environ.get(VARIABLE, "").lower() == "json"
	handler.setFormatter(JsonFormatter() if as_json else PlainFormatter(_TEXT))
	logging.basicConfig(level=level, handlers=[handler])
