"""A one-time code from asking for it to the last try: limits, ends, outcomes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from refunds.identity import store
from refunds.identity.codes import CodeMaker
from refunds.tables import ChallengeRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CODE_GOOD_FOR = timedelta(minutes=10)
TRIES = 5
CODES_AN_HOUR = 5
# So long after its end a code still hears that it is late; later, six digits are just a number.
LATE_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """A customer's wish for a code. ``customer_id`` is None where no account has the address."""

    conversation_id: str
    message_id: str
    address_digest: str
    customer_id: str | None


def grant(session: Session, codes: CodeMaker, wish: Wish, now: datetime) -> ChallengeRow | None:
    """The challenge of ``wish``: the same one for the same message; None where a limit is reached.

    It is made for an address without an account as well, so that nothing tells the two apart.
    """
    store.one_at_a_time(session, (wish.address_digest, wish.conversation_id))
    made = store.challenge_of_message(session, wish.message_id)
    if made is not None:
        return _renewed(made, now)
    if _made_in_the_last_hour(session, wish, now) >= CODES_AN_HOUR:
        return None
    made = _new(codes, wish, now)
    store.add_challenge(session, made)
    return made


def attempt(challenge: ChallengeRow, codes: CodeMaker, code: str, now: datetime) -> str:
    """One try: ``verified``, ``wrong``, ``expired`` or, with the last wrong one and after it, ``locked``.

    A code for an address without an account never fits.
    """
    if challenge.tries_left == 0:
        return "locked"
    if challenge.ended_at is not None or now >= challenge.expires_at:
        return "expired"
    if codes.fits(challenge.challenge_id, code, challenge.code_hash) and challenge.customer_id is not None:
        challenge.ended_at = now
        return "verified"
    return _count_wrong(challenge, now)


def is_over(challenge: ChallengeRow, now: datetime) -> bool:
    """Whether six digits are no longer taken for this challenge's code."""
    return now >= challenge.expires_at + LATE_FOR


def _count_wrong(challenge: ChallengeRow, now: datetime) -> str:
    challenge.tries_left -= 1
    if challenge.tries_left:
        return "wrong"
    challenge.ended_at = now
    return "locked"


def _renewed(made: ChallengeRow, now: datetime) -> ChallengeRow:
    """The ten minutes run from the mail, and the mail goes out again."""
    if made.ended_at is None:
        made.expires_at = now + CODE_GOOD_FOR
    return made


def _made_in_the_last_hour(session: Session, wish: Wish, now: datetime) -> int:
    return store.most_made_since(
        session,
        now - timedelta(hours=1),
        address_digest=wish.address_digest,
        conversation_id=wish.conversation_id,
    )


def _new(codes: CodeMaker, wish: Wish, now: datetime) -> ChallengeRow:
    challenge_id, nonce = secrets.token_hex(16), secrets.token_hex(16)
    return ChallengeRow(
        challenge_id=challenge_id,
        conversation_id=wish.conversation_id,
        message_id=wish.message_id,
        address_digest=wish.address_digest,
        customer_id=wish.customer_id,
        nonce=nonce,
        code_hash=codes.code_hash(challenge_id, codes.code(nonce)),
        tries_left=TRIES,
        made_at=now,
        expires_at=now + CODE_GOOD_FOR,
    )
