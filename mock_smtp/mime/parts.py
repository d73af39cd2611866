"""The tree of parts of a mail, as positions in its source: nothing is copied, nothing is lost."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from mock_smtp.mime.headers import Header, first, read_headers
from mock_smtp.mime.parameters import Value, read_value

_DEEPEST = 30
_MOST_PARTS = 2000


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part: its number as Mailpit counts, its headers, and where its body stands."""

    number: str
    headers: list[Header]
    start: int
    end: int
    content_type: Value
    disposition: Value
    children: list["Part"] = field(default_factory=list)

    def header(self, name: str) -> str:
        """The raw value of the part's first header of that name, or an empty string."""
        return first(self.headers, name)

    @property
    def file_name(self) -> str:
        """The name a sender gave the part, else its Content-ID, else an empty string."""
        named = self.disposition.parameters.get("filename")
        return named or self.content_type.parameters.get("name") or self.content_id

    @property
    def content_id(self) -> str:
        """The Content-ID without its angle brackets."""
        return self.header("Content-ID").strip().strip("<>")

    def leaves(self) -> Iterator["Part"]:
        """Every part that holds content itself, in the order of the source."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


@dataclass(frozen=True)
class Tree:
    """A mail's root part and what was wrong with its structure, in sentences."""

    root: Part
    flaws: list[str]


def read_tree(source: bytes) -> Tree:
    """Cut a mail into its parts; a broken structure becomes a leaf and a flaw, never an error."""
    cutter = _Cutter(source)
    root = cutter.part("", 0, len(source), 0)
    return Tree(root, cutter.flaws)


class _Cutter:
    def __init__(self, source: bytes) -> None:
        self.source = source
        self.flaws: list[str] = []
        self.parts = 0

    def part(self, number: str, start: int, end: int, depth: int) -> Part:
        self.parts += 1
        block = read_headers(self.source, start, end)
        if block.strays:
            self._flaw("A header line has no name and colon.")
        kind = read_value(first(block.headers, "Content-Type") or "text/plain")
        spans = self._spans(kind, block.body, end, depth)
        children = [
            self.part(f"{number}.{index}" if number else str(index), *span, depth + 1)
            for index, span in enumerate(spans, start=1)
        ]
        return Part(
            number=_own_number(number, nested=bool(children)),
            headers=block.headers,
            start=block.body,
            end=end,
            content_type=kind,
            disposition=read_value(first(block.headers, "Content-Disposition")),
            children=children,
        )

    def _spans(self, kind: Value, start: int, end: int, depth: int) -> list[tuple[int, int]]:
        if not kind.value.startswith("multipart/"):
            return []
        boundary = kind.parameters.get("boundary", "").rstrip()
        if not boundary:
            return self._flaw("A multipart names no boundary; it is shown as plain text.")
        if depth >= _DEEPEST or self.parts >= _MOST_PARTS:
            return self._flaw("The parts are nested too deep or are too many to be opened.")
        return self._cut(b"--" + boundary.encode("utf-8", "replace"), start, end)

    def _cut(self, marker: bytes, start: int, end: int) -> list[tuple[int, int]]:
        spans: list[tuple[int, int]] = []
        opened: int | None = None
        for at, after, closing in _markers(self.source, marker, start, end):
            if opened is not None:
                spans.append((opened, max(opened, at)))
            opened = None if closing else after
            if closing or self.parts + len(spans) >= _MOST_PARTS:
                break
        if opened is not None:
            spans.append((opened, end))
            self._flaw("A multipart is not closed; its last part runs to the end.")
        elif not spans:
            self._flaw("A multipart holds no part; it is shown as plain text.")
        return spans

    def _flaw(self, sentence: str) -> list[tuple[int, int]]:
        if sentence not in self.flaws:
            self.flaws.append(sentence)
        return []


def _own_number(number: str, *, nested: bool) -> str:
    if not number:
        return "0"
    return f"{number}.0" if nested else number


def _markers(source: bytes, marker: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Yield each boundary line as (end of the part before, start of the next, last one?)."""
    at = source.find(marker, start, end)
    while at != -1:
        stop = source.find(b"\n", at, end)
        stop = end if stop == -1 else stop + 1
        rest = source[at + len(marker) : stop].rstrip(b" \t\r\n")
        if (at == start or source[at - 1 : at] == b"\n") and rest in {b"", b"--"}:
            yield _before(source, at, start), stop, rest == b"--"
            at = source.find(marker, stop, end)
        else:
            at = source.find(marker, at + len(marker), end)


def _before(source: bytes, at: int, start: int) -> int:
    """Where the part before a boundary ends: the line break belongs to the boundary."""
    if source[at - 2 : at] == b"\r\n" and at - 2 >= start:
        return at - 2
    return max(at - 1, start)
