"""`POST /api/v1/send`: put a mail into the inbox without SMTP."""

import asyncio
import base64
import binascii
import mimetypes
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mock_smtp.api.requests import (
    BadRequestError,
    inbox_of,
    lower_keys,
    read_object,
    strings_from,
)
from mock_smtp.api.v1.shapes import Answer
from mock_smtp.capture import capture
from mock_smtp.store.rows import Envelope, NewMail

_OWN_FIELDS = {
    "to", "from", "cc", "bcc", "reply-to", "date", "subject", "content-type", "mime-version",
}  # fmt: skip


async def sent(request: Request) -> Response:
    """Build the mail that is described, keep it, answer its id."""
    inbox = inbox_of(request)
    try:
        content = await read_object(request, inbox.settings.max_size)
        mail = await asyncio.to_thread(_mail, content)
    except BadRequestError as error:
        return JSONResponse({"Error": error.message}, status_code=error.status)
    except (ValueError, MessageError, LookupError, TypeError, AttributeError) as error:
        return JSONResponse({"Error": str(error)}, status_code=400)
    kept = await inbox.mailbox.keep(mail)
    return Answer({"ID": str(kept.id)})


def _mail(content: dict[str, Any]) -> NewMail:
    message, recipients = build(content)
    source = message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    sender = str(lower_keys(content["from"])["email"])
    return capture(source, Envelope(sender=sender, recipients=recipients))


def build(content: dict[str, Any]) -> tuple[EmailMessage, list[str]]:
    """The message a SendRequest describes and all its recipients; raises BadRequestError."""
    message = EmailMessage()
    message["From"] = _address(content.get("from"), "From")
    lists = {name: _addresses(content, name) for name in ("To", "Cc", "ReplyTo")}
    for name, addresses in lists.items():
        if addresses:
            message["Reply-To" if name == "ReplyTo" else name] = addresses
    bcc = [_address({"Email": text}, "Bcc").addr_spec for text in strings_from(content, "Bcc")]
    message["Subject"] = _text(content, "Subject")
    message["Date"] = format_datetime(datetime.now(UTC))
    _add_fields(message, content)
    _add_bodies(message, content)
    for attachment in content.get("attachments") or []:
        _attach(message, lower_keys(attachment))
    recipients = [address.addr_spec for address in [*lists["To"], *lists["Cc"]]]
    return message, [*recipients, *bcc]


def _add_fields(message: EmailMessage, content: dict[str, Any]) -> None:
    tags = strings_from(content, "Tags")
    if tags:
        message["X-Tags"] = ", ".join(tags)
    for name, value in (content.get("headers") or {}).items():
        if name.lower() in _OWN_FIELDS or (tags and name.lower() == "x-tags"):
            raise BadRequestError(f'cannot overwrite header: "{name}"')
        message[name] = str(value)


def _add_bodies(message: EmailMessage, content: dict[str, Any]) -> None:
    text, html = _text(content, "Text"), _text(content, "HTML")
    if text or not html:
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
    else:
        message.set_content(html, subtype="html")


def _attach(message: EmailMessage, attachment: dict[str, Any]) -> None:
    name = str(attachment.get("filename") or "")
    kind = attachment.get("contenttype") or mimetypes.guess_type(name)[0]
    main, _, sub = str(kind or "application/octet-stream").partition("/")
    content_id = attachment.get("contentid")
    message.add_attachment(
        _decoded(str(attachment.get("content") or "")),
        maintype=main,
        subtype=sub or "octet-stream",
        filename=name or None,
        disposition="inline" if content_id else "attachment",
        cid=f"<{content_id}>" if content_id else None,
    )


def _decoded(text: str) -> bytes:
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadRequestError(f"invalid attachment content: {error}") from error


def _addresses(content: dict[str, Any], name: str) -> list[Address]:
    items = content.get(name.lower()) or []
    if not isinstance(items, list):
        raise BadRequestError(f"{name} must be a list")
    return [_address(item, name) for item in items]


def _address(item: Any, name: str) -> Address:
    fields = lower_keys(item) if isinstance(item, dict) else {}
    try:
        return Address(str(fields.get("name") or ""), addr_spec=str(fields["email"]))
    except (KeyError, ValueError, IndexError, MessageError) as error:
        raise BadRequestError(f"invalid {name} address: {fields.get('email')}") from error


def _text(content: dict[str, Any], name: str) -> str:
    return str(content.get(name.lower()) or "")
