"""Deliver one mail with aiosmtplib, over STARTTLS and with a login."""

import asyncio
import sys
from email.message import EmailMessage

import aiosmtplib

message = EmailMessage()
message["From"] = "shop@example.com"
message["To"] = "ana@example.com"
message["Subject"] = "aiosmtplib"
message.set_content("Good morning.")
asyncio.run(
    aiosmtplib.send(
        message,
        hostname="127.0.0.1",
        port=int(sys.argv[1]),
        start_tls=True,
        validate_certs=False,
        username="ana",
        password="secret",
    )
)
