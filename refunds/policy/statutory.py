"""P1.c: a law or regulation calls for the refund. Withdrawal is decided here, every other right by a person."""

from __future__ import annotations

import re
import unicodedata

from refunds.days import CalendarDays
from refunds.policy.book import Right
from refunds.policy.decision import Fact, Outcome, Reason
from refunds.policy.records import Customer
from refunds.policy.request import Claim
from refunds.policy.situation import Situation
from refunds.policy.wording import count_fact, day_fact

_ARISES_WITH = {Claim.FAILURE: "defect", Claim.WITHDRAWAL: "withdrawal"}


def p1c_withdrawal(situation: Situation) -> Reason:
    """P1.c: the consumer's right to withdraw within some days of the purchase; always tried, from the records.

    Needs review where the customer's kind or country is not known, and where somebody withdraws despite a waiver
    on record: whether a waiver ends the right is for a person.
    """
    rights = withdrawal_rights(situation)
    outcome = _withdrawal_outcome(situation, rights)
    facts = _customer_facts(situation.customer)
    if rights:
        facts += _window_facts(situation, rights)
    if outcome is not Outcome.NOT_ELIGIBLE:
        facts += _pay_back_facts(situation, rights)
    return Reason("P1.c", "p1c_withdrawal", outcome, facts)


def p1c_other_rights(situation: Situation) -> Reason | None:
    """P1.c: a law that the customer names, or one that arises with what they claim; None where there is none."""
    named, arising = rights_named(situation.request.words, situation.policy.statutory), _rights_arising(situation)
    if not named and not arising:
        return None
    facts = [_right_fact(right, "you named {law}") for right in named]
    facts += [_right_fact(right, "{law} may apply") for right in arising if right not in named]
    return Reason("P1.c", "p1c_other_rights", Outcome.NEEDS_REVIEW, tuple(facts))


def rights_named(words: str, rights: tuple[Right, ...]) -> tuple[Right, ...]:
    """The rights whose law the customer's own words name."""
    folded = _fold(words)
    return tuple(right for right in rights if any(_names(folded, _fold(name)) for name in right.law_names))


def withdrawal_rights(situation: Situation) -> tuple[Right, ...]:
    """The rights of withdrawal that this customer has, or may have where kind or country is not known."""
    return tuple(r for r in situation.policy.statutory if r.decided and _may_apply(r, situation))


def _withdrawal_outcome(situation: Situation, rights: tuple[Right, ...]) -> Outcome:
    if not rights or _days_used(situation) > _window(rights).count:
        return Outcome.NOT_ELIGIBLE
    if situation.order.consumer_waiver:
        return Outcome.NEEDS_REVIEW if situation.claims(Claim.WITHDRAWAL) else Outcome.NOT_ELIGIBLE
    known = situation.customer.kind and situation.customer.country
    return Outcome.ELIGIBLE if known else Outcome.NEEDS_REVIEW


def _window_facts(situation: Situation, rights: tuple[Right, ...]) -> tuple[Fact, ...]:
    facts = [_right_fact(right, "the right stands in {law}") for right in rights]
    facts.append(day_fact("bought", "you bought it on", situation.purchase_day, situation.today))
    facts.append(day_fact("asked", "you asked on", situation.day(situation.stated_at), situation.today))
    facts.append(count_fact("withdrawal_day", _days_used(situation), "the purchase", _window(rights).count))
    if situation.order.consumer_waiver:
        facts.append(Fact("waiver", "on record", "a waiver is on record"))
    return tuple(facts)


def _customer_facts(customer: Customer) -> tuple[Fact, ...]:
    kind, country = customer.kind or "", customer.country or ""
    return (
        Fact("kind", kind, f"you bought as a {kind}" if kind else "whether you bought as a consumer is not known"),
        Fact("country", country, f"your country on record is {country}" if country else "your country is not known"),
    )


def _pay_back_facts(situation: Situation, rights: tuple[Right, ...]) -> tuple[Fact, ...]:
    told = situation.day(situation.stated_at)
    day = min(right.pay_back.after(told) for right in rights if right.pay_back)
    return (day_fact("pay_back_by", "the money must be sent by", day, situation.today),)


def _days_used(situation: Situation) -> int:
    """Days from the purchase (day 0) to the statement."""
    return max((situation.day(situation.stated_at) - situation.purchase_day).days, 0)


def _window(rights: tuple[Right, ...]) -> CalendarDays:
    return max(right.window for right in rights)


def _rights_arising(situation: Situation) -> tuple[Right, ...]:
    claimed = {word for claim, word in _ARISES_WITH.items() if situation.claims(claim)}
    candidates = (r for r in situation.policy.statutory if not r.decided and r.arises_with & claimed)
    return tuple(right for right in candidates if _may_apply(right, situation))


def _may_apply(right: Right, situation: Situation) -> bool:
    """Whether it is in force and fits the customer; what is not known of them never speaks against them."""
    customer = situation.customer
    fits_kind = customer.kind is None or customer.kind in right.who
    fits_country = customer.country is None or bool({customer.country, "*"} & right.countries)
    return fits_kind and fits_country and right.in_force_from is not None and right.in_force_from <= situation.today


def _right_fact(right: Right, sentence: str) -> Fact:
    return Fact("right", right.id, sentence.format(law=right.law))


def _fold(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def _names(words: str, law: str) -> bool:
    """Whether ``law`` stands in ``words`` as words of its own; in scripts without blanks, anywhere."""
    edge = r"\b" if law.isascii() else ""
    return re.search(f"{edge}{re.escape(law)}{edge}", words) is not None
