"""Words about ending a service, while that is asked."""

from __future__ import annotations

import pytest

from actions.ending import ends_it, keeps_it


@pytest.mark.parametrize("text", ["cancel it", "Yes, end it please", "just terminate it", "ok close my order now"])
def test_cancel_it_means_the_service(text: str) -> None:
    assert ends_it(text)


@pytest.mark.parametrize("text", ["yes", "cancel it if I get no money back", "when does it end?", "I said it ended"])
def test_other_words_end_nothing(text: str) -> None:
    assert not ends_it(text)


@pytest.mark.parametrize("text", ["no", "keep it", "no, leave it", "never mind"])
def test_a_no_keeps_the_service(text: str) -> None:
    assert keeps_it(text)
