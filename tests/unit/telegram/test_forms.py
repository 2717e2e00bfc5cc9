"""Lines in Telegram's form: nothing is lost, nothing is too long, no button is strange to Telegram."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from refunds.chat.message import Line, OfferedButton
from tests import telegram_rules as rules
from web.connectors.telegram.forms import keyboard_of, parts_of, title_of

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def line(text: str, *titles: str, agent: str | None = None) -> Line:
    buttons = tuple(OfferedButton(title, f"{number:032x}") for number, title in enumerate(titles))
    return Line("c", 1, "assistant", text, NOW, buttons, agent_name=agent)


def test_an_agents_line_is_signed() -> None:
    assert parts_of(line("I look into it.", agent="Mira")) == ["Mira: I look into it."]


def test_a_long_line_is_cut_between_lines_or_words() -> None:
    text = "first\n" + "word " * 1000
    first, second = parts_of(line(text))
    assert first.endswith("word ")
    assert second.startswith("word")


@given(st.text(alphabet=st.sampled_from("ab 😀\n<&"), max_size=300), st.integers(1, 60))
def test_every_part_is_one_that_telegram_takes_and_no_sign_is_lost(text: str, times: int) -> None:
    whole = text * times
    parts = parts_of(line(whole))
    for part in parts:
        rules.check_text({"text": part})
    assert "".join("".join(parts).split()) == "".join(whole.split())


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=250), max_size=130))
def test_every_keyboard_is_one_that_telegram_takes(titles: list[str]) -> None:
    keyboard = keyboard_of(line("Which?", *titles))
    assert (keyboard is None) == (not titles)
    if keyboard is not None:
        rules.check_keyboard({"reply_markup": json.dumps(keyboard.model_dump(exclude_none=True))})


def test_short_choices_share_a_row_and_long_ones_do_not() -> None:
    keyboard = keyboard_of(line("Sure?", "Yes", "No", "Something else altogether", "Maybe"))
    assert keyboard is not None
    assert [[button.text for button in row] for row in keyboard.inline_keyboard] == [
        ["Yes", "No"],
        ["Something else altogether"],
        ["Maybe"],
    ]
    assert title_of(keyboard, f"{1:032x}") == "No"
    assert title_of(keyboard, "another") is None
