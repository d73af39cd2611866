"""From what came over the wire to what is kept: only headers and structure are read."""

import hashlib
from datetime import UTC, datetime

from mock_smtp.mime.addresses import Address
from mock_smtp.mime.headers import first
from mock_smtp.mime.mail import Mail, is_html, is_plain, read_mail
from mock_smtp.mime.text import snippet_of, text_from_html
from mock_smtp.store.rows import Envelope, NewMail
from mock_smtp.tags import tags_of

_ENOUGH_FOR_A_SNIPPET = 4096


def capture(source: bytes, envelope: Envelope) -> NewMail:
    """Read a mail far enough to list it; never raises, whatever the bytes are."""
    mail = read_mail(source)
    to, cc = mail.people("To"), mail.people("Cc")
    unseen = _unseen(envelope.recipients, [*to, *cc, *mail.people("Bcc")])
    return NewMail(
        source=source,
        received=int(datetime.now(UTC).timestamp() * 1000),
        envelope=envelope,
        message_id=mail.message_id,
        subject=mail.subject,
        sender=mail.sender,
        recipients=to,
        copies=cc,
        blind_copies=[*mail.people("Bcc"), *unseen],
        reply_to=mail.people("Reply-To"),
        attachments=len(mail.attachments),
        inlines=len(mail.inlines),
        snippet=_snippet(mail),
        digest=hashlib.sha256(source).hexdigest(),
        flaws=mail.tree.flaws,
        tags=tags_of(x_tags=first(mail.headers, "X-Tags"), people=[*to, *cc, *unseen]),
    )


def _unseen(recipients: list[str], named: list[Address]) -> list[Address]:
    """Recipients of the envelope that no header names: blind copies in effect."""
    known = {address.address.lower() for address in named}
    return [Address("", text) for text in dict.fromkeys(recipients) if text.lower() not in known]


def _snippet(mail: Mail) -> str:
    leaves = list(mail.tree.root.leaves())
    for wanted, read in ((is_html, text_from_html), (is_plain, str)):
        for part in filter(wanted, leaves):
            opening = mail.opening_of(part, _ENOUGH_FOR_A_SNIPPET)
            if snippet := snippet_of(read(opening)):
                return snippet
    return ""
