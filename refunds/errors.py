"""One tree of errors. Each says what happened and, where somebody can act, what to do."""

from __future__ import annotations


class RefundsError(Exception):
    """The root of every error that this project raises on purpose."""


class SettingsError(RefundsError):
    """The environment is not fit to start with; the message names each setting and what to do."""


class DataFileError(RefundsError):
    """A data file (policy, words, world) is broken.

    The message reads ``file:line: reason`` so that an editor can jump to it.
    """

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


class BackOfficeError(RefundsError):
    """The vendor's billing, incident and support systems did not serve a call."""


class BackOfficeUnavailable(BackOfficeError):
    """No answer, a late answer or a broken one: the same call may work later."""


class BackOfficeRefused(BackOfficeError):
    """The back office understood the call and refused it: repeating it changes nothing."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class NotFound(RefundsError):
    """Nothing of that name is there, or it is not this customer's: the two look alike."""


class NotVerified(RefundsError):
    """The conversation's customer has not shown who they are."""


class TransitionRefused(RefundsError):
    """A case, payout or conversation cannot go from where it stands to where it was sent."""


class ConfirmationOutdated(RefundsError):
    """The facts changed between the summary and the customer's yes: nothing was filed."""


class EngineUnavailable(RefundsError):
    """The engine or its action server gave no usable answer in time; the state is unchanged."""


class DatabaseUnavailable(RefundsError):
    """The database did not take or give rows: nothing was written."""


class Unstorable(RefundsError):
    """A value that no column takes: it holds a NUL, or is longer than there is room for. Nothing was written."""


class NothingSaid(RefundsError):
    """A message without words, or with a button that was never offered in its conversation."""


class MailFailed(RefundsError):
    """A mail was not taken over by the mail server; the same mail may go later."""
