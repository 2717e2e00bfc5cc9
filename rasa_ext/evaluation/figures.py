"""The arithmetic of the report, in plain Python: from what was meant and what was read to figures."""

from collections import Counter
from dataclasses import dataclass
from typing import Dict, List, Sequence, Tuple

OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True)
class Reading:
    """A kept-back sentence, the intent it was written for, and all intents with their probability, likeliest first."""

    text: str
    meant: str
    ranking: List[Tuple[str, float]]

    @property
    def read(self) -> str:
        """The likeliest intent."""
        return self.ranking[0][0]

    @property
    def confidence(self) -> float:
        """How likely that intent is."""
        return self.ranking[0][1]

    @property
    def is_right(self) -> bool:
        """Whether it is the one meant."""
        return self.read == self.meant

    def likelihood(self, intent: str) -> float:
        """How likely one intent is."""
        return next((likely for name, likely in self.ranking if name == intent), 0.0)


@dataclass(frozen=True)
class Score:
    """Precision, recall, F1 and the number of sentences of one intent."""

    precision: float
    recall: float
    f1: float
    rows: int


def score(right: int, read: int, meant: int) -> Score:
    """The score of `right` among what was `read` and what was `meant`; 0 where nothing was."""
    precision, recall = right / read if read else 0.0, right / meant if meant else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Score(precision, recall, f1, meant)


def confusion(readings: Sequence[Reading]) -> Counter[Tuple[str, str]]:
    """How often each intent that was meant was read as each."""
    return Counter((one.meant, one.read) for one in readings)


def by_intent(readings: Sequence[Reading]) -> Dict[str, Score]:
    """The score of each intent that was meant at least once."""
    counted = confusion(readings)
    meant, read = Counter(one.meant for one in readings), Counter(one.read for one in readings)
    return {intent: score(counted[intent, intent], read[intent], meant[intent]) for intent in sorted(meant)}


def macro_f1(readings: Sequence[Reading]) -> float:
    """The mean of all intents' F1, each counting the same."""
    scores = by_intent(readings)
    return sum(one.f1 for one in scores.values()) / len(scores)


def mistaken_pairs(readings: Sequence[Reading], most: int) -> List[Tuple[str, str, int]]:
    """The commonest mistakes as (meant, read, how often), commonest first."""
    wrong = {pair: count for pair, count in confusion(readings).items() if pair[0] != pair[1]}
    return [(*pair, count) for pair, count in sorted(wrong.items(), key=lambda item: (-item[1], item[0]))[:most]]


@dataclass(frozen=True)
class Bin:
    """Sentences read with a confidence from `low` on: how many, how sure on average, what share of them rightly."""

    low: float
    rows: int
    confidence: float
    right: float


def reliability(readings: Sequence[Reading], bins: int = 10) -> List[Bin]:
    """The calibration table; empty bins are left out."""
    found = []
    for at in range(bins):
        held = [one for one in readings if min(int(one.confidence * bins), bins - 1) == at]
        if held:
            mean = sum(one.confidence for one in held) / len(held)
            found.append(Bin(at / bins, len(held), mean, sum(one.is_right for one in held) / len(held)))
    return found


def calibration_error(readings: Sequence[Reading]) -> float:
    """The expected calibration error: how far confidence and share of right readings lie apart, on average."""
    return sum(one.rows * abs(one.confidence - one.right) for one in reliability(readings)) / len(readings)


@dataclass(frozen=True)
class Fence:
    """What is kept out when everything at least as likely as `threshold` counts as out of scope."""

    threshold: float
    recall: float
    false_alarms: float


def out_of_scope(readings: Sequence[Reading], false_alarms: float = 0.03) -> Fence:
    """The lowest threshold on the likelihood of out_of_scope that alarms at most that share of the other sentences."""
    inside = sorted((one.likelihood(OUT_OF_SCOPE) for one in readings if one.meant != OUT_OF_SCOPE), reverse=True)
    outside = [one.likelihood(OUT_OF_SCOPE) for one in readings if one.meant == OUT_OF_SCOPE]
    allowed = int(false_alarms * len(inside))
    # Just above the first inside sentence that must not alarm any more.
    threshold = inside[allowed] + 1e-9
    alarmed = sum(likely >= threshold for likely in inside) / len(inside)
    return Fence(threshold, sum(likely >= threshold for likely in outside) / len(outside), alarmed)


@dataclass(frozen=True)
class Doubt:
    """At a threshold: what share of the right and of the wrong readings is asked about."""

    below: float
    right_asked: float
    wrong_asked: float


def doubt(readings: Sequence[Reading], thresholds: Sequence[float]) -> List[Doubt]:
    """What each threshold would ask about."""
    right = [one.confidence for one in readings if one.is_right]
    wrong = [one.confidence for one in readings if not one.is_right]
    return [Doubt(below, _share_below(right, below), _share_below(wrong, below)) for below in thresholds]


def _share_below(values: List[float], below: float) -> float:
    return sum(value < below for value in values) / len(values) if values else 0.0


Found = List[Tuple[str, str]]


def exact_share(meant: Sequence[Found], read: Sequence[Found]) -> float:
    """The share of messages whose details are all as they were meant, and no more."""
    return sum(Counter(one) == Counter(other) for one, other in zip(meant, read, strict=True)) / len(meant)


def by_entity(meant: Sequence[Found], read: Sequence[Found]) -> Dict[str, Score]:
    """The score of each kind of detail; a detail is right when its value is."""
    right, found, wanted = Counter[str](), Counter[str](), Counter[str]()
    for one, other in zip(meant, read, strict=True):
        both = Counter(one) & Counter(other)
        right.update(entity for entity, _ in both.elements())
        found.update(entity for entity, _ in other)
        wanted.update(entity for entity, _ in one)
    return {entity: score(right[entity], found[entity], wanted[entity]) for entity in sorted(wanted | found)}
