"""Settings as text: the meaning of each, and how its value is read from option or environment."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mock_smtp.errors import StartError
from mock_smtp.settings import Settings


class Option(NamedTuple):
    """One setting: its name in `Settings`, what it means, and the function that reads its text."""

    name: str
    meaning: str
    read: Callable[[str], Any] = str

    @property
    def flag(self) -> str:
        """Its name on the command line."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return f"MOCK_SMTP_{self.name.upper()}"

    @property
    def is_switch(self) -> bool:
        """Whether it stands alone on the command line."""
        return self.read is truth


def read_settings(given: Mapping[str, str | None], environment: Mapping[str, str]) -> Settings:
    """Settings from options, else environment, else defaults; raises StartError for a bad value."""
    values: dict[str, Any] = {}
    for option in OPTIONS:
        text = given.get(option.name)
        if text is not None:
            values[option.name] = _value(option, option.flag, text)
        elif option.variable in environment:
            values[option.name] = _value(option, option.variable, environment[option.variable])
    return Settings(**values)


def _value(option: Option, said_by: str, text: str) -> Any:
    try:
        return option.read(text)
    except ValueError as error:
        raise StartError(f"{said_by} {error}, not {text!r}.") from error


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """A reader of whole numbers within bounds."""
    reach = f"of at least {least}" if most is None else f"from {least} to {most}"

    def read(text: str) -> int:
        number = int(text) if text.strip().isdecimal() else -1
        if number < least or (most is not None and number > most):
            raise ValueError(f"must be a whole number {reach}")
        return number

    return read


def port(text: str) -> int | None:
    """Read a port; empty text is none."""
    return whole(0, 65535)(text) if text else None


def truth(text: str) -> bool:
    """Read true or false in the usual spellings."""
    words = {"1": True, "true": True, "yes": True, "on": True}
    words |= {"0": False, "false": False, "no": False, "off": False, "": False}
    if text.strip().lower() not in words:
        raise ValueError("must be true or false")
    return words[text.strip().lower()]


def words(text: str) -> tuple[str, ...]:
    """Read words separated by commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def path(text: str) -> Path | None:
    """Read a path; empty text is none."""
    return Path(text) if text else None


def pattern(text: str) -> re.Pattern[str] | None:
    """Read a regular expression; empty text is none."""
    try:
        return re.compile(text, re.IGNORECASE) if text else None
    except re.error as error:
        raise ValueError(f"is no regular expression ({error})") from error


def door(text: str) -> tuple[str, int] | None:
    """Read HOST:PORT; empty text is none."""
    if not text:
        return None
    host, colon, number = text.rpartition(":")
    if not colon or not host.strip("[]"):
        raise ValueError("must be HOST:PORT")
    return host.strip("[]"), whole(1, 65535)(number)


def encryption(text: str) -> str:
    """Read how a connection is encrypted."""
    if text not in {"none", "starttls", "implicit"}:
        raise ValueError("must be none, starttls or implicit")
    return text


def login(text: str) -> tuple[str, str] | None:
    """Read NAME:PASSWORD; empty text is none."""
    name, colon, password = text.partition(":")
    if text and not (name and colon):
        raise ValueError("must be NAME:PASSWORD")
    return (name, password) if text else None


OPTIONS = (
    Option("host", "address to listen on, for SMTP and HTTP"),
    Option("smtp_port", "port for SMTP; 0 takes a free one", whole(0, 65535)),
    Option("http_port", "port for page and API; 0 takes a free one", whole(0, 65535)),
    Option("database", "file that keeps the mail; without it a temporary one", path),
    Option("durable", "wait for the disk at every commit", truth),
    Option("hostname", "name given in the greeting"),
    Option("max_size", "largest mail in bytes", whole(1)),
    Option("max_recipients", "most recipients of one mail; 0 for no limit", whole(0)),
    Option("idle_seconds", "how long a silent SMTP client is waited for", whole(1)),
    Option("smtps_port", "port for SMTP under TLS from the start; 0 takes a free one", port),
    Option("tls", "offer STARTTLS, with a certificate of its own unless one is given", truth),
    Option("tls_certificate", "PEM file of the certificate", path),
    Option("tls_key", "PEM file of its key, where it is not in the certificate's", path),
    Option("auth_file", "htpasswd file of those who may log in; without it everybody", path),
    Option("auth_required", "refuse mail from clients that have not logged in", truth),
    Option("keep_count", "keep only so many mails, the newest; 0 keeps all", whole(0)),
    Option("keep_hours", "keep mails for so many hours; 0 keeps them for ever", whole(0)),
    Option("web_auth_file", "htpasswd file of those who may ask page and API", path),
    Option("allowed_recipients", "expression a recipient must match, else it is refused", pattern),
    Option("relay", "server HOST:PORT that mail may be released through; without it none", door),
    Option("relay_tls", "how the relay is spoken to: none, starttls or implicit", encryption),
    Option("relay_login", "NAME:PASSWORD for the relay; better in the environment", login),
    Option("relay_allowed_recipients", "expression an address of a release must match", pattern),
    Option("link_check", "try out the links of a mail when asked to", truth),
    Option("link_check_private", "let the link check call private addresses, too", truth),
    Option("allowed_host", "further Host names for page and API, comma-separated", words),
    Option("allowed_origin", "web origins whose pages may call the API, comma-separated", words),
    Option("stop_with_stdin", "stop when the standard input ends", truth),
)
