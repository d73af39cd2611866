"""The environment, read once, typed; a wrong value stops the start and names its key.

Every variable the service knows is a field of `Environment`, and its upper-case name is the
variable's. `.env.example` documents the same list, and a test keeps the two alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, TypeVar

from email_service import environment_values as kinds

T = TypeVar("T")


class WrongSetting(Exception):
    """A variable has a value that the service cannot work with: correct it and start again."""


def _variable(parse: Callable[[str], T], default: str = "") -> T:
    """A field read by `parse`; the default is text too, so both go through the same door."""
    found: T = field(metadata={"parse": parse, "default": default})
    return found


@dataclass(frozen=True, kw_only=True)
class Environment:
    """All that the outside may set; times are seconds, sizes bytes."""

    secret_key: str = _variable(kinds.text)
    port: int = _variable(kinds.port, "8002")
    database_url: str = _variable(kinds.database_url, "sqlite:///var/service.sqlite3")
    redis_url: str = _variable(kinds.redis_url)
    log_level: str = _variable(kinds.choice("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")

    email_transport: str = _variable(kinds.choice("console", "file", "smtp", "celery"), "console")
    celery_delivery_transport: str = _variable(kinds.choice("smtp", "file", "console"), "smtp")
    email_host: str = _variable(kinds.text, "127.0.0.1")
    email_port: int = _variable(kinds.port, "1025")
    email_host_user: str = _variable(kinds.text)
    email_host_password: str = _variable(kinds.text)
    email_use_tls: bool = _variable(kinds.flag, "0")
    email_use_ssl: bool = _variable(kinds.flag, "0")
    email_file_path: str = _variable(kinds.text, "sent_emails")
    email_connections: int = _variable(kinds.whole(1, 200), "4")
    email_timeout: float = _variable(kinds.decimal(0.1, 600), "10")
    email_data_timeout: float = _variable(kinds.decimal(0.1, 600), "60")

    email_max_retries: int = _variable(kinds.whole(0, 100), "3")
    email_retry_delay: float = _variable(kinds.decimal(0, 86_400), "5")
    email_retry_backoff: float = _variable(kinds.decimal(1, 10), "1")
    email_retry_jitter: float = _variable(kinds.decimal(0, 1), "0")
    email_max_age: float = _variable(kinds.decimal(1, 2_592_000), "3600")
    email_uncertain: str = _variable(kinds.choice("resend", "hold"), "resend")

    default_from_email: str = _variable(kinds.address, "no-reply@email-service.example")
    contact_recipient: str = _variable(kinds.address, "owner@email-service.example")
    message_id_domain: str = _variable(kinds.text, "email-service.example")

    service_api_keys: dict[str, str] = _variable(kinds.keys)
    allow_open: bool = _variable(kinds.flag, "0")
    notify_require_key: bool = _variable(kinds.flag, "0")
    allowed_hosts: list[str] = _variable(
        kinds.addresses_of_hosts, "localhost,127.0.0.1,[::1],email-service"
    )
    cors_allowed_origins: list[str] = _variable(kinds.origins)
    contact_rate: tuple[int, int] | None = _variable(kinds.rate)
    num_proxies: int = _variable(kinds.whole(0, 10), "0")


def read(environ: Mapping[str, str]) -> Environment:
    """Read every variable out of `environ` (an empty one counts as absent).

    Raises WrongSetting naming the first variable whose value cannot be used, and why.
    """
    return Environment(**{spec.name: _read_one(spec, environ) for spec in fields(Environment)})


def _read_one(spec: Field[Any], environ: Mapping[str, str]) -> Any:
    """The value of one variable, parsed."""
    name = spec.name.upper()
    value = environ.get(name, "").strip() or spec.metadata["default"]
    try:
        return spec.metadata["parse"](value)
    except ValueError as reason:
        raise WrongSetting(f"{name}={_shown(name, value)}: {reason}") from None


def _shown(name: str, value: str) -> str:
    """The value as an error may show it: secrets stay out of terminals and logs."""
    secret = any(word in name for word in ("KEY", "PASSWORD", "URL"))
    return "(hidden)" if secret and value else repr(value)
