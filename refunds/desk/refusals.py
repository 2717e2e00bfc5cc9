"""Why the desk lets somebody not in, or not do something; each message may be read by whoever asked."""

from __future__ import annotations

from refunds.errors import RefundsError


class AccountRefused(RefundsError):
    """An account cannot be made or changed in this way."""


class ExampleRefused(RefundsError):
    """A sentence cannot become an example in this way."""


class SignInRefused(RefundsError):
    """Nobody was signed in; the message gives no hint whether the login exists."""
