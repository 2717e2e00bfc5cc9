"""Cases at the desk of the real house: from a customer's question through two approvals to money that arrives."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.chat import choice, log, say, widget
from tests.browser.desk import Worker, looks_right, pictured
from tests.browser.test_the_house import ANSWERED_WITHIN_MS, CASE_NUMBER
from tests.stack import Stack, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.engine, pytest.mark.processes, pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def _from_the_beginning(stack: Stack) -> None:
    stack.reset()


def filed_in_the_chat(page: Page, stack: Stack, customer_id: str, words: str) -> str:
    """The number of a case that a signed-in customer files in the widget."""
    page.goto(f"{stack.url}/?customer_id={customer_id}")
    launcher = page.get_by_label("Your message")
    expect(launcher).to_be_visible()
    say(page, words)
    choice(page, "Yes, file it").click(timeout=ANSWERED_WITHIN_MS)
    card = log(page).locator("section.case")
    expect(card).to_be_visible(timeout=ANSWERED_WITHIN_MS)
    found = CASE_NUMBER.search(card.inner_text())
    assert found is not None
    return found.group()


def attach(page: Page, name: str, content: bytes) -> None:
    file: FilePayload = {"name": name, "mimeType": "image/png", "buffer": content}
    with page.expect_file_chooser() as chooser:
        widget(page).get_by_role("button", name="Attach a file").click()
    chooser.value.set_files([file])
    expect(widget(page).locator(".is-ready")).to_contain_text(name, timeout=ANSWERED_WITHIN_MS)


def fold_out(page: Page, title: str) -> None:
    page.locator("summary", has_text=title).click()


def png() -> bytes:
    from io import BytesIO

    from PIL import Image

    written = BytesIO()
    Image.new("RGB", (640, 200), "darkslateblue").save(written, "PNG")
    return written.getvalue()


def test_asked_answered_with_a_file_approved_by_two_and_paid(page: Page, stack: Stack, desk: Worker) -> None:
    number = filed_in_the_chat(
        page, stack, "C-1003", "my instances in ORD-33052 lose their disks, nobody solves ticket T-9001, refund please"
    )
    ann = desk("ann", "cases")
    ann.get_by_role("link", name=number).click()
    expect(ann.get_by_role("heading", name=number)).to_be_visible()
    expect(ann.get_by_text("T-9001").first).to_be_visible()
    expect(ann.get_by_text("captured").first).to_be_visible()
    ann.get_by_role("button", name="Take it up").click()
    expect(ann.get_by_role("heading", name="Seen to by Ann")).to_be_visible()
    looks_right(ann, "desk-case")

    fold_out(ann, "Ask the customer for information")
    ann.get_by_label("More, a line each").fill("a screenshot of the error")
    ann.get_by_role("button", name="See what they will read").first.click()
    preview = ann.get_by_role("heading", name="The customer will read this, word for word")
    expect(preview).to_be_visible()
    asked = ann.locator("#ask-preview .desk-lines").all_inner_texts()
    pictured(ann, "desk-case-preview")
    ann.get_by_role("button", name="Ask the customer this").click()
    expect(ann.get_by_role("status").first).to_contain_text("The customer was asked")

    expect(log(page)).to_contain_text("a screenshot of the error", timeout=ANSWERED_WITHIN_MS)
    told = log(page).inner_text()
    assert all(line in told for paragraph in asked for line in paragraph.splitlines() if not line.startswith("•"))
    log(page).get_by_role("button", name=re.compile("answer|inform|send", re.I)).last.click()
    expect(log(page).locator(".by-customer")).not_to_have_count(2, timeout=ANSWERED_WITHIN_MS)
    attach(page, "error.png", png())
    say(page, "the disk sdb is gone after each reboot, screenshot attached")
    wait_for("the answer", lambda: stack.refunds("case", "show", number, "--json")["state"] == "verifying", 30)

    ann.goto(f"{stack.url}/desk/cases/{number}")
    picture = ann.get_by_role("img", name="error.png")
    picture.scroll_into_view_if_needed()
    wait_for("the picture", lambda: picture.evaluate("image => image.naturalWidth") == 640)
    expect(ann.get_by_text("the disk sdb is gone").first).to_be_visible()
    ann.get_by_role("button", name=re.compile("^Approve")).click()
    expect(ann.get_by_role("status").first).to_contain_text("needs a second person")

    leo = desk("leo", "cases")
    leo.goto(f"{stack.url}/desk/cases/{number}")
    expect(leo.get_by_text("Ann approved it first")).to_be_visible()
    leo.get_by_role("button", name=re.compile("^Approve")).click()
    expect(leo.get_by_role("status").first).to_contain_text("Approved. The customer was told")
    paid = wait_for("the money", lambda: _paid(stack, number), 60)
    assert [event["who"] for event in paid["events"] if event["what"] in ("first_approved", "approved")] == [
        "Ann",
        "Leo",
    ]
    leo.reload()
    expect(leo.get_by_role("heading", name="The money")).to_be_visible()
    expect(log(page)).to_contain_text("approved", timeout=ANSWERED_WITHIN_MS)
    pictured(leo, "desk-case-paid")


def test_rejected_appealed_by_the_customer_and_approved(page: Page, stack: Stack, desk: Worker) -> None:
    number = filed_in_the_chat(
        page, stack, "C-1001", "my servers in ORD-48213 were down three days ago, money back please"
    )
    ann = desk("ann", "cases")
    ann.goto(f"{stack.url}/desk/cases/{number}")
    fold_out(ann, "Reject")
    ann.get_by_label("Clause").select_option("P1.a")
    ann.get_by_label("Reason, which the customer reads").fill("We found no outage of your own servers at that time.")
    ann.get_by_role("button", name="See what they will read").last.click()
    preview = ann.locator("#reject-preview .desk-lines")
    expect(preview.first).to_be_visible()
    told = preview.all_inner_texts()
    looks_right(ann, "desk-case-refusal")
    ann.get_by_role("button", name="Reject and send this").click()
    expect(ann.get_by_role("status").first).to_contain_text("Rejected")
    expect(log(page)).to_contain_text("We found no outage of your own servers", timeout=ANSWERED_WITHIN_MS)
    assert all(paragraph in log(page).inner_text() for paragraph in told)

    choice(page, "Appeal").or_(
        log(page).get_by_role("button", name=re.compile("appeal|check.*again", re.I))
    ).last.click()
    expect(log(page).locator(".by-customer")).not_to_have_count(2, timeout=ANSWERED_WITHIN_MS)
    if stack.refunds("case", "show", number, "--json")["state"] == "rejected":
        say(page, "the console log shows my servers were unreachable all that afternoon, please check again")
    wait_for("the appeal", lambda: stack.refunds("case", "show", number, "--json")["state"] == "appealed", 40)
    ann.reload()
    ann.get_by_role("button", name=re.compile("^Approve")).click()
    expect(ann.get_by_role("status").first).to_contain_text("Approved")
    wait_for("the money", lambda: _paid(stack, number), 60)


def test_two_who_decide_at_once_see_what_the_other_did(stack: Stack, page: Page, desk: Worker) -> None:
    number = filed_in_the_chat(
        page, stack, "C-1001", "my servers in ORD-48213 were down three days ago, money back please"
    )
    ann, leo = desk("ann", "cases"), desk("leo", "cases")
    for one in (ann, leo):
        one.goto(f"{stack.url}/desk/cases/{number}")
    fold_out(leo, "Change the amount")
    leo.get_by_label("Amount in EUR").fill("120.00")
    leo.get_by_label("Why", exact=True).locator("visible=true").fill("half of it")
    leo.get_by_role("button", name="Change it").click()
    expect(leo.get_by_role("status").first).to_contain_text("The amount was changed")
    ann.get_by_role("button", name="Approve 240.00 EUR").click()
    expect(ann.get_by_role("alert").filter(has_text="changed meanwhile")).to_be_visible()
    expect(ann.get_by_role("region", name="since you looked").get_by_text("amount changed by Leo")).to_be_visible()
    expect(ann.get_by_role("button", name="Approve 120.00 EUR")).to_be_visible()
    looks_right(ann, "desk-case-conflict")
    assert stack.refunds("case", "show", number, "--json")["state"] == "submitted"


def test_the_queue_tasks_and_promises_by_keys_alone(stack: Stack, page: Page, desk: Worker) -> None:
    number = filed_in_the_chat(
        page, stack, "C-1001", "my servers in ORD-48213 were down three days ago, money back please"
    )
    ann = desk("ann", "cases")
    looks_right(ann, "desk-cases")
    search = ann.get_by_label("Search")
    search.focus()
    ann.keyboard.type("okafor")
    ann.keyboard.press("Enter")
    expect(ann.get_by_role("status").first).to_contain_text("1 case")
    ann.get_by_label(f"Choose {number}").focus()
    ann.keyboard.press("Space")
    ann.get_by_role("button", name="Give", exact=True).focus()
    ann.keyboard.press("Enter")
    expect(ann.get_by_text("1 case changed hands")).to_be_visible()
    ann.get_by_label("Name for this filter").focus()
    ann.keyboard.type("Okafor's")
    ann.keyboard.press("Enter")
    expect(ann.get_by_role("link", name="Okafor's")).to_be_visible()
    ann.get_by_role("link", name="Promises").focus()
    ann.keyboard.press("Enter")
    expect(ann.get_by_role("link", name=number).first).to_be_visible()
    looks_right(ann, "desk-promises")
    ann.get_by_role("link", name="Tasks").focus()
    ann.keyboard.press("Enter")
    expect(ann.get_by_text("Nothing waits for a person")).to_be_visible()
    looks_right(ann, "desk-tasks")


def _paid(stack: Stack, number: str) -> dict[str, object] | None:
    case: dict[str, object] = stack.refunds("case", "show", number, "--json")
    return case if case["state"] == "paid" else None
