"""HTML cut into tags and text, in one pass: the standard library's parser takes minutes over a
megabyte that was made to keep it busy, and a mail may be just that."""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

_NAME = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_TO_END = re.compile(r"[^>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^>\"']*)*>")
_ATTRIBUTE = re.compile(r"([^\s=/>\"']+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_LONGEST_TAG = 16 * 1024
RAW = frozenset({"script", "style", "title", "textarea", "template", "xmp", "noembed"})
"""Elements whose content is no markup, or none to be read."""


class Tag(NamedTuple):
    """A tag by its lower-case name; `words` is what stands behind the name."""

    name: str
    closes: bool
    words: str

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes by lower-case name, the first of each, entities read."""
        found: dict[str, str] = {}
        for name, value in _ATTRIBUTE.findall(self.words[:_LONGEST_TAG]):
            plain = value[1:-1] if value[:1] in {'"', "'"} else value
            found.setdefault(name.lower(), html.unescape(plain))
        return found


def read_markup(text: str) -> Iterator[Tag | str]:
    """Tags and text in their order; never raises. What is not closed runs to the end, unseen."""
    cutter = _Cutter(text)
    while (piece := cutter.next()) is not None:
        yield piece


class _Cutter:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.quotes_close = True
        self.raw = ""

    def next(self) -> Tag | str | None:
        """The next piece, or None at the end."""
        while self.at < len(self.text):
            if self.raw:
                self._skip_raw()
            elif not self.text.startswith("<", self.at):
                return self._words()
            elif found := self._tag():
                return found
        return None

    def _words(self) -> str:
        start, self.at = self.at, self._find("<", self.at + 1)
        return html.unescape(self.text[start : self.at])

    def _tag(self) -> Tag | str | None:
        if self.text.startswith("<!--", self.at):
            self.at = self._find("-->", self.at + 2) + 3
            return None
        if self.text.startswith(("<!", "<?"), self.at):
            self.at = self._find(">", self.at) + 1
            return None
        name = _NAME.match(self.text, self.at)
        if name is None:
            return self._words()
        end = self._end_of_tag(name.end())
        tag = Tag(name[2].lower(), bool(name[1]), self.text[name.end() : end])
        self.at = end + 1
        self.raw = tag.name if tag.name in RAW and not tag.closes else ""
        return tag if end < len(self.text) else None

    def _end_of_tag(self, start: int) -> int:
        if self.quotes_close:
            whole = _TO_END.match(self.text, start)
            if whole:
                return whole.end() - 1
            self.quotes_close = False  # none behind it does either: looking again would take long
        return self._find(">", start)

    def _skip_raw(self) -> None:
        end = re.compile(f"</{self.raw}", re.IGNORECASE).search(self.text, self.at)
        self.at, self.raw = end.start() if end else len(self.text), ""

    def _find(self, wanted: str, start: int) -> int:
        at = self.text.find(wanted, start)
        return len(self.text) if at == -1 else at
