"""Cases at the desk: pages and acts of the real application over a real sandbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from refunds.app import open_app
from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.lifecycle import CaseState
from refunds.cases.notice_wishes import NoticeWishes, QuietHours, Way
from refunds.cases.notices import notices_of
from refunds.cases.satisfaction import Rating, note_answer, note_asked
from refunds.cases.tasks import list_tasks, open_task
from refunds.chat.deliveries import FAILED
from refunds.chat.file_kinds import CleanFile
from refunds.chat.reach import BLOCKED
from refunds.chat.transcript import Transcript
from refunds.desk.audit import Wanted
from refunds.desk.cases.assignment import assignable
from refunds.desk.permissions import Role
from refunds.outbox import DEAD
from refunds.policy.request import Claim, NamedTime, RefundRequest
from refunds.settings import read_settings
from refunds.tables import AttachmentRow, CaseRow, ConversationRow, DeliveryRow, OutboxRow
from refunds.worker import attend
from tests.desk_house import DeskHouse, Visitor, desk_house
from tests.integration.review_world import CLOSED, LARGE, ORDINARY, UNPAID, reviewed_world
from tests.world import sandbox_thread, write_world

REASON = "The ticket was solved on the second day, within the seven days."


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("desk_cases")
    with sandbox_thread(write_world(folder / "world.json", reviewed_world()), folder / "ledger.sqlite") as url:
        yield url


@pytest.fixture
def house(tmp_path: Path, sandbox: str, sqlite_with_tables: Path) -> Iterator[DeskHouse]:
    file = tmp_path / "refunds.sqlite"
    file.write_bytes(sqlite_with_tables.read_bytes())
    app = open_app(read_settings({"REFUNDS_VAR": str(tmp_path), "REFUNDS_BACKOFFICE_URL": sandbox}))
    with desk_house(app) as opened:
        yield opened
    app.backoffice.close()
    app.database.close()


def filed(house: DeskHouse, order_id: str = ORDINARY, *, appeal: bool = False) -> Case:
    """A case about a failure three days ago."""
    now = datetime.now(UTC)
    failed_at = now - timedelta(days=3)
    request = RefundRequest(
        order_id=order_id,
        words="it was down <b>all</b> day",
        claims=frozenset({Claim.FAILURE}),
        time=NamedTime(failed_at, failed_at + timedelta(hours=1)),
    )
    told: dict[str, Any] = {"customer_id": "C-1", "conversation_id": "c" * 32}
    shown = house.app.filing.assess(request, **told, now=now)
    return house.app.filing.file(
        request,
        **told,
        channel="rest",
        message_id=f"m {order_id}",
        confirmed_digest=shown.digest,
        now=now,
        appeal=appeal,
    )


def now_is(house: DeskHouse, case: Case) -> Case:
    with house.app.database.reading() as session:
        return store.get(session, case.case_id)


def act(visitor: Visitor, case: Case, name: str, version: int | None = None, **form: object) -> tuple[int, str]:
    """Status and text of an act on the case as it was read; the address it leads to, where it does."""
    answer = visitor.post(f"/desk/cases/{case.case_id}/{name}", version=str(version or case.version), **form)
    return answer.status_code, answer.headers.get("location") or unescape(answer.text)


def _assignable(house: DeskHouse) -> list[tuple[str, str]]:
    with house.app.database.reading() as session:
        return assignable(session)


def audited(house: DeskHouse, case: Case) -> list[str]:
    return [each.act for each in reversed(house.app.audit.entries(Wanted(case_id=case.case_id), 50))]


def test_the_page_shows_what_the_case_rests_on_and_the_audit_log_who_looked(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    page = visitor.get(f"/desk/cases/{case.case_id}").text
    text = unescape(re.sub(r"<[^>]+>", " ", page))
    for expected in (
        "P1.a",
        "INC-1",
        "the decision rests on it",
        "240.00 EUR",
        "Visa",
        "4242",
        "Ada Example",
        "c-1@example.com",
    ):
        assert expected in text, expected
    assert house.app.policy.clause("P1.a").plain in text
    assert "&lt;b&gt;all&lt;/b&gt;" in page
    assert audited(house, case) == ["see_case"]


def test_the_desk_leads_to_cases_and_tasks(house: DeskHouse) -> None:
    page = house.signed_in().get("/desk/cases").text
    assert 'href="/desk/cases" aria-current="page"' in page
    assert 'href="/desk/tasks"' in page


def test_the_queue_lists_it_and_what_is_searched_for_is_audited(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    assert case.case_id in visitor.get("/desk/cases").text
    assert case.case_id in visitor.get("/desk/cases?search=ada").text
    assert case.case_id in visitor.get("/desk/cases?search=C-1@EXAMPLE.com").text
    assert case.case_id not in visitor.get("/desk/cases?search=nobody").text
    searches = house.app.audit.entries(Wanted(act="search_cases"), 9)
    assert [each.details["searched_for"] for each in searches][::-1] == ["ada", "C-1@EXAMPLE.com", "nobody"]


def test_an_approved_case_is_paid_and_the_customer_told(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    assert act(visitor, case, "approve") == (303, f"/desk/cases/{case.case_id}?done=approve")
    approved = now_is(house, case)
    assert (approved.state, len(approved.payouts)) == (CaseState.APPROVED, 1)
    assert approved.events[-1].who == "Agent"
    assert "Approved. The customer was told" in visitor.get(f"/desk/cases/{case.case_id}?done=approve").text
    assert audited(house, case) == ["approve_case", "see_case"]


def test_a_case_shows_where_its_customer_cannot_be_reached_and_which_notice_did_not_arrive(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    with house.app.database.transaction() as session:
        row = ConversationRow(conversation_id=case.conversation_id, channel="telegram", address="7001")
        row.owner, row.epoch, row.customer_id = "assistant", 0, case.customer_id
        row.created_at = row.updated_at = house.now
        session.add(row)
    act(visitor, case, "approve")
    assert "blocked the bot" not in visitor.get(f"/desk/cases/{case.case_id}").text
    with house.app.database.transaction() as session:
        session.add(DeliveryRow(conversation_id=case.conversation_id, number=1, state=FAILED, why=BLOCKED))
    page = visitor.get(f"/desk/cases/{case.case_id}").text
    assert "Telegram: the customer has blocked the bot. Mail is used" in page
    assert "by mail, not yet sent; the chat could not be reached" in page


def test_a_large_amount_takes_a_second_person_and_that_one_is_a_lead(house: DeskHouse) -> None:
    case, first = filed(house, LARGE), house.signed_in()
    assert act(first, case, "approve")[1].endswith("done=first")
    case = now_is(house, case)
    assert (case.state, case.first_approver) == (CaseState.VERIFYING, "Agent")
    other_agent = house.signed_in(house.agent(Role.AGENT, "Ben"))
    assert "a lead's to give" in act(other_agent, case, "approve")[1]
    assert "a lead's to give" in unescape(other_agent.get(f"/desk/cases/{case.case_id}").text)
    assert act(first, case, "approve")[0] == 409
    assert act(house.signed_in(Role.LEAD), case, "approve")[1].endswith("done=approve")
    assert now_is(house, case).state is CaseState.APPROVED


def test_the_preview_of_a_refusal_is_word_for_word_what_the_customer_is_told(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    status, page = act(visitor, case, "reject/preview", clause="P1.b", reason=REASON)
    assert status == 200
    assert now_is(house, case) == case
    previewed = re.findall(r'<p class="desk-lines">(.*?)</p>', page, re.S)
    assert act(visitor, case, "reject", clause="P1.b", reason=REASON)[0] == 303
    with house.app.database.reading() as session:
        told = notices_of(session, case.case_id)[-1]
    assert (told.occasion, told.values["paragraphs"]) == ("rejected", previewed)
    assert REASON in " ".join(previewed)


def test_the_preview_of_a_question_is_word_for_word_what_the_customer_is_told(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    _, page = act(visitor, case, "ask/preview", items=["error_messages"], more="the name of the server\n\n")
    previewed = re.findall(r'<p class="desk-lines">(.*?)</p>', page, re.S)
    asked = re.findall(r'name="asked" value="(.*?)"', page)
    assert len(asked) == 2
    assert act(visitor, case, "ask", asked=asked)[0] == 303
    with house.app.database.reading() as session:
        assert notices_of(session, case.case_id)[-1].values["paragraphs"] == previewed
    assert now_is(house, case).state is CaseState.INFO_REQUESTED


@pytest.mark.parametrize("form", [{"clause": "P1.b", "reason": "  "}, {"clause": "P9.z", "reason": REASON}])
def test_a_refusal_without_reason_or_with_an_unknown_clause_is_not_even_previewed(
    house: DeskHouse, form: dict[str, Any]
) -> None:
    case, visitor = filed(house), house.signed_in()
    status, page = act(visitor, case, "reject/preview", **form)
    assert (status, "needs a clause and a reason" in page) == (422, True)
    assert act(visitor, case, "reject", **form)[0] == 409
    assert now_is(house, case) == case


def test_what_changed_meanwhile_is_shown_with_what_was_typed_and_nothing_is_overwritten(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    lead = house.signed_in(Role.LEAD)
    assert act(lead, case, "ask", asked=["a log"])[0] == 303
    asked = now_is(house, case)
    status, page = act(visitor, case, "reject", clause="P1.b", reason=REASON)
    assert status == 409
    for expected in (
        "What happened to the case since you looked",
        "information asked by Lead",
        REASON,
        "changed meanwhile",
    ):
        assert expected in page, expected
    assert now_is(house, case) == asked
    assert audited(house, case)[-3:] == ["reject_case", "reject_case_refused", "see_case"]
    assert act(visitor, asked, "reject", clause="P1.b", reason=REASON)[0] == 303


def test_a_payment_that_was_never_captured_is_refused_with_the_reason(house: DeskHouse) -> None:
    case, visitor = filed(house, UNPAID, appeal=True), house.signed_in()
    if case.amount is None:
        assert act(visitor, case, "amount", amount="10.00", why_amount="part")[0] == 303
        case = now_is(house, case)
    status, page = act(visitor, case, "approve")
    assert (status, "never captured" in page) == (409, True)


def test_a_back_office_that_is_away_changes_nothing_and_says_so(
    house: DeskHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, visitor = filed(house), house.signed_in()
    monkeypatch.setattr(house.app.backoffice._transport, "_base_url", "http://127.0.0.1:9", raising=True)
    status, page = act(visitor, case, "approve")
    assert (status, "Billing does not answer" in page) == (503, True)
    assert now_is(house, case) == case
    assert "Billing does not answer just now" in visitor.get(f"/desk/cases/{case.case_id}/billing").text


def test_the_amount_is_changed_taken_back_and_appealed_with_reasons(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    assert act(visitor, case, "amount", amount="abc", why_amount="x")[0] == 409
    assert act(visitor, case, "amount", amount="9999", why_amount="x")[0] == 409
    assert act(visitor, case, "amount", amount="24.00", why_amount="one day of ten")[0] == 303
    case = now_is(house, case)
    assert str(case.amount) == "24.00 EUR"
    assert act(visitor, case, "reject", clause="P1.b", reason=REASON)[0] == 303
    assert act(visitor, now_is(house, case), "appeal", why="they sent a log")[0] == 303
    assert act(visitor, now_is(house, case), "withdraw", why="they found the invoice")[0] == 303
    assert now_is(house, case).state is CaseState.WITHDRAWN


def test_an_answer_told_elsewhere_is_taken_down(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    act(visitor, case, "ask", asked=["a log"])
    assert act(visitor, now_is(house, case), "answer", words="connection refused")[0] == 303
    assert now_is(house, case).events[-1].why == "connection refused"


def test_money_whose_way_is_closed_waits_for_a_route_and_is_sent_along_it(house: DeskHouse) -> None:
    case, visitor = filed(house, CLOSED), house.signed_in()
    if case.amount is None:
        act(visitor, case, "amount", amount="240.00", why_amount="in full")
    assert act(visitor, now_is(house, case), "approve")[1].endswith("done=approve_waits")
    assert "Agree account credit or a bank transfer" in visitor.get("/desk/tasks").text
    waiting = now_is(house, case)
    assert act(visitor, waiting, "pay", route="account_credit", version=waiting.version - 1)[0] == 409
    assert act(visitor, waiting, "pay", route="account_credit")[0] == 303
    assert now_is(house, case).payouts[-1].route == "account_credit"


def test_an_auditor_sees_a_case_and_may_do_nothing_with_it(house: DeskHouse) -> None:
    case, auditor = filed(house), house.signed_in(Role.AUDITOR)
    page = auditor.get(f"/desk/cases/{case.case_id}")
    assert (page.status_code, "What you can do" in page.text, "<form" in page.text.split("<main")[1]) == (
        200,
        False,
        False,
    )
    for name in ("start", "approve", "reject", "ask", "assign", "pay"):
        assert act(auditor, case, name, to="me", asked="x", clause="P1.b", reason="x")[0] == 403
    assert now_is(house, case) == case


def test_cases_are_taken_by_agents_and_given_by_leads(house: DeskHouse) -> None:
    first, second = filed(house), filed(house, LARGE)
    agent, other = house.signed_in(), house.agent(Role.AGENT, "Ben")
    both = [first.case_id, second.case_id]
    taken = agent.post("/desk/cases/assign", to="me", case_ids=both, query="group=check")
    assert taken.headers["location"] == "/desk/cases?group=check&given=2"
    refused = agent.post("/desk/cases/assign", to=other.agent_id, case_ids=both)
    assert (refused.status_code, "a lead's to do" in unescape(refused.text)) == (422, True)
    others = house.signed_in(other).post("/desk/cases/assign", to="me", case_ids=both)
    assert others.headers["location"].endswith("given=0")
    lead = house.signed_in(Role.LEAD)
    assert lead.post("/desk/cases/assign", to=other.agent_id, case_ids=both).headers["location"].endswith("given=2")
    assert lead.get(f"/desk/cases?seen_to_by={other.agent_id}").text.count("Choose R-") == 2
    assert audited(house, first) == ["assign_case", "assign_case"]


def test_a_case_of_who_left_the_desk_goes_back_to_the_queue_once(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    visitor.post("/desk/cases/assign", to="me", case_ids=[case.case_id])
    assert house.app.case_acts.put_back(house.now) == 0
    later = house.now + timedelta(minutes=31)
    assert [house.app.case_acts.put_back(later), house.app.case_acts.put_back(later)] == [1, 0]
    assert case.case_id in visitor.get("/desk/cases?seen_to_by=nobody").text
    (entry,) = house.app.audit.entries(Wanted(act="case_put_back"), 9)
    assert (entry.case_id, entry.who, entry.details) == (case.case_id, "the desk itself", {"agent": "Agent"})


def test_whoever_says_to_be_away_is_given_no_cases(house: DeskHouse) -> None:
    case, away, lead = filed(house), house.signed_in(), house.signed_in(Role.LEAD)
    away.post("/desk/away", away="yes")
    refused = away.post("/desk/cases/assign", to="me", case_ids=[case.case_id])
    assert refused.status_code == 422
    assert "whoever is away gets no cases" in unescape(refused.text)
    (agent_id,) = [each for each, name in _assignable(house) if name == "Agent"]
    assert lead.post("/desk/cases/assign", to=agent_id, case_ids=[case.case_id]).status_code == 422
    assert case.case_id in lead.get("/desk/cases?seen_to_by=nobody").text
    assert 'value="submitted"' in lead.get("/desk/cases").text


def test_a_case_of_who_is_away_goes_back_at_once(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    visitor.post("/desk/cases/assign", to="me", case_ids=[case.case_id])
    visitor.post("/desk/away", away="yes")
    attend(house.app)
    assert case.case_id in visitor.get("/desk/cases?seen_to_by=nobody").text


def test_the_page_shows_what_the_customer_thought_of_it(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    path = f"/desk/cases/{case.case_id}"
    assert "What the customer thinks" not in visitor.get(path).text
    with house.app.database.transaction() as session:
        assert note_asked(session, case, "telegram", "c" * 32, house.now)
    assert "No answer yet" in visitor.get(path).text
    with house.app.database.transaction() as session:
        assert note_answer(session, case.case_id, Rating.OK, house.now)
    assert "<strong>So-so</strong>" in visitor.get(path).text


def test_an_agent_sets_on_a_customers_wish_how_they_hear_from_us(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    assert act(visitor, case, "notices", way="away", quiet_from="21:00", quiet_to="07:30")[0] == 303
    page = unescape(visitor.get(f"/desk/cases/{case.case_id}?done=notices").text)
    assert "Between 21:00 and 07:30" in page
    assert '<option value="away" selected>' in page
    kept = house.app.wishing.of(case.customer_id)
    assert (kept.way, kept.quiet) == (Way.AWAY, QuietHours(time(21), time(7, 30)))
    assert "set_notices" in audited(house, case)


@pytest.mark.parametrize(("start", "end"), [("21:00", ""), ("08:00", "08:00"), ("99:00", "07:00")])
def test_hours_that_are_none_are_refused_and_nothing_is_kept(house: DeskHouse, start: str, end: str) -> None:
    case, visitor = filed(house), house.signed_in()
    status, page = act(visitor, case, "notices", way="chat", quiet_from=start, quiet_to=end)
    assert status == 422
    assert "Nothing was changed: quiet hours" in page
    assert house.app.wishing.of(case.customer_id) == NoticeWishes()


def test_the_worker_asks_how_a_case_was_handled_that_has_ended(house: DeskHouse) -> None:
    now = datetime.now(UTC)
    with house.app.database.transaction() as session:
        known = {"channel": "rest", "address": "ada", "customer_id": "C-1", "created_at": now, "updated_at": now}
        session.add(ConversationRow(conversation_id="c" * 32, **known))
    case, visitor = filed(house), house.signed_in()
    act(visitor, case, "withdraw", why="they asked to")
    with house.app.database.transaction() as session:
        session.get_one(CaseRow, case.case_id).updated_at = now - timedelta(minutes=2)
    attend(house.app)
    attend(house.app)
    told = [line.text for line in Transcript(house.app.database).since("c" * 32, 0)]
    assert sum("How well did we handle it" in text for text in told) == 1


def test_a_filter_is_kept_and_forgotten(house: DeskHouse) -> None:
    visitor = house.signed_in()
    visitor.post("/desk/cases/filters", name="Late ones", query="due=overdue&search=acme")
    assert 'href="/desk/cases?due=overdue&amp;search=acme">Late ones' in visitor.get("/desk/cases").text
    assert "Late ones" not in house.signed_in(Role.LEAD).get("/desk/cases").text
    visitor.post("/desk/cases/filters/forget", name="Late ones")
    assert "Late ones" not in visitor.get("/desk/cases").text
    assert visitor.post("/desk/cases/filters", name=" ", query="").status_code == 422


def test_a_dead_letter_is_told_in_words_and_tried_again(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    now = house.now
    with house.app.database.transaction() as session:
        row = OutboxRow(outbox_id="o" * 32, key="k", kind="notice_mail", payload={}, written_at=now, due_at=now)
        row.dead_at, row.attempts = now, 8
        session.add(row)
        dead = {"outbox_id": row.outbox_id, "effect": row.kind, "error": "MailFailed"}
        open_task(session, DEAD, "dead", now, case_id=case.case_id, **dead)
        open_task(session, "trace", "trace", now, case_id=case.case_id)
        tasks = {each.kind: each.task_id for each in list_tasks(session)}
    page = visitor.get("/desk/tasks").text
    assert "notice_mail failed again and again, the last time with MailFailed" in page
    assert visitor.post(f"/desk/tasks/{tasks[DEAD]}/retry").status_code == 303
    assert visitor.post(f"/desk/tasks/{tasks[DEAD]}/retry").status_code == 409
    assert visitor.post(f"/desk/tasks/{tasks['trace']}/done").status_code == 303
    with house.app.database.reading() as session:
        assert session.get_one(OutboxRow, "o" * 32).dead_at is None
        assert list_tasks(session) == []
    assert "done by Agent" in visitor.get("/desk/tasks?which=done").text
    assert audited(house, case) == ["retry_outbox", "retry_outbox", "finish_task"]


def test_promises_are_listed_and_those_that_ended_counted(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    assert case.case_id in visitor.get("/desk/promises?kind=verify_by").text
    act(visitor, case, "reject", clause="P1.b", reason=REASON)
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", visitor.get("/desk/promises").text))
    assert "verify by 1 0 100 % 0 0" in page
    assert "pay by 0 0 – 0 1" in page


def test_a_day_that_an_agent_gave_is_noted_kept_by_a_click_and_counted(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    day = (house.now + timedelta(days=2)).date().isoformat()
    assert act(visitor, case, "promise", day=day, matter="call back")[1].endswith("done=promise")
    page = visitor.get(f"/desk/cases/{case.case_id}").text
    assert "Agent: call back" in page
    assert "It was done: the day is kept" in page
    assert case.case_id in visitor.get("/desk/promises?kind=answer_by").text
    assert act(visitor, case, "promise/kept")[1].endswith("done=kept")
    assert "It was done: the day is kept" not in visitor.get(f"/desk/cases/{case.case_id}").text
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", visitor.get("/desk/promises").text))
    assert "answer by 1 0 100 % 0 0" in told
    assert audited(house, case) == ["give_day", "see_case", "keep_day"]


@pytest.mark.parametrize(
    ("days", "matter", "complaint"),
    [(-2, "call back", "the day is over"), (400, "call back", "more than a year away"), (1, " ", "say in at most")],
)
def test_a_day_that_cannot_be_given_is_refused_and_what_was_typed_is_kept(
    house: DeskHouse, days: int, matter: str, complaint: str
) -> None:
    case, visitor = filed(house), house.signed_in()
    day = (house.now + timedelta(days=days)).date().isoformat()
    status, text = act(visitor, case, "promise", day=day, matter=matter)
    assert (status, complaint in text, f'value="{day}"' in text) == (409, True, True)


def test_a_day_that_is_not_open_is_not_kept(house: DeskHouse) -> None:
    status, text = act(house.signed_in(), filed(house), "promise/kept")
    assert (status, "no such day is open" in text) == (409, True)


def evidence(house: DeskHouse, case: Case, file: CleanFile) -> str:
    """A file of the case, as the chat receives one; gives its address."""
    received = house.app.attachments.receive("rest", "ada", file, house.now)
    with house.app.database.transaction() as session:
        row = session.get_one(AttachmentRow, received.attachment_id)
        row.case_id, row.message_id = case.case_id, said(session, row.conversation_id)
    return f"/desk/cases/{case.case_id}/files/{received.attachment_id}"


def said(session: object, conversation_id: str) -> str:
    from sqlalchemy.orm import Session

    from refunds.tables import MessageRow

    assert isinstance(session, Session)
    now = datetime.now(UTC)
    session.add(
        MessageRow(
            message_id="m" * 32,
            conversation_id=conversation_id,
            position=1,
            channel_message_id="1",
            text="",
            received_at=now,
        )
    )
    session.flush()
    return "m" * 32


def picture(form: str) -> bytes:
    written = BytesIO()
    Image.new("RGB", (2000, 20), "teal").save(written, form, comment=b"<script>")
    return written.getvalue()


def test_a_picture_is_drawn_anew_and_everything_else_is_only_saved(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    address = evidence(house, case, CleanFile("logo.jpg", "image/jpeg", picture("JPEG")))
    shown = visitor.get(f"{address}/picture")
    assert (shown.headers["content-type"], shown.headers["x-content-type-options"]) == ("image/png", "nosniff")
    assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert Image.open(BytesIO(shown.content)).size == (1600, 16)
    assert b"<script>" not in shown.content
    kept = visitor.get(address)
    assert kept.headers["content-disposition"] == "attachment; filename*=UTF-8''logo.jpg"
    assert kept.headers["content-type"] == "application/octet-stream"
    assert f"{address}/picture" in visitor.get(f"/desk/cases/{case.case_id}").text
    assert "see_evidence" in audited(house, case)


def test_text_is_no_picture_and_another_cases_file_is_not_there(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    address = evidence(house, case, CleanFile("x.txt", "text/plain", b"<svg onload=alert(1)>"))
    assert visitor.get(f"{address}/picture").status_code == 404
    other = filed(house, LARGE)
    assert visitor.get(address.replace(case.case_id, other.case_id)).status_code == 404
    assert visitor.get("/desk/cases/R-22222").status_code == 404


def test_a_broken_picture_is_not_drawn(house: DeskHouse) -> None:
    case, visitor = filed(house), house.signed_in()
    address = evidence(house, case, CleanFile("x.png", "image/png", picture("PNG")[:60]))
    assert visitor.get(f"{address}/picture").status_code == 404
