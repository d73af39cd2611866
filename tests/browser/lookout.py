"""A browser with open eyes: whatever runs, asks or leads away is noted."""

import re

from playwright.sync_api import BrowserContext, Dialog, Error, Page

from tests.browser.trap import Trap

TABS = 8
CONTROL = "<script>setTimeout(() => fetch('/control'), 700)</script>"


class Lookout:
    """A browser that notes whatever runs: calls of `ran`, dialogs, pages that lead away."""

    def __init__(self, context: BrowserContext, home: Trap) -> None:
        self._home = home
        self.ran: set[int] = set()
        self.seen: list[str] = []
        self._context = context
        context.expose_binding("ran", lambda _source, number: self.ran.add(number))
        self._tabs = [self._tab() for _ in range(TABS)]

    def visit(self, addresses: list[str], *, leaving: bool = False) -> None:
        """Open every address in some tab, each for as long as it takes to open the next seven."""
        shown: dict[Page, str] = {}
        for place, address in enumerate(addresses):
            tab = self._tabs[place % TABS]
            self._settle(tab, shown.get(tab), leaving=leaving)
            shown[tab] = address
            try:
                tab.goto(address, wait_until="commit")
            except Error as error:
                self.seen.append(f"{address}: {error.message[:80]}")
        for tab, address in shown.items():
            self._settle(tab, address, leaving=leaving)

    def wait(self) -> None:
        """Wait until a page that may do everything has done it, a while later."""
        page = self._context.new_page()
        with page.expect_response(re.compile("/control$")):
            page.goto(self._home.live(0, CONTROL))
        page.close()

    def _tab(self) -> Page:
        page = self._context.new_page()
        page.on("dialog", self._dialog)
        page.on("popup", self._popup)
        return page

    def _dialog(self, dialog: Dialog) -> None:
        self.seen.append("a dialog")
        dialog.dismiss()

    def _popup(self, popup: Page) -> None:
        self.seen.append("a popup")
        popup.close()

    def _settle(self, tab: Page, address: str | None, *, leaving: bool) -> None:
        if address is None or leaving:
            return
        tab.wait_for_load_state("load")
        if tab.url != address:
            self.seen.append(f"{address} led to {tab.url}")
