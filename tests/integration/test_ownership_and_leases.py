"""Any interleaving of customers, two web processes, agents, failures and time keeps the promises of a turn."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from refunds.chat.message import EngineAnswer, Line, PersonNeeded, Reply
from refunds.chat.ownership import Change, Owner
from refunds.chat.work import Work
from refunds.errors import EngineUnavailable
from refunds.tables import MessageRow
from tests.chat_house import ChatHouse, quiet_house

PROCESSES = st.sampled_from(["web 1", "web 2"])
PERSON = PersonNeeded("customer_asked", {})


class Conversation(RuleBasedStateMachine):
    """One conversation; ``in_hand`` is what each process works on, ``said`` the messages by id with their order."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._opened = quiet_house(Path(self._folder.name))
        self.chat: ChatHouse = self._opened.__enter__()
        self.conversation_id = self.chat.say("hello").conversation_id
        self.in_hand: dict[str, Work] = {}
        self.count = 0

    def teardown(self) -> None:
        self._opened.__exit__(None, None, None)
        self._folder.cleanup()

    @rule(process=PROCESSES)
    def customer_says(self, process: str) -> None:
        self.count += 1
        self.chat.say(f"message {self.count}")
        self.process_takes(process)

    @rule(process=PROCESSES)
    def process_takes(self, process: str) -> None:
        taken = self.chat.steps.take(self.conversation_id, process)
        self._now_has(process, taken)

    @precondition(lambda self: self.in_hand)
    @rule(asks_person=st.sampled_from([False, False, False, True]))
    def all_at_work_answer(self, asks_person: bool) -> None:
        for process, work in sorted(self.in_hand.items(), key=lambda item: item[0]):
            answer = EngineAnswer((Reply(f"{process} answers"),), {}, {}, PERSON if asks_person else None)
            owner, lines = self._owner(), self._lines("assistant")
            self._now_has(process, self.chat.steps.answer(work, process, answer))
            assert owner == Owner.ASSISTANT or self._lines("assistant") == lines

    @precondition(lambda self: self.in_hand)
    @rule(data=st.data())
    def process_fails(self, data: st.DataObject) -> None:
        process, work = self._one_at_work(data)
        self._now_has(process, self.chat.steps.fail(work, process, EngineUnavailable("down")))

    @precondition(lambda self: self.in_hand)
    @rule(data=st.data())
    def process_dies(self, data: st.DataObject) -> None:
        process, _ = self._one_at_work(data)
        del self.in_hand[process]

    @precondition(lambda self: len(self.in_hand) == 1)
    @rule()
    def lease_runs_out_and_the_other_process_takes(self) -> None:
        self.chat.let_time_pass(self.conversation_id)
        [holder] = self.in_hand
        self.process_takes("web 2" if holder == "web 1" else "web 1")

    @precondition(lambda self: self.in_hand and self._owner() == Owner.ASSISTANT)
    @rule()
    def agent_takes_over(self) -> None:
        self.chat.change(self.conversation_id, Change.TAKEN)

    @precondition(lambda self: self._owner() != Owner.ASSISTANT)
    @rule()
    def assistant_gets_it_back(self) -> None:
        back = {Owner.WAITING: Change.WENT_ON, Owner.AGENT: Change.HANDED_BACK}
        self.chat.change(self.conversation_id, back[self._owner()])

    @invariant()
    def each_message_is_answered_once_and_in_order(self) -> None:
        answered = [line.in_reply_to for line in self._lines("assistant")]
        places = self._places()
        assert [places[one] for one in answered] == sorted({places[one] for one in answered})

    @invariant()
    def numbers_have_no_gap(self) -> None:
        numbers = [line.number for line in self.chat.lines(self.conversation_id)]
        assert numbers == list(range(1, len(numbers) + 1))

    def _one_at_work(self, data: st.DataObject) -> tuple[str, Work]:
        return data.draw(st.sampled_from(sorted(self.in_hand.items(), key=lambda item: item[0])))

    def _now_has(self, process: str, work: Work | None) -> None:
        self.in_hand.pop(process, None)
        if work is not None:
            self.in_hand[process] = work

    def _owner(self) -> Owner:
        return Owner(self.chat.owner(self.conversation_id))

    def _lines(self, author: str) -> list[Line]:
        return [line for line in self.chat.lines(self.conversation_id) if line.author == author]

    def _places(self) -> dict[str | None, int]:
        with self.chat.app.database.reading() as session:
            return {row.message_id: row.position for row in session.query(MessageRow)}


Conversation.TestCase.settings = settings(max_examples=60, stateful_step_count=20)
TestConversation = Conversation.TestCase
