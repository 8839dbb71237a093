"""The impact model that a process keeps of its site: the first question reads the plant, the next ones what changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.impact import ImpactModel

_models: dict[str, ImpactModel] = {}
_turn = threading.RLock()


@contextmanager
def kept_model() -> Iterator[ImpactModel]:
	"""The model of the site that is connected, as its records are now. One thread at a time has it: bringing it up to
	date changes what the others would be asking."""
	site = frappe.local.site
	with _turn:
		model = _models.pop(site, None)  # what fails half-way is made anew at the next question
		if model is None:
			model = ImpactModel(FrappeRecords())
		else:
			model.refresh()
		_models[site] = model
		yield model
