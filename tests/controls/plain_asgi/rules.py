"""What a valid request is."""

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from uuid import UUID

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)


class Invalid(Exception):
    """Fields in trouble, each with a sentence."""

    def __init__(self, **errors: str) -> None:
        self.errors = errors


@dataclass(frozen=True)
class Form:
    """Required texts; `address` is the one that has to be a mail address."""

    fields: dict[str, int]
    address: str
    one_line: tuple[str, ...] = ()

    def checked(self, body: dict[str, object]) -> dict[str, str]:
        """The fields' texts as they came; raises Invalid."""
        errors = {name: self._complaint(name, body.get(name)) for name in self.fields}
        if found := {name: error for name, error in errors.items() if error}:
            raise Invalid(**found)
        return {name: str(body[name]) for name in self.fields}

    def _complaint(self, name: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            return "A text is required."
        if len(value) > self.fields[name]:
            return f"At most {self.fields[name]} characters."
        if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            return "These are not letters."
        if name == self.address and not _is_address(value):
            return "This is not a mail address."
        if name in self.one_line and len(value.splitlines()) > 1:
            return "One line, please."
        return ""


CONTACT = Form({"name": 200, "email": 254, "message": 20_000}, address="email")
NOTIFY = Form({"to": 254, "subject": 200, "body": 100_000}, address="to", one_line=("subject",))


def message_id_of(body: dict[str, object]) -> str | None:
    """The caller's UUID in lower case, None if there is none; raises Invalid."""
    given = body.get("message_id")
    if given is None:
        return None
    try:
        normal = str(UUID(str(given)))
    except ValueError:
        normal = ""
    if normal != str(given).lower():
        raise Invalid(message_id="This is not a UUID.")
    return normal


def _is_address(value: str) -> bool:
    try:
        Address(addr_spec=value)
    except (ValueError, HeaderParseError, IndexError):
        return False
    return value.isascii() and bool(_ADDRESS.fullmatch(value))
