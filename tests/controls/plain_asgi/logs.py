"""JSON lines on standard output: one when a request comes in, one when it goes out."""

import json
import re
import sys
import time
import traceback
from datetime import UTC, datetime
from uuid import uuid4

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def tell(event: str, **fields: object) -> None:
    """Write one line, whole."""
    line = {"at": datetime.now(UTC).isoformat(), "event": event, **fields}
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class LogRequests:
    """Tells of each request, and answers 503 for what nobody caught."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request between its two lines."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        about = {"request_id": _id_of(scope), "method": scope["method"], "path": scope["path"]}
        tell("in", **about)
        status, failure = 503, {}

        async def watching(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watching)
        except Exception:  # noqa: BLE001 - whatever it was, the caller gets an answer
            failure = {"exception": traceback.format_exc()}
            answer = JSONResponse({"error": "The service cannot take the request now."}, 503)
            await answer(scope, receive, watching)
        finally:
            spent = round((time.perf_counter() - begun) * 1000, 1)
            tell("out", **about, status=status, duration_ms=spent, **failure)


def _id_of(scope: Scope) -> str:
    """The caller's X-Request-ID if it is a fair one, else a new id."""
    given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
    return given if _ID.fullmatch(given) else uuid4().hex
