"""The kinds of question that customers ask about the policy, in their words, by the sentence that answers them.

The wordings are matched against lower case words without punctuation or apostrophes ("dont", "someone elses").
"""

from __future__ import annotations

import re

CANCEL_FEE = "policy_cancel_fee"
# Said of the money's way through the bank, and not of our own check.
_MONEY_MOVES = r"(?:bank|account|card|money|arriv\w*|statement|credited|reach\w*|paypal)"
_LONG = (
    r"(?:how (?:long|many (?:\w+ )?days|many hours|soon|fast|quick\w*|late|much time)"
    r"|until when|by when|deadline|time limit)"
)
_SERIOUS = r"(?:serious|severe|critical)"
_CHECKED = r"(?:approv\w*|look\w*|verif\w*|check\w*|review\w*|decid\w*|decision)"
_WHOEVER = r"(?:bot|human|person|machine|ai)"

_WORDINGS = {
    CANCEL_FEE: (
        r"(?:cancel\w*|terminat\w*|exit|early) (?:fee|charge|cost|penalt)\w*",
        r"(?:fee|charge|cost|penalty)s? (?:for|to|if i|when i|of) (?:cancel|terminat|end|quit|leav)\w*",
        r"charge (?:me |us |anything |something )*(?:for|if|when) .*(?:cancel|terminat|end|quit|leav)\w*",
    ),
    "policy_appeal": (
        r"appeal\w*",
        r"second look",
        r"turn (?:me|it|us|my \w+) down",
        r"object to",
        r"(?:disagree|not agree) with",
        r"what if you (?:say no|refuse|reject|decline)",
        r"what if (?:it|my \w+) is (?:refused|rejected|declined)",
    ),
    "policy_other_fault": (
        r"third part(?:y|ies)",
        r"3rd party",
        r"maintenance",
        r"not your fault",
        r"someone elses fault",
        r"your (?:\w+ )?(?:supplier|provider|data ?cent(?:er|re))s?",
        r"ordinary (?:fault|error|failure)",
        r"(?:small|minor) (?:error|mistake)",
    ),
    "policy_severity": (
        r"(?:what|which|how) .{0,25}(?:is|counts?|means?|defined?|call|consider\w*|rated?|makes) .{0,25}" + _SERIOUS,
        rf"(?:which|what) (?:problem|issue|ticket|severit)\w* .*(?:{_SERIOUS}|count\w*)",
        r"definition of .*serious",
        rf"how {_SERIOUS}",
        rf"{_SERIOUS} .*(?:means?|definition|defined|counts)",
    ),
    "policy_gross": (r"gross", r"intentional\w*", r"on purpose", r"negligen\w+"),
    "policy_chargeback": (
        r"charge ?backs?",
        r"disput\w+ .*(?:bank|card|payment|charge)",
        r"(?:bank|card|payment) dispute",
    ),
    "policy_wrong_charge": (
        r"(?:charged?|billed|paid|debited) .*(?:twice|double|wrong|too much)",
        r"(?:double|duplicate|wrong|unknown) (?:charge|payment)s?",
    ),
    "policy_decider": (
        r"who (?:decides?|approves?|checks?|reviews?|verif\w+|handles?|looks|is responsible)",
        rf"{_WHOEVER} .*decid\w+",
        rf"decid\w+ .*(?:{_WHOEVER}|you)",
    ),
    "policy_period": (
        rf"{_LONG} .*(?:fix\w*|solv\w*|resolv\w*|repair\w*|set period)",
        r"(?:set|solution) period",
        r"(?:not|never|dont|cant|isnt|wasnt) (?:get |been )?(?:fix\w*|solved?|resolved?) .*(?:days|time|period)",
    ),
    "policy_approval_time": (
        rf"(?!.*\b{_MONEY_MOVES}\b){_LONG} .*(?:{_CHECKED}|process\w*|handl\w*|case|application|request|claim)",
        rf"(?!.*\b{_MONEY_MOVES}\b)when (?:will|do|does|is|are|can) .*{_CHECKED}",
    ),
    "policy_report_deadline": (
        rf"{_LONG} .*(?:report\w*|claim|apply|ask for|request a|complain|open a ticket|contact you|tell you)",
        r"when (?:must|should|do) i (?:have to )?(?:report|complain|contact)",
        r"late to (?:report|claim|ask|apply|complain)",
        r"(?:report\w*|claim) .*(?:deadline|too late|late)",
    ),
    "policy_how_to_ask": (
        r"how (?:do|can|could|would|should|does|to) (?:i |we |one |someone )?"
        r"(?:request|ask for|apply|get|claim|start|file|submit|make)",
        r"where (?:do|can|should) (?:i|we) (?:request|ask for|apply|claim|file|submit)",
    ),
    "policy_other_route": (
        r"(?:other|another|different|new|someone elses|(?:wife|husband|friend|partner|boss|company)s) (?:\w+ )?"
        r"(?:card|account|bank|method|paypal|way|iban)",
        r"instead of (?:my |the |to my )?(?:old )?(?:card|account|bank|paypal)",
        r"(?:paid|refunded|get it|get the refund|money) (?:back )?in cash",
        r"(?:choose|pick) (?:how|where|the method)",
    ),
    "policy_closed_route": (
        r"account (?:is|was|has been|got|gets) (?:now |already |being )?(?:closed|blocked|frozen)",
        r"closed account",
    ),
    "policy_withdrawal": (
        rf"(?:{_LONG}|period|window) .*(?:return|withdraw\w*|cancel|cooling|change (?:my|our) mind|send it back)",
        r"(?:can|could|may|how|do|does|is|what|when|right|there|a|still) .*withdraw\w*",
        r"cooling ?off",
        r"right of return",
        r"return (?:it|the|my|a|this)",
        r"(?:14|fourteen|thirty|30) days? (?:right|rule|return|trial)",
        r"14 days",
        r"fourteen days",
        r"widerruf\w*",
    ),
    "policy_dislike": (
        r"(?:dont|doesnt|do not|does not|not|didnt|did not) (?:really |actually )?"
        r"(?:like|love|enjoy|satisf\w+|happy|pleased)",
        r"unhappy|unsatisfied|dissatisfied|dislike|regret\w*",
        r"chang\w+ (?:my|our|your|their|ones) minds?",
        r"(?:no|without|any|give a|need a) (?:\w+ )?reason",
    ),
    "policy_evidence": (
        r"evidence|proofs?|prove|documents?|documentation|screenshots?",
        r"more information",
        r"why do you (?:ask|need|want)",
        r"(?:what|which|any) (?:info|information|details|data|papers) .*(?:need\w*|requir\w*|send|provide|give|ask)",
        r"what (?:do|should|must|would) (?:i|you|we) (?:have to |need to |need from )"
        r"(?:send|provide|show|submit|bring|me)",
    ),
    "policy_amount": (
        r"how much (?:do|would|will|can|could|of|money)",
        r"(?:full|whole) (?:amount|price|refund|sum)",
        r"what percent\w*",
        r"all (?:of )?my money",
    ),
    "policy_agreement": (
        r"service agreement",
        r"terms of (?:service|use)",
        r"terms and conditions",
        r"full rights",
        r"where can i read",
        r"(?:small|fine) print",
    ),
}
KINDS = {
    sentence: re.compile(rf"\b(?:{'|'.join(wordings)})\b") for sentence, wordings in _WORDINGS.items()
}  # in the order in which they are tried


def kind_of(text: str) -> str | None:
    """The sentence that answers a question in plain words; None where it is of no known kind."""
    return next((sentence for sentence, asks in KINDS.items() if asks.search(text)), None)
