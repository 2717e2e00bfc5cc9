"""What must hold after each move of a customer, whatever the move was."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import yaml

from tests.conversations.walks.books import Books, Standing
from tests.conversations.walks.chat import Chat
from tests.conversations.walks.moves import CARD, PASSWORD, Move
from tests.conversations.walks.private import People
from tests.stack import ROOT

# An engine's state is sent with each message: so many characters of JSON at most.
LARGEST_STATE = 20_000
# The same question may be asked so often in a row before a person is offered.
_SAME_QUESTION = 2
_HELD_BY_A_PERSON = ("waiting", "agent")
# Answering these leaves the question open for good reasons: they are questions themselves, or no message at all.
_ASIDE = ("interruption", "blank", "repeat", "colleague", "wait")
_APPEALED = ("not_eligible", "not_yet")
_APPEALS = ("appeal", "press", "press_old")
_UNFILLED = re.compile(r"\{\w+\}|\bNone\b|\butter_\w+|\bnull\b|Traceback")
_OFFERS_A_PERSON = re.compile(r"a colleague can\b|\b(?:let|bring in) a colleague\b|ask for a person", re.I)
# The button that brings a person, in each language that has words of its own.
_PERSON_BUTTONS = {
    wording["text"]
    for file in sorted((ROOT / "data" / "responses").glob("*.yml"))
    for name, wordings in yaml.safe_load(file.read_text(encoding="utf-8"))["responses"].items()
    if re.fullmatch(r"button_person|language_\w+_person", name)
    for wording in wordings
}


class Broken(AssertionError):
    """A promise that did not hold."""


def expect(holds: object, what: str) -> None:
    """Raise ``Broken`` with ``what`` unless it holds."""
    if not holds:
        raise Broken(what)


def answers(move: Move, chat: Chat, after: Standing) -> None:
    """An answer to each message until an agent has the chat, whole and without a trace of the machinery."""
    if move.kind == "colleague" or after.owner == "agent":
        return
    expect(any((line.get("text") or "").strip() for line in chat.lines), "the message got no answer")
    expect(not after.unanswered, f"{after.unanswered} messages are still unanswered")
    found = _UNFILLED.search("\n".join(line.get("text") or "" for line in chat.lines))
    expect(not found, f"the answer shows machinery: {found and found.group()}")


def orders_can_be_chosen(move: Move, chat: Chat, after: Standing) -> None:
    """Who is asked which order it is sees orders to choose from."""
    if after.question == "order" and move.kind not in _ASIDE:
        expect(chat.buttons, "asked which order, with none to choose from")


def repeats_change_nothing(move: Move, before: Standing, after: Standing) -> None:
    """A message that comes again is the same message."""
    if move.kind == "repeat":
        expect(before.messages == after.messages, "the same message counted twice")


def no_endless_question(move: Move, chat: Chat, before: Standing, after: Standing) -> None:
    """The same question, with nothing learnt in between, is asked no third time unless a person was just offered."""
    if move.kind in _ASIDE:
        return
    offers = after.owner in _HELD_BY_A_PERSON or _offers_a_person(chat)
    same = after.question is not None and (before.question, before.frame) == (after.question, after.frame)
    chat.asked = [*chat.asked, offers] if same else [offers]
    expect(
        len(chat.asked) <= _SAME_QUESTION or any(chat.asked[-2:]),
        f"asked for {after.question} {len(chat.asked)} times in a row without offering a person",
    )


def _offers_a_person(chat: Chat) -> bool:
    titles = {button.title for button in chat.buttons}
    return bool(titles & _PERSON_BUTTONS) or _OFFERS_A_PERSON.search(chat.heard) is not None


def tells_nothing_private(chat: Chat, people: People, after: Standing, cases: list[dict[str, Any]]) -> None:
    """Before verification nothing that the customer didn't say; afterwards nothing of anybody else."""
    said = "\n".join(chat.said)
    told = people.leaked(after.customer_id, said, chat.heard)
    told += [
        case["case_id"]
        for case in cases
        if case["customer_id"] != after.customer_id and case["case_id"] in chat.heard and case["case_id"] not in said
    ]
    expect(not told, f"told {told} to {after.customer_id or 'somebody unverified'}")


def verified_by_code_only(chat: Chat, people: People, after: Standing) -> None:
    """Nobody is a customer who didn't send the code of that customer's mailbox."""
    addresses = {person.email for person in people.everybody if person.customer_id == after.customer_id}
    expect(after.customer_id is None or addresses & chat.codes_read, f"verified as {after.customer_id} without a code")


def one_open_case_an_order(books: Books) -> None:
    """No order has two cases that are not over."""
    twice = [order for order, count in Counter(case["order_id"] for case in books.open_cases()).items() if count > 1]
    expect(not twice, f"two open cases for {twice}")


def files_what_was_confirmed(move: Move, chat: Chat, books: Books, filed: list[dict[str, Any]]) -> None:
    """A new case is the one that stood above the yes, or the answer that was appealed."""
    expect(len(filed) <= 1, f"one move filed {len(filed)} cases")
    for case in filed:
        if case["outcome"] in _APPEALED:
            _is_the_answer_appealed(move, books, case)
        else:
            _is_the_summary_confirmed(move, chat, case)


def _is_the_answer_appealed(move: Move, books: Books, case: dict[str, Any]) -> None:
    expect(move.kind in _APPEALS, f"{case['case_id']} was filed as an appeal by {move}")
    answer = books.latest_assessment(case["conversation_id"], case["order_id"])
    told = answer and (answer["outcome"], answer["clauses"])
    expect(told == (case["outcome"], case["clauses"]), f"told {told}, appealed {case}")


def _is_the_summary_confirmed(move: Move, chat: Chat, case: dict[str, Any]) -> None:
    pressed = move.button is not None and move.button.title.startswith("Yes, file")
    expect(pressed or move.kind == "yes", f"{case['case_id']} was filed by {move}")
    shown = move.button.summary if move.button else chat.summary_before
    if shown is None:
        raise Broken(f"{case['case_id']} was filed without a summary")
    amount = re.sub(r"\D", "", shown["amount"] or "")
    confirmed = (shown["order_id"], shown["clauses"], int(amount) if amount else None)
    stored = (case["order_id"], case["clauses"], case["amount_minor"])
    expect(confirmed == stored, f"confirmed {confirmed}, filed {stored}")


def keeps_no_secret(everything: str) -> None:
    """A card number or a password that was typed is nowhere."""
    digits = re.sub(r"[ \-]", "", everything)
    expect(CARD.replace(" ", "") not in digits, "a card number is kept")
    expect(PASSWORD not in everything, "a password is kept")


def state_is_small(after: Standing) -> None:
    """What the engine needs to know fits into a message, however long the talk."""
    expect(after.state_size <= LARGEST_STATE, f"the state has grown to {after.state_size} characters")


def a_person_is_reached(chat: Chat, books: Books, after: Standing) -> None:
    """Who asks for a person waits for one, with one open hand-off."""
    expect(after.owner in _HELD_BY_A_PERSON, f"asked for a person, but the {after.owner} goes on: {chat.heard}")
    count = books.open_hand_offs(str(after.conversation_id))
    expect(count == 1, f"{count} hand-offs are open")
