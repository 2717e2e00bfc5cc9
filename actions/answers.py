"""Questions anyone may ask, without an account: arrival times, payment methods, the policy."""

from __future__ import annotations

import re

from actions import telling
from actions.arrival_words import Way, answer_words, asked_words, short_words, way
from actions.methods_named import Named, methods_named, unknown_brand
from actions.resume import resume
from actions.steps import Step, payload
from actions.talk import Talk
from actions.whereabouts import tell_case
from refunds.cases.case import Case
from refunds.policy.records import Payment
from refunds.policy_questions import PolicyFinding

# The methods offered as buttons, most used first; all others are understood in words.
_OFFERED_METHODS = ("card", "paypal", "sepa_debit", "ach_debit", "bank_transfer", "alipay")
_WITHDRAWAL = "policy_withdrawal"  # the answer that says how to withdraw from the contract, and does it by a button
_PLAIN_CARD: list[Named] = [("card", None)]  # a card of whatever brand
_DURATION = re.compile(
    r"\b(?:how (?:long|fast|soon|quick\w*|many days)|when (?:do|will|does|can)|duration|eta)\b", re.I
)
# "P4.c please": a clause's name and no more.
_CLAUSE_ALONE = re.compile(
    r"(?:(?:and|also|what about|show me|clause|section) )*p ?[1-5](?:[ .-]?[a-z])?(?:,? (?:please|pls))?[ ?.!]*", re.I
)


class Arrival(Step):
    """How long the money takes."""

    step_name = "action_arrival"

    def take(self, talk: Talk) -> None:
        """Answer for the methods named, else for the customer's own order or case, else ask how they paid."""
        policy = talk.app.enquiries.policy_answer(talk.mended) if talk.text else None
        if policy and (policy.is_not_about_arrival or _is_left_to_agreement(talk, policy)):
            tell_policy(talk, policy)
        elif not (tell_named(talk) or tell_own(talk) or _tell_remembered(talk)):
            _ask_method(talk)
            return
        talk.pending = None if talk.asked == "method" else talk.pending
        resume(talk)


class PaymentMethods(Step):
    """Which ways there are."""

    step_name = "action_payment_methods"

    def take(self, talk: Talk) -> None:
        """What is asked about a method named is answered, otherwise all are listed."""
        policy = talk.app.enquiries.policy_answer(talk.mended)
        if policy.is_not_about_arrival or _is_left_to_agreement(talk, policy):
            tell_policy(talk, policy)
        elif not tell_named(talk):
            names = {talk.words(f"method_{m}") for m in talk.app.policy.arrival.methods}
            talk.say("utter_payment_methods", methods=", ".join(sorted(names, key=str.lower)))
        resume(talk)


class PolicyAnswer(Step):
    """What the rules are."""

    step_name = "action_policy_answer"

    def take(self, talk: Talk) -> None:
        """Say what the policy says to the question, or that it says nothing about it."""
        policy = talk.app.enquiries.policy_answer(talk.mended)
        if policy.is_general and (talk.detail("payment_method") or _DURATION.search(talk.mended)):
            Arrival().take(talk)
            return
        tell_policy(talk, policy)
        resume(talk)


def takes_clause(talk: Talk) -> bool:
    """Say the clause that the message names and no more, whatever it was read as."""
    if not _CLAUSE_ALONE.fullmatch(talk.text):
        return False
    PolicyAnswer().take(talk)
    return True


def _is_left_to_agreement(talk: Talk, policy: PolicyFinding) -> bool:
    """Credits, tax and the like, unless it is asked how long something takes."""
    return policy.is_left_to_agreement and not _DURATION.search(talk.mended)


def tell_policy(talk: Talk, found: PolicyFinding) -> None:
    """The policy's answer in words; a person stands by where it has none."""
    if found.sentence:
        text = talk.words(found.sentence, **talk.app.enquiries.policy_figures())
    else:
        text = "\n".join(
            talk.words("utter_policy_clause", words=clause.plain.strip().removesuffix("."), clause=clause.id)
            for clause in found.clauses
        )
    check = [] if found.is_silent else [talk.button("button_check_order", "/request_refund")]
    withdraw = [talk.button("button_withdraw", "/withdraw_from_contract")] if found.sentence == _WITHDRAWAL else []
    talk.say_text(text, [*check, *withdraw, talk.person_button])


def tell_named(talk: Talk) -> bool:
    """Answer for each method that the question names; False where it names none."""
    named = methods_named(talk.text, talk.details, talk.app.policy.arrival.methods)
    known = [(method, funding) for method, funding in named if f"to_{method}" in talk.app.words.wordings]
    if (unknown_brand(talk.text) and known != _PLAIN_CARD) or len(known) < len(named):
        figures = talk.app.policy.arrival.unknown_method
        talk.say("utter_method_unknown", [talk.person_button], typical=figures.typical, latest=figures.latest)
    ways = [way(talk, method, funding, None) for method, funding in known]
    if len(ways) > 1:
        talk.say_text("\n".join(short_words(talk, one) for one in ways))
    elif ways:
        talk.frame.method = ways[0].window.method
        _tell(talk, ways[0])
    return bool(ways) or unknown_brand(talk.text)


def tell_own(talk: Talk) -> bool:
    """Answer from the customer's case or the order being talked about; False where there is none.

    Once money is on its way the answer is where it is, with the days that they were given.
    """
    case = _own_case(talk)
    if case and case.payouts:
        tell_case(talk, case)
        return True
    payment = talk.app.enquiries.payment_of(case) if case else _payment_of_order(talk)
    if payment:
        name = talk.words("to_your_own", method=telling.method_words(talk, payment))
        _tell(talk, way(talk, payment.method, payment.funding, payment.country, name))
    return payment is not None


def _own_case(talk: Talk) -> Case | None:
    """The customer's newest case, unless another order is being talked about."""
    cases = talk.app.enquiries.cases_of(talk.customer_id) if talk.customer_id else []
    return cases[0] if cases and talk.frame.order_number in (None, cases[0].order_id) else None


def _payment_of_order(talk: Talk) -> Payment | None:
    order_id = talk.frame.order_number
    orders = talk.app.enquiries.orders_of(talk.customer_id) if talk.customer_id and order_id else []
    return next((order.payment for order in orders if order.order_id == order_id), None)


def _tell_remembered(talk: Talk) -> bool:
    """A further question about the method that was asked about before."""
    method = talk.frame.method
    if method:
        _tell(talk, way(talk, method, None, None))
    return method is not None


def _tell(talk: Talk, one: Way) -> None:
    talk.say_text(answer_words(talk, one), [], {"type": "arrival", **telling.window_days(talk, one.window)})


def _ask_method(talk: Talk) -> None:
    buttons = [(talk.words(f"method_{m}"), payload("choose_method", payment_method=m)) for m in _OFFERED_METHODS]
    usual = way(talk, "", None, None, talk.words("to_most_ways"))
    asked = asked_words(talk, usual)
    if asked:
        talk.say_text(asked)
    if talk.asked in (None, "method"):
        talk.ask("method", "utter_ask_method", buttons)
    else:
        talk.say("utter_method_depends", buttons, typical=usual.figures.typical)
        resume(talk)
