"""Mails as they should not be: each is named after what is odd about it."""

from importlib.resources import files
from itertools import product

_HEAD = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: odd\r\n"
_MIXED = _HEAD + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n"

ODD: dict[str, bytes] = {
    "empty": b"",
    "only a line break": b"\r\n",
    "only a body": b"no header at all\r\nsecond line\r\n",
    "only headers": _HEAD,
    "bytes of every value": bytes(range(256)) * 8,
    "null bytes": _HEAD + b"\r\n\x00\x00\x00",
    "bare LF": _HEAD.replace(b"\r\n", b"\n") + b"\nbody\n",
    "bare CR": _HEAD.replace(b"\r\n", b"\r") + b"\rbody\r",
    "header without colon": b"From a@example.com\r\nSubject: x\r\n\r\nbody",
    "header without name": b": nothing\r\nSubject: x\r\n\r\nbody",
    "space before colon": b"Subject : x\r\n\r\nbody",
    "folded at the start": b" folded\r\nSubject: x\r\n\r\nbody",
    "8-bit in headers": "Subject: ñandú\r\nFrom: José <j@example.com>\r\n\r\nx".encode("latin-1"),
    "UTF-8 in headers": "Subject: 😀 ñ\r\nFrom: 渡辺 <w@example.com>\r\n\r\nx".encode(),
    "unknown charset in a word": b"Subject: =?x-unknown?Q?a=FFb?=\r\n\r\nx",
    "bad base64 in a word": b"Subject: =?utf-8?B?a?= =?utf-8?B?@@@@?=\r\n\r\nx",
    "half an encoded word": b"Subject: =?utf-8?Q?abc\r\n\r\nx",
    "surrogates in a word": b"Subject: =?utf-16?B?2AA=?=\r\n\r\nx",
    "unknown charset": _HEAD + b"Content-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe",
    "wrong charset": _HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n\xff\xfe",
    "charset that is no text": _HEAD + b"Content-Type: text/plain; charset=base64\r\n\r\nx",
    "charset with a null": _HEAD + b'Content-Type: text/plain; charset="a\x00b"\r\n\r\nx',
    "unknown encoding": _HEAD + b"Content-Transfer-Encoding: zip\r\n\r\nx",
    "bad base64": _HEAD + b"Content-Transfer-Encoding: base64\r\n\r\nSGVs@@bG8=x=\r\n",
    "one letter of base64": _HEAD + b"Content-Transfer-Encoding: base64\r\n\r\nA",
    "bad quoted-printable": _HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n=ZZ=\r\n=",
    "no boundary": _HEAD + b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nlost?\r\n--x--",
    "empty boundary": _HEAD + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nx',
    "boundary never used": _MIXED + b"only a preamble",
    "boundary never closed": _MIXED + b"--cut\r\n\r\nopen end",
    "closed at once": _MIXED + b"--cut--\r\nafter",
    "parts without headers": _MIXED + b"--cut\r\none\r\n--cut\r\n\r\ntwo\r\n--cut--",
    "text after the end": _MIXED + b"--cut\r\n\r\nx\r\n--cut--\r\nepilogue\r\n--cut\r\n\r\ny",
    "boundary in the text": _MIXED + b"--cut\r\n\r\nsee --cut and --cutter\r\n--cut--",
    "same boundary inside": _MIXED + _MIXED.join([b"--cut\r\n", b"--cut\r\n\r\nx\r\n--cut--\r\n"]),
    "nested a hundred deep": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth)
        for depth in range(100)
    ),
    "ten thousand parts": _MIXED + b"--cut\r\n\r\nx\r\n" * 10_000,
    "attached mail": _MIXED
    + b"--cut\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nx\r\n",
    "two subjects": b"Subject: one\r\nSubject: two\r\n\r\nx",
    "two froms": b"From: a@example.com, b@example.com\r\nFrom: c@example.com\r\n\r\nx",
    "from without address": b"From: nobody at all\r\n\r\nx",
    "unclosed quote": b'To: "Ana <ana@example.com>, bob@example.com\r\n\r\nx',
    "unclosed angle": b"To: Ana <ana@example.com\r\n\r\nx",
    "group": b"To: friends: a@example.com, b@example.com;, c@example.com\r\n\r\nx",
    "empty group": b"To: undisclosed-recipients:;\r\n\r\nx",
    "comments in addresses": b"To: (a (nested) comment) ana@example.com (Ana)\r\n\r\nx",
    "thousand recipients": b"To: " + b",\r\n ".join(b"u%d@example.com" % n for n in range(1000)),
    "no date": _HEAD + b"\r\nx",
    "silly date": _HEAD + b"Date: the day after tomorrow\r\n\r\nx",
    "huge date": _HEAD + b"Date: Mon, 99 Jan 99999 99:99:99 +9999\r\n\r\nx",
    "odd content type": _HEAD + b"Content-Type: ;;;===\r\n\r\nx",
    "content type of one word": _HEAD + b"Content-Type: text\r\n\r\nx",
    "path in a file name": _MIXED
    + b'--cut\r\nContent-Disposition: attachment; filename="../../etc/passwd"\r\n\r\nx\r\n--cut--',
    "line break in a file name": _MIXED
    + b'--cut\r\nContent-Disposition: attachment; filename="a=0D=0AX: y"\r\n\r\nx\r\n--cut--',
    "RFC 2231 name in pieces": _MIXED
    + b"--cut\r\nContent-Disposition: attachment; filename*0*=utf-8''a%C3%B1;\r\n filename*1=o.txt"
    + b"\r\n\r\nx\r\n--cut--",
    "RFC 2231 name, damaged": _MIXED
    + b"--cut\r\nContent-Disposition: attachment; filename*99999*='''%ZZ\r\n\r\nx\r\n--cut--",
    "html that never ends": _HEAD
    + b"Content-Type: text/html\r\n\r\n<div <p <!-- <![CDATA[ <script",
    "html nested deep": _HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 20_000,
    "html with odd entities": _HEAD + b"Content-Type: text/html\r\n\r\n&#xFFFFFFFF; &#0; &#xD800;",
}


def cpython_mails() -> dict[str, bytes]:
    """The mails Python tests its own parser with, where they are installed."""
    folder = files("test").joinpath("test_email", "data")
    if not folder.is_dir():
        return {}
    return {
        f"cpython {item.name}": item.read_bytes() for item in folder.iterdir() if item.is_file()
    }


def cut_mails() -> dict[str, bytes]:
    """Two whole mails, cut off at every tenth of their length and with every tenth part missing."""
    whole = {"alternative": ODD["attached mail"], "named": ODD["RFC 2231 name in pieces"]}
    cut: dict[str, bytes] = {}
    for (name, source), tenth in product(whole.items(), range(60)):
        at = len(source) * tenth // 60
        cut[f"{name} cut at {tenth}"] = source[:at]
        cut[f"{name} without {tenth}"] = source[:at] + source[at + len(source) // 10 :]
    return cut
