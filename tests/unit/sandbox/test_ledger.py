from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from sandbox.ledger import Ledger


def test_after_a_commit_that_failed_the_next_transaction_begins_anew(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    connection = ledger._connection
    connection.executescript(
        """PRAGMA foreign_keys = ON; CREATE TABLE kept (id PRIMARY KEY);
        CREATE TABLE part (id REFERENCES kept DEFERRABLE INITIALLY DEFERRED)"""
    )
    with pytest.raises(sqlite3.IntegrityError), ledger.alone():
        connection.execute("INSERT INTO part VALUES (1)")  # refused at the commit only
    with ledger.alone():
        assert ledger.of_payment("PAY-1") == []
    ledger.close()
