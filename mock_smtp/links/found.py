"""Finding the links of a mail: in its HTML, and in its text."""

import re
from itertools import islice

from mock_smtp.mime.mail import Mail
from mock_smtp.mime.markup import Tag, read_markup

MOST = 100
_LONGEST = 4096
_MOST_TEXT = 2 * 1024 * 1024
_IN_TEXT = re.compile(r"https?://[^\s<>\"'`{}|\\^]{1,4096}", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s]+", re.IGNORECASE)
_ATTRIBUTES = {"a": "href", "img": "src", "link": "href", "area": "href"}


def links_of(mail: Mail) -> list[str]:
    """The web links of a mail in the order they come, each once, at most a hundred."""
    marked = filter(None, (_link(piece) for piece in read_markup(mail.html[:_MOST_TEXT])))
    words = (match.rstrip(".,;:!?)]") for match in _IN_TEXT.findall(mail.text[:_MOST_TEXT]))
    return list(islice(dict.fromkeys([*marked, *words]), MOST))


def _link(piece: Tag | str) -> str | None:
    if isinstance(piece, str) or piece.closes or piece.name not in _ATTRIBUTES:
        return None
    fields = piece.attributes
    if piece.name == "link" and "stylesheet" not in fields.get("rel", "").lower().split():
        return None
    link = fields.get(_ATTRIBUTES[piece.name], "").strip()
    return link if len(link) <= _LONGEST and _WEB.fullmatch(link) else None
