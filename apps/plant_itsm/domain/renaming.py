"""Whether a list of new names can be carried out, one after the other, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

NAME_LENGTH = 140


@dataclass(frozen=True)
class Renaming:
	"""line: where it stands in a list, from 1; None for one that was given by itself."""

	old: str
	new: str
	line: int | None = None


def renaming_problems(
	renamings: Iterable[Renaming], existing: Iterable[str]
) -> Iterator[tuple[Renaming, str, str]]:
	"""(renaming, column, text) of each that cannot be done when those before it are. Names differ by more than case:
	a site's database takes `ar-042` for `AR-042`."""
	names = {_key(name): name for name in existing}
	for renaming in renamings:
		problem = _problem(renaming, names)
		if problem is not None:
			yield (renaming, *problem)
			continue
		del names[_key(renaming.old)]
		names[_key(renaming.new)] = renaming.new


def _problem(renaming: Renaming, names: dict[str, str]) -> tuple[str, str] | None:
	old, new = renaming.old, renaming.new
	if names.get(_key(old)) != old:
		return "old", f"OT CI {old!r} does not exist. Check the name, or whether an earlier line renames it."
	if not new:
		return "new", f"OT CI {old}: the new name is missing. Enter one."
	if len(new) > NAME_LENGTH:
		return "new", f"OT CI {old}: {new[:20]!r}… has {len(new)} characters. Use at most {NAME_LENGTH}."
	if old == new:
		return "new", f"OT CI {old}: {new!r} is its name already. Leave the line out."
	if _key(new) in names and _key(new) != _key(old):
		taken = names[_key(new)]
		return (
			"new",
			f"OT CI {old}: {new!r} is taken by {taken}. Choose another name, or retire {taken} first.",
		)
	return None


def _key(name: str) -> str:
	return name.casefold().strip()
