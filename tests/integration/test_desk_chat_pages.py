"""The desk's pages about chats: the queue, one chat with its card, and what agents do there."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image

from refunds.desk.audit import Wanted
from refunds.desk.chats.agreed import Agreed
from refunds.desk.permissions import Role
from refunds.tables import ConversationRow, DeliveryRow, HandOffRow
from tests.chat_house import ChatHouse
from tests.desk_house import DeskHouse, Visitor
from tests.fake_engine import needs_person, says
from web.desk.chats.shown import language

JSON = {"Accept": "application/json"}


def waiting_chat(chat: ChatHouse, words: str = "I want a person", address: str = "amara") -> str:
    chat.engine.answer = lambda _: needs_person("a person comes")
    conversation_id = chat.say(words, address=address).conversation_id
    chat.turn(conversation_id)
    return conversation_id


@pytest.fixture
def ann(desk: DeskHouse) -> Visitor:
    return desk.signed_in(desk.agent(Role.AGENT, "Ann"))


@pytest.fixture
def ben(desk: DeskHouse) -> Visitor:
    return desk.signed_in(desk.agent(Role.AGENT, "Ben"))


def test_the_queue_shows_who_waits_with_reason_words_and_why_they_come_first(
    chat_on_file: ChatHouse, ann: Visitor
) -> None:
    waiting_chat(chat_on_file, "my <b>database</b> was down")
    page = ann.get("/desk/chats").text
    assert "my &lt;b&gt;database&lt;/b&gt; was down" in page
    assert "customer asked" in page
    assert "1 chat" in page


def test_an_angry_customer_comes_before_one_who_has_waited_as_long(chat_on_file: ChatHouse, ann: Visitor) -> None:
    waiting_chat(chat_on_file, "calm words", "calm")
    angry = waiting_chat(chat_on_file, "angry words", "angry")
    with chat_on_file.app.database.transaction() as session:
        session.query(HandOffRow).filter_by(conversation_id=angry).one().reason = "upset"
    page = ann.get("/desk/chats").text
    assert page.index("angry words") < page.index("calm words")
    assert "is upset +45" in page


def test_search_finds_words_in_all_chats(chat_on_file: ChatHouse, ann: Visitor) -> None:
    waiting_chat(chat_on_file, "the invoice 77 is wrong", "one")
    waiting_chat(chat_on_file, "something else", "two")
    page = ann.get("/desk/chats?view=all&q=Invoice 77").text
    assert "the invoice 77 is wrong" in page
    assert "something else" not in page


def test_whoever_takes_second_is_told_who_has_it(chat_on_file: ChatHouse, ann: Visitor, ben: Visitor) -> None:
    chat = waiting_chat(chat_on_file)
    assert ann.post(f"/desk/chats/{chat}/take").status_code == 303
    late = ben.post(f"/desk/chats/{chat}/take")
    assert late.status_code == 409
    assert "Ann has this chat." in late.text
    assert ben.post(f"/desk/chats/{chat}/say", sent_key="12345678", text="hi").status_code == 409
    assert "I want a person" in ann.get("/desk/chats?view=mine").text
    assert "I want a person" not in ben.get("/desk/chats?view=mine").text


def test_a_line_is_said_once_however_often_it_is_sent(chat_on_file: ChatHouse, ann: Visitor) -> None:
    chat = waiting_chat(chat_on_file)
    ann.post(f"/desk/chats/{chat}/take")
    body = {"csrf": ann.csrf, "sent_key": "12345678", "text": "Hello, Ann here."}
    numbers = [ann.ask("POST", f"/desk/chats/{chat}/say", headers=JSON, data=body).json()["number"] for _ in range(3)]
    assert len(set(numbers)) == 1
    assert chat_on_file.heard(chat).count("Hello, Ann here.") == 1
    assert "Hello, Ann here." in ann.get(f"/desk/chats/{chat}/said").text


def test_the_page_of_a_chat_tells_all_that_is_known(chat_on_file: ChatHouse, ann: Visitor) -> None:
    chat_on_file.engine.answer = lambda _: says(
        {"text": "Which one?", "buttons": [{"title": "ORD-1", "payload": "/x"}]}
    )
    first = chat_on_file.say("it was down").conversation_id
    chat_on_file.turn(first)
    [line] = chat_on_file.lines(first)
    chat_on_file.say("", button=line.buttons[0].button_id)
    chat_on_file.engine.answer = lambda _: needs_person("a person comes")
    chat_on_file.turn(first)
    page = ann.get(f"/desk/chats/{first}").text
    for part in ("it was down", "Which one?", "pressed a button", "How it was read", "inform (100 %)", "Not verified"):
        assert part in page
    assert "Take this chat" in page
    assert "Nobody has shown who they are" in ann.get(f"/desk/chats/{first}/side").text


def test_notes_and_mentions_are_for_colleagues(chat_on_file: ChatHouse, ann: Visitor, ben: Visitor) -> None:
    chat = waiting_chat(chat_on_file)
    ann.post(f"/desk/chats/{chat}/note", text="@ben please look")
    assert "1 for you" in ben.get("/desk/chats/counts").text
    assert "@ben please look" in ben.get("/desk/chats/mentions").text
    assert "@ben please look" in ben.get(f"/desk/chats/{chat}").text
    assert "for you" not in ben.get("/desk/chats/counts").text


def test_files_of_both_sides_are_shown_safely(chat_on_file: ChatHouse, ann: Visitor) -> None:
    chat = waiting_chat(chat_on_file)
    ann.post(f"/desk/chats/{chat}/take")
    picture = BytesIO()
    Image.new("RGB", (4, 4), "red").save(picture, "PNG")
    headers = {**JSON, "X-CSRF-Token": ann.csrf}
    sent = ann.ask(
        "POST", f"/desk/chats/{chat}/files", headers=headers, files={"file": ("shot.png", picture.getvalue())}
    ).json()
    body = {"csrf": ann.csrf, "sent_key": "12345678", "text": "", "files": [sent["id"]]}
    assert ann.ask("POST", f"/desk/chats/{chat}/say", headers=JSON, data=body).status_code == 200
    path = f"/desk/chats/{chat}/files/{sent['id']}"
    assert f"{path}?show=true" in ann.get(f"/desk/chats/{chat}/said").text
    saved, shown = ann.get(path), ann.get(f"{path}?show=true")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    other = waiting_chat(chat_on_file, address="other")
    assert ann.get(f"/desk/chats/{other}/files/{sent['id']}").status_code == 404
    refused = ann.ask("POST", f"/desk/chats/{chat}/files", headers=headers, files={"file": ("x.exe", b"MZ\x00\x01")})
    assert refused.status_code == 422


def test_a_line_that_the_channel_refused_can_be_sent_again_by_who_holds_the_chat(
    chat_on_file: ChatHouse, ann: Visitor, ben: Visitor
) -> None:
    chat = waiting_chat(chat_on_file)
    ann.post(f"/desk/chats/{chat}/take")
    ann.post(f"/desk/chats/{chat}/say", sent_key="12345678", text="Are you there?")
    number = chat_on_file.lines(chat)[-1].number
    again = f"/desk/chats/{chat}/lines/{number}/again"
    assert ann.post(again).status_code == 404  # nobody refused it
    with chat_on_file.app.database.transaction() as session:
        session.add(
            DeliveryRow(conversation_id=chat, number=number, state="failed", attempts=1, unknown=0, why="blocked")
        )
    assert again in ann.get(f"/desk/chats/{chat}/said").text
    assert again not in ben.get(f"/desk/chats/{chat}/said").text
    assert ben.post(again).status_code == 409
    assert ann.post(again).status_code == ann.post(again).status_code == 303
    assert chat_on_file.heard(chat).count("Are you there?") == 2


def test_where_no_files_go_none_is_taken_and_the_page_says_so(chat_on_file: ChatHouse, ann: Visitor) -> None:
    chat = waiting_chat(chat_on_file)
    with chat_on_file.app.database.transaction() as session:
        session.get_one(ConversationRow, chat).channel = "phone"
    ann.post(f"/desk/chats/{chat}/take")
    assert "Phone takes no files from here" in ann.get(f"/desk/chats/{chat}").text
    body = {"csrf": ann.csrf, "sent_key": "12345678", "text": "look", "files": ["0" * 32]}
    refused = ann.ask("POST", f"/desk/chats/{chat}/say", headers=JSON, data=body)
    assert (refused.status_code, "cannot be sent to Phone" in refused.json()["why"]) == (409, True)


def test_a_lead_assigns_and_an_agent_may_not(chat_on_file: ChatHouse, desk: DeskHouse, ann: Visitor) -> None:
    chat = waiting_chat(chat_on_file)
    assert ann.agent is not None
    assert ann.post(f"/desk/chats/{chat}/assign", to=ann.agent.agent_id).status_code == 403
    lead = desk.signed_in(Role.LEAD)
    assert lead.post(f"/desk/chats/{chat}/assign", to=ann.agent.agent_id).status_code == 303
    assert "I want a person" in ann.get("/desk/chats?view=mine").text


def test_an_auditor_reads_and_does_nothing(chat_on_file: ChatHouse, desk: DeskHouse) -> None:
    chat = waiting_chat(chat_on_file)
    auditor = desk.signed_in(Role.AUDITOR)
    page = auditor.get(f"/desk/chats/{chat}").text
    assert "I want a person" in page
    assert "Take this chat" not in page
    for act in ("take", "take-over", "release", "hand-back", "close", "say", "typing", "note", "files", "assign"):
        assert auditor.post(f"/desk/chats/{chat}/{act}").status_code == 403, act


def test_handing_back_and_closing_lead_back_to_the_chat(chat_on_file: ChatHouse, ann: Visitor) -> None:
    chat = waiting_chat(chat_on_file)
    ann.post(f"/desk/chats/{chat}/take")
    answer = ann.post(f"/desk/chats/{chat}/hand-back", goes_on_with="refund", order="ord-1", told="I check ORD-1.")
    assert answer.headers["Location"] == f"/desk/chats/{chat}"
    assert chat_on_file.owner(chat) == "assistant"
    ann.post(f"/desk/chats/{chat}/take-over")
    ann.post(f"/desk/chats/{chat}/close", resolution="Answered")
    assert chat_on_file.owner(chat) == "closed"
    assert "closed" in ann.get(f"/desk/chats/{chat}").text


def test_what_is_seen_and_done_is_in_the_audit_log(chat_on_file: ChatHouse, ann: Visitor) -> None:
    chat = waiting_chat(chat_on_file)
    ann.get(f"/desk/chats/{chat}")
    ann.post(f"/desk/chats/{chat}/take")
    chat_on_file.app.chat_holding.hand_back(ann.agent, chat, Agreed(), datetime.now(UTC))  # type: ignore[arg-type]
    acts = [one.act for one in chat_on_file.app.audit.entries(Wanted(conversation_id=chat), 10)]
    assert acts == ["handed_chat_back", "took_chat", "saw_chat"]


def test_looking_at_the_customer_beside_a_chat_or_at_ones_mentions_is_in_the_audit_log(
    chat_on_file: ChatHouse, ann: Visitor
) -> None:
    ann.get(f"/desk/chats/{waiting_chat(chat_on_file)}/side")
    ann.get("/desk/chats/mentions")
    assert [one.act for one in chat_on_file.app.audit.entries(Wanted(), 2)] == ["saw_mentions", "saw_customer"]


@pytest.mark.parametrize(
    ("locale", "words"),
    [("de-DE", "German (Germany)"), ("en", "English"), ("xx-nothing", "xx-nothing"), ("<b>", "<b>"), (None, "")],
)
def test_a_language_is_named_in_words(locale: str | None, words: str) -> None:
    assert language(locale) == words


def test_the_queue_names_the_customers_language(chat_on_file: ChatHouse, ann: Visitor) -> None:
    conversation_id = waiting_chat(chat_on_file)
    with chat_on_file.app.database.transaction() as session:
        session.get_one(ConversationRow, conversation_id).locale = "pt-BR"
    assert "Portuguese (Brazil)" in ann.get("/desk/chats").text


def test_a_chat_that_does_not_exist_is_not_found(ann: Visitor) -> None:
    assert ann.get(f"/desk/chats/{'0' * 32}").status_code == 404
    assert ann.get("/desk/chats/nonsense").status_code in (404, 422)
