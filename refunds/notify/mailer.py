"""Mails: as files in the development mailbox, or through a mail server."""

from __future__ import annotations

import os
import smtplib
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from refunds.errors import MailFailed, SettingsError
from refunds.notify.letter import Letter
from refunds.settings import Settings

# Each step with the mail server; an action as a whole has 8 s.
_STEP_SECONDS = 3.0
_TAKEN = 250


class Mailer(Protocol):
    """Hands mails over. Both methods raise ``MailFailed``."""

    def send(self, to: str, letter: Letter, *, message_id: str, now: datetime) -> None:
        """Hand over one mail; the same ``message_id`` (our own key, without a domain) is the same mail."""

    def rehearse(self) -> None:
        """Do what sending does, with the same failures, and hand nothing over."""


@dataclass(frozen=True, slots=True)
class FileMailer:
    """Mails land as ``.eml`` files in ``folder``: one file a message id, whole or not there."""

    folder: Path
    sender: str

    def send(self, to: str, letter: Letter, *, message_id: str, now: datetime) -> None:
        """Write one mail, unless it is there already."""
        file = self.folder / f"{_plain(message_id)}.eml"
        mail = _mail(self.sender, to, letter, message_id, now)
        with _as_mail_failed():
            if not file.exists():
                os.replace(self._written_aside(mail.as_bytes()), file)

    def rehearse(self) -> None:
        """Write an empty file and take it away."""
        with _as_mail_failed():
            os.unlink(self._written_aside(b""))

    def _written_aside(self, content: bytes) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor, aside = tempfile.mkstemp(dir=self.folder, prefix=".")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        return aside


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Mails go to the server of ``url``: ``smtps://user:password@host:port``, or ``smtp://`` (STARTTLS if offered)."""

    url: str
    sender: str

    def send(self, to: str, letter: Letter, *, message_id: str, now: datetime) -> None:
        """Hand one mail to the server."""
        mail = _mail(self.sender, to, letter, message_id, now)
        with _as_mail_failed(), self._server() as server:
            server.send_message(mail)

    def rehearse(self) -> None:
        """Go as far as naming the sender."""
        with _as_mail_failed(), self._server() as server:
            sender = parseaddr(self.sender)[1]
            code, answer = server.mail(sender)
            server.rset()
            if code != _TAKEN:
                raise smtplib.SMTPSenderRefused(code, answer, sender)

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        parts = urlsplit(self.url)
        with _connection(parts) as server:
            if parts.scheme == "smtp":
                _start_tls(server, needed=parts.username is not None)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            yield server


def mailer_for(settings: Settings) -> Mailer:
    """The mail server of the settings, or the development mailbox.

    Raises ``SettingsError`` for an address of another kind.
    """
    if settings.smtp_url is None:
        return FileMailer(settings.mailbox, settings.mail_from)
    parts = urlsplit(settings.smtp_url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise SettingsError("REFUNDS_SMTP_URL must look like smtps://user:password@host:port or smtp://host:port")
    return SmtpMailer(settings.smtp_url, settings.mail_from)


def _connection(parts: SplitResult) -> smtplib.SMTP:
    host = parts.hostname or ""
    if parts.scheme == "smtps":
        port = parts.port or smtplib.SMTP_SSL_PORT
        return smtplib.SMTP_SSL(host, port, timeout=_STEP_SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(host, parts.port or smtplib.SMTP_PORT, timeout=_STEP_SECONDS)


def _start_tls(server: smtplib.SMTP, *, needed: bool) -> None:
    """Encrypt where the server offers it; a password (``needed``) never travels in clear."""
    server.ehlo_or_helo_if_needed()
    if needed or server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())


@contextmanager
def _as_mail_failed() -> Iterator[None]:
    try:
        yield
    except (OSError, smtplib.SMTPException) as error:
        # Without the cause: a server's refusal names the customer's address.
        raise MailFailed(f"the mail was not handed over: {type(error).__name__}") from None


def _mail(sender: str, to: str, letter: Letter, message_id: str, now: datetime) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, letter.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{_plain(message_id)}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    # Not base64, so that a mailbox file can be read as it lies there.
    mail.set_content(letter.text, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    mail.set_boundary(f"part-{_plain(message_id)}")
    return mail


def _plain(key: str) -> str:
    """``key`` as it may stand in a file's name and in a mail's header."""
    return "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in key)
