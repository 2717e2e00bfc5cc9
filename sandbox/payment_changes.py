"""What tests change on a payment while the sandbox runs, and the faults that are still to come; kept in the ledger."""

from __future__ import annotations

import json
from typing import cast

from sandbox.ledger import Ledger
from sandbox.world import Fault, WorldPayment


class PaymentChanges:
    """Where nothing was changed, the world holds."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def disputed(self, payment_id: str) -> bool | None:
        """Whether the payment was said to be disputed, None where nothing was said."""
        told = self._column("disputed", payment_id)
        return None if told is None else bool(told)

    def set_disputed(self, payment_id: str, disputed: bool) -> None:
        """Open or end a dispute."""
        self._set("disputed", payment_id, int(disputed))

    def set_faults(self, payment_id: str, faults: list[Fault]) -> None:
        """What the next calls of POST /refunds for this payment do wrong, one a call."""
        self._set("faults", payment_id, json.dumps(faults))

    def next_fault(self, payment: WorldPayment, key: str) -> Fault | None:
        """What this call with the idempotency key ``key`` does wrong: used up now, unless it is stored with the key."""
        with self._ledger.alone():
            if self._ledger.run("SELECT 1 FROM failed_keys WHERE idempotency_key = ?", key):
                return "500_stored"  # which makes nothing: the first call did, or nobody does
            told = self._column("faults", payment.payment_id)
            fault, *rest = (payment.sandbox_faults if told is None else json.loads(str(told))) or [None]
            if fault is None:
                return None
            self.set_faults(payment.payment_id, rest)
            if fault.startswith("500_stored"):
                self._ledger.run("INSERT INTO failed_keys VALUES (?)", key)
            return cast(Fault, fault)

    def _column(self, name: str, payment_id: str) -> object:
        rows = self._ledger.run(f"SELECT {name} FROM payment_changes WHERE payment_id = ?", payment_id)
        return rows[0][0] if rows else None

    def _set(self, name: str, payment_id: str, value: object) -> None:
        self._ledger.run(
            f"INSERT INTO payment_changes (payment_id, {name}) VALUES (?, ?) "
            f"ON CONFLICT (payment_id) DO UPDATE SET {name} = excluded.{name}",
            payment_id,
            value,
        )
