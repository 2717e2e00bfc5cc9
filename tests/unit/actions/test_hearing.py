"""What a message brings into the frame: several orders, corrections, clock times, evidence."""

from __future__ import annotations

from typing import Any

import pytest

from actions.hearing import denies_order, hear
from actions.several import take_from_queue
from tests.unit.actions.talks import day, detail, story, talk_of

ONE, TWO, THREE = "ORD-10001", "ORD-10002", "ORD-10003"
SATURDAY = {"from": "2026-11-21", "to": "2026-11-21"}


def orders(text: str) -> list[dict[str, Any]]:
    return [detail(text, "order_number", order) for order in (ONE, TWO, THREE) if order in text]


def test_two_orders_with_one_problem_share_its_story() -> None:
    text = f"both {ONE} and {TWO} were down on Saturday"
    talk = talk_of(text, *orders(text), day(text, "Saturday", "2026-11-21"))
    assert hear(talk)
    assert story(talk.frame) == (ONE, ["failure"], SATURDAY)
    assert talk.frame.queue == [{"order_number": TWO}]
    talk.frame.end_request()
    assert take_from_queue(talk.frame)
    assert story(talk.frame) == (TWO, ["failure"], SATURDAY)
    assert talk.frame.words == [text]


def test_two_orders_with_a_problem_each_keep_them_apart() -> None:
    text = f"{ONE} was down on Saturday, and {TWO} was charged twice"
    talk = talk_of(text, *orders(text), day(text, "Saturday", "2026-11-21"))
    hear(talk)
    assert story(talk.frame) == (ONE, ["failure"], SATURDAY)
    assert talk.frame.words == [f"{ONE} was down on Saturday,"]
    talk.frame.end_request()
    take_from_queue(talk.frame)
    assert story(talk.frame) == (TWO, ["wrong_charge"], None)
    assert talk.frame.words == [f"{TWO} was charged twice"]


def test_two_orders_with_a_day_each_share_only_the_failure() -> None:
    text = f"{ONE} crashed on Saturday and {TWO} on Sunday"
    rows = (day(text, "Saturday", "2026-11-21"), day(text, "Sunday", "2026-11-22"))
    talk = talk_of(text, *orders(text), *rows, intent="report_service_failure")
    hear(talk)
    assert story(talk.frame) == (ONE, ["failure"], SATURDAY)
    talk.frame.end_request()
    take_from_queue(talk.frame)
    assert story(talk.frame) == (TWO, ["failure"], {"from": "2026-11-22", "to": "2026-11-22"})


def test_an_order_or_another_is_a_choice_and_no_queue() -> None:
    text = f"it is {ONE} or {TWO}, I'm not sure"
    talk = talk_of(text, *orders(text))
    hear(talk)
    assert (talk.frame.order_number, talk.frame.orders_named, talk.frame.queue) == (None, [ONE, TWO], [])


def test_an_order_turned_down_beside_another_is_not_queued() -> None:
    text = f"not {ONE} but {TWO}"
    talk = talk_of(text, *orders(text))
    hear(talk)
    assert (talk.frame.order_number, talk.frame.queue) == (TWO, [])


@pytest.mark.parametrize("words", ["also {}", "and {} please", "{} too", "plus {}"])
def test_a_further_order_in_the_talk_comes_after_this_one(words: str) -> None:
    text = words.format(TWO)
    talk = talk_of(text, *orders(text), asked="confirm", frame={"order_number": ONE, "claims": ["failure"]})
    assert hear(talk)
    assert talk.frame.order_number == ONE
    assert [entry["order_number"] for entry in talk.frame.queue] == [TWO]


@pytest.mark.parametrize("words", ["no, {}", "sorry, I also meant {}", "{}", "it was {}"])
def test_another_order_in_the_talk_takes_its_place(words: str) -> None:
    text = words.format(TWO)
    talk = talk_of(text, *orders(text), asked="confirm", intent="inform", frame={"order_number": ONE})
    assert hear(talk)
    assert (talk.frame.order_number, talk.frame.queue) == (TWO, [])


def test_three_orders_come_one_after_the_other_and_none_twice() -> None:
    text = f"{ONE}, {TWO} and {THREE} failed"
    talk = talk_of(text, *orders(text), frame={"queue": [{"order_number": TWO}]})
    hear(talk)
    seen = [talk.frame.order_number]
    while take_from_queue(talk.frame):
        seen.append(talk.frame.order_number)
    assert seen == [ONE, TWO, THREE]


@pytest.mark.parametrize("words", ["all my orders failed", "both servers were down", "all of our services crashed"])
def test_all_orders_may_be_meant_without_their_numbers(words: str) -> None:
    talk = talk_of(words)
    hear(talk)
    assert talk.frame.every_order


@pytest.mark.parametrize(
    "words",
    [
        "not that order, the other one",
        "wrong order",
        "the order is wrong",
        "no, the other order",
        "not this one",
        "it's the wrong one",
    ],
)
def test_an_order_that_is_denied_is_forgotten_and_not_offered_first(words: str) -> None:
    frame = {"order_number": ONE, "service": "Compute", "claims": ["failure"], "time": SATURDAY}
    talk = talk_of(words, asked="confirm", intent="deny", frame=frame)
    assert denies_order(words)
    assert hear(talk)
    assert story(talk.frame) == (None, ["failure"], SATURDAY)
    assert (talk.frame.service, talk.frame.orders_denied) == (None, [ONE])


def test_not_that_one_turns_down_the_time_offered_and_not_the_order() -> None:
    talk = talk_of("no, not that one", asked="narrower_time", intent="deny", frame={"order_number": ONE})
    hear(talk)
    assert talk.frame.order_number == ONE


def test_another_service_than_the_one_understood_asks_for_the_order_anew() -> None:
    text = "no, the CDN one"
    talk = talk_of(text, detail(text, "service", "CDN"), asked="confirm", intent="deny", frame={"order_number": ONE})
    hear(talk)
    assert (talk.frame.order_number, talk.frame.service) == (None, "CDN")


def test_a_wrong_reason_is_forgotten_with_its_words() -> None:
    frame = {"order_number": ONE, "claims": ["failure"], "words": ["it was down"], "time": SATURDAY}
    talk = talk_of("the reason is wrong", asked="confirm", intent="deny", frame=frame)
    assert hear(talk)
    assert (talk.frame.claims, talk.frame.words, talk.frame.time) == ([], [], SATURDAY)


def test_clock_times_alone_are_those_of_the_day_told() -> None:
    text = "no, from 3 pm to 5 pm"
    spoken = {"from": "2026-11-24T15:00:00+00:00", "to": "2026-11-24T17:00:00+00:00"}
    row = detail(text, "time", "3 pm to 5 pm", spoken)
    talk = talk_of(text, row, asked="confirm", intent="deny", frame={"order_number": ONE, "time": SATURDAY})
    hear(talk)
    assert talk.frame.time == {"from": "2026-11-21T15:00:00+00:00", "to": "2026-11-21T17:00:00+00:00"}


@pytest.mark.parametrize("known", [None, {"from": "2026-11-20", "to": "2026-11-22"}])
def test_clock_times_without_one_day_told_are_as_they_were_read(known: dict[str, Any] | None) -> None:
    text = "around 8 pm"
    spoken = {"from": "2026-11-23T20:00:00+00:00", "to": None}
    talk = talk_of(text, detail(text, "time", "8 pm", spoken), asked="time", intent="inform", frame={"time": known})
    hear(talk)
    assert talk.frame.time == spoken


def test_a_time_told_with_the_wish_counts_even_where_it_reads_like_a_question() -> None:
    text = "refund, it was down on Saturday"
    talk = talk_of(text, day(text, "Saturday", "2026-11-21"), intent="ask_refund_status")
    hear(talk)
    assert talk.frame.time == SATURDAY


def test_the_day_a_refund_was_asked_for_is_no_time_of_a_failure() -> None:
    text = "where is my refund of Saturday"
    talk = talk_of(text, day(text, "Saturday", "2026-11-21"), intent="ask_refund_status")
    hear(talk)
    assert talk.frame.time is None


def test_what_evidence_says_is_kept_with_the_words() -> None:
    talk = talk_of("the log says connection   refused", asked="time", intent="inform", frame={"order_number": ONE})
    assert hear(talk)
    assert talk.frame.words == ["the log says connection refused"]


def test_ending_the_service_and_the_money_are_two_wishes() -> None:
    both = talk_of("cancel it and give me my money back")
    hear(both)
    assert both.frame.ends_service
    request = talk_of("cancel my refund request, I want my money otherwise")
    hear(request)
    assert not request.frame.ends_service


def test_words_about_the_code_are_no_part_of_the_story() -> None:
    talk = talk_of("the code does not work", asked="code", intent="report_service_failure")
    assert not hear(talk)
    talk = talk_of("it was charged twice as well", asked="code", intent="report_wrong_charge")
    assert hear(talk)
