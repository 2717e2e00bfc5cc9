"""Whether a webhook comes from the back office: docs/backoffice-api.yaml, `Refunds-Signature`."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta

# Longer than any network is slow and clocks are apart, too short for what was once overheard.
VALID_FOR = timedelta(minutes=5)
_HEADER = re.compile(r"t=([0-9]{1,12})((?:,v1=[0-9a-f]{64})+)")


def is_signed(body: bytes, header: str, secret: str, now: datetime) -> bool:
    """Whether ``header`` signs exactly ``body`` with ``secret``, at most five minutes before or after ``now``.

    Of several signatures one must fit: both secrets sign while one takes the other's place.
    """
    told = _HEADER.fullmatch(header)
    if told is None or abs(now.timestamp() - int(told[1])) > VALID_FOR.total_seconds():
        return False
    expected = hmac.new(secret.encode(), f"{told[1]}.".encode() + body, hashlib.sha256).hexdigest()
    return any(hmac.compare_digest(expected, given) for given in told[2].split(",v1=")[1:])
