"""Telegram, end to end: what a person says comes in once and in order, and what is said to them stands there once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO

import pytest
import requests
from PIL import Image

from refunds.carry_on import CarryOn
from refunds.chat.attachments import MOST_FILES
from refunds.chat.file_kinds import CleanFile
from refunds.chat.ownership import Change
from refunds.desk.permissions import Role
from tests.chat_house import ChatHouse, database_down
from tests.fake_engine import echo, says
from tests.telegram_house import AMARA, BEN, TelegramHouse, telegram_house
from tests.telegram_server import BOT_TOKEN, PATH, SECRET, Payload
from tests.world import wait_until


@pytest.fixture
def house(chat_on_file: ChatHouse) -> Iterator[TelegramHouse]:
    with telegram_house(chat_on_file) as running:
        yield running


def picture() -> bytes:
    content = BytesIO()
    Image.new("RGB", (40, 30), "red").save(content, "JPEG")
    return content.getvalue()


def test_a_message_is_answered_there(house: TelegramHouse) -> None:
    house.say("my server <b>failed</b> & I want *money*")
    house.hears("1: my server <b>failed</b> & I want *money*")
    assert "parse_mode" not in house.telegram.called("sendMessage")[0]
    assert house.telegram.called("sendChatAction")
    assert house.chat.engine.questions[0]["metadata"]["channel"] == "telegram"


def test_without_the_secret_nothing_comes_in(house: TelegramHouse) -> None:
    update = house.telegram.message(AMARA, "hello")
    for secret in (None, "", "another-secret", SECRET + "x", "é"):
        sent = None if secret is None else secret.encode().decode("latin-1")
        assert house.telegram.tell(house.url, update, sent).status_code == 401
    assert house.chat.engine.questions == []


def test_what_is_too_large_or_no_update_holds_nothing_up(house: TelegramHouse) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    large = requests.post(f"{house.url}{PATH}", data=b"x" * 1_000_001, headers=headers, timeout=5)
    odd = requests.post(f"{house.url}{PATH}", data=b'{"update_id": "x"', headers=headers, timeout=5)
    unmeasured = requests.post(f"{house.url}{PATH}", data=iter([b"{}"]), headers=headers, timeout=5)
    assert (large.status_code, odd.status_code, unmeasured.status_code) == (413, 200, 413)


def test_an_update_that_comes_again_is_known_also_under_another_number_and_after_a_restart(
    chat_on_file: ChatHouse,
) -> None:
    with telegram_house(chat_on_file) as house:
        update = house.say("one")
        house.tell(update)
        house.tell({**update, "update_id": update["update_id"] + 7})
        house.hears("1: one")
    with telegram_house(chat_on_file) as house:
        house.telegram.numbers = itertools.count(5000)
        house.tell(update)
        house.say("two")
        house.hears("2: two")


def test_of_an_update_brought_many_times_at_once_one_counts(house: TelegramHouse) -> None:
    update = house.telegram.message(AMARA, "one")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: house.telegram.tell(house.url, update).status_code, range(8)))
    assert answers == [200] * 8
    house.say("two")
    house.hears("1: one", "2: two")


def test_updates_in_the_wrong_order_are_all_answered_once(house: TelegramHouse) -> None:
    first, second = house.telegram.message(AMARA, "one"), house.telegram.message(AMARA, "two")
    house.tell(second)
    house.hears("1: two")
    house.tell(first)
    house.hears("1: two", "2: one")


def test_two_people_at_once_keep_their_order_each(house: TelegramHouse) -> None:
    def talk(person: int) -> None:
        for text in ("a", "b", "c", "d"):
            house.say(text, person)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(talk, (AMARA, BEN)))
    for person in (AMARA, BEN):
        house.hears("1: a", "2: b", "3: c", "4: d", person=person)


def test_what_could_not_be_stored_is_not_acknowledged_and_comes_again(house: TelegramHouse) -> None:
    update = house.telegram.message(AMARA, "one")
    with database_down(house.chat.app):
        assert house.telegram.tell(house.url, update).status_code == 503
    house.tell(update)
    house.hears("1: one")


def test_a_button_that_was_offered_is_pressed_and_shown_as_chosen(house: TelegramHouse) -> None:
    sure = {"text": "Sure?", "buttons": [{"title": "Yes", "payload": "/affirm"}, {"title": "No", "payload": "/deny"}]}
    house.chat.engine.answer = lambda question: says(sure) if question.get("text") == "file it" else echo(question)
    house.say("file it")
    house.hears("Sure?")
    house.press("Yes")
    house.hears("Sure?", "1: /affirm")
    wait_until(lambda: house.telegram.posted[0]["reply_markup"]["inline_keyboard"][0][0]["text"] == "✓ Yes")
    assert len(house.telegram.answered) == 1
    house.press("✓ Yes")
    wait_until(lambda: len(house.telegram.answered) == 2)
    house.hears("Sure?", "1: /affirm")


def test_a_button_that_was_never_offered_here_does_nothing_and_says_so(house: TelegramHouse) -> None:
    house.say("hello")
    house.hears("1: hello")
    house.tell(house.telegram.pressed(house.telegram.posted[0], "/affirm"))
    wait_until(lambda: bool(house.telegram.answered))
    assert house.telegram.answered[0]["text"] == house.words("utter_telegram_old_button")
    assert house.chat.engine.said == ["hello"]


def test_an_edit_is_acknowledged_as_a_correction_and_answered(house: TelegramHouse) -> None:
    update = house.say("ORD-1")
    house.hears("1: ORD-1")
    edit = house.telegram.edited(update, "ORD-2")
    house.tell(edit)
    house.tell(edit)
    house.hears("1: ORD-1", house.words("utter_telegram_edited"), "2: ORD-2")


def test_a_message_that_comes_later_than_its_edit_is_not_said_any_more_and_its_file_is_kept(
    house: TelegramHouse,
) -> None:
    late = house.telegram.message(AMARA, "ORD-1")
    filed = house.telegram.document(AMARA, "log.txt", b"it was down", caption="of monday")
    house.tell(house.telegram.edited(late, "ORD-2"))
    house.tell(late)
    house.hears(house.words("utter_telegram_edited"), "1: ORD-2")
    house.tell({"update_id": 1, "edited_message": {**filed["message"], "caption": "of friday", "edit_date": 1}})
    edited = house.words("utter_telegram_edited")
    house.hears(edited, "1: ORD-2", edited, "2: of friday")
    house.tell(filed)
    house.hears(edited, "1: ORD-2", edited, "2: of friday", house.words("utter_file_received", file="log.txt"))


def test_a_document_and_a_photo_become_evidence(house: TelegramHouse) -> None:
    house.tell(house.telegram.document(AMARA, "invoice.txt", b"paid twice", caption="see this"))
    house.hears(house.words("utter_file_received", file="invoice.txt"), "1: see this")
    house.tell(house.telegram.photo(AMARA, picture()))
    wait_until(lambda: len(house.telegram.texts(AMARA)) == 3)
    history = house.chat.transcript.history(house.conversation())
    assert [file.kind for line in history for file in line.files] == ["text/plain", "image/jpeg"]


def test_an_album_is_kept_whole_and_answered_once(house: TelegramHouse) -> None:
    album = house.telegram.album(AMARA, [picture()] * 3, "it looks like this")
    for update in [*album, album[1]]:
        house.tell(update)
    house.hears(house.words("utter_album_received"), "1: it looks like this")
    history = house.chat.transcript.history(house.conversation())
    assert [file.kind for line in history for file in line.files] == ["image/jpeg"] * 3


def test_an_album_that_comes_all_at_once_is_answered_once_too(house: TelegramHouse) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(house.tell, house.telegram.album(AMARA, [picture()] * 4, "")))
    house.hears(house.words("utter_album_received"))
    assert house.chat.engine.said == []


def test_of_an_album_that_we_do_not_take_it_is_said_once_why(house: TelegramHouse) -> None:
    for update in house.telegram.album(AMARA, [b"MZ\x90\x00\x03"] * 3, ""):
        house.tell(update)
    house.say("hello")
    house.hears(house.words("utter_file_kind", most=5, pixels=25), "1: hello")


def test_what_must_not_be_kept_stands_nowhere_in_the_database(house: TelegramHouse) -> None:
    house.say("my card is 4242 4242 4242 4242, cvv 123")
    house.tell(house.telegram.document(AMARA, "log.txt", b"it was down", caption="password: hunter2hunter2"))
    house.tell(house.telegram.document(AMARA, "4242 4242 4242 4242.txt", b"it was down"))
    gone = house.telegram.document(AMARA, "5555555555554444.txt", b"gone")
    del house.telegram.files[gone["message"]["document"]["file_id"]]
    house.tell(gone)
    wait_until(lambda: len(house.telegram.texts(AMARA)) == 5)
    assert "[card number removed]" in house.telegram.texts(AMARA)[0]
    kept = b"".join(file.read_bytes() for file in house.chat.app.settings.var.parent.glob("refunds.sqlite*"))
    assert b"[card number removed]" in kept
    for secret in ("4242 4242", "4242424242424242", "5555555555554444", "cvv 123", "hunter2hunter2", BOT_TOKEN, SECRET):
        assert secret.encode() not in kept


def test_a_language_that_is_none_holds_nothing_up(chat: ChatHouse) -> None:
    with telegram_house(chat) as house:
        update = house.telegram.message(AMARA, "hello")
        update["message"]["from"]["language_code"] = "x" * 500  # any program of a customer's may say so
        house.tell(update)
        house.hears("1: hello")
        assert chat.engine.questions[0]["metadata"]["locale"] is None


def test_a_wrong_code_of_another_chat_is_refused_once_and_a_mended_one_is_stored_nowhere(house: TelegramHouse) -> None:
    app = house.chat.app
    there = house.chat.say("my server failed", address="browser")
    house.chat.turn(there.conversation_id)
    wrong = house.telegram.message(AMARA, f"CARRYON-{'0' * 32}")
    for _ in range(3):
        house.tell(wrong)
    code = CarryOn(app.database, app.words).make("rest", "browser", datetime.now(UTC))
    house.tell(house.telegram.edited(wrong, f"CARRYON-{code}"))
    house.hears(house.words("utter_carry_on_unknown"), house.words("utter_carried_on"), "1: my server failed")
    assert code not in str(house.chat.transcript.history(house.conversation()))


def test_files_that_we_do_not_take_are_refused_in_words(house: TelegramHouse) -> None:
    house.tell(house.telegram.document(AMARA, "program.exe", b"MZ\x90\x00\x03"))
    house.hears(house.words("utter_file_kind", most=5, pixels=25))
    large = house.telegram.document(AMARA, "large.pdf", b"x")
    large["message"]["document"]["file_size"] = 6 * 2**20
    house.tell(large)
    house.hears(
        house.words("utter_file_kind", most=5, pixels=25), house.words("utter_file_too_large", most=5, pixels=25)
    )
    assert len(house.telegram.called("getFile")) == 1


def test_a_file_that_is_larger_than_telegram_said_is_not_taken(house: TelegramHouse) -> None:
    update = house.telegram.document(AMARA, "large.txt", b"x" * (5 * 2**20 + 1))
    del update["message"]["document"]["file_size"]
    house.tell(update)
    house.hears(house.words("utter_file_too_large", most=5, pixels=25))


def test_a_chat_that_is_full_of_files_fetches_no_more(house: TelegramHouse) -> None:
    for number in range(MOST_FILES + 2):
        house.tell(house.telegram.document(AMARA, f"{number}.txt", b"it was down"))
    full = house.words("utter_file_too_many", most=MOST_FILES)
    wait_until(lambda: house.telegram.texts(AMARA).count(full) == 2)
    assert len(house.telegram.called("getFile")) == MOST_FILES


def test_a_file_that_telegram_does_not_give_is_asked_for_again(house: TelegramHouse) -> None:
    update = house.telegram.document(AMARA, "gone.txt", b"x")
    house.telegram.files.clear()
    house.tell(update)
    house.hears(house.words("utter_telegram_file_not_fetched", file="gone.txt"))


@pytest.mark.parametrize(
    "sent",
    [
        {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}},
        {"location": {"latitude": 1.0, "longitude": 2.0}},
        {"contact": {"phone_number": "1", "first_name": "A"}},
    ],
    ids=["voice", "location", "contact"],
)
def test_what_we_cannot_read_is_answered_kindly_once(house: TelegramHouse, sent: Payload) -> None:
    update = house.telegram.message(AMARA, **sent)
    house.tell(update)
    house.tell(update)
    house.say("hello")
    house.hears(house.words("utter_telegram_wordless"), "1: hello")


def test_a_group_is_refused_politely_and_left(house: TelegramHouse) -> None:
    house.tell(house.telegram.message(-5, "hello bot", kind="group"))
    wait_until(lambda: house.telegram.left == [-5])
    assert house.telegram.texts(-5) == [house.words("utter_telegram_in_group")]
    assert house.chat.engine.questions == []


def test_other_bots_are_not_answered(house: TelegramHouse) -> None:
    update = house.telegram.message(AMARA, "hello")
    update["message"]["from"]["is_bot"] = True
    house.tell(update)
    house.say("me")
    house.hears("1: me")


def test_start_greets_and_a_deep_link_asks_for_the_case(house: TelegramHouse) -> None:
    house.say("/start")
    house.say("/start CASE-7k3qz")
    house.hears("1: Hello", "2: " + house.words("telegram_asks_case", case_id="R-7K3QZ"))


def test_an_agents_answer_and_name_come_by_the_same_queue(house: TelegramHouse) -> None:
    house.say("hello")
    house.hears("1: hello")
    house.chat.change(house.conversation(), Change.TAKEN)
    house.chat.agent_says(house.conversation(), "I look into it.")
    house.hears("1: hello", "I look into it.")


def test_an_agents_files_come_behind_their_words_or_with_the_agents_name(house: TelegramHouse) -> None:
    house.say("hello")
    house.hears("1: hello")
    app, chat = house.chat.app, house.conversation()
    now = datetime.now(UTC)
    agent = app.accounts.add("ann@desk.example", "Ann", Role.AGENT, None, now, by="a test")
    app.chat_holding.take(agent, chat, now)
    for key, words in (("k1", "Here are the terms."), ("k2", "")):
        file = app.attachments.receive_of_agent(chat, CleanFile(f"{key}.txt", "text/plain", key.encode()), now)
        app.chat_writing.say(agent, chat, key, words, now, files=[file.attachment_id])
    wait_until(lambda: house.telegram.files.get("k2.txt") == b"k2")
    sent = [message.get("text") or message["document"]["file_name"] for message in house.telegram.posted[-3:]]
    assert sent == ["Ann: Here are the terms.", "k1.txt", "k2.txt"]
    assert [message.get("caption") for message in house.telegram.posted[-2:]] == [None, "Ann"]


def test_a_line_too_long_for_one_message_comes_in_parts_with_its_buttons_last(house: TelegramHouse) -> None:
    long = ("word " * 900).strip() + "\n" + ("😀" * 3000)
    house.chat.engine.answer = lambda _: says({"text": long, "buttons": [{"title": "Yes", "payload": "/affirm"}]})
    house.say("tell me")
    wait_until(lambda: any("reply_markup" in message for message in house.telegram.posted))
    parts = house.telegram.texts(AMARA)
    assert len(parts) == 3
    assert "".join(parts).replace("\n", "").replace(" ", "") == long.replace("\n", "").replace(" ", "")
    assert ["reply_markup" in message for message in house.telegram.posted] == [False, False, True]
