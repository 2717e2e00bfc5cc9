"""Take card numbers, card security codes and passwords out of a message before anything stores or logs it."""

from __future__ import annotations

import re

CARD_REMOVED = "[card number removed]"
SECURITY_CODE_REMOVED = "[security code removed]"
PASSWORD_REMOVED = "[password removed]"

_LONGEST_CARD = 19
_SHORTEST_CARD = 13
_DOUBLED = {digit: sum(divmod(2 * int(digit), 10)) for digit in "0123456789"}

# A leading + is a telephone number's.
_DIGIT_RUN = re.compile(r"(?<![\d+])\d(?:[\s.\-\u2010-\u2015_]{0,3}\d){12,}")
_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_KNOWN_SCHEME = re.compile(
    r"4\d{15}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[0689]\d{12}|35\d{14}|6(?:011|2\d\d|4[4-9]\d|5\d\d)\d{12}"
)

_CARD_CODE_NAME = (
    r"(?:cvv2?|cvc2?|cvn|csc|card\s+verification\s+(?:value|code|number)|(?:card\s+)?security\s+(?:code|number)"
    r"|(?:three|four|3|4)[\s-]digits?(?:\s+(?:code|number))?\s+on\s+the\s+(?:back|front))"
)
# 123 456 may be a one-time code.
_THREE_OR_FOUR_DIGITS = r"\d{3,4}(?!\d)(?![ \-]?\d{3}(?!\d))"
_CODE_AFTER_ITS_NAME = re.compile(
    rf"\b({_CARD_CODE_NAME}\W{{0,3}}(?:(?:code|number|no|is|was|s|it|my|the|on|of|for|card)\W{{1,3}}){{0,6}})"
    rf"{_THREE_OR_FOUR_DIGITS}",
    re.IGNORECASE,
)
_CODE_BEFORE_ITS_NAME = re.compile(
    rf"(?<![\w\-])\d{{3,4}}(\s+(?:is|was|as)\s+(?:my|the)\s+{_CARD_CODE_NAME}|\s*\({_CARD_CODE_NAME}\))", re.IGNORECASE
)
_CODE_AFTER_EXPIRY = re.compile(
    rf"({re.escape(CARD_REMOVED)}\W{{0,3}}(?:exp\w*\W{{0,3}})?\d{{1,2}}\s?[/\-]\s?\d{{2,4}}\W{{1,3}})\d{{3,4}}(?![\w/\-])",
    re.IGNORECASE,
)

_PASSWORD_NAME = r"(?<!one-time )(?<!one time )\b(?:pass\s?words?|passwd|pass\s?phrase|pwd|pw)\b"
# What follows "my password is" when no password follows.
_NO_PASSWORD = (
    r"(?:a|about|accepted|actually|all|also|always|an|and|as|asked|at|because|being|blocked|broken|changed|correct|"
    r"currently|denied|different|disabled|does|even|expired|fine|for|forgotten|gone|good|hard|how|i|in|incorrect|"
    r"invalid|it|just|known|locked|lost|missing|my|needed|never|no|not|now|ok|okay|old|on|please|refused|rejected|"
    r"required|reset|right|safe|set|still|stolen|strong|that|the|there|this|to|too|unknown|useless|valid|very|weak|"
    r"what|where|working|wrong)(?![\w@#$%&*!?]*[\d@#$%&*])\b"
)
_PASSWORD = (
    r"(?!\[[a-z ]+ removed\]|\[code\])(?![?.,;!]+(?:\s|$))"
    r"(?:\"[^\"]+\"|'[^']+'|\u201c[^\u201d]+\u201d|`[^`]+`|\S+)"
)
_PASSWORD_AFTER_SIGN = re.compile(
    rf"({_PASSWORD_NAME}[\"']?\s*(?::|=>?|->)\s*)(?!{_NO_PASSWORD}){_PASSWORD}", re.IGNORECASE
)
_PASSWORD_AFTER_IS = re.compile(
    rf"({_PASSWORD_NAME}(?:\s+(?:for|of|on|to|in)\s[^!?\n]{{1,60}}?)?(?:\s+(?:is|was)|['\u2019]s)"
    rf"(?:\s+(?:actually|now|just|still|currently|set\s+to))?\s*:?\s+)(?!{_NO_PASSWORD}){_PASSWORD}",
    re.IGNORECASE,
)
# "password hunter2", "changed my password to hunter2": only what mixes letters and digits, as ordinary words do not.
_PASSWORD_BARE = re.compile(
    rf"({_PASSWORD_NAME}\s+(?:(?:from|to)\s+)?)(?!(?:ORD|T|R|INC|PAY)-)(?=\S*\d)(?=\S*[a-z]){_PASSWORD}", re.IGNORECASE
)


def mask(text: str) -> str:
    """``text`` with each card number, card security code and password replaced by a marker.

    Order, ticket and case numbers, dates, amounts, telephone numbers and six-digit codes stay. Masking twice is
    masking once.
    """
    return _mask_passwords(_mask_security_codes(_DIGIT_RUN.sub(lambda run: _mask_run(run.group()), text)))


def _mask_security_codes(text: str) -> str:
    text = _CODE_AFTER_ITS_NAME.sub(rf"\1{SECURITY_CODE_REMOVED}", text)
    text = _CODE_BEFORE_ITS_NAME.sub(rf"{SECURITY_CODE_REMOVED}\1", text)
    return _CODE_AFTER_EXPIRY.sub(rf"\1{SECURITY_CODE_REMOVED}", text)


def _mask_passwords(text: str) -> str:
    for pattern in (_PASSWORD_AFTER_SIGN, _PASSWORD_AFTER_IS, _PASSWORD_BARE):
        text = pattern.sub(rf"\1{PASSWORD_REMOVED}", text)
    return text


def _mask_run(run: str) -> str:
    """``run`` (digits with gaps) with its cards replaced: leftmost first, the longest that it may be."""
    found = list(_DIGITS.finditer(run))
    groups = [_ascii(group.group()) for group in found]
    pieces, kept_to, first = [], 0, 0
    while first < len(groups):
        last = next((last for last in _card_ends(groups, first) if _is_card(run, found, groups, first, last)), None)
        if last is not None:
            pieces += [run[kept_to : found[first].start()], CARD_REMOVED]
            kept_to, first = found[last].end(), last
        first += 1
    return "".join([*pieces, run[kept_to:]])


def _card_ends(groups: list[str], first: int) -> list[int]:
    """The groups with which a card that begins with group ``first`` may end by its length, the farthest first."""
    ends, length = [], 0
    for last in range(first, len(groups)):
        length += len(groups[last])
        if length > _LONGEST_CARD:
            break
        if length >= _SHORTEST_CARD:
            ends.append(last)
    return ends[::-1]


def _is_card(run: str, found: list[re.Match[str]], groups: list[str], first: int, last: int) -> bool:
    within = groups[first : last + 1]
    digits = "".join(within)
    if digits[0] in "01" or not _luhn_holds(digits):
        return False
    if _is_grouped_as_a_card(within):
        return True
    return _is_of_a_known_scheme(digits, within) and "." not in run[found[first].start() : found[last].end()]


def _ascii(digits: str) -> str:
    """Digits of any script as 0 to 9."""
    return digits if digits.isascii() else "".join(str(int(digit)) for digit in digits)


def _luhn_holds(digits: str) -> bool:
    return (sum(map(_DOUBLED.__getitem__, digits[-2::-2])) + sum(map(int, digits[::-2]))) % 10 == 0


def _is_grouped_as_a_card(groups: list[str]) -> bool:
    """4-4-4-4, 4-6-5, 8-8 and so on, unbroken, or digit by digit: never a list of dates or addresses."""
    leading = {len(group) for group in groups[:-1]}
    return leading <= {4, 6, 8} or leading in ({1}, {2})


def _is_of_a_known_scheme(digits: str, groups: list[str]) -> bool:
    return _KNOWN_SCHEME.fullmatch(digits) is not None and not any(_YEAR.fullmatch(group) for group in groups)
