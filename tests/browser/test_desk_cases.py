"""Cases at the desk of the real house: from a customer's question through two approvals to money that arrives."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from refunds.desk.demo import PASSWORD
from tests.browser import axe
from tests.browser.chat import choice, log, say, widget
from tests.browser.test_the_house import ANSWERED_WITHIN_MS, CASE_NUMBER
from tests.stack import Stack, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.engine, pytest.mark.processes, pytest.mark.timeout(300)]

SIZES = {"desktop": (1280, 720), "tablet": (820, 1180)}
# Where the pictures of docs/agents.md go, when somebody wants new ones.
PICTURES = os.environ.get("DESK_PICTURES")
Worker = Callable[[str], Page]


@pytest.fixture(autouse=True)
def _from_the_beginning(stack: Stack) -> None:
    stack.reset()


@pytest.fixture
def desk(browser: Browser, stack: Stack) -> Iterator[Worker]:
    """Signs a demo agent in, each in a browser of their own; breaches of the content policy fail the test."""
    troubles: list[str] = []
    contexts = []

    def signed_in(name: str) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="en-GB")
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda told: troubles.extend([told.text] if "Content Security Policy" in told.text else []))
        page.goto(f"{stack.url}/desk/sign-in?next=/desk/cases")
        page.get_by_label("Login").fill(f"{name}@jjsg.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page).to_have_url(f"{stack.url}/desk/cases")
        return page

    yield signed_in
    for context in contexts:
        context.close()
    assert troubles == []


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


def violations(page: Page) -> list[str]:
    """What axe finds wrong on the whole page."""
    if not axe.SOURCE.exists():
        pytest.skip("axe-core is not installed (`make widget` installs it)")
    page.evaluate(axe.SOURCE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """async (standards) => (await axe.run(document, {runOnly: standards})).violations
            .map(({id, nodes}) => [id, ...nodes.map(node => node.html.slice(0, 160))])""",
        axe.STANDARDS,
    )
    return [" | ".join(rule) for rule in found]


def pictured(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def looks_right(page: Page, name: str) -> None:
    """No rule of accessibility is broken and nothing is wider than the screen, in both schemes and sizes."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            pictured(page, f"{name}-{scheme}-{size}")
            wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(wider), f"{name} is wider than a {size}'s screen"
        assert violations(page) == [], scheme
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 720})


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
    ann = desk("ann")
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
    expect(ann.get_by_role("status")).to_contain_text("The customer was asked")

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

    leo = desk("leo")
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
    ann = desk("ann")
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
    ann, leo = desk("ann"), desk("leo")
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
    ann = desk("ann")
    looks_right(ann, "desk-cases")
    search = ann.get_by_label("Search")
    search.focus()
    ann.keyboard.type("okafor")
    ann.keyboard.press("Enter")
    expect(ann.get_by_role("status")).to_contain_text("1 case")
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
