"""Evidence in customers' words."""

from __future__ import annotations

import pytest

from actions.evidence import is_evidence, wants_to_send


@pytest.mark.parametrize(
    "words",
    [
        "I have a screenshot",
        "the log says: connection refused",
        "our monitoring shows 502",
        "see my traceroute",
    ],
)
def test_telling_of_evidence_is_not_wanting_to_send_it(words: str) -> None:
    assert is_evidence(words)
    assert not wants_to_send(words)


@pytest.mark.parametrize(
    "words",
    [
        "where can I upload a screenshot?",
        "can I send you the log file",
        "how do I attach a photo",
        "here is a screenshot",
        "I'd like to share an error log with you",
    ],
)
def test_a_file_that_is_to_be_sent_is_recognised(words: str) -> None:
    assert wants_to_send(words)


@pytest.mark.parametrize("words", ["I can't log in", "refund please", "send me the money", "what is your log in page"])
def test_other_words_are_no_evidence(words: str) -> None:
    assert not is_evidence(words)
