"""The plain form, from nothing: a mail arrives, data outlive the containers, nothing is lost."""

from pathlib import Path

from kit_commands.programs import require_program
from tests.compose.asking import labs_are_green, post, settle, the_briefs_curl_becomes_a_mail
from tests.compose.stack import Stack
from tests.engines.kit import status

QUEUED = 30


def test_the_briefs_curl_becomes_a_mail(plain: Stack) -> None:
    """The first thing a reader tries."""
    require_program("curl", cure="apt-get install curl")
    the_briefs_curl_becomes_a_mail(plain)


def test_the_labs_checks_are_green(plain: Stack, tmp_path: Path) -> None:
    """The judge finds nothing wrong with what it can observe."""
    labs_are_green(plain, tmp_path)


def test_data_outlive_the_containers(plain: Stack) -> None:
    """After `down` and `up` the service knows its messages and the inbox its mails."""
    [message_id] = post(plain, 1)
    settle(plain)
    plain.down()
    plain.up("plain")
    with plain.client() as client:
        assert status(client, message_id)["status"] == "sent"
    assert plain.copies()[message_id] == 1


def test_a_switch_of_forms_loses_nothing(plain: Stack) -> None:
    """Mails queued under each form while the inbox is away leave under the other, once each."""
    plain.inbox.reset()
    plain.compose("stop", "mock-smtp")
    ids = post(plain, QUEUED)
    plain.up("celery", "--no-deps", "email-service", "dispatcher", "worker")
    assert plain.unsettled() == QUEUED
    ids += post(plain, QUEUED)
    plain.up("plain", "--remove-orphans")
    settle(plain)
    assert plain.copies() == dict.fromkeys(ids, 1)
    assert "worker" not in plain.compose("ps", "--all", "--services", form="celery").split()


def test_workers_drain_what_the_dispatcher_left(plain: Stack) -> None:
    """The same the other way round: plain fills the queue, Celery's workers empty it."""
    plain.inbox.reset()
    plain.compose("stop", "mock-smtp")
    ids = post(plain, QUEUED)
    plain.up("celery")
    settle(plain)
    assert plain.copies() == dict.fromkeys(ids, 1)
