"""Evidence that is sent on Slack, and the App Home: who may see what, and what is said when it cannot be had."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from refunds.chat.attachments import MOST_FILES
from refunds.tables import ConversationRow
from tests.chat_house import ChatHouse
from tests.integration.filing_world import CONFIRMED, REQUEST, filing
from tests.slack_house import AMARA, SlackHouse, slack_house
from tests.slack_server import slack_server
from tests.world import wait_until


@pytest.fixture
def house(chat_on_file: ChatHouse) -> Iterator[SlackHouse]:
    with slack_house(chat_on_file) as running:
        yield running


def picture() -> bytes:
    written = BytesIO()
    Image.new("RGB", (4, 4), "red").save(written, "PNG")
    return written.getvalue()


def test_a_file_becomes_evidence_once_however_often_it_is_told(house: SlackHouse) -> None:
    file = house.slack.keep_file("down.png", picture())
    event = house.slack.message(AMARA, "", subtype="file_share", files=[file])
    for _ in range(2):
        house.tell(event)
    house.hears(house.words("utter_file_received", file="down.png"))
    [said] = [line for line in house.chat.transcript.history(house.conversation()) if line.files]
    assert [(one.name, one.kind) for one in said.files] == [("down.png", "image/png")]
    assert house.chat.engine.questions == []


def test_words_beside_a_file_are_answered(house: SlackHouse) -> None:
    file = house.slack.keep_file("down.txt", b"it was down")
    house.say("here is the log", subtype="file_share", files=[file])
    house.hears(house.words("utter_file_received", file="down.txt"), "1: here is the log")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("evil.html", b"<html><script>", "utter_file_kind"),
        ("empty.txt", b"", "utter_file_empty"),
        ("broken.pdf", b"%PDF-1.7 and no end", "utter_file_broken"),
    ],
)
def test_a_file_that_is_not_taken_is_told_why(house: SlackHouse, name: str, content: bytes, told: str) -> None:
    house.say("", subtype="file_share", files=[house.slack.keep_file(name, content)])
    house.hears(house.words(told))


def test_a_file_that_is_too_large_is_not_fetched(house: SlackHouse) -> None:
    file = house.slack.keep_file("film.png", b"x") | {"size": 6 * 2**20}
    house.say("", subtype="file_share", files=[file])
    house.hears(house.words("utter_file_too_large", most=5, pixels=25))
    assert house.slack.calls["files.info"] == 0


def test_a_file_that_slack_does_not_give_is_said_to_be_missing_and_the_words_count(house: SlackHouse) -> None:
    file = house.slack.keep_file("log.txt", b"down")
    house.slack.files.clear()
    house.say("see the log", subtype="file_share", files=[file])
    house.hears(house.words("utter_slack_file_not_fetched", file="log.txt"), "1: see the log")


def test_a_chat_that_is_full_of_files_fetches_no_more(house: SlackHouse) -> None:
    for number in range(MOST_FILES + 1):
        house.say("", subtype="file_share", files=[house.slack.keep_file(f"{number}.txt", b"it was down")])
    full = house.words("utter_file_too_many", most=MOST_FILES)
    wait_until(lambda: house.slack.texts(house.slack.direct(AMARA)).count(full) == 1, seconds=15)
    assert house.slack.calls["files.info"] == MOST_FILES


def test_the_bots_token_is_sent_to_slack_alone(house: SlackHouse) -> None:
    file = house.slack.keep_file("plan.txt", b"elsewhere")
    with slack_server() as elsewhere:
        elsewhere.files = house.slack.files
        house.slack.files_at = elsewhere.url  # a file of another service, as Slack shows those too
        house.say("", subtype="file_share", files=[file])
        house.hears(house.words("utter_slack_file_not_fetched", file="plan.txt"))
        assert elsewhere.calls["download"] == 0


def test_a_file_that_takes_longer_is_told_again_and_taken_once(house: SlackHouse) -> None:
    file = house.slack.keep_file("log.txt", b"down")
    house.slack.limits["files.info"], house.slack.retry_after = 1, 3
    event = house.slack.message(AMARA, "", subtype="file_share", files=[file])
    assert house.slack.tell(house.url, event).status_code == 503  # not stored yet: Slack is to come again
    house.hears(house.words("utter_file_received", file="log.txt"))
    assert house.slack.tell(house.url, event, retry=1).status_code == 200
    house.say("more")
    house.hears(house.words("utter_file_received", file="log.txt"), "1: more")
    assert house.slack.calls["download"] >= 1


def home(house: SlackHouse) -> str:
    house.slack.homes.clear()
    house.tell(house.slack.home_opened(AMARA))
    wait_until(lambda: AMARA in house.slack.homes)
    return str(house.slack.homes[AMARA])


def verified(house: SlackHouse, until: datetime) -> None:
    with house.chat.app.database.transaction() as session:
        row = session.get_one(ConversationRow, house.conversation())
        row.customer_id, row.verified_by, row.verified_until = "C-1", "mail", until


def test_the_home_shows_cases_only_while_the_direct_message_knows_who_it_is(house: SlackHouse) -> None:
    now = datetime.now(UTC)
    office = filing(house.chat.app.database)
    digest = office.assess(REQUEST, customer_id="C-1", conversation_id="c", now=now).digest
    confirmed = {**CONFIRMED, "conversation_id": "c", "confirmed_digest": digest, "now": now}
    case_id = office.file(REQUEST, **confirmed).case_id
    assert case_id not in home(house)
    house.say("hello")
    house.hears("1: hello")
    assert case_id not in home(house)
    verified(house, until=now + timedelta(hours=1))
    shown = home(house)
    assert case_id in shown
    assert REQUEST.order_id in shown
    verified(house, until=now - timedelta(seconds=1))
    assert case_id not in home(house)
    assert house.words("slack_home_unknown") in home(house)


def test_the_home_says_where_there_is_no_case(house: SlackHouse) -> None:
    house.say("hello")
    house.hears("1: hello")
    verified(house, until=datetime.now(UTC) + timedelta(hours=1))
    assert house.words("slack_home_none") in home(house)
