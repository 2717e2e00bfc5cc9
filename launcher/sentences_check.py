"""What is wrong with the training sentences: conflicts, near-duplicates, templates, imbalance, words that give it away.

Conflicts and sheer imbalance fail `make check`; the rest is a reading list: `python -m launcher.sentences_check`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from refunds.settings import ROOT

FEWEST, MOST = 60, 900
# Sentences that differ in nothing but their numbers are one sentence; this many are a template's.
TEMPLATE = 4
# A word this common that stands in one intent alone may be read instead of the wish.
LEAKING_COUNT, LEAKING_SHARE = 25, 0.97


@dataclass(frozen=True)
class Sentence:
    """A training sentence and its intent."""

    text: str
    intent: str


def sentences(folder: Path) -> list[Sentence]:
    """All sentences of the files in data/nlu."""
    files = sorted(folder.glob("*.yml"))
    blocks = [block for file in files for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]]
    return [
        Sentence(line[2:].strip(), block["intent"])
        for block in blocks
        if "intent" in block
        for line in block["examples"].splitlines()
    ]


def conflicts(taught: Iterable[Sentence]) -> Iterator[str]:
    """Sentences of the same words that are taught with two intents."""
    meanings = defaultdict(set)
    for sentence in taught:
        meanings[" ".join(_words(sentence.text)) or sentence.text].add(sentence.intent)
    for text, intents in sorted(meanings.items()):
        if len(intents) > 1:
            yield f"'{text}' is taught as {' and as '.join(sorted(intents))}"


def near_duplicates(taught: Iterable[Sentence]) -> Iterator[str]:
    """Sentences of one intent, of four words or more, that have the same words in any order."""
    alike = defaultdict(list)
    for sentence in taught:
        words = _words(sentence.text)
        if len(words) >= 4:
            alike[sentence.intent, tuple(sorted(words))].append(sentence.text)
    for (intent, _), texts in alike.items():
        if len(texts) > 1:
            yield f"{intent}: {' | '.join(texts)}"


def templates(taught: Iterable[Sentence]) -> Iterator[str]:
    """Sentences that differ only in their numbers, from four of them on."""
    skeletons = defaultdict(list)
    for sentence in taught:
        if re.search(r"\d", sentence.text):
            skeletons[sentence.intent, re.sub(r"\d+", "0", " ".join(_words(sentence.text)))].append(sentence.text)
    for (intent, skeleton), texts in skeletons.items():
        if len(texts) >= TEMPLATE and len(skeleton.split()) > 1:
            yield f"{intent}: {len(texts)} times '{skeleton}'"


def imbalance(taught: Iterable[Sentence]) -> Iterator[str]:
    """Intents with far fewer or far more sentences than the others."""
    for intent, count in Counter(sentence.intent for sentence in taught).items():
        if not FEWEST <= count <= MOST:
            yield f"{intent} has {count} sentences, not {FEWEST} to {MOST}"


def leaking_words(taught: Iterable[Sentence]) -> Iterator[str]:
    """Common words that stand in sentences of one intent alone."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in taught:
        for word in set(_words(sentence.text)):
            counted[word][sentence.intent] += 1
    for word, intents in sorted(counted.items()):
        (intent, count), total = intents.most_common(1)[0], intents.total()
        if total >= LEAKING_COUNT and count / total >= LEAKING_SHARE:
            yield f"'{word}': {count} of {total} in {intent}"


def problems(taught: list[Sentence]) -> Iterator[str]:
    """What fails the check."""
    yield from conflicts(taught)
    yield from imbalance(taught)


def main() -> None:
    """Print everything found, the reading list too."""
    taught = sentences(Path(ROOT, "data", "nlu"))
    for kind in (conflicts, imbalance, near_duplicates, templates, leaking_words):
        found = list(kind(taught))
        print(f"{kind.__name__.replace('_', ' ')}: {len(found)}", *found, sep="\n  ")


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'@.-]*\w|[?\u2600-\U0001faff]", text.lower().replace("\u2019", "'"))


if __name__ == "__main__":
    main()
