"""Whether words withdraw from the contract, or take a refund request back: two things, told apart by words alone.

Asked by the assistant, and where a person has the chat, so that a declaration is stamped whoever answers. Pure.
"""

from __future__ import annotations

import re

_MINE = r"(?:(?:my|the|this|that|our|your|open|pending|filed|whole|last|latest|existing|current|second|first)\s+)"
_REQUEST = r"(?:refund\s+|money[- ]back\s+)?(?:request|case|claim|application|appeal)"
_VERB = (
    r"(?:withdraw|cancel|take back|retract|revoke|pull(?: back)?|drop|close|delete|stop|forget(?: about)?|scrap|abandon"
    r"|call off|undo|annul|discard|remove|never ?mind(?: about)?)"
)
_TAKES_BACK = re.compile(
    rf"\b{_VERB}\s+{_MINE}*(?:{_REQUEST}\b|(?<=my )refund\b|(?<=the )refund\b|(?<=this )refund\b|(?<=that )refund\b)"
    rf"|\b{_VERB}\s+(?:(?:it|this|that),?\s+)?(?:case\s+)?R-?\w{{5}}\b"
    rf"|\b(?:withdrawing|cancel+ing|retracting|revoking|dropping|taking back)\s+{_MINE}*{_REQUEST}\b"
    rf"|\b(?:take|call|pull)\s+{_MINE}+(?:{_REQUEST}|refund)\s+(?:back|off)\b"
    rf"|\b(?:do(?:n'?t| not)|no longer)\s+(?:want|need|wish)\s+{_MINE}+refund\b(?!\s+(?:to|on|as|in)\b)",
    re.I,
)
# Told of, asked about or denied: no wish.
_NO_WISH = re.compile(
    rf"\b(?:why|who|when)\b"
    rf"|\b(?:do(?:n'?t| not)|did(?:n'?t| not)|never|not|won'?t|without)\s+(?:\w+\s+){{0,3}}{_VERB}\b"
    rf"|\b(?:you|they|somebody|someone|system)\s+{_VERB}\b",
    re.I,
)
_QUESTION = re.compile(r"\?|^\s*(?:can|could|may|how|do|does|did|is|what|where|when|would|should|which|am i)\b", re.I)
_NEGATED = re.compile(r"\b(?:do not|don'?t|dont|not going to|never) (?:want to |wish to |mean to )?withdraw", re.I)
_OF_REQUEST = re.compile(r"\bwithdraw\w* (?:\w+ ){0,2}(?:request|case|complaint|application|claim|appeal)\b", re.I)
_MONEY = re.compile(r"\b(?:money|cash|funds|credits?|balance|amount|voucher)\b", re.I)
# Plain declarations, in the languages of those who have the right, whatever reading the classifier gives.
_PLAINLY = re.compile(
    r"(?<!if )(?<!when )(?<!before )(?<!after )(?<!unless )(?<!until )(?<!whether )(?<!that )"
    r"\b(?:i|we)(?:'m| am| are)?,? (?:(?:do|hereby|now|also|therefore|formally|want to|wish to|would like to) )*"
    r"withdraw(?:ing)?\b|\bhereby (?:withdraw|revoke|rescind)"
    r"|\bwiderrufe?\b|\bme rétracte\b|\bdesisto\b|\bherroep\b|\brecedo\b|\bcayıyorum\b",
    re.I,
)


def takes_request_back(text: str) -> bool:
    """Whether the customer wants a refund request taken back: the request, not the contract it is about."""
    return bool(_TAKES_BACK.search(text)) and not _NO_WISH.search(text)


def declares_plainly(text: str) -> bool:
    """Whether the words are a plain declaration of withdrawal, even where they are read as something else."""
    return bool(_PLAINLY.search(text)) and not _MONEY.search(text) and is_declared(text)


def is_declared(text: str) -> bool:
    """Whether the words declare a withdrawal: not a question about it, not a refusal to, not of a request."""
    return not (_QUESTION.search(text) or _NEGATED.search(text) or is_of_request(text))


def is_of_request(text: str) -> bool:
    """Whether it is the request that is withdrawn, not the contract."""
    return bool(_OF_REQUEST.search(text)) or takes_request_back(text)
