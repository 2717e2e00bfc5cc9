"""Files in the chat: chosen, dropped, pasted, refused, saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.chat import field, log, own, say, widget
from tests.browser.shop import Shop
from tests.world import wait_until

pytestmark = pytest.mark.browser
PICTURE = (Path(__file__).parent.parent.parent / "docs" / "images" / "chat-phone.png").read_bytes()
SCREENSHOT: FilePayload = {"name": "screenshot.png", "mimeType": "image/png", "buffer": PICTURE}


def _choose(page: Page, *files: FilePayload) -> None:
    with page.expect_file_chooser() as chooser:
        widget(page).get_by_role("button", name="Attach a file").click()
    chooser.value.set_files(list(files))


def test_a_chosen_file_goes_with_the_next_message_and_can_be_saved(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    _choose(page, SCREENSHOT)
    expect(widget(page).locator(".attachments .is-ready")).to_contain_text("screenshot.png")
    say(page, "Here it is")
    expect(widget(page).locator(".attachments")).to_have_count(0)
    expect(log(page).locator(".file")).to_contain_text("screenshot.png")
    assert shop.script.files == {"f0": ("screenshot.png", PICTURE)}
    wait_until(lambda: [message["files"] for message in shop.script.said] == [["f0"]])
    with page.expect_download() as download:
        log(page).get_by_role("button", name="Save screenshot.png").click()
    assert download.value.suggested_filename == "screenshot.png"
    assert download.value.path().read_bytes() == PICTURE


def test_a_file_alone_is_a_message_too(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    _choose(page, SCREENSHOT)
    expect(widget(page).locator(".is-ready")).to_be_visible()
    field(page).press("Enter")
    expect(log(page).locator(".by-customer .file")).to_be_visible()
    expect(own(page)).to_have_count(0)
    wait_until(lambda: [message["files"] for message in shop.script.said] == [["f0"]])
    page.reload()
    expect(log(page).locator(".by-customer .file")).to_contain_text("screenshot.png")


@pytest.mark.parametrize("how", ["drop", "paste"])
def test_a_file_is_dropped_or_pasted(page: Page, shop: Shop, how: str) -> None:
    page.goto(shop.url)
    expect(widget(page).get_by_role("button", name="Attach a file")).to_be_visible()
    data = page.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['hello'], 'log.txt', {type: 'text/plain'}));"
        " return data }"
    )
    if how == "drop":
        log(page).dispatch_event("dragover", {"dataTransfer": data})
        expect(widget(page)).to_contain_text("Drop files here")
        log(page).dispatch_event("drop", {"dataTransfer": data})
    else:
        paste = "(at, clipboardData) => at.dispatchEvent(new ClipboardEvent('paste', {clipboardData, bubbles: true}))"
        field(page).evaluate(paste, data)
    expect(widget(page).locator(".attachments .is-ready")).to_contain_text("log.txt")
    expect(widget(page)).not_to_contain_text("Drop files here")
    assert shop.script.files == {"f0": ("log.txt", b"hello")}


def test_a_file_too_large_or_of_a_wrong_kind_is_told_before_it_is_sent(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    large: FilePayload = {"name": "large.png", "mimeType": "image/png", "buffer": b"x" * 5_000_001}
    program: FilePayload = {"name": "setup.exe", "mimeType": "application/x-msdownload", "buffer": b"x"}
    _choose(page, large, program)
    chips = widget(page).locator(".attachments .is-refused")
    expect(chips).to_have_count(2)
    expect(chips.first).to_contain_text("Larger than 5 MB")
    expect(chips.last).to_contain_text("This kind of file can't be taken")
    expect(widget(page).get_by_role("button", name="Try again")).to_have_count(0)
    widget(page).get_by_role("button", name="Remove setup.exe").click()
    expect(chips).to_have_count(1)
    assert shop.script.files == {}


def test_a_file_that_the_server_refuses_tells_why_and_is_not_sent(page: Page, shop: Shop) -> None:
    shop.script.file_refusal = "That is no picture, whatever its name says."
    page.goto(shop.url)
    _choose(page, SCREENSHOT)
    expect(widget(page).locator(".is-refused")).to_contain_text("That is no picture")
    expect(widget(page).get_by_role("status")).to_contain_text("That is no picture")
    say(page, "never mind")
    expect(own(page)).to_have_text("never mind")
    wait_until(lambda: [message.get("files") for message in shop.script.said] == [None])


def test_an_upload_that_failed_on_the_way_can_be_tried_again(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    page.route("**/chat/files", lambda route: route.abort())
    _choose(page, SCREENSHOT)
    expect(widget(page).locator(".is-failed")).to_contain_text("Could not be uploaded")
    page.unroute("**/chat/files")
    widget(page).get_by_role("button", name="Try again").click()
    expect(widget(page).locator(".is-ready")).to_be_visible()
