"""What goes out to Slack when Slack is slow, says later, says no, or says nothing: each line stands there once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from structlog.testing import capture_logs

from refunds.chat.channel_secrets import ChannelSecrets
from refunds.chat.deliveries import Deliveries
from tests.chat_house import ChatHouse, database_down, served
from tests.fake_engine import says
from tests.slack_house import AMARA, SlackHouse, slack_house, with_slack
from tests.slack_server import (
    APP_TOKEN,
    BOT_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    FIRST_REFRESH,
    SIGNING_SECRET,
    Lost,
    slack_server,
)
from tests.world import wait_until

ROTATION = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "refresh_token": FIRST_REFRESH, "bot_token": None}


@pytest.fixture
def house(chat_on_file: ChatHouse) -> Iterator[SlackHouse]:
    with slack_house(chat_on_file) as running:
        yield running


def test_who_sends_too_fast_waits_as_long_as_slack_says(house: SlackHouse) -> None:
    house.slack.limits["chat.postMessage"], house.slack.retry_after = 2, 1
    started = time.monotonic()
    house.say("one")
    house.say("two")
    house.hears("1: one", "2: two")
    assert time.monotonic() - started >= 2
    assert house.slack.calls["chat.postMessage"] == 4


def test_a_message_that_was_posted_but_not_answered_is_found_and_not_posted_again(house: SlackHouse) -> None:
    house.slack.lost["chat.postMessage"] = Lost(times=1, done=True)
    house.say("one")
    house.say("two")
    house.hears("1: one", "2: two")
    assert house.slack.calls["chat.postMessage"] == 2
    assert house.slack.calls["conversations.history"] == 1
    assert Deliveries(house.chat.app.database).counts("slack").unsure == 1


def test_a_message_that_was_neither_posted_nor_answered_is_posted_after_a_look(house: SlackHouse) -> None:
    house.slack.lost["chat.postMessage"] = Lost(times=1, done=False)
    house.say("one")
    house.hears("1: one")
    assert house.slack.calls["conversations.history"] == 1


def test_in_a_thread_the_lost_message_is_looked_for_in_the_thread(house: SlackHouse) -> None:
    house.slack.lost["chat.postMessage"] = Lost(times=1, done=True)
    house.say("one", thread_ts="1780000000.000100")
    house.say("two")
    house.hears("1: one", "2: two")
    assert house.slack.calls["conversations.replies"] == 1


def test_a_general_word_whose_outcome_is_unknown_is_not_said_twice_in_a_channel(house: SlackHouse) -> None:
    house.slack.lost["chat.postMessage"] = Lost(times=1, done=True)
    thread = house.slack.mention(AMARA, "")
    house.tell(thread)
    house.hears(house.words("utter_slack_welcome"))
    wait_until(lambda: Deliveries(house.chat.app.database).counts("slack").waiting == 0, seconds=15)
    assert len(house.slack.texts("C0GENERAL")) <= 1


def test_slacks_own_trouble_counts_as_unknown_and_is_looked_up(house: SlackHouse) -> None:
    house.slack.errors["chat.postMessage"] = ["internal_error"]
    house.say("one")
    house.hears("1: one")
    assert house.slack.calls["conversations.history"] == 1


def test_a_line_that_slack_will_never_take_holds_up_no_other(house: SlackHouse) -> None:
    house.slack.errors["chat.postMessage"] = ["is_archived"]
    house.say("one")
    house.say("two")
    house.hears("2: two")
    assert Deliveries(house.chat.app.database).counts("slack").failed == 1


def test_blocks_that_slack_does_not_take_are_said_in_text_alone(house: SlackHouse) -> None:
    house.slack.errors["chat.postMessage"] = ["invalid_blocks"]
    house.say("one")
    house.hears("1: one")
    assert house.slack.posted[0]["blocks"] is None


def test_a_start_needs_no_slack_and_what_was_said_is_sent_when_it_is_back(chat_on_file: ChatHouse) -> None:
    with slack_server() as gone:
        port = gone.port
        app = with_slack(chat_on_file.app, gone)
    with served(app) as url:
        signing = SlackHouse(url, gone, chat_on_file)
        signing.say("hello")
        with slack_server(port) as back:
            wait_until(lambda: back.texts() == ["1: hello"], seconds=20)


def test_two_web_processes_send_each_line_once_and_in_order(chat_on_file: ChatHouse) -> None:
    chat_on_file.engine.answer = lambda question: says(*(f"{question['text']}{number}" for number in range(3)))
    with slack_house(chat_on_file) as house, served(with_slack(chat_on_file.app, house.slack)) as other:
        for number, text in enumerate("abcd"):
            event = house.slack.message(AMARA, text)
            assert house.slack.tell((house.url, other)[number % 2], event).status_code == 200
        house.hears(*(f"{text}{number}" for text in "abcd" for number in range(3)))
        assert Deliveries(chat_on_file.app.database).counts("slack").unsure == 0


def test_an_event_is_acknowledged_in_time_while_slack_does_not_answer_who_writes(house: SlackHouse) -> None:
    house.slack.slow_users = threading.Event()

    def say(number: int) -> float:
        started = time.monotonic()
        house.say(f"hello {number}", user=f"U0SLOW{number}")
        return time.monotonic() - started

    with ThreadPoolExecutor(30) as pool:
        slowest = max(pool.map(say, range(30)))
    house.slack.slow_users.set()
    assert slowest < 3  # what Slack allows; a person's zone is waited for one second
    for number in range(30):
        house.hears(f"1: hello {number}", user=f"U0SLOW{number}")


def test_many_words_of_one_person_are_acknowledged_in_time_and_keep_their_order(house: SlackHouse) -> None:
    house.slack.slow_users = threading.Event()

    def say(number: int) -> float:
        return house.slack.tell(house.url, house.slack.message(AMARA, f"hello {number}")).elapsed.total_seconds()

    tasks = []
    with ThreadPoolExecutor(6) as pool:
        for number in range(1, 7):
            tasks.append(pool.submit(say, number))
            time.sleep(0.05)  # they are written one after the other
        slowest = max(task.result() for task in tasks)
    house.slack.slow_users.set()
    assert slowest < 3
    house.hears(*(f"{number}: hello {number}" for number in range(1, 7)))


def test_a_token_is_renewed_before_it_expires_and_kept_over_a_restart(chat_on_file: ChatHouse) -> None:
    with slack_server() as slack:
        slack.tokens = set()
        app = with_slack(chat_on_file.app, slack, **ROTATION)
        for number in (1, 2):
            with served(app) as url:
                running = SlackHouse(url, slack, chat_on_file)
                running.say(f"hello {number}")
                running.hears(*(f"{n}: hello {n}" for n in range(1, number + 1)))
        assert slack.calls["oauth.v2.access"] == 1
        kept = ChannelSecrets(app.database, app.settings.secret).read("slack", "bot_token")
        assert kept is not None
        assert {kept.value} == slack.tokens
        slack.tokens.clear()  # Slack has revoked it: the next call renews it
        with served(app) as url:
            running = SlackHouse(url, slack, chat_on_file)
            running.say("hello 3")
            running.hears("1: hello 1", "2: hello 2", "3: hello 3")


def test_by_socket_mode_an_event_is_stored_and_then_acknowledged_and_no_route_is_open(chat_on_file: ChatHouse) -> None:
    with slack_house(chat_on_file, app_token=APP_TOKEN, signing_secret=None) as house:
        wait_until(lambda: house.slack.has_socket, seconds=15)
        event = house.slack.message(AMARA, "hello")
        house.slack.tell_by_socket(event)
        house.hears("1: hello")
        house.slack.tell_by_socket(event)
        wait_until(lambda: len(house.slack.acknowledged) == 2)
        fields = house.slack.command(AMARA, "refund")
        house.slack.tell_by_socket(dict(fields), kind="slash_commands")
        house.hears("1: hello", "2: refund")
        assert house.slack.tell(house.url, event).status_code == 404


def test_by_socket_mode_what_cannot_be_stored_is_not_acknowledged_and_comes_again(chat_on_file: ChatHouse) -> None:
    with slack_house(chat_on_file, app_token=APP_TOKEN, signing_secret=None) as house, capture_logs() as logs:
        wait_until(lambda: house.slack.has_socket, seconds=15)
        event = house.slack.message(AMARA, "hello")
        with database_down(house.chat.app):
            house.slack.tell_by_socket(event)
            wait_until(lambda: any(one["event"] == "slack_event_not_stored" for one in logs))
        assert house.slack.acknowledged == []
        house.slack.tell_by_socket(event)
        house.hears("1: hello")
        wait_until(lambda: len(house.slack.acknowledged) == 1)


def test_socket_mode_begins_when_slack_is_there_and_holds_up_no_start(chat_on_file: ChatHouse) -> None:
    with slack_server() as gone:
        port = gone.port
        app = with_slack(chat_on_file.app, gone, app_token=APP_TOKEN, signing_secret=None)
    with served(app), slack_server(port) as back:
        wait_until(lambda: back.has_socket, seconds=15)
        back.tell_by_socket(back.message(AMARA, "hello"))
        wait_until(lambda: back.texts() == ["1: hello"], seconds=15)


def test_no_secret_of_slack_or_of_a_customer_stands_in_the_database(house: SlackHouse) -> None:
    house.say("my card is <tel:4242424242424242|4242 4242 4242 4242>, password: hunter2hunter2")
    house.hears("1: my card is [card number removed], password: [password removed]")
    kept = b"".join(file.read_bytes() for file in house.chat.app.settings.var.parent.glob("refunds.sqlite*"))
    assert b"[card number removed]" in kept
    for secret in ("4242 4242", "4242424242424242", "hunter2hunter2", BOT_TOKEN, SIGNING_SECRET):
        assert secret.encode() not in kept
