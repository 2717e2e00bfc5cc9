"""What Slack tells, read: who said, edited, pressed or sent what, and where. Pure.

https://docs.slack.dev/reference/events/message.im and .../message/message_changed
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from web.connectors.slack.texts import plain, without_mentions

CHANNEL = "slack"
_REF = re.compile(r"D[A-Z0-9]+:[0-9.]+:([0-9.]+)(?:[#!]|$)")
_CARRY_ON = re.compile(r"\s*CARRYON[-_ ]?([0-9a-f]{32})\s*", re.I)
# Sub-types of messages that a person wrote; all others tell of other things (somebody joined, a topic changed).
_WRITTEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})


@dataclass(frozen=True, slots=True)
class SlackFile:
    """A file that was sent: Slack's id of it, its name, its size in bytes as far as Slack tells."""

    file_id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a person in a direct message. ``edited`` where it takes the place of one that was said before; then
    ``original`` is that one's name.
    """

    team: str
    user: str
    message_id: str
    text: str
    files: tuple[SlackFile, ...] = ()
    edited: bool = False
    original: str = ""

    @property
    def address(self) -> str:
        """Whose conversation it is: one a person and workspace."""
        return direct_address(self.team, self.user)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The app was called by name where others read along. ``files`` are names of files that were sent with it."""

    team: str
    user: str
    channel: str
    ts: str
    thread: str
    text: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """A button, an order or a day that was chosen. ``button`` is the id of what was offered, ``text`` a day.

    ``asked`` and ``shown`` are the message's text and blocks, ``choice`` what the choice reads like.
    """

    team: str
    user: str
    message_id: str
    channel: str
    ts: str
    button: str | None
    text: str
    choice: str
    asked: str
    shown: tuple[dict[str, Any], ...]


def direct_address(team: str, user: str) -> str:
    """The address of a person's direct message with the app."""
    return f"{team}:{user}"


def thread_address(team: str, channel: str, thread: str) -> str:
    """The address of a thread that others read. Nobody is verified there, and the engine is never asked."""
    return f"{team}:{channel}:{thread}"


def message_ref(channel: str, ts: str, thread: str | None) -> str:
    """Slack's name of a message, with the thread that an answer belongs to."""
    return f"{channel}:{ts}" + (f":{thread}" if thread and thread != ts else "")


def thread_of(message_id: str) -> str | None:
    """The thread of a direct message in which a message was said, edited or a choice made; None outside of threads."""
    found = _REF.match(message_id)
    return found[1] if found else None


def carry_on_code(text: str) -> str | None:
    """The code by which a chat goes on here where it stopped elsewhere; None for any other words."""
    found = _CARRY_ON.fullmatch(text)
    return found[1].lower() if found else None


def said(body: dict[str, Any]) -> Said | None:
    """What a person said or edited in a direct message; None for everything else, such as what apps write."""
    event = body["event"]
    if event.get("channel_type") != "im":
        return None
    if event.get("subtype") == "message_changed":
        return _edited(body, event)
    if event.get("subtype") not in _WRITTEN or _is_of_an_app(event):
        return None
    ref = message_ref(event["channel"], event["ts"], event.get("thread_ts"))
    return Said(_team(body), event["user"], ref, plain(event.get("text") or ""), _files(event), original=ref)


def mentioned(body: dict[str, Any]) -> Mentioned | None:
    """Who called the app in a channel; None in a direct message, where it comes as a message too."""
    event = body["event"]
    if _is_of_an_app(event) or event["channel"].startswith("D"):
        return None
    text = plain(without_mentions(event.get("text") or "")).strip()
    thread = event.get("thread_ts") or event["ts"]
    files = tuple(file.name for file in _files(event))
    return Mentioned(_team(body), event["user"], event["channel"], event["ts"], thread, text, files)


def chosen(body: dict[str, Any], action: dict[str, Any]) -> Chosen | None:
    """What was chosen in a direct message; None elsewhere, and for a choice taken back."""
    channel, ts = body.get("channel", {}).get("id", ""), body.get("message", {}).get("ts", "")
    option = action.get("selected_option") or {}
    day = action.get("selected_date") or ""
    button = action.get("value") or option.get("value")
    if not channel.startswith("D") or not (button or day):
        return None
    label = (option.get("text") or action.get("text") or {}).get("text", day)
    team = body["team"]["id"] if body.get("team") else body["user"]["team_id"]
    ref = message_ref(channel, ts, body["message"].get("thread_ts"))
    ref = f"{ref}!{action['action_id']}!{action['action_ts']}"
    shown = tuple(body.get("message", {}).get("blocks", ()))
    return Chosen(
        team, body["user"]["id"], ref, channel, ts, button, day, label, body["message"].get("text", ""), shown
    )


def _edited(body: dict[str, Any], event: dict[str, Any]) -> Said | None:
    """New words in the place of old ones; a preview of a link and a mark in the margin change a message too."""
    now, before = event["message"], event.get("previous_message", {})
    if _is_of_an_app(now) or "edited" not in now or now.get("text") == before.get("text"):
        return None
    ref = message_ref(event["channel"], now["ts"], now.get("thread_ts"))
    text = plain(now.get("text") or "")
    return Said(_team(body), now["user"], f"{ref}#{now['edited']['ts']}", text, edited=True, original=ref)


def _is_of_an_app(event: dict[str, Any]) -> bool:
    """The app's own words come back as events; two apps that answer each other would never end."""
    return bool(event.get("bot_id") or event.get("app_id") or event.get("bot_profile")) or not event.get("user")


def _team(body: dict[str, Any]) -> str:
    return str(body["team_id"])


def _files(event: dict[str, Any]) -> tuple[SlackFile, ...]:
    return tuple(
        SlackFile(file["id"], file.get("name") or "file", int(file.get("size") or 0)) for file in event.get("files", ())
    )
