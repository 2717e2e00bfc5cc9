"""YAML data files with the line of every value, so that a broken one is reported as file, line and reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, ValidationError

from refunds.errors import DataFileError

Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class DataFile:
    """A read file: its content and the line (from 1) of each value by its path of keys and indices."""

    name: str
    content: Any
    lines: dict[Where, int]

    def error(self, where: Where, reason: str) -> DataFileError:
        """An error at the nearest value that has a line."""
        while where and where not in self.lines:
            where = where[:-1]
        return DataFileError(self.name, self.lines.get(where, 1), reason)


def read_yaml(path: Path) -> DataFile:
    """The file at ``path``; raises ``DataFileError`` where it is missing, no YAML, or has a key twice."""
    loader = yaml.SafeLoader(_text(path))
    try:
        node = loader.get_single_node()
        lines = _lines(path.as_posix(), node)
        return DataFile(path.as_posix(), loader.construct_document(node) if node else None, lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DataFileError(path.as_posix(), mark.line + 1 if mark else 1, str(error.problem)) from error
    finally:
        loader.dispose()


def schema_errors(file: DataFile, schema: dict[str, Any]) -> list[DataFileError]:
    """What in ``file`` does not fit the JSON schema, by line."""
    errors = Draft202012Validator(schema).iter_errors(file.content)
    return sorted((_schema_error(file, error) for error in errors), key=lambda error: error.line)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(path.as_posix(), 1, f"cannot be read: {error}") from error


def _lines(file: str, node: yaml.Node | None) -> dict[Where, int]:
    return dict(_walk(file, node, ())) if node else {}


def _walk(file: str, node: yaml.Node, where: Where) -> Iterator[tuple[Where, int]]:
    yield where, node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield from _walk(file, child, (*where, index))
    elif isinstance(node, yaml.MappingNode):
        yield from _walk_mapping(file, node, where)


def _walk_mapping(file: str, node: yaml.MappingNode, where: Where) -> Iterator[tuple[Where, int]]:
    seen: set[str] = set()
    for key, child in node.value:
        line = key.start_mark.line + 1
        if key.value in seen:
            raise DataFileError(file, line, f"the key {key.value!r} is here twice")
        seen.add(key.value)
        yield from _walk(file, child, (*where, key.value))
        yield (*where, key.value), line


def _schema_error(file: DataFile, error: ValidationError) -> DataFileError:
    where: Where = tuple(error.absolute_path)
    name = ".".join(str(part) for part in where)
    return file.error((*where, *_key_at_fault(error)), f"{name}: {error.message}" if name else error.message)


def _key_at_fault(error: ValidationError) -> list[str]:
    """The key inside the value that is wrong, where the schema objects to a key and not to the value."""
    schema, value = error.schema, error.instance
    if error.validator == "additionalProperties" and isinstance(schema, dict) and isinstance(value, dict):
        known: dict[str, Any] = schema.get("properties", {})
        return sorted(set(map(str, value)) - set(known))[:1]
    return [value] if isinstance(value, str) else []
