"""Mails of notices and codes: the same in both forms, with nothing left to fill in."""

from __future__ import annotations

import re
from html import unescape

import pytest

from refunds.cases.notices import Notice
from refunds.notify.code_mail import code_letter
from refunds.notify.facts import facts
from refunds.notify.letter import Letter
from refunds.notify.mails import notice_letter
from refunds.notify.occasions import Occasion
from refunds.notify.sentences import paragraphs
from tests.unit.notify.matters import AMARA, NOW, WORDS
from tests.unit.notify.test_sentences import EXAMPLES

WISHES = "https://chat.example.com/notices#link=abc"


def letter_on(occasion: Occasion) -> Letter:
    """The mail of the example for ``occasion``."""
    about = EXAMPLES[occasion]
    values = {**about.values, "paragraphs": paragraphs(about, occasion), "facts": facts(about, occasion)}
    notice = Notice("n", "key", about.case.case_id, occasion.value, values, None, None, NOW, None)
    return notice_letter(WORDS, notice, AMARA, "https://chat.example.com/chat#case=R-7K2MQ", WISHES)


def words_of(html: str) -> str:
    """What a reader sees of an HTML page, in one line."""
    body = re.sub(r"<head>.*?</head>", "", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("occasion", list(Occasion))
def test_every_occasion_makes_a_mail_with_nothing_left_to_fill_in(occasion: Occasion) -> None:
    letter = letter_on(occasion)
    assert "R-7K2MQ" in letter.subject
    for form in (letter.subject, letter.text, words_of(letter.html)):
        assert not re.search(r"[{}]|None|\bmail_|\bnotice_", form)


def test_below_all_else_it_leads_to_where_its_reader_says_how_to_be_told() -> None:
    letter = letter_on(Occasion.PAID)
    assert letter.text.endswith(f"Choose how and when you hear from us:\n{WISHES}")
    assert f'href="{WISHES}"' in letter.html
    assert letter.html.index(WISHES) > letter.html.index(letter.closing[-1])


@pytest.mark.parametrize("occasion", list(Occasion))
def test_both_forms_say_the_same(occasion: Occasion) -> None:
    letter = letter_on(occasion)
    seen = words_of(letter.html)
    for part in (*letter.paragraphs, *letter.closing, *(value for _, value in letter.facts)):
        assert part in letter.text
        assert " ".join(part.split()) in seen
    assert letter.link is not None
    assert f'href="{letter.link[1]}"' in letter.html
    assert letter.link[1] == "https://chat.example.com/chat#case=R-7K2MQ"
    assert letter.link[1] in letter.text


def test_a_letter_may_do_without_facts_and_link() -> None:
    letter = Letter("Hi", ("One.", "Two\nlines."))
    assert letter.text == "One.\n\nTwo\nlines."
    assert "Two<br>lines." in letter.html
    assert "<table" not in letter.html
    assert "<a " not in letter.html


def test_the_mail_with_a_code_holds_one_number_of_six_digits_in_either_form() -> None:
    letter = code_letter(WORDS, "482913")
    for form in (letter.text, letter.html):
        assert re.findall(r"(?<!\d)\d{6}(?!\d)", form) == ["482913"]
