"""Agents take chats, let them go and hand them back; what they write is said once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from refunds.chat.file_kinds import CleanFile
from refunds.desk.accounts import Agent
from refunds.desk.chats.agreed import Agreed, GoesOnWith
from refunds.desk.chats.holding import HeldByAnother, NotHeld
from refunds.errors import NotFound, NothingSaid, TransitionRefused
from refunds.tables import HandOffRow
from tests.chat_house import ChatHouse
from tests.desk_world import DeskWorld, desk_over
from tests.fake_engine import echo


@pytest.fixture
def desk(chat: ChatHouse) -> DeskWorld:
    return desk_over(chat)


def hand_off(desk: DeskWorld, conversation_id: str) -> HandOffRow:
    with desk.chat.app.database.transaction() as session:
        return session.query(HandOffRow).filter_by(conversation_id=conversation_id).one()


def test_two_agents_take_at_once_and_one_is_told_who_has_it(desk: DeskWorld) -> None:
    chat = desk.waiting_chat()

    def take(agent: Agent) -> str:
        try:
            desk.holding.take(agent, chat, desk.now)
        except HeldByAnother as other:
            return other.name
        return "mine"

    with ThreadPoolExecutor(2) as both:
        told = list(both.map(take, (desk.ann, desk.ben)))
    winner = desk.ann if told[0] == "mine" else desk.ben
    assert sorted(told) == sorted(["mine", winner.name])
    assert desk.row(chat).agent_id == winner.agent_id == hand_off(desk, chat).taken_by
    assert desk.chat.heard(chat)[-1] == desk.chat.words("desk_agent_is_here", agent=winner.name)
    assert desk.acts(chat) == ["took_chat"]


def test_taking_what_one_has_changes_nothing(desk: DeskWorld) -> None:
    chat = desk.taken_chat()
    epoch = desk.row(chat).epoch
    desk.holding.take(desk.ann, chat, desk.now)
    assert desk.row(chat).epoch == epoch


def test_an_agent_takes_over_unasked_and_the_assistants_answer_under_way_is_dropped(desk: DeskWorld) -> None:
    chat = desk.chat.say("hello").conversation_id
    work = desk.chat.steps.take(chat, "web 1")
    desk.holding.take(desk.ben, chat, desk.now)
    assert work is not None
    desk.chat.steps.leave(chat, "web 1")
    desk.chat.turn(chat)
    assert desk.chat.heard(chat) == [desk.chat.words("desk_agent_is_here", agent="Ben Berg")]
    assert hand_off(desk, chat).reason == "taken_over"
    assert desk.acts(chat) == ["took_over_chat"]


def test_a_released_chat_waits_in_its_old_place_and_the_customer_hears_so(desk: DeskWorld) -> None:
    chat = desk.taken_chat()
    desk.holding.release(desk.ann, chat, desk.now)
    assert (desk.row(chat).owner, desk.row(chat).agent_id) == ("waiting", None)
    assert hand_off(desk, chat).ended_at is None
    assert desk.chat.heard(chat)[-1] == desk.chat.words("desk_agent_left")
    desk.holding.take(desk.ben, chat, desk.now)
    assert hand_off(desk, chat).taken_by == desk.ben.agent_id


def test_only_the_holder_writes_releases_hands_back_and_closes(desk: DeskWorld) -> None:
    chat = desk.taken_chat()
    with pytest.raises(HeldByAnother, match="Ann Berg has this chat"):
        desk.writing.say(desk.ben, chat, "key", "hello", desk.now)
    with pytest.raises(HeldByAnother):
        desk.holding.release(desk.ben, chat, desk.now)
    with pytest.raises(HeldByAnother):
        desk.holding.hand_back(desk.ben, chat, Agreed(), desk.now)
    with pytest.raises(HeldByAnother):
        desk.holding.close(desk.ben, chat, "solved", desk.now)
    desk.holding.release(desk.ann, chat, desk.now)
    with pytest.raises(NotHeld):
        desk.writing.say(desk.ann, chat, "key", "hello", desk.now)


def test_a_lead_gives_a_waiting_chat_to_somebody_and_takes_one_from_its_holder(desk: DeskWorld) -> None:
    chat = desk.waiting_chat()
    desk.holding.assign(desk.leo, chat, desk.ben.agent_id, desk.now)
    assert hand_off(desk, chat).assigned_to == desk.ben.agent_id
    desk.holding.take(desk.ben, chat, desk.now)
    assert hand_off(desk, chat).assigned_to is None
    desk.holding.assign(desk.leo, chat, desk.ann.agent_id, desk.now)
    assert (desk.row(chat).owner, hand_off(desk, chat).assigned_to) == ("waiting", desk.ann.agent_id)
    with pytest.raises(NotFound):
        desk.holding.assign(desk.leo, chat, "nobody", desk.now)


def test_a_chat_of_the_assistant_is_given_to_nobody(desk: DeskWorld) -> None:
    chat = desk.chat.say("hello").conversation_id
    with pytest.raises(NotHeld):
        desk.holding.assign(desk.leo, chat, desk.ben.agent_id, desk.now)


def test_handing_back_starts_the_assistant_with_what_was_agreed(desk: DeskWorld) -> None:
    chat = desk.taken_chat()
    desk.chat.engine.questions.clear()
    desk.chat.engine.answer = echo
    agreed = Agreed(GoesOnWith.REFUND, order_id="ORD-48213", told="I check ORD-48213.")
    desk.holding.hand_back(desk.ann, chat, agreed, desk.now)
    assert desk.row(chat).owner == "assistant"
    desk.chat.turn(chat)
    [question] = desk.chat.engine.questions
    assert question["payload"] == "/go_on_with_assistant"
    assert question["state"]["slots"]["frame"] == {"topic": "refund", "order_number": "ORD-48213"}
    said = desk.chat.words("desk_handed_back_agreed", agent="Ann Berg", agreed="I check ORD-48213.")
    assert desk.chat.heard(chat)[-2] == said
    assert hand_off(desk, chat).resolution == "handed_back"
    texts = [line.text for line in desk.chat.transcript.history(chat) if line.author == "customer"]
    assert texts == ["I want a person"]


def test_who_takes_the_chat_before_the_assistant_began_keeps_it_silent_for_good(desk: DeskWorld) -> None:
    chat = desk.taken_chat()
    desk.holding.hand_back(desk.ann, chat, Agreed(), desk.now)
    desk.holding.take(desk.ben, chat, desk.now)
    desk.holding.release(desk.ben, chat, desk.now)
    desk.chat.engine.questions.clear()
    desk.chat.turn(chat)
    assert desk.chat.owner(chat) == "waiting"
    assert desk.chat.engine.questions == []


def test_a_closed_chat_stays_closed_and_the_next_words_begin_a_new_one(desk: DeskWorld) -> None:
    chat = desk.taken_chat()
    desk.holding.close(desk.ann, chat, "answered", desk.now)
    assert desk.row(chat).owner == "closed"
    assert hand_off(desk, chat).resolution == "answered"
    assert desk.chat.say("one more thing").conversation_id != chat
    with pytest.raises(TransitionRefused):
        desk.holding.take(desk.ben, chat, desk.now)
    with pytest.raises(NotFound):
        desk.holding.take(desk.ben, "no such chat", desk.now)


def test_a_line_sent_again_is_the_same_line_signed_and_masked(desk: DeskWorld) -> None:
    chat = desk.taken_chat()
    first = desk.writing.say(desk.ann, chat, "key 1", "Is 4111 1111 1111 1111 yours?", desk.now)
    assert desk.writing.say(desk.ann, chat, "key 1", "Is 4111 1111 1111 1111 yours?", desk.now) == first
    line = desk.chat.lines(chat)[-1]
    assert (line.number, line.author, line.agent_name) == (first, "agent", "Ann Berg")
    assert "4111 1111 1111 1111" not in line.text
    assert desk.acts(chat) == ["took_chat", "wrote"]


def test_a_line_that_was_stored_is_known_again_after_the_chat_was_let_go(desk: DeskWorld) -> None:
    chat = desk.taken_chat()
    number = desk.writing.say(desk.ann, chat, "key 1", "hello", desk.now)
    desk.holding.release(desk.ann, chat, desk.now)
    assert desk.writing.say(desk.ann, chat, "key 1", "hello", desk.now) == number


def test_nothing_and_too_much_is_no_line(desk: DeskWorld) -> None:
    chat = desk.taken_chat()
    for text in ("  ", "x" * 4001):
        with pytest.raises(NothingSaid):
            desk.writing.say(desk.ann, chat, "key", text, desk.now)


def test_an_agents_file_goes_out_with_its_line_and_is_kept(desk: DeskWorld) -> None:
    chat = desk.taken_chat()
    files = desk.chat.app.attachments
    file = files.receive_of_agent(chat, CleanFile("terms.pdf", "application/pdf", b"%PDF"), desk.now)
    number = desk.writing.say(desk.ann, chat, "key", "", desk.now, files=[file.attachment_id])
    assert desk.chat.transcript.since(chat, number - 1)[0].files == (file,)
    with pytest.raises(NotFound):
        desk.writing.say(desk.ann, chat, "key 2", "", desk.now, files=[file.attachment_id])
    assert files.forget_unsaid(desk.now + timedelta(days=9)) == 0


def test_who_holds_a_chat_is_named_to_the_customer(desk: DeskWorld) -> None:
    desk.taken_chat()
    assert desk.chat.transcript.standings("rest", ["amara"])["amara"].agent == "Ann Berg"


def test_a_note_names_colleagues_who_find_it_until_they_have_looked(desk: DeskWorld) -> None:
    chat = desk.taken_chat()
    note = desk.notes.write(desk.ann, chat, "@Ben and @leo berg: is P1.b right here?", desk.now)
    assert set(note.mentions) == {desk.ben.agent_id, desk.leo.agent_id}
    assert desk.notes.count_unseen(desk.ben.agent_id) == 1
    assert desk.notes.unseen(desk.ben)[0].text == note.text
    desk.notes.mark_seen(desk.ben, chat, desk.now)
    assert desk.notes.count_unseen(desk.ben.agent_id) == 0
    assert desk.notes.count_unseen(desk.leo.agent_id) == 1
    assert [one.text for one in desk.notes.of(chat)] == [note.text]
    assert note.text not in desk.chat.heard(chat)
    with pytest.raises(NothingSaid):
        desk.notes.write(desk.ann, chat, " ", desk.now)
