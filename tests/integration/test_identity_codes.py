"""Verification by a mailed code, on both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from refunds.database import Base, Database
from refunds.errors import BackOfficeUnavailable, MailFailed, NotFound
from tests.integration.people_world import AMARA, BRUNO, NOW, People, another, code_of, on_sqlite, people_over, text_of

STRANGER = "nobody@example.com"


@pytest.fixture
def people(database: Database, tmp_path: Path) -> People:
    return people_over(database, tmp_path)


def minutes(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


def test_the_mailed_code_verifies_the_conversation(people: People) -> None:
    assert people.ask_code() == "sent"
    assert people.say(f"it is {people.last_code()}, thanks") == ("it is [code], thanks", "verified")
    assert people.customer() == AMARA.customer_id
    assert people.row().verified_by == "mail"


@on_sqlite
def test_the_mail_goes_to_the_address_on_the_account_with_one_number_of_six_digits(people: People) -> None:
    people.ask_code("  AMARA@Example.com ")
    (mail,) = people.mails()
    assert mail["To"] == AMARA.email
    assert len(code_of(mail)) == 6
    assert len(list(people.settings.mailbox.iterdir())) == 1


@on_sqlite
@pytest.mark.parametrize("written", ["{0}{1}", "{0} {1}", "{0}-{1}", "code: {0}{1}.", "({0} {1})"])
def test_a_code_may_be_written_in_two_halves(people: People, written: str) -> None:
    people.ask_code()
    code = people.last_code()
    said, outcome = people.say(written.format(code[:3], code[3:]))
    assert outcome == "verified"
    assert code[:3] not in said


@on_sqlite
def test_verification_ends_by_itself_after_twelve_hours(people: People) -> None:
    people.ask_code()
    people.say(people.last_code())
    assert people.customer(now=minutes(12 * 60 - 1)) == AMARA.customer_id
    assert people.customer(now=minutes(12 * 60)) is None


@on_sqlite
def test_verification_holds_for_its_own_conversation_only(people: People) -> None:
    people.ask_code()
    people.say(people.last_code())
    assert people.customer("another") is None


def test_a_code_of_another_conversation_does_not_work(people: People) -> None:
    people.ask_code(AMARA.email, "one", message="m1")
    hers = people.last_code()
    people.ask_code(BRUNO.email, "two", message="m2")
    assert people.say(hers, "two")[1] == "wrong"
    assert people.customer("two") is None
    assert people.say(hers, "one")[1] == "verified"


@on_sqlite
def test_a_number_is_left_alone_where_no_code_is_awaited(people: People) -> None:
    assert people.say("my invoice is 482913") == ("my invoice is 482913", None)


@on_sqlite
def test_words_without_a_code_are_left_alone_while_one_is_awaited(people: People) -> None:
    people.ask_code()
    for text in ("no mail came", "order ORD-482131", "240.00 EUR", "+49 151 234567", "123456 or 654321", ""):
        assert people.say(text) == (text, None)
    assert people.identity.tries_left(people.conversation()) == 5


def test_five_wrong_codes_lock_and_the_right_one_comes_too_late(people: People) -> None:
    people.ask_code()
    code = people.last_code()
    outcomes = [people.say(another(code))[1] for _ in range(5)]
    assert outcomes == ["wrong", "wrong", "wrong", "wrong", "locked"]
    assert people.say(code) == ("[code]", "locked")
    assert people.customer() is None


@on_sqlite
def test_the_tries_left_are_counted_down(people: People) -> None:
    people.ask_code()
    assert people.identity.tries_left(people.conversation()) == 5
    people.say(another(people.last_code()))
    assert people.identity.tries_left(people.conversation()) == 4


def test_tries_that_come_at_once_are_counted_one_by_one(people: People) -> None:
    people.ask_code()
    wrong = another(people.last_code())
    together = threading.Barrier(8)

    def guess(_number: int) -> str | None:
        together.wait(timeout=10)
        return people.say(wrong)[1]

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(guess, range(8)))
    assert sorted(map(str, outcomes)) == ["locked"] * 4 + ["wrong"] * 4


@on_sqlite
def test_a_code_is_good_for_ten_minutes(people: People) -> None:
    people.ask_code()
    code = people.last_code()
    assert people.say(code, now=minutes(10)) == ("[code]", "expired")
    assert people.customer(now=minutes(10)) is None
    assert people.say(code, now=minutes(9.9))[1] == "verified"


@on_sqlite
def test_long_after_its_end_a_code_is_no_longer_awaited(people: People) -> None:
    people.ask_code()
    assert people.say("my invoice is 482913", now=minutes(71)) == ("my invoice is 482913", None)


def test_a_code_works_once(people: People) -> None:
    people.ask_code()
    code = people.last_code()
    people.say(code)
    people.identity.forget(people.conversation())
    assert people.say(code) == (code, None)
    assert people.customer() is None


def test_a_new_code_ends_the_older_one(people: People) -> None:
    people.ask_code(message="m1")
    older = people.last_code()
    people.ask_code(message="m2", now=minutes(1))
    newer = people.last_code()
    assert people.say(older, now=minutes(2))[1] == "wrong"
    assert people.say(newer, now=minutes(2))[1] == "verified"


def test_signing_out_makes_the_customer_nobody_again(people: People) -> None:
    people.ask_code()
    people.say(people.last_code())
    people.identity.forget(people.conversation())
    assert people.customer() is None
    assert people.row().customer_id is None


def test_the_same_message_again_is_the_same_code_and_the_same_mail(people: People) -> None:
    assert people.ask_code() == people.ask_code(now=minutes(1)) == "sent"
    assert len(people.mails()) == 1
    assert len(people.challenges()) == 1


def test_a_message_whose_mail_went_out_late_has_ten_minutes_from_then(people: People) -> None:
    people.ask_code()
    people.ask_code(now=minutes(15))
    assert people.say(people.last_code(), now=minutes(24))[1] == "verified"


@on_sqlite
def test_the_same_message_again_does_not_open_what_was_locked(people: People) -> None:
    people.ask_code()
    code = people.last_code()
    for _ in range(5):
        people.say(another(code))
    people.ask_code(now=minutes(1))
    assert people.say(code, now=minutes(1))[1] == "locked"


def test_an_address_without_an_account_gets_the_same_answers(people: People) -> None:
    assert people.ask_code(STRANGER) == "sent"
    assert people.mails() == []
    assert people.identity.tries_left(people.conversation()) == 5
    outcomes = [people.say("482913")[1] for _ in range(6)]
    assert outcomes == ["wrong", "wrong", "wrong", "wrong", "locked", "locked"]
    assert people.say("482913", now=minutes(30))[1] == "locked"


@on_sqlite
def test_not_even_the_right_guess_verifies_an_address_without_an_account(people: People) -> None:
    people.ask_code(STRANGER)
    (challenge,) = people.challenges()
    code = people.identity._codes.code(challenge.nonce)
    assert people.say(code)[1] == "wrong"
    assert people.customer() is None


@on_sqlite
def test_an_address_without_an_account_meets_the_same_limit(people: People) -> None:
    answers = [people.ask_code(STRANGER, f"c{n}", message=f"m{n}") for n in range(6)]
    assert answers == ["sent"] * 5 + ["too_many"]


@on_sqlite
def test_with_the_back_office_away_known_and_unknown_addresses_fail_alike(people: People) -> None:
    people.office.is_away = True
    for address in (AMARA.email, STRANGER):
        with pytest.raises(BackOfficeUnavailable):
            people.ask_code(address)
    assert people.challenges() == []


@on_sqlite
def test_with_the_mailbox_broken_known_and_unknown_addresses_fail_alike(people: People) -> None:
    people.settings.mailbox.write_text("a file where the folder should be")
    for number, address in enumerate((AMARA.email, STRANGER)):
        with pytest.raises(MailFailed):
            people.ask_code(address, message=f"m{number}")


@on_sqlite
def test_a_mail_that_failed_goes_out_when_the_message_is_tried_again(people: People) -> None:
    people.settings.mailbox.write_text("a file where the folder should be")
    with pytest.raises(MailFailed):
        people.ask_code()
    people.settings.mailbox.unlink()
    assert people.ask_code(now=minutes(1)) == "sent"
    assert people.say(people.last_code(), now=minutes(1))[1] == "verified"


def test_an_address_gets_five_codes_an_hour_over_all_conversations(people: People) -> None:
    answers = [people.ask_code(name=f"c{n}", message=f"m{n}") for n in range(6)]
    assert answers == ["sent"] * 5 + ["too_many"]
    assert people.ask_code(BRUNO.email, "c9", message="m9") == "sent"
    assert people.ask_code(name="c7", message="m7", now=minutes(60)) == "sent"


def test_a_conversation_gets_five_codes_an_hour_over_all_addresses(people: People) -> None:
    answers = [people.ask_code(f"someone{n}@example.com", message=f"m{n}") for n in range(6)]
    assert answers == ["sent"] * 5 + ["too_many"]


def test_the_limit_holds_for_conversations_that_ask_at_once(people: People) -> None:
    names = [f"c{n}" for n in range(12)]
    for name in names:
        people.conversation(name)
    together = threading.Barrier(12)

    def ask(name: str) -> str:
        together.wait(timeout=10)
        return people.ask_code(name=name, message=name)

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(ask, names))
    assert sorted(answers) == ["sent"] * 5 + ["too_many"] * 7


@on_sqlite
def test_guessing_across_new_codes_ends_at_twenty_five_tries_an_hour(people: People) -> None:
    tries = 0
    for number in range(20):
        if people.ask_code(name=f"c{number}", message=f"m{number}", now=minutes(number)) == "too_many":
            continue
        wrong = another(people.last_code())
        while people.say(wrong, f"c{number}", now=minutes(number))[1] == "wrong":
            tries += 1
        tries += 1
    assert tries == 25


def test_a_code_for_a_conversation_that_is_not_there_is_refused(people: People) -> None:
    with pytest.raises(NotFound):
        people.identity.send_code("0" * 32, AMARA.email, message_id="m", now=NOW)


def test_neither_code_nor_address_stand_in_the_database(people: People) -> None:
    people.ask_code()
    code = people.last_code()
    people.say(another(code))
    with people.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            kept = str(session.execute(sql(f'SELECT * FROM "{table.name}"')).all())
            assert code not in kept
            assert AMARA.email not in kept


@on_sqlite
def test_the_code_is_not_logged(
    people: People, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    people.ask_code()
    people.say(another(people.last_code()))
    code = people.last_code()
    people.say(code)
    out, err = capfd.readouterr()
    assert code not in out + err + caplog.text


@on_sqlite
def test_the_stored_hash_tells_nothing_without_the_installations_secret(
    people: People, database: Database, tmp_path: Path
) -> None:
    people.ask_code()
    code = people.last_code()
    elsewhere = people_over(database, tmp_path / "elsewhere", secret="another installation's secret")
    assert elsewhere.say(code)[1] == "wrong"


@on_sqlite
def test_the_mail_says_what_to_do_with_a_code_nobody_asked_for(people: People) -> None:
    people.ask_code()
    (mail,) = people.mails()
    assert "ignore this mail" in text_of(mail)
    html = mail.get_body(("html",))
    assert html is not None
    assert people.last_code() in html.get_content()
