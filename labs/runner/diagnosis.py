"""Why a valid request was refused or failed: mistakes of several stages, alike at first sight."""

from typing import Any

from labs.runner.asking import CONTACT, NOTIFY, REQUIRED
from labs.runner.rig import Rig
from labs.runner.stand.http import Answer
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import Red

_FRAMEWORK_TABLES = ("django_", "auth_", "sqlite_", "alembic_", "authtoken_")


def why_refused(rig: Rig, service: Stand, answer: Answer) -> Red:
    """The outcome for a valid contact that was not answered 2xx."""
    seen: dict[str, Any] = {"status": answer.status, "text": answer.text[:200]}
    if answer.refuses:
        return Red(_refusal(answer), **seen)
    if answer.fails:
        return Red(why_failed(rig, service), **seen)
    return Red(**seen)


def why_failed(rig: Rig, service: Stand) -> str | None:
    """The mistake behind a 5xx on a valid request, if the database tells it."""
    if any(not table.startswith(_FRAMEWORK_TABLES) for table in service.tables.names()):
        return None
    if rig.manifest.migrate is None:
        return "forgotten-migrate"
    if service.migrated is not None and service.migrated.exit_code() not in {0, None}:
        return None
    return "missing-migration" if _missed_a_table(service) else None


def _missed_a_table(service: Stand) -> bool:
    """Whether the service made tables at all, or complained that one does not exist."""
    told = "\n".join(service.all_lines())
    complained = "no such table" in told or "does not exist" in told
    return complained or bool(service.tables.names())


def _refusal(answer: Answer) -> str | None:
    text = answer.text.lower()
    if answer.status == 403 and "csrf" in text:
        return "csrf"
    if answer.status in {401, 403} and answer.json is not None:
        return "login-required"
    if any(answer.names(field) for field in REQUIRED[NOTIFY]) and _is_new(answer):
        return "breaks-contact"
    return None


def _is_new(answer: Answer) -> bool:
    """Whether the answer complains of fields that a contact does not have."""
    own = REQUIRED[CONTACT]
    body = answer.json
    while isinstance(body, dict) and isinstance(body.get("errors"), dict):
        body = body["errors"]
    keys = {str(key) for key in body} if isinstance(body, dict) else set()
    return bool(keys & set(REQUIRED[NOTIFY])) and not keys & set(own)
