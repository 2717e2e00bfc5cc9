"""By when an answer is needed, on a clock that nobody sets back."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Self

# An attempt that has less time than this is not worth starting.
_SHORTEST_ATTEMPT = 0.25


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment of the monotonic clock. One deadline may span several calls."""

    moment: float

    @classmethod
    def after(cls, seconds: float) -> Self:
        """The deadline that many seconds from now."""
        return cls(time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """Seconds until then, negative once it has passed."""
        return self.moment - time.monotonic()

    def leaves_an_attempt_after(self, seconds: float) -> bool:
        """Whether, after a pause of that many seconds, one more attempt makes sense."""
        return self.left - seconds >= _SHORTEST_ATTEMPT
