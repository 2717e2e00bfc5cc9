"""Telling a customer by mail."""

from refunds.errors import MailFailed
from refunds.notify.letter import Letter
from refunds.notify.mailer import FileMailer, Mailer, SmtpMailer, mailer_for

__all__ = ["FileMailer", "Letter", "MailFailed", "Mailer", "SmtpMailer", "mailer_for"]
