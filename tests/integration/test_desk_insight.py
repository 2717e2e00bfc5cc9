"""The desk's page of insight, as leads, auditors and admins read it, and its files."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from refunds.desk.audit import Wanted
from refunds.desk.insight.figures import FIGURES
from refunds.desk.permissions import Role
from refunds.tables import ConversationRow, HandOffRow, MessageRow
from tests.desk_house import DeskHouse, Visitor


@pytest.fixture
def lead(desk: DeskHouse) -> Visitor:
    """A lead at a desk with two chats: one on the website, handed over; one of a channel with a hostile name."""
    with desk.app.database.transaction() as session:
        for number, channel in ((1, "website"), (2, "=1+1")):
            at = desk.now - timedelta(hours=number)
            name = f"{number:032}"
            chat = ConversationRow(conversation_id=name, channel=channel, address=name, created_at=at, updated_at=at)
            session.add(chat)
            session.flush()
            said = MessageRow(message_id=name, conversation_id=name, position=1, channel_message_id=name, text="hello")
            said.received_at = at
            session.add(said)
        asked = HandOffRow(hand_off_id="h", conversation_id=f"{1:032}", reason="customer_asked", summary={})
        asked.opened_at = asked.taken_at = desk.now - timedelta(hours=1)
        session.add(asked)
    return desk.signed_in(Role.LEAD)


def rows(visitor: Visitor, key: str, **query: str) -> list[list[str]]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = visitor.get(f"/desk/insight/{key}.csv?{asked}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.text)))


def test_the_page_shows_every_figure_with_its_definition_its_table_and_its_file(lead: Visitor) -> None:
    page = lead.get("/desk/insight").text
    for key in FIGURES:
        assert f'id="{key}"' in page
        assert f'href="/desk/insight/{key}.csv?first=' in page
    assert "each counted once, at the furthest it came" in page
    assert "customer asked" in page
    assert page.count("desk-definition") == len(FIGURES)


def test_a_chart_names_the_table_that_it_is_drawn_from(lead: Visitor) -> None:
    page = lead.get("/desk/insight").text
    assert 'data-chart="containment-table"' in page
    assert 'id="containment-table"' in page
    for file in ("vendor/chart.js-4.6.1/chart.umd.min.js", "insight.js", "insight.css"):
        assert f"/desk/static/{file}" in page
        assert lead.get(f"/desk/static/{file}").status_code == 200


def test_the_period_and_the_channel_of_the_address_are_kept_to(lead: Visitor) -> None:
    assert rows(lead, "containment", channel="website")[1:] == [
        ["website", "0", "0", "0", "1", "0", "1", "0.0", "0"],
        ["all", "0", "0", "0", "1", "0", "1", "0.0", "0"],
    ]
    assert rows(lead, "containment", first="2020-01-01", last="2020-01-31")[1:] == [
        ["all", "0", "0", "0", "0", "0", "0", "", "0"]
    ]
    assert len(rows(lead, "requests", first="2020-01-01", last="2020-01-31")) == 32


def test_days_that_are_none_are_the_last_thirty(lead: Visitor) -> None:
    assert len(rows(lead, "requests", first="yesterday", last="%22%3E")) == 31
    assert lead.get("/desk/insight?first=9999-99-99&last=&channel=%3Cscript%3E").status_code == 200


def test_no_cell_of_a_file_is_taken_for_a_formula(lead: Visitor) -> None:
    assert [row[0] for row in rows(lead, "containment")] == ["Channel", "'=1+1", "website", "all"]


def test_spans_are_seconds_in_a_file_and_say_so(lead: Visitor) -> None:
    titles, *lines = rows(lead, "times")
    assert titles[2:4] == ["Median (seconds)", "Nine of ten within (seconds)"]
    assert lines[1][:4] == ["a person taking the chat", "1", "0.0", "0.0"]


def test_a_figure_that_there_is_not_is_not_found(lead: Visitor) -> None:
    assert lead.get("/desk/insight/gossip.csv").status_code == 404


def test_agents_find_no_way_to_it_and_auditors_do(desk: DeskHouse) -> None:
    agent, auditor = desk.signed_in(), desk.signed_in(Role.AUDITOR)
    assert agent.get("/desk/insight").status_code == 403
    assert 'href="/desk/insight"' not in agent.get("/desk/chats").text
    assert 'href="/desk/insight"' in auditor.get("/desk/insight").text


def test_who_looked_and_who_took_a_file_stands_in_the_audit_log(desk: DeskHouse, lead: Visitor) -> None:
    lead.get("/desk/insight?channel=website")
    lead.get("/desk/insight/times.csv")
    looks = {entry.act: entry.details for entry in desk.app.audit.entries(Wanted(), 10)}
    assert looks["see_insight"]["channel"] == "website"
    assert looks["took_insight_file"]["figure"] == "times"
