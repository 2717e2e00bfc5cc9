"""What `make check` says of rules that contradict each other or look behind the last question."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from launcher.rules_check import problems_with_rules

DOMAIN = """
intents: [{greet: {use_entities: []}}, deny]
actions: [action_greet, action_ask]
slots:
  pending_question: {type: categorical, values: [email, code]}
  frame: {type: any}
"""
SOUND = """
rules:
- rule: a greeting
  steps: [{intent: greet}, {action: action_greet}]
- rule: a no
  steps: [{intent: deny}, {action: action_ask}]
- rule: a no to the mail address
  condition: [{slot_was_set: [{pending_question: email}]}]
  steps: [{intent: deny}, {action: action_greet}]
"""


def problems(rules: str, domain: str = DOMAIN) -> list[str]:
    parsed: dict[str, Any] = yaml.safe_load(rules)
    return list(problems_with_rules(yaml.safe_load(domain), {"x.yml": parsed}))


def with_rule(rule: str) -> str:
    """The sound rules and one more."""
    return f"{SOUND}- {rule}\n"


def test_sound_rules_have_no_problem() -> None:
    assert problems(SOUND) == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{rule: x, steps: [{intent: greet}, {action: action_ask}]}", "'x' contradicts x.yml: rule 'a greeting'"),
        (
            "{rule: x, condition: [{slot_was_set: [{pending_question: email}]}],"
            " steps: [{intent: deny}, {action: action_ask}]}",
            "'x' contradicts x.yml: rule 'a no to the mail address'",
        ),
        ("{rule: x, steps: [{intent: greet}, {action: action_greet}]}", "'x' repeats x.yml: rule 'a greeting'"),
    ],
)
def test_two_rules_for_the_same_words_and_question_are_one_too_many(rule: str, said: str) -> None:
    assert [said in problem for problem in problems(with_rule(rule))] == [True]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            "{rule: x, steps: [{intent: greet}, {action: action_greet}, {intent: deny}, {action: action_ask}]}",
            "must be one intent and one action",
        ),
        ("{rule: x, steps: [{action: action_ask}, {intent: greet}]}", "must be one intent and one action"),
        ("{rule: x, steps: [{intent: greet}]}", "must be one intent and one action"),
        ("{rule: x, steps: [{or: [{intent: greet}]}, {action: action_ask}]}", "must be one intent and one action"),
        ("{rule: x, steps: [{intent: greet, entities: [a]}, {action: action_ask}]}", "looks at more than the intent"),
        (
            "{rule: x, condition: [{slot_was_set: [{frame: y}]}], steps: [{intent: greet}, {action: action_ask}]}",
            "a condition on slot 'frame' looks behind",
        ),
        (
            "{rule: x, condition: [{active_loop: y}], steps: [{intent: deny}, {action: action_ask}]}",
            "a condition on ['active_loop'] looks behind",
        ),
        (
            "{rule: x, condition: [{slot_was_set: [{pending_question: email}, {pending_question: code}]}],"
            " steps: [{intent: greet}, {action: action_ask}]}",
            "more than one condition",
        ),
    ],
)
def test_a_rule_that_looks_behind_the_last_question_is_found(rule: str, said: str) -> None:
    assert any(f"rule 'x': {said}" in problem for problem in problems(with_rule(rule)))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{rule: x, steps: [{intent: shout}, {action: action_ask}]}", "no intent 'shout'"),
        ("{rule: x, steps: [{intent: greet}, {action: action_sing}]}", "no action 'action_sing'"),
        (
            "{rule: x, condition: [{slot_was_set: [{mood: bad}]}], steps: [{intent: greet}, {action: action_ask}]}",
            "no slot 'mood'",
        ),
        (
            "{rule: x, condition: [{slot_was_set: [{pending_question: age}]}],"
            " steps: [{intent: greet}, {action: action_ask}]}",
            "pending_question is never 'age'",
        ),
    ],
)
def test_what_the_domain_does_not_know_is_found(rule: str, said: str) -> None:
    assert any(said in problem for problem in problems(with_rule(rule)))


def test_an_intent_that_only_one_question_leads_anywhere_is_found() -> None:
    one = "rules: [{rule: x, condition: [{slot_was_set: [{pending_question: email}]}],"
    found = problems(f"{one} steps: [{{intent: deny}}, {{action: action_ask}}]}}]")
    assert "domain.yml: intent 'deny' has no rule that holds whatever was asked" in found
    assert "domain.yml: action 'action_greet' is in no rule" in found


def test_stories_look_behind() -> None:
    assert problems(f"{SOUND}stories: [{{story: y}}]\n") == [
        "x.yml: holds stories, which look behind the last question"
    ]


def test_a_name_is_used_once() -> None:
    named = "{rule: a greeting, condition: [{slot_was_set: [{pending_question: code}]}],"
    assert problems(with_rule(f"{named} steps: [{{intent: deny}}, {{action: action_ask}}]}}")) == [
        "x.yml: rule 'a greeting': x.yml has a rule of that name"
    ]
