"""Starting an inbox for a test, as a child that ends with the test."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from mock_smtp.client import Inbox

_PACKAGE_PARENT = Path(__file__).resolve().parent.parent


class InboxDidNotStartError(RuntimeError):
    """The child ended before it was ready; the message is what it wrote."""


class StartedInbox(Inbox):
    """A client that also holds the child it talks to."""

    def __init__(self, child: "subprocess.Popen[str]", doors: dict[str, Any]) -> None:
        base_url = f"http://127.0.0.1:{doors['http_port']}"
        super().__init__(base_url, smtp_port=doors["smtp_port"])
        self.child = child
        self.smtps_port: int = doors["smtps_port"] or 0
        self.certificate: str = doors["certificate"] or ""


@contextmanager
def running_inbox(*options: str, **environment: str) -> Iterator[StartedInbox]:
    """An inbox on free ports for as long as the block runs; options as on the command line."""
    child = start_inbox(*options, **environment)
    try:
        yield child_inbox(child)
    finally:
        stop_inbox(child)


def start_inbox(*options: str, **environment: str) -> "subprocess.Popen[str]":
    """Start a child on free ports, unless the options name some; it ends with this interpreter."""
    ports = ["--smtp-port", "0", "--http-port", "0"]
    return subprocess.Popen(  # noqa: S603 - our own module with the options of the test
        [sys.executable, "-m", "mock_smtp", "--stop-with-stdin", *ports, *options],
        env={**os.environ, "PYTHONPATH": str(_PACKAGE_PARENT), **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def child_inbox(child: "subprocess.Popen[str]") -> StartedInbox:
    """Wait until a child is ready; raises InboxDidNotStartError if it ends instead."""
    line = _pipe(child.stdout).readline()
    if not line:
        raise InboxDidNotStartError(f"The inbox ended with exit code {child.wait()}.")
    return StartedInbox(child, json.loads(line))


def stop_inbox(child: "subprocess.Popen[str]") -> int:
    """Let a child finish, by the end of its input; returns its exit code."""
    _pipe(child.stdin).close()
    try:
        return child.wait(timeout=15)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()
    finally:
        _pipe(child.stdout).close()


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None  # noqa: S101 - every child here is started with pipes
    return stream
