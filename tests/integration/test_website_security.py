"""The website's chat against those who mean ill: stolen and guessed ids, floods, packets that make no sense."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import requests
from websockets.exceptions import InvalidStatus

from refunds.app import App
from refunds.chat.message import Incoming
from tests.chat_house import ChatHouse, post, served
from tests.fake_engine import echo, says
from tests.website_client import EVENT, Refused, Tab, tab
from tests.world import wait_until
from web.connectors.website_limits import OF_A_CHAT, OF_AN_ADDRESS, TABS_OF_AN_ADDRESS
from web.connectors.website_token import make_token

NOW = datetime.now(UTC)
HOST = "https://shop.example"
CHOICE = {"text": "Sure?", "buttons": [{"title": "Yes", "payload": "/affirm"}]}


def with_settings(app: App, **changed: Any) -> App:
    return replace(app, settings=replace(app.settings, **changed))


def address_in(token: str) -> str:
    return str(jwt.decode(token, options={"verify_signature": False})["sub"])


def still_serves(url: str) -> None:
    with tab(url, headers={"X-Forwarded-For": "192.0.2.200"}) as page:
        assert page.say("hello") == {"received": True}


def test_an_address_is_128_bits_of_the_servers_own_choosing(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as one, tab(url) as two:
        addresses = {address_in(page.token) for page in (one, two)}
    assert len(addresses) == 2
    assert all(len(bytes.fromhex(address)) == 16 for address in addresses)


@pytest.mark.parametrize("stolen", ["address", "conversation", "message", "line"])
def test_an_id_that_was_seen_somewhere_opens_nothing(chat_on_file: ChatHouse, stolen: str) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        page.say("a secret", message_id="m1")
        page.hears("1: a secret")
        ids = {
            "address": address_in(page.token),
            "conversation": chat_on_file.engine.questions[0]["conversation_id"],
            "message": "m1",
            "line": "1",
        }
        with tab(url, token=ids[stolen]) as thief:
            assert thief.history == []
            assert address_in(thief.token) not in ids.values()


def test_a_token_with_another_address_put_in_opens_nothing(chat_on_file: ChatHouse) -> None:
    chat_on_file.app.admission.admit(Incoming("website", "a1", "m1", "a secret"), NOW)
    with served(chat_on_file.app) as url, tab(url) as page:
        head, _, signature = page.token.split(".")
        _, other, _ = make_token("a1", "x" * 32, NOW).split(".")
        for token in (f"{head}.{other}.{signature}", f"{head}.{other}.", page.token[:-3], page.token + "="):
            with tab(url, token=token) as thief:
                assert thief.history == []


@pytest.mark.parametrize("claims", [{"aud": "refund-assistant"}, {"aud": None}, {"exp": None}, {"sub": None}], ids=str)
def test_a_token_that_lacks_something_or_is_for_something_else_opens_nothing(
    chat_on_file: ChatHouse, claims: dict[str, Any]
) -> None:
    chat_on_file.app.admission.admit(Incoming("website", "a1", "m1", "a secret"), NOW)
    whole = {"sub": "a1", "aud": "website-conversation", "exp": NOW + timedelta(days=1)}
    kept = {name: value for name, value in {**whole, **claims}.items() if value is not None}
    token = jwt.encode(kept, chat_on_file.app.settings.secret)
    with served(chat_on_file.app) as url, tab(url, token=token) as page:
        assert page.history == []


def test_a_message_replayed_from_another_tab_or_connection_is_done_once(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url:
        with tab(url) as one:
            one.say("pay me", message_id="m1")
            one.hears("1: pay me")
            with tab(url, token=one.token) as two:
                assert two.say("pay me", message_id="m1") == {"received": True}
                assert two.say("something else", message_id="m1") == {"received": True}
                two.say("more", message_id="m2")
                two.hears("2: more")
            token = one.token
        with tab(url, token=token) as again:
            again.say("pay me", message_id="m1")
            again.say("last", message_id="m3")
            again.hears("3: last")
    assert [question["text"] for question in chat_on_file.engine.questions] == ["pay me", "more", "last"]


@pytest.mark.parametrize("text", ["/affirm", '/inform{"order_number": "ORD-1"}', "/go_on_with_assistant", "/restart"])
def test_a_command_written_as_text_is_only_text(chat_on_file: ChatHouse, text: str) -> None:
    chat_on_file.engine.answer = lambda question: says(f"heard {'payload' in question}")
    with served(chat_on_file.app) as url, tab(url) as page:
        page.say(text)
        page.hears("heard False")
        page.say("Yes", button=text)
        page.hears("heard False", "heard False")


def test_a_button_of_another_chat_or_a_made_up_one_is_never_pressed(chat_on_file: ChatHouse) -> None:
    chat_on_file.engine.answer = lambda question: says(CHOICE) if question.get("text") == "file it" else echo(question)
    with served(chat_on_file.app) as url, tab(url) as mine, tab(url) as theirs:
        theirs.say("file it")
        theirs.hears("Sure?")
        [button] = theirs.lines[0]["buttons"]
        for made_up in (button["id"], "/affirm", "0" * 32):
            assert mine.say(button=made_up)["received"] is False
        mine.say("go on", button=button["id"])
        mine.hears("1: go on")


def test_a_message_that_is_too_long_is_refused_in_words_and_the_longest_is_taken(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        refused = page.say("ä" * 4001)
        why = chat_on_file.words("utter_message_too_long", most=4000)
        assert refused == {"received": False, "why": why, "final": True}
        assert page.say("ä" * 4000) == {"received": True}
        page.hears("1: " + "ä" * 4000)


def test_a_flood_of_messages_is_told_to_wait_and_other_chats_go_on(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as flood, tab(url) as other:
        answers = [flood.say(f"{number}") for number in range(OF_A_CHAT.burst + 5)]
        taken = [answer for answer in answers if answer["received"]]
        refused = [answer for answer in answers if not answer["received"]]
        assert len(taken) >= OF_A_CHAT.burst
        assert refused
        seconds = refused[-1]["retry_after"]
        assert seconds >= 1
        assert refused[-1] == {
            "received": False,
            "why": chat_on_file.words("utter_too_fast", seconds=seconds),
            "retry_after": seconds,
        }
        with tab(url, token=flood.token) as second_tab:
            assert second_tab.say("from another tab")["received"] is False
        assert other.say("hello") == {"received": True}


def test_many_chats_of_one_network_share_what_it_may_ask(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, ExitStack() as tabs:
        pages = [tabs.enter_context(tab(url)) for _ in range(8)]
        answers = [page.say(f"{number}") for number in range(OF_A_CHAT.burst - 5) for page in pages]
    taken = sum(answer["received"] for answer in answers)
    assert OF_AN_ADDRESS.burst - len(pages) <= taken < len(answers)


def test_a_network_opens_so_many_tabs_and_one_more_when_another_is_closed(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, ExitStack() as tabs:
        pages = [tabs.enter_context(tab(url)) for _ in range(TABS_OF_AN_ADDRESS)]
        with pytest.raises(Refused) as refused:
            Tab(url, {})
        assert chat_on_file.words("utter_too_many_tabs") in str(refused.value)
        pages[0].close()
        wait_until(lambda: can_connect(url))


def can_connect(url: str) -> bool:
    try:
        Tab(url, {}).close()
    except Refused:
        return False
    return True


def test_only_a_trusted_proxy_is_believed_whom_it_speaks_for(chat_on_file: ChatHouse) -> None:
    for trusted, refused in (((), True), (("127.0.0.0/8",), False)):
        with served(with_settings(chat_on_file.app, trusted_proxies=trusted)) as url, ExitStack() as tabs:
            for number in range(TABS_OF_AN_ADDRESS):
                tabs.enter_context(tab(url, headers={"X-Forwarded-For": f"192.0.2.{number}"}))
            assert can_connect(url) is not refused


def test_who_writes_a_made_up_origin_of_its_own_before_the_proxys_stays_one_network(chat_on_file: ChatHouse) -> None:
    app = with_settings(chat_on_file.app, trusted_proxies=("127.0.0.1",))
    with served(app) as url, ExitStack() as tabs:
        for number in range(TABS_OF_AN_ADDRESS):
            tabs.enter_context(tab(url, headers={"X-Forwarded-For": f"192.0.2.{number}, 198.51.100.7"}))
        with pytest.raises(Refused):
            Tab(url, {}, {"X-Forwarded-For": "192.0.2.99, 198.51.100.7"})


def test_pages_of_unlisted_sites_get_no_connection(chat_on_file: ChatHouse) -> None:
    with served(with_settings(chat_on_file.app, widget_origins=(HOST,))) as url:
        for origin in ("https://evil.example", "http://shop.example", f"{HOST}.evil.example", "null"):
            with pytest.raises(InvalidStatus, match="403"):
                Tab(url, {}, {"Origin": origin})
            polled = requests.get(f"{url}/socket.io/?EIO=4&transport=polling", headers={"Origin": origin}, timeout=10)
            assert polled.status_code == 400
            assert "Access-Control-Allow-Origin" not in polled.headers
        with tab(url, headers={"Origin": HOST}) as page:
            assert page.say("hello") == {"received": True}


def test_without_a_list_only_our_own_pages_connect(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url:
        with pytest.raises(InvalidStatus, match="403"):
            Tab(url, {}, {"Origin": HOST})
        with tab(url, headers={"Origin": url}):
            pass


@pytest.mark.parametrize(
    "auth",
    ["a token", ["token"], {"token": {}}, {"token": "x" * 3000}, {"identity": 5}, {"since": -1}, {"since": "x"}],
    ids=str,
)
def test_a_greeting_that_makes_no_sense_is_refused(chat_on_file: ChatHouse, auth: Any) -> None:
    with served(chat_on_file.app) as url:
        with pytest.raises(Refused):
            Tab(url, auth)
        still_serves(url)


@pytest.mark.parametrize(
    "packet",
    [
        b"\x00\x01",
        "9",
        "4",
        "49",
        "42",
        "42[]",
        "42{}",
        '42["say"',
        '42["say",' + "[" * 40_000 + "]" * 40_000 + "]",
        '42["disconnect"]',
        '42["connect",{}]',
        '42/other,["say",{}]',
        "42" + "9" * 200 + '["say",{}]',
        '4599999999-["say",{"_placeholder":true,"num":0}]',
        '451-["say",{"_placeholder":true,"num":0}]',
        "43[]",
        "41",
    ],
    ids=lambda packet: str(packet)[:30],
)
def test_packets_that_make_no_sense_harm_nobody_else(chat_on_file: ChatHouse, packet: str | bytes) -> None:
    with served(chat_on_file.app) as url, tab(url) as other:
        with tab(url) as page:
            page.send_packet(packet)
        assert other.say("hello") == {"received": True}
        other.hears("1: hello")


def test_parts_of_a_binary_packet_are_not_kept_until_its_last(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        page.send_packet('451000-["say",{"_placeholder":true,"num":0}]')
        page.send_packet(b"a" * 1000)
        assert page.say("still here") == {"received": True}


def test_a_packet_that_is_too_large_ends_its_own_connection_only(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as other, tab(url) as page:
        page.send_packet(EVENT + json.dumps(["say", {"id": "m1", "text": "a" * 200_000}]))
        wait_until(lambda: page.is_over)
        assert other.say("hello") == {"received": True}
    assert [question["text"] for question in chat_on_file.engine.questions if question.get("text") != "hello"] == []


@pytest.mark.parametrize(
    "said",
    [
        {"id": "x" * 201, "text": "hello"},
        {"id": "m1", "text": "hello", "button": "x" * 201},
        {"id": "m1", "text": "hello", "files": "0" * 32},
        {"id": "m1", "text": "hello", "files": ["../../etc/passwd"]},
        {"id": "m1", "text": "hello", "files": ["0" * 32] * 11},
        {"id": 5, "text": "hello"},
        {"id": "m1", "text": ["hello"]},
    ],
    ids=lambda said: str(said)[:40],
)
def test_what_has_not_the_form_of_a_message_is_refused_for_good(chat_on_file: ChatHouse, said: dict[str, Any]) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        assert page.send(said) == {"received": False, "why": chat_on_file.words("utter_nothing_said"), "final": True}


def test_what_one_says_over_rest_is_nobodys_website_chat(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        address = address_in(page.token)
        page.say("a secret")
        page.hears("1: a secret")
        assert [line["text"] for line in post(url, address, "hello").json()] == ["1: hello"]
