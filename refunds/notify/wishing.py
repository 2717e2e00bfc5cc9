"""Taking a customer's wishes about notices: on which ways they come, and when not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from refunds.cases import store
from refunds.cases.notice_wishes import NoticeWishes, QuietHours, Way, keep_wishes, wishes_of
from refunds.errors import NotFound

if TYPE_CHECKING:
    from refunds.database import Database
    from refunds.words import Words


@dataclass(frozen=True)
class Wishing:
    """Reads and keeps wishes, and says them in words."""

    database: Database
    words: Words

    def of(self, customer_id: str) -> NoticeWishes:
        """What that customer wishes now."""
        with self.database.reading() as session:
            return wishes_of(session, customer_id)

    def choose_way(self, customer_id: str, way: Way, *, who: str, now: datetime) -> NoticeWishes:
        """Let notices come on that way from now on; quiet hours stay."""
        with self.database.transaction() as session:
            wishes = replace(wishes_of(session, customer_id), way=way)
            keep_wishes(session, customer_id, wishes, who=who, now=now)
        return wishes

    def choose_quiet(
        self, customer_id: str, quiet: QuietHours | None, *, zone: str | None, who: str, now: datetime
    ) -> NoticeWishes:
        """Let nothing come in those hours (None: at any time), on the clock of ``zone`` where it is known."""
        with self.database.transaction() as session:
            before = wishes_of(session, customer_id)
            wishes = replace(before, quiet=quiet, zone=zone or before.zone)
            keep_wishes(session, customer_id, wishes, who=who, now=now)
        return wishes

    def choose(
        self, customer_id: str, way: Way, quiet: QuietHours | None, *, zone: str | None, who: str, now: datetime
    ) -> NoticeWishes:
        """Let both hold from now on, quiet hours on the clock of ``zone`` where it is known."""
        with self.database.transaction() as session:
            wishes = NoticeWishes(way, quiet, zone or wishes_of(session, customer_id).zone)
            keep_wishes(session, customer_id, wishes, who=who, now=now)
        return wishes

    def customer_of(self, case_id: str | None) -> str:
        """Whose case that is; raises ``NotFound``, also for None."""
        if case_id is None:
            raise NotFound("no case is named")
        with self.database.reading() as session:
            return store.get(session, case_id).customer_id

    def told(self, wishes: NoticeWishes) -> str:
        """The wishes as one sentence each."""
        quiet = wishes.quiet
        hours = {"start": f"{quiet.start:%H:%M}", "end": f"{quiet.end:%H:%M}"} if quiet else {}
        return " ".join(
            (
                self.words.say(f"notices_by_{wishes.way}"),
                self.words.say("notices_quiet" if quiet else "notices_any_time", **hours),
            )
        )
