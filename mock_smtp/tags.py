"""Tags: which ones a mail brings along, and how a tag is spelled."""

import re
from collections.abc import Iterable

from mock_smtp.mime.addresses import Address
from mock_smtp.mime.headers import decoded

_FORBIDDEN = re.compile(r"[^\w\-.@ ]", re.ASCII)
_LONGEST = 100


def clean_tag(text: str) -> str:
    """A tag as it is kept: letters, digits, `- _ . @` and single spaces, or an empty string."""
    clean = " ".join(_FORBIDDEN.sub(" ", text).split())
    return clean if len(clean) <= _LONGEST else ""


def clean_tags(texts: Iterable[str]) -> list[str]:
    """Tags in their clean form, each once whatever its case."""
    tags = {tag.lower(): tag for text in texts if (tag := clean_tag(text))}
    return list(tags.values())


def tags_of(*, x_tags: str, people: Iterable[Address]) -> list[str]:
    """The tags of a mail: its X-Tags header and the part behind `+` in its recipients."""
    plus = [address.address.partition("@")[0].partition("+")[2] for address in people]
    return clean_tags([*decoded(x_tags).split(","), *plus])
