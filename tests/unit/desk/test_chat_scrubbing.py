"""What a customer wrote, without the customer: nothing stays that is not listed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.desk.chats.everyday_words import everyday_words, words_of_ours
from refunds.desk.chats.kept_tests import NLU
from refunds.desk.chats.scrubbing import (
    AMOUNTS,
    CUSTOMER,
    DAY,
    HOUR,
    MAIL,
    NOBODYS_CASE,
    NOBODYS_MAIL,
    NOBODYS_ORDER,
    NOBODYS_TICKET,
    NUMBER,
    ORDERS,
    OTHER_AMOUNT,
    OTHER_MAILS,
    THE_CASE,
    TICKETS,
    UNKNOWN_WORD,
    Scrubber,
)
from refunds.settings import ROOT
from refunds.words import Words

EVERYDAY = everyday_words(NLU) | words_of_ours(Words.load(ROOT / "data" / "responses"))
WORLD = json.loads((ROOT / "tests" / "conversations" / "world.json").read_text(encoding="utf-8"))
OF_THE_WORLD = (
    *(MAIL, *OTHER_MAILS, NOBODYS_MAIL, *ORDERS, NOBODYS_ORDER, *AMOUNTS, OTHER_AMOUNT, *TICKETS, NOBODYS_TICKET),
    *(NOBODYS_CASE, THE_CASE, DAY, HOUR, UNKNOWN_WORD),
)


def scrubbed(text: str, *theirs: str) -> str:
    return Scrubber(EVERYDAY, theirs, "jane@shop.example").scrub(text)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("my server was down yesterday, refund please", "my server was down yesterday, refund please"),
        ("I'm Jennifer Kowalski, order ORD-91827", "I'm something, order ORD-48213"),
        ("it is order number 91827", "it is ORD-48213"),
        ("91827", "ORD-48213"),
        ("my mail is jane@shop.example", "my mail is amara@example.com"),
        ("I paid 1,899.99 EUR for it", "I paid 240.00 EUR for it"),
        ("I paid \u20ac47.11", "I paid 240.00 EUR"),
        ("it was down on 12 November 2026 at 14:25", "it was down on {-3d} at 10:00"),
        ("since 2026-11-12, or 12.11.", "since {-3d}, or {-3d}"),
        ("my ticket is T-77123", "my ticket is T-9002"),
        ("what about case R-7K2QM", "what about case R-22222"),
        ("it failed 12 times", "it failed 3 times"),
        ("call me on +49 170 5550199", "call me on 3 3 3"),
        ("see https://example.net/jane?id=5", "see something"),
        ("Was it down on Monday?", "Was it down on Monday?"),
    ],
)
def test_details_become_those_of_the_test_world(said: str, kept: str) -> None:
    assert scrubbed(said) == kept


def test_the_same_order_is_the_same_throughout_and_a_third_is_nobodys() -> None:
    scrubber = Scrubber(EVERYDAY)
    assert scrubber.scrub("ORD-11111 and ORD-22222") == "ORD-48213 and ORD-48377"
    assert scrubber.scrub("ord 11111, ORD-33333") == "ORD-48213, ORD-99999"


def test_a_name_that_is_an_everyday_word_goes_if_it_is_theirs() -> None:
    assert scrubbed("the bill is wrong") == "the bill is wrong"
    assert "bill" not in scrubbed("the bill is wrong", "bill")


def test_a_word_with_a_capital_within_a_sentence_is_taken_for_a_name() -> None:
    assert scrubbed("please ask Bill about it") == "please ask something about it"


def test_a_case_that_was_filed_in_the_chat_is_the_players_case() -> None:
    assert Scrubber(EVERYDAY, filed={"R-7K2QM"}).scrub("what about r-7k2qm") == "what about {case}"


@given(
    st.lists(
        st.one_of(
            st.sampled_from(["refund", "please", "my", "server", "was", "down"]),
            st.text(max_size=12),
            st.emails(),
            st.decimals(0, 99999, places=2).map(str),
            st.dates().map(str),
        ),
        max_size=12,
    )
)
def test_whatever_is_said_only_everyday_words_and_the_test_world_stay(parts: list[str]) -> None:
    kept = scrubbed(" ".join(parts))
    for piece in sorted(OF_THE_WORLD, key=len, reverse=True):
        kept = kept.replace(piece, " ")
    words = re.findall(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*", kept)
    assert {word.lower().replace("\u2019", "'") for word in words} <= EVERYDAY
    assert set(re.findall(r"\w*\d\w*", kept)) <= {NUMBER}


def test_what_stands_for_a_customer_is_in_the_world_of_the_scripts() -> None:
    mails = {each["email"]: each["customer_id"] for each in WORLD["customers"]}
    orders = {each["order_id"]: each for each in WORLD["orders"]}
    assert mails[MAIL] == CUSTOMER
    assert set(OTHER_MAILS) < set(mails)
    assert NOBODYS_MAIL not in mails
    assert {orders[each]["customer_id"] for each in ORDERS} == {CUSTOMER}
    paid = [orders[each]["amount"] for each in ORDERS]
    assert [f"{each['value']} {each['currency']}" for each in paid] == list(AMOUNTS)
    assert NOBODYS_ORDER not in orders
    assert [each["order_id"] for each in WORLD["tickets"] if each["ticket_id"] in TICKETS] == [ORDERS[1]]


def test_a_word_of_one_example_may_be_a_name_and_is_not_everyday(tmp_path: Path) -> None:
    examples = '      - i am [zoe]{"entity": "x"}\n' + "      - my refund\n" * 3
    (tmp_path / "a.yml").write_text(f"nlu:\n  - examples: |\n{examples}", encoding="utf-8")
    assert {"my", "refund"} <= everyday_words(tmp_path)
    assert not {"zoe", "entity", "am"} & everyday_words(tmp_path)
