"""Questions anyone may ask, without an account: arrival times, payment methods, the policy."""

from __future__ import annotations

from actions import telling
from actions.resume import resume
from actions.steps import Step, payload
from actions.talk import Talk
from refunds.policy.arrival import ArrivalWindow
from refunds.policy.book import Unit

# The methods offered as buttons, most used first; all others are understood in words.
_OFFERED_METHODS = ("card", "paypal", "sepa_debit", "ach_debit", "bank_transfer", "alipay")
_SILENT = "P5.c"
_MOST_CLAUSES = 2


class Arrival(Step):
    """How long the money takes."""

    step_name = "action_arrival"

    def take(self, talk: Talk) -> None:
        """Answer for the method named, else for the customer's own order or case, else ask how they paid."""
        method = talk.detail("payment_method")
        if method:
            tell_arrival(talk, str(method), None, None)
        elif not _tell_own(talk):
            _ask_method(talk)
            return
        talk.pending = None if talk.asked == "method" else talk.pending
        resume(talk)


def tell_arrival(talk: Talk, method: str, funding: str | None, country: str | None) -> None:
    """The window for a refund sent now, with what it rests on."""
    window = talk.app.enquiries.arrival(method, funding, country, talk.now, talk.zone)
    name = f"method_{method}"
    if name not in talk.app.words.wordings:
        talk.say("utter_method_unknown", [talk.person_button])
        return
    days = telling.window_days(talk, window)
    sentence = "utter_arrival_one_day" if window.earliest == window.latest else "utter_arrival"
    lines = [talk.words(sentence, method=talk.words(name), span=span_words(talk, window), **days)]
    if window.note:
        lines.append(window.note)
    if window.provisional:
        lines.append(talk.words("arrival_provisional"))
    lines.append(talk.words("arrival_bank"))
    lines.append(talk.words("arrival_worry", worry=talk.app.words.day(window.worry_from, talk.locale)))
    talk.say_text(" ".join(lines), [], {"type": "arrival", **days})


def span_words(talk: Talk, window: ArrivalWindow) -> str:
    """How long in words: "5 to 10 business days"; up to the latest day where it is counted in the same unit."""
    high = window.latest_count if window.latest_unit is window.unit else window.typical_count
    if window.unit in (Unit.SECONDS, Unit.MINUTES) or high == 0:
        return talk.words("span_same_day")
    kind = "days" if window.unit is Unit.BUSINESS_DAYS else "calendar"
    if window.earliest_count < high:
        return talk.words(f"span_{kind}", low=window.earliest_count, high=high)
    one = {"days": "span_one_day", "calendar": "span_calendar_one"}[kind]
    return talk.words(one if high == 1 else f"span_{kind}_same", high=high)


def _tell_own(talk: Talk) -> bool:
    """Answer from the customer's open case or the order being talked about; False where there is none."""
    if talk.customer_id is None:
        return False
    order_id = talk.frame.order_number
    cases = talk.app.enquiries.cases_of(talk.customer_id)
    if cases and order_id in (None, cases[0].order_id):
        payment = talk.app.enquiries.payment_of(cases[0])
    else:
        orders = [o for o in talk.app.enquiries.orders_of(talk.customer_id) if o.order_id == order_id]
        if not orders:
            return False
        payment = orders[0].payment
    tell_arrival(talk, payment.method, payment.funding, payment.country)
    return True


def _ask_method(talk: Talk) -> None:
    buttons = [(talk.words(f"method_{m}"), payload("choose_method", payment_method=m)) for m in _OFFERED_METHODS]
    if talk.asked in (None, "method"):
        talk.ask("method", "utter_ask_method", buttons)
    else:
        talk.say("utter_method_depends", buttons)
        resume(talk)


class PaymentMethods(Step):
    """Which ways there are."""

    step_name = "action_payment_methods"

    def take(self, talk: Talk) -> None:
        """A named method is answered with its time, otherwise all are listed."""
        method = talk.detail("payment_method")
        names = {talk.words(f"method_{m}") for m in talk.app.policy.arrival.methods}
        talk.say("utter_payment_methods", methods=", ".join(sorted(names, key=str.lower)))
        if method:
            tell_arrival(talk, str(method), None, None)
        resume(talk)


class PolicyAnswer(Step):
    """What the rules are."""

    step_name = "action_policy_answer"

    def take(self, talk: Talk) -> None:
        """Quote the clauses that fit; say so where the policy is silent."""
        clauses = talk.app.enquiries.clauses_about(talk.text)
        buttons = [talk.button("button_check_order", "/request_refund"), talk.person_button]
        if clauses and clauses[0].id == _SILENT:
            talk.say("utter_policy_silent", [talk.person_button])
        elif clauses:
            told = [talk.words("utter_policy_clause", words=c.plain, clause=c.id) for c in clauses[:_MOST_CLAUSES]]
            talk.say_text("\n".join(told), buttons)
        else:
            talk.say("utter_policy_overview", buttons)
        resume(talk)
