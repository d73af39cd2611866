"""Named policies and Mailpit's chaos."""

from typing import Any

import pytest

from mock_smtp.client import InboxError
from mock_smtp.smtp.faults import Visit
from mock_smtp.smtp.policies import Dice, Greylisting, RateLimit
from mock_smtp.testing import StartedInbox
from tests.inbox.conftest import Send
from tests.inbox.test_faults import code_of


def put(inbox: StartedInbox, name: str, **settings: Any) -> Any:
    """Switch a policy on."""
    return inbox.json("PUT", f"/api/v2/policies/{name}", settings)


def test_greylisting_remembers_the_triple(inbox: StartedInbox, send: Send) -> None:
    """The first visit of a triple is refused, a later one let in, another triple refused."""
    put(inbox, "greylisting", seconds=0)
    inbox.ask("DELETE", "/api/v2/policies")
    put(inbox, "greylisting", seconds=3600)
    assert [code_of(send), code_of(send)] == [451, 451]
    inbox.ask("DELETE", "/api/v2/policies/greylisting")
    assert code_of(send) == 250


def test_greylisting_lets_in_after_its_time() -> None:
    """A triple is let in once its time has gone by."""
    now = [0.0]
    policy = Greylisting(5, clock=lambda: now[0])
    visit = Visit(stage="rcpt", sender="a@x", recipients=("b@x",))
    assert policy.refusal(visit, "1.2.3.4") is not None
    now[0] = 5.0
    assert policy.refusal(visit, "1.2.3.4") is None
    assert policy.refusal(visit, "9.9.9.9") is not None


def test_the_rate_limit_refills() -> None:
    """A bucket of two lets two in, refuses the third, and lets one in after half its time."""
    now = [0.0]
    policy = RateLimit(2, 10, clock=lambda: now[0])
    visit = Visit(stage="mail", sender="a@x")
    assert [policy.refusal(visit, "p") is None for _ in range(3)] == [True, True, False]
    now[0] = 5.0
    assert [policy.refusal(visit, "p") is None for _ in range(2)] == [True, False]


def test_a_full_mailbox_is_full_for_its_owner_only(inbox: StartedInbox, send: Send) -> None:
    """mailbox-full answers 452 for the recipients it names."""
    put(inbox, "mailbox-full", to="ana@example.com")
    try:
        assert code_of(send, to="ana@example.com") == 452
        assert code_of(send, to="eva@example.com") == 250
    finally:
        inbox.ask("DELETE", "/api/v2/policies")


def test_the_dice_repeat_themselves() -> None:
    """The same seed refuses the same visits, another seed others."""
    visit = Visit(stage="data")

    def throws(seed: int) -> list[bool]:
        dice = Dice("data", 451, 50, seed)
        return [dice.refusal(visit, "p") is None for _ in range(50)]

    assert throws(7) == throws(7)
    assert throws(7) != throws(8)


@pytest.mark.parametrize(
    ("name", "settings", "field"),
    [
        ("greylisting", {"seconds": -1}, "seconds"),
        ("rate-limit", {"messages": 1.5}, "messages"),
        ("dice", {"stage": "never"}, "stage"),
        ("mailbox-full", {"color": 1}, "color"),
    ],
)
def test_bad_settings_name_their_field(
    inbox: StartedInbox, name: str, settings: Any, field: str
) -> None:
    """Settings that cannot be are answered 400 with the field."""
    with pytest.raises(InboxError, match=f'"field":"{field}"'):
        put(inbox, name, **settings)


def test_chaos_refuses_with_its_code(inbox: StartedInbox, send: Send) -> None:
    """A trigger of 100 per cent refuses every mail; an empty PUT ends it."""
    inbox.json("PUT", "/api/v1/chaos", {"Recipient": {"ErrorCode": 452, "Probability": 100}})
    assert code_of(send) == 452
    inbox.json("PUT", "/api/v1/chaos", {})
    assert code_of(send) == 250


@pytest.mark.parametrize("trigger", [{"ErrorCode": 200}, {"Probability": 101}, {"ErrorCode": "x"}])
def test_chaos_refuses_nonsense(inbox: StartedInbox, trigger: Any) -> None:
    """A trigger out of range is 400 and changes nothing."""
    with pytest.raises(InboxError, match="400"):
        inbox.json("PUT", "/api/v1/chaos", {"Sender": trigger})
