from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.desk.insight.scrubbing import LONGEST, scrubbed


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("mail me at amara.okafor+x@mail.example.co.uk please", "mail me at name@example.com please"),
        ("order ord 48213 and order number 48213", "order ORD-10000 and order number 10000"),
        ("ticket t-9001, case r-7k2mq", "ticket T-1000, case R-22222"),
        ("call +44 20 7946 0958 or 0171/2345678", "call 0000000 or 0000000"),
        ("my iban is DE89 3704 0044 0532 0130 00 ok", "my iban is DE00 ok"),
        ("see https://shop.example/u/4711?x=1 there", "see example.com there"),
        ("card 4111 1111 1111 1111 was charged", "card was charged"),
        ("my password is [password removed]", "my password is"),
        ("two\n lines\tof it", "two lines of it"),
        ("a 50 EUR credit on 3 May", "a 50 EUR credit on 3 May"),
        ("[gold](payment_method) `x` {y} | z", "goldpayment_method x y z"),
    ],
)
def test_what_tells_who_said_it_is_replaced_and_the_rest_stays(said: str, kept: str) -> None:
    assert scrubbed(said) == kept


def test_the_customers_own_name_is_replaced_however_it_is_written() -> None:
    assert scrubbed("this is amara OKAFOR speaking", ["Amara Okafor"]) == "this is Alex Alex speaking"


def test_a_part_of_a_word_is_no_name() -> None:
    assert scrubbed("the android app", ["An Droid"]) == "the android app"


def test_a_long_text_ends_with_a_whole_word() -> None:
    assert scrubbed("word " * 100) == ("word " * 100)[: LONGEST - 1]


@given(st.text(), st.lists(st.text(), max_size=2))
def test_nothing_that_training_data_reads_as_markup_is_left(said: str, names: list[str]) -> None:
    kept = scrubbed(said, names)
    assert len(kept) <= LONGEST
    assert not set(kept) & set("[](){}|`\n\r")
