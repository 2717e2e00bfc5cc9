"""The one reader of ``policy/``: YAML against its schema, then what no schema can say, then the frozen policy book."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.numbers import is_currency

from refunds.data_files import DataFile, read_yaml, schema_errors
from refunds.errors import DataFileError
from refunds.policy.book import PolicyBook
from refunds.policy_parts import arrival_table, clauses, latest_zones, rights, settings

NAMES = ("clauses", "settings", "statutory", "arrival", "zones")
CLAUSES = ("P1", "P1.a", "P1.b", "P1.c", "P2.a", "P2.b", "P3.a", "P3.b", "P4.a", "P4.b", "P4.c", "P5.a", "P5.b", "P5.c")
METHODS = (
    *("card", "card_debit", "card_prepaid", "apple_pay", "google_pay", "paypal", "sepa_transfer", "sepa_instant"),
    *("sepa_debit", "ach_debit", "us_wire", "uk_faster_payments", "uk_bacs", "bank_transfer", "alipay", "wechat_pay"),
    *("unionpay", "ideal", "klarna", "account_credit", "crypto"),
)
BANK_CALENDARS = {"country", "CN_PLAIN", "XECB", "XFED"}


def load_policy(folder: Path) -> PolicyBook:
    """The policy in ``folder``; raises ``DataFileError`` (file, line, reason) for the first thing that is wrong."""
    files = _read(folder)
    for error in _errors(folder, files):
        raise error
    parts = {name: file.content for name, file in files.items()}
    return PolicyBook(
        version=f"{parts['clauses']['version']}+{_content_hash(parts)}",
        clauses=clauses(parts["clauses"]),
        settings=settings(parts["settings"]),
        statutory=rights(parts["statutory"]),
        arrival=arrival_table(parts["arrival"]),
        zones=latest_zones(parts["zones"]),
    )


def check_policy(folder: Path) -> list[DataFileError]:
    """Everything that is wrong in ``folder``; an unreadable file is reported alone."""
    try:
        return list(_errors(folder, _read(folder)))
    except DataFileError as error:
        return [error]


def _read(folder: Path) -> dict[str, DataFile]:
    return {name: read_yaml(folder / f"{name}.yml") for name in NAMES}


def _content_hash(parts: dict[str, Any]) -> str:
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _errors(folder: Path, files: dict[str, DataFile]) -> Iterator[DataFileError]:
    """Schema errors; what they leave unsaid is only looked at in files of the right shape."""
    broken = {name: schema_errors(file, _schema(folder, name)) for name, file in files.items()}
    for name in NAMES:
        yield from broken[name] or _CROSS_CHECKS[name](files[name])


def _schema(folder: Path, name: str) -> dict[str, Any]:
    path = folder / "schema" / f"{name}.json"
    try:
        schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataFileError(path.as_posix(), 1, f"cannot be read: {error}") from error
    except json.JSONDecodeError as error:
        raise DataFileError(path.as_posix(), error.lineno, error.msg) from error
    return schema


def _clause_errors(file: DataFile) -> Iterator[DataFileError]:
    ids = [clause["id"] for clause in file.content["clauses"]]
    for index, clause_id in enumerate(ids):
        if clause_id not in CLAUSES:
            yield file.error(("clauses", index, "id"), f"there is no clause {clause_id}")
        if clause_id in ids[:index]:
            yield file.error(("clauses", index, "id"), f"the clause {clause_id} is here twice")
    yield from (file.error(("clauses",), f"the clause {known} is missing") for known in CLAUSES if known not in ids)


def _settings_errors(file: DataFile) -> Iterator[DataFileError]:
    for name in ("automatic_approval_limit", "second_approver_above"):
        for currency in file.content[name]:
            if not is_currency(currency):
                yield file.error((name, currency), f"there is no currency {currency}")
    second = file.content["second_approver_above"]
    for currency, limit in file.content["automatic_approval_limit"].items():
        # Approved by nobody where two agents are needed: never meant.
        if Decimal(limit) > Decimal(second.get(currency, "0")):
            where = ("automatic_approval_limit", currency)
            yield file.error(where, f"{limit} {currency} is above the limit from which two agents are needed")


def _right_errors(file: DataFile) -> Iterator[DataFileError]:
    ids = [right["id"] for right in file.content["rights"]]
    for index, right in enumerate(file.content["rights"]):
        if right["id"] in ids[:index]:
            yield file.error(("rights", index, "id"), f"the right {right['id']} is here twice")
        if right["in_force_from"] and not _is_date(right["in_force_from"]):
            yield file.error(("rights", index, "in_force_from"), f"there is no day {right['in_force_from']}")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _arrival_errors(file: DataFile) -> Iterator[DataFileError]:
    methods = file.content["methods"]
    yield from (file.error(("methods",), f"the method {key} has no row") for key in METHODS if key not in methods)
    yield from (file.error(("methods", key), f"there is no method {key}") for key in methods if key not in METHODS)
    for where, figures in _all_figures(file.content):
        if not figures["earliest"] <= figures["typical"] <= figures["latest"]:
            yield file.error(where, "the days must not fall: earliest, typical, latest")
        if figures.get("first_day_counts") and not figures["earliest"]:
            yield file.error(where, "where the first day counts, the earliest is at least 1")
        for calendar in figures["calendars"]:
            if calendar not in BANK_CALENDARS and len(calendar) != 2:
                yield file.error(where, f"there is no bank calendar {calendar}")


def _all_figures(content: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield ("unknown_method",), content["unknown_method"]
    for key, method in content["methods"].items():
        yield ("methods", key, "figures"), method["figures"]
        for funding, figures in method.get("by_funding", {}).items():
            yield ("methods", key, "by_funding", funding), figures


def _zone_errors(file: DataFile) -> Iterator[DataFileError]:
    zones = {("latest", country): zone for country, zone in file.content["latest"].items()}
    for where, zone in ({("unknown",): file.content["unknown"]} | zones).items():
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            yield file.error(where, f"there is no zone {zone}")


_CROSS_CHECKS = {
    "clauses": _clause_errors,
    "settings": _settings_errors,
    "statutory": _right_errors,
    "arrival": _arrival_errors,
    "zones": _zone_errors,
}


def main(arguments: list[str]) -> int:
    """Check the folders named; prints each error as ``file:line: reason``; 1 where there is one."""
    errors = [error for folder in arguments for error in check_policy(Path(folder))]
    for error in errors:
        print(error, file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["policy"]))
