"""What our mails say on each occasion, in the words of ``data/responses/mail.yml``."""

from __future__ import annotations

from refunds.cases.case import Case
from refunds.cases.lifecycle import CaseState
from refunds.notify.letter import Letter
from refunds.policy.records import Customer
from refunds.words import Words


def code_letter(words: Words, code: str) -> Letter:
    """The mail with a one-time code: its text holds no other number of six digits."""
    return Letter(words.say("mail_code_subject"), words.say("mail_code", code=code))


def case_letter(words: Words, case: Case, customer: Customer) -> Letter:
    """The mail that says that a case was filed, how much it is about, and what happens next by when."""
    paragraphs = (
        words.say("mail_greeting", customer=customer.name),
        words.say("mail_case_filed", case=case.case_id, order=case.order_id),
        _amount(words, case),
        _next_step(words, case),
        words.say("mail_closing"),
    )
    return Letter(words.say("mail_case_subject", case=case.case_id), "\n\n".join(paragraphs))


def _amount(words: Words, case: Case) -> str:
    if case.amount is None:
        return words.say("mail_case_amount_open")
    return words.say("mail_case_amount", amount=words.money(case.amount))


def _next_step(words: Words, case: Case) -> str:
    pay_by = words.day(case.payout_due)
    if case.state is CaseState.APPROVED:
        return words.say("mail_case_next_approved", pay_by=pay_by)
    return words.say("mail_case_next_check", verify_by=words.day(case.verification_due), pay_by=pay_by)
