"""Files in the database and in their folder: whose they are, what they were said with, which case they prove."""

from __future__ import annotations

import secrets
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from refunds.cases import store
from refunds.cases.lifecycle import Event
from refunds.chat.attachments import MOST_FILES, Attachments, TooManyFiles, files_of_case, join_line
from refunds.chat.file_kinds import CleanFile
from refunds.chat.message import Attachment, Incoming
from refunds.chat.transcript import Transcript
from refunds.database import Database
from refunds.errors import NotFound, NothingSaid
from tests.chat_house import ChatHouse
from tests.integration.filing_world import CONFIRMED, REQUEST, filing

NOW = datetime.now(UTC)


def file(name: str = "down.txt", content: bytes = b"it was down") -> CleanFile:
    return CleanFile(name, "text/plain", content)


def received(chat: ChatHouse, name: str = "down.txt", address: str = "amara", now: datetime = NOW) -> Attachment:
    return chat.app.attachments.receive("rest", address, file(name), now)


def said_with(chat: ChatHouse, *files: Attachment, text: str = "", address: str = "amara") -> str:
    """The conversation in which the files were said."""
    ids = tuple(one.attachment_id for one in files)
    incoming = Incoming("rest", address, secrets.token_hex(8), text, files=ids)
    return chat.app.admission.admit(incoming, NOW).conversation_id


def evidence(database: Database, case_id: str, conversation_id: str) -> list[str]:
    with database.reading() as session:
        return [one.name for one in files_of_case(session, case_id, conversation_id)]


def filed(chat: ChatHouse, conversation_id: str, order_id: str = "ORD-10001") -> str:
    office = filing(chat.app.database)
    request = replace(REQUEST, order_id=order_id)
    digest = office.assess(request, customer_id="C-1", conversation_id=conversation_id, now=NOW).digest
    confirmed = {**CONFIRMED, "conversation_id": conversation_id, "confirmed_digest": digest, "now": NOW}
    return office.file(request, **confirmed).case_id


def test_a_file_is_kept_outside_every_web_root_for_this_user_alone(chat: ChatHouse) -> None:
    one = received(chat)
    found, path = chat.app.attachments.find("rest", "amara", one.attachment_id)
    assert found == one
    assert path == chat.app.settings.var / "attachments" / one.attachment_id
    assert path.read_bytes() == b"it was down"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("attachment_id", ["../refunds.sqlite", "", "0" * 32, "'; DROP TABLE attachments"])
def test_what_is_no_id_of_a_file_finds_none(chat_on_file: ChatHouse, attachment_id: str) -> None:
    received(chat_on_file)
    with pytest.raises(NotFound):
        chat_on_file.app.attachments.find("rest", "amara", attachment_id)


def test_a_file_is_found_by_its_own_customer_only(chat: ChatHouse) -> None:
    one = received(chat)
    for channel, address in (("rest", "ben"), ("website", "amara")):
        with pytest.raises(NotFound):
            chat.app.attachments.find(channel, address, one.attachment_id)


def test_a_conversation_holds_ten_files_and_the_next_leaves_nothing_behind(chat: ChatHouse) -> None:
    for _ in range(MOST_FILES):
        received(chat)
    with pytest.raises(TooManyFiles):
        received(chat)
    assert len(list((chat.app.settings.var / "attachments").iterdir())) == MOST_FILES
    received(chat, address="ben")


def test_files_alone_are_a_message_that_is_said_back_and_asks_the_engine_nothing(chat: ChatHouse) -> None:
    one, two = received(chat, "one.txt"), received(chat, "two.txt", now=NOW + timedelta(seconds=1))
    conversation_id = said_with(chat, one, two)
    chat.turn(conversation_id)
    assert chat.engine.questions == []
    assert chat.heard(conversation_id) == [chat.words("utter_file_received", file=n) for n in ("one.txt", "two.txt")]
    [own] = [line for line in Transcript(chat.app.database).history(conversation_id) if line.author == "customer"]
    assert own.files == (one, two)
    assert own.text == ""


def test_files_with_words_are_said_back_and_the_words_are_answered(chat: ChatHouse) -> None:
    conversation_id = said_with(chat, received(chat), text="here is the log")
    chat.turn(conversation_id)
    assert chat.heard(conversation_id) == [chat.words("utter_file_received", file="down.txt"), "1: here is the log"]


def test_a_file_of_another_conversation_or_one_said_before_is_not_said(chat: ChatHouse) -> None:
    theirs, mine = received(chat, address="ben"), received(chat)
    conversation_id = said_with(chat, mine)
    for one in (theirs, mine, Attachment("0" * 32, "a", "text/plain", 1)):
        with pytest.raises(NotFound):
            said_with(chat, one, text="hello")
    assert len(chat.heard(conversation_id)) == 1
    said_with(chat, theirs, address="ben")


def test_an_agents_file_is_never_said_by_the_customer_and_so_proves_nothing(chat: ChatHouse) -> None:
    conversation_id, theirs = said_with(chat, received(chat)), received(chat, "from-us.txt")
    with chat.app.database.transaction() as session:
        join_line(session, conversation_id, 1, [theirs.attachment_id])
    with pytest.raises(NotFound):
        said_with(chat, theirs, text="hello")
    assert evidence(chat.app.database, filed(chat, conversation_id), conversation_id) == ["down.txt"]


def test_a_message_without_words_and_files_is_still_none(chat_on_file: ChatHouse) -> None:
    with pytest.raises(NothingSaid):
        said_with(chat_on_file, text=" ")


def test_what_was_said_becomes_evidence_of_the_case_that_is_filed_next(chat: ChatHouse) -> None:
    conversation_id = said_with(chat, received(chat, "before.txt"))
    received(chat, "unsaid.txt")
    case_id = filed(chat, conversation_id)
    assert evidence(chat.app.database, case_id, conversation_id) == ["before.txt"]


def test_a_file_sent_later_is_seen_with_the_case_until_another_takes_it(chat: ChatHouse) -> None:
    conversation_id = said_with(chat, received(chat, "before.txt"))
    case_id = filed(chat, conversation_id)
    said_with(chat, received(chat, "after.txt", now=NOW + timedelta(seconds=1)))
    assert evidence(chat.app.database, case_id, conversation_id) == ["before.txt", "after.txt"]
    assert evidence(chat.app.database, case_id, "another") == ["before.txt"]


def test_a_file_goes_with_the_case_that_asked_for_information(chat: ChatHouse) -> None:
    conversation_id = said_with(chat, received(chat, "before.txt"))
    case_id = filed(chat, conversation_id)
    with chat.app.database.transaction() as session:
        asked = store.change(
            session, store.get(session, case_id), Event.VERIFICATION_STARTED, who="kim", why="looks", now=NOW
        )
        store.change(session, asked, Event.INFORMATION_ASKED, who="kim", why="a log", now=NOW)
    said_with(chat, received(chat, "answer.txt", now=NOW + timedelta(seconds=1)))
    assert chat.heard(conversation_id)[-1] == chat.words("utter_file_for_case", file="answer.txt", case_id=case_id)
    assert evidence(chat.app.database, case_id, "another") == ["before.txt", "answer.txt"]


def test_files_that_were_never_sent_are_thrown_away_after_a_day(chat: ChatHouse, tmp_path: Path) -> None:
    files = Attachments(chat.app.database, tmp_path / "files")
    unsaid, said = (files.receive("rest", "amara", file(), NOW) for _ in range(2))
    said_with(chat, said)
    assert files.forget_unsaid(NOW + timedelta(hours=23)) == 0
    assert files.forget_unsaid(NOW + timedelta(hours=25)) == 1
    assert [path.name for path in (tmp_path / "files").iterdir()] == [said.attachment_id]
    with pytest.raises(NotFound):
        files.find("rest", "amara", unsaid.attachment_id)
