"""Turns: in order, once, under a lease and an epoch; and what a customer hears when no answer can be had."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from refunds.chat.engine import EngineClient
from refunds.chat.message import EngineAnswer, Reply
from refunds.chat.outcomes import GO_ON
from refunds.chat.ownership import Change
from refunds.chat.work import Work
from refunds.errors import EngineUnavailable
from tests.chat_house import ChatHouse
from tests.fake_engine import TOKEN, Answer, echo, hang_until, needs_person, says

ANSWER = EngineAnswer((Reply("an answer"),), {"slots": {"a": 1}})
DOWN = EngineUnavailable("down")


def in_hand(chat: ChatHouse, conversation_id: str, token: str = "holder") -> Work:
    work = chat.steps.take(conversation_id, token)
    assert work is not None
    return work


def test_two_messages_in_a_row_are_answered_in_order_with_one_state(chat: ChatHouse) -> None:
    chat.say("one")
    conversation_id = chat.say("two").conversation_id
    chat.turn(conversation_id)
    assert chat.heard(conversation_id) == ["1: one", "2: two"]


def test_ten_processes_at_one_conversation_make_one_turn(chat: ChatHouse) -> None:
    conversation_id = chat.say("hello").conversation_id
    chat.turn(conversation_id, at_once=10)
    assert chat.engine.said == ["hello"]
    assert chat.heard(conversation_id) == ["1: hello"]


def test_ten_redeliveries_at_once_give_one_turn(chat: ChatHouse) -> None:
    with ThreadPoolExecutor(10) as pool:
        admitted = list(pool.map(lambda _: chat.say("hello", "m1"), range(10)))
    chat.turn(*(one.conversation_id for one in admitted))
    assert chat.engine.said == ["hello"]


def test_a_hundred_conversations_at_once_are_each_answered(chat: ChatHouse) -> None:
    with ThreadPoolExecutor(8) as pool:
        admitted = list(pool.map(lambda n: chat.say("hello", address=f"customer {n}"), range(100)))
    chat.turn(*(one.conversation_id for one in admitted))
    assert all(chat.heard(one.conversation_id) == ["1: hello"] for one in admitted)


def test_a_hanging_conversation_holds_nobody_else_up(chat: ChatHouse) -> None:
    let_go = threading.Event()

    late = hang_until(let_go)
    chat.engine.answer = lambda question: late(question) if question["text"] == "hang" else echo(question)
    hanging = chat.say("hang", address="ben").conversation_id
    others = [chat.say("hello", address=f"customer {n}").conversation_id for n in range(5)]
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(chat.turn, hanging)
        chat.turn(*others)
        assert not running.done()
        let_go.set()
    assert [chat.heard(one) for one in others] == [["1: hello"]] * 5


def test_the_first_message_is_marked_as_the_first(chat: ChatHouse) -> None:
    chat.say("one")
    chat.turn(chat.say("two").conversation_id)
    assert [question["metadata"]["first"] for question in chat.engine.questions] == [True, False]


def test_a_message_tried_again_is_asked_with_the_moment_it_was_received(chat: ChatHouse) -> None:
    chat.engine.answer = lambda _: 500
    admitted = chat.say("hello")
    chat.turn(admitted.conversation_id)
    chat.let_time_pass(admitted.conversation_id)
    chat.turn(admitted.conversation_id)
    received = chat.message(admitted.message_id).received_at.isoformat()
    assert [question["now"] for question in chat.engine.questions] == [received, received]


def test_what_became_of_a_code_reaches_the_engine_as_a_command_of_its_own(chat: ChatHouse) -> None:
    admitted = chat.say("my code is [code]")
    with chat.app.database.transaction() as session:
        session.merge(chat.message(admitted.message_id)).code_outcome = "verified"
    chat.turn(admitted.conversation_id)
    assert chat.engine.said == ["/code_checked"]
    assert chat.engine.questions[0]["metadata"]["code_outcome"] == "verified"


# Leases


def test_a_held_conversation_is_left_alone_until_its_lease_runs_out(chat: ChatHouse) -> None:
    conversation_id = chat.say("hello").conversation_id
    work = in_hand(chat, conversation_id)
    assert chat.steps.take(conversation_id, "another") is None
    assert chat.steps.due() == []
    chat.let_time_pass(conversation_id)
    assert chat.steps.due() == [conversation_id]
    assert chat.steps.take(conversation_id, "another") == work


def test_the_answer_of_a_holder_whose_lease_was_taken_over_is_dropped_whole(chat: ChatHouse) -> None:
    conversation_id = chat.say("hello").conversation_id
    late = in_hand(chat, conversation_id, "first")
    chat.let_time_pass(conversation_id)
    taken = in_hand(chat, conversation_id, "second")
    assert chat.steps.answer(late, "first", ANSWER) is None
    assert chat.heard(conversation_id) == []
    chat.steps.answer(taken, "second", ANSWER)
    assert chat.heard(conversation_id) == ["an answer"]


def test_a_lease_that_ran_out_unnoticed_still_lets_its_holder_answer(chat: ChatHouse) -> None:
    conversation_id = chat.say("hello").conversation_id
    work = in_hand(chat, conversation_id)
    chat.let_time_pass(conversation_id)
    chat.steps.answer(work, "holder", ANSWER)
    assert chat.heard(conversation_id) == ["an answer"]


def test_a_message_that_comes_while_its_conversation_is_held_is_taken_by_the_holder(chat: ChatHouse) -> None:
    conversation_id = chat.say("one").conversation_id
    first = in_hand(chat, conversation_id)
    chat.say("two")
    assert chat.steps.take(conversation_id, "another") is None
    second = chat.steps.answer(first, "holder", ANSWER)
    assert second is not None
    assert (second.text, second.state) == ("two", {"slots": {"a": 1}})


def test_a_process_that_is_told_to_stop_gives_its_leases_back(chat: ChatHouse) -> None:
    let_go = threading.Event()
    chat.engine.answer = hang_until(let_go)
    conversation_id = chat.say("hello").conversation_id

    async def stop_in_the_middle() -> None:
        client = EngineClient(chat.engine.url, TOKEN)
        turns = chat.turns(client)
        turns.start(conversation_id)
        while not chat.engine.questions:
            await asyncio.sleep(0.01)  # the pause of a poll
        await turns.close()
        await client.close()

    asyncio.run(stop_in_the_middle())
    let_go.set()
    assert chat.steps.due() == [conversation_id]


# Epochs


def test_an_answer_under_way_when_an_agent_took_over_is_dropped_whole(chat: ChatHouse) -> None:
    admitted = chat.say("hello")
    work = in_hand(chat, admitted.conversation_id)
    chat.change(admitted.conversation_id, Change.TAKEN)
    assert chat.steps.answer(work, "holder", ANSWER) is None
    assert chat.heard(admitted.conversation_id) == []
    assert chat.message(admitted.message_id).status == "handed_over"


def test_a_failure_under_way_when_an_agent_took_over_says_nothing(chat: ChatHouse) -> None:
    conversation_id = chat.say("hello").conversation_id
    work = in_hand(chat, conversation_id)
    chat.change(conversation_id, Change.TAKEN)
    chat.steps.fail(work, "holder", DOWN)
    assert chat.heard(conversation_id) == []


def test_an_agent_who_took_over_and_handed_back_meanwhile_also_drops_the_old_answer(chat: ChatHouse) -> None:
    conversation_id = chat.say("hello").conversation_id
    work = in_hand(chat, conversation_id)
    chat.change(conversation_id, Change.TAKEN)
    chat.change(conversation_id, Change.HANDED_BACK)
    again = chat.steps.answer(work, "holder", ANSWER)
    assert chat.heard(conversation_id) == []
    assert again is not None
    assert again.epoch == 2


# Owners


def test_the_assistant_is_silent_while_an_agent_has_the_conversation(chat: ChatHouse) -> None:
    conversation_id = chat.say("hello").conversation_id
    chat.turn(conversation_id)
    chat.change(conversation_id, Change.TAKEN)
    chat.say("are you there")
    chat.turn(conversation_id)
    assert chat.engine.said == ["hello"]
    assert chat.heard(conversation_id) == ["1: hello"]


def waiting(chat: ChatHouse) -> str:
    """A conversation whose customer asked for a person."""
    chat.engine.answer = lambda _: needs_person("One moment.")
    conversation_id = chat.say("a person please").conversation_id
    chat.turn(conversation_id)
    chat.engine.answer = echo
    return conversation_id


def test_an_action_that_asks_for_a_person_makes_the_conversation_wait_with_reason_and_summary(chat: ChatHouse) -> None:
    conversation_id = waiting(chat)
    assert chat.owner(conversation_id) == "waiting"
    assert chat.heard(conversation_id) == ["One moment."]
    with chat.app.database.reading() as session:
        [hand_off] = chat.app.handoff.waiting(session)
    nobody = {"customer_id": None, "verified_by": None}
    assert (hand_off.reason, hand_off.summary) == ("customer_asked", {**nobody, "order": "ORD-1"})


def test_words_to_a_waiting_conversation_are_kept_and_acknowledged_in_changing_words(chat: ChatHouse) -> None:
    conversation_id = waiting(chat)
    for words in ("it is urgent", "very urgent", "it was on Tuesday"):
        chat.say(words)
    chat.turn(conversation_id)
    assert chat.engine.said == ["a person please"]
    acknowledged = chat.heard(conversation_id)[-3:]
    assert set(acknowledged) == {chat.app.words.in_turn("utter_waiting_noted", n, place=1) for n in range(3)}


def test_who_asks_while_waiting_hears_the_place_in_line_and_when_people_answer(chat: ChatHouse) -> None:
    conversation_id = waiting(chat)
    chat.say("when does somebody answer?")
    chat.turn(conversation_id)
    heard = chat.heard(conversation_id)[-1]
    assert "number 1" in heard
    assert chat.desk.when_answered(datetime.now(UTC), None, None) in heard


def test_a_message_behind_the_one_that_brought_a_person_is_acknowledged_too(chat: ChatHouse) -> None:
    chat.engine.answer = lambda _: needs_person("One moment.")
    chat.say("a person please")
    conversation_id = chat.say("and quickly").conversation_id
    chat.turn(conversation_id)
    assert chat.heard(conversation_id) == ["One moment.", chat.app.words.in_turn("utter_waiting_noted", 2, place=1)]


@pytest.mark.parametrize("words", ["go on with the assistant", "ok let's continue with the bot", "forget the human"])
def test_a_waiting_customer_goes_on_with_the_assistant_by_the_button_and_in_words(chat: ChatHouse, words: str) -> None:
    conversation_id = waiting(chat)
    chat.say("it is urgent")
    chat.turn(conversation_id)
    chat.say(words)
    chat.turn(conversation_id)
    assert chat.owner(conversation_id) == "assistant"
    assert chat.engine.questions[-1]["payload"] == GO_ON
    with chat.app.database.reading() as session:
        assert chat.app.handoff.waiting(session) == []
    chat.say("hello")
    chat.turn(conversation_id)
    assert chat.engine.said[-1] == "hello"


@pytest.mark.parametrize("words", ["the assistant was no help", "I want a human, not the bot", "never mind"])
def test_other_words_leave_a_waiting_customer_in_line(chat: ChatHouse, words: str) -> None:
    conversation_id = waiting(chat)
    chat.say(words)
    chat.turn(conversation_id)
    assert chat.owner(conversation_id) == "waiting"


def test_the_go_on_button_does_not_take_a_conversation_from_an_agent(chat: ChatHouse) -> None:
    conversation_id = waiting(chat)
    chat.say("it is urgent")
    chat.turn(conversation_id)
    chat.change(conversation_id, Change.TAKEN)
    chat.say("Go on with the assistant")
    chat.turn(conversation_id)
    assert chat.owner(conversation_id) == "agent"


# No answer


@pytest.mark.parametrize("answer", [500, b"not json", says(), says("half", failed="action server")], ids=str)
def test_without_an_answer_the_customer_hears_one_honest_sentence_and_the_answer_later(
    chat: ChatHouse, answer: Answer
) -> None:
    chat.engine.answer = lambda _: answer
    conversation_id = chat.say("hello").conversation_id
    chat.turn(conversation_id)
    chat.engine.answer = echo
    chat.let_time_pass(conversation_id)
    chat.turn(conversation_id)
    assert chat.heard(conversation_id) == [chat.words("utter_answer_late"), "1: hello"]


def test_a_hanging_engine_is_told_honestly_as_well(chat: ChatHouse) -> None:
    let_go = threading.Event()
    chat.engine.answer = hang_until(let_go)
    chat.deadline = 0.2
    conversation_id = chat.say("hello").conversation_id
    chat.turn(conversation_id)
    let_go.set()
    assert chat.heard(conversation_id) == [chat.words("utter_answer_late")]


def test_a_missing_back_office_has_a_sentence_of_its_own(chat: ChatHouse) -> None:
    chat.engine.answer = lambda _: says({"custom": {"failure": "back_office"}})
    conversation_id = chat.say("hello").conversation_id
    chat.turn(conversation_id)
    assert chat.heard(conversation_id) == [chat.words("utter_back_office_late")]


def test_a_failed_message_is_not_tried_before_its_time(chat: ChatHouse) -> None:
    chat.engine.answer = lambda _: 500
    conversation_id = chat.say("hello").conversation_id
    work = in_hand(chat, conversation_id)
    assert chat.steps.fail(work, "holder", DOWN) is None
    assert chat.steps.due() == []


def test_later_messages_wait_behind_the_failed_one_and_are_told_once_each(chat: ChatHouse) -> None:
    chat.engine.answer = lambda _: 500
    conversation_id = chat.say("one").conversation_id
    chat.turn(conversation_id)
    chat.say("two")
    chat.turn(conversation_id)
    chat.turn(conversation_id)
    assert chat.heard(conversation_id) == [chat.words("utter_answer_late")] * 2
    assert [message["text"] for message in chat.engine.questions] == ["one", "one"]
    chat.engine.answer = echo
    chat.let_time_pass(conversation_id)
    chat.turn(conversation_id)
    assert chat.heard(conversation_id)[2:] == ["1: one", "2: two"]


def test_a_new_message_has_the_failed_one_tried_at_once(chat: ChatHouse) -> None:
    chat.engine.answer = lambda _: 500
    conversation_id = chat.say("one").conversation_id
    chat.turn(conversation_id)
    chat.engine.answer = echo
    chat.say("two")
    assert chat.steps.due() == [conversation_id]
    chat.turn(conversation_id)
    assert chat.heard(conversation_id)[1:] == ["1: one", "2: two"]


def test_an_impatient_customer_does_not_use_up_the_tries(chat: ChatHouse) -> None:
    chat.engine.answer = lambda _: 500
    for _ in range(5):
        conversation_id = chat.say("hello?").conversation_id
        work = in_hand(chat, conversation_id)
        chat.steps.fail(work, "holder", DOWN)
    assert chat.owner(conversation_id) == "assistant"


def test_after_the_third_failure_a_person_is_needed_and_all_that_waits_is_handed_over(chat: ChatHouse) -> None:
    chat.engine.answer = lambda _: 500
    first = chat.say("one")
    second = chat.say("two")
    for _ in range(3):
        chat.turn(first.conversation_id)
        chat.let_time_pass(first.conversation_id)
    assert chat.owner(first.conversation_id) == "waiting"
    late, when = chat.words("utter_answer_late"), chat.desk.when_answered(datetime.now(UTC), None, None)
    assert chat.heard(first.conversation_id) == [late, late, chat.words("utter_answer_failed", when=when)]
    assert {chat.message(one.message_id).status for one in (first, second)} == {"handed_over"}
    with chat.app.database.reading() as session:
        [hand_off] = chat.app.handoff.waiting(session)
    assert hand_off.reason == "answer_failed"
    assert hand_off.summary["unanswered"] == ["one", "two"]


def test_after_a_failure_the_state_is_what_it_was(chat: ChatHouse) -> None:
    conversation_id = chat.say("one").conversation_id
    chat.turn(conversation_id)
    chat.engine.answer = lambda _: says("half", failed="broken", state={"slots": {"asked": 99}})
    chat.say("two")
    chat.turn(conversation_id)
    chat.engine.answer = echo
    chat.let_time_pass(conversation_id, timedelta(hours=1))
    chat.turn(conversation_id)
    assert chat.heard(conversation_id)[-1] == "2: two"
