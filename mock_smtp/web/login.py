"""Basic auth for page and API, where a password file was given; probes stay open."""

import base64
import binascii

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_smtp.smtp.logins import Logins
from mock_smtp.web.guard import OPEN_PATHS


class BasicAuth:
    """Answers 401 to whoever does not log in."""

    def __init__(self, app: ASGIApp, *, logins: Logins) -> None:
        self.app = app
        self.logins = logins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on those who may ask."""
        asked = scope["type"] in {"http", "websocket"} and scope["path"] not in OPEN_PATHS
        if not asked or await self._may_ask(Headers(scope=scope)):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "Unauthorized."})
        else:
            headers = {"WWW-Authenticate": 'Basic realm="Login"'}
            refusal = PlainTextResponse("Unauthorized.", status_code=401, headers=headers)
            await refusal(scope, receive, send)

    async def _may_ask(self, headers: Headers) -> bool:
        scheme, _, encoded = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            name, colon, password = base64.b64decode(encoded, validate=True).partition(b":")
        except (binascii.Error, ValueError):
            return False
        return bool(colon) and await self.logins.allows(name, password)
