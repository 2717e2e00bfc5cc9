"""The catalogue of words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from refunds.errors import DataFileError
from refunds.money import Money
from refunds.words import Words

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = Words.load(ROOT / "data" / "responses")


def written(folder: Path, text: str) -> Path:
    (folder / "words.yml").write_text(text, encoding="utf-8")
    return folder


def test_a_value_is_put_in_once_and_never_read_as_a_placeholder(tmp_path: Path) -> None:
    words = Words.load(written(tmp_path, 'responses:\n  utter_x:\n  - text: "Hello {name}, {order}"\n'))
    assert words.say("utter_x", name="{order}", order="ORD-1") == "Hello {order}, ORD-1"


def test_the_same_seed_gives_the_same_wording(tmp_path: Path) -> None:
    words = Words.load(written(tmp_path, "responses:\n  utter_x:\n  - text: one\n  - text: two\n"))
    assert {words.say("utter_x", seed=str(n)) for n in range(20)} == {"one", "two"}
    assert len({words.say("utter_x", seed="7") for _ in range(20)}) == 1


def test_a_missing_value_or_name_is_an_error(tmp_path: Path) -> None:
    words = Words.load(written(tmp_path, 'responses:\n  utter_x:\n  - text: "Hello {name}"\n'))
    with pytest.raises(KeyError):
        words.say("utter_x")
    with pytest.raises(KeyError):
        words.say("utter_y")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("responses:\n  utter_x:\n    text: no list\n", 3, "needs a list"),
        ("responses:\n  utter_x:\n  - text: '  '\n", 3, "needs a list"),
        ("nothing: here\n", 1, "responses"),
        ("responses:\n  a: [\n", 3, ""),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    with pytest.raises(DataFileError) as caught:
        Words.load(written(tmp_path, text))
    assert caught.value.line == line
    assert reason in caught.value.reason


def test_a_name_may_stand_in_one_file_only(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yml").write_text("responses:\n  utter_x:\n  - text: hi\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="another file"):
        Words.load(tmp_path)


def test_money_and_days_are_written_for_the_customers_locale() -> None:
    assert Words.money(Money.of("1240.50", "EUR"), "en-GB") == "€1,240.50"
    assert Words.money(Money.of("75", "AUD"), None) == "A$75.00"
    assert Words.day(date(2026, 12, 1), "no such locale") == "Tue 1 Dec 2026"
    assert Words.moment(datetime(2026, 12, 1, 12, tzinfo=UTC), ZoneInfo("Europe/Berlin")) == "Tue 1 Dec 2026, 13:00 CET"


def test_every_text_that_the_steps_say_is_in_the_catalogue() -> None:
    source = "".join(path.read_text() for path in (ROOT / "actions").glob("*.py"))
    kinds = "utter|button|summary|status|span|change|arrival"
    said = set(re.findall(rf'words?\("((?:{kinds})_[a-z_0-9]+)"|(?:say|button)\("([a-z_0-9]+)"', source))
    missing = {name for pair in said for name in pair if name and name not in CATALOGUE.wordings}
    assert not missing


def test_every_clause_and_outcome_that_can_be_told_has_its_words() -> None:
    for clause, outcomes in {
        "p1a": ("eligible", "not_eligible", "needs_review"),
        "p1b": ("eligible", "not_eligible", "needs_review", "not_yet"),
        "p1c": ("eligible", "not_eligible", "needs_review"),
        "p1": ("needs_review",),
        "p2a": ("needs_review",),
        "p3a": ("not_eligible", "needs_review"),
        "p5b": ("not_eligible",),
    }.items():
        for outcome in outcomes:
            assert f"reason_{clause}_{outcome}" in CATALOGUE.wordings
