"""A figure's growth with the size of the plant as an SVG: both axes logarithmic, one line per figure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 70, 260, 30, 50
COLOURS = ("#1f5fa8", "#c0392b", "#2e7d32", "#8e44ad", "#b26a00", "#00707a", "#555555")
Series = Mapping[str, Mapping[int, float]]
"""figure -> size of the plant -> value; values that are 0 have no logarithm and are left out."""


class _Axis:
	"""Places values between two pixels by their logarithm; ticks at powers of ten."""

	def __init__(self, values: Sequence[float], start: float, end: float):
		self._low, self._high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
		self._high += self._high == self._low
		self._start, self._end = start, end

	def place(self, value: float) -> float:
		part = (math.log10(value) - self._low) / (self._high - self._low)
		return round(self._start + part * (self._end - self._start), 1)

	def ticks(self) -> list[float]:
		return [10.0**power for power in range(self._low, self._high + 1)]


def growth_svg(title: str, unit: str, series: Series) -> str:
	"""The text of an SVG file. unit: of all figures."""
	shown = {
		name: {size: value for size, value in points.items() if value > 0} for name, points in series.items()
	}
	shown = {name: points for name, points in shown.items() if len(points) > 1}
	sizes = sorted({size for points in shown.values() for size in points})
	x = _Axis(sizes, LEFT, WIDTH - RIGHT)
	y = _Axis([value for points in shown.values() for value in points.values()], HEIGHT - BOTTOM, TOP)
	parts = [
		f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
		f' font-size="12" role="img" aria-label="{escape(title)}">',
		f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
		f'<text x="{LEFT}" y="18" font-weight="bold">{escape(title)}, {escape(unit)}</text>',
	]
	for tick in y.ticks():
		parts.append(
			f'<path d="M{LEFT} {y.place(tick)}H{WIDTH - RIGHT}" stroke="#ddd"/>'
			f'<text x="{LEFT - 8}" y="{y.place(tick) + 4}" text-anchor="end">{tick:g}</text>'
		)
	for size in sizes:
		parts.append(
			f'<text x="{x.place(size)}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{size:,} CIs</text>'
		)
	for number, (name, points) in enumerate(shown.items()):
		colour = COLOURS[number % len(COLOURS)]
		places = [(x.place(size), y.place(value)) for size, value in sorted(points.items())]
		way = "L".join(f"{left} {top}" for left, top in places)
		parts.append(f'<path d="M{way}" fill="none" stroke="{colour}" stroke-width="2"/>')
		parts += [f'<circle cx="{left}" cy="{top}" r="3" fill="{colour}"/>' for left, top in places]
		row = TOP + 18 * number
		parts.append(
			f'<path d="M{WIDTH - RIGHT + 12} {row + 6}h18" stroke="{colour}" stroke-width="2"/>'
			f'<text x="{WIDTH - RIGHT + 36}" y="{row + 10}">{escape(name)}</text>'
		)
	return "\n".join([*parts, "</svg>", ""])


def write_growth(path: Path, title: str, unit: str, series: Series) -> None:
	path.parent.mkdir(parents=True, exist_ok=True)
	path.write_text(growth_svg(title, unit, series), encoding="utf-8")
