"""Replies: enhanced status codes (RFC 3463) for those that lack one."""

import re

_REPLY = re.compile(r"^(\d{3}) (?!\d\.\d{1,3}\.\d{1,3}\b)(.*)$", re.DOTALL)
_OK = {"MAIL": "2.1.0", "RCPT": "2.1.5"}
_ENHANCED = {
    "221": "2.0.0",
    "235": "2.7.0",
    "252": "2.5.0",
    "421": "4.3.2",
    "450": "4.2.0",
    "451": "4.3.0",
    "452": "4.3.1",
    "454": "4.7.0",
    "500": "5.5.2",
    "501": "5.5.4",
    "502": "5.5.1",
    "503": "5.5.1",
    "504": "5.5.4",
    "530": "5.7.0",
    "535": "5.7.8",
    "538": "5.7.11",
    "550": "5.1.1",
    "552": "5.3.4",
    "553": "5.1.3",
    "554": "5.6.0",
    "555": "5.5.4",
}
_PLAIN_VERBS = {"", "HELO", "EHLO"}


def with_enhanced(reply: str, verb: str) -> str:
    """Add the enhanced status code; greeting, HELO and EHLO have none by RFC 2034."""
    match = _REPLY.match(reply)
    if not match:
        return reply
    code, text = match.groups()
    if code == "250" and verb in _PLAIN_VERBS:
        return reply
    enhanced = (_OK.get(verb) or "2.0.0") if code == "250" else enhanced_code(int(code))
    return f"{code} {enhanced} {text}" if enhanced else reply


def enhanced_code(code: int) -> str:
    """The enhanced code that goes with a basic one; empty for intermediate replies."""
    if code in {220, 334, 354}:
        return ""
    return _ENHANCED.get(str(code), f"{str(code)[0]}.0.0")
