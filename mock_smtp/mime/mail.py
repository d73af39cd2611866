"""A mail as its reader sees it: people, subject, text, HTML, attachments, flaws."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property

from mock_smtp.mime.addresses import Address, read_address, read_addresses
from mock_smtp.mime.content import text_of
from mock_smtp.mime.headers import Header, decoded, first
from mock_smtp.mime.parts import Part, Tree, read_tree
from mock_smtp.mime.text import text_from_html

_LONGEST_FROM = 8 * 1024


@dataclass(frozen=True)
class Mail:
    """A source and its tree; every question is answered from them and none raises."""

    source: bytes
    tree: Tree

    @property
    def headers(self) -> list[Header]:
        """The mail's own headers, in order, not decoded."""
        return self.tree.root.headers

    @property
    def subject(self) -> str:
        """The decoded subject, or an empty string."""
        return decoded(first(self.headers, "Subject"))

    @property
    def message_id(self) -> str:
        """The Message-ID without angle brackets, or an empty string."""
        return first(self.headers, "Message-ID").strip().strip("<>").strip()

    @property
    def sender(self) -> Address:
        """The first address of From; text that is no address becomes a name."""
        return read_address(first(self.headers, "From")[:_LONGEST_FROM])

    def people(self, name: str) -> list[Address]:
        """The addresses of every header of that name (To, Cc, Bcc, Reply-To)."""
        wanted = name.lower()
        values = [header.value for header in self.headers if header.name.lower() == wanted]
        return [address for value in values for address in read_addresses(value)]

    @property
    def date(self) -> datetime | None:
        """The Date header, or None where there is none that can be read."""
        try:
            date = parsedate_to_datetime(first(self.headers, "Date"))
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        return date if date.tzinfo else date.replace(tzinfo=UTC)

    @cached_property
    def html(self) -> str:
        """The first HTML part that is no attachment, or an empty string."""
        return next((self.text_of(part) for part in self._parts(is_html)), "")

    @cached_property
    def text(self) -> str:
        """The text parts as Mailpit joins them; without any, the text of the HTML."""
        found = _plain_parts(self.tree.root)
        if found:
            return "\n--\n".join(self.text_of(part) for part in found)
        return text_from_html(self.html)

    @property
    def attachments(self) -> list[Part]:
        """The parts offered as files, without those that belong into the text."""
        return [part for part in self._parts(is_attachment) if part.file_name]

    @property
    def inlines(self) -> list[Part]:
        """The parts that belong into the text, such as its images."""
        return [part for part in self._parts(is_inline) if part.file_name]

    def part(self, number: str) -> Part | None:
        """The leaf of that number, or None."""
        return next((part for part in self.tree.root.leaves() if part.number == number), None)

    def text_of(self, part: Part) -> str:
        """A part's decoded text."""
        return text_of(self.source, part)

    def opening_of(self, part: Part, longest: int) -> str:
        """The first words of a part, read from at most that many bytes of its source."""
        return text_of(self.source, replace(part, end=min(part.end, part.start + longest)))

    def _parts(self, wanted: Callable[[Part], bool]) -> list[Part]:
        return [part for part in self.tree.root.leaves() if wanted(part)]


def read_mail(source: bytes) -> Mail:
    """Read any bytes as a mail; never raises."""
    return Mail(source, read_tree(source))


def is_attachment(part: Part) -> bool:
    """Whether the part is offered as a file: told so, or of a type that says nothing else."""
    if part.disposition.value == "attachment":
        return True
    if part.content_type.value == "application/octet-stream":
        return part.disposition.value != "inline"
    alone = part.number == "0" and not part.content_type.value.startswith(("text/", "multipart/"))
    return alone and part.disposition.value != "inline"


def is_inline(part: Part) -> bool:
    """Whether the part belongs into the text but is not text itself."""
    if is_attachment(part):
        return False
    if part.disposition.value == "inline":
        return not is_body(part)
    return not part.content_type.value.startswith(("text/", "multipart/"))


def is_body(part: Part) -> bool:
    """Whether the part is text to be read, without a file name of its own."""
    named = part.disposition.parameters.get("filename")
    return part.content_type.value in {"text/plain", "text/html"} and not named


def is_html(part: Part) -> bool:
    """Whether the part is HTML to be shown."""
    return part.content_type.value == "text/html" and not is_attachment(part)


def is_plain(part: Part) -> bool:
    """Whether the part is plain text to be shown; a multipart that could not be cut is one."""
    kind = part.content_type.value
    readable = kind == "text/plain" or kind.startswith("multipart/") or "/" not in kind
    return readable and not is_attachment(part) and not part.children


def _plain_parts(part: Part) -> list[Part]:
    if not part.children:
        return [part] if is_plain(part) else []
    found = [leaf for child in part.children for leaf in _plain_parts(child)]
    return found[:1] if part.content_type.value == "multipart/alternative" else found
