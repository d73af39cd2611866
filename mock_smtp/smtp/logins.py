"""Who may log in: everybody, or the names of an htpasswd file."""

import asyncio
import hmac
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from mock_smtp.errors import StartError
from mock_smtp.smtp.passwords import can_be_checked, fits

_LONGEST = 1024  # no password is longer; Apache's MD5 hashes it a thousand times


class Logins:
    """Checks names and passwords; without a list every name is let in."""

    def __init__(self, hashes: dict[str, str] | None = None) -> None:
        self._hashes = hashes
        # Threads of their own: slow checks must not keep questions to the mailbox waiting.
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="mock_smtp login")
        self._secret = secrets.token_bytes(32)
        self._proven: dict[bytes, bytes] = {}

    def __call__(
        self, _server: Any, _session: Session, _envelope: Envelope, _mechanism: str, login: Any
    ) -> AuthResult:
        """Hand aiosmtpd the login back unjudged: it asks at once, and a hash takes its time."""
        return AuthResult(success=False, handled=False, auth_data=login)

    async def judge(self, claim: Any) -> Any:
        """Judge what `__call__` left open; any other result of a login is passed on."""
        login = getattr(claim, "auth_data", None)
        if isinstance(login, LoginPassword):
            claim.success = await self.allows(login.login, login.password)
        return claim

    async def allows(self, name: bytes, password: bytes) -> bool:
        """Whether this name may log in with this password; the hashing is done beside the loop."""
        if self._hashes is None or self._is_proven(name, password):
            return True
        loop = asyncio.get_running_loop()
        allowed = await loop.run_in_executor(self._threads, self._check, name, password)
        if allowed:
            self._proven[name] = self._proof(name, password)
        return allowed

    def _check(self, name: bytes, password: bytes) -> bool:
        hashes = self._hashes or {}
        known = hashes.get(name.decode("utf-8", "replace"))
        # A name that is not there takes as long as one that is.
        decoy = next(iter(hashes.values()), "")
        fitting = fits(decoy if known is None else known, password[:_LONGEST])
        return fitting and known is not None and len(password) <= _LONGEST

    def _is_proven(self, name: bytes, password: bytes) -> bool:
        """Whether it was right before: a page asks many times, and bcrypt is slow on purpose."""
        proof = self._proven.get(name)
        return proof is not None and hmac.compare_digest(proof, self._proof(name, password))

    def _proof(self, name: bytes, password: bytes) -> bytes:
        return hmac.digest(self._secret, b"%d %s%s" % (len(name), name, password), "sha256")


def read_logins(path: Path | None) -> Logins:
    """The names of an htpasswd file, or everybody; raises StartError for what cannot be checked."""
    if path is None:
        return Logins()
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"The password file {path} cannot be read ({error}).") from error
    entries = (line.partition(":") for line in lines if line.strip() and line[0] != "#")
    hashes = {name.strip(): known.strip() for name, _, known in entries}
    for name, known in hashes.items():
        if not can_be_checked(known):
            raise StartError(
                f"{path}: the password of {name!r} has a form that cannot be checked here; make it"
                " with `htpasswd -B` (bcrypt), `htpasswd -m` (MD5) or `htpasswd -s` (SHA)."
            )
    return Logins(hashes)
