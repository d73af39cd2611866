"""Finding the links of a mail: in its HTML, and in its text."""

import contextlib
import re
from html.parser import HTMLParser
from itertools import islice

from mock_smtp.mime.mail import Mail

MOST = 100
_LONGEST = 4096
_MOST_TEXT = 2 * 1024 * 1024
_IN_TEXT = re.compile(r"https?://[^\s<>\"'`{}|\\^]{1,4096}", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s]+", re.IGNORECASE)
_ATTRIBUTES = {"a": "href", "img": "src", "link": "href", "area": "href"}


def links_of(mail: Mail) -> list[str]:
    """The web links of a mail in the order they come, each once, at most a hundred."""
    finder = _Finder()
    # Where markup is so broken that the parser gives up, what came before it counts.
    with contextlib.suppress(AssertionError, ValueError):
        finder.feed(mail.html[:_MOST_TEXT])
    words = (match.rstrip(".,;:!?)]") for match in _IN_TEXT.findall(mail.text[:_MOST_TEXT]))
    return list(islice(dict.fromkeys([*finder.links, *words]), MOST))


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fields = dict(attrs)
        if tag == "link" and "stylesheet" not in (fields.get("rel") or "").lower().split():
            return
        link = (fields.get(_ATTRIBUTES.get(tag, "")) or "").strip()
        if len(link) <= _LONGEST and _WEB.fullmatch(link):
            self.links.append(link)
