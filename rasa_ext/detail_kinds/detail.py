"""A detail found in a text."""

from dataclasses import dataclass
from typing import Any, Iterable, List


@dataclass(frozen=True)
class Detail:
    """An entity as `/model/parse` returns it: where it stands in the text, its name and its value."""

    start: int
    end: int
    entity: str
    value: Any

    def overlaps(self, other: "Detail") -> bool:
        """Whether both claim a part of the same words."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: "Detail") -> bool:
        """Whether all words of the other are among its own, and it has more."""
        return self.start <= other.start and other.end <= self.end and self.end - self.start > other.end - other.start


def without_overlaps(details: Iterable[Detail]) -> List[Detail]:
    """The details in the order of the text; where two overlap, the earlier one of the list given stays."""
    kept: List[Detail] = []
    for detail in details:
        if not any(detail.overlaps(other) for other in kept):
            kept.append(detail)
    return sorted(kept, key=lambda detail: (detail.start, detail.entity))
