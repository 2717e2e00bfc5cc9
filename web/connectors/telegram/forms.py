"""A line in Telegram's form: plain text in parts, and a keyboard under the last. Pure.

No ``parse_mode`` is ever set, so nothing that a customer, an agent or a record brings along is markup.
Limits: https://core.telegram.org/bots/api#sendmessage and #inlinekeyboardbutton
"""

from __future__ import annotations

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from refunds.chat.message import Line

LONGEST_TEXT = 4096
MOST_BUTTONS = 100
LONGEST_TITLE = 120
# Two short choices share a row of a phone's screen.
SHORT_TITLE = 18
CHOSEN = "-"


def parts_of(line: Line) -> list[str]:
    """The text in parts that Telegram takes, cut between lines or words where there are any; none is blank."""
    text = f"{line.agent_name}: {line.text}" if line.agent_name and line.text.strip() else line.text
    parts = []
    while text.strip():
        size = _fitting(text)
        parts.append(text[:size].strip("\n"))
        text = text[size:]
    return [part for part in parts if part.strip()]


def keyboard_of(line: Line) -> InlineKeyboardMarkup | None:
    """The choices of a line; a press brings the id of what was offered."""
    buttons = [_button(button.title, button.button_id) for button in line.buttons[:MOST_BUTTONS]]
    return InlineKeyboardMarkup(inline_keyboard=_rows(buttons)) if buttons else None


def chosen_keyboard(title: str) -> InlineKeyboardMarkup:
    """What stands under an answered question: Telegram itself shows nothing of a press."""
    return InlineKeyboardMarkup(inline_keyboard=[[_button(f"✓ {title}", CHOSEN)]])


def title_of(keyboard: InlineKeyboardMarkup | None, button_id: str) -> str | None:
    """What the button of that id says in a keyboard that was shown."""
    rows = keyboard.inline_keyboard if keyboard else []
    return next((button.text for row in rows for button in row if button.callback_data == button_id), None)


def length(text: str) -> int:
    """As Telegram counts: in UTF-16, where an emoji is two (https://core.telegram.org/api/entities#entity-length)."""
    return len(text.encode("utf-16-le")) // 2


def _fitting(text: str) -> int:
    """How many signs of ``text`` go into one message."""
    size = min(len(text), LONGEST_TEXT)
    while length(text[:size]) > LONGEST_TEXT:
        size -= max(1, (length(text[:size]) - LONGEST_TEXT) // 2)
    if size == len(text):
        return size
    breaks = (text.rfind(sign, size // 2, size) + 1 for sign in ("\n", " "))
    return next((place for place in breaks if place), size)


def _button(title: str, data: str) -> InlineKeyboardButton:
    shown = title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"
    return InlineKeyboardButton(text=shown, callback_data=data)


def _rows(buttons: list[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    rows: list[list[InlineKeyboardButton]] = []
    for button in buttons:
        is_short = len(button.text) <= SHORT_TITLE
        if rows and is_short and len(rows[-1]) == 1 and len(rows[-1][0].text) <= SHORT_TITLE:
            rows[-1].append(button)
        else:
            rows.append([button])
    return rows
