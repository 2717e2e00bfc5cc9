from __future__ import annotations

import re

import pytest

from refunds.desk.cases.task_words import kinds_with_words, task_words
from refunds.settings import ROOT
from refunds.words import Words

WORDS = Words.load(ROOT / "data" / "responses")
KINDS = sorted(
    name.removeprefix("task_") for name in WORDS.wordings if name.startswith("task_") and name != "task_other"
)


def test_every_kind_of_task_has_words_at_the_desk_and_no_other_has() -> None:
    assert sorted(kinds_with_words()) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_the_desk_names_only_details_that_the_task_has(kind: str) -> None:
    told = re.findall(r"\{(\w+)\}", WORDS.wordings[f"task_{kind}"][0])
    words = task_words(kind, {name: f"<{name}>" for name in told})
    assert "unknown)" not in words.what + words.then


def test_a_kind_without_words_is_named() -> None:
    assert task_words("moon_landed", {}).what == "moon landed"


def test_what_a_customer_said_is_never_read_as_a_place_to_fill() -> None:
    assert "“{said} {0} {x.y}”" in task_words("correction", {"said": "{said} {0} {x.y}"}).what
