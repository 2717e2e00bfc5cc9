"""Rules read what the engine repaired; what is kept of a message is what the customer wrote."""

from __future__ import annotations

from actions.claims import claims_in
from actions.hearing import hear
from refunds.policy.request import Claim
from tests.unit.actions.talks import talk_of

TEXT = "i no lnoger need it becuase i moved"
REPAIRS = [[5, 11, "longer"], [20, 27, "because"]]


def test_a_misspelt_reason_is_heard_and_kept_as_it_was_written() -> None:
    talk = talk_of(TEXT, intent="inform", asked="reason", repairs=REPAIRS)
    assert not claims_in(talk.text, "inform", {})
    hear(talk)
    assert talk.frame.claims == [Claim.EARLY_END]
    assert talk.frame.words == [TEXT]


def test_places_count_from_the_message_as_it_came() -> None:
    assert talk_of("  " + TEXT, repairs=[[7, 13, "longer"]]).mended.startswith("i no longer need it becuase")


def test_a_part_of_a_message_is_repaired_where_it_holds_the_word() -> None:
    talk = talk_of(TEXT, repairs=REPAIRS)
    assert talk.part(0, 19).mended.strip() == "i no longer need it"
    assert talk.part(0, 19, left_out=True).mended.strip() == "because i moved"


def test_words_that_wait_for_their_reading_keep_their_repairs() -> None:
    doubtful = talk_of(TEXT, repairs=REPAIRS)
    doubtful.keep_for_reading()
    chosen = talk_of("/inform", intent="inform", frame={"doubted": doubtful.frame.doubted})
    assert chosen.text == TEXT
    assert chosen.mended == "i no longer need it because i moved"
