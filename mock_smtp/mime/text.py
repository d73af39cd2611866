"""HTML made readable as plain text, and the first words of a mail."""

import re
from html.parser import HTMLParser

_SKIPPED = {"script", "style", "head", "title", "template"}
_BREAKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol"}
_SPACE = re.compile(r"[ \t\r\f\v\u00a0\u200b\u200c\ufeff]+")
_LINES = re.compile(r"\s*\n\s*\n\s*")
_SNIPPET_BYTES = 200


def text_from_html(html: str) -> str:
    """The words a reader of the HTML would see, one block a line."""
    stripper = _Stripper()
    try:
        stripper.feed(html)
        stripper.close()
    except (AssertionError, ValueError):  # markup so broken that the parser itself gives up
        stripper.texts.append(re.sub(r"<[^>]*>", " ", html))
    return _LINES.sub("\n\n", _SPACE.sub(" ", "".join(stripper.texts))).strip()


def snippet_of(text: str) -> str:
    """The first words in at most 200 bytes, with an ellipsis where something was cut."""
    line = " ".join(text[: 4 * _SNIPPET_BYTES].split())
    raw = line.encode("utf-8")
    if len(raw) <= _SNIPPET_BYTES:
        return line
    return raw[:_SNIPPET_BYTES].decode("utf-8", "ignore").rstrip() + "..."


class _Stripper(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipping += 1
        if tag in _BREAKS:
            self.texts.append("\n")
        self.texts += [f" {value} " for name, value in attrs if name == "alt" and value]

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipping = max(0, self._skipping - 1)
        if tag in _BREAKS:
            self.texts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.texts.append(data)
