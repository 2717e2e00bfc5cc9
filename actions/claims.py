"""What the customer claims, read from the intent, the runner-up and plain words.

The classifier gives one intent a message; a wish and its reason often come in one sentence
("refund please, it was down all day"), so the words are looked at as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from refunds.policy.request import Claim

# A second intent at least this likely counts as said too (two wishes in one message).
_ALSO_SAID = 0.2

_BY_INTENT = {
    "report_service_failure": Claim.FAILURE,
    "report_wrong_charge": Claim.WRONG_CHARGE,
    "withdraw_from_contract": Claim.WITHDRAWAL,
}


def _any_of(*wordings: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(wordings) + r")\b", re.I)


_NOT = r"(?:n'?t| not)"
_BY_WORDS = {
    Claim.EARLY_END: _any_of(
        r"chang(?:ed?|ing) (?:my|our) minds?",
        r"no longer (?:need|want|use|require)",
        rf"(?:do|does|did){_NOT} (?:really |actually )?(?:need|want|use|require) (?!a (?:voucher|credit))[\w-]+",
        r"not need(?:ed)? (?:it )?any ?more",
        r"personal reasons?",
        r"found (?:something |a )?(?:cheaper|better)",
        r"(?:switch|mov)(?:e|ed|ing) to (?:another|a different) (?:provider|vendor|cloud|company)",
        r"project (?:is |was |got |has been )?(?:over|cancel\w*|ended|stopped)",
        r"clos(?:ed?|ing) (?:my|our) (?:business|company)",
        r"too expensive",
        r"in-?house",
        r"by (?:mistake|accident)",
        r"never (?:really )?used",
        r"(?:i|we) (?:have |already )?(?:ended|terminated|cancell?ed) (?:it|my|our|the|this|that)",
    ),
    Claim.WRONG_CHARGE: _any_of(
        r"(?:charged|billed|paid|debited|deducted) (?:me |us )?(?:twice|two times|double|too much|a second time)",
        r"(?:charged|billed|debited|deducted) .{0,30}\b(?:twice|two times)",
        r"(?:double|duplicate|unknown|wrong)[- ](?:charged?|billed|payment|billing|amount)",
        r"over-?charged",
        rf"do{_NOT} (?:know|recogni[sz]e) (?:this|that|the) (?:charge|payment)",
    ),
    Claim.WITHDRAWAL: _any_of(
        r"withdraw(?:al|ing)?\b.{0,40}\bcontract",
        r"right of withdrawal",
        r"cooling[- ]off",
        r"widerruf\w*",
        r"revok\w+ .{0,20}contract",
        r"14[- ]days? (?:right|withdrawal|return)",
    ),
    Claim.FAILURE: _any_of(
        r"down(?:time)?|outages?|offline|interrupt\w*|disruption\w*|disconnect\w*",
        r"broke(?:n|down)?|fail(?:s|ed|ing|ures?)?|crash\w*|corrupt\w*|glitch\w*|bugs?",
        r"unreachable|unavailable|unusable|inaccessible|errors?|time[sd]?[- ]?outs?|timing out",
        r"died|dies|empty|bounc(?:e|es|ed|ing)|hacked|(?:white|blank) page|50[0234]",
        r"without (?:a |any |my )?(?:server|service)",
        r"cut off|wiped|gone|missing|disappeared|deleted|dead|kaputt?|unstable",
        r"slow|hang(?:s|ing)?|freez\w+|problems?|issues?|stopped working|not working|nothing works?",
        r"los(?:t|ing|es) (?:my|our|all|the|their|its|data|connection)|lose (?:their|its|my data)",
        rf"(?:do|does|did|is|was|are|were|has|have|ca|can|could){_NOT} (?:be )?(?:been )?"
        r"(?:work\w*|load\w*|respond\w*|connect\w*|access\w*|reach\w*|start\w*|boot\w*|available|use)",
        r"no (?:\w+ )?(?:access|connection|routes?|response|connectivity)",
    ),
}
# Ending a service, and nothing else said, is a personal reason.
_ENDS_SERVICE = _any_of(
    r"cancel", r"terminate", r"unsubscribe", r"(?:end|stop|close) (?:my|our|the|this|it|order|ORD-\w+)"
)
_ENDS_REQUEST = re.compile(
    r"\b(?:cancel|stop|end|close|terminate)\b (?:\w+ ){0,2}(?:request|case|claim|refund)\b", re.I
)
# A failure of the service for sure, also beside words about a charge.
_OUTAGE = _any_of(
    r"down(?:time)?|outages?|offline|unreachable|unavailable|crash\w*|broken?|dead|stopped working|not working"
)
_MONEY = re.compile(
    r"\brefund\w*|money back|reimburs\w*|pay (?:me |us )?back|(?:my|our|the) money\b|\bcredit (?:me|us)\b", re.I
)


def wants_money(text: str, ranking: Mapping[str, float]) -> bool:
    """Whether the message asks for money back, whatever its likeliest intent is."""
    return ranking.get("request_refund", 0.0) >= _ALSO_SAID or bool(_MONEY.search(text))


_NO_TROUBLE = re.compile(
    r"\b(?:no|not|never|without(?: any)?|wasn'?t|isn'?t)\s+(?:an?\s+|any\s+|really\s+)?"
    r"(?:outage|problems?|issues?|errors?|failures?|downtime|trouble|down|broken)\b",
    re.I,
)


def ends_service(text: str) -> bool:
    """Whether the service is to be ended, not a request about it."""
    return bool(_ENDS_SERVICE.search(text)) and not _ENDS_REQUEST.search(text)


def claims_in(text: str, intent: str, ranking: Mapping[str, float]) -> frozenset[Claim]:
    """The claims of one message; empty when it gives no reason."""
    text = _NO_TROUBLE.sub(" ", text)
    claims = {claim for claim, words in _BY_WORDS.items() if words.search(text)}
    for name, claim in _BY_INTENT.items():
        if intent == name or ranking.get(name, 0.0) >= _ALSO_SAID:
            claims.add(claim)
    if Claim.WRONG_CHARGE in claims and intent == "report_wrong_charge" and not _OUTAGE.search(text):
        claims.discard(Claim.FAILURE)  # "payment problem" is about the charge
    if claims >= {Claim.WITHDRAWAL, Claim.FAILURE} and intent == "withdraw_from_contract":
        claims.discard(Claim.FAILURE)
    if not claims and _ENDS_SERVICE.search(text):
        claims.add(Claim.EARLY_END)
    return frozenset(claims)
