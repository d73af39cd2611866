"""People as a reader wants to see them."""

from zlib import crc32

from mock_smtp.mime.addresses import Address
from mock_smtp.page.html import Markup, tag

_HUES = 6


def person(address: Address) -> str:
    """Name and address, or the one there is."""
    if address.name and address.address:
        return f"{address.name} <{address.address}>"
    return address.name or address.address


def short_person(address: Address) -> str:
    """The name, or else the address."""
    return address.name or address.address


def face(address: Address) -> Markup:
    """A coloured initial, the same for the same address; only to be looked at."""
    initial = next((letter for letter in short_person(address) if letter.isalnum()), "–")
    hue = crc32(address.address.lower().encode("utf-8", "replace")) % _HUES
    return tag("span", initial.upper()[:1], class_=f"face hue{hue}", aria_hidden="true")
