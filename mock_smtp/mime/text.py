"""HTML made readable as plain text, and the first words of a mail."""

import re

from mock_smtp.mime.markup import Tag, read_markup

_BREAKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol"}
_SPACE = re.compile(r"[ \t\r\f\v\u00a0\u200b\u200c\ufeff]+")
_LINES = re.compile(r" ?\n(?:[ \n]*\n)+ ?")
_SNIPPET_BYTES = 200


def text_from_html(html: str) -> str:
    """The words a reader of the HTML would see, one block a line."""
    texts: list[str] = []
    in_head = False
    for piece in read_markup(html):
        if isinstance(piece, str):
            texts += [] if in_head else [piece]
        elif piece.name == "head":
            in_head = not piece.closes
        else:
            in_head = in_head and piece.name != "body"  # many a head is never closed
            texts += _said_by(piece)
    return _LINES.sub("\n\n", _SPACE.sub(" ", "".join(texts))).strip()


def _said_by(tag: Tag) -> list[str]:
    breaks = ["\n"] if tag.name in _BREAKS else []
    words = tag.attributes.get("alt") if "alt" in tag.words.lower() else None
    return [*breaks, f" {words} "] if words else breaks


def snippet_of(text: str) -> str:
    """The first words in at most 200 bytes, with an ellipsis where something was cut."""
    line = " ".join(text[: 4 * _SNIPPET_BYTES].split())
    raw = line.encode("utf-8")
    if len(raw) <= _SNIPPET_BYTES:
        return line
    return raw[:_SNIPPET_BYTES].decode("utf-8", "ignore").rstrip() + "..."
