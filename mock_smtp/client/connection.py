"""Asking an inbox over HTTP."""

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from mock_smtp.client.errors import InboxError


class Connection:
    """Where an inbox is; each request opens a connection of its own, so threads may share it."""

    def __init__(
        self,
        base_url: str,
        *,
        smtp_host: str = "127.0.0.1",
        smtp_port: int = 0,
        timeout: float = 30,
    ) -> None:
        address = urlsplit(base_url)
        self.base_url = base_url.rstrip("/")
        self.http_host, self.http_port = address.hostname or "127.0.0.1", address.port or 80
        self.smtp_host, self.smtp_port = smtp_host, smtp_port
        self._root, self._timeout = address.path.rstrip("/"), timeout

    def json(self, method: str, path: str, content: object = None, *, patience: float = 0) -> Any:
        """Ask and read the JSON answer; raises InboxError for any status but 200."""
        return json.loads(self.ask(method, path, content, patience=patience))

    def ask(self, method: str, path: str, content: object = None, *, patience: float = 0) -> bytes:
        """Ask and return the body; `patience` is the time the inbox may take beyond the usual."""
        # No proxy of the environment is ever asked: an inbox is on this machine or beside it.
        timeout = self._timeout + patience
        connection = HTTPConnection(self.http_host, self.http_port, timeout=timeout)
        try:
            body = None if content is None else json.dumps(content)
            headers = {} if body is None else {"Content-Type": "application/json"}
            connection.request(method, self._root + path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise InboxError(answer.status, text.decode("utf-8", "replace"))
        return text
