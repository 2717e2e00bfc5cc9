"""The website's chat: acknowledged, delivered by number, taken up by a signed token and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from refunds.chat.message import Incoming
from refunds.chat.ownership import Change
from refunds.chat.transcript import is_read
from tests.chat_house import ChatHouse, database_down, post, served
from tests.fake_engine import echo, says
from tests.website_client import tab
from tests.world import wait_until
from web.connectors.website_token import make_token

NOW = datetime.now(UTC)


def test_what_is_said_is_acknowledged_and_answered(chat: ChatHouse) -> None:
    with served(chat.app) as url, tab(url, zone="Europe/Berlin", locale="en-GB") as page:
        assert page.welcome["speaking"] == "assistant"
        assert page.history == []
        assert page.say("hello") == {"received": True}
        page.hears("1: hello")
    asked = chat.engine.questions[0]["metadata"]
    assert (asked["zone"], asked["locale"], asked["channel"]) == ("Europe/Berlin", "en-GB", "website")


@pytest.mark.parametrize(
    ("zone", "offered"),
    [
        ("Europe/Berlin", True),
        ("Europe/London", True),
        ("America/New_York", False),
        ("Mars/Olympus", True),
        (None, True),
    ],
)
def test_a_withdrawal_is_at_hand_where_the_law_asks_for_it_and_where_nobody_knows(
    chat_on_file: ChatHouse, zone: str | None, offered: bool
) -> None:
    with served(chat_on_file.app) as url, tab(url, zone=zone) as page:
        assert page.welcome["withdrawal"] is offered


def test_a_message_sent_again_under_its_id_is_acknowledged_and_not_answered_again(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        page.say("hello", message_id="m1")
        page.hears("1: hello")
        assert page.say("hello", message_id="m1") == {"received": True}
        page.say("more", message_id="m2")
        page.hears("1: hello", "2: more")


def test_an_offered_button_is_pressed_by_its_id(chat_on_file: ChatHouse) -> None:
    choice = {"text": "Sure?", "buttons": [{"title": "Yes", "payload": "/affirm"}], "custom": {"card": {"type": "x"}}}
    chat_on_file.engine.answer = lambda question: says(choice) if question.get("text") else echo(question)
    with served(chat_on_file.app) as url, tab(url) as page:
        page.say("file it")
        page.hears("Sure?")
        [line] = page.lines
        assert (line["author"], line["number"], line["card"]) == ("assistant", 1, {"type": "x"})
        page.say("Yes", button=line["buttons"][0]["id"])
        page.hears("Sure?", "1: /affirm")


def test_the_customer_sees_that_the_assistant_writes(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        page.say("hello")
        page.hears("1: hello")
        assert page.typing[0] is True


def test_a_token_takes_the_conversation_up_with_all_that_was_said(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url:
        with tab(url) as page:
            page.say("hello", message_id="m1")
            page.hears("1: hello")
            token = page.token
        with tab(url, token=token) as page:
            assert [(line["author"], line.get("id")) for line in page.welcome["lines"]] == [
                ("customer", "m1"),
                ("assistant", None),
            ]


def test_a_reconnect_with_since_brings_only_what_is_new(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url:
        with tab(url) as page:
            page.say("one")
            page.say("two")
            page.hears("1: one", "2: two")
            token = page.token
        with tab(url, token=token, since=1) as page:
            assert page.history == ["2: two"]
            page.say("three")
            page.hears("3: three")


@pytest.mark.parametrize(
    "token",
    [
        "not a token",
        jwt.encode({"sub": "a1", "aud": "website-conversation", "exp": NOW + timedelta(days=1)}, "x" * 32),
        jwt.encode({"sub": "a1", "aud": "website-conversation", "exp": NOW + timedelta(days=1)}, "", "none"),
    ],
    ids=["nonsense", "forged", "unsigned"],
)
def test_a_forged_token_joins_no_conversation(chat_on_file: ChatHouse, token: str) -> None:
    chat_on_file.app.admission.admit(replace(_incoming(), address="a1"), NOW)
    with served(chat_on_file.app) as url, tab(url, token=token) as page:
        assert page.history == []


def test_an_expired_token_begins_a_new_conversation(chat_on_file: ChatHouse) -> None:
    chat_on_file.app.admission.admit(replace(_incoming(), address="a1"), NOW)
    old = make_token("a1", chat_on_file.app.settings.secret, NOW - timedelta(days=31))
    with served(chat_on_file.app) as url, tab(url, token=old) as page:
        assert page.history == []


def test_the_sites_identity_token_is_no_key_to_a_conversation(chat_on_file: ChatHouse) -> None:
    identity = chat_on_file.app.identity.site_token("C-1", NOW)
    chat_on_file.app.admission.admit(replace(_incoming(), address="C-1"), NOW)
    with served(chat_on_file.app) as url, tab(url, token=identity) as page:
        assert page.history == []


def test_a_customer_signed_in_at_the_site_is_verified(chat_on_file: ChatHouse) -> None:
    identity = chat_on_file.app.identity.site_token("C-1", NOW)
    with served(chat_on_file.app) as url, tab(url, identity=identity) as page:
        page.say("hello")
        page.hears("1: hello")
    conversation_id = chat_on_file.engine.questions[0]["conversation_id"]
    assert chat_on_file.app.identity.verified_customer(conversation_id, NOW) == "C-1"


def test_another_customer_of_the_same_browser_sees_nothing_of_the_first(chat_on_file: ChatHouse) -> None:
    first, second = (chat_on_file.app.identity.site_token(one, NOW) for one in ("C-1", "C-2"))
    with served(chat_on_file.app) as url:
        with tab(url, identity=first) as page:
            page.say("a secret")
            page.hears("1: a secret")
            token = page.token
        with tab(url, identity=second, token=token) as page:
            assert page.history == []
            assert page.token != token


def test_a_bad_identity_token_leaves_a_guest(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url, identity="forged") as page:
        page.say("hello")
        page.hears("1: hello")
    conversation_id = chat_on_file.engine.questions[0]["conversation_id"]
    assert chat_on_file.app.identity.verified_customer(conversation_id, NOW) is None


def test_a_second_tab_sees_the_same(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as one, tab(url, token=one.token) as two:
        one.say("hello, my card is 4111 1111 1111 1111", message_id="m1")
        one.hears("1: hello, my card is [card number removed]")
        two.hears("hello, my card is [card number removed]", "1: hello, my card is [card number removed]")
        assert (two.lines[0]["author"], two.lines[0]["id"]) == ("customer", "m1")


def test_what_an_agent_or_another_process_writes_is_delivered(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, served(chat_on_file.app) as other, tab(url) as one:
        with tab(other, token=one.token) as two:
            one.say("hello")
            one.hears("1: hello")
            two.hears("1: hello")
        conversation_id = chat_on_file.engine.questions[0]["conversation_id"]
        chat_on_file.change(conversation_id, Change.TAKEN)
        chat_on_file.agent_says(conversation_id, "I am Kim.")
        one.hears("1: hello", "I am Kim.")
        assert one.lines[-1]["author"] == "agent"


def test_what_was_seen_in_one_tab_is_read_in_all_and_what_was_only_sent_is_not(chat: ChatHouse) -> None:
    with served(chat.app) as url, tab(url) as one, tab(url, token=one.token) as two:
        one.say("hello")
        one.hears("1: hello")
        two.hears("hello", "1: hello")
        conversation_id = chat.engine.questions[0]["conversation_id"]
        with chat.app.database.reading() as session:
            assert not is_read(session, conversation_id, 1)
        one.tell("read", {"number": 1})
        wait_until(lambda: one.read == two.read == [1])
        with chat.app.database.reading() as session:
            assert is_read(session, conversation_id, 1)
        with tab(url, token=one.token) as three:
            assert three.welcome["read"] == 1


def test_nobody_reads_backwards_nor_what_they_were_not_sent(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        page.say("one")
        page.say("two")
        page.hears("1: one", "2: two")
        for number in (2, 1, 9, -1, "all"):
            page.tell("read", {"number": number})
        page.tell("read")
        page.say("three")
        page.hears("1: one", "2: two", "3: three")
        assert page.read == [2]


def test_the_customer_sees_who_speaks_now(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        page.say("hello")
        page.hears("1: hello")
        conversation_id = chat_on_file.engine.questions[0]["conversation_id"]
        chat_on_file.change(conversation_id, Change.TAKEN)
        wait_until(lambda: page.speaking == ["agent"])
        chat_on_file.change(conversation_id, Change.HANDED_BACK)
        wait_until(lambda: page.speaking == ["agent", "assistant"])


def test_after_an_agent_ended_a_chat_the_next_message_begins_another_in_all_tabs(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as one, tab(url, token=one.token) as two:
        one.say("hello")
        one.hears("1: hello")
        conversation_id = chat_on_file.engine.questions[0]["conversation_id"]
        chat_on_file.change(conversation_id, Change.ENDED)
        wait_until(lambda: one.speaking == ["closed"])
        one.say("me again")
        wait_until(lambda: one.welcomes == two.welcomes == 2)
        wait_until(lambda: all("1: me again" in page.history + page.texts for page in (one, two)))
        assert [page.welcome["speaking"] for page in (one, two)] == ["assistant", "assistant"]
        assert not {"hello", "1: hello"} & {*one.history, *two.history}
        one.say("more")
        wait_until(lambda: one.texts[-1:] == two.texts[-1:] == ["2: more"])


def test_a_number_of_another_conversation_leaves_nothing_out(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url:
        with tab(url) as page:
            page.say("hello")
            page.hears("1: hello")
            token = page.token
        with tab(url, token=token, since=7) as page:
            assert page.history == ["hello", "1: hello"]
            page.say("more")
            page.hears("2: more")


def test_what_one_tab_says_is_kept_in_the_order_in_which_it_came(chat_on_file: ChatHouse) -> None:
    words = [f"message {number}" for number in range(8)]
    with served(chat_on_file.app) as url, tab(url) as page:
        for number, text in enumerate(words):
            page.tell("say", {"id": f"m{number}", "text": text})
        page.hears(*[f"{number}: {text}" for number, text in enumerate(words, 1)])


def test_without_a_database_the_page_keeps_the_message_and_sends_it_again(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        with database_down(chat_on_file.app):
            refused = page.say("hello", message_id="m1")
        assert refused == {"received": False, "why": chat_on_file.words("utter_not_received_yet")}
        assert page.say("hello", message_id="m1") == {"received": True}
        page.hears("1: hello")


@pytest.mark.parametrize(
    "said", [None, "hello", {}, {"id": ""}, {"id": "m1", "text": " "}, {"id": "m1", "text": {}}], ids=str
)
def test_what_is_no_message_is_not_received(chat_on_file: ChatHouse, said: object) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        assert page.send(said)["received"] is False


def test_a_button_of_another_conversation_is_not_received(chat_on_file: ChatHouse) -> None:
    choice = {"text": "Sure?", "buttons": [{"title": "Yes", "payload": "/affirm"}]}
    chat_on_file.engine.answer = lambda question: says(choice) if question.get("text") else echo(question)
    with served(chat_on_file.app) as url, tab(url) as page:
        [line] = post(url, "ben", "file it").json()
        assert page.say(button=line["buttons"][0]["payload"])["received"] is False


def _incoming() -> Incoming:
    return Incoming("website", "", "m1", "a secret")


@pytest.mark.parametrize("wish", ["ask_for_human", "withdraw_from_contract", "request_refund", "ask_refund_status"])
def test_a_button_of_the_widgets_own_needs_no_understanding_in_any_language(chat_on_file: ChatHouse, wish: str) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        assert page.send({"id": "m1", "text": "Mein Knopf", "wish": wish}) == {"received": True}
        page.hears(f"1: /{wish}")
        with tab(url, token=page.token) as second:
            assert second.history == ["Mein Knopf", f"1: /{wish}"]


@pytest.mark.parametrize("wish", ["confirm_filing", "/ask_for_human", 'inform{"order_number": "ORD-1"}', ""])
def test_a_wish_that_no_button_of_the_widget_stands_for_is_not_received(chat_on_file: ChatHouse, wish: str) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        refused = page.send({"id": "m1", "text": "hello", "wish": wish})
        assert (refused["received"], refused["final"]) == (False, True)
        assert chat_on_file.engine.questions == []
