"""Programs started by tests: each ends with its block, and with the test run if that is killed."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

_PR_SET_PDEATHSIG = 1


class NeverReady(Exception):
    """What a test waited for did not come in time: read its log, which is in the message."""


@contextmanager
def child(
    command: Sequence[str | Path],
    *,
    log: Path,
    folder: Path = Path("/"),
    user: str | None = None,
    environ: Mapping[str, str] | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` during the block, its output in `log`; ended by its pid, gone afterwards."""
    with log.open("ab") as output:
        started = subprocess.Popen(
            [str(word) for word in command],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd=folder,
            env=None if environ is None else dict(environ),
            user=user,
            group=_group_of(user),
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
    try:
        yield started
    finally:
        end(started, stop)


def end(started: subprocess.Popen[bytes], stop: signal.Signals = signal.SIGTERM) -> None:
    """Ask the child to stop; kill it if it does not within 10 s."""
    if started.poll() is None:
        started.send_signal(stop)
    try:
        started.wait(10)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def wait_until(
    condition: Callable[[], object],
    *,
    seconds: float = 10,
    of: subprocess.Popen[bytes] | None = None,
    log: Path | None = None,
) -> None:
    """Return once `condition()` is true; NeverReady after `seconds`, or when child `of` ended."""
    give_up = monotonic() + seconds
    while not condition():
        ended = of is not None and of.poll() is not None
        if ended or monotonic() > give_up:
            raise NeverReady(log.read_text(errors="replace")[-4000:] if log else "condition")
        sleep(0.02)


def answers(port: int) -> bool:
    """Whether something accepts connections on this loopback port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _group_of(user: str | None) -> int | None:
    """The user's own group: a child of root's must not keep root's."""
    if user is None:
        return None
    # Imported late: only POSIX has it, as only POSIX has such users.
    import pwd

    return pwd.getpwnam(user).pw_gid


def _die_with_parent() -> None:
    """Ask Linux to end this child when the test run is killed without a chance to do it."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
    if os.getppid() == 1:
        os.kill(os.getpid(), signal.SIGINT)
