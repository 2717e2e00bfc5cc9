"""One-time codes: where they come from, how they are kept, how they are found in a message. No rows, no clock."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

CODE_REMOVED = "[code]"

# Not part of an order number, an amount, a date or a telephone number.
_LONE_SIX_DIGITS = re.compile(r"(?<![\w+\-/#])(?<!\d[.,])(?<!\d )\d{3}[ \-]?\d{3}(?![\w\-/]|[.,]\d| \d)")


@dataclass(frozen=True, slots=True)
class CodeMaker:
    """Makes and checks codes; all of them follow from the installation's ``secret`` and a nonce."""

    secret: str

    def code(self, nonce: str) -> str:
        """Six digits that only this installation can tell from ``nonce``."""
        number = int.from_bytes(self._digest("code", nonce)) % 10**6
        return f"{number:06d}"

    def code_hash(self, challenge_id: str, code: str) -> str:
        """What is kept of a code, as 64 hex digits: of use in its own challenge, and to nobody without the secret."""
        return self._digest("hash", challenge_id, code).hex()

    def fits(self, challenge_id: str, code: str, code_hash: str) -> bool:
        """Whether ``code`` is the one that was hashed; takes the same time for every code."""
        return hmac.compare_digest(self.code_hash(challenge_id, code), code_hash)

    def address_digest(self, address: str) -> str:
        """What is kept of an e-mail address for counting, as 64 hex digits."""
        return self._digest("address", address).hex()

    def _digest(self, *facts: str) -> bytes:
        return hmac.digest(self.secret.encode(), "\0".join(facts).encode(), sha256)


def take_code(text: str) -> tuple[str, str | None]:
    """``text`` with its lone six-digit number replaced by ``[code]``, and that number as six ASCII digits.

    Where there is none, or more than one, the text as it is and None.
    """
    found = list(_LONE_SIX_DIGITS.finditer(text))
    if len(found) != 1:
        return text, None
    start, end = found[0].span()
    digits = "".join(str(int(sign)) for sign in found[0].group() if sign.isdecimal())
    return text[:start] + CODE_REMOVED + text[end:], digits
