"""Telling a customer what happened to their case, in the chat and by mail."""

from refunds.errors import MailFailed
from refunds.notify.letter import Letter
from refunds.notify.mailer import FileMailer, Mailer, SmtpMailer, mailer_for
from refunds.notify.notices import Notices
from refunds.notify.occasions import Occasion

__all__ = [
    "FileMailer",
    "Letter",
    "MailFailed",
    "Mailer",
    "Notices",
    "Occasion",
    "SmtpMailer",
    "mailer_for",
]
