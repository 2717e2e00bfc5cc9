"""A withdrawal from the contract: who declares one has it stamped at once, verified or not."""

from __future__ import annotations

from actions.talk import Talk
from refunds.cases.case import Case
from refunds.cases.statements import Statement
from refunds.policy.request import Claim


def stamp(talk: Talk) -> None:
    """Store the statement with its time and say so; the same message keeps its first stamp."""
    named = {row["value"] for row in talk.details if row["entity"] == "order_number"}
    said_at = talk.app.withdrawals.record(
        Statement(
            message_id=talk.message_id,
            conversation_id=talk.conversation_id,
            said_at=talk.now,
            words=talk.text or talk.words("reading_withdraw_from_contract"),
            customer_id=talk.customer_id,
            order_id=named.pop() if len(named) == 1 else None,
        )
    )
    talk.frame.withdrawn_at = talk.frame.withdrawn_at or said_at.isoformat()
    talk.frame.claim(Claim.WITHDRAWAL)
    name = "utter_withdrawal_recorded" if talk.customer_id else "utter_withdrawal_recorded_unverified"
    talk.say(name, moment=talk.app.words.moment(said_at, talk.zone, talk.locale))


def recall(talk: Talk, customer_id: str, order_id: str) -> None:
    """The stamp that counts for an order: that of the customer's first statement which may be about it."""
    talk.app.withdrawals.join_account(talk.conversation_id, customer_id, talk.now)
    said_at = talk.app.withdrawals.stamp_about(talk.conversation_id, customer_id, order_id)
    talk.frame.withdrawn_at = said_at.isoformat() if said_at else None


def leave_to_person(talk: Talk, order_id: str) -> None:
    """A statement that a no or a not-yet answers is looked at by a person too: no right is refused here."""
    if talk.customer_id is None or Claim.WITHDRAWAL not in talk.frame.claims:
        return
    if talk.app.withdrawals.give_to_person(talk.conversation_id, talk.customer_id, order_id, talk.now):
        talk.say("utter_withdrawal_person_checks")


def tell_beside_case(talk: Talk, case: Case) -> None:
    """A statement about an order that has a case is joined to it, and told to who works on it if it is news there."""
    if talk.customer_id is None or Claim.WITHDRAWAL not in talk.frame.claims:
        return
    talk.app.withdrawals.join(talk.conversation_id, talk.customer_id, case.order_id)
    if Claim.WITHDRAWAL not in talk.app.enquiries.request_of(case).claims:
        talk.app.withdrawals.give_to_person(
            talk.conversation_id, talk.customer_id, case.order_id, talk.now, case_id=case.case_id
        )
        talk.say("utter_withdrawal_beside_case", case=case.case_id)
