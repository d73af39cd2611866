"""Tags: which ones a mail brings along, and how a tag is spelled."""

import re
from collections.abc import Iterable

from mock_smtp.mime.addresses import Address
from mock_smtp.mime.headers import decoded

_FORBIDDEN = re.compile(r"[^\w\-.@ ]", re.ASCII)
_LONGEST = 100
_LONGEST_HEADER = 8 * 1024
MOST = 100


def clean_tag(text: str) -> str:
    """A tag as it is kept: letters, digits, `- _ . @` and single spaces, or an empty string."""
    clean = " ".join(_FORBIDDEN.sub(" ", text).split())
    return clean if len(clean) <= _LONGEST else ""


def clean_tags(texts: Iterable[str]) -> list[str]:
    """Tags in their clean form, each once whatever its case."""
    tags = {tag.lower(): tag for text in texts if (tag := clean_tag(text))}
    return list(tags.values())


def tags_of(*, x_tags: str, people: Iterable[Address]) -> list[str]:
    """The tags of a mail, 100 at most: its X-Tags header and the part behind `+` in people."""
    plus = [address.address.partition("@")[0].partition("+")[2] for address in people]
    named = decoded(x_tags[:_LONGEST_HEADER]).split(",")
    return clean_tags([*named, *plus])[:MOST]
