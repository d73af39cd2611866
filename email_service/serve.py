"""`python -m email_service.serve`: the service on waitress, which runs on every system alike."""

import argparse
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any

THREADS = 8


class StartRefused(Exception):
    """The service cannot start like this; the sentence names the cure."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C: 0 after a clean stop, 2 if the start was refused."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "email_service.settings")
    # Imported late, here and below: settings read the environment, whose errors are told here.
    from email_service.environment import WrongSetting

    asked = _parser().parse_args(arguments)
    try:
        _serve(asked)
    except (StartRefused, WrongSetting) as refusal:
        print(f"email_service: {refusal}", file=sys.stderr)  # noqa: T201 - for a person
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    """What may be asked on the command line; the defaults are this machine and PORT."""
    parser = argparse.ArgumentParser(prog="python -m email_service.serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, help="PORT of the environment if it is left out")
    parser.add_argument(
        "--any-core", action="store_true", help="let the kernel spread the threads over the cores"
    )
    return parser


def _serve(asked: argparse.Namespace) -> None:
    """Serve until told to stop; raises StartRefused or WrongSetting before the first request."""
    from email_service.wsgi import application

    sockets = _sockets(asked.host, asked.port or _configured().port)
    _warn_of_an_open_form(asked.host)
    run(application, sockets, any_core=asked.any_core)


def run(application: Callable[..., Any], sockets: list[socket.socket], *, any_core: bool) -> None:
    """Answer with `application` until SIGTERM or Ctrl-C, on one core unless `any_core`."""
    from email_service.utils.threads import stay_on_one_core, take_short_turns
    from email_service.web.server import Server

    core = None if any_core else stay_on_one_core()
    take_short_turns()
    server = Server(application, sockets, threads=THREADS)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: server.stop())
    addresses = ", ".join("{}:{}".format(*one.getsockname()) for one in sockets)
    _tell("serving", addresses=addresses, core=core)
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
