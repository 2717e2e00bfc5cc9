"""A walk: one or two customers, each in a chat of their own, do what a seed says."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from tests.conversations.walks import promises
from tests.conversations.walks.books import Books, Standing
from tests.conversations.walks.chat import Chat
from tests.conversations.walks.moves import Chooser, Move
from tests.conversations.walks.private import People
from tests.stack import Stack

# Walks with neighbouring seeds have different customers, so that none depends on another of its group.
GROUP = 8
_SECOND_CHAT = 0.25
_PERSON_PLEASE = "I want to talk to a person, please"
_BROKEN = ("step_failed", "turn_broke", "answer_failed", "Traceback")


@dataclass
class Walk:
    """Plays ``length`` moves of a seed against the real processes; ``told`` is the transcript."""

    stack: Stack
    books: Books
    seed: int
    length: int
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)
        self._people = People(json.loads(self.stack.world.read_text(encoding="utf-8")))
        self._chooser = Chooser(self._random, self._people.everybody)

    def play(self) -> None:
        """Make all moves, then ask for a person in each chat; raises ``AssertionError`` with the transcript."""
        logs = self._logs
        try:
            for _ in range(self.length):
                chat = self._random.choice(self._chats)
                standing = self.books.standing(chat.sender)
                self._make(self._chooser.next(chat, standing.question, self.books.cases()), chat, standing)
            for chat in self._chats:
                self._ask_for_a_person(chat)
            promises.keeps_no_secret(self.books.everything() + "\n".join(self._new_in(logs)))
            broken = [line for line in self._new_in(logs) if any(word in line for word in _BROKEN)]
            promises.expect(not broken, "\n".join(["the logs tell of a failure:", *broken[:5]]))
        except AssertionError as error:
            raise AssertionError("\n".join([f"seed {self.seed}: {error}", _replay(), *self.told])) from error

    @cached_property
    def _chats(self) -> list[Chat]:
        """One chat, or two: of two customers, or of the same one."""
        mine = self._people.everybody[self.seed % GROUP :: GROUP]
        letters = "ab" if self._random.random() < _SECOND_CHAT else "a"
        return [Chat(f"walk-{self.seed}-{letter}", self._random.choice(mine)) for letter in letters]

    def _make(self, move: Move, chat: Chat, before: Standing) -> None:
        known = {case["case_id"] for case in self.books.cases()}
        self.told.append(f"{chat.sender} {move}")
        self._do(move, chat)
        self.told += [f"    {line.get('text')} {_titles(line)}" for line in chat.lines]
        after, cases = self.books.standing(chat.sender), self.books.cases()
        promises.answers(move, chat, after)
        promises.orders_can_be_chosen(move, chat, after)
        promises.repeats_change_nothing(move, before, after)
        promises.no_endless_question(move, chat, before, after)
        promises.tells_nothing_private(chat, self._people, after, cases)
        promises.verified_by_code_only(chat, self._people, after)
        promises.one_open_case_an_order(self.books)
        promises.files_what_was_confirmed(
            move, chat, self.books, [case for case in cases if case["case_id"] not in known]
        )
        promises.state_is_small(after)

    def _do(self, move: Move, chat: Chat) -> None:
        if move.kind == "colleague":
            self._let_a_colleague_act(chat)
            chat.lines = []
        elif move.kind == "repeat":
            message_id, words = chat.sent[-1]
            chat.hear_again(self.stack.say(chat.sender, words, message_id))
        elif move.kind == "right_code":
            self._send_code(chat)
        elif move.button:
            chat.hear(self.stack.say(chat.sender, move.button.payload))
        else:
            self._say(chat, move.text)

    def _say(self, chat: Chat, words: str) -> None:
        message_id = f"{chat.sender}-{len(chat.said)}"
        chat.said.append(words)
        if words.strip():
            chat.sent.append((message_id, words))
        chat.hear(self.stack.say(chat.sender, words, message_id))

    def _send_code(self, chat: Chat) -> None:
        """The code in the customer's own mailbox; six zeros where none came."""
        mails = self.stack.mails(chat.person.email)
        if mails:
            chat.codes_read.add(chat.person.email)
        code = self.stack.code_for(chat.person.email) if mails else "000000"
        self._say(chat, code)

    def _let_a_colleague_act(self, chat: Chat) -> None:
        mine = [case for case in self.books.open_cases() if case["customer_id"] == chat.person.customer_id]
        undecided = [case["case_id"] for case in mine if case["state"] in ("submitted", "appealed", "in_review")]
        if not undecided:
            return
        if self._random.random() < 0.5:
            self.stack.refunds("case", "ask", undecided[0], "--as", "ann", "--item", "the error messages")
        else:
            self.stack.refunds("case", "reject", undecided[0], "--as", "ann")

    def _ask_for_a_person(self, chat: Chat) -> None:
        before = self.books.standing(chat.sender)
        self._make(Move("person", _PERSON_PLEASE), chat, before)
        promises.a_person_is_reached(chat, self.books, self.books.standing(chat.sender))

    @property
    def _logs(self) -> dict[str, int]:
        return {name: len(self.stack.log(name)) for name in ("actions", "rasa", "web")}

    def _new_in(self, logs: dict[str, int]) -> Iterator[str]:
        for name, length in logs.items():
            yield from self.stack.log(name)[length:].splitlines()


def _titles(line: dict[str, Any]) -> list[str]:
    return [button["title"] for button in line.get("buttons") or []]


def _replay() -> str:
    """The command that plays the failed walk again."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "tests/conversations/test_walks.py").split(" ")[0]
    return f"again: .venv/bin/python -m pytest '{test}'"
