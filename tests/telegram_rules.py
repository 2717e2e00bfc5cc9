"""What Telegram's Bot API takes and refuses, from its reference (https://core.telegram.org/bots/api). Pure.

Each rule names the place in the reference that it comes from; the descriptions are those that Telegram gives.
"""

from __future__ import annotations

import json
import re
from typing import Any

Fields = dict[str, str]
UPDATE_KINDS = {"message", "edited_message", "callback_query", "my_chat_member"}
ACTIONS = {"typing", "upload_photo", "upload_document"}


class Refusal(Exception):
    """An answer with ``ok: false``."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(description: str) -> Refusal:
    return Refusal(400, f"Bad Request: {description}")


def needed(fields: Fields, name: str) -> str:
    """#making-requests: required parameters."""
    if not fields.get(name):
        raise bad(f"{name} is empty")
    return fields[name]


def units(text: str) -> int:
    """/api/entities#entity-length: lengths are counted in UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def check_text(fields: Fields) -> str:
    """#sendmessage, "text": 1-4096 characters after entities parsing; #formatting-options."""
    text = fields.get("text", "")
    if not text.strip():
        raise bad("message text is empty")
    if units(text) > 4096:
        raise bad("message is too long")
    if "parse_mode" in fields and re.search(r"<(?!/?(?:b|i|u|s|a|code|pre)\b)|&(?!lt;|gt;|amp;|quot;)", text):
        raise bad("can't parse entities")
    return text


def check_document(fields: Fields) -> str:
    """#senddocument, "caption": 0-1024 characters; #inputfile: ``attach://<name>``, the name of the upload."""
    if units(fields.get("caption", "")) > 1024:
        raise bad("message caption is too long")
    document = needed(fields, "document")
    if not document.startswith("attach://"):
        raise bad("wrong remote file identifier specified")
    return document.removeprefix("attach://")


def check_keyboard(fields: Fields) -> dict[str, Any] | None:
    """#inlinekeyboardmarkup, #inlinekeyboardbutton: a text, exactly one action, callback_data of 1-64 bytes."""
    if "reply_markup" not in fields:
        return None
    try:
        markup: dict[str, Any] = json.loads(fields["reply_markup"])
        buttons = [button for row in markup["inline_keyboard"] for button in row]
    except (ValueError, KeyError, TypeError):
        raise bad("can't parse reply keyboard markup JSON object") from None
    if len(buttons) > 100:
        raise bad("reply markup is too long")
    for button in buttons:
        if not button.get("text", "").strip():
            raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        actions = set(button) - {"text", "style", "icon_custom_emoji_id"}
        if len(actions) != 1:
            raise bad("can't parse inline keyboard button: exactly one action is needed")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")
    return markup


def check_callback_answer(fields: Fields) -> str:
    """#answercallbackquery, "text": 0-200 characters."""
    if units(fields.get("text", "")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    return needed(fields, "callback_query_id")


def check_webhook(fields: Fields) -> str:
    """#setwebhook: HTTPS; secret_token of 1-256 signs; max_connections 1-100; known kinds of updates."""
    url = fields.get("url", "")
    if not url.startswith("https://"):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    port = re.search(r"^https://[^/:]+:(\d+)", url)
    if port and port[1] not in ("443", "80", "88", "8443"):
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if "secret_token" in fields and not re.fullmatch("[A-Za-z0-9_-]{1,256}", fields["secret_token"]):
        raise bad("secret token contains unallowed characters")
    if not 1 <= int(fields.get("max_connections", 40)) <= 100:
        raise bad("invalid max_connections")
    if not set(json.loads(fields.get("allowed_updates", "[]"))) <= UPDATE_KINDS:
        raise bad("unknown allowed update")
    return url


def check_action(fields: Fields) -> None:
    """#sendchataction, "action"."""
    if fields.get("action") not in ACTIONS:
        raise bad("wrong parameter action in request")


def check_commands(fields: Fields) -> None:
    """#botcommand: command 1-32 of a-z, 0-9 and _; description 1-256."""
    for command in json.loads(needed(fields, "commands")):
        if not re.fullmatch("[a-z0-9_]{1,32}", command["command"]) or not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_INVALID")
