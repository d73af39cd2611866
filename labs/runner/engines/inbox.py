"""The mock inbox as the oracle of mail: with STARTTLS on offer, or without."""

import subprocess
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from mock_smtp.testing import StartedInbox, child_inbox, start_inbox, stop_inbox


class LazyInbox:
    """An inbox that starts when somebody first asks for it."""

    def __init__(self, *options: str) -> None:
        self._options = options
        self._child: Future[subprocess.Popen[str]] | None = None
        self._inbox: StartedInbox | None = None
        self._starting = Lock()
        # On Linux an inbox ends with the thread that started it: this one lasts as long as we do.
        self._starter = ThreadPoolExecutor(max_workers=1)

    def begin(self) -> None:
        """Start it, and do not wait until it is up."""
        with self._starting:
            self._begin()

    def get(self) -> StartedInbox:
        """The running inbox."""
        with self._starting:
            if self._inbox is None:
                self._inbox = child_inbox(self._begin().result())
            return self._inbox

    def port(self) -> int:
        """Its SMTP port; starts it if need be."""
        return self.get().smtp_port

    def close(self) -> None:
        """End it, if it was ever started."""
        with self._starting:
            if self._child is not None:
                stop_inbox(self._child.result())
            self._child = self._inbox = None
        self._starter.shutdown(wait=False)

    def _begin(self) -> "Future[subprocess.Popen[str]]":
        if self._child is None:
            self._child = self._starter.submit(start_inbox, *self._options)
        return self._child
