"""The page follows what happens: lists, attempts, badges, faults; nothing of a reader's is lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from mock_smtp.testing import StartedInbox
from tests.browser.conftest import Open
from tests.browser.mailbox import deliver, lose_the_250, mail
from tests.inbox.conftest import Send


@pytest.fixture
def page(inbox: StartedInbox, new_page: Open) -> Page:
    """The list of an empty inbox."""
    return new_page(inbox.base_url, base_url=inbox.base_url)


def test_mail_appears_and_goes(page: Page, inbox: StartedInbox, send: Send) -> None:
    """New mail, read marks and deletions show without a reload, the count with them."""
    expect(page.locator(".empty")).to_contain_text(f"port {inbox.smtp_port}")
    for number in (1, 2):
        send(f"Number {number}")
    expect(page.locator(".mails .open")).to_have_text(["Number 2", "Number 1"])
    expect(page.locator("#count")).to_have_text("2 mails, 2 unread")
    expect(page.get_by_role("button", name="Delete all …")).to_be_visible()
    inbox.message("latest")
    expect(page.locator("#count")).to_have_text("2 mails, 1 unread")
    inbox.delete_all()
    expect(page.locator(".empty")).to_be_visible()
    expect(page.get_by_role("button", name="Delete all …")).to_be_hidden()


def test_the_selection_stays_on_its_mail(page: Page, send: Send) -> None:
    """New mail above does not move the focus to another one."""
    send("First")
    expect(page.locator(".mails .open")).to_have_text(["First"])
    page.keyboard.press("j")
    send("Second")
    expect(page.locator(".mails .open")).to_have_text(["Second", "First"])
    expect(page.get_by_role("link", name="First")).to_be_focused()


def test_search_narrows_as_one_types(page: Page, send: Send) -> None:
    """The list follows the field, the address keeps up, new mail joins only where it matches."""
    send("Invoice")
    send("Welcome")
    page.get_by_role("searchbox").fill("invo")
    expect(page.locator(".mails .open")).to_have_text(["Invoice"])
    expect(page.locator("#count")).to_have_text("1 of 2 mails match")
    expect(page).to_have_url(re.compile(r"\?query=invo$"))
    expect(page.get_by_role("searchbox")).to_be_focused()
    send("Another invoice")
    expect(page.locator(".mails .open")).to_have_text(["Another invoice", "Invoice"])
    page.get_by_role("searchbox").fill("")
    expect(page.locator(".mails .open")).to_have_count(3)


@pytest.mark.parametrize("action", ["reply", "drop"])
def test_a_failed_attempt_appears(page: Page, inbox: StartedInbox, action: str) -> None:
    """What was refused or cut never becomes a mail; the attempts tell of it at once."""
    page.goto("/attempts")
    expect(page.locator(".empty")).to_be_visible()
    inbox.add_fault("rcpt", action)  # type: ignore[arg-type]
    deliver(inbox, mail("Not today", "Shop <shop@example.com>"))
    outcome = {"reply": "refused 451", "drop": "connection dropped"}[action]
    expect(page.locator(".tries .how")).to_have_text([outcome])
    deliver(inbox, mail("Not today", "Shop <shop@example.com>"))
    expect(page.locator(".tries .how")).to_have_text(["accepted 250", outcome])


def test_faults_count_down(page: Page, inbox: StartedInbox, send: Send) -> None:
    """The panel shows a fault being met, and that it is used up."""
    page.goto("/faults")
    page.get_by_role("button", name="Fail twice, then accept").click()
    expect(page.locator(".fault-list .badge")).to_have_text("2 of 2 left")
    deliver(inbox, mail("One", "shop@example.com"))
    expect(page.locator(".fault-list .badge")).to_have_text("1 of 2 left")
    deliver(inbox, mail("Two", "shop@example.com"))
    expect(page.locator(".fault-list .badge")).to_have_text("used up")
    page.get_by_role("button", name="Remove fault").click()
    expect(page.get_by_text("Nothing is set to go wrong.")).to_be_visible()
    assert inbox.faults() == []


def test_a_form_of_ones_own_sets_a_fault(page: Page, inbox: StartedInbox) -> None:
    """Every field arrives; a refusal says what is wrong and keeps the form open."""
    page.goto("/faults?lang=es")
    page.get_by_text("Crea el tuyo").click()
    page.get_by_label("Etapa").select_option("rcpt")
    page.get_by_role("spinbutton", name="Código").fill("452")
    page.get_by_label("Veces (0 = siempre)").fill("0")
    page.locator(".fields [name=to]").fill("ana@example.com")
    page.get_by_role("button", name="Agregar").click()
    expect(page.locator(".fault-list strong")).to_have_text("Responder 452, en RCPT TO")
    expect(page.locator(".fault-list .badge")).to_have_text("siempre; ya ocurrió: 0")
    (fault,) = inbox.faults()
    assert (fault.stage, fault.code, fault.match) == ("rcpt", 452, {"to": "ana@example.com"})
    page.get_by_text("Crea el tuyo").click()
    page.get_by_role("spinbutton", name="Código").fill("200")
    page.get_by_role("button", name="Agregar").click()
    expect(page.get_by_role("alert")).to_contain_text("de 400 a 599")


def test_the_story_grows_while_one_reads(page: Page, inbox: StartedInbox) -> None:
    """A mail on the screen becomes a duplicate: banner, tab, drawing; what is unfolded stays."""
    lost = mail("Welcome", "Shop <shop@example.com>", "one")
    inbox.add_fault("after-store", "drop")
    deliver(inbox, lost)
    page.goto("/view/latest")
    expect(page.locator("#why")).to_be_empty()
    page.get_by_role("link", name="What happened").click()
    page.locator(".said summary").first.click()
    expect(page.locator(".said").first).not_to_have_attribute("open", "")
    deliver(inbox, lost)
    expect(page.locator(".answer h2")).to_have_text("Why it came 2 times: the 250 got lost.")
    expect(page.locator(".said")).to_have_count(2)
    expect(page.locator(".said").first).not_to_have_attribute("open", "")
    expect(page.locator(".tabs .mark")).to_have_text("2")


def test_everything_is_deleted_only_when_sure(page: Page, inbox: StartedInbox, send: Send) -> None:
    """Delete all asks; Cancel keeps, the second yes deletes."""
    send()
    page.get_by_role("button", name="Delete all …").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert len(inbox.messages()) == 1
    page.get_by_role("button", name="Delete all …").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete all").click()
    expect(page.locator(".empty")).to_be_visible()
    assert inbox.messages() == []


def test_the_page_finds_its_inbox_again(page: Page, send: Send) -> None:
    """A lost connection is taken up again, and what came meanwhile is shown."""
    page.context.set_offline(True)
    send("While away")
    page.context.set_offline(False)
    page.evaluate("refresh()")
    expect(page.locator(".mails .open")).to_have_text(["While away"])


def test_a_stranger_finds_why_a_mail_came_twice(page: Page, inbox: StartedInbox) -> None:
    """From the list by the badge to words, drawing, transcript that say so; no docs needed."""
    lose_the_250(inbox)
    page.get_by_role("link", name="came 2 times").first.click()
    expect(page.locator(".answer")).to_contain_text(
        "The 250 was lost after the mail was stored; your client, rightly, sent it again"
        " with the same Message-ID."
    )
    drawing = page.get_by_role("img", name="Drawing of 3 attempts")
    for words in ("Attempt 2", "not kept", "copy 1", "copy 2", "too eager", "451", "250"):
        expect(drawing.get_by_text(words, exact=True).first).to_be_visible()
    lost = page.locator(".talk .lost")
    expect(lost).to_contain_text("this 250 never reached the client")
    expect(page.locator(".steps .pause")).to_have_count(2)
    expect(page.get_by_text("The copies are the same, byte for byte.")).to_be_visible()
