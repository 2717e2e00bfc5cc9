"""Words of a customer without the customer: what may stay is listed, everything else becomes the test world's. PURE.

A word stays if it is an everyday one; numbers, addresses, days and amounts never do. So nothing has to be recognized as
a detail to be taken out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

UNKNOWN_WORD = "something"
# Of tests/conversations/world.json: a customer with two orders, and what is nobody's where more is named.
MAIL, CUSTOMER, ORDERS, AMOUNTS = (
    "amara@example.com",
    "C-1001",
    ("ORD-48213", "ORD-48377"),
    ("240.00 EUR", "1188.00 EUR"),
)
TICKETS, OTHER_MAILS = ("T-9002",), ("bruno@example.com", "chen@example.com")
NOBODYS_ORDER, NOBODYS_TICKET, NOBODYS_CASE, NOBODYS_MAIL = "ORD-99999", "T-9999", "R-22222", "nobody@example.com"
OTHER_AMOUNT, DAY, HOUR, NUMBER, THE_CASE = "10.00 EUR", "{-3d}", "10:00", "3", "{case}"

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?"
_MONEY = r"(?:[€$£¥₹]|\b(?:eur|usd|gbp|cny|aud|cad|chf|jpy|inr|sek|pln|euros?|dollars?|pounds?|francs?|yuan|yen)\b)"
_FIGURE = r"\d+(?:[.,'\u00a0\u202f ]\d+)*"
_PIECES = re.compile(
    "|".join(
        (
            r"(?P<mail>[^\s@<>,;:()]+@[^\s@<>,;()]+\w)",
            r"(?P<address>(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S*)?\b)",
            r"(?P<order>\bord(?:er)?\s*[-#:.\u2010-\u2015]?\s*(?:number|no\.?)?\s*#?\s*(?:\d[ -]?){4,}\d)",
            r"(?P<ticket>\bt(?:icket)?\s*[-#:\u2010-\u2015]?\s*\d{3,})",
            r"(?P<case>\br\s?[-\u2010-\u2015]\s?[0-9a-z]{5}\b)",
            rf"(?P<amount>{_MONEY}\s?{_FIGURE}|{_FIGURE}\s?{_MONEY})",
            rf"(?P<day>\b\d{{4}}-\d\d-\d\d(?:T[\d:.+Z]+)?|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}})?"
            rf"|\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?\b|\b\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}}|\.)?(?!\d))",
            r"(?P<hour>\b\d{1,2}:\d\d(?::\d\d)?)",
            r"(?P<mixed>\w*\d[\w-]*)",
            r"(?P<word>[^\W\d_]+(?:['\u2019][^\W\d_]+)*)",
            r"(?P<space>\s+)",
            r"(?P<sign>[.,;:!?()\"'-])",
        )
    ),
    re.IGNORECASE,
)
_ORDER_DIGITS = 5
_AGAIN = re.compile(rf"\b{UNKNOWN_WORD}(?:[\s,'-]+{UNKNOWN_WORD}\b)+")
_SENTENCE_ENDS = ".!?\n("


@dataclass
class Scrubber:
    """Scrubs the texts of one chat, the same thing in the same way throughout.

    ``everyday`` are the words that may stay, in lower case; ``theirs`` are words of names, which may not.
    ``own_mail`` is the account's address; ``filed`` are numbers of the cases that came about in the chat.
    """

    everyday: Collection[str]
    theirs: Collection[str] = ()
    own_mail: str | None = None
    filed: Collection[str] = ()
    _given: dict[tuple[str, str], str] = field(default_factory=dict)

    def scrub(self, text: str) -> str:
        """``text`` as a customer of the test world would have written it."""
        pieces = [self._piece(found, text) for found in _PIECES.finditer(text)]
        return " ".join(_AGAIN.sub(UNKNOWN_WORD, "".join(pieces)).split())

    def _piece(self, found: re.Match[str], text: str) -> str:
        kind, piece = str(found.lastgroup), found.group()
        if kind == "word":
            before = text[: found.start()].rstrip(" \"'")
            return self._word(piece, begins=not before or before[-1] in _SENTENCE_ENDS)
        if kind in ("space", "sign"):
            return " " if kind == "space" else piece
        return _OTHERS[kind](self, piece)

    def _word(self, word: str, *, begins: bool) -> str:
        """An everyday word; one with a capital within a sentence is a name, unless all of it is in capitals."""
        plain = word.lower().replace("\u2019", "'")
        is_name = word[:1].isupper() and not begins and not word.isupper() and plain.partition("'")[0] != "i"
        stays = plain in self.everyday and plain not in self.theirs and (not is_name or plain in NAMES_THAT_STAY)
        return word if stays else UNKNOWN_WORD

    def _mail(self, address: str) -> str:
        if self.own_mail is None or address.lower() == self.own_mail.lower():
            return self._nth("mail", address.lower(), (MAIL, *OTHER_MAILS), NOBODYS_MAIL)
        return self._nth("other mail", address.lower(), OTHER_MAILS, NOBODYS_MAIL)

    def _case(self, number: str) -> str:
        plain = re.sub(r"[\s\u2010-\u2015]", "", number).upper().replace("R", "R-", 1).replace("--", "-")
        return THE_CASE if plain in self.filed else NOBODYS_CASE

    def _number(self, piece: str) -> str:
        """A lone number of five digits is an order's, as the assistant takes it."""
        if not piece.isdigit():
            return UNKNOWN_WORD
        return self._numbered("order", piece, ORDERS, NOBODYS_ORDER) if len(piece) == _ORDER_DIGITS else NUMBER

    def _numbered(self, kind: str, piece: str, places: tuple[str, ...], beyond: str) -> str:
        return self._nth(kind, "".join(re.findall(r"\d", piece)), places, beyond)

    def _nth(self, kind: str, key: str, places: tuple[str, ...], beyond: str) -> str:
        """The place of the test world that stands for ``key``: each new one takes the next."""
        taken = sum(1 for other, _ in self._given if other == kind)
        return self._given.setdefault((kind, key), places[taken] if taken < len(places) else beyond)


NAMES_THAT_STAY = frozenset(
    (
        *("compute", "object", "storage", "block", "managed", "database", "kubernetes", "cdn", "web", "hosting"),
        *("domain", "names", "backup", "e-mail", "email", "paypal", "visa", "mastercard", "sepa", "klarna", "alipay"),
        *("ideal", "apple", "google", "pay", "bitcoin", "english"),
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    )
)
"""Services, ways of paying and weekdays are written with a capital and are nobody's."""

_OTHERS: dict[str, Callable[[Scrubber, str], str]] = {
    "mail": Scrubber._mail,
    "address": lambda _, piece: UNKNOWN_WORD,
    "order": lambda self, piece: self._numbered("order", piece, ORDERS, NOBODYS_ORDER),
    "ticket": lambda self, piece: self._numbered("ticket", piece, TICKETS, NOBODYS_TICKET),
    "case": Scrubber._case,
    "amount": lambda self, piece: self._numbered("amount", piece, AMOUNTS, OTHER_AMOUNT),
    "day": lambda _, piece: DAY,
    "hour": lambda _, piece: HOUR,
    "mixed": Scrubber._number,
}
