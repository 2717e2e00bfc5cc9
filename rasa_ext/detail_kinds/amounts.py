"""Amounts of money with their currency."""

import re
from decimal import Decimal
from typing import Iterator, Optional

from rasa_ext.detail_kinds.detail import Detail
from rasa_ext.detail_kinds.number_words import NUMBER_IN_WORDS, number_from_words

_CODES = (
    "EUR USD GBP CNY AUD CAD CHF JPY INR SEK NOK DKK PLN CZK HUF RON BGN BRL MXN SGD HKD NZD ZAR KRW TRY AED THB ILS"
)
_SIGNS = {
    "€": "EUR",
    "us$": "USD",
    "a$": "AUD",
    "au$": "AUD",
    "c$": "CAD",
    "ca$": "CAD",
    "nz$": "NZD",
    "s$": "SGD",
    "hk$": "HKD",
    "r$": "BRL",
    "$": "USD",
    "£": "GBP",
    "¥": "CNY",
    "￥": "CNY",
    "₹": "INR",
    "元": "CNY",
}
_WORDS = {
    "euros?": "EUR",
    "eu?rs": "EUR",
    "(?:us )?dollars?": "USD",
    "bucks?": "USD",
    "pounds?(?: sterling)?": "GBP",
    "quid": "GBP",
    "yuan": "CNY",
    "renminbi": "CNY",
    "rmb": "CNY",
    "kuai": "CNY",
    "(?:australian|aussie) dollars?": "AUD",
    "canadian dollars?": "CAD",
    "swiss francs?|francs?": "CHF",
    "yen": "JPY",
    "rupees?|rs": "INR",
    "reais|real": "BRL",
    "z[lł]oty(?:s|ch)?": "PLN",
}
# ¥ and 元 mean yuan here: the vendor sells in CNY and not in JPY.
_NO_CENTS = {"JPY", "KRW"}
_CENT = Decimal("0.01")

_NAMED = sorted([*_WORDS, *_CODES.lower().split()], key=len, reverse=True)
_BEFORE = "|".join(
    [*map(re.escape, sorted(_SIGNS, key=len, reverse=True)), *_CODES.lower().split(), "rmb", r"rupees", r"rs\.?"]
)
_AFTER = "|".join([*map(re.escape, sorted(_SIGNS, key=len, reverse=True)), *(rf"(?:{word})\b" for word in _NAMED)])
_NUMBER = r"\d{1,3}(?:[.,'\u2019 \u00a0]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?![\d]|[.,]\d)"
_CENTS = (
    r"(?:\s*(?:and\s+)?(?P<cents>\d{1,2})\s*(?:cents?|ct|pence|p)\b"
    r"|(?<=euro|uros|llar|lars|ound|unds)\s(?P<bare_cents>\d{2})(?!\w|[.,:/-]\d))?"
)
_SIGN_FIRST = re.compile(
    rf"(?<![\w.,-])(?P<currency>{_BEFORE})\s?(?P<number>{_NUMBER})(?P<thousand>\s?k\b)?(?:,-|,–)?", re.IGNORECASE
)
_SIGN_LAST = re.compile(
    rf"(?<![\w.,-])(?P<number>{_NUMBER}|{NUMBER_IN_WORDS})(?:,-|,–)?(?P<thousand>\s?k\b)?\s?-?(?P<currency>{_AFTER}){_CENTS}",
    re.IGNORECASE,
)


def find_amounts(text: str) -> Iterator[Detail]:
    """`amount` as `{"value": "240.00", "currency": "EUR"}`; a number without a currency is none."""
    for pattern in (_SIGN_LAST, _SIGN_FIRST):
        for match in pattern.finditer(text):
            value = _value(match)
            if value is not None:
                currency = _currency(match["currency"])
                written = str(value.quantize(Decimal(1) if currency in _NO_CENTS else _CENT))
                yield Detail(match.start(), match.end(), "amount", {"value": written, "currency": currency})


def _currency(written: str) -> str:
    lowered = written.lower().rstrip(".")
    if lowered in _SIGNS:
        return _SIGNS[lowered]
    if lowered.upper() in _CODES.split():
        return lowered.upper()
    return next(code for word, code in _WORDS.items() if re.fullmatch(word, lowered))


def _value(match: "re.Match[str]") -> Optional[Decimal]:
    written = match["number"]
    if written[0].isdigit():
        value = _plain(written)
    else:
        said = number_from_words(written)
        if said is None:
            return None
        value = Decimal(said)
    if match["thousand"]:
        value *= 1000
    groups = match.groupdict()
    cents = groups.get("cents") or groups.get("bare_cents")
    return value + Decimal(cents) / 100 if cents else value


def _plain(written: str) -> Decimal:
    # The last separator marks the cents when one or two digits follow it; every other one groups thousands.
    parts = re.split(r"[.,'\u2019 \u00a0]", written)
    if len(parts) > 1 and len(parts[-1]) < 3:
        return Decimal("".join(parts[:-1]) + "." + parts[-1])
    return Decimal("".join(parts))
