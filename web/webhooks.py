"""POST /webhooks/backoffice: billing tells that a refund changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request
from pydantic import AwareDatetime, BaseModel, StringConstraints, ValidationError
from starlette.requests import ClientDisconnect

from refunds.backoffice.signature import is_signed
from refunds.database import Database
from refunds.errors import DatabaseUnavailable
from refunds.webhooks import RefundEvent, take_in

LARGEST_BODY = 64 * 1024
_HEADER = "Refunds-Signature"

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]
Reference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]


class RefundTold(BaseModel):
    """What of the refund in a webhook is looked at."""

    refund_id: Name
    reference: Reference | None = None


class EventTold(BaseModel):
    """The body of a webhook."""

    event_id: Name
    type: Annotated[str, StringConstraints(pattern=r"^[a-z_.]{1,40}$")]
    created_at: AwareDatetime
    refund: RefundTold

    def event(self) -> RefundEvent:
        """The event as our record."""
        return RefundEvent(self.event_id, self.type, self.refund.refund_id, self.refund.reference)


class Webhooks:
    """Takes in what carries the right signature; ``clock`` gives the present, aware."""

    def __init__(
        self, database: Database, secret: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._secret = secret
        self._clock = clock
        self.router = APIRouter()
        self.router.add_api_route("/webhooks/backoffice", self.receive, methods=["POST"])

    async def receive(self, request: Request) -> dict[str, str]:
        """200 for what was taken in, now or before; what a refusal means stands in docs/backoffice-api.yaml."""
        body = await _read(request)
        now = self._clock()
        signatures = request.headers.getlist(_HEADER)
        if len(signatures) != 1 or not is_signed(body, signatures[0], self._secret, now):
            raise HTTPException(401, "the signature is missing, wrong or too old")
        try:
            event = EventTold.model_validate_json(body).event()
        except ValidationError as error:
            places = ", ".join(".".join(map(str, fault["loc"])) or "all of it" for fault in error.errors())
            raise HTTPException(422, f"missing or wrong: {places}") from None
        try:
            is_new = await asyncio.to_thread(take_in, self._database, event, now)
        except DatabaseUnavailable as error:
            raise HTTPException(503, "this cannot be kept now; send it again") from error
        return {"status": "taken in" if is_new else "known"}


async def _read(request: Request) -> bytes:
    """The body; what is too large is not read to its end, however long it says it is."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                raise HTTPException(413, "larger than any webhook")
    except ClientDisconnect:
        raise HTTPException(400, "cut off") from None
    return bytes(body)
