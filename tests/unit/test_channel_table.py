"""The table of docs/channels says what works where: every test that it names is there."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
TABLE = TESTS.parent / "docs" / "channels" / "README.md"
NAMED = re.findall(r"`((?:[a-z_]+/)*test_[a-z0-9_]+(?:\.\.\.)?)`", TABLE.read_text(encoding="utf-8"))
WRITTEN = "\n".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))


def is_there(named: str) -> bool:
    """A file of tests, or a test whose name is this, or begins so where the table ends it with dots."""
    if any((TESTS / folder / f"{named}.py").is_file() for folder in ("", "integration")):
        return True
    rest = r"\w*" if named.endswith("...") else ""
    return bool(re.search(rf"def {re.escape(named.removesuffix('...'))}{rest}\(", WRITTEN))


def test_the_table_names_tests() -> None:
    assert len(NAMED) > 40


@pytest.mark.parametrize("named", sorted(set(NAMED)))
def test_every_test_that_the_table_names_exists(named: str) -> None:
    assert is_there(named)


def test_a_test_that_nobody_wrote_is_missed() -> None:
    assert not is_there("test_what" + "_nobody_wrote")
