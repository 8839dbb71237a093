"""Money: a Decimal amount with its currency. Floats never come in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation

from plant_itsm.domain.errors import MoneyError

CENT = Decimal("0.01")


def to_decimal(value: object) -> Decimal:
	"""A finite Decimal from a Decimal, int, or text; a float goes through its shortest text, as a person sees it.

	Raises MoneyError for anything that is no finite number.
	"""
	try:
		number = Decimal(str(value).strip())
	except InvalidOperation:
		number = Decimal("NaN")
	if not number.is_finite():
		raise MoneyError(f"amount {value!r} is no number: write it with a decimal point, for example 3800.00")
	return number


@dataclass(frozen=True)
class Money:
	"""An amount in one currency (ISO 4217 code), rounded half up to cents where it is shown or stored."""

	amount: Decimal
	currency: str

	def rounded(self) -> Money:
		return Money(self.amount.quantize(CENT, rounding=ROUND_HALF_UP), self.currency)

	def times(self, factor: Decimal) -> Money:
		return Money(self.amount * factor, self.currency)

	def __add__(self, other: Money) -> Money:
		if self.currency != other.currency:
			raise MoneyError(
				f"{self} and {other} have different currencies: price them in the currency of one Plant Site"
			)
		return Money(self.amount + other.amount, self.currency)

	def __str__(self) -> str:
		return f"{self.rounded().amount:,} {self.currency}"

	def as_json(self) -> dict[str, str]:
		return {"amount": str(self.rounded().amount), "currency": self.currency}


def total(amounts: Iterable[Money]) -> Money | None:
	"""The sum, or None of nothing. Raises MoneyError when currencies are mixed."""
	result: Money | None = None
	for money in amounts:
		result = money if result is None else result + money
	return result


def split(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
	"""Parts of an amount in whole cents, in proportion to the weights; their sum is the amount, to the cent.

	Each part is rounded down, and the cents that are left go one each to those who lost most by it, the first of
	equals first (largest remainder). Raises MoneyError for an amount with a fraction of a cent, for a negative weight,
	and when nothing but zeros are given.
	"""
	if amount != amount.quantize(CENT):
		raise MoneyError(f"amount {amount} has a fraction of a cent: round it before it is split")
	whole = sum(weights, Decimal(0))
	if whole <= 0 or min(weights) < 0:
		raise MoneyError(
			f"{amount} cannot be split by {', '.join(map(str, weights)) or 'no weights'}:"
			" none may be negative, and their sum must be above 0"
		)
	exact = [amount * weight / whole for weight in weights]
	parts = [share.quantize(CENT, rounding=ROUND_FLOOR) for share in exact]
	cents_left = int((amount - sum(parts, Decimal(0))) / CENT)
	by_loss = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
	for place in by_loss[:cents_left]:
		parts[place] += CENT
	return parts
