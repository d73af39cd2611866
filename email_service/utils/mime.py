"""A plain text message as bytes, in seven bits: a third of the time of email.message's.

Every accept writes one (docs/benchmarks.md). Headers of plain ASCII are written as they are,
the others by the standard library.
"""

import base64
import binascii
from collections.abc import Iterable
from email.policy import SMTP

# Not every server offers 8BITMIME; in seven bits a message passes all of them unchanged.
_SEVEN_BIT = SMTP.clone(cte_type="7bit")
_LONGEST_HEADER = 76
# RFC 5322, 2.1.1, without the line's end.
_LONGEST_LINE = 998


def text_message(headers: Iterable[tuple[str, str]], body: str) -> bytes:
    """The whole message, in CRLF lines. Raises ValueError when a header holds a line break."""
    encoding, content = _encoded(body)
    mime = (
        ("Content-Type", 'text/plain; charset="utf-8"'),
        ("Content-Transfer-Encoding", encoding),
        ("MIME-Version", "1.0"),
    )
    head = b"".join(_header(name, value) for name, value in (*headers, *mime))
    return head + b"\r\n" + content


def _header(name: str, value: str) -> bytes:
    """One header, folded and encoded (RFC 2047) where it has to be."""
    if len(name) + len(value) < _LONGEST_HEADER and value.isprintable() and _is_plain(value):
        return f"{name}: {value}\r\n".encode("ascii")
    stored = _SEVEN_BIT.header_store_parse(name, value)
    return _SEVEN_BIT.fold_binary(*stored)


def _is_plain(value: str) -> bool:
    """Whether a header's value needs no encoding; what looks encoded already is looked at."""
    return value.isascii() and "=?" not in value


def _encoded(body: str) -> tuple[str, bytes]:
    """The body's transfer encoding, and the body in it: one that people can read, if possible."""
    lines = body.encode("utf-8").splitlines()
    text = b"".join(line + b"\r\n" for line in lines)
    if text.isascii() and b"\0" not in text and max(map(len, lines), default=0) <= _LONGEST_LINE:
        return "7bit", text
    readable = binascii.b2a_qp(text)
    if len(readable) <= 1.4 * len(text):
        return "quoted-printable", readable
    return "base64", base64.encodebytes(text).replace(b"\n", b"\r\n")
