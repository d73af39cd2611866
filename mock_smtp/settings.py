"""What one inbox is told at its start."""

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting with its default; `options.py` says what each means."""

    host: str = "127.0.0.1"
    smtp_port: int = 1025
    http_port: int = 8025
    database: Path | None = None
    durable: bool = False
    hostname: str = "mock-smtp"
    max_size: int = 50 * 1024 * 1024
    max_recipients: int = 100
    idle_seconds: int = 300
    smtps_port: int | None = None
    tls: bool = True
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    auth_file: Path | None = None
    auth_required: bool = False
    keep_count: int = 0
    keep_hours: int = 0
    web_auth_file: Path | None = None
    allowed_recipients: re.Pattern[str] | None = None
    relay: tuple[str, int] | None = None
    relay_tls: str = "none"
    relay_login: tuple[str, str] | None = None
    relay_allowed_recipients: re.Pattern[str] | None = None
    link_check: bool = False
    link_check_private: bool = False
    allowed_host: tuple[str, ...] = ()
    allowed_origin: tuple[str, ...] = ()
    stop_with_stdin: bool = False
