"""The arithmetic of `make eval`'s report, on readings small enough to count by hand."""

from __future__ import annotations

import pytest

from rasa_ext.evaluation.figures import (
    OUT_OF_SCOPE,
    Reading,
    by_entity,
    by_intent,
    calibration_error,
    doubt,
    exact_share,
    macro_f1,
    mistaken_pairs,
    out_of_scope,
    reliability,
)
from rasa_ext.evaluation.matrix import matrix_svg
from rasa_ext.noise import KINDS, noisy_copies


def reading(meant: str, read: str, confidence: float = 0.9) -> Reading:
    return Reading("", meant, [(read, confidence), ("other", 1 - confidence)])


READINGS = [reading("a", "a"), reading("a", "b"), reading("b", "b"), reading("b", "b")]


def test_scores_count_what_was_meant_and_what_was_read() -> None:
    scores = by_intent(READINGS)
    assert (scores["a"].precision, scores["a"].recall, scores["b"].recall) == (1, 0.5, 1)
    assert scores["b"].precision == pytest.approx(2 / 3)
    assert macro_f1(READINGS) == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_mistakes_are_named_as_pairs() -> None:
    assert mistaken_pairs(READINGS, 5) == [("a", "b", 1)]


def test_calibration_is_the_distance_between_sureness_and_being_right() -> None:
    assert calibration_error(READINGS) == pytest.approx(0.9 - 0.75)
    assert [(one.rows, one.right) for one in reliability(READINGS)] == [(4, 0.75)]


def test_doubt_counts_right_and_wrong_readings_apart() -> None:
    asked = doubt([reading("a", "a", 0.35), reading("a", "a", 0.8), reading("a", "b", 0.3)], [0.4])[0]
    assert (asked.right_asked, asked.wrong_asked) == (0.5, 1)


def test_the_fence_lets_no_more_than_the_allowed_share_alarm() -> None:
    inside = [Reading("", "a", [("a", 1 - at / 100), (OUT_OF_SCOPE, at / 100)]) for at in range(100)]
    outside = [Reading("", OUT_OF_SCOPE, [(OUT_OF_SCOPE, likely)]) for likely in (0.5, 0.97, 0.99)]
    fence = out_of_scope(inside + outside, 0.03)
    assert fence.false_alarms <= 0.03
    assert fence.recall == pytest.approx(2 / 3)


def test_a_message_is_exact_only_with_all_its_details_and_no_more() -> None:
    meant = [[("amount", "1")], [("time", "2"), ("time", "3")], []]
    read = [[("amount", "1")], [("time", "2")], [("amount", "9")]]
    assert exact_share(meant, read) == pytest.approx(1 / 3)
    assert by_entity(meant, read)["time"].recall == 0.5
    assert by_entity(meant, read)["amount"].precision == 0.5


def test_the_picture_shows_each_count() -> None:
    picture = matrix_svg({("a", "a"): 41, ("a", "b"): 7})
    assert picture.startswith("<svg")
    assert ">41<" in picture
    assert ">7<" in picture


@pytest.mark.parametrize("kind", KINDS)
def test_noise_is_the_same_for_the_same_seed_and_spares_details(kind: str) -> None:
    texts = ["please refund ORD-48213 to me@firm.example because the server was down"]
    assert noisy_copies(texts, kind, 1) == noisy_copies(texts, kind, 1)
    noisy = noisy_copies(texts, kind, 1)[0]
    assert noisy != texts[0]
    assert "ord-48213" in noisy.lower()
    assert "me@firm.example" in noisy.lower()
