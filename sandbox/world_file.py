"""Reading a world file: JSON, shape and cross references, each error with file, line and reason."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import yaml
from pydantic import ValidationError

from sandbox.world import World

Place = tuple[str | int, ...]


class WorldError(Exception):
    """A world file is broken; one line a fault, each reading ``file:line: reason``."""


def load_world(file: Path, now: datetime) -> World:
    """The world in ``file``, its relative times counted from ``now`` (whole seconds).

    Raises ``WorldError`` where the file is missing, is no JSON, has another shape or names what is not there.
    """
    text = _read(file)
    data = _parse(file, text)
    try:
        world = World.model_validate(data, context={"now": now.replace(microsecond=0)})
    except ValidationError as error:
        _refuse(file, text, ((tuple(e["loc"]), e["msg"]) for e in error.errors()))
    _refuse(file, text, [*_repeated_ids(world), *_missing_references(world)])
    return world


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WorldError(f"{file}:1: cannot be read: {error}") from error


def _parse(file: Path, text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise WorldError(f"{file}:{error.lineno}: no JSON: {error.msg}") from error


def _refuse(file: Path, text: str, faults: Iterable[tuple[Place, str]]) -> None:
    lines = [f"{file}:{_line_of(text, place)}: {'.'.join(map(str, place))}: {reason}" for place, reason in faults]
    if lines:
        raise WorldError("\n".join(lines))


def _repeated_ids(world: World) -> Iterator[tuple[Place, str]]:
    """Two things of one name; a payment stands inside its order."""
    for kind, place, ids in (
        ("customers", ("customer_id",), [c.customer_id for c in world.customers]),
        ("orders", ("order_id",), [o.order_id for o in world.orders]),
        ("orders", ("payment", "payment_id"), [o.payment.payment_id for o in world.orders]),
        ("incidents", ("incident_id",), [i.incident_id for i in world.incidents]),
        ("tickets", ("ticket_id",), [t.ticket_id for t in world.tickets]),
        ("refunds", ("refund_id",), [r.refund_id for r in world.refunds]),
    ):
        for index, name in enumerate(ids):
            if name in ids[:index]:
                yield (kind, index, *place), f"{name} stands here twice"


def _missing_references(world: World) -> Iterator[tuple[Place, str]]:
    customers = {c.customer_id for c in world.customers}
    orders = {o.order_id for o in world.orders}
    payments = {o.payment.payment_id for o in world.orders}
    for index, order in enumerate(world.orders):
        if order.customer_id not in customers:
            yield ("orders", index, "customer_id"), f"no customer {order.customer_id} in this world"
    for index, ticket in enumerate(world.tickets):
        if ticket.order_id not in orders:
            yield ("tickets", index, "order_id"), f"no order {ticket.order_id} in this world"
    for index, refund in enumerate(world.refunds):
        if refund.payment_id not in payments:
            yield ("refunds", index, "payment_id"), f"no payment {refund.payment_id} in this world"


def _line_of(text: str, place: Place) -> int:
    """The line of ``place``, or of the nearest thing around it. JSON is read as YAML, whose nodes know their line."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return 1
    line = 1
    for step in place:
        found = _child(node, step)
        if found is None:
            break
        line, node = found
    return line


def _child(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        value = node.value[step]
        return value.start_mark.line + 1, value
    if isinstance(node, yaml.MappingNode):
        return next(((k.start_mark.line + 1, v) for k, v in node.value if k.value == step), None)
    return None
