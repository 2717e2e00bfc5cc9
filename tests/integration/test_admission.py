"""Admission: each message is kept once and masked; only offered buttons count, and only in their conversation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from refunds.chat.admission import CUT_MARK, LONGEST_TEXT, AnotherCustomer
from refunds.chat.message import Incoming
from refunds.chat.ownership import Change
from refunds.errors import NothingSaid, NotVerified
from tests.chat_house import ChatHouse
from tests.fake_engine import Answer, Question, echo, says

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
CHOICE = {"text": "Sure?", "buttons": [{"title": "Yes, file it", "payload": "/confirm_filing"}]}


def offer(question: Question) -> Answer:
    return says(CHOICE) if question.get("text") == "offer" else echo(question)


def offered(chat: ChatHouse, address: str = "amara") -> str:
    """Let the assistant offer a button at ``address``, and give its id."""
    chat.engine.answer = offer
    conversation_id = chat.say("offer", address=address).conversation_id
    chat.turn(conversation_id)
    return chat.lines(conversation_id)[-1].buttons[0].button_id


def test_the_same_message_again_is_the_same_message(chat: ChatHouse) -> None:
    first, again = chat.say("hello", "m1"), chat.say("hello", "m1")
    assert not first.repeated
    assert again.repeated
    assert (again.conversation_id, again.message_id) == (first.conversation_id, first.message_id)


def test_ten_redeliveries_at_once_are_admitted_once(chat: ChatHouse) -> None:
    with ThreadPoolExecutor(10) as pool:
        admitted = list(pool.map(lambda _: chat.say("hello", "m1"), range(10)))
    assert len({one.message_id for one in admitted}) == 1
    assert sorted(one.repeated for one in admitted) == [False] + [True] * 9


def test_the_same_id_of_another_customer_is_another_message(chat: ChatHouse) -> None:
    assert chat.say("hello", "m1").conversation_id != chat.say("hello", "m1", address="ben").conversation_id


def test_a_closed_conversation_is_history_and_a_late_redelivery_opens_no_new_one(chat: ChatHouse) -> None:
    old = chat.say("hello", "m1")
    chat.change(old.conversation_id, Change.ENDED)
    assert chat.say("hello", "m1") == old.__class__(old.conversation_id, old.message_id, repeated=True)
    assert chat.say("hello again", "m2").conversation_id != old.conversation_id


def test_card_numbers_and_passwords_are_masked_before_they_are_stored(chat: ChatHouse) -> None:
    kept = chat.message(chat.say("my card is 4111 1111 1111 1111").message_id)
    assert kept.text == "my card is [card number removed]"


def test_a_very_long_text_is_cut_with_a_mark(chat: ChatHouse) -> None:
    kept = chat.message(chat.say("x" * 9000).message_id)
    assert kept.text == "x" * LONGEST_TEXT + CUT_MARK


@pytest.mark.parametrize("text", ["", "  \n ", "\0"])
def test_a_message_that_says_nothing_is_refused(chat: ChatHouse, text: str) -> None:
    with pytest.raises(NothingSaid):
        chat.say(text)


def test_characters_that_no_database_takes_are_left_out(chat: ChatHouse) -> None:
    assert chat.message(chat.say("a\0b\ud800c").message_id).text == "ab?c"


def test_a_pressed_button_stands_for_its_payload_and_reads_as_its_title(chat: ChatHouse) -> None:
    kept = chat.message(chat.say("", button=offered(chat)).message_id)
    assert (kept.text, kept.payload) == ("Yes, file it", "/confirm_filing")


def test_an_offered_payload_sent_back_as_text_counts_as_its_button(chat: ChatHouse) -> None:
    assert chat.message(chat.say(offered(chat)).message_id).payload == "/confirm_filing"


def test_a_title_of_the_latest_lines_typed_in_any_case_counts_as_its_button(chat: ChatHouse) -> None:
    offered(chat)
    assert chat.message(chat.say(" yes, FILE it ").message_id).payload == "/confirm_filing"


def test_the_title_of_an_older_button_is_only_words(chat: ChatHouse) -> None:
    offered(chat)
    chat.turn(chat.say("something else").conversation_id)
    assert chat.message(chat.say("Yes, file it").message_id).payload is None


@pytest.mark.parametrize("text", ["/confirm_filing", "  /restart", "/inform{}", "/session_start"])
def test_a_payload_that_was_never_offered_is_plain_text(chat: ChatHouse, text: str) -> None:
    kept = chat.message(chat.say(text).message_id)
    assert (kept.text, kept.payload) == (text, None)


def test_a_button_of_another_conversation_is_refused(chat: ChatHouse) -> None:
    stolen = offered(chat, address="ben")
    with pytest.raises(NothingSaid):
        chat.say("", button=stolen)
    assert chat.message(chat.say(stolen).message_id).payload is None


def test_zone_and_locale_stay_known_once_a_channel_told_them(chat: ChatHouse) -> None:
    for message_id, zone in (("m1", "Asia/Shanghai"), ("m2", None)):
        incoming = Incoming("website", "a1", message_id, "hello", zone=zone, locale=None)
        conversation_id = chat.app.admission.admit(incoming, NOW).conversation_id
    chat.turn(conversation_id)
    assert [question["zone"] for question in chat.engine.questions] == ["Asia/Shanghai", "Asia/Shanghai"]


def test_the_sites_token_verifies_the_conversation_of_its_address(chat: ChatHouse) -> None:
    chat.app.admission.sign_in("website", "a1", chat.app.identity.site_token("C-1", NOW), NOW)
    admitted = chat.app.admission.admit(Incoming("website", "a1", "m1", "hello"), NOW)
    assert chat.app.identity.verified_customer(admitted.conversation_id, NOW) == "C-1"


def test_a_forged_token_of_the_site_changes_nothing(chat: ChatHouse) -> None:
    with pytest.raises(NotVerified):
        chat.app.admission.sign_in("website", "a1", "forged", NOW)
    assert chat.transcript.standings("website", ["a1"]) == {}


def test_another_customers_token_does_not_take_over_a_conversation(chat: ChatHouse) -> None:
    chat.app.admission.sign_in("website", "a1", chat.app.identity.site_token("C-1", NOW), NOW)
    with pytest.raises(AnotherCustomer):
        chat.app.admission.sign_in("website", "a1", chat.app.identity.site_token("C-2", NOW), NOW)
    conversation_id = chat.transcript.standings("website", ["a1"])["a1"].conversation_id
    assert chat.app.identity.verified_customer(conversation_id, NOW) == "C-1"
