"""A recorded request as a command to paste, in the shell that is in use."""

import os
import shlex
import sys
from collections.abc import Mapping
from typing import Any

_UNSENT = {"host", "content-length", "connection", "accept", "accept-encoding", "user-agent"}
_LONGEST = 2_000
"""Characters of a body that a person still wants to paste."""


def shell_in_use(environ: Mapping[str, str] = os.environ) -> str:
    """`powershell` on Windows, unless a POSIX shell was started there; else `bash`."""
    posix = "SHELL" in environ or "MSYSTEM" in environ
    return "powershell" if sys.platform == "win32" and not posix else "bash"


def as_command(request: Mapping[str, Any], shell: str) -> str:
    """The request as curl for bash, or as Invoke-WebRequest for PowerShell."""
    return _powershell(request) if shell == "powershell" else _bash(request)


def _bash(request: Mapping[str, Any]) -> str:
    words = ["curl -i -X", request["method"], shlex.quote(request["url"])]
    words += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in _headers(request)]
    if request["text"]:
        words.append(f"--data-binary {shlex.quote(request['text'][:_LONGEST])}")
    return " ".join(words)


def _powershell(request: Mapping[str, Any]) -> str:
    """Invoke-WebRequest: the curl of Windows PowerShell loses the quotes of JSON."""
    words = ["Invoke-WebRequest -UseBasicParsing -Method", request["method"]]
    words.append(f"-Uri {_quoted(request['url'])}")
    headers = dict(_headers(request))
    kind = headers.pop("Content-Type", "")
    if headers:
        pairs = "; ".join(f"{_quoted(name)}={_quoted(value)}" for name, value in headers.items())
        words.append(f"-Headers @{{{pairs}}}")
    if request["text"]:
        words.append(f"-ContentType {_quoted(kind)} -Body {_quoted(request['text'][:_LONGEST])}")
    return " ".join(words)


def _headers(request: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [one for one in request["headers"].items() if one[0].lower() not in _UNSENT]


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
