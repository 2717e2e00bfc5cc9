"""The assistant's words: one catalogue in ``data/responses/``, read here for actions, worker and desk alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency

from refunds.errors import DataFileError
from refunds.money import Money

_PLACEHOLDER = re.compile(r"\{([a-z_0-9]+)\}")
DEFAULT_LOCALE = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """Every sentence by name; a name may have several wordings of the same sense."""

    wordings: Mapping[str, tuple[str, ...]]

    @classmethod
    def load(cls, folder: Path) -> Words:
        """All words of ``folder``; raises ``DataFileError`` for a broken file or a name that stands twice."""
        wordings: dict[str, tuple[str, ...]] = {}
        for file in sorted(folder.glob("*.yml")):
            for name, texts in _read(file).items():
                if name in wordings:
                    raise DataFileError(str(file), 1, f"{name} stands in another file already")
                wordings[name] = texts
        return cls(wordings)

    def say(self, name: str, /, *, seed: str = "", **values: object) -> str:
        """The text ``name`` with ``values`` put in; ``seed`` chooses the wording, the same one each time.

        Values are inserted once and never read as placeholders themselves.
        Raises ``KeyError`` for a name or a value that is missing.
        """
        return self.in_turn(name, int.from_bytes(sha256(f"{name}\0{seed}".encode()).digest()[:4], "big"), **values)

    def in_turn(self, name: str, turn: int, /, **values: object) -> str:
        """Like ``say``, with the wordings one after the other as ``turn`` counts on: never the same twice in a row."""
        choices = self.wordings[name]
        return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), choices[turn % len(choices)])

    @staticmethod
    def money(amount: Money, locale: str | None = None) -> str:
        """An amount as the customer's locale writes it: €240.00, 240,00 €."""
        return format_currency(amount.value, amount.currency, locale=_locale(locale))

    @staticmethod
    def day(day: date, locale: str | None = None) -> str:
        """A day with its weekday, as in Tue, 1 Dec 2026."""
        return format_date(day, "EEE d MMM y", locale=_locale(locale))

    @staticmethod
    def moment(moment: datetime, zone: ZoneInfo, locale: str | None = None) -> str:
        """A moment in the customer's zone, with the zone's name."""
        written = format_datetime(moment, "EEE d MMM y, HH:mm", tzinfo=zone, locale=_locale(locale))
        return f"{written} {moment.astimezone(zone).tzname()}"


def _locale(name: str | None) -> Locale:
    """The customer's locale for money and dates; the sentences themselves are English, so months are too."""
    try:
        locale = Locale.parse(name, sep="-" if name and "-" in name else "_") if name else Locale(DEFAULT_LOCALE)
    except (ValueError, UnknownLocaleError):
        return Locale(DEFAULT_LOCALE)
    return locale if locale.language == "en" else Locale(DEFAULT_LOCALE)


def _read(file: Path) -> dict[str, tuple[str, ...]]:
    try:
        document = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DataFileError(str(file), line, error.problem or "not YAML") from error
    responses = _entries(document).get("responses") if document else None
    if not isinstance(responses, yaml.MappingNode):
        raise DataFileError(str(file), 1, "a file of words needs a `responses:` block")
    return {name: _wordings(file, name, node) for name, node in _entries(responses).items()}


def _entries(node: yaml.Node) -> dict[str, yaml.Node]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return {key.value: value for key, value in pairs}


def _wordings(file: Path, name: str, node: yaml.Node) -> tuple[str, ...]:
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    texts = [_entries(item).get("text") for item in items]
    if not texts or any(not isinstance(text, yaml.ScalarNode) or not text.value.strip() for text in texts):
        raise DataFileError(str(file), node.start_mark.line + 1, f"{name} needs a list of `- text: ...`")
    return tuple(text.value.strip() for text in texts if text is not None)
