"""What Slack refuses, written from its reference (not from our client). Each rule names its page of docs.slack.dev."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

Block = dict[str, Any]


class Refusal(Exception):
    """An answer with ``ok`` false: Slack's ``error``, and what it says about it."""

    def __init__(self, error: str, *messages: str) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages


def check_message(arguments: dict[str, Any]) -> None:
    """reference/methods/chat.postMessage: a channel, and text or blocks; text of 40,000 characters at most."""
    if not arguments.get("channel"):
        raise Refusal("channel_not_found")
    text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
    if not text and not blocks:
        raise Refusal("no_text")
    if len(text) > 40_000:
        raise Refusal("msg_too_long")
    check_blocks(blocks, most=50)
    check_metadata(arguments.get("metadata"))
    if arguments.get("thread_ts") and not re.fullmatch(r"\d+\.\d+", arguments["thread_ts"]):
        raise Refusal("invalid_thread_ts")


def check_metadata(metadata: Any) -> None:
    """reference/methods/chat.postMessage: event_type is a string, event_payload an object."""
    if metadata is None:
        return
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise Refusal("invalid_metadata_format")


def check_view(view: Any) -> None:
    """reference/views/home-tab-views: type home, 100 blocks at most."""
    if not isinstance(view, dict) or view.get("type") != "home" or "blocks" not in view:
        raise Refusal("invalid_arguments", "view must be a home tab with blocks")
    check_blocks(view["blocks"], most=100)


def check_blocks(blocks: Any, most: int) -> None:
    """reference/block-kit/blocks: 50 blocks in a message, 100 in a view, each block_id once."""
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    if len(blocks) > most:
        raise Refusal("invalid_blocks", f"no more than {most} items allowed")
    names = [block["block_id"] for block in blocks if "block_id" in block]
    if len(names) != len(set(names)):
        raise Refusal("invalid_blocks", "block_id already exists")
    for block in blocks:
        check_block(block)


def check_block(block: Block) -> None:
    """reference/block-kit/blocks/<type>-block."""
    checks = {
        "section": _section,
        "actions": _actions,
        "context": _context,
        "header": _header,
        "divider": _divider,
    }
    if block.get("type") not in checks:
        raise Refusal("invalid_blocks", f"unsupported type: {block.get('type')}")
    if len(block.get("block_id", "")) > 255:
        raise Refusal("invalid_blocks", "block_id too long")
    checks[block["type"]](block)


def _section(block: Block) -> None:
    """blocks/section-block: text of 1 to 3000 characters, or 1 to 10 fields of at most 2000."""
    _need("text" in block or "fields" in block, "a section needs text or fields")
    if "text" in block:
        _text(block["text"], 3000)
    if "fields" in block:
        _need(1 <= len(block["fields"]) <= 10, "1 to 10 fields")
        for field in block["fields"]:
            _text(field, 2000)


def _actions(block: Block) -> None:
    """blocks/actions-block: 1 to 25 elements, each action_id once."""
    elements = block.get("elements")
    _need(isinstance(elements, list) and 1 <= len(elements) <= 25, "1 to 25 elements")
    names = [element.get("action_id") for element in elements or ()]
    _need(len(names) == len(set(names)), "action_id already exists")
    for element in elements or ():
        _element(element)


def _element(element: Block) -> None:
    """block-elements: button, static_select, datepicker."""
    _need(len(element.get("action_id", "")) <= 255, "action_id of at most 255 characters")
    kind = element.get("type")
    if kind == "button":
        # block-elements/button-element: text of 75 characters, value of 2000, url of 3000.
        _plain(element.get("text"), 75)
        _need(len(element.get("value", "")) <= 2000, "value of at most 2000 characters")
        _need(len(element.get("url", "")) <= 3000, "url of at most 3000 characters")
    elif kind == "static_select":
        # block-elements/select-menu-element: 1 to 100 options, placeholder of 150 characters.
        _plain(element.get("placeholder"), 150)
        options = element.get("options")
        _need(isinstance(options, list) and 1 <= len(options) <= 100, "1 to 100 options")
        for option in options or ():
            _option(option)
    elif kind == "datepicker":
        # block-elements/date-picker-element: placeholder of 150 characters, initial_date as YYYY-MM-DD.
        _plain(element.get("placeholder", {"type": "plain_text", "text": "x"}), 150)
        _need(re.fullmatch(r"\d{4}-\d\d-\d\d", element.get("initial_date", "2026-01-01")) is not None, "YYYY-MM-DD")
    else:
        raise Refusal("invalid_blocks", f"unsupported element: {kind}")


def _option(option: Block) -> None:
    """composition-objects/option-object: text of 75 characters, value of 150, description of 75."""
    _plain(option.get("text"), 75)
    _need(0 < len(option.get("value", "")) <= 150, "value of at most 150 characters")
    if "description" in option:
        _plain(option["description"], 75)


def _context(block: Block) -> None:
    """blocks/context-block: 1 to 10 elements."""
    _need(1 <= len(block.get("elements", ())) <= 10, "1 to 10 elements")
    for element in block["elements"]:
        _text(element, 3000)


def _divider(_: Block) -> None:
    """blocks/divider-block: nothing but its type."""


def _header(block: Block) -> None:
    """blocks/header-block: plain text of 150 characters."""
    _plain(block.get("text"), 150)


def _plain(text: Any, most: int) -> None:
    _text(text, most)
    _need(text["type"] == "plain_text", "plain_text wanted")


def _text(text: Any, most: int) -> None:
    """composition-objects/text-object: 1 character at least; emoji only with plain_text, verbatim only with mrkdwn."""
    _need(isinstance(text, dict) and text.get("type") in ("plain_text", "mrkdwn"), "a text object wanted")
    _need(1 <= len(text.get("text", "")) <= most, f"1 to {most} characters")
    _need("emoji" not in text or text["type"] == "plain_text", "emoji goes with plain_text")
    _need("verbatim" not in text or text["type"] == "mrkdwn", "verbatim goes with mrkdwn")


def _need(holds: bool, why: str) -> None:
    if not holds:
        raise Refusal("invalid_blocks", why)


def arguments_of(content_type: str, body: bytes) -> dict[str, Any]:
    """apis/web-api: form fields (objects among them as JSON) or, for methods that write, a JSON object."""
    if content_type.startswith("application/json"):
        read = json.loads(body)
        if not isinstance(read, dict):
            raise Refusal("json_not_object")
        return read
    if content_type.startswith("application/x-www-form-urlencoded"):
        fields: dict[str, Any] = dict(parse_qsl(body.decode(), keep_blank_values=True))
        for name in ("blocks", "metadata", "view"):
            if name in fields:
                fields[name] = json.loads(fields[name])
        return fields
    raise Refusal("invalid_post_type")
