"""Paths as people write them: doubled slashes count as one, a closing one may be missing."""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

_DOUBLED = re.compile(r"/{2,}")


class CleanPaths:
    """Rewrites `//view/1.html` to `/view/1.html` before any route is looked for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under its clean path."""
        if scope["type"] in {"http", "websocket"} and "//" in scope["path"]:
            scope = {**scope, "path": _DOUBLED.sub("/", scope["path"])}
            scope["raw_path"] = scope["path"].encode("utf-8")
        await self.app(scope, receive, send)
