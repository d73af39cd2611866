"""`python -m email_service.serve`: the service on waitress, which runs on every system alike."""

import argparse
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from typing import Any

THREADS = 8
# Seconds for which a thread may keep the interpreter while others want it. A request lets go of
# it a dozen times (socket, database, log lines) and waited for Python's 5 ms to get it back:
# eight threads served a third of what one did (docs/benchmarks.md).
_SWITCH_INTERVAL = 0.00005


class StartRefused(Exception):
    """The service cannot start like this; the sentence names the cure."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C: 0 after a clean stop, 2 if the start was refused."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "email_service.settings")
    # Imported late, here and below: settings read the environment, whose errors are told here.
    from email_service.environment import WrongSetting

    asked = _parser().parse_args(arguments)
    try:
        _serve(asked.host, asked.port)
    except (StartRefused, WrongSetting) as refusal:
        print(f"email_service: {refusal}", file=sys.stderr)  # noqa: T201 - for a person
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    """What may be asked on the command line; the defaults are this machine and PORT."""
    parser = argparse.ArgumentParser(prog="python -m email_service.serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, help="PORT of the environment if it is left out")
    return parser


def _serve(host: str, port: int | None) -> None:
    """Serve until told to stop; raises StartRefused or WrongSetting before the first request."""
    from email_service.web.server import Server
    from email_service.wsgi import application

    sockets = _sockets(host, port or _configured().port)
    _warn_of_an_open_form(host)
    sys.setswitchinterval(_SWITCH_INTERVAL)
    server = Server(application, sockets, threads=THREADS)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: server.stop())
    _tell("serving", addresses=", ".join("{}:{}".format(*one.getsockname()) for one in sockets))
    server.run()
    _tell("stopped")


def _sockets(host: str, port: int) -> list[socket.socket]:
    """Sockets on the address; raises StartRefused if it is taken or not this machine's."""
    from email_service.web.server import listen

    try:
        # Asked first: some systems let two servers share a port, and either may answer.
        with socket.create_connection((host, port), timeout=1):
            pass
    except OSError:
        try:
            return listen(host, port)
        except OSError as error:
            raise StartRefused(
                f"{host}:{port} cannot be used ({error.strerror or error}): "
                "choose another with --host and --port."
            ) from None
    raise StartRefused(
        f"port {port} is taken: stop what listens there, or choose another with --port."
    )


def _warn_of_an_open_form(host: str) -> None:
    """Say it when the world may fill the contact form without a limit."""
    from email_service.utils.logger import event
    from email_service.web.keys import is_loopback

    if _configured().contact_rate is None and not is_loopback(host):
        event(
            "start.without_rate",
            level=logging.WARNING,
            advice="Anybody who reaches this address may post without limit: "
            "set CONTACT_RATE, such as 30/min.",
        )


def _configured() -> Any:
    """The environment, as the settings have read it."""
    from django.conf import settings

    return settings.ENVIRONMENT


def _tell(what: str, **fields: Any) -> None:
    """One log line."""
    from email_service.utils.logger import event

    event(what, **fields)


if __name__ == "__main__":
    sys.exit(main())
