"""The rules of every text field, each as one regular expression.

The same expression validates and stands in the schema as `pattern`, so the two cannot drift.
Only constructs that Python, ECMAScript and Rust read alike: no `\\Z`, no look-behind, and no
positive look-ahead (generators of test data copy its text). Each expression is linear: of two
neighbouring parts no character fits both.
"""

import re
from dataclasses import dataclass
from re import Pattern

# Categories Cc, Zl and Zp: whatever a mail system may take for the end of a line.
_CONTROLS = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
_CONTROLS_BUT_LAYOUT = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"
# Spaces, zero-width characters and fillers: a name of nothing else is no name.
_INVISIBLE = (
    r" \u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    r"\u202a-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)

_HEX = "[0-9A-Fa-f]"


@dataclass(frozen=True)
class Rule:
    """How a text must look, its length in characters at most, and the sentence that says so."""

    pattern: str
    longest: int
    sentence: str

    @property
    def regex(self) -> Pattern[str]:
        """The expression; `re` keeps it compiled."""
        return re.compile(self.pattern)

    def fits(self, value: str) -> bool:
        """Whether the whole of `value` keeps the rule."""
        return len(value) <= self.longest and self.regex.fullmatch(value) is not None


def single_line(longest: int) -> Rule:
    """Text for a header: no control or line separator, something to see."""
    return Rule(
        rf"^[{_INVISIBLE}]*[^{_CONTROLS}{_INVISIBLE}][^{_CONTROLS}]*$",
        longest,
        f"Must be a single line of at most {longest} characters with something visible in it.",
    )


def multi_line(longest: int) -> Rule:
    """Text for a body: line breaks and tabs are its layout, other controls are not."""
    layout = r"\t\n\r\u2028\u2029"
    return Rule(
        rf"^[{_INVISIBLE}{layout}]*[^{_CONTROLS}{_INVISIBLE}][^{_CONTROLS_BUT_LAYOUT}]*$",
        longest,
        f"Must be text of at most {longest} characters with something visible in it and no "
        "control characters but line breaks and tabs.",
    )


_UUID_PATTERN = (
    rf"(?!0{{8}}-0{{4}}-0{{4}}-0{{4}}-0{{12}}){_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}"
)
UUID_RULE = Rule(
    rf"^{_UUID_PATTERN}$", 36, "Must be a UUID in its canonical form, 8-4-4-4-12, and not nil."
)
# A structured-field string is quoted (the IETF draft), nearly all clients send it bare.
KEY_HEADER_RULE = Rule(
    rf'^(?:{_UUID_PATTERN}|"{_UUID_PATTERN}")$', 38, "Must be a UUID, bare or in double quotes."
)
