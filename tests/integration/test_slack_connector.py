"""Slack, end to end: what a person says comes in once and in order, and what is said to them stands in Slack once."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
import requests
from sqlalchemy import select
from structlog.testing import capture_logs

from refunds.carry_on import CarryOn
from refunds.chat.file_kinds import CleanFile
from refunds.desk.accounts import Agent
from refunds.desk.permissions import Role
from refunds.slack_settings import read_slack_settings
from refunds.tables import DeliveryRow
from tests.chat_house import ChatHouse, database_down, served
from tests.fake_engine import echo, says
from tests.slack_house import AMARA, BEN, SlackHouse, slack_house
from tests.slack_server import TEAM, Lost
from tests.world import wait_until


@pytest.fixture
def house(chat_on_file: ChatHouse) -> Iterator[SlackHouse]:
    with slack_house(chat_on_file) as running:
        yield running


def pressed(house: SlackHouse, element_type: str, **chosen: object) -> None:
    """The first choice of that kind in the last message is made."""
    message = house.slack.posted[-1]
    elements = [one for block in message["blocks"] if block["type"] == "actions" for one in block["elements"]]
    element = next(one for one in elements if one["type"] == element_type)
    assert house.slack.tell_press(house.url, house.slack.press(AMARA, message, element, **chosen)).status_code == 200


def test_a_direct_message_is_answered_there(house: SlackHouse) -> None:
    house.say("my server failed &amp; I want &lt;money&gt;")
    house.hears("1: my server failed &amp; I want &lt;money&gt;")
    assert house.chat.engine.questions[0]["text"] == "my server failed & I want <money>"


def test_an_address_that_slack_makes_a_link_is_read_as_an_address(house: SlackHouse) -> None:
    house.say("<mailto:ada@example.com|ada@example.com>")
    house.hears("1: ada@example.com")


def test_a_forged_a_stale_and_an_unsigned_event_are_refused(house: SlackHouse) -> None:
    body = json.dumps(house.slack.message(AMARA, "hello")).encode()
    forged = house.slack.signed(body, secret="another secret")
    stale = house.slack.signed(body, at=time.time() - 301)
    early = house.slack.signed(body, at=time.time() + 301)
    odd = {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=é".encode().decode("latin-1")}
    other_body = {**house.slack.signed(body + b" ")}
    for headers in (forged, stale, early, odd, other_body, {}):
        kind = {"Content-Type": "application/json"}
        assert (
            requests.post(f"{house.url}/slack/events", data=body, headers=kind | headers, timeout=5).status_code == 401
        )
    assert house.chat.engine.questions == []


def test_a_forged_command_and_a_forged_press_are_refused(house: SlackHouse) -> None:
    press = {"payload": json.dumps({"type": "block_actions", "user": {"id": AMARA}})}
    for fields in (house.slack.command(AMARA, "refund"), press):
        body = urlencode(fields).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | house.slack.signed(body, secret="another")
        assert requests.post(f"{house.url}/slack/events", data=body, headers=headers, timeout=5).status_code == 401
    assert house.chat.engine.questions == []


def test_a_body_that_is_too_large_is_not_read(house: SlackHouse) -> None:
    body = b"x" * 1_000_001
    headers = house.slack.signed(body)
    assert requests.post(f"{house.url}/slack/events", data=body, headers=headers, timeout=5).status_code == 413
    unmeasured = requests.post(f"{house.url}/slack/events", data=iter([body]), headers=headers, timeout=5)
    assert unmeasured.status_code == 413


def test_the_address_is_confirmed_as_slack_asks(house: SlackHouse) -> None:
    answer = house.slack.tell(house.url, {"type": "url_verification", "challenge": "abc", "token": "x"})
    assert answer.json() == {"challenge": "abc"}


def test_ten_redeliveries_at_once_and_one_later_are_answered_once(house: SlackHouse) -> None:
    event = house.slack.message(AMARA, "hello")
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda n: house.slack.tell(house.url, event, retry=n), range(10)))
    house.hears("1: hello")
    answers.append(house.slack.tell(house.url, event | {"event_id": "Ev0OTHER"}, retry=3))
    house.say("more")
    house.hears("1: hello", "2: more")
    assert {answer.status_code for answer in answers} == {200}


def test_two_people_at_once_keep_each_their_order(house: SlackHouse) -> None:
    def talk(user: str) -> None:
        for number in range(1, 6):
            house.say(f"{user} {number}", user)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(talk, (AMARA, BEN)))
    for user in (AMARA, BEN):
        house.hears(*(f"{number}: {user} {number}" for number in range(1, 6)), user=user)


def test_what_cannot_be_stored_is_not_acknowledged_and_comes_again(house: SlackHouse) -> None:
    event = house.slack.message(AMARA, "hello")
    with database_down(house.chat.app):
        assert house.slack.tell(house.url, event).status_code == 503
    house.tell(event)
    house.hears("1: hello")


def test_an_offered_button_is_pressed_once_however_often_it_is_told(house: SlackHouse) -> None:
    choice = {"text": "Sure?", "buttons": [{"title": "Yes", "payload": "/affirm"}]}
    house.chat.engine.answer = lambda question: says(choice) if question.get("text") == "file it" else echo(question)
    house.say("file it")
    house.hears("Sure?")
    message = house.slack.posted[-1]
    [button] = message["blocks"][-1]["elements"]
    press = house.slack.press(AMARA, message, button)
    for _ in range(2):
        assert house.slack.tell_press(house.url, press).status_code == 200
    house.hears("Sure?", "1: /affirm")
    wait_until(lambda: bool(house.slack.updated))
    assert "You chose: Yes" in str(house.slack.updated[0]["blocks"])


def test_a_button_of_somebody_else_presses_nothing(house: SlackHouse) -> None:
    house.chat.engine.answer = lambda _: says({"text": "Sure?", "buttons": [{"title": "Yes", "payload": "/affirm"}]})
    house.say("file it")
    house.hears("Sure?")
    message = house.slack.posted[-1]
    press = house.slack.press(BEN, message, message["blocks"][-1]["elements"][0])
    assert house.slack.tell_press(house.url, press).status_code == 200
    house.hears(house.words("utter_nothing_said"), user=BEN)
    assert len(house.chat.engine.questions) == 1


def test_an_order_is_chosen_from_the_menu(house: SlackHouse) -> None:
    row = {"service": "Compute", "region": "eu-1", "plan": "Large", "amount": "€1", "bought": "Mon"}
    orders = [{"order_id": f"ORD-1000{n}", **row} for n in range(2)]
    buttons = [{"title": f"{one['order_id']}, Compute", "payload": f"/choose {one['order_id']}"} for one in orders]
    which = {"text": "Which?", "buttons": buttons, "custom": {"card": {"type": "orders", "orders": orders}}}
    house.chat.engine.answer = lambda question: says(which) if question.get("text") == "refund" else echo(question)
    house.say("refund")
    house.hears("Which?")
    option = house.slack.posted[-1]["blocks"][-1]["elements"][0]["options"][1]
    pressed(house, "static_select", selected_option=option)
    house.hears("Which?", "1: /choose ORD-10001")


def test_a_day_is_picked(house: SlackHouse) -> None:
    when = {"text": "When?", "custom": {"card": {"type": "date", "min": "2026-11-01", "max": "2026-11-25"}}}
    house.chat.engine.answer = lambda question: says(when) if question.get("text") == "it failed" else echo(question)
    house.say("it failed")
    house.hears("When?")
    pressed(house, "datepicker", selected_date="2026-11-20")
    house.hears("When?", "1: 2026-11-20")


def test_an_edit_is_acknowledged_as_a_correction_and_taken_once(house: SlackHouse) -> None:
    event = house.say("ORD-1 failed")
    house.hears("1: ORD-1 failed")
    edit = house.slack.edit(event, "ORD-2 failed")
    for _ in range(2):
        house.tell(edit)
    house.hears("1: ORD-1 failed", house.words("utter_slack_edited"), "2: ORD-2 failed")


def test_a_message_that_comes_later_than_its_edit_is_not_said_any_more(house: SlackHouse) -> None:
    late = house.slack.message(AMARA, "ORD-1 failed")
    house.tell(house.slack.edit(late, "ORD-2 failed"))
    house.tell(late)
    house.say("more")
    house.hears(house.words("utter_slack_edited"), "1: ORD-2 failed", "2: more")


def test_a_preview_of_a_link_is_no_edit(house: SlackHouse) -> None:
    event = house.say("see example.com")
    house.tell(house.slack.edit(event, "see example.com"))
    house.say("more")
    house.hears("1: see example.com", "2: more")


def test_what_apps_write_is_not_answered(house: SlackHouse) -> None:
    house.say("hello", bot_id="B0OTHER")
    house.say("hello", subtype="bot_message")
    house.say("hello", subtype="channel_join")
    house.say("it is me")
    house.hears("1: it is me")


def test_a_mention_gets_a_general_word_in_the_thread_and_its_answer_in_private(house: SlackHouse) -> None:
    event = house.slack.mention(AMARA, "my order ORD-48213 failed")
    for _ in range(2):
        house.tell(event)
    house.hears("1: my order ORD-48213 failed")
    wait_until(lambda: house.slack.texts("C0GENERAL") != [])
    overview = house.words("utter_policy_overview")
    assert house.slack.texts("C0GENERAL") == [house.words("utter_slack_in_channel", overview=overview)]
    [public] = [one for one in house.slack.posted if one["channel"] == "C0GENERAL"]
    assert public["thread_ts"] == event["event"]["ts"]


def test_a_file_in_a_channel_is_asked_for_in_private(house: SlackHouse) -> None:
    event = house.slack.mention(AMARA, "", files=[house.slack.keep_file("invoice.txt", b"paid twice")])
    for _ in range(2):
        house.tell(event)
    house.hears(house.words("utter_slack_welcome"), house.words("utter_slack_file_in_channel"))
    assert house.slack.calls["files.info"] == 0


def test_nothing_but_the_general_word_ever_goes_to_a_channel(house: SlackHouse) -> None:
    house.tell(house.slack.mention(AMARA, ""))
    house.hears(house.words("utter_slack_welcome"))
    wait_until(lambda: len(house.slack.texts("C0GENERAL")) == 1)
    [thread] = [one["thread_ts"] for one in house.slack.posted if one["channel"] == "C0GENERAL"]
    address = f"{TEAM}:C0GENERAL:{thread}"
    public = house.chat.transcript.standings("slack", [address])[address].conversation_id
    house.chat.agent_says(public, "Your case R-K7M2X is approved")
    house.say("still there?")
    house.hears(house.words("utter_slack_welcome"), "1: still there?")
    house.chat.agent_says(house.conversation(), "Your case R-K7M2X is approved")
    house.hears(house.words("utter_slack_welcome"), "1: still there?", "Your case R-K7M2X is approved")
    assert len(house.slack.texts("C0GENERAL")) == 1


def agent_sends(house: SlackHouse, *lines: tuple[str, str]) -> Agent:
    """An agent takes the chat and sends a file with each line: (name and content, words)."""
    app, chat, now = house.chat.app, house.conversation(), datetime.now(UTC)
    agent = app.accounts.add("ann@desk.example", "Ann", Role.AGENT, None, now, by="a test")
    app.chat_holding.take(agent, chat, now)
    for name, words in lines:
        file = app.attachments.receive_of_agent(chat, CleanFile(f"{name}.txt", "text/plain", name.encode()), now)
        app.chat_writing.say(agent, chat, name, words, now, files=[file.attachment_id])
    return agent


def test_an_agents_files_are_shared_before_their_words_or_their_names(house: SlackHouse) -> None:
    house.say("hello")
    house.hears("1: hello")
    agent_sends(house, ("k1", "Here are the terms."), ("k2", ""))
    wait_until(lambda: house.slack.texts()[-2:] == ["Ann: Here are the terms.", "Ann: k2.txt"])
    direct = house.slack.direct(AMARA)
    assert house.slack.shared == [(direct, None, "k1.txt", b"k1"), (direct, None, "k2.txt", b"k2")]


def test_a_file_is_shared_once_where_the_words_behind_it_were_not_taken_at_first(house: SlackHouse) -> None:
    house.say("hello")
    house.hears("1: hello")
    house.slack.lost["chat.postMessage"] = Lost(2, done=True)
    agent_sends(house, ("k1", "Here are the terms."))
    wait_until(lambda: "Ann: Here are the terms." in house.slack.texts())
    assert len(house.slack.shared) == 1


def test_without_the_scope_for_files_the_desk_hears_what_is_missing_and_may_send_again(house: SlackHouse) -> None:
    house.say("hello")
    house.hears("1: hello")
    house.slack.errors["files.getUploadURLExternal"].append("missing_scope")
    agent = agent_sends(house, ("k1", "Here are the terms."), ("k2", "And these."))
    wait_until(lambda: house.slack.texts()[-1:] == ["Ann: And these."])
    with house.chat.app.database.reading() as session:
        [failed] = session.scalars(select(DeliveryRow).where(DeliveryRow.state == "failed"))
        assert failed.why == "missing_scope: files:write"
    app, chat = house.chat.app, house.conversation()
    numbers = {app.chat_writing.say_again(agent, chat, failed.number, datetime.now(UTC)) for _ in range(2)}
    wait_until(lambda: house.slack.texts()[-1:] == ["Ann: Here are the terms."])
    assert (len(numbers), [name for _, _, name, _ in house.slack.shared]) == (1, ["k2.txt", "k1.txt"])


def test_a_thread_in_the_direct_message_is_answered_in_the_thread(house: SlackHouse) -> None:
    house.say("hello")
    house.say("in a thread", thread_ts="1790000001.000100")
    house.hears("1: hello", "2: in a thread")
    assert [one["thread_ts"] for one in house.slack.posted] == [None, "1790000001.000100"]


def test_the_command_is_taken_in_private(house: SlackHouse) -> None:
    command = house.slack.command(AMARA, "my server failed")
    house.slack.tell_form(house.url, command)
    answer = house.slack.tell_form(house.url, command)  # replayed within the five minutes
    assert answer.text == house.words("utter_slack_command_taken")
    house.hears("1: my server failed")
    house.slack.tell_form(house.url, house.slack.command(AMARA, ""))
    house.hears("1: my server failed", f"2: {house.words('slack_asks_refund')}")


def test_the_command_says_when_it_could_not_be_taken(house: SlackHouse) -> None:
    with database_down(house.chat.app):
        answer = house.slack.tell_form(house.url, house.slack.command(AMARA, "refund"))
    assert answer.text == house.words("utter_slack_command_not_taken")


def test_the_engine_is_told_the_zone_and_language_that_slack_knows_asked_once(house: SlackHouse) -> None:
    house.slack.users[AMARA] = {"tz": "Africa/Lagos", "locale": "en-GB"}
    house.say("one")
    house.say("two")
    house.hears("1: one", "2: two")
    told = [question["metadata"] for question in house.chat.engine.questions]
    assert {(one["zone"], one["locale"]) for one in told} == {("Africa/Lagos", "en-GB")}
    assert house.slack.calls["users.info"] == 1


def test_what_an_agent_says_arrives_signed(house: SlackHouse) -> None:
    house.say("hello")
    house.hears("1: hello")
    house.chat.agent_says(house.conversation(), "I am here & look")
    house.hears("1: hello", "I am here &amp; look")


def test_an_event_of_another_kind_is_acknowledged(house: SlackHouse) -> None:
    house.tell(house.slack.envelope({"type": "team_join", "user": {"id": BEN}}))


def test_a_code_of_another_chat_goes_on_here_once_and_shows_nothing_of_the_account(house: SlackHouse) -> None:
    app = house.chat.app
    choice = {"text": "Shall I file it?", "buttons": [{"title": "Yes", "payload": "/affirm"}]}
    house.chat.engine.answer = lambda _: says(choice, state={"slots": {"asked": 7}, "active_loop": None})
    there = house.chat.say("my server failed", address="browser")
    house.chat.turn(there.conversation_id)
    code = CarryOn(app.database, app.words).make("rest", "browser", datetime.now(UTC))
    house.chat.engine.answer = echo
    event = house.slack.message(AMARA, f"CARRYON-{code}")
    for _ in range(2):
        house.tell(event)
    house.hears(house.words("utter_carried_on"), "Shall I file it?")
    house.say("and one more thing")
    house.hears(house.words("utter_carried_on"), "Shall I file it?", "8: and one more thing")
    assert code not in str(house.chat.transcript.history(house.conversation()))
    house.slack.tell_form(house.url, house.slack.command(BEN, f"carryon {code}"))
    house.hears(house.words("utter_carry_on_unknown"), user=BEN)


def test_a_wrong_code_is_refused_once_and_one_that_is_said_in_a_channel_is_stored_nowhere(house: SlackHouse) -> None:
    app = house.chat.app
    there = house.chat.say("my server failed", address="browser")
    house.chat.turn(there.conversation_id)
    wrong = house.slack.message(AMARA, f"CARRYON-{'0' * 32}")
    for _ in range(3):
        house.tell(wrong)
    code = CarryOn(app.database, app.words).make("rest", "browser", datetime.now(UTC))
    house.tell(house.slack.mention(AMARA, f"CARRYON-{code}"))
    house.hears(house.words("utter_carry_on_unknown"), house.words("utter_carried_on"), "1: my server failed")
    assert code not in str(house.chat.transcript.history(house.conversation()))


def test_without_credentials_slack_is_off_and_the_start_says_which_are_missing(chat_on_file: ChatHouse) -> None:
    with capture_logs() as logs, served(chat_on_file.app) as url:
        assert requests.post(f"{url}/slack/events", data=b"{}", timeout=5).status_code == 404
    [told] = [one for one in logs if one["event"] == "channel_off" and one["channel"] == "slack"]
    assert told["missing"] == ["REFUNDS_SLACK_BOT_TOKEN", "REFUNDS_SLACK_SIGNING_SECRET"]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"REFUNDS_SLACK_BOT_TOKEN": "xoxb"}, ("REFUNDS_SLACK_SIGNING_SECRET",)),
        ({"REFUNDS_SLACK_BOT_TOKEN": "xoxb", "REFUNDS_SLACK_APP_TOKEN": "xapp"}, ()),
        ({"REFUNDS_SLACK_BOT_TOKEN": "xoxb", "REFUNDS_SLACK_SIGNING_SECRET": "s"}, ()),
        (
            {"REFUNDS_SLACK_CLIENT_ID": "1", "REFUNDS_SLACK_SIGNING_SECRET": "s"},
            ("REFUNDS_SLACK_CLIENT_SECRET", "REFUNDS_SLACK_REFRESH_TOKEN"),
        ),
    ],
)
def test_half_of_the_credentials_leave_slack_off(given: dict[str, str], missing: tuple[str, ...]) -> None:
    assert read_slack_settings(given).missing == missing
