"""The development mailbox: what the project would have mailed, read back from its files."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

SHOWN = 50
"""A mailbox page shows this many mails; older ones stay as files."""

_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as a page shows it. ``code`` is its one-time code, if it holds exactly one."""

    to: str
    subject: str
    text: str
    written_at: datetime
    code: str | None


def read_mailbox(folder: Path) -> tuple[Mail, ...]:
    """The newest ``SHOWN`` mails of ``folder``, newest first. A folder that is not there yet is an empty mailbox."""
    found = []
    for file in folder.glob("*.eml"):
        with suppress(FileNotFoundError):  # a sandbox reset may empty the folder meanwhile
            found.append((file.stat().st_mtime_ns, file.name, file.read_bytes()))
    return tuple(_mail(written, content) for written, _, content in sorted(found, reverse=True)[:SHOWN])


def _mail(written_ns: int, content: bytes) -> Mail:
    message = message_from_bytes(content, policy=policy.default)
    text = _text_part(message)
    codes = _CODE.findall(text)
    return Mail(
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or "(no subject)"),
        text=text,
        written_at=datetime.fromtimestamp(written_ns / 1e9, tz=UTC),
        code=codes[0] if len(codes) == 1 else None,
    )


def _text_part(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain",))
    if part is None:
        return ""
    try:
        return str(part.get_content()).strip()
    except LookupError:  # a character set that Python does not know
        return ""
