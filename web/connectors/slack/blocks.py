"""A line in Slack's form: text, buttons, the choice of an order, a day to pick, and the facts of a card. Pure.

Limits: https://docs.slack.dev/reference/block-kit/blocks and .../block-elements, named where they are used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from refunds.chat.message import Line, OfferedButton
from refunds.words import Words
from web.connectors.slack.texts import LONGEST_FALLBACK, LONGEST_TEXT, cut, escaped, pieces

Block = dict[str, Any]
# blocks/actions-block: 25 elements; block-elements/button-element: text 75; composition option: text 75, 100 options;
# blocks/section-block: text 3000, 10 fields of 2000; chat.postMessage: 50 blocks.
MOST_ELEMENTS = 25
LONGEST_LABEL = 75
MOST_OPTIONS = 100
MOST_FIELDS = 10
LONGEST_FIELD = 2000
MOST_BLOCKS = 50

PRESS, PICK_ORDER, PICK_DAY = "press", "pick_order", "pick_day"


def message_of(line: Line, words: Words) -> dict[str, Any]:
    """``text`` (what a notification and a screen reader say) and ``blocks`` for a message of Slack's."""
    blocks = [*_signature(line), *_sections(line.text), *_facts(line.card, words), *_choices(line, words)]
    return {"text": cut(escaped(_signed(line)), LONGEST_FALLBACK), "blocks": blocks[:MOST_BLOCKS]}


def in_text_alone(line: Line) -> dict[str, Any]:
    """A line without blocks, should Slack not take them: a choice may be written as its title reads."""
    choices = "".join(f"\n• {button.title}" for button in line.buttons)
    return {"text": cut(escaped(_signed(line) + choices), LONGEST_TEXT)}


def answered(blocks: Sequence[Block], choice: str, words: Words) -> list[Block]:
    """The blocks of a message whose question was answered: the choice stands in the place of the choices."""
    kept = [block for block in blocks if block.get("type") != "actions"]
    said = cut(escaped(words.say("utter_slack_chosen", choice=choice)), LONGEST_FIELD)
    return [*kept[: MOST_BLOCKS - 1], {"type": "context", "elements": [{"type": "mrkdwn", "text": said}]}]


def section(text: str) -> Block:
    """A paragraph in mrkdwn that is escaped already; Slack looks for no names or links in it by itself."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def case_facts(card: dict[str, Any], words: Words) -> list[Block]:
    """The facts of any card: what has no value is left out."""
    arrival = card.get("arrival") or (card if card.get("type") == "arrival" else None)
    facts = [
        ("case", card.get("case_id")),
        ("order", card.get("order_id")),
        ("state", card.get("state")),
        ("amount", card.get("amount")),
        ("method", card.get("method")),
        ("arrival", arrival and words.say("slack_label_arrival_days", **_days(arrival))),
    ]
    fields = [_field(words.say(f"slack_label_{name}"), value) for name, value in facts if value]
    steps = _steps(card)
    return [*([{"type": "section", "fields": fields[:MOST_FIELDS]}] if fields else []), *steps]


def _signed(line: Line) -> str:
    return f"{line.agent_name}: {line.text}" if line.agent_name else line.text


def _signature(line: Line) -> list[Block]:
    """Who speaks, where that is a person."""
    if not line.agent_name:
        return []
    name = f"*{escaped(line.agent_name)}*"
    return [{"type": "context", "elements": [{"type": "mrkdwn", "text": name, "verbatim": True}]}]


def _sections(text: str) -> list[Block]:
    return [section(piece) for piece in pieces(text) if piece.strip()]


def _facts(card: dict[str, Any] | None, words: Words) -> list[Block]:
    if not card or card.get("type") not in ("case", "summary", "arrival"):
        return []
    return case_facts(card, words)


def _days(arrival: dict[str, Any]) -> dict[str, str]:
    return {name: str(arrival[name]) for name in ("earliest", "typical", "latest")}


def _field(label: str, value: str) -> Block:
    return {
        "type": "mrkdwn",
        "text": cut(f"*{escaped(label)}*\n{escaped(str(value))}", LONGEST_FIELD),
        "verbatim": True,
    }


def _steps(card: dict[str, Any]) -> list[Block]:
    steps = card.get("steps") or []
    marks = [f"{'✓' if step['done'] else '○'} {escaped(step['title'])}" for step in steps]
    if not marks:
        return []
    return [{"type": "context", "elements": [{"type": "mrkdwn", "text": cut("  ·  ".join(marks), LONGEST_FIELD)}]}]


def _choices(line: Line, words: Words) -> Iterator[Block]:
    card = line.card or {}
    orders, others = _orders_apart(card, line.buttons)
    if orders:
        yield _actions(0, [_order_select(card, orders[:MOST_OPTIONS], words)])
    if card.get("type") == "date":
        yield _actions(1, [_day_picker(words)])
    for first in range(0, len(others), MOST_ELEMENTS):
        yield _actions(2 + first, [_button(button) for button in others[first : first + MOST_ELEMENTS]])


def _orders_apart(
    card: dict[str, Any], buttons: Sequence[OfferedButton]
) -> tuple[list[OfferedButton], list[OfferedButton]]:
    """Buttons that choose an order, for a menu; and all others. One order alone is a button like any other."""
    if card.get("type") != "orders":
        return [], list(buttons)
    numbers = [order["order_id"] for order in card["orders"]]
    orders = [button for button in buttons if any(number in button.title for number in numbers)]
    if len(orders) < 2:
        return [], list(buttons)
    return orders, [button for button in buttons if button not in orders]


def _actions(number: int, elements: list[Block]) -> Block:
    return {"type": "actions", "block_id": f"choices_{number}", "elements": elements}


def _button(button: OfferedButton) -> Block:
    return {
        "type": "button",
        "action_id": f"{PRESS}:{button.button_id}",
        "value": button.button_id,
        "text": _label(button.title),
    }


def _order_select(card: dict[str, Any], orders: Sequence[OfferedButton], words: Words) -> Block:
    plans = {order["order_id"]: " · ".join(filter(None, (order["plan"], order["region"]))) for order in card["orders"]}
    return {
        "type": "static_select",
        "action_id": PICK_ORDER,
        "placeholder": _label(words.say("slack_choose_order")),
        "options": [_option(button, plans) for button in orders],
    }


def _option(button: OfferedButton, plans: dict[str, str]) -> Block:
    option = {"text": _label(button.title), "value": button.button_id}
    plan = next((plan for number, plan in plans.items() if number in button.title), "")
    return option | ({"description": _label(plan)} if plan else {})


def _day_picker(words: Words) -> Block:
    return {"type": "datepicker", "action_id": PICK_DAY, "placeholder": _label(words.say("slack_choose_day"))}


def _label(text: str) -> Block:
    return {"type": "plain_text", "text": cut(text, LONGEST_LABEL), "emoji": False}
