"""The content of one part: transfer encoding undone, charset read."""

import binascii
import quopri
import re

from mock_smtp.mime.headers import as_text, without_surrogates
from mock_smtp.mime.parts import Part

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def content_of(source: bytes, part: Part) -> bytes:
    """The part's bytes with the transfer encoding undone; damaged base64 yields what it can."""
    raw = source[part.start : part.end]
    encoding = part.header("Content-Transfer-Encoding").partition(";")[0].strip().lower()
    if encoding == "base64":
        return _from_base64(raw)
    if encoding == "quoted-printable":
        return quopri.decodestring(raw)
    return raw


def _from_base64(raw: bytes) -> bytes:
    try:
        return binascii.a2b_base64(raw)
    except binascii.Error:
        letters = _NOT_BASE64.sub(b"", raw.partition(b"=")[0])
        whole = letters[: len(letters) - (len(letters) % 4 == 1)]
        return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def text_of(source: bytes, part: Part) -> str:
    """The part's text in its declared charset; an unknown or wrong charset falls back."""
    raw = content_of(source, part)
    charset = part.content_type.parameters.get("charset", "")
    try:
        text = raw.decode(charset or "utf-8")
    except (LookupError, ValueError):
        text = as_text(raw)
    return without_surrogates(text).replace("\r\n", "\n")
