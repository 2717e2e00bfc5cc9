"""What answers a question about the policy: a sentence with the settings' figures, clauses, or that it is silent."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from refunds.days import CalendarDays
from refunds.policy_files import load_policy
from refunds.policy_question_kinds import KINDS
from refunds.policy_questions import NOT_FOUND, OVERVIEW, SILENT, find_in_policy, policy_figures
from refunds.words import Words

ROOT = Path(__file__).resolve().parents[2]
POLICY = load_policy(ROOT / "policy")
WORDS = Words.load(ROOT / "data" / "responses")
_SENTENCE_END = re.compile(r"[.?!](?= |$)")


def told(question: str) -> str:
    """The answer as the customer reads it."""
    found = find_in_policy(question, POLICY)
    if found.sentence:
        return WORDS.say(found.sentence, **policy_figures(POLICY))
    return " ".join(f"{clause.plain} ({clause.id})" for clause in found.clauses)


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("how long do you have to fix a problem before i get a refund", ["P1.b", "within 7 days"]),
        ("what happens if you never fix a serious problem", ["P1.b", "within 7 days"]),
        ("what does clause P1.b mean", ["P1.b", "7 days", "30 days"]),
        ("what counts as a serious problem?", ["P1.b", "high or critical"]),
        ("which tickets are critical enough", ["P1.b", "high or critical"]),
        ("how severe must an issue be", ["P1.b", "high or critical"]),
        ("is a refund possible when your upstream supplier broke it", ["No", "P1.a"]),
        ("do you return the money to a friend's card", ["No", "P3.a"]),
        ("do you charge for early termination", ["doesn't say", "P5.c"]),
        ("if you turn me down, can somebody have another look?", ["Yes"]),
        ("how quickly do you look at requests", ["2 business days"]),
        ("what if my bank account is closed?", ["P3.a", "colleague"]),
        ("how long does approval take", ["P2.b", "2 business days", "P4.a"]),
        ("When will my request be reviewed?", ["P2.b", "2 business days"]),
        ("can the refund go to another card", ["No", "P3.a", "P4.b"]),
        ("could you pay it to my wife's account", ["No", "P3.a"]),
        ("what if the outage was caused by a third party", ["No", "P1.a", "intentional or gross"]),
        ("do you refund for planned maintenance", ["No", "P1.a"]),
        ("can i get money back if i just dont like it", ["P5.b", "P1.c", "14 days"]),
        ("what if I don't like it", ["P5.b"]),
        ("how many days do i have to return it", ["P1.c", "14 days"]),
        ("can I still withdraw from the contract?", ["P1.c", "14 days"]),
        ("i live in germany, what are my rights as a consumer", ["P1.c"]),
        ("who decides about my refund", ["P2.b"]),
        ("can I appeal a decision", ["Yes", "colleague checks it again"]),
        ("what is gross error", ["P1.a", "doesn't define"]),
        ("do i need to provide evidence", ["P5.a", "order number"]),
        ("what info do you need from me for a refund", ["P5.a"]),
        ("until when must i report a problem", ["P2.a", "30 days", "P1.b", "90 days"]),
        ("how do I request a refund", ["P2.a", "P2.b"]),
        ("is there a cancellation fee", ["doesn't say", "P5.c", "P5.b"]),
        ("do I get a refund if I cancel early?", ["P5.b"]),
        ("explain P5.b and p3-a please", ["P5.b", "P3.a"]),
        ("what if the service was down", ["P1.a"]),
        ("I opened a chargeback, can you still refund", ["P3.a", "colleague"]),
        ("what if I was charged twice", ["P1", "colleague"]),
        ("do I get the full amount?", ["never more than you paid"]),
    ],
)
def test_a_question_that_the_policy_answers_gets_its_clause_and_figures(question: str, holds: list[str]) -> None:
    answer = told(question)
    assert [part for part in holds if part not in answer] == []


@pytest.mark.parametrize(
    "question",
    [
        "will VAT be refunded as well?",
        "are taxes included",
        "do refunds include the exchange rate difference",
        "do you give partial refunds",
        "do you pay damages for lost revenue",
        "will you compensate us for the outage",
        "is data loss compensated",
        "am I allowed to use the server after the refund",
        "do you refund shipping",
        "what happens to my service after I get refunded?",
        "is there a money-back guarantee",
        "can I get credits instead of cash?",
        "does your refund policy say anything about fees or credits?",
        "SLA credits?",
        "do you charge for processing a refund?",
        "will my data be deleted if I get refunded?",
        "do I get anything back for the part I used",
        "can I get a refund for a gift?",
        "does a refund hurt my credit score?",
        "I'm a student do I get special terms",
    ],
)
def test_where_the_policy_is_silent_that_is_said_with_the_agreement(question: str) -> None:
    found = find_in_policy(question, POLICY)
    assert (found.sentence, found.is_silent) == (SILENT, True)
    assert "P5.c" in told(question)


@pytest.mark.parametrize(
    "question",
    [
        "what is your refund policy",
        "can I get a refund",
        "who qualifies for a refund",
        "under what circumstances would I be entitled to reimbursement?",
        "are domains refundable?",
        "",
    ],
)
def test_only_a_general_question_gets_the_overview(question: str) -> None:
    assert find_in_policy(question, POLICY).sentence == OVERVIEW


@pytest.mark.parametrize("question", ["is the moon made of cheese", "was kostet die Stornierung?", "I feel fine"])
def test_a_question_of_no_known_kind_gets_no_guess(question: str) -> None:
    found = find_in_policy(question, POLICY)
    assert (found.sentence, found.is_general) == (NOT_FOUND, True)


@pytest.mark.parametrize(
    ("question", "by_policy"),
    [
        ("how long does approval take", True),
        ("can the refund go to another card", True),
        ("how fast is a SEPA transfer refund", False),
        ("how long from approval until it is on my bank account", False),
        ("when will the money arrive", False),
    ],
)
def test_a_question_about_our_own_time_is_told_from_one_about_the_moneys_way(question: str, by_policy: bool) -> None:
    assert find_in_policy(question, POLICY).is_not_about_arrival is by_policy


def test_the_figures_are_those_of_the_settings() -> None:
    settings = replace(POLICY.settings, problem_solution_period=CalendarDays(1), serious_severities=frozenset({"low"}))
    figures = policy_figures(replace(POLICY, settings=settings))
    assert (figures["period"], figures["severities"], figures["levels"]) == ("1 day", "low", "intentional or gross")


@pytest.mark.parametrize("sentence", [*KINDS, SILENT, NOT_FOUND, OVERVIEW])
def test_every_answer_is_in_the_catalogue_and_has_at_most_three_sentences(sentence: str) -> None:
    answer = WORDS.say(sentence, **policy_figures(POLICY))
    assert len(_SENTENCE_END.findall(answer)) <= 3


def test_no_figure_is_typed_into_the_words() -> None:
    typed = [
        name
        for name, texts in WORDS.wordings.items()
        if name.startswith(("policy_", "utter_policy_"))
        for text in texts
        if re.search(r"(?<!P)\d", text)
    ]
    assert typed == []
