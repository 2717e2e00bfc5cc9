"""Words read otherwise than they were written, and where in the written text they stand."""

from typing import NamedTuple, Sequence, Tuple

REPAIRS_KEY = "repairs"
"""Of a message: its repairs, where it has any. The action server is told them with the reading."""


class Repair(NamedTuple):
    """`word` is read for what stands from `start` to `end` of the text as written."""

    start: int
    end: int
    word: str


def mended(text: str, repairs: Sequence[Repair]) -> str:
    """The text as it is read; `repairs` in the order of the text."""
    for start, end, word in reversed(repairs):
        text = text[:start] + word + text[end:]
    return text


def as_written(start: int, end: int, repairs: Sequence[Repair]) -> Tuple[int, int]:
    """Where a span of the mended text stands in the written one; of a repaired word it takes the whole."""
    grown, first, last = 0, start, end
    for repair in repairs:
        place = repair.start + grown
        after = place + len(repair.word)
        grown += len(repair.word) - (repair.end - repair.start)
        if place < start:
            first = repair.start if start < after else start - grown
        if place < end:
            last = repair.end if end <= after else end - grown
        elif place >= end:
            break
    return first, last
