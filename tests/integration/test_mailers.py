"""Mails as files and over a real socket."""

from __future__ import annotations

import email
import socket
from concurrent.futures import ThreadPoolExecutor
from email.policy import default
from pathlib import Path

import pytest

from refunds.errors import MailFailed, SettingsError
from refunds.notify import FileMailer, Letter, Mailer, SmtpMailer, mailer_for
from refunds.settings import read_settings
from tests.integration.people_world import NOW, mails_in, text_of
from tests.smtp_server import Post, smtp_server

SENDER = "JJSG refunds <refunds@jjsg.example>"
LETTER = Letter("Your case", ("Hello Åsa & <b>,", "a long line of words " * 8 + "\nR-7K2MQ"))


def send(mailer: Mailer, key: str = "case_filed:R-7K2MQ", letter: Letter = LETTER) -> None:
    mailer.send("asa@example.com", letter, message_id=key, now=NOW)


def smtp(post: Post, credentials: str = "") -> SmtpMailer:
    return SmtpMailer(f"smtp://{credentials}127.0.0.1:{post.port}", SENDER)


def test_a_mail_lands_as_one_file_that_can_be_read(tmp_path: Path) -> None:
    send(FileMailer(tmp_path / "mailbox", SENDER))
    (mail,) = mails_in(tmp_path / "mailbox")
    assert mail["To"] == "asa@example.com"
    assert mail["From"] == SENDER
    assert mail["Message-ID"] == "<case_filed-R-7K2MQ@jjsg.example>"
    assert mail["Date"].datetime == NOW
    assert text_of(mail).strip() == LETTER.text


def test_the_html_part_says_the_same_and_holds_no_markup_of_others(tmp_path: Path) -> None:
    send(FileMailer(tmp_path, SENDER))
    html = mails_in(tmp_path)[0].get_body(("html",))
    assert html is not None
    assert ">Hello Åsa &amp; &lt;b&gt;,</p>" in html.get_content()
    assert "words <br>R-7K2MQ</p>" in html.get_content()


def test_the_same_message_id_is_the_same_file(tmp_path: Path) -> None:
    mailer = FileMailer(tmp_path, SENDER)
    send(mailer)
    (before,) = tmp_path.iterdir()
    content = before.read_bytes()
    send(mailer, letter=Letter("Later", ("Later",)))
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [content]


def test_mails_sent_at_once_are_all_whole(tmp_path: Path) -> None:
    mailer = FileMailer(tmp_path / "mailbox", SENDER)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: send(mailer, f"mail-{number % 10}"), range(80)))
    assert len(mails_in(tmp_path / "mailbox")) == 10
    assert len(list((tmp_path / "mailbox").iterdir())) == 10


def test_a_message_id_never_leads_out_of_the_mailbox(tmp_path: Path) -> None:
    send(FileMailer(tmp_path / "mailbox", SENDER), "../../etc/passwd\n")
    assert [file.parent for file in tmp_path.rglob("*.eml")] == [tmp_path / "mailbox"]


def test_a_rehearsal_leaves_no_mail(tmp_path: Path) -> None:
    FileMailer(tmp_path, SENDER).rehearse()
    assert list(tmp_path.iterdir()) == []


def test_a_broken_mailbox_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    mailer = FileMailer(tmp_path / "file", SENDER)
    with pytest.raises(MailFailed):
        send(mailer)
    with pytest.raises(MailFailed):
        mailer.rehearse()


def test_a_mail_reaches_the_server() -> None:
    with smtp_server() as post:
        send(smtp(post))
    mail = email.message_from_bytes(post.mails[0], policy=default)
    assert mail["Message-ID"] == "<case_filed-R-7K2MQ@jjsg.example>"
    assert text_of(mail).strip() == LETTER.text
    assert any(command.upper().startswith("RCPT TO:<ASA@EXAMPLE.COM>") for command in post.commands)


def test_a_rehearsal_names_the_sender_and_nobody_else() -> None:
    with smtp_server() as post:
        smtp(post).rehearse()
    verbs = [command.split(" ")[0].lower() for command in post.commands]
    assert "mail" in verbs
    assert "rcpt" not in verbs
    assert post.mails == []


@pytest.mark.parametrize("answers", [{"RCPT": "550 no asa@example.com here"}, {"DATA": "451 later"}])
def test_a_refusal_is_an_error_of_ours_that_names_nobody(answers: dict[str, str]) -> None:
    with smtp_server(**answers) as post, pytest.raises(MailFailed) as caught:
        send(smtp(post))
    assert "asa" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("answers", [{"CONNECT": "421 closed"}, {"MAIL": "451 later"}])
def test_a_server_that_is_not_ready_fails_sending_and_rehearsal_alike(answers: dict[str, str]) -> None:
    with smtp_server(**answers) as post:
        with pytest.raises(MailFailed):
            send(smtp(post))
        with pytest.raises(MailFailed):
            smtp(post).rehearse()


def test_a_server_that_is_away_is_an_error_of_ours() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        mailer = SmtpMailer(f"smtp://127.0.0.1:{taken.getsockname()[1]}", SENDER)
        with pytest.raises(MailFailed):
            send(mailer)


def test_a_password_never_travels_in_clear() -> None:
    with smtp_server() as post, pytest.raises(MailFailed):
        send(smtp(post, "user:secret@"))
    assert not any(command.upper().startswith("AUTH") for command in post.commands)
    assert post.mails == []


def test_the_settings_choose_between_mailbox_and_server(tmp_path: Path) -> None:
    env = {"REFUNDS_VAR": str(tmp_path)}
    assert mailer_for(read_settings(env)) == FileMailer(tmp_path / "mailbox", SENDER)
    url = "smtps://user:secret@mail.example.com"
    assert mailer_for(read_settings({**env, "REFUNDS_SMTP_URL": url})) == SmtpMailer(url, SENDER)
    with pytest.raises(SettingsError, match="REFUNDS_SMTP_URL"):
        mailer_for(read_settings({**env, "REFUNDS_SMTP_URL": "mail.example.com"}))
