"""What the browser tests share: Chromium, pages in every look, and a mailbox with a story."""

from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from kit_commands.programs import require_program
from tests.browser.mailbox import Filled, filled_inbox
from tests.inbox.conftest import inbox, inbox_server, send

__all__ = ["inbox", "inbox_server", "send"]

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
)
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, one for each file: what Playwright runs must end before Django's."""
    path = require_program("chromium", cure="apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def new_context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make a context in a look; all are closed at the end of the test."""
    made: list[BrowserContext] = []

    def context(
        *,
        theme: Literal["light", "dark"] = "light",
        language: str = "en",
        width: int = 1280,
        **options: Any,
    ) -> BrowserContext:
        made.append(
            chromium.new_context(
                color_scheme=theme,
                locale=language,
                viewport={"width": width, "height": 900},
                reduced_motion="reduce",
                timezone_id="America/Bogota",
                **options,
            )
        )
        made[-1].set_default_timeout(10_000)
        return made[-1]

    yield context
    for each in made:
        each.close()


@pytest.fixture
def new_page(new_context: Callable[..., BrowserContext]) -> Iterator[Open]:
    """Make a page in a look; a mistake in our scripts fails the test."""
    mistakes: list[str] = []

    def opened(address: str = "about:blank", **look: object) -> Page:
        page = new_context(**look).new_page()
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        page.goto(address)
        return page

    yield opened
    assert mistakes == []


@pytest.fixture(scope="session")
def filled() -> Iterator[Filled]:
    """A mailbox in which everything has happened; tests that use it change nothing."""
    with filled_inbox() as mailbox:
        yield mailbox
