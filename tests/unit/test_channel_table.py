"""The tables of docs/channels and docs/chats.md say what holds what: every test that they name is there."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parent / "docs"
TABLES = "".join((DOCS / name).read_text(encoding="utf-8") for name in ("channels/README.md", "chats.md"))
NAMED = re.findall(r"`((?:[a-z_]+/)*test_[a-z0-9_]+(?:\.\.\.)?)`", TABLES)
WRITTEN = "\n".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))


def is_there(named: str) -> bool:
    """A file of tests, or a test whose name is this, or begins so where the table ends it with dots."""
    if any((TESTS / folder / f"{named}.py").is_file() for folder in ("", "integration")):
        return True
    rest = r"\w*" if named.endswith("...") else ""
    return bool(re.search(rf"def {re.escape(named.removesuffix('...'))}{rest}\(", WRITTEN))


def test_the_tables_name_tests() -> None:
    assert len(NAMED) > 80


@pytest.mark.parametrize("named", sorted(set(NAMED)))
def test_every_test_that_a_table_names_exists(named: str) -> None:
    assert is_there(named)


def test_a_test_that_nobody_wrote_is_missed() -> None:
    assert not is_there("test_what" + "_nobody_wrote")
