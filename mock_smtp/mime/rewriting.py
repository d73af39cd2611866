"""Changing a mail's headers, for the copy that leaves this machine; the kept one never changes."""

import re
from collections.abc import Mapping

from mock_smtp.mime.headers import read_headers

_LINE_END = re.compile(rb"\r\n|\r|\n")
_FIELD = re.compile(rb"(?m)^([!-9;-~]+)[ \t]*:.*\r\n(?:[ \t].*\r\n)*")


def with_headers(source: bytes, changes: Mapping[str, str | None]) -> bytes:
    """The mail with these headers in place of its own of that name, None for none; ends CRLF."""
    plain = _LINE_END.sub(b"\r\n", source)
    body = read_headers(plain).body
    names = {name.lower().encode("ascii") for name in changes}
    head = _FIELD.sub(
        lambda field: b"" if field[1].lower() in names else field[0],
        plain[:body].rstrip(b"\r\n") + b"\r\n",
    )
    added = "".join(f"{name}: {value}\r\n" for name, value in changes.items() if value is not None)
    return added.encode("utf-8") + head.lstrip(b"\r\n") + b"\r\n" + plain[body:]
