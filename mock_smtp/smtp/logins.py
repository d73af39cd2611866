"""Who may log in: everybody, or the names of an htpasswd file."""

import base64
import hashlib
import hmac
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from mock_smtp.errors import StartError

_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Logins:
    """Checks names and passwords; without a list every name is let in."""

    def __init__(self, hashes: dict[str, str] | None = None) -> None:
        self._hashes = hashes

    def __call__(
        self, _server: Any, _session: Session, _envelope: Envelope, _mechanism: str, login: Any
    ) -> AuthResult:
        """Answer aiosmtpd's question."""
        allowed = isinstance(login, LoginPassword) and self.allows(login.login, login.password)
        return AuthResult(success=allowed, handled=False, auth_data=login)

    def allows(self, name: bytes, password: bytes) -> bool:
        """Whether this name may log in with this password."""
        if self._hashes is None:
            return True
        known = self._hashes.get(name.decode("utf-8", "replace"))
        return known is not None and _fits(known, password)


def read_logins(path: Path | None) -> Logins:
    """The names of an htpasswd file, or everybody; raises StartError for what cannot be checked."""
    if path is None:
        return Logins()
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise StartError(f"The password file {path} cannot be read ({error.strerror}).") from error
    entries = (line.partition(":") for line in lines if line.strip() and line[0] != "#")
    hashes = {name.strip(): known.strip() for name, _, known in entries}
    for name, known in hashes.items():
        if known.startswith("$2"):
            raise StartError(
                f"{path}: the password of {name!r} is bcrypt, which needs more than Python has;"
                " make it with `htpasswd -m` (MD5) or `htpasswd -s` (SHA)."
            )
    return Logins(hashes)


def _fits(known: str, password: bytes) -> bool:
    return hmac.compare_digest(known.encode(), _as_in(known, password).encode())


def _as_in(known: str, password: bytes) -> str:
    """The password written in the form of a known hash."""
    if known.startswith("{SHA}"):
        digest = hashlib.sha1(password, usedforsecurity=False).digest()
        return "{SHA}" + base64.b64encode(digest).decode()
    if known.startswith("$apr1$"):
        return apache_md5(password, known.split("$")[2])
    return password.decode("utf-8", "replace")


def apache_md5(password: bytes, salt: str) -> str:
    """Apache's own thousand rounds of MD5, the default of htpasswd."""
    salted = salt[:8].encode()
    mixed = _md5(password + salted + password)
    start = password + b"$apr1$" + salted
    start += (mixed * (len(password) // 16 + 1))[: len(password)]
    bits = len(password)
    while bits:
        start += b"\0" if bits & 1 else password[:1]
        bits >>= 1
    digest = _md5(start)
    for turn in range(1000):
        piece = password if turn % 2 else digest
        piece += salted if turn % 3 else b""
        piece += password if turn % 7 else b""
        digest = _md5(piece + (digest if turn % 2 else password))
    return f"$apr1${salt[:8]}${_letters(digest)}"


def _letters(digest: bytes) -> str:
    order = [(0, 6, 12), (1, 7, 13), (2, 8, 14), (3, 9, 15), (4, 10, 5)]
    words = [(digest[a] << 16 | digest[b] << 8 | digest[c], 4) for a, b, c in order]
    text = ""
    for word, count in [*words, (digest[11], 2)]:
        text += "".join(_ALPHABET[word >> 6 * place & 0x3F] for place in range(count))
    return text


def _md5(content: bytes) -> bytes:
    return hashlib.md5(content, usedforsecurity=False).digest()
