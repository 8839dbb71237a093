"""Pictures of what a site hands out: the pages of a PDF, and the sheets of a workbook as a spreadsheet shows them."""

from __future__ import annotations

import html
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
from openpyxl.utils import get_column_letter
from PIL import Image, ImageChops

PDF_SCALE = 1.6
MARGIN = 30
STYLE = """
	body { font: 12px sans-serif; margin: 12px; white-space: nowrap; }
	table { border-collapse: collapse; margin: 4px 0 18px; }
	td, th { border: 1px solid #d0d4d8; padding: 2px 6px; }
	th { background: #eee; font-weight: 400; color: #555; }
	.number { text-align: right; }
	.frozen td { border-bottom: 2px solid #333; }
"""


def first_page(pdf: bytes) -> Image.Image:
	"""Without the empty rest of the page."""
	page = pypdfium2.PdfDocument(pdf)[0].render(scale=PDF_SCALE).to_pil().convert("RGB")
	left, top, right, bottom = ImageChops.invert(page).getbbox() or (0, 0, *page.size)
	size = page.size
	return page.crop(
		(
			max(left - MARGIN, 0),
			max(top - MARGIN, 0),
			min(right + MARGIN, size[0]),
			min(bottom + MARGIN, size[1]),
		)
	)


def write_sheets(workbook: bytes, page: Path) -> None:
	"""An HTML page with every sheet: its cells by type and number format, a line below what is frozen."""
	parts = [f"<meta charset=utf-8><style>{STYLE}</style>"]
	for sheet in openpyxl.load_workbook(BytesIO(workbook)).worksheets:
		frozen = int(sheet.freeze_panes[1:]) - 1 if sheet.freeze_panes else 0
		letters = "".join(f"<th>{get_column_letter(place)}</th>" for place in range(1, sheet.max_column + 1))
		parts.append(f"<b>{html.escape(sheet.title)}</b><table class=sheet><tr><th></th>{letters}</tr>")
		for number, row in enumerate(sheet.iter_rows(), start=1):
			cells = "".join(map(_cell, row))
			kind = "frozen" if number == frozen else ""
			parts.append(f"<tr class='{kind}'><th>{number}</th>{cells}</tr>")
		parts.append("</table>")
	page.write_text("\n".join(parts), encoding="utf-8")


def _cell(cell: Any) -> str:
	value = cell.value
	if isinstance(value, (int, float)):
		text = f"{value:,.2f}" if "0.00" in cell.number_format else f"{value:,}"
		return f"<td class=number>{text}</td>"
	return f"<td>{html.escape('' if value is None else str(value)).replace('  ', '&emsp;')}</td>"
