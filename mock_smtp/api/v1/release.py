"""`POST /api/v1/message/{id}/release`: a mail sent on through the relay, where there is one."""

import asyncio
import re
import smtplib
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from mock_smtp.api.lookup import found_source
from mock_smtp.api.requests import BadRequestError, inbox_of, read_object, strings_from
from mock_smtp.mime.mail import read_mail
from mock_smtp.relay import Relay, for_release
from mock_smtp.settings import Settings

_ADDRESS = re.compile(r"[^@\s<>(),;:\"\\\x00-\x1f]{1,64}@[^@\s<>(),;:\"\\\x00-\x1f]{1,255}")
_MOST = 100


async def released(request: Request) -> Response:
    """Send a mail on to the addresses of `To`; 404 unless `--relay` names a server."""
    settings = inbox_of(request).settings
    if settings.relay is None:
        raise HTTPException(404, "Release is off; start the inbox with --relay HOST:PORT.")
    recipients = _recipients(await read_object(request), settings)
    _, source = await found_source(request)
    sender = read_mail(source).sender.address
    if not sender:
        raise BadRequestError("No From header found")
    if not _ADDRESS.fullmatch(sender):
        raise BadRequestError(f"Invalid email address: {sender}")
    try:
        relay = relay_of(settings)
        await asyncio.to_thread(lambda: relay.release(for_release(source), sender, recipients))
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise BadRequestError(f"SMTP error: {error}") from error
    return PlainTextResponse("ok")


def relay_of(settings: Settings) -> Relay:
    """The relay of the settings, which must name one."""
    host, port = settings.relay or ("", 0)
    return Relay(host=host, port=port, tls=settings.relay_tls, login=settings.relay_login)


def _recipients(content: dict[str, Any], settings: Settings) -> list[str]:
    recipients = [text.strip() for text in strings_from(content, "To")]
    for address in recipients:
        if not _ADDRESS.fullmatch(address):
            raise BadRequestError(f"Invalid email address: {address}", "To")
    rule = settings.relay_allowed_recipients
    strangers = [address for address in recipients if rule and not rule.search(address)]
    if strangers:
        names = ", ".join(strangers)
        raise BadRequestError(f"Failed: Address(es) do not match the allowlist: {names}", "To")
    if not recipients:
        raise BadRequestError("No valid addresses found", "To")
    if len(recipients) > _MOST:
        raise BadRequestError(f"No more than {_MOST} addresses at once.", "To")
    return recipients
