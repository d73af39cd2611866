"""A service that somebody else started: asked over HTTP, its mail seen in an inbox if one is named.

What only a started service has (data, logs, gates) is empty here: a check that needs it does not
run, see `observable`.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from labs.runner.course import Check
from labs.runner.manifest import Manifest
from labs.runner.rig import Rig
from labs.runner.stand.http import Answer, Http
from labs.runner.stand.mails import InboxMails, Mail
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import NotObservable
from mock_smtp.client import Inbox

ELSEWHERE = Manifest(folder=Path(), web=("-",), migrate=("-",))
"""Nothing is known of how it is started."""


def elsewhere(key: str) -> Manifest:
    """The same of a service that wants a service key, which every request then shows."""
    return replace(ELSEWHERE, headers={"Authorization": f"Bearer {key}"}) if key else ELSEWHERE


class RemoteStand:
    """The part of a Stand that checks of `http` and `inbox` use."""

    lives = True
    beside = False

    def killed(self) -> int:
        """None that is ours to see."""
        return 0

    migrated = None
    smtp = redis = postgres = None
    contact_to = ""

    def __init__(self, url: str, smtp_seen: str, manifest: Manifest) -> None:
        self.http = Http(url, manifest.headers)
        self.tables = _NoTables()
        self.processes: dict[str, Any] = {}
        self.past: list[Any] = []
        self.last_mails: list[Mail] = []
        inbox = InboxMails(lambda: Inbox(smtp_seen)) if smtp_seen else _NoMails()
        self.setting = SimpleNamespace(manifest=manifest, database_name="", inbox=inbox)

    def send(self, method: str, path: str, **options: Any) -> Answer:
        """One request, as `Http.send`."""
        return self.http.send(method, path, **options)

    def mails(self, marker: str) -> list[Mail]:
        """Mail with the marker in the inbox that was named."""
        self.last_mails = self.setting.inbox.with_marker(marker)
        return self.last_mails

    def file_mails(self, _marker: str) -> list[Mail]:
        """None: its folders are not ours to see."""
        return []

    def wrote(self, _marker: str) -> bool:
        """No: what it writes is not seen."""
        return False

    def lines_with(self, _marker: str) -> int:
        """None seen."""
        return 0

    def copies_written(self, _marker: str) -> int:
        """None seen."""
        return 0

    def all_lines(self, *, since: float = 0.0) -> list[str]:  # noqa: ARG002 - as a Stand's
        """Nothing: what it writes is not seen."""
        return []

    def used_since(self, moment: float) -> bool:
        """Whether it was asked since then."""
        return bool(self.http.exchanges) and self.http.exchanges[-1].at >= moment

    def end(self) -> None:
        """Nothing of it is ours to end."""

    def close(self) -> None:
        """Hang up."""
        self.http.close()


class RemoteRig(Rig):
    """The workshop for a service elsewhere: there is one, and it cannot be started or stopped."""

    def __init__(
        self,
        *,
        url: str,
        smtp_seen: str,
        factor: float,
        seed: int,
        current: str,
        manifest: Manifest = ELSEWHERE,
    ) -> None:
        super().__init__(
            manifest=manifest, python="", factor=factor, seed=seed, mails=False, current=current
        )
        self._remote = cast(Stand, RemoteStand(url, smtp_seen, manifest))
        self._shared = self._remote
        self._stands.append(self._remote)

    def service(self) -> Stand:
        """The service."""
        return self._remote

    def stand(self, *_: Any, **__: Any) -> Stand:
        """NotObservable: no second one can be started."""
        raise NotObservable("remote")


def observable(smtp_seen: str) -> Callable[[Check], bool]:
    """Which checks may run against a service elsewhere."""
    seen = {"http", "inbox"} if smtp_seen else {"http"}
    return lambda check: set(check.needs) <= seen


class _NoMails:
    """An inbox that nobody named."""

    def with_marker(self, _marker: str) -> list[Mail]:
        return []


class _NoTables:
    """A database that nobody can look into."""

    def names(self) -> list[str]:
        return []

    def sizes(self) -> dict[str, int]:
        return {}

    def find(self, _marker: str) -> list[Any]:
        return []

    def rows_with(self, _marker: str) -> dict[str, int]:
        return {}

    def holds(self, _marker: str) -> bool:
        return False
