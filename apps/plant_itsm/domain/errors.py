"""Every refusal of plant_itsm. The text names the thing, the value, and the limit or the next move."""

from __future__ import annotations

from collections.abc import Sequence

from plant_itsm.domain.plant_problems import Problem


class PlantItsmError(Exception):
	"""Base of all errors that are meant for a person to read."""


class InvalidRecordError(PlantItsmError):
	"""A record breaks a rule of its kind.

	fieldname and value say which field is to blame, where one is; a field of a child table is `table.field`, with the
	number of its row from 1.
	"""

	def __init__(
		self, text: str, *, fieldname: str | None = None, value: object = None, row: int | None = None
	):
		super().__init__(text)
		self.fieldname = fieldname
		self.value = value
		self.row = row


class DuplicateRecordError(PlantItsmError):
	"""A record with the same name or the same unique value exists already."""


class NotAllowedError(PlantItsmError):
	"""Somebody asks for what is for other roles to do."""


class CorrectionError(PlantItsmError):
	"""What is recorded of a line stop cannot be corrected in that way."""


class MissingRecordError(PlantItsmError):
	"""A record that something points to does not exist."""


class RecordInUseError(PlantItsmError):
	"""A record cannot be deleted, because others point to it."""


class PlantInUseError(PlantItsmError):
	"""A plant cannot be unloaded, because records of others are built upon it. Its text holds one per line."""

	def __init__(self, users: Sequence[str]):
		self.users = list(users)
		super().__init__(
			"\n".join(["Nothing was unloaded, because others are built upon this plant:", *users])
		)


class NotEnoughDataError(PlantItsmError):
	"""A figure is asked for that what is recorded cannot give. Its text begins with "not enough data: "."""

	def __init__(self, missing: str):
		super().__init__(f"not enough data: {missing}")


class SpareError(PlantItsmError):
	"""A spare unit is not free, or does not fit."""


class StaleResultError(PlantItsmError):
	"""What a result was computed from has changed meanwhile, and it can explain itself no more."""


class MoneyError(PlantItsmError):
	"""An amount is no number, or two currencies were mixed."""


class PayloadError(PlantItsmError):
	"""The bytes of a signal cannot be turned into a value; they become a dead letter."""


class RuleError(PlantItsmError):
	"""A signal rule cannot judge a value."""


class PlantFileError(PlantItsmError):
	"""Files of a plant cannot be loaded. Its text holds one problem per line, each with file and line."""

	def __init__(self, problems: Sequence[Problem | str]):
		self.problems = [
			Problem("", None, problem) if isinstance(problem, str) else problem for problem in problems
		]
		super().__init__("\n".join(str(problem) for problem in problems))


class ConnectionSettingError(PlantItsmError):
	"""A setting of an OT Connection is wrong: trying again cannot help, a person must change it."""


class LeaseLostError(PlantItsmError):
	"""Another process has taken over this job; the holder of the older token must stop writing."""


class StoreUnavailableError(PlantItsmError):
	"""The database is away, or had to undo the transaction (deadlock, lock wait): the same call may succeed later."""


class StoreFileError(PlantItsmError):
	"""The file of an embedded store cannot be used as it is; a person must move, mend or allow it."""
