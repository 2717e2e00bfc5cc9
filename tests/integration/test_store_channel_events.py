"""Events and secrets of channels in the database: known again, told once, and nothing readable kept in the clear."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from refunds.chat.channel_events import ChannelEvents
from refunds.chat.channel_secrets import ChannelSecrets, KeptSecret
from refunds.chat.message import Reply
from refunds.chat.transcript import Transcript
from refunds.database import Database
from refunds.tables import ChannelSecretRow

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
SECRET = "a secret for tests that is long enough to be one"


def test_an_event_that_comes_ten_times_at_once_is_told_once(database: Database) -> None:
    events = ChannelEvents(database)
    with ThreadPoolExecutor(10) as pool:
        told = list(pool.map(lambda _: events.tell("slack", "T:U", "Ev1", [Reply("noted")], NOW), range(10)))
    [conversation_id] = {one for one in told if one is not None}
    assert sum(one is not None for one in told) == 1
    assert [(line.author, line.text) for line in Transcript(database).since(conversation_id, 0)] == [
        ("notice", "noted")
    ]


def test_the_same_id_on_another_channel_is_another_event(database: Database) -> None:
    events = ChannelEvents(database)
    assert events.tell("slack", "T:U", "1", [Reply("noted")], NOW) is not None
    assert events.tell("telegram", "7", "1", [Reply("noted")], NOW) is not None


def test_a_secret_is_read_back_and_stands_nowhere_in_the_clear(database: Database) -> None:
    kept = KeptSecret("xoxb-very-secret", NOW + timedelta(hours=12))
    ChannelSecrets(database, SECRET).keep("slack", {"bot_token": kept}, NOW)
    assert ChannelSecrets(database, SECRET).read("slack", "bot_token") == kept
    with database.reading() as session:
        assert "xoxb" not in session.scalars(select(ChannelSecretRow)).one().value


def test_with_another_installations_secret_nothing_is_readable(database: Database) -> None:
    ChannelSecrets(database, SECRET).keep("slack", {"bot_token": KeptSecret("xoxb", None)}, NOW)
    assert ChannelSecrets(database, SECRET + "!").read("slack", "bot_token") is None


def test_one_of_ten_renews_and_the_next_when_its_time_is_over(database: Database) -> None:
    secrets = ChannelSecrets(database, SECRET)
    until = NOW + timedelta(seconds=30)
    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(lambda _: secrets.claim("slack", until, NOW), range(10))) == 1
    assert not secrets.claim("slack", until, NOW)
    assert secrets.claim("slack", until + timedelta(seconds=30), until)
    secrets.release("slack", until)
    assert secrets.claim("slack", until + timedelta(seconds=30), until)
