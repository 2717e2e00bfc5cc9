"""Which ways of paying a question names, each with where its money came from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from refunds.policy.book import Method

Named = tuple[str, str | None]

# What customers call where a wallet's money came from, by the funding keys of policy/arrival.yml.
_FUNDINGS = {
    "balance": re.compile(r"\b(?:balance|wallet|guthaben)\b|余额|零钱", re.I),
    "bank_card": re.compile(r"\b(?:\w*cards?|visa|amex|debit|karte)\b|银行卡", re.I),
    "bank": re.compile(r"\b(?:bank|bank ?account|iban|konto)\b", re.I),
}
_SEPARATOR = re.compile(r"\b(?:or|and|vs|versus|than|oder|und)\b|[,;/&+?]", re.I)
_FUNDED_BY = re.compile(r"\s*(?:paid|funded|from|linked|behind)\b", re.I)
_CARD = re.compile(r"\b(?:(?:credit )?cards?|visa|master ?card|amex)\b", re.I)
# Brands that are asked about and that no figures are known for.
_UNKNOWN_BRANDS = re.compile(
    r"\b(?:stripe|venmo|cash ?app|zelle|m-?pesa|revolut|skrill|payoneer|wise|afterpay|affirm|clearpay|amazon pay"
    r"|samsung pay|interac|pix|upi|boleto|blik|giropay|bancontact|twint|swish|mobilepay|paysafecard|western union"
    r"|moneygram|gift cards?|(?:by|a) cheque|cheques?|(?:by|a) check|in cash|paytm|razorpay|trustly|przelewy24|eps)\b",
    re.I,
)


def methods_named(text: str, details: Sequence[Mapping[str, Any]], methods: Mapping[str, Method]) -> list[Named]:
    """The methods of a question in its order, each once; a wallet with its funding where that is said beside it."""
    rows = [row for row in details if row["entity"] == "payment_method"]
    if not text:  # a button
        return [(str(row["value"]), None) for row in rows]
    found = [named for part, start in _parts(text, rows) for named in _of_part(part, start, rows, methods)]
    return list(dict.fromkeys(found))


def unknown_brand(text: str) -> bool:
    """Whether the question is about a way of paying that no figures are known for."""
    return bool(_UNKNOWN_BRANDS.search(text))


def _parts(text: str, rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """The text cut where another method begins: at separators, a part without a method staying with the one before."""
    inside = {place for row in rows for place in range(row["start"] + 1, row["end"])}
    cuts = [match.end() for match in _SEPARATOR.finditer(text) if match.end() not in inside]
    parts: list[tuple[str, int]] = []
    for start, end in pairwise([0, *cuts, len(text)]):
        names_one = any(start <= row["start"] < end for row in rows) or _CARD.search(text[start:end])
        if parts and (not names_one or _FUNDED_BY.match(text[start:end])):
            parts[-1] = (text[parts[-1][1] : end], parts[-1][1])
        else:
            parts.append((text[start:end], start))
    return parts


def _of_part(part: str, start: int, rows: Sequence[Mapping[str, Any]], methods: Mapping[str, Method]) -> list[Named]:
    values = [str(row["value"]) for row in rows if start <= row["start"] < start + len(part)]
    wallet = next((value for value in values if value in methods and methods[value].by_funding), None)
    if wallet:
        return [(wallet, _funding(part, methods[wallet]))]
    if values:
        return [(value, None) for value in values]
    # The engine leaves a plain "card" out beside a wallet; here it stands in a part of its own.
    return [("card", None)] if rows and _CARD.search(part) else []


def _funding(part: str, method: Method) -> str | None:
    return next((name for name, said in _FUNDINGS.items() if name in method.by_funding and said.search(part)), None)
