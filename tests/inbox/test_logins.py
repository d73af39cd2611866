"""Who may log in: the forms of a password file, and checks that keep nobody else waiting."""

import asyncio
import base64
import hashlib
import smtplib
import threading
from collections.abc import Iterator
from pathlib import Path

import bcrypt
import httpx
import pytest

from mock_smtp.errors import StartError
from mock_smtp.smtp import passwords
from mock_smtp.smtp.logins import Logins, read_logins
from mock_smtp.smtp.passwords import apache_md5, can_be_checked, fits
from mock_smtp.testing import StartedInbox, running_inbox

MD5 = "$apr1$qHDFfhPC$nITSVHgYbDAK1Y0acGRnY0"
"""`myPassword`, from Apache's documentation."""


def hashed(password: bytes, rounds: int = 4, prefix: bytes = b"2b") -> str:
    """A bcrypt entry; `$2y$` is what htpasswd writes, the algorithm is the same."""
    known = bcrypt.hashpw(password, bcrypt.gensalt(rounds)).decode()
    return known.replace("$2b$", f"${prefix.decode()}$", 1)


def allows(logins: Logins, name: bytes, password: bytes) -> bool:
    """The answer to one login."""
    return asyncio.run(logins.allows(name, password))


def test_apache_md5() -> None:
    """Apache's MD5 comes out as Apache writes it."""
    assert apache_md5(b"myPassword", "qHDFfhPC") == MD5


@pytest.mark.parametrize(
    "known",
    [
        hashed(b"myPassword", prefix=b"2a"),
        hashed(b"myPassword", prefix=b"2b"),
        hashed(b"myPassword", prefix=b"2y"),
        MD5,
        "{SHA}" + base64.b64encode(hashlib.sha1(b"myPassword").digest()).decode(),
        "myPassword",
    ],
    ids=["2a", "2b", "2y", "apr1", "sha", "plain"],
)
def test_every_form_fits_its_password_alone(known: str) -> None:
    """The right password fits; a wrong one, an empty one, one with a null byte and none do not."""
    assert can_be_checked(known)
    assert fits(known, b"myPassword")
    for wrong in (b"mypassword", b"", b"\xff\xfe", b"myPassword ", known.encode() + b"x"):
        assert not fits(known, wrong)


def test_bcrypt_takes_any_password() -> None:
    """Null bytes and more than 72 bytes, which bcrypt cannot hash, are no error."""
    known = hashed(b"x" * 72)
    assert fits(known, b"x" * 100)
    assert not fits(known, b"x\0y")


@pytest.mark.parametrize(
    "known",
    [
        "$6$salt$hash", "$5$salt$hash", "$1$salt$hash", "$2y$10$short", "$2y$31$" + "a" * 53,
        "$argon2id$v=19$m=1", "$apr1$salt", "{SSHA}abc",
    ],
)  # fmt: skip
def test_other_forms_stop_the_start(tmp_path: Path, known: str) -> None:
    """A form that cannot be checked is no plain password: whoever read the file could log in."""
    users = tmp_path / "users"
    users.write_text(f"ana:{known}\n")
    with pytest.raises(StartError, match="'ana'"):
        read_logins(users)


def test_a_password_file_that_is_none(tmp_path: Path) -> None:
    """A missing file and one of arbitrary bytes are one sentence each."""
    odd = tmp_path / "odd"
    odd.write_bytes(b"\xff\xfe\x00")
    for path in (odd, tmp_path / "missing"):
        with pytest.raises(StartError, match="cannot be read"):
            read_logins(path)


def test_names_that_are_unknown_are_refused() -> None:
    """An unknown name is refused, whatever the password, and so is everybody of an empty list."""
    logins = Logins({"ana": "secret"})
    assert allows(logins, b"ana", b"secret")
    assert not allows(logins, b"bob", b"secret")
    assert not allows(Logins({}), b"bob", b"")
    assert allows(Logins(), b"anybody", b"anything")


def test_an_unknown_name_is_hashed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time a refusal takes does not tell whether the name exists."""
    asked: list[bytes] = []
    real = bcrypt.checkpw
    monkeypatch.setattr(
        passwords.bcrypt, "checkpw", lambda one, two: asked.append(one) or real(one, two)
    )
    assert not allows(Logins({"ana": hashed(b"secret")}), b"nobody", b"secret")
    assert asked == [b"secret"]


def test_a_proven_login_is_not_hashed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same right password is hashed once; a wrong one for the same name is hashed anew."""
    logins = Logins({"ana": hashed(b"secret")})
    assert allows(logins, b"ana", b"secret")
    monkeypatch.setattr(passwords.bcrypt, "checkpw", lambda *_: pytest.fail("hashed again"))
    assert allows(logins, b"ana", b"secret")
    with pytest.raises(pytest.fail.Exception):
        allows(logins, b"ana", b"other")


def test_a_slow_check_does_not_stop_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one login is being hashed the event loop goes on."""
    release = threading.Event()
    monkeypatch.setattr(passwords.bcrypt, "checkpw", lambda *_: release.wait(10))

    async def both() -> bool:
        login = asyncio.ensure_future(Logins({"ana": hashed(b"x")}).allows(b"ana", b"x"))
        await asyncio.sleep(0)
        release.set()
        return await login

    assert asyncio.run(both())


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartedInbox]:
    """An inbox whose SMTP and page ask for a bcrypt password that takes a quarter of a second."""
    users = tmp_path_factory.mktemp("users") / "htpasswd"
    users.write_text(f"# who may come\n\nana:{hashed(b'secret', 12, b'2y')}\n")
    options = ("--auth-file", str(users), "--auth-required", "--web-auth-file", str(users))
    with running_inbox(*options) as it:
        yield it


def test_bcrypt_logins_over_smtp(guarded: StartedInbox) -> None:
    """PLAIN and LOGIN are checked against bcrypt."""
    for mechanism in ("PLAIN", "LOGIN"):
        for password, code in (("secret", 235), ("wrong", 535)):
            with smtplib.SMTP("127.0.0.1", guarded.smtp_port, timeout=30) as connection:
                connection.ehlo()
                connection.user, connection.password = "ana", password
                method = getattr(connection, f"auth_{mechanism.lower()}")
                try:
                    found = connection.auth(mechanism, method)[0]
                except smtplib.SMTPAuthenticationError as refusal:
                    found = refusal.smtp_code
                assert found == code


def test_many_wrong_logins_keep_nobody_waiting(guarded: StartedInbox) -> None:
    """While a dozen wrong passwords are being hashed, other questions are answered."""
    url = guarded.base_url

    def knock() -> None:
        httpx.get(f"{url}/api/v1/info", auth=("ana", "wrong"), timeout=60)

    threads = [threading.Thread(target=knock) for _ in range(12)]
    for thread in threads:
        thread.start()
    answered = 0
    while any(thread.is_alive() for thread in threads):
        assert httpx.get(f"{url}/readyz", timeout=60).status_code == 200
        answered += 1
    assert answered > 5


def test_the_page_asks_for_the_password(guarded: StartedInbox) -> None:
    """Page and API answer 401 without the right name and password, and 200 with them."""
    for auth, status in ((None, 401), (("ana", "wrong"), 401), (("bob", "secret"), 401)):
        assert httpx.get(guarded.base_url, auth=auth, timeout=30).status_code == status
    assert httpx.get(guarded.base_url, auth=("ana", "secret"), timeout=30).status_code == 200
