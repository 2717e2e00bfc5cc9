"""Evidence that a customer has: a screenshot, a log. Files cannot be sent here; what is said of them is kept."""

from __future__ import annotations

import re

_EVIDENCE = re.compile(
    r"\b(?:screen ?shots?|screen ?grabs?|screen recordings?|photos?|pictures?|videos?|evidence|proofs?"
    r"|attach\w*|traceroutes?|stack ?traces?|error (?:message|text|log)s?"
    r"|log (?:files?|says|shows|entr\w+|lines?|output)"
    r"|(?:the|my|our|a|server|access|system|these) logs?(?: files?)?|logs (?:say|show)"
    r"|monitoring (?:shows?|graphs?|data)"
    r"|pdf|upload\w*|send (?:you )?(?:a |the |some )?files?)\b",
    re.I,
)
_WANTS_TO_SEND = re.compile(
    r"\b(?:can|could|may|should|how (?:do|can|to)|where (?:do|can|to)|want to|like to|let me|need to|is it possible)\b"
    r".{0,40}\b(?:send|attach|upload|share|provide|submit|give|add|show)\b"
    r"|\b(?:attached|attaching|see (?:the )?attach\w*|here is (?:a|the|my) (?:screen\w*|photo|picture|file|log))\b",
    re.I,
)


def is_evidence(text: str) -> bool:
    """Whether the words tell of evidence: a screenshot, a log and what it says."""
    return bool(_EVIDENCE.search(text))


def wants_to_send(text: str) -> bool:
    """Whether the customer means to send a file, or thinks that they did."""
    return is_evidence(text) and bool(_WANTS_TO_SEND.search(text))
