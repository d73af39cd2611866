"""The certificate of the inbox: made at its start, and trusted by whoever is told to trust it."""

import os
import smtplib
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mock_smtp.smtp.tls import make_certificate
from mock_smtp.testing import InboxDidNotStartError, StartedInbox, running_inbox

SEND = """
import smtplib, ssl, sys
with smtplib.SMTP("localhost", int(sys.argv[1]), timeout=10) as connection:
    connection.starttls(context=ssl.create_default_context())
    connection.sendmail("a@example.com", ["b@example.com"], b"Subject: trusted\\r\\n\\r\\nx")
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartedInbox]:
    """An inbox with a port under TLS, on a machine without any program such as openssl."""
    nowhere = tmp_path_factory.mktemp("empty")
    with running_inbox(
        "--smtps-port", "0", "--hostname", "mail.school.example", PATH=str(nowhere)
    ) as it:
        yield it


def strict_context(certificate: str) -> ssl.SSLContext:
    """Full verification, with the strictness that newer Pythons have from the start."""
    context = ssl.create_default_context(cafile=certificate)
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


@pytest.mark.parametrize(
    "name", ["127.0.0.1", "::1", "localhost", "mock-smtp", "mail.school.example"]
)
def test_the_certificate_holds_for_every_name(bare: StartedInbox, name: str) -> None:
    """A client that verifies everything accepts the inbox under each of its names."""
    context = strict_context(bare.certificate)
    with smtplib.SMTP("127.0.0.1", bare.smtp_port, timeout=10) as connection:
        connection._host = name  # type: ignore[attr-defined]
        assert connection.starttls(context=context)[0] == 220
        assert connection.ehlo()[0] == 250


def test_another_name_is_refused(bare: StartedInbox) -> None:
    """The certificate holds for no name but its own."""
    with smtplib.SMTP("127.0.0.1", bare.smtp_port, timeout=10) as connection:
        connection._host = "other.example"  # type: ignore[attr-defined]
        with pytest.raises(ssl.SSLCertVerificationError):
            connection.starttls(context=strict_context(bare.certificate))


def test_a_client_trusts_it_through_the_environment(bare: StartedInbox) -> None:
    """SSL_CERT_FILE is all that a client in its own process needs."""
    said = [sys.executable, "-c", SEND, str(bare.smtp_port)]
    subprocess.run(said, env={**os.environ, "SSL_CERT_FILE": bare.certificate}, check=True)
    assert bare.messages()[0]["Subject"] == "trusted"


def test_the_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Nobody else on the machine can read the key."""
    key = make_certificate(tmp_path).key
    assert key is not None
    assert key.stat().st_mode & 0o077 == 0


def test_odd_names_are_left_out(tmp_path: Path) -> None:
    """A hostname that no certificate can hold does not stop the start."""
    for name in ("", "a..b", "x" * 300, "ñandú.example"):
        assert make_certificate(tmp_path, name).path.exists()


def test_a_certificate_may_be_given(tmp_path: Path) -> None:
    """A certificate and key of one's own are used as they are."""
    made = make_certificate(tmp_path, "given.example")
    with (
        running_inbox("--tls-certificate", str(made.path), "--tls-key", str(made.key)) as inbox,
        smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=10) as connection,
    ):
        connection._host = "given.example"  # type: ignore[attr-defined]
        assert connection.starttls(context=strict_context(str(made.path)))[0] == 220


def test_tls_may_be_switched_off() -> None:
    """Without TLS there is no STARTTLS, and a port under TLS is refused at the start."""
    with (
        running_inbox("--tls=false") as inbox,
        smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=10) as connection,
    ):
        connection.ehlo()
        assert not connection.has_extn("starttls")
    with pytest.raises(InboxDidNotStartError), running_inbox("--tls=false", "--smtps-port", "0"):
        pass
