"""Whom the demo site can be signed in as: the sandbox's customers, with what they bought."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refunds.errors import DataFileError


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """One purchase as the site's account page shows it; ``amount`` is a plain figure with its currency."""

    order_id: str
    plan: str
    region: str
    amount: str


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """One of the sandbox's customers."""

    customer_id: str
    name: str
    email: str
    country: str
    orders: tuple[DemoOrder, ...]


def read_customers(world_file: Path) -> tuple[DemoCustomer, ...]:
    """The customers of a world file, in its order.

    Raises ``DataFileError`` when the file is missing, is no JSON or lacks a field.
    """
    try:
        world = json.loads(world_file.read_text(encoding="utf-8"))
        return tuple(_customer(row, world["orders"]) for row in world["customers"])
    except json.JSONDecodeError as error:
        raise DataFileError(str(world_file), error.lineno, error.msg) from error
    except OSError as error:
        raise DataFileError(str(world_file), 1, error.strerror or "cannot be read") from error
    except (KeyError, TypeError) as error:
        raise DataFileError(str(world_file), 1, f"a customer or an order lacks {error}") from error


def _customer(row: dict[str, Any], orders: list[dict[str, Any]]) -> DemoCustomer:
    customer_id = row["customer_id"]
    own = tuple(_order(order) for order in orders if order["customer_id"] == customer_id)
    return DemoCustomer(customer_id, row["name"], row["email"], row["country"], own)


def _order(row: dict[str, Any]) -> DemoOrder:
    amount = f"{row['amount']['value']} {row['amount']['currency']}"
    return DemoOrder(row["order_id"], row["plan"], row["region"], amount)
