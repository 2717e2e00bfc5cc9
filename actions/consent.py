"""Yes, no, leave it, wait: read strictly, since a yes files a case.

A classifier's "affirm" is not enough: "yes, but wrong order" and "is that right?" are affirmative too.
"""

from __future__ import annotations

import re

_YES = re.compile(
    r"yes|ye[pas]|yeah|yup|yess+|y|ya|ok|okay|k+|sure|fine|correct|right|exactly|absolutely|definitely|certainly|agreed?"
    r"|confirm(?:ed)?|file|submit|send|proceed|go|ahead|do|good|great|perfect|looks|sounds|course|alright|jawohl|ja|oui|s[ií]|sim"
    r"|da|hai|einreichen|passt|d'accord|claro|👍|✅|👌"
)
_BESIDE_YES = re.compile(
    r"please|pl[sz]|it|that|that's|thats|this|thanks?|you|thx|now|for|checking|check|me|my|the|a|request|case|is|all|i|of"
    r"|so|then|with|and|refund|claim|one|it's|its|bitte|merci|gracias|on|very|much|cheers|sir|mate|lets?|let's|we|can|may"
    r"|continue|along|as|shown|above|everything|just|really|indeed|well|hi|hello|to|fully|totally|order|going"
)
_WELCOME = re.compile(r"\b(?:that|it) would be (?:lovely|great|nice|wonderful|perfect|good|fine)\b", re.I)
_DOUBT = re.compile(
    r"\?|\b(?:wait|hold|later|tomorrow|but|wrong|no|nope|not|mean|meant|think|before|first|should|could|would|who|what"
    r"|when|where|why|how|instead|new|other|another|different|call|until|unless|if|maybe|perhaps|except|actually)\b|n't\b",
    re.I,
)
_DROP = re.compile(
    r"(?:(?:ok(?:ay)?|oh|ah|hm+|fine|no|nah|well|then|just|please|pls|sorry|actually|thanks|thank you|but)[\s,]+)*"
    r"(?:i (?:want|wish|need|would like|'d like) to )?"
    r"(?:never ?mind|forget (?:it|about it|that)|(?:leave|drop) (?:it|that|this)(?: be)?|stop(?: it| this| that| here)?"
    r"|cancel(?: it| that| this| (?:my|the|this) (?:refund )?(?:request|claim|application))?|abort|quit|exit"
    r"|withdraw (?:my|the) (?:refund )?(?:request|claim|application)|not now|no thanks?(?: you)?"
    r"|(?:please )?(?:do not|don'?t|dont) (?:file|submit|send)(?: it| that| this| anything)?"
    r"|i (?:do not|don'?t|dont) want (?:it|that|this|a refund)(?: filed)?(?: any ?more)?"
    r"|(?:i(?:'ve| have)? )?changed my mind)"
    r"(?:[\s,]+(?:please|pls|thanks|thank you|then|now|anyway|sorry|any ?more))*[\s.!]*",
    re.I,
)
_NO = re.compile(r"\W*(?:no|nope|nah|not that)\b(?:\W+\w+){0,3}\W*", re.I)
_MOMENT = r"(?:moment|second|sec|minute)"
_PAUSE = re.compile(
    r"(?:(?:ok|okay|oh|no|yes|well|please|pls|sure|hmm+|um+)[\s,]+)*"
    rf"(?:wait\b.*|hold on\b.*|hang on\b.*|(?:just )?(?:a|one) {_MOMENT}\b.*|give me a {_MOMENT}\b.*"
    r"|let me (?:think|check|look|see|ask)\b.*"
    r"|i(?:'ll| will| need to| have to|'d like to)? (?:think|confirm|check|decide|come back|get back)\b.*"
    r"|(?:maybe )?(?:later|tomorrow|not yet)(?: please)?|moment(?: please)?)[\s.!]*",
    re.I,
)


def says_yes(text: str) -> bool:
    """Whether the text is a plain yes and nothing beside it."""
    text = _WELCOME.sub(" yes", text)
    if _DOUBT.search(text):
        return False
    words = re.findall(r"[\w'’]+|👍|✅|👌", text.lower().replace("’", "'"))
    return (
        bool(words)
        and any(map(_YES.fullmatch, words))
        and all(_YES.fullmatch(word) or _BESIDE_YES.fullmatch(word) for word in words)
    )


def says_no(text: str) -> bool:
    """Whether the text is a no with a few words beside it at most."""
    return bool(_NO.fullmatch(text))


def drops_it(text: str) -> bool:
    """Whether the customer lets the request go: the whole text says so, not a part of it."""
    return bool(_DROP.fullmatch(text.strip()))


def wants_pause(text: str) -> bool:
    """Whether the customer asks for time."""
    return bool(_PAUSE.fullmatch(text.strip())) and not re.search(r"\?|\bwrong\b|\bother\b", text, re.I)
