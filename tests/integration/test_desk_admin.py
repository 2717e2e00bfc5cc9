"""What admins and auditors do at the desk."""

from __future__ import annotations

import csv
import io
import re

from refunds.desk.audit import Wanted
from refunds.desk.permissions import Role
from tests.desk_house import DeskHouse


def acts(desk: DeskHouse) -> list[str]:
    return [entry.act for entry in desk.app.audit.entries(Wanted(), 20)]


def test_an_admin_adds_an_agent_who_signs_in_with_the_password_that_is_shown_once(desk: DeskHouse) -> None:
    admin = desk.signed_in(Role.ADMIN)
    page = admin.post("/desk/agents", login="new@desk.example", name="Nele", role="lead")
    found = re.search(r"shown this once: <strong><code[^>]*>([^<]+)<", page.text)
    assert found is not None
    assert found[1] not in admin.get("/desk/agents").text
    signed_in = desk.visitor().post("/desk/sign-in", login="new@desk.example", password=found[1])
    assert signed_in.status_code == 303
    assert desk.app.accounts.find("new@desk.example").agent.role is Role.LEAD


def test_what_an_admin_types_wrong_is_told_and_kept_in_the_form(desk: DeskHouse) -> None:
    admin = desk.signed_in(Role.ADMIN)
    page = admin.post("/desk/agents", login="admin@desk.example", name="Second", role="agent")
    assert page.status_code == 422
    assert "Another agent has that login" in page.text
    assert 'value="Second"' in page.text


def test_role_password_disable_and_enable_are_one_click_each_and_in_the_log(desk: DeskHouse) -> None:
    admin, agent = desk.signed_in(Role.ADMIN), desk.agent()
    path = f"/desk/agents/{agent.agent_id}"
    assert admin.post(f"{path}/role", role="auditor").headers["location"] == "/desk/agents?done=role"
    assert "shown this once" in admin.post(f"{path}/password").text
    assert admin.post(f"{path}/disable").status_code == 303
    assert "disabled" in admin.get("/desk/agents").text
    assert admin.post(f"{path}/enable").status_code == 303
    assert acts(desk)[:4] == ["enabled_agent", "disabled_agent", "set_password", "changed_role"]
    assert desk.app.audit.entries(Wanted(act="disabled_agent"), 1)[0].who == "Admin"


def test_the_last_admin_cannot_lock_everybody_out(desk: DeskHouse) -> None:
    admin = desk.signed_in(Role.ADMIN)
    assert admin.agent is not None
    refused = admin.post(f"/desk/agents/{admin.agent.agent_id}/disable")
    assert (refused.status_code, "last admin" in refused.text) == (422, True)


def test_an_agent_who_is_not_there_is_not_found(desk: DeskHouse) -> None:
    assert desk.signed_in(Role.ADMIN).post("/desk/agents/nobody/disable").status_code == 404


def test_an_auditor_finds_entries_by_customer_and_the_look_is_an_entry_too(desk: DeskHouse) -> None:
    auditor, agent = desk.signed_in(Role.AUDITOR), desk.agent()
    for customer_id in ("C-1001", "C-1002"):
        desk.app.audit.seen(agent, "saw_customer", desk.now, customer_id=customer_id)
    page = auditor.get("/desk/audit?customer_id=C-1002&who=&first=&last=").text
    assert ("C-1002</td>" in page, "C-1001" in page) == (True, False)
    assert acts(desk)[0] == "saw_audit"


def test_days_are_those_of_the_desks_zone_and_what_cannot_be_read_is_no_filter(desk: DeskHouse) -> None:
    auditor = desk.signed_in(Role.AUDITOR)
    today = desk.now.astimezone(desk.app.settings.desk_hours.zone).date().isoformat()
    assert "signed in" in auditor.get(f"/desk/audit?first={today}&last={today}").text
    assert "No entry fits" in auditor.get("/desk/audit?first=2031-01-01").text
    assert "signed in" in auditor.get("/desk/audit?first=yesterday").text


def test_older_entries_are_a_page_further(desk: DeskHouse) -> None:
    auditor, agent = desk.signed_in(Role.AUDITOR), desk.agent()
    for number in range(105):
        desk.app.audit.did(agent, "wrote", desk.now, line=number)
    page = auditor.get("/desk/audit?act=wrote").text
    older = re.search(r'href="(/desk/audit\?[^"]*before=[^"]*)"', page)
    assert older is not None
    assert "line: 4" in auditor.get(older[1].replace("&amp;", "&")).text
    assert "line: 4<" not in page


def test_the_file_has_every_field_and_no_formula(desk: DeskHouse) -> None:
    auditor, agent = desk.signed_in(Role.AUDITOR), desk.agent(name="=HYPERLINK(1)")
    desk.app.audit.did(agent, "wrote", desk.now, conversation_id="c1", words="=1+1")
    answer = auditor.get("/desk/audit.csv?conversation_id=c1")
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["who"], row["act"], row["conversation_id"]) == ("'=HYPERLINK(1)", "wrote", "c1")
    assert acts(desk)[0] == "took_audit_file"
