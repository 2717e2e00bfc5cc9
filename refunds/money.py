"""Money: an exact amount in one currency. Floats are refused, currencies never mix."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

# ISO 4217: currencies whose minor unit is not a hundredth. Others have two digits.
_MINOR_DIGITS = {"JPY": 0, "KRW": 0, "CLP": 0, "VND": 0, "ISK": 0, "HUF": 2, "KWD": 3, "BHD": 3, "JOD": 3, "TND": 3}


def minor_digits(currency: str) -> int:
    """Digits after the point in ``currency`` (ISO 4217 code, upper case)."""
    return _MINOR_DIGITS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, rounded to the currency's minor unit (half up).

    Raises ``TypeError`` for a float and ``ValueError`` for a currency that is no ISO 4217 code
    or an amount that is not finite.
    """

    value: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.value, Decimal):
            raise TypeError(f"money takes a Decimal, not {type(self.value).__name__}")
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            raise ValueError(f"not a currency code: {self.currency!r}")
        if not self.value.is_finite():
            raise ValueError("money must be finite")
        unit = Decimal(1).scaleb(-minor_digits(self.currency))
        object.__setattr__(self, "value", self.value.quantize(unit, ROUND_HALF_UP))

    @classmethod
    def of(cls, value: str | int | Decimal, currency: str) -> Self:
        """Money from text or a whole number, as in ``Money.of("240.00", "EUR")``."""
        return cls(Decimal(value), currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in ``currency``."""
        return cls(Decimal(0), currency)

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> Self:
        """Money from whole minor units: cents, pence, yen."""
        return cls(Decimal(minor).scaleb(-minor_digits(currency)), currency)

    @property
    def minor(self) -> int:
        """The amount in whole minor units."""
        return int(self.value.scaleb(minor_digits(self.currency)))

    def _same(self, other: Money) -> Decimal:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other.value

    def __add__(self, other: Money) -> Money:
        return Money(self.value + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.value - self._same(other), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.value < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.value <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.value > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.value >= self._same(other)

    def share(self, part: int, whole: int) -> Money:
        """``part`` of ``whole`` equal pieces of this amount, rounded half up."""
        return Money(self.value * part / whole, self.currency)

    def as_json(self) -> dict[str, str]:
        """The form in which money crosses a boundary: ``{"value": "240.00", "currency": "EUR"}``."""
        return {"value": str(self.value), "currency": self.currency}

    @classmethod
    def from_json(cls, data: dict[str, str]) -> Self:
        """Money from the form that ``as_json`` gives."""
        return cls.of(data["value"], data["currency"])

    def __str__(self) -> str:
        return f"{self.value} {self.currency}"
