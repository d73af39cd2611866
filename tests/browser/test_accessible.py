"""axe finds nothing: every page and state, both themes, both languages, phone and desktop."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page

from mock_smtp.testing import StartedInbox
from tests.browser.axe import install_axe, violations
from tests.browser.conftest import Open
from tests.browser.mailbox import Filled

ADDRESSES = {
    "list": "/",
    "search": "/?query=from:shop",
    "search without results": "/?query=zzzz",
    "html": "/view/{html}",
    "html with remote images": "/view/{html}/html?remote=1",
    "text": "/view/{twice}/text",
    "story": "/view/{twice}/story",
    "headers": "/view/{html}/headers",
    "parts": "/view/{html}/parts",
    "source": "/view/{html}/source",
    "attempts": "/attempts",
    "attempt": "/attempts/1",
    "duplicates": "/duplicates",
    "faults": "/faults",
    "broken mail": "/view/3",
    "nothing there": "/view/99999",
}


def select(page: Page) -> None:
    """The list with the second mail selected."""
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("j")


def overlay(page: Page) -> None:
    """The help of the keyboard."""
    page.goto("/")
    page.keyboard.press("?")


def confirmation(page: Page) -> None:
    """The question before everything is deleted."""
    page.goto("/")
    page.locator("[popovertarget=confirm]").first.click()


def refusal(page: Page) -> None:
    """The faults panel after a form that cannot be."""
    page.goto("/faults")
    page.locator("[name=to]").first.fill("ana@example.com")
    page.locator("[value=down]").click()


def unfolded(page: Page) -> None:
    """A story with every conversation unfolded."""
    page.goto("/duplicates")
    page.locator("h2 a").first.click()
    page.locator(".said").last.wait_for()
    page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")


THEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
STATES: list[Callable[[Page], None]] = [select, overlay, confirmation, refusal, unfolded]


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core."""
    return install_axe(tmp_path_factory.mktemp("axe"))


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_in_every_look(
    filled: Filled, inbox: StartedInbox, new_page: Open, axe: str, language: str, width: int
) -> None:
    """Zero violations, in both themes, whatever a reader opens."""
    page = new_page(language=language, width=width, base_url=filled.inbox.base_url)
    found: list[str] = []
    for name, address in ADDRESSES.items():
        page.goto(address.format(html=filled.html, twice=filled.twice))
        found += judge(page, axe, name)
    for reach in STATES:
        reach(page)
        found += judge(page, axe, reach.__name__)
    for address in ("/", "/attempts", "/duplicates", "/faults"):
        page.goto(inbox.base_url + address)
        found += judge(page, axe, f"empty {address}")
    assert page.locator("html").get_attribute("lang") == language
    assert found == []


def judge(page: Page, axe: str, name: str) -> list[str]:
    """What is wrong with the page as it is, in light and dark."""
    found: list[str] = []
    page.evaluate(axe)
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found += [f"{name}, {theme}: {sentence}" for sentence in violations(page)]
    wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, f"{name}: wider than the screen"] if wider else found


def test_axe_would_say_so(new_page: Open, axe: str, filled: Filled) -> None:
    """The same look at a page made worse on purpose finds it: silence above means something."""
    page = new_page(filled.inbox.base_url)
    page.evaluate("document.documentElement.removeAttribute('lang')")
    page.evaluate("document.querySelector('h1').style.color = '#ccc'")
    found = "\n".join(judge(page, axe, "list"))
    assert "list, light: html-has-lang" in found
    assert "list, light: color-contrast" in found
