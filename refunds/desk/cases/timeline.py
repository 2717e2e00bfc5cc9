"""Everything that happened to a case in one order: its events, its money's, and what the customer was told. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from refunds.cases.case import Case
from refunds.cases.notices import HELD, Notice


class Kind(StrEnum):
    """To what something happened."""

    CASE = "case"
    MONEY = "money"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline. ``what`` is an event's name, ``why`` in words or in billing's code.

    ``told`` are the paragraphs of a notice, word for word.
    """

    at: datetime
    kind: Kind
    what: str
    who: str
    why: str
    told: tuple[str, ...] = ()


def timeline(case: Case, notices: Iterable[Notice], undelivered: Collection[str] = ()) -> list[Happening]:
    """What happened to ``case``, the newest first; of two at one moment what followed stands above.

    ``undelivered`` are ids of notices that the chat's channel refused for good.
    """
    happened = [Happening(each.at, Kind.CASE, each.what, each.who, each.why) for each in case.events]
    happened += [
        Happening(each.at, Kind.MONEY, each.what, each.who, each.reason or "")
        for payout in case.payouts
        for each in payout.happenings
    ]
    happened += [_told(notice, notice.notice_id in undelivered) for notice in notices]
    return sorted(happened, key=lambda each: each.at)[::-1]


def _told(notice: Notice, is_undelivered: bool) -> Happening:
    ways = ["in the chat"] if notice.line_number is not None and not is_undelivered else []
    ways += ["by mail"] if notice.mailed_at is not None else []
    how = " and ".join(ways) or "by mail, not yet sent"
    how = "waits for the end of their quiet hours" if HELD in notice.values else how
    how += "; the chat could not be reached" if is_undelivered else ""
    return Happening(notice.told_at, Kind.NOTICE, notice.occasion, how, "", tuple(notice.values.get("paragraphs", ())))
