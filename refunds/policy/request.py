"""What a customer asks for, in the terms that the policy decides on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Claim(StrEnum):
    """What the customer says happened or wants. Several may be claimed at once."""

    FAILURE = "failure"  # it failed, or there is a problem: one claim (policy.md, "Which grounds are tried")
    EARLY_END = "early_end"  # ended or wants to end the service for personal reasons
    WITHDRAWAL = "withdrawal"  # withdraws from the contract
    WRONG_CHARGE = "wrong_charge"  # twice, a wrong amount, an unknown charge


@dataclass(frozen=True, slots=True)
class NamedTime:
    """When it happened, as the customer named it; both ends aware. ``end`` equals ``start`` for a minute.

    ``ongoing``: "since ..." - it began at ``start`` and went on until ``end``, the moment of asking.
    """

    start: datetime
    end: datetime
    ongoing: bool = False


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """One request about one order. ``words`` are the customer's own, only read for named laws.

    ``time`` None with ``time_unknown`` False means that nobody asked or answered yet; "I don't know"
    sets ``time_unknown``. ``zone`` is the customer's IANA zone where known. ``withdrawn_at`` is the
    stamp of a withdrawal statement made earlier than ``now``.
    """

    order_id: str
    words: str = ""
    claims: frozenset[Claim] = frozenset()
    time: NamedTime | None = None
    time_unknown: bool = False
    zone: str | None = None
    withdrawn_at: datetime | None = None
