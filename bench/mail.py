"""The mail that every sender sends: about 1 KiB of seeded words."""

from random import Random

_WORDS = ["carta", "buzón", "envío", "lista", "correo", "firma", "sello", "plaza", "tarde", "nube"]
SENDER = "no-reply@bench.example"
RECIPIENT = "ana@mail.example"
SUBJECT = "Una carta para Ana"
BODY = " ".join(Random(8002).choices(_WORDS, k=130))  # noqa: S311 - words, not secrets


def message_id(number: int) -> str:
    """The Message-ID of the n-th mail, its angle brackets included."""
    return f"<{number}@bench.example>"
