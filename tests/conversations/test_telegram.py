"""The whole assistant on Telegram, with the trained engine: verification, a case, notices, and going on there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
import requests

from tests.conversations.player import Player
from tests.conversations.telegram_player import TelegramPlayer
from tests.conversations.website_player import WebsitePlayer
from tests.desk_client import Colleague
from tests.stack import Stack
from tests.telegram_server import BOT_TOKEN, SECRET, TelegramServer, telegram_server
from tests.website_client import tab
from tests.world import wait_until

pytestmark = [pytest.mark.engine, pytest.mark.processes]
PEOPLE = itertools.count(9001)
ASKS = "my instances lose their disks after every reboot, ticket T-9001. I want my money back"


@pytest.fixture(scope="module")
def telegram() -> Iterator[TelegramServer]:
    with telegram_server() as running:
        running.most_at_once = 1000
        yield running


@pytest.fixture(scope="module")
def web(stack: Stack, telegram: TelegramServer) -> Iterator[str]:
    """One more web process of the same house, with Telegram on."""
    second = stack.one_more_web(
        REFUNDS_TELEGRAM_TOKEN=BOT_TOKEN, REFUNDS_TELEGRAM_SECRET=SECRET, REFUNDS_TELEGRAM_API=telegram.api
    )
    yield second.url
    second.stop("web")


@pytest.fixture
def player(stack: Stack, telegram: TelegramServer, web: str) -> TelegramPlayer:
    stack.reset()
    return TelegramPlayer.in_chat(stack, telegram, web, next(PEOPLE))


def test_a_refund_from_the_first_word_to_the_notice(player: TelegramPlayer) -> None:
    player.play(
        {
            "moves": [
                {"say": ASKS},
                {"sign_in": "chen@example.com", "hears": ["ORD-33052", "P1.b", "CN¥8,600.00", "file it"]},
                {"press": "Yes, file it", "hears": ["R-"]},
            ],
            "end": {"cases": [{"order_id": "ORD-33052", "state": "submitted", "channel": "telegram"}]},
        }
    )
    known = len(player.messages)
    [case] = player.stack.refunds("case", "list", "--json")
    for colleague in ("ann", "ben"):
        player.stack.refunds("case", "approve", case["case_id"], "--as", colleague)
    wait_until(lambda: len(player.messages) > known, seconds=30)
    assert "approved" in player.messages[known]["text"].lower()
    player.play(
        {
            "moves": [{"say": "where is my refund?", "hears": [case["case_id"]]}],
            "end": {"cases": [{"order_id": "ORD-33052"}]},
        }
    )


def test_whoever_asks_for_a_person_reads_what_that_person_writes_and_goes_on_with_the_assistant(
    player: TelegramPlayer, web: str
) -> None:
    player.play({"moves": [{"say": "I want to talk to a human"}], "end": {"owner": "waiting"}})
    [chat] = [one for one in player.stack.refunds("chat", "list", "--json") if one["address"] == player.sender]
    ann = Colleague(web)
    ann.take(chat["conversation_id"])
    ann.say(chat["conversation_id"], "Good day, what is it about?")
    wait_until(lambda: player.messages[-1]["text"] == "Ann: Good day, what is it about?", seconds=30)
    ann.hand_back(chat["conversation_id"])
    player.play(
        {
            "moves": [{"keep_asking": "how long does a refund to a card take?", "hears": ["business days"]}],
            "end": {"owner": "assistant"},
        }
    )


def test_a_case_of_another_channel_is_shown_here_once_the_customer_showed_who_they_are(player: TelegramPlayer) -> None:
    elsewhere = [{"say": ASKS}, {"sign_in": "chen@example.com"}, {"press": "Yes, file it"}]
    Player(player.stack, "elsewhere").play({"moves": elsewhere, "end": {"cases": [{"channel": "rest"}]}})
    [case] = player.stack.refunds("case", "list", "--json")
    player.play(
        {
            "moves": [
                {"say": "where is my refund?", "not": [case["case_id"], "ORD-33052"]},
                {"sign_in": "chen@example.com", "hears": [case["case_id"], "ORD-33052"]},
            ]
        }
    )


def test_start_shows_what_can_be_done(player: TelegramPlayer) -> None:
    player.play({"moves": [{"say": "/start"}], "end": {"owner": "assistant"}})
    assert any(line["buttons"] for line in player.lines)


@pytest.mark.parametrize("is_known", [False, True], ids=["before", "after"])
def test_what_began_on_the_website_goes_on_here_without_being_said_again(
    player: TelegramPlayer, web: str, is_known: bool
) -> None:
    with tab(web) as page:
        on_website = WebsitePlayer.in_tab(player.stack, page)
        on_website.play({"moves": [{"say": ASKS}]})
        if is_known:
            on_website.play({"moves": [{"sign_in": "chen@example.com", "hears": ["ORD-33052"]}]})
        headers = {"Authorization": f"Bearer {page.token}"}
        link = requests.post(f"{web}/chat/carry-on/", headers=headers, timeout=10).json()["telegram"]
    player.play({"moves": [{"say": f"/start {link.split('=')[1]}"}]})
    assert "ORD-33052" not in player.heard
    if is_known:
        player.play({"moves": [{"say": "go on", "hears": ["e-mail"]}]})
    player.play(
        {
            "moves": [
                {"sign_in": "chen@example.com", "hears": ["ORD-33052", "P1.b", "file it"]},
                {"press": "Yes, file it", "hears": ["R-"]},
            ],
            "end": {"cases": [{"order_id": "ORD-33052", "channel": "telegram"}]},
        }
    )
