"""Reading: without a script too, at three widths, in both themes, remote content when asked."""

import os
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from mock_smtp.testing import StartedInbox
from tests.browser.conftest import Open
from tests.browser.mailbox import Filled, lose_the_250
from tests.browser.trap import open_trap

SHADES = {"light": "rgb(245, 246, 248)", "dark": "rgb(14, 16, 20)"}


def test_everything_can_be_read_without_a_script(filled: Filled, new_page: Open) -> None:
    """List, search, mail, all its sides, attempts, duplicates, faults: links and forms do."""
    base = filled.inbox.base_url
    page = new_page(base, base_url=base, java_script_enabled=False)
    page.get_by_role("searchbox").fill("from:shop")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".mails .open")).to_have_count(2)
    expect(page.locator("time").first).to_contain_text("UTC")
    page.get_by_role("link", name="came 2 times").first.click()
    expect(page.locator(".answer h2")).to_contain_text("the 250 got lost")
    expect(page.get_by_role("img")).to_be_visible()
    sides = {"Text": "Your account is ready.", "Headers": "MAIL FROM", "Source": "Message-ID:"}
    for name, words in sides.items():
        page.get_by_role("navigation", name="Sides").get_by_role("link", name=name).click()
        expect(page.locator("main")).to_contain_text(words)
    for room in ("Attempts", "Duplicates", "Faults", "Mails"):
        page.get_by_role("navigation", name="Rooms").get_by_role("link", name=room).click()
        expect(page.locator("header [aria-current]")).to_have_text(room)
    page.get_by_role("button", name="Delete all …").click()
    expect(page.get_by_role("dialog", name="Delete everything?")).to_be_visible()


def test_forms_work_in_a_browser(inbox: StartedInbox, new_page: Open) -> None:
    """A browser's own form reaches us, with the Origin it sends, without a script."""
    page = new_page(f"{inbox.base_url}/faults", java_script_enabled=False)
    page.get_by_role("button", name="Lose the 250").click()
    expect(page.locator(".fault-list strong")).to_have_text(
        "Drop the connection, once the mail is stored"
    )
    lose_the_250(inbox)
    page.goto(inbox.base_url)
    page.get_by_role("button", name="Mark all read").click()
    expect(page.locator(".unseen")).to_have_count(0)
    page.locator(".mails .open").first.click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".mails .open")).to_have_count(len(inbox.messages()))


@pytest.mark.parametrize(("name", "width"), [("Phone", 375), ("Tablet", 768), ("Desktop", 900)])
def test_html_at_the_width_of_a_device(
    filled: Filled, new_page: Open, name: str, width: int
) -> None:
    """The switch shows the mail as wide as the device is; the desktop takes what there is."""
    page = new_page(f"{filled.inbox.base_url}/view/{filled.html}", width=1280)
    expect(page.frame_locator("iframe").get_by_role("heading")).to_have_text("Hola, Ana")
    page.get_by_text(name, exact=True).click()
    expect(page.get_by_role("radio", name=name)).to_be_checked()
    box = page.locator("iframe").bounding_box()
    assert box is not None
    assert box["width"] >= width if name == "Desktop" else round(box["width"]) == width


def test_remote_images_come_when_asked(inbox: StartedInbox, new_page: Open) -> None:
    """Blocked with a notice, loaded by its link, blocked again by another."""
    with open_trap() as elsewhere:
        html = f"<p>Hello</p><img src=http://{elsewhere.host}/pixel.png>"
        inbox.json("POST", "/api/v1/send", {"From": {"Email": "a@example.com"}, "HTML": html})
        page = new_page(f"{inbox.base_url}/view/latest")
        expect(page.locator(".notice")).to_contain_text("Remote content is blocked.")
        expect(page.frame_locator("iframe").get_by_text("Hello")).to_be_visible()
        assert elsewhere.connections == 0
        with page.expect_request("**/pixel.png"):
            page.get_by_role("link", name="Load remote images").click()
        expect(page.locator(".notice")).to_contain_text("Remote images are loaded.")
        page.get_by_role("link", name="Block them again").click()
        expect(page.locator(".notice")).to_contain_text("Remote content is blocked.")
        assert elsewhere.caught == ["/pixel.png"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_follows_the_system_until_chosen(
    filled: Filled, new_page: Open, theme: Literal["light", "dark"]
) -> None:
    """Automatic is the system's; the switch goes to dark, light, and back, and is remembered."""
    page = new_page(filled.inbox.base_url, theme=theme)
    body = page.locator("body")
    expect(body).to_have_css("background-color", SHADES[theme])
    for name, shade in (("Dark", "dark"), ("Light", "light")):
        page.get_by_role("link", name=f"{name} theme").click()
        expect(body).to_have_css("background-color", SHADES[shade])
    page.get_by_role("link", name="Faults").click()
    expect(body).to_have_css("background-color", SHADES["light"])
    page.get_by_role("link", name="Theme of the system").click()
    expect(body).to_have_css("background-color", SHADES[theme])


def test_nothing_is_loaded_from_elsewhere(filled: Filled, new_page: Open) -> None:
    """Every room loads from its own origin only, and the console has nothing to complain about."""
    page, asked, complaints = new_page(), set[str](), list[str]()
    page.on("request", lambda request: asked.add(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    for path in ("", "attempts", "duplicates", "faults", f"view/{filled.twice}/story"):
        page.goto(f"{filled.inbox.base_url}/{path}")
    assert all(url.startswith(filled.inbox.base_url) for url in asked)
    assert complaints == []


def test_moments_are_the_readers_own(filled: Filled, new_page: Open) -> None:
    """A script puts times into the reader's zone; what the server said stays as a title."""
    page = new_page(f"{filled.inbox.base_url}/view/{filled.twice}")
    said, shown = page.evaluate(
        """() => {
            const time = document.querySelector("time");
            const there = new Date(time.dateTime);
            const clock = { timeStyle: "medium", hourCycle: "h23" };
            return [time.title, [time.textContent, there.toLocaleTimeString("en", clock)]];
        }"""
    )
    assert said.endswith(" UTC")
    assert shown[1] in shown[0] or "," in shown[0]


@pytest.mark.parametrize("language", ["en", "es"])
def test_pictures_for_the_readme(
    inbox: StartedInbox, new_page: Open, tmp_path: Path, language: str
) -> None:
    """The README's pictures are what the page shows; MOCK_SMTP_SCREENSHOTS names their folder."""
    lose_the_250(inbox, refused=False, pause=2)
    folder = Path(os.environ.get("MOCK_SMTP_SCREENSHOTS", tmp_path))
    base = inbox.base_url
    page = new_page(base, language=language, width=1100)
    page.locator("a.copies").first.click()
    page.locator(".steps").wait_for()
    shoot(page, folder / f"twice-{language}.png")
    inbox.add_fault("data", code=451, times=2)
    page.goto(f"{base}/faults")
    shoot(page, folder / f"faults-{language}.png")


def shoot(page: Page, picture: Path) -> None:
    """Take a picture of the whole page."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.screenshot(path=picture, full_page=True)
    assert picture.read_bytes().startswith(b"\x89PNG")
