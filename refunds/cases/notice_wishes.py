"""How a customer wishes to hear about their cases, and when not. Callers bring the session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from refunds.errors import RefundsError
from refunds.policy.zones import existing_zone
from refunds.tables import NoticeWishesRow as Row


class Way(StrEnum):
    """On which ways notices come; USUAL is ours, where a customer wished nothing."""

    USUAL = "usual"
    CHAT = "chat"
    AWAY = "away"
    ALWAYS = "always"
    NEEDED = "needed"


class WishRefused(RefundsError):
    """Quiet hours that are none; the message says why."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``start`` until ``end`` of a customer's day or night, on the clock where they live."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise WishRefused("quiet hours end at another time than they begin")

    def span(self, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """When the quiet that holds at ``now`` began and ends; None outside of it."""
        local = now.astimezone(zone)
        clock, overnight = local.time(), self.start > self.end
        before_end, after_start = clock < self.end, clock >= self.start
        if not (before_end or after_start if overnight else before_end and after_start):
            return None
        began_on = local.date() - timedelta(days=overnight and before_end)
        ends_on = began_on + timedelta(days=overnight)
        began, ends = datetime.combine(began_on, self.start, zone), datetime.combine(ends_on, self.end, zone)
        return began.astimezone(UTC), ends.astimezone(UTC)


NIGHT = QuietHours(time(22), time(8))


def quiet_hours(start: str, end: str) -> QuietHours | None:
    """Quiet hours from times such as 22:00; None where both are empty. Raises ``WishRefused``."""
    if not start and not end:
        return None
    try:
        return QuietHours(time.fromisoformat(start), time.fromisoformat(end))
    except ValueError:
        raise WishRefused("quiet hours need two times such as 22:00 and 08:00") from None


@dataclass(frozen=True, slots=True)
class NoticeWishes:
    """What a customer wishes. ``zone`` is the one in which they said their quiet hours, where it was known."""

    way: Way = Way.USUAL
    quiet: QuietHours | None = None
    zone: str | None = None

    def held_until(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When what came up ``now`` may be told; None for at once. ``zone`` counts where they named none.

        A night's notices are told in the order in which they came up, within half a minute of its end.
        """
        own = existing_zone(self.zone) if self.zone else None
        span = self.quiet.span(now, own or zone) if self.quiet else None
        return None if span is None else span[1] + (now - span[0]) / 3600


def wishes_of(session: Session, customer_id: str) -> NoticeWishes:
    """What that customer wishes; the usual where they wished nothing."""
    row = session.get(Row, customer_id)
    if row is None:
        return NoticeWishes()
    quiet = None
    if row.quiet_from and row.quiet_to:
        quiet = QuietHours(time.fromisoformat(row.quiet_from), time.fromisoformat(row.quiet_to))
    return NoticeWishes(Way(row.way), quiet, row.zone)


def keep_wishes(session: Session, customer_id: str, wishes: NoticeWishes, *, who: str, now: datetime) -> None:
    """Keep what a customer wishes from now on; ``who`` said so."""
    quiet = wishes.quiet
    row = Row(
        customer_id=customer_id,
        way=wishes.way.value,
        quiet_from=quiet and f"{quiet.start:%H:%M}",
        quiet_to=quiet and f"{quiet.end:%H:%M}",
        zone=wishes.zone,
        changed_at=now,
        changed_by=who,
    )
    session.merge(row)
