"""Which of Rasa's warnings matter."""

from __future__ import annotations

from launcher.training_data import problems_in

UNUSED = "io.py:100: UserWarning: The utterance 'utter_greet' is not used in any story or rule."
SILENT = (
    "io.py:100: UserWarning: The intent 'choose_order' is listed in the domain file, "
    "but is not found in the NLU training data."
)


def test_an_utterance_that_only_the_service_says_does_not_matter() -> None:
    assert list(problems_in(UNUSED, "")) == []


def test_an_intent_that_a_button_brings_about_needs_no_sentence() -> None:
    assert list(problems_in(SILENT, 'payload="/choose_order"')) == []


def test_an_intent_that_nothing_brings_about_matters() -> None:
    assert "choose_order" in "".join(problems_in(SILENT, 'payload="/choose_orders"'))


def test_any_other_warning_matters() -> None:
    said = "\x1b[93mio.py:100: UserWarning: The action 'action_x' is used but not listed.\n\x1b[0mINFO done"
    assert list(problems_in(said, "")) == ["The action 'action_x' is used but not listed."]
