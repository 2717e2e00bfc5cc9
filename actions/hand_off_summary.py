"""What a person who takes over must know, made from data: never from the assistant's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from refunds.cases.case import Case

if TYPE_CHECKING:
    from actions.talk import Talk


def hand_off_summary(talk: Talk) -> dict[str, Any]:
    """What is wanted, the facts so far, the customer's own words, what was decided, and cases with what was promised.

    Who the customer is, and how they showed it, is the conversation's own and added by the service.
    """
    frame = talk.frame
    return {
        "topic": frame.topic,
        "order_id": frame.order_number,
        "ticket": frame.ticket_number,
        "service": frame.service,
        "claims": frame.claims,
        "words": frame.words,
        "last_words": [words for words in ((talk.kept or {}).get("text"), talk.text) if words],
        "time": frame.time,
        "time_unknown": frame.time_unknown,
        "open_question": talk.asked,
        "last_decision": frame.last_decision,
        "withdrawn_at": frame.withdrawn_at,
        "cases": [_case(talk, case) for case in _cases(talk)],
    }


def _cases(talk: Talk) -> list[Case]:
    return talk.app.enquiries.cases_of(talk.customer_id) if talk.customer_id else []


def _case(talk: Talk, case: Case) -> dict[str, Any]:
    promised = talk.app.enquiries.as_promised(case)
    return {
        "case_id": case.case_id,
        "order_id": case.order_id,
        "state": case.state.value,
        "clauses": list(case.clauses),
        "check_promised_by": promised.verification_due.isoformat(),
        "payout_promised_by": promised.payout_due.isoformat(),
    }
