"""GET /notices: where a mail's link leads who wants to hear from us on another way or at other hours."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, StringConstraints

from refunds.app import App
from refunds.cases.notice_wishes import NoticeWishes, Way, WishRefused, quiet_hours
from refunds.cases.satisfaction import Rating
from refunds.errors import DatabaseUnavailable, NotFound
from refunds.policy.zones import existing_zone
from web.chat_page import Token, served

_PAGE = Path(__file__).parent / "notices"
_CUSTOMER = "customer"
Clock = Annotated[str, StringConstraints(max_length=5)]


class Asked(BaseModel):
    """The mail's link."""

    link: Token


class Chosen(Asked):
    """What its reader wishes; both ends of the quiet hours are empty where there are none."""

    way: Way
    quiet_from: Clock = ""
    quiet_to: Clock = ""
    zone: Annotated[str, StringConstraints(max_length=60)] | None = None


class Rated(Asked):
    """What its reader thinks of how the mail's case was handled."""

    rating: Rating


class Shown(BaseModel):
    """What holds now, also in words; ``asks_about`` is a case of which they were asked by mail how it was handled."""

    asks_about: str | None

    way: Way
    quiet_from: str
    quiet_to: str
    told: str


class NoticesPage:
    """The page, and what it asks. Whoever holds a mail may change how its kind comes; nothing of a case is told."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.router = APIRouter()
        for path, file in (("", "page.html"), ("/page.js", "page.js")):
            self.router.add_api_route(f"/notices{path}", served(_PAGE / file), methods=["GET"], include_in_schema=False)
        self.router.add_api_route("/notices/open", self.open, methods=["POST"])
        self.router.add_api_route("/notices/keep", self.keep, methods=["POST"])
        self.router.add_api_route("/notices/rate", self.rate, methods=["POST"], status_code=204)

    async def open(self, asked: Asked, response: Response) -> Shown:
        """What holds for the customer of the mail; 404 for a link that leads nowhere any more."""
        response.headers["Cache-Control"] = "no-store"
        return await asyncio.to_thread(self._shown, asked.link, None)

    async def keep(self, chosen: Chosen, response: Response) -> Shown:
        """Keep what was chosen; 422 for hours that are none."""
        response.headers["Cache-Control"] = "no-store"
        return await asyncio.to_thread(self._shown, chosen.link, chosen)

    async def rate(self, rated: Rated) -> None:
        """Keep how it was handled; the first answer stays. 404 also where nobody was asked."""
        await asyncio.to_thread(self._rate, rated)

    def _rate(self, rated: Rated) -> None:
        now = datetime.now(UTC)
        with _as_answers():
            case_id = self._app.links.case_of(rated.link, now)
            if case_id is None or not self._app.opinions.answer(None, case_id, rated.rating, now):
                raise NotFound("nothing was asked, or it was answered")

    def _shown(self, link: str, chosen: Chosen | None) -> Shown:
        now, wishing = datetime.now(UTC), self._app.wishing
        with _as_answers():
            case_id = self._app.links.case_of(link, now)
            customer_id = wishing.customer_of(case_id)
            wishes = wishing.of(customer_id) if chosen is None else self._kept(customer_id, chosen, now)
            asks_about = case_id if case_id and self._app.opinions.waits_for(case_id) else None
        quiet = wishes.quiet
        start, end = (f"{quiet.start:%H:%M}", f"{quiet.end:%H:%M}") if quiet else ("", "")
        told = wishing.told(wishes)
        return Shown(way=wishes.way, quiet_from=start, quiet_to=end, told=told, asks_about=asks_about)

    def _kept(self, customer_id: str, chosen: Chosen, now: datetime) -> NoticeWishes:
        zone = chosen.zone if chosen.zone and existing_zone(chosen.zone) else None
        quiet = quiet_hours(chosen.quiet_from, chosen.quiet_to)
        return self._app.wishing.choose(customer_id, chosen.way, quiet, zone=zone, who=_CUSTOMER, now=now)


@contextmanager
def _as_answers() -> Iterator[None]:
    try:
        yield
    except NotFound as error:
        raise HTTPException(404, "this link is too old or not whole") from error
    except WishRefused as error:
        raise HTTPException(422, str(error)) from error
    except DatabaseUnavailable as error:
        raise HTTPException(503, "try again in a moment") from error
