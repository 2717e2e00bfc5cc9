from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from refunds.backoffice.client import BackOffice
from refunds.chat.attachments import Attachments
from refunds.chat.file_kinds import CleanFile
from refunds.database import Base, Database
from refunds.desk.accounts import Accounts
from refunds.desk.audit import Audit, Wanted
from refunds.desk.permissions import Role
from refunds.desk.sessions import Sessions
from refunds.errors import BackOfficeUnavailable, SettingsError
from refunds.reset import KEPT, reset_sandbox
from refunds.settings import Settings, read_settings
from refunds.tables import ConversationRow, MessageRow
from tests.desk_house import PASSWORDS
from tests.integration.filing_world import CONFIRMED, NOW, REQUEST, filing
from tests.world import order, sandbox_thread, world, write_world


@pytest.fixture
def world_file(tmp_path: Path) -> Path:
    return write_world(tmp_path / "world.json", world())


@pytest.fixture
def settings(tmp_path: Path, world_file: Path, database: Database) -> Iterator[Settings]:
    with sandbox_thread(world_file, tmp_path / "ledger.sqlite", token="a token") as url:
        environment = {"REFUNDS_VAR": str(tmp_path / "var"), "REFUNDS_BACKOFFICE_URL": url}
        token = {"REFUNDS_BACKOFFICE_TOKEN": "a token", "REFUNDS_DATABASE_URL": database.url}
        yield read_settings({**environment, **token})


def talk(database: Database, number: int) -> None:
    """A conversation with one message."""
    with database.transaction() as session:
        times = {"created_at": NOW, "updated_at": NOW}
        session.add(ConversationRow(conversation_id=f"c{number}", channel="rest", address=f"a{number}", **times))
        session.flush()
        message = {"message_id": f"m{number}", "conversation_id": f"c{number}", "channel_message_id": "1"}
        session.add(MessageRow(**message, position=1, text="hello", received_at=NOW))


def rows_left(database: Database) -> int:
    emptied = [table for table in Base.metadata.sorted_tables if table.name not in KEPT]
    with database.reading() as session:
        return sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in emptied)


def test_a_reset_empties_cases_conversations_and_mails(settings: Settings, database: Database) -> None:
    shown = filing(database).assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW)
    filing(database).file(REQUEST, **CONFIRMED, confirmed_digest=shown.digest, now=NOW)
    talk(database, 1)
    settings.mailbox.mkdir()
    (settings.mailbox / "1.eml").write_text("a mail")
    file = CleanFile("down.txt", "text/plain", b"down")
    Attachments(database, settings.attachments).receive("website", "a1", file, NOW)
    emptied = reset_sandbox(settings, database)
    assert (emptied["cases"], emptied["messages"], emptied["mails"], emptied["files"]) == (1, 1, 1, 1)
    assert rows_left(database) == 0
    assert list(settings.mailbox.iterdir()) == list(settings.attachments.iterdir()) == []


def test_a_reset_leaves_agents_signed_in_and_the_audit_log_whole(settings: Settings, database: Database) -> None:
    audit = Audit(database)
    accounts, sessions = Accounts(database, audit, PASSWORDS), Sessions(database, audit)
    agent = accounts.add("ann@desk.example", "Ann", Role.AGENT, None, NOW, by="a test")
    key = sessions.begin(agent, NOW, how="a test")
    reset_sandbox(settings, database)
    assert sessions.holder(key, NOW) == replace(agent, seen_at=NOW)
    assert [entry.act for entry in audit.entries(Wanted(), 10)] == ["signed_in", "added_agent"]


def test_a_reset_reads_the_world_file_again(settings: Settings, database: Database, world_file: Path) -> None:
    write_world(world_file, world(orders=[order("ORD-77777")]))
    backoffice = BackOffice(settings.backoffice_url, settings.backoffice_token)
    reset_sandbox(settings, database)
    assert backoffice.order("ORD-77777").order_id == "ORD-77777"
    backoffice.close()


def test_a_reset_while_customers_write_leaves_nothing_half(settings: Settings, database: Database) -> None:
    started = threading.Barrier(3)

    def write(first: int) -> None:
        started.wait(timeout=10)
        for number in range(first, first + 20):
            talk(database, number)

    with ThreadPoolExecutor(2) as threads:
        writers = [threads.submit(write, first) for first in (0, 100)]
        started.wait(timeout=10)
        for _ in range(3):
            reset_sandbox(settings, database)
        for writer in writers:
            writer.result(timeout=30)
    reset_sandbox(settings, database)
    assert rows_left(database) == 0


def test_a_reset_in_production_is_refused_with_everything_kept(settings: Settings, database: Database) -> None:
    talk(database, 1)
    with pytest.raises(SettingsError, match="development"):
        reset_sandbox(replace(settings, profile="production"), database)
    assert rows_left(database) == 2


def test_a_reset_without_a_sandbox_says_so_and_keeps_everything(settings: Settings, database: Database) -> None:
    talk(database, 1)
    with pytest.raises(BackOfficeUnavailable, match="did not reset"):
        reset_sandbox(replace(settings, backoffice_url="http://127.0.0.1:9"), database)
    assert rows_left(database) == 2


def test_the_command_prints_what_it_emptied(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from refunds.cli import installation

    talk(database, 1)
    monkeypatch.setattr(installation, "read_settings", lambda: settings)
    installation.reset(as_json=True)
    printed = json.loads(capsys.readouterr().out)
    assert printed["reset"] is True
    assert printed["emptied"]["conversations"] == 1
