"""Order, ticket and case numbers, however they are written."""

import re
from typing import Iterator

from rasa_ext.detail_kinds.detail import Detail
from rasa_ext.detail_kinds.number_words import VALUES

_DIGIT_WORD = "|".join(word for word, value in VALUES.items() if value < 10)
_DIGITS_APART = rf"(?:(?:\d|{_DIGIT_WORD})(?:[\s-]+(?:\d|{_DIGIT_WORD})){{4}})(?![\s-]*\d|\w)"
# Between "ORD" and its digits; phones write a long dash for a hyphen.
_JOINT = r"[\s:.#_\u2010-\u2015-]*"
_FIVE = r"\d{5}(?![\d/]|[.,]\d|-\d)"
# What may stand between the word and the number: "order no. ", "order number is ", "ticket #".
_LINK = r"[\s:.#-]*(?:(?:numbers?|num|nr|no|id|ref(?:erence)?|was|is|it'?s|called|the)\b[\s:.#-]*){0,4}"
_ORDER = re.compile(
    rf"(?<![\w-])(?:o\s?r\s?d{_JOINT}(?P<short>\d{{4,8}}(?!\d)|{_DIGITS_APART})"
    rf"|(?:my\s+)?(?:orders?|odrer|oder|ordr|purchase)(?:number)?{_LINK}(?:ord{_JOINT})?"
    rf"(?P<long>{_FIVE}|{_DIGITS_APART}))",
    re.IGNORECASE,
)
# Beside these words alone five digits are an order.
_BEFORE = (
    r"(?:it'?s|it|is|this|that'?s|the|a|my|number|nr|no|nope|sorry|oh|oops|ok|okay|yes|yeah|actually|i|mean|meant|then"
    r"|and|for|hi|hello|please|try|take|use|first|second|one|here)"
)
_BESIDE = r"(?:first|second|please|pls|then|thanks|thank|you|sorry|instead|it|is|it'?s|i|think|guess|mean|believe|one)"
_ORDER_ALONE = re.compile(
    rf"^\W*(?:{_BEFORE}\b[\s:.,#!-]*){{0,5}}(?P<long>{_FIVE}|{_DIGITS_APART})(?:[\s,.!-]+{_BESIDE}\b){{0,4}}\W*$",
    re.IGNORECASE,
)
# More of them after an order: "ORD-48213, 48214 and 48215".
_ORDER_TOO = re.compile(rf"\s*(?:,|;|&|\+|and|or)\s*(?:(?:and|also)\s+)?(?P<long>{_FIVE})", re.IGNORECASE)
_ORDER_HASH = re.compile(rf"(?<!\w)#\s?(?P<long>{_FIVE})")
_TICKET = re.compile(
    rf"(?<![\w-])(?:t[\s:._-]?(?P<short>\d{{4,5}})|(?:support\s+)?(?:tickets?|tikets?|ticekts?|tickte?s?|tkt){_LINK}(?:t[\s:._-]?)?"
    r"(?P<long>\d{3,6}))(?![\w/]|[.,]\d|-\d)",
    re.IGNORECASE,
)
_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CASE = re.compile(
    rf"(?P<word>\b(?:case|reference|ref|application|claim){_LINK})?(?<![\w-])"
    rf"(?P<mark>R[\s_-]?)?(?P<signs>[{_SIGNS}]{{5}})(?![\w-])",
    re.IGNORECASE,
)


def find_numbers(text: str) -> Iterator[Detail]:
    """`order_number` as ORD-48213, `ticket_number` as T-9001, `case_number` as R-7K2PX."""
    yield from _orders(text)
    for match in _TICKET.finditer(text):
        yield Detail(match.start(), match.end(), "ticket_number", f"T-{match['short'] or match['long']}")
    for match in _CASE.finditer(text):
        if _is_case(match):
            start = match.start("mark") if match["mark"] else match.start("signs")
            yield Detail(start, match.end(), "case_number", f"R-{match['signs'].upper()}")


def _orders(text: str) -> Iterator[Detail]:
    for match in _ORDER.finditer(text):
        digits = _digits(match["short"] or match["long"])
        yield Detail(match.start(), match.end(), "order_number", f"ORD-{digits}")
        after = _ORDER_TOO.match(text, match.end())
        while after:
            yield Detail(after.start("long"), after.end("long"), "order_number", f"ORD-{after['long']}")
            after = _ORDER_TOO.match(text, after.end())
    for pattern in (_ORDER_HASH, _ORDER_ALONE):
        for match in pattern.finditer(text):
            yield Detail(match.start("long"), match.end("long"), "order_number", f"ORD-{_digits(match['long'])}")


def _digits(written: str) -> str:
    parts = re.findall(r"\d|[a-z]+", written.lower())
    return "".join(part if part.isdigit() else str(VALUES[part]) for part in parts)


def _is_case(match: "re.Match[str]") -> bool:
    # "R-trees" is a word and "are R tests" are two: without a digit, capitals throughout or the word "case" before it
    # there is no case number; without a hyphen there must be a digit, and a letter beside it or the word "case".
    signs, mark = match["signs"], match["mark"] or ""
    has_digit, has_letter = any(map(str.isdigit, signs)), any(map(str.isalpha, signs))
    said = match["word"] is not None
    if "-" in mark or "_" in mark:
        return has_digit or said or (signs.isupper() and mark[0] == "R")
    return has_digit and (has_letter or (said and bool(mark))) and (said or bool(mark))
