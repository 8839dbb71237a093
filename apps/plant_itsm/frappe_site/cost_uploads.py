"""Cost entries from a file that a person has uploaded to the site."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from plant_itsm.frappe_site.attachments import attached_path
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.cost_files import PostReport, post_files
from plant_itsm.services.cost_ledger import DOCTYPE
from plant_itsm.services.workbooks import WORKBOOK_SUFFIX


def post_upload(file_url: str) -> PostReport:
	"""Post a CSV file of entries, or a workbook with such a sheet. Raises PlantItsmError; then nothing is posted."""
	path = attached_path(DOCTYPE, file_url)
	if path.suffix == WORKBOOK_SUFFIX:
		return post_files(FrappeRecords(), path)
	with tempfile.TemporaryDirectory() as folder:
		shutil.copy(path, Path(folder, f"{DOCTYPE}.csv"))
		return post_files(FrappeRecords(), Path(folder))
