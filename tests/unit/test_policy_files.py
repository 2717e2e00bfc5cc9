"""The reader of policy/: what is broken is reported as file, line and reason."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from refunds.days import BusinessDays, CalendarDays
from refunds.errors import DataFileError
from refunds.money import Money
from refunds.policy_files import CLAUSES, METHODS, check_policy, load_policy, main

SHIPPED = Path(__file__).resolve().parents[2] / "policy"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "policy"))


def change(folder: Path, name: str, old: str, new: str) -> int:
    """Replaces the first ``old`` and returns its line."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_shipped_policy_has_every_clause_and_every_method() -> None:
    policy = load_policy(SHIPPED)
    assert tuple(clause.id for clause in policy.clauses) == CLAUSES
    assert set(policy.arrival.methods) == set(METHODS)
    assert all(clause.topics and clause.plain for clause in policy.clauses)
    assert check_policy(SHIPPED) == []


def test_the_shipped_settings_are_the_policys_defaults() -> None:
    settings = load_policy(SHIPPED).settings
    assert settings.problem_report_window == CalendarDays(30)
    assert settings.problem_solution_period == CalendarDays(7)
    assert settings.serious_severities == {"high", "critical"}
    assert settings.vendor_fault_levels == {"intentional", "gross"}
    assert settings.late_report_review_after == CalendarDays(90)
    assert dict(settings.amount_basis) == {"P1.a": "full", "P1.b": "full"}
    assert (settings.verification_target, settings.payout_target) == (BusinessDays(2), BusinessDays(3))
    assert settings.automatic_approval_limit["EUR"] == Money.zero("EUR")
    assert settings.second_approver_above["EUR"] == Money.of(1000, "EUR")


def test_the_version_names_the_day_and_the_content(folder: Path) -> None:
    version = load_policy(folder).version
    assert re.fullmatch(r"\d{4}-\d\d-\d\d\+[0-9a-f]{12}", version)
    change(folder, "arrival.yml", "# When", "# Whenever")
    assert load_policy(folder).version == version
    change(folder, "settings.yml", "problem_report_window: 30", "problem_report_window: 31")
    assert load_policy(folder).version != version


BROKEN = [
    ("clauses.yml", "  - id: P1.a", "  - id: P7.a", "not match"),
    ("clauses.yml", "  - id: P1.a", "  - id: P5.a", "the clause P1.a is missing"),
    ("clauses.yml", "  - id: P2.a", "  - id: P3.c", "there is no clause P3.c"),
    ("clauses.yml", "  - id: P2.a", "  - id: P2.b", "the clause P2.b is here twice"),
    ("clauses.yml", 'version: "2026-11-24"', "version: 2026-11-24", "not of type 'string'"),
    ("clauses.yml", "    plain: When the money", "    plan: When the money", "'plan' was unexpected"),
    ("settings.yml", "problem_report_window: 30", "problem_report_window: soon", "'soon' is not of type 'integer'"),
    ("settings.yml", "payout_target: 3", "payout_goal: 3", "'payout_goal' was unexpected"),
    ("settings.yml", "payout_target: 3", "verification_target: 3", "'verification_target' is here twice"),
    ("settings.yml", 'GBP: "850.00"', 'GBQ: "850.00"', "there is no currency GBQ"),
    ("settings.yml", 'GBP: "850.00"', "GBP: 850.00", "not of type 'string'"),
    ("settings.yml", 'GBP: "850.00"', 'gbp: "850.00"', "'gbp' does not match"),
    ("settings.yml", 'EUR: "0.00"', 'EUR: "1000.01"', "above the limit from which two agents"),
    ("settings.yml", 'EUR: "0.00"', 'SEK: "1.00"', "above the limit from which two agents"),
    ("settings.yml", "[high, critical]", "[high, critical", "expected ',' or ']'"),
    ("statutory.yml", '"NL", "NO"', '"NL", NO', "False is not of type 'string'"),
    ("statutory.yml", "- id: UK-D", "- id: UK-C", "the right UK-C is here twice"),
    ("statutory.yml", '"2025-07-01"', '"2025-02-30"', "there is no day 2025-02-30"),
    ("statutory.yml", "    window_days: 14\n", "", "'window_days' is a required property"),
    ("arrival.yml", "  klarna:", "  klama:", "there is no method klama"),
    ("arrival.yml", "      earliest: 2\n", "      earliest: 6\n", "the days must not fall"),
    ("arrival.yml", "      earliest: 0\n", "      earliest: 0\n      first_day_counts: true\n", "first day counts"),
    ("arrival.yml", "calendars: [XFED]", "calendars: [FED]", "there is no bank calendar FED"),
    ("arrival.yml", "calendars: [XFED]", "calendars: [Fed]", "does not match"),
    ("arrival.yml", "unit: minutes", "unit: hours", "'hours' is not one of"),
    ("zones.yml", "Atlantic/Azores", "Atlantic/Atlantis", "there is no zone Atlantic/Atlantis"),
    ("zones.yml", "Etc/GMT+12", "Etc/GMT+99", "there is no zone Etc/GMT+99"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "reason"), BROKEN)
def test_a_broken_file_is_refused_with_its_name_and_the_reason(
    folder: Path, name: str, old: str, new: str, reason: str
) -> None:
    change(folder, name, old, new)
    errors = check_policy(folder)
    assert any(reason in error.reason and error.file.endswith(f"policy/{name}") for error in errors), errors
    with pytest.raises(DataFileError):
        load_policy(folder)


WITH_LINE = [
    ("clauses.yml", "  - id: P2.a", "  - id: P3.c", "no clause"),
    ("clauses.yml", "    plain: When the money", "    plan: When the money", "unexpected"),
    ("settings.yml", "problem_report_window: 30", "problem_report_window: soon", "soon"),
    ("settings.yml", "payout_target: 3", "payout_goal: 3", "unexpected"),
    ("settings.yml", "payout_target: 3", "verification_target: 3", "twice"),
    ("settings.yml", 'GBP: "850.00"', 'gbp: "850.00"', "gbp"),
    ("arrival.yml", "unit: minutes", "unit: hours", "hours"),
    ("zones.yml", "Atlantic/Azores", "Atlantic/Atlantis", "Atlantis"),
]


@pytest.mark.parametrize(("name", "old", "new", "reason"), WITH_LINE)
def test_a_broken_value_is_reported_with_its_line(folder: Path, name: str, old: str, new: str, reason: str) -> None:
    line = change(folder, name, old, new)
    found = [error.line for error in check_policy(folder) if reason in error.reason]
    assert found == [line]


def test_every_error_is_reported_and_not_only_the_first(folder: Path) -> None:
    change(folder, "settings.yml", "problem_report_window: 30", "problem_report_window: soon")
    change(folder, "zones.yml", "Atlantic/Azores", "Atlantic/Atlantis")
    assert [Path(error.file).name for error in check_policy(folder)] == ["settings.yml", "zones.yml"]


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "arrival.yml").unlink()
    assert "arrival.yml:1: cannot be read" in str(check_policy(folder)[0])


def test_an_empty_file_is_refused(folder: Path) -> None:
    (folder / "zones.yml").write_text("", encoding="utf-8")
    assert "None is not of type 'object'" in check_policy(folder)[0].reason


def test_a_file_that_is_no_text_is_refused(folder: Path) -> None:
    (folder / "zones.yml").write_bytes(b"\xff\xfe\x00")
    assert "cannot be read" in check_policy(folder)[0].reason


@pytest.mark.parametrize(("content", "reason"), [(None, "cannot be read"), ("{\n oops", "Expecting property name")])
def test_a_broken_schema_is_named(folder: Path, content: str | None, reason: str) -> None:
    schema = folder / "schema" / "zones.json"
    schema.unlink() if content is None else schema.write_text(content, encoding="utf-8")
    (error,) = check_policy(folder)
    assert error.file.endswith("schema/zones.json")
    assert reason in error.reason


def test_the_check_prints_each_error_and_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = change(folder, "zones.yml", "Atlantic/Azores", "Atlantic/Atlantis")
    assert main([str(folder)]) == 1
    assert (
        capsys.readouterr().err == f"{(folder / 'zones.yml').as_posix()}:{line}: there is no zone Atlantic/Atlantis\n"
    )


def test_the_check_of_the_shipped_policy_passes() -> None:
    assert main([str(SHIPPED)]) == 0
