"""Frozen records to plain JSON values and back, by their own annotations, so that nothing is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from refunds.money import Money


def dump(value: Any) -> Any:
    """``value`` as JSON values: times in ISO 8601, money as value and currency, sets in order.

    Raises ``TypeError`` for what has no plain form, floats among it.
    """
    for kinds, form in _FORMS:
        if isinstance(value, kinds):
            return form(value)
    if is_dataclass(value):
        return {field.name: dump(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no plain form")


def load(kind: Any, plain: Any) -> Any:
    """The value of type ``kind`` that ``dump`` gave as ``plain``; a field without a value takes its default."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return None if plain is None else load(_only_some(kind), plain)
    if origin is not None:
        return _load_many(origin, get_args(kind), plain)
    if kind is Money:
        return Money.from_json(plain)
    if kind in (datetime, date):
        return kind.fromisoformat(plain)
    if kind is Decimal or issubclass(kind, Enum):
        return kind(plain)
    return _load_record(kind, plain) if is_dataclass(kind) else plain


def _only_some(kind: Any) -> Any:
    (some,) = (each for each in get_args(kind) if each is not NoneType)
    return some


def _load_many(origin: Any, arguments: tuple[Any, ...], plain: Any) -> Any:
    if issubclass(origin, Mapping):
        key, value = arguments
        return {load(key, each): load(value, plain[each]) for each in plain}
    return origin(load(arguments[0], each) for each in plain)


def _load_record(kind: Any, plain: dict[str, Any]) -> Any:
    hints = _hints(kind)
    given = {name: load(hints[name], plain[name]) for name in hints if name in plain}
    return kind(**given)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: hint for name, hint in get_type_hints(kind).items() if name in names}


_FORMS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (Money, Money.as_json),
    (Enum, lambda value: value.value),
    (date, lambda value: value.isoformat()),  # a datetime is a date too
    (Decimal, str),
    ((NoneType, bool, int, str), lambda value: value),
    (Mapping, lambda value: {dump(key): dump(value[key]) for key in value}),
    (frozenset, lambda value: sorted(map(dump, value))),
    ((tuple, list), lambda value: [dump(each) for each in value]),
)
