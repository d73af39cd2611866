"""E-mail addresses: one addr-spec (RFC 5321, 4.1.2) of a dot-string and a domain with a dot.

Quoted local parts, address literals and dotless hosts are refused: no person has them, and
forms that carry them do so for mischief.
"""

import idna

from email_service.notifications.serializers.rules import Rule

# RFC 5321, 4.5.3.1: the local part in octets, and a path without its angle brackets.
LONGEST_LOCAL = 64
LONGEST_ADDRESS = 254

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_LOCAL = rf"(?![^@]{{{LONGEST_LOCAL + 1}}}){_ATEXT}+(?:\.{_ATEXT}+)*"

_ASCII_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_NOT_ASCII = r"(?![A-Za-z0-9-]*(?:[.]|$))"
# Letters that IDNA (RFC 5892) allows, one script a label as registries do. The counts keep
# every label within the 63 octets of its A-label, whatever its letters.
_EUROPEAN = (
    r"[A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e"
    r"\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f\u0490-\u04ff\u1ea0-\u1ef9]"
)
# At most 40 characters of which 6 are not ASCII, or 23 of any kind.
_FITS_IN_A_LABEL = r"(?![^.]{41})(?!(?=[^.]{24})(?:[A-Za-z0-9-]*[^\u0000-\u007f.]){7})"
_LABELS = (
    _ASCII_LABEL,
    rf"{_NOT_ASCII}{_FITS_IN_A_LABEL}{_EUROPEAN}(?:-?{_EUROPEAN})*",
    r"[\u05d0-\u05ea]{1,30}",
    r"[\u0621-\u063a\u0641-\u064a]{1,28}",
    r"[\u0904-\u0939][\u0904-\u0939\u093e-\u094d]{0,26}",
    r"[\u0e01-\u0e30\u0e40-\u0e45][\u0e01-\u0e32\u0e34-\u0e3a\u0e40-\u0e4e]{0,26}",
    r"[\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff\uac00-\ud7a3]{1,15}",
)
_LABEL = f"(?:{'|'.join(_LABELS)})"
# The last label is a name: all digits would be an IPv4 address.
_TOP = f"(?:(?![0-9]+$)[A-Za-z0-9][A-Za-z0-9-]{{0,61}}[A-Za-z0-9]|{'|'.join(_LABELS[1:])})"
# An IDN of more characters than this could be too long once it is spelled in ASCII.
_SHORT_ENOUGH = r"(?![^@]*@[\u0000-\u007f]{0,40}[^\u0000-\u007f][^@]{40})"

ADDRESS = Rule(
    rf"^{_SHORT_ENOUGH}{_LOCAL}@(?:{_LABEL}\.)+{_TOP}$",
    LONGEST_ADDRESS,
    "Must be one e-mail address, such as ana@mail.com.",
)


def envelope_form(address: str) -> str:
    """The address as SMTP carries it: an international domain in A-labels (RFC 5891).

    Raises ValueError if that cannot be spelled, or is longer than SMTP allows.
    """
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        domain = idna.encode(domain, uts46=True).decode("ascii")
    spelled = f"{local}@{domain}"
    if len(spelled) > LONGEST_ADDRESS:
        raise ValueError("too long in A-labels")
    return spelled
