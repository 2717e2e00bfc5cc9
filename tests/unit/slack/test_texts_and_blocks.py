"""Slack's forms: text that shows as it is, and blocks that Slack takes (by its rules, which stand apart from ours)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.chat.message import Line, OfferedButton
from refunds.settings import ROOT
from refunds.words import Words
from tests.slack_rules import check_message
from web.connectors.slack.blocks import PICK_DAY, PICK_ORDER, answered, message_of
from web.connectors.slack.texts import as_mrkdwn, escaped, pieces, plain, without_mentions

WORDS = Words.load(ROOT / "data" / "responses")
DAYS = {"earliest": "Mon 30 Nov 2026", "typical": "Wed 2 Dec 2026", "latest": "Fri 4 Dec 2026"}
CASE = {
    "type": "case",
    "case_id": "R-K7M2X",
    "order_id": "ORD-48213",
    "state": "approved",
    "amount": "€240.00",
    "steps": [{"title": "Received", "done": True}, {"title": "Paid", "done": False}],
    "arrival": DAYS,
}


def line(text: str, *titles: str, card: dict[str, Any] | None = None) -> Line:
    buttons = tuple(OfferedButton(title, f"{n:032x}") for n, title in enumerate(titles))
    return Line("c", 1, "assistant", text, datetime(2026, 11, 25, tzinfo=UTC), buttons, card)


def orders(count: int) -> Line:
    rows = [
        {"order_id": f"ORD-{n}", "service": "Compute", "region": "eu-1", "plan": "Large", "amount": "€1", "bought": "x"}
        for n in range(10_000, 10_000 + count)
    ]
    titles = [f"{row['order_id']}, Compute, €1" for row in rows]
    return line("Which one?", *titles, "None of these", card={"type": "orders", "orders": rows})


def elements(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for block in message["blocks"] if block["type"] == "actions" for one in block["elements"]]


def sent(one: Line) -> dict[str, Any]:
    message = message_of(one, WORDS)
    check_message({"channel": "D1", **message})
    return message


@given(st.text())
def test_escaped_text_is_read_back_as_it_was(text: str) -> None:
    assert plain(escaped(text)) == text
    assert not set(escaped(text)) & {"<", ">"}


@pytest.mark.parametrize(
    ("slack", "read"),
    [
        ("<mailto:ada@example.com|ada@example.com>", "ada@example.com"),
        ("<mailto:ada@example.com>", "ada@example.com"),
        ("see <https://example.com/a|example.com/a>", "see example.com/a"),
        ("A &amp; B &lt;3", "A & B <3"),
        ("&amp;lt;", "&lt;"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("<#C024BE7LR|general>", "general"),
    ],
)
def test_what_slack_makes_of_words_is_read_as_they_were_written(slack: str, read: str) -> None:
    assert plain(slack) == read


def test_the_name_by_which_the_app_was_called_is_no_part_of_the_words() -> None:
    assert without_mentions("<@U0BOT|refunds>, <@U0BOT> my server <@U2> failed") == "my server <@U2> failed"


@pytest.mark.parametrize(
    "hostile", ["<!channel> look", "<@U123>", "<https://evil.example|jjsg.example>", "&lt;!here&gt;"]
)
def test_nothing_in_a_text_calls_people_or_hides_a_link(hostile: str) -> None:
    assert "<!" not in as_mrkdwn(hostile)
    assert "<@" not in as_mrkdwn(hostile)
    assert "|" not in as_mrkdwn(hostile) or "&lt;" in as_mrkdwn(hostile)


def test_a_web_address_becomes_a_link() -> None:
    assert as_mrkdwn("See https://jjsg.example/a?b=1&c=2.") == "See <https://jjsg.example/a?b=1&amp;c=2>."


@given(st.text(max_size=9000))
def test_pieces_of_any_text_fit_and_lose_no_word(text: str) -> None:
    parts = list(pieces(text))
    assert all(0 < len(part) <= 3000 for part in parts)
    assert "".join(map(plain, parts)).split() == text.split() or not text.strip() or "\n" in text


@given(
    st.text(min_size=1, max_size=4000).filter(str.strip),
    st.lists(st.text(min_size=1, max_size=200), max_size=60),
    st.sampled_from([None, CASE, {"type": "date"}, {"type": "arrival", **DAYS}, {"type": "unknown"}]),
)
def test_any_line_is_taken_by_slack(text: str, titles: list[str], card: dict[str, Any] | None) -> None:
    sent(line(text, *titles, card=card))


@pytest.mark.parametrize("count", [2, 10, 130])
def test_orders_are_chosen_from_a_menu_and_the_other_choices_are_buttons(count: int) -> None:
    menu, *buttons = elements(sent(orders(count)))
    assert menu["action_id"] == PICK_ORDER
    assert len(menu["options"]) == min(count, 100)
    assert menu["options"][0]["value"] == f"{0:032x}"
    assert menu["options"][0]["description"]["text"] == "Large · eu-1"
    assert [button["text"]["text"] for button in buttons] == ["None of these"]


def test_a_single_order_is_a_button() -> None:
    assert [one["type"] for one in elements(sent(orders(1)))] == ["button", "button"]


def test_a_button_carries_nothing_but_its_opaque_id() -> None:
    [button] = elements(sent(line("File it?", "Yes, file it")))
    assert (button["value"], button["action_id"]) == (f"{0:032x}", f"press:{0:032x}")


def test_the_question_for_a_day_has_a_date_picker() -> None:
    [picker] = elements(sent(line("When?", card={"type": "date", "min": "2026-11-01", "max": "2026-11-25"})))
    assert (picker["type"], picker["action_id"]) == ("datepicker", PICK_DAY)


def test_a_case_card_shows_its_facts_and_steps() -> None:
    shown = str(sent(line("Your case stands like this.", card=CASE))["blocks"])
    assert all(fact in shown for fact in ("R-K7M2X", "ORD-48213", "€240.00", "✓ Received", "○ Paid", "Wed 2 Dec 2026"))


def test_a_screen_reader_is_given_the_whole_text() -> None:
    assert sent(line("A & B", "Yes"))["text"] == "A &amp; B"


def test_an_answered_question_shows_the_choice_instead_of_the_choices() -> None:
    message = sent(line("File it?", "Yes, file it"))
    blocks = answered(message["blocks"], "Yes, <file> it", WORDS)
    check_message({"channel": "D1", "text": "x", "blocks": blocks})
    assert elements({"blocks": blocks}) == []
    assert "You chose: Yes, &lt;file&gt; it" in str(blocks)
