"""The forms of an htpasswd file: bcrypt, Apache's MD5, SHA, and passwords as they are."""

import base64
import hashlib
import hmac
import re

import bcrypt

_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BCRYPT = re.compile(r"\$2[aby]\$(?:0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}")
_MD5 = re.compile(r"\$apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}")
_OTHERS = re.compile(r"\$(?:1|2.?|5|6|7|y|apr1|argon2\w*)\$|\{(?!SHA\})\w+\}")


def can_be_checked(known: str) -> bool:
    """Whether an entry is of a form we know; what looks like another form is no plain password."""
    return bool(_BCRYPT.fullmatch(known) or _MD5.fullmatch(known) or not _OTHERS.match(known))


def fits(known: str, password: bytes) -> bool:
    """Whether a password is the one of an entry; takes as long when it is not."""
    if known.startswith("$2"):
        return _fits_bcrypt(known, password)
    return hmac.compare_digest(known.encode(), _as_in(known, password))


def _fits_bcrypt(known: str, password: bytes) -> bool:
    try:
        # htpasswd, too, looks at the first 72 bytes only.
        return bcrypt.checkpw(password[:72], known.encode())
    except ValueError:  # a null byte, which no password of a file holds
        return False


def _as_in(known: str, password: bytes) -> bytes:
    """The password written in the form of a known hash."""
    if known.startswith("{SHA}"):
        digest = hashlib.sha1(password, usedforsecurity=False).digest()
        return b"{SHA}" + base64.b64encode(digest)
    if known.startswith("$apr1$"):
        return apache_md5(password, known.split("$")[2]).encode()
    return password


def apache_md5(password: bytes, salt: str) -> str:
    """Apache's own thousand rounds of MD5, once the default of htpasswd."""
    salted = salt[:8].encode()
    mixed = _md5(password + salted + password)
    start = password + b"$apr1$" + salted
    start += (mixed * (len(password) // 16 + 1))[: len(password)]
    bits = len(password)
    while bits:
        start += b"\0" if bits & 1 else password[:1]
        bits >>= 1
    digest = _md5(start)
    for turn in range(1000):
        piece = password if turn % 2 else digest
        piece += salted if turn % 3 else b""
        piece += password if turn % 7 else b""
        digest = _md5(piece + (digest if turn % 2 else password))
    return f"$apr1${salt[:8]}${_letters(digest)}"


def _letters(digest: bytes) -> str:
    order = [(0, 6, 12), (1, 7, 13), (2, 8, 14), (3, 9, 15), (4, 10, 5)]
    words = [(digest[a] << 16 | digest[b] << 8 | digest[c], 4) for a, b, c in order]
    text = ""
    for word, count in [*words, (digest[11], 2)]:
        text += "".join(_ALPHABET[word >> 6 * place & 0x3F] for place in range(count))
    return text


def _md5(content: bytes) -> bytes:
    return hashlib.md5(content, usedforsecurity=False).digest()
