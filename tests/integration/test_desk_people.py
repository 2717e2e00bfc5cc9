"""The desk's pages for who phones or writes, and for who cannot show who they are by a code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from refunds.chat.transcript import Transcript, list_conversations
from refunds.desk.permissions import Role
from refunds.money import Money
from refunds.outbox import waiting
from tests.chat_house import ChatHouse
from tests.desk_house import Visitor
from tests.integration.people_world import AMARA
from tests.people_house import FAILED_ON, NOW, House, people_house


@pytest.fixture
def house(chat_on_file: ChatHouse) -> Iterator[House]:
    with people_house(chat_on_file.app) as made:
        yield made


def opened(agent: Visitor, came: str = "phone") -> str:
    """The id of a conversation that the agent opens."""
    answer = agent.post("/desk/people/new", came=came)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rpartition("/")[2]


def hidden(page: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, name
    return found[1]


def answers(amount: str = "240") -> dict[str, str]:
    return {
        "customer_id": AMARA.customer_id,
        "service": "Compute",
        "month": f"{NOW - timedelta(days=12):%Y-%m}",
        "amount": amount,
        "last4": "4242",
        "method": "card",
        "region": "eu-central",
        "country": "DE",
    }


def verified(house: House, agent: Visitor, chat: str) -> None:
    asked = agent.post(f"/desk/people/identity/{chat}/questions", named=AMARA.email)
    assert asked.status_code == 200, asked.text
    answer = agent.post(f"/desk/people/identity/{chat}", **answers())
    assert answer.headers.get("Location") == f"/desk/people/for/{chat}", answer.text


def the_request(**more: Any) -> dict[str, Any]:
    return {
        "order": "ORD-10001",
        "words": "it was down",
        "claims": "failure",
        "first_day": f"{FAILED_ON:%Y-%m-%d}",
        **more,
    }


def test_an_agent_files_a_case_for_who_phones_after_questions_and_a_yes(house: House) -> None:
    agent = house.desk.signed_in()
    chat = opened(agent)
    assert f"/desk/people/for/{chat}" in agent.get(f"/desk/chats/{chat}").text
    page = agent.get(f"/desk/people/for/{chat}")
    kept = agent.post(f"/desk/people/for/{chat}/words", words="My servers were down", key=hidden(page, "key"))
    assert kept.status_code == 303
    assert "Verify by questions" in page.text
    verified(house, agent, chat)
    read_out = agent.post(f"/desk/people/for/{chat}/preview", **the_request())
    assert "A refund is due" in read_out.text
    assert "€240.00" in read_out.text
    assert house.cases() == []
    confirmed = {name: hidden(read_out, name) for name in ("digest", "key")}
    filed = agent.post(f"/desk/people/for/{chat}/file", **the_request(), **confirmed)
    (case,) = house.cases()
    assert f"Case {case.case_id} is filed" in filed.text
    assert (case.channel, case.conversation_id) == ("phone", chat)
    agent.post(f"/desk/people/for/{chat}/file", **the_request(), **confirmed)
    assert len(house.cases()) == 1
    with house.app.database.reading() as session:
        assert "notice_mail" in {row.kind for row in waiting(session)}
    assert {"opened_for_customer", "wrote_down", "checked_identity", "filed_for_customer"} <= house.acts()
    said = [line.text for line in Transcript(house.app.database).history(chat) if line.author == "customer"]
    assert said == ["My servers were down"]


def test_the_chat_of_who_phones_is_in_the_agents_hands_and_what_they_say_is_masked(house: House) -> None:
    agent = house.desk.signed_in()
    chat = opened(agent, "mail")
    page = agent.get(f"/desk/people/for/{chat}")
    agent.post(f"/desk/people/for/{chat}/words", words="card 4111 1111 1111 1111", key=hidden(page, "key"))
    with house.app.database.reading() as session:
        (row,) = list_conversations(session)
    assert (row["channel"], row["owner"], row["reason"]) == ("mail", "agent", "mail")
    assert "4111 1111" not in agent.get(f"/desk/people/for/{chat}").text
    assert agent.post(f"/desk/people/for/{chat}/words", words=" ", key=hidden(page, "key")).status_code in (303, 422)


def test_nothing_is_decided_or_filed_for_who_did_not_show_who_they_are(house: House) -> None:
    agent = house.desk.signed_in()
    chat = opened(agent)
    for path in ("preview", "file"):
        answer = agent.post(f"/desk/people/for/{chat}/{path}", **the_request(digest="x", key="0" * 32))
        assert answer.status_code == 422
        assert "ask the set questions first" in answer.text
    assert house.cases() == []


def test_what_is_missing_is_asked_for_before_anything_is_read_out(house: House) -> None:
    agent = house.desk.signed_in()
    chat = opened(agent)
    verified(house, agent, chat)
    answer = agent.post(f"/desk/people/for/{chat}/preview", **the_request(first_day=""))
    assert "Ask when it happened" in answer.text
    future = f"{NOW + timedelta(days=9):%Y-%m-%d}"
    assert (
        "must lie in the past" in agent.post(f"/desk/people/for/{chat}/preview", **the_request(first_day=future)).text
    )


def test_records_that_changed_since_it_was_read_out_file_nothing_and_are_read_out_again(house: House) -> None:
    agent = house.desk.signed_in()
    chat = opened(agent)
    verified(house, agent, chat)
    read_out = agent.post(f"/desk/people/for/{chat}/preview", **the_request())
    house.office.amount = Money.of("99.00", "EUR")
    confirmed = {name: hidden(read_out, name) for name in ("digest", "key")}
    again = agent.post(f"/desk/people/for/{chat}/file", **the_request(), **confirmed)
    assert again.status_code == 409
    assert "€99.00" in again.text
    assert house.cases() == []


def test_a_no_may_be_appealed_on_the_phone_too(house: House) -> None:
    agent = house.desk.signed_in()
    chat = opened(agent)
    verified(house, agent, chat)
    asked = {"order": "ORD-10001", "words": "I don't need it", "claims": "early_end"}
    read_out = agent.post(f"/desk/people/for/{chat}/preview", **asked)
    assert "No refund is due" in read_out.text or "Not yet" in read_out.text
    confirmed = {name: hidden(read_out, name) for name in ("digest", "key", "appeal")}
    agent.post(f"/desk/people/for/{chat}/file", **asked, **confirmed)
    assert [case.state.value for case in house.cases()] == ["appealed"]


def test_while_the_back_office_is_away_the_pages_say_so(house: House) -> None:
    agent = house.desk.signed_in()
    chat = opened(agent)
    verified(house, agent, chat)
    house.office.is_away = True
    assert "does not answer" in agent.get(f"/desk/people/for/{chat}").text
    assert "does not answer" in agent.post(f"/desk/people/for/{chat}/preview", **the_request()).text
    asked = agent.post(f"/desk/people/identity/{chat}/questions", named=AMARA.email)
    assert "does not answer" in asked.text


def test_the_page_shows_questions_and_no_answers(house: House) -> None:
    agent = house.desk.signed_in()
    chat = opened(agent)
    page = agent.post(f"/desk/people/identity/{chat}/questions", named=AMARA.email)
    assert "Amara Okafor" in page.text
    assert "There are 2 tries today" in page.text
    for answer in ("240", "4242", 'value="eu-central"'):
        assert answer not in page.text.replace("such as 240.00", "")
    unknown = agent.post(f"/desk/people/identity/{chat}/questions", named="nobody@example.com")
    assert "No customer has that" in unknown.text
    wrong = agent.post(f"/desk/people/identity/{chat}", **answers(amount="1"))
    assert "Not all answers were right" in wrong.text
    last = agent.post(f"/desk/people/identity/{chat}/questions", named=AMARA.email)
    assert "This is the last try today" in last.text


def test_another_agent_confirms_where_much_is_at_stake(house: House) -> None:
    house.office.amount = Money.of("5000.00", "EUR")
    first, second = house.desk.signed_in(), house.desk.signed_in(Role.LEAD)
    chat = opened(first)
    told = first.post(f"/desk/people/identity/{chat}", **answers("5000"))
    assert "another agent has to confirm it" in told.text
    own = first.get("/desk/people")
    assert "Somebody else must confirm it" in own.text
    page = second.get("/desk/people")
    check = re.search(r"/desk/people/seconds/([0-9a-f]{32})", page.text)
    assert check
    assert first.post(f"/desk/people/seconds/{check[1]}", confirms="yes").status_code == 409
    assert second.post(f"/desk/people/seconds/{check[1]}", confirms="yes").status_code == 303
    assert "has shown who they are" in first.get(f"/desk/people/for/{chat}").text


def test_a_chat_in_other_hands_is_not_ones_own(house: House) -> None:
    chat = opened(house.desk.signed_in())
    other = house.desk.signed_in(Role.LEAD)
    for path in (f"/desk/people/for/{chat}", f"/desk/people/identity/{chat}"):
        assert other.get(path).status_code == 409


def test_a_sign_of_life_is_noted(house: House) -> None:
    agent = house.desk.signed_in()
    assert agent.post("/desk/people/beat").status_code == 204


@pytest.mark.parametrize(
    ("page", "act"), [("/people", "saw_identity_checks"), ("/people/for/{}", "saw_chat"), ("/cases", "saw_case_queue")]
)
def test_each_page_that_shows_customers_is_a_look_in_the_audit_log(house: House, page: str, act: str) -> None:
    agent = house.desk.signed_in()
    chat = opened(agent)
    agent.get(f"/desk{page.format(chat)}")
    assert house.acts() >= {act}


def test_an_auditor_opens_and_verifies_nothing(house: House) -> None:
    auditor = house.desk.signed_in(Role.AUDITOR)
    assert auditor.get("/desk/people").status_code == 403
    assert auditor.post("/desk/people/new", came="phone").status_code == 403
