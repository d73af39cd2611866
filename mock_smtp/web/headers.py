"""Headers on everything that comes out of a mail: shown, but never run and never fetched from."""

import re

FROM_A_MAIL = {
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-DNS-Prefetch-Control": "off",
}
"""A mail's script, opened directly, would otherwise run at our origin and could delete mail."""

WITH_REMOTE_IMAGES = {
    **FROM_A_MAIL,
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; img-src 'self' data: http: https:; style-src 'unsafe-inline'"
    ),
}
"""The same after the reader has asked for the images that lie elsewhere."""

NOT_SHOWN = re.compile(r"html|xml|svg|script|pdf|flash", re.IGNORECASE)
"""Types a browser might execute; they come as a download."""
