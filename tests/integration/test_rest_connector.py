"""REST: the shape known from Rasa, each message once, late answers first, and honest words when something is down."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import requests

from refunds.chat.ownership import Change
from refunds.errors import EngineUnavailable
from tests.chat_house import ChatHouse, database_down, post, served, texts, with_retries_after
from tests.fake_engine import echo, hang_until, says
from tests.world import wait_until


def test_a_message_is_answered_within_its_request(chat: ChatHouse) -> None:
    with served(chat.app) as url:
        answer = post(url, "amara", "hello").json()
    assert answer == [{"recipient_id": "amara", "text": "1: hello", "buttons": []}]


def test_buttons_and_cards_go_out_and_a_payload_sent_back_counts_as_its_button(chat_on_file: ChatHouse) -> None:
    card = {"type": "orders", "orders": []}
    reply = {"text": "Which?", "buttons": [{"title": "A", "payload": "/choose"}], "custom": {"card": card}}
    chat_on_file.engine.answer = lambda question: says(reply) if question.get("text") else echo(question)
    with served(chat_on_file.app) as url:
        [line] = post(url, "amara", "hello").json()
        assert (line["text"], line["custom"], line["buttons"][0]["title"]) == ("Which?", card, "A")
        assert line["buttons"][0]["payload"] != "/choose"
        assert texts(post(url, "amara", line["buttons"][0]["payload"]))[0].endswith("/choose")


def test_a_repeated_message_id_brings_the_stored_answers(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url:
        first = post(url, "amara", "hello", "m1")
        post(url, "amara", "something else", "m2")
        assert post(url, "amara", "hello", "m1").json() == first.json()
    assert chat_on_file.engine.said == ["hello", "something else"]


def test_ten_redeliveries_at_once_all_get_the_one_answer(chat: ChatHouse) -> None:
    with served(chat.app) as url, ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: texts(post(url, "amara", "hello", "m1")), range(10)))
    assert answers == [["1: hello"]] * 10
    assert chat.engine.said == ["hello"]


def test_two_requests_of_one_customer_at_once_get_their_own_answers(chat_on_file: ChatHouse) -> None:
    let_go = threading.Event()
    chat_on_file.engine.answer = hang_until(let_go)
    with served(chat_on_file.app) as url, ThreadPoolExecutor(2) as pool:
        one = pool.submit(post, url, "amara", "one")
        wait_until(lambda: chat_on_file.engine.said == ["one"])
        two = pool.submit(post, url, "amara", "two")
        let_go.set()
        assert (texts(one.result()), texts(two.result())) == (["1: one"], ["2: two"])


def test_an_answer_that_came_late_precedes_the_next_one(chat_on_file: ChatHouse) -> None:
    late = chat_on_file.words("utter_answer_late")
    chat_on_file.engine.answer = lambda _: 500
    app = with_retries_after(chat_on_file.app, 0.1)
    with served(app) as url:
        assert texts(post(url, "amara", "one")) == [late]
        chat_on_file.engine.answer = echo
        conversation_id = chat_on_file.transcript.standings("rest", ["amara"])["amara"].conversation_id
        wait_until(lambda: chat_on_file.heard(conversation_id) == [late, "1: one"])
        assert texts(post(url, "amara", "two")) == ["1: one", "2: two"]
        assert texts(post(url, "amara", "three")) == ["3: three"]


def test_the_sweep_takes_up_what_a_dead_process_left(chat: ChatHouse) -> None:
    admitted = chat.say("hello")
    chat.steps.take(admitted.conversation_id, "a process that died")
    chat.let_time_pass(admitted.conversation_id)
    with served(chat.app):
        wait_until(lambda: chat.heard(admitted.conversation_id) == ["1: hello"])


def test_an_answer_made_by_another_process_is_seen_as_well(chat_on_file: ChatHouse) -> None:
    first = chat_on_file.say("hello", "m1")
    work = chat_on_file.steps.take(first.conversation_id, "another process")
    assert work is not None
    with served(chat_on_file.app) as url, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(post, url, "amara", "hello", "m1")
        chat_on_file.steps.fail(work, "another process", EngineUnavailable("down"))
        assert texts(waiting.result()) == [chat_on_file.words("utter_answer_late")]


def test_with_an_agent_the_request_ends_at_once_and_the_agents_lines_come_with_the_next(
    chat_on_file: ChatHouse,
) -> None:
    with served(chat_on_file.app) as url:
        post(url, "amara", "hello")
        conversation_id = chat_on_file.transcript.standings("rest", ["amara"])["amara"].conversation_id
        chat_on_file.change(conversation_id, Change.TAKEN)
        assert texts(post(url, "amara", "are you there")) == []
        chat_on_file.agent_says(conversation_id, "I am Kim.")
        assert texts(post(url, "amara", "hello Kim")) == ["I am Kim."]


def test_when_time_is_up_the_request_ends_with_an_honest_sentence(
    chat_on_file: ChatHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.connectors.rest.LONGEST_WAIT", 0.3)
    let_go = threading.Event()
    chat_on_file.engine.answer = hang_until(let_go)
    with served(chat_on_file.app) as url:
        assert texts(post(url, "amara", "one")) == [chat_on_file.words("utter_answer_late")]
        let_go.set()
        conversation_id = chat_on_file.transcript.standings("rest", ["amara"])["amara"].conversation_id
        wait_until(lambda: chat_on_file.heard(conversation_id)[1:] == ["1: one"])
        assert texts(post(url, "amara", "two")) == ["1: one", "2: two"]


def test_without_a_database_the_customer_is_told_that_it_was_not_received(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url:
        with database_down(chat_on_file.app):
            answer = post(url, "amara", "hello", "m1")
        assert answer.status_code == 503
        assert answer.json()["detail"] == chat_on_file.words("utter_not_received")
        assert texts(post(url, "amara", "hello", "m1")) == ["1: hello"]


def test_a_message_that_says_nothing_is_told_so(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url:
        for blank in ("", "   "):
            assert texts(post(url, "amara", blank, f"m{blank}")) == [chat_on_file.words("utter_nothing_said")]


@pytest.mark.parametrize("body", [{}, {"sender": "amara"}, {"sender": "", "message": "x"}])
def test_a_request_without_its_parts_is_refused(chat_on_file: ChatHouse, body: dict[str, str]) -> None:
    with served(chat_on_file.app) as url:
        assert requests.post(f"{url}/webhooks/rest/webhook", json=body, timeout=10).status_code == 422


def test_health_tells_the_database_and_the_engines_real_answers(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url:
        good = requests.get(f"{url}/health", timeout=10)
        assert (good.status_code, good.json()["status"]) == (200, "ok")
    chat_on_file.engine.stop()
    with served(chat_on_file.app) as url:
        degraded = requests.get(f"{url}/health", timeout=10)
        assert (degraded.status_code, degraded.json()["engine"]) == (200, "no answer")


def test_rest_is_off_where_the_setting_says_so(chat_on_file: ChatHouse) -> None:
    settings = replace(chat_on_file.app.settings, rest_connector=False)
    with served(replace(chat_on_file.app, settings=settings)) as url:
        assert post(url, "amara", "hello").status_code == 404
