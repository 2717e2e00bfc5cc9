"""Any interleaving of a customer, two agents, two web processes, deaths and late answers: nobody talks over another."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from refunds.chat.message import EngineAnswer, Line, PersonNeeded, Reply
from refunds.chat.ownership import Owner
from refunds.chat.work import Work
from refunds.desk.accounts import Agent
from refunds.desk.chats.agreed import Agreed
from refunds.errors import TransitionRefused
from refunds.tables import ConversationRow, MessageRow
from tests.chat_house import quiet_house
from tests.desk_world import desk_over

PROCESSES = st.sampled_from(["web 1", "web 2"])
AGENTS = st.sampled_from(["ann", "ben"])


class Stretches(RuleBasedStateMachine):
    """One conversation. ``late`` are answers of the engine that no process has stored yet, from whatever epoch."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._opened = quiet_house(Path(self._folder.name))
        self.chat = self._opened.__enter__()
        self.desk = desk_over(self.chat)
        self.conversation_id = self.chat.say("hello").conversation_id
        self.late: list[tuple[str, Work]] = []
        self.sent: dict[str, int] = {}
        self.epoch = self._row().epoch

    def teardown(self) -> None:
        self._opened.__exit__(None, None, None)
        self._folder.cleanup()

    @rule()
    def customer_says(self) -> None:
        self.chat.say("more")

    @rule(process=PROCESSES)
    def process_takes(self, process: str) -> None:
        self._asks_engine(process, self.chat.steps.take(self.conversation_id, process))

    @precondition(lambda self: self.late)
    @rule(data=st.data(), asks_person=st.booleans())
    def an_answer_comes_however_late(self, data: st.DataObject, asks_person: bool) -> None:
        place = data.draw(st.integers(0, len(self.late) - 1))
        process, work = self.late.pop(place)
        before, spoken = self._row(), len(self._lines("assistant"))
        needed = PersonNeeded("customer_asked", {}) if asks_person else None
        following = self.chat.steps.answer(work, process, EngineAnswer((Reply("answer"),), {}, {}, needed))
        if before.owner != Owner.ASSISTANT or before.epoch != work.epoch:
            assert len(self._lines("assistant")) == spoken, "an answer from before was not dropped"
        self._asks_engine(process, following)

    @precondition(lambda self: self.late)
    @rule()
    def all_processes_die_and_start_again(self) -> None:
        self.late.clear()
        self.chat.let_time_pass(self.conversation_id)

    @rule(name=AGENTS)
    def agent_takes(self, name: str) -> None:
        before = self._row()
        self._tries(lambda: self.desk.holding.take(self._agent(name), self.conversation_id, self.desk.now))
        after = self._row()
        if before.owner == Owner.AGENT:
            assert after.agent_id == before.agent_id, "a chat was taken from who holds it"

    @rule(name=AGENTS)
    def agent_releases(self, name: str) -> None:
        self._tries(lambda: self.desk.holding.release(self._agent(name), self.conversation_id, self.desk.now))

    @rule(name=AGENTS)
    def agent_hands_back(self, name: str) -> None:
        self._tries(
            lambda: self.desk.holding.hand_back(self._agent(name), self.conversation_id, Agreed(), self.desk.now)
        )

    @rule(name=AGENTS, again=st.booleans())
    def agent_writes(self, name: str, again: bool) -> None:
        key = next(iter(self.sent)) if again and self.sent else secrets.token_hex(8)
        before = self._row()

        def say() -> None:
            number = self.desk.writing.say(self._agent(name), self.conversation_id, key, "agent", self.desk.now)
            assert self.sent.setdefault(key, number) == number, "a line sent again became another one"

        is_new = key not in self.sent
        self._tries(say)
        holds = before.owner == Owner.AGENT and before.agent_id == self._agent(name).agent_id
        assert not is_new or (key in self.sent) == holds, "only its holder writes"

    @invariant()
    def the_epoch_never_falls(self) -> None:
        epoch = self._row().epoch
        assert epoch >= self.epoch
        self.epoch = epoch

    @invariant()
    def a_holder_is_named_exactly_while_there_is_one(self) -> None:
        row = self._row()
        assert (row.agent_id is not None) == (row.owner == Owner.AGENT)

    @invariant()
    def every_agents_line_stands_once_and_numbers_have_no_gap(self) -> None:
        assert len(self._lines("agent")) == len(self.sent)
        numbers = [line.number for line in self.chat.lines(self.conversation_id)]
        assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def every_message_is_answered_or_shown_to_a_person_or_waits(self) -> None:
        answered = {line.in_reply_to for line in self._lines("assistant")}
        with self.chat.app.database.reading() as session:
            for row in session.query(MessageRow):
                assert row.status in ("pending", "handed_over") or row.message_id in answered

    def _agent(self, name: str) -> Agent:
        return self.desk.ann if name == "ann" else self.desk.ben

    def _tries(self, act: object) -> None:
        before = self._row()
        try:
            act()  # type: ignore[operator]
        except TransitionRefused:
            assert self._row().epoch == before.epoch, "a refused act changed something"

    def _asks_engine(self, process: str, work: Work | None) -> None:
        if work is not None:
            assert self._row().owner == Owner.ASSISTANT, "the engine is asked while a person has the chat"
            self.late.append((process, work))

    def _row(self) -> ConversationRow:
        return self.desk.row(self.conversation_id)

    def _lines(self, author: str) -> list[Line]:
        return [line for line in self.chat.lines(self.conversation_id) if line.author == author]


Stretches.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestStretches = Stretches.TestCase
