"""Every key that the overlay names does what it says, and no key gets in the way of typing."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.mailbox import Filled

SUBJECTS = ["Welcome, Ana", "Welcome, Ana", "Newsletter 48"]
LETTERS = "jkuadf"


@pytest.fixture
def page(filled: Filled, new_page: Open) -> Page:
    """The list of mails."""
    return new_page(filled.inbox.base_url, base_url=filled.inbox.base_url)


def test_the_overlay_names_every_key(page: Page) -> None:
    """What the help lists is what these tests press."""
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    names = page.locator("dialog kbd").all_inner_texts()
    assert names == ["j", "k", "Enter", "u", "/", "a", "d", "f", "?", "Esc"]


def test_j_and_k_move_through_the_list(page: Page) -> None:
    """The focus goes down and up, and stays at the ends."""
    links = page.locator(".mails .open")
    for place in range(3):
        page.keyboard.press("j")
        expect(links.nth(place)).to_be_focused()
        expect(links.nth(place)).to_have_text(SUBJECTS[place])
    page.keyboard.press("k")
    expect(links.nth(1)).to_be_focused()
    for _ in range(5):
        page.keyboard.press("k")
    expect(links.first).to_be_focused()
    for _ in range(links.count() + 3):
        page.keyboard.press("j")
    expect(links.last).to_be_focused()
    expect(links.last).to_be_in_viewport()


def test_the_selected_mail_is_seen(page: Page) -> None:
    """Selection shows: an outline around the whole row."""
    page.keyboard.press("j")
    style = "getComputedStyle(document.activeElement, '::after').outlineStyle"
    assert page.evaluate(style) == "solid"


def test_enter_opens_and_u_goes_back(page: Page) -> None:
    """Enter opens the selected mail, u is the way to the list."""
    for key in ("j", "j", "j", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECTS[2])
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile(r"/$"))


def test_j_and_k_lead_from_mail_to_mail(page: Page, filled: Filled) -> None:
    """In a mail j is the older one, k the newer; at the end nothing happens."""
    page.goto("/view/1")
    page.keyboard.press("k")
    expect(page).to_have_url(re.compile("/view/2$"))
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile("/view/1$"))
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page).to_have_url(re.compile("/view/2$"))


@pytest.mark.parametrize(
    ("key", "title"), [("a", "Attempts"), ("d", "Duplicates"), ("f", "Faults"), ("u", "Inbox")]
)
def test_letters_lead_to_the_rooms(page: Page, key: str, title: str) -> None:
    """Each room has its letter, from everywhere."""
    page.goto("/view/1")
    page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("header [aria-current=page]")).to_have_count(1)


def test_slash_searches_and_escape_leaves(page: Page) -> None:
    """A slash goes into the search, from a mail too; Escape gives the keys back."""
    field = page.get_by_role("searchbox")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    page.keyboard.press("Escape")
    expect(field).not_to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(".mails .open").first).to_be_focused()
    page.goto("/view/1")
    page.keyboard.press("/")
    expect(field).to_be_focused()


def test_no_key_fires_while_one_types(page: Page) -> None:
    """In a field every letter is a letter."""
    field = page.get_by_role("searchbox")
    field.click()
    page.keyboard.type(f"{LETTERS}/?")
    expect(field).to_have_value(f"{LETTERS}/?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")
    page.goto("/faults")
    field = page.locator("[name=to]").first
    field.click()
    page.keyboard.type(f"{LETTERS}/?")
    expect(field).to_have_value(f"{LETTERS}/?")
    page.locator("summary").click()
    page.locator("[name=stage]").focus()
    page.keyboard.press("f")
    page.keyboard.press("u")
    expect(page.get_by_role("heading", level=1)).to_have_text("Faults")


def test_keys_of_the_browser_stay_its_own(page: Page) -> None:
    """With Control, Alt or Meta nothing of ours happens; nor under the open help."""
    for modifier in ("Control", "Alt", "Meta"):
        page.keyboard.press(f"{modifier}+f")
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")
    page.keyboard.press("?")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")


def test_the_help_opens_and_closes_without_a_mouse(page: Page) -> None:
    """Its button opens it, its focus stays inside, Escape closes it and gives the focus back."""
    shower = page.get_by_role("button", name="Keyboard")
    shower.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog.get_by_role("button")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("main a:focus, header a:focus")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(shower).to_be_focused()


def test_escape_takes_back_the_question(page: Page, filled: Filled) -> None:
    """Delete all asks first: Enter opens the question, Escape leaves everything as it was."""
    page.get_by_role("button", name="Delete all …").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Delete everything?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert filled.inbox.messages()


def test_tab_goes_through_the_page_in_its_order(page: Page) -> None:
    """Skip link, rooms, switches, search, mails, buttons; each shows its focus; none holds it."""
    seen: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        assert focused["shown"], focused["name"]
        seen.append(focused["name"])
    firsts = ["Skip to the content", "mock_smtp", "Mails", "Attempts", "Duplicates", "Faults"]
    assert seen[:8] == [*firsts, "Español", "Dark theme"]
    assert seen[8:11] == ["Keyboard", "query", "Search"]
    assert seen[11:13] == ["Welcome, Ana", "came 2 times"]
    assert seen[-2:] == ["Mark all read", "Delete all …"]


FOCUSED = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const [own, after] = [getComputedStyle(at), getComputedStyle(at, "::after")];
    const shown = [own, after].some((style) => style.outlineStyle !== "none");
    return { name: at.ariaLabel || at.innerText || at.id, shown };
}"""


def test_the_skip_link_skips(page: Page) -> None:
    """The first Tab offers to go to the content; taken, the next is in it."""
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_widths_are_chosen_with_arrows(page: Page, filled: Filled) -> None:
    """The preview's widths are radio buttons: arrows choose, letters go on working."""
    page.goto(f"/view/{filled.html}/html")
    page.get_by_role("radio", name="Desktop").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Tablet")).to_be_checked()
    page.keyboard.press("f")
    expect(page.get_by_role("heading", level=1)).to_have_text("Faults")
