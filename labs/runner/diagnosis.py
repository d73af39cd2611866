"""Why a valid request was refused or failed: mistakes of several stages, alike at first sight."""

import re

from labs.runner.asking import CONTACT, NOTIFY, REQUIRED, shown
from labs.runner.queues import waiting
from labs.runner.rig import Rig
from labs.runner.stand.http import Answer
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import Red

_FRAMEWORK_TABLES = ("django_", "auth_", "sqlite_", "alembic_", "authtoken_")


def must_be_accepted(rig: Rig, service: Stand, answer: Answer) -> None:
    """Raise why, if a valid contact was not answered 2xx."""
    if not answer.ok:
        raise why_refused(rig, service, answer)


def why_refused(rig: Rig, service: Stand, answer: Answer) -> Red:
    """The outcome for a valid contact that was not answered 2xx."""
    if answer.refuses:
        hint = _refusal(answer) or _reads_forms(service, answer)
        return Red(hint, **shown(answer, field=", ".join(_fields_named(answer))))
    if answer.fails:
        hint = why_failed(rig, service)
        if hint == "fixed-db-host":
            return Red(
                hint, **shown(answer, seen=host_in(_told(service)), log=_told(service)[-400:])
            )
        return Red(hint, **shown(answer, table=_missing_table(service)))
    return Red(**shown(answer))


def has_own_tables(service: Stand) -> bool:
    """Whether the database has a table that no framework makes by itself."""
    return any(not table.startswith(_FRAMEWORK_TABLES) for table in service.tables.names())


def why_failed(rig: Rig, service: Stand) -> str | None:
    """The mistake behind a 5xx on a valid request, if the database tells it."""
    if never_asked_database(service):
        return "fixed-db-host"
    if has_own_tables(service):
        return None
    if rig.manifest.migrate is None:
        return "forgotten-migrate"
    if service.migrated is not None and service.migrated.exit_code() not in {0, None}:
        return None
    return "missing-migration" if _missed_a_table(service) else None


def why_not_sent(service: Stand, marker: str) -> str | None:
    """The mistake behind a mail that the worker did not send, if queue or worker tell it."""
    worker = service.processes.get("worker")
    if worker is None or not service.redis.visits_since(0):
        return None
    if waiting(service, "emails"):
        return "deaf-worker"
    # A row that is there now and was not when the worker looked came too late.
    missed = "DoesNotExist" in worker.output.text() and service.tables.holds(marker)
    return "enqueued-before-commit" if missed else None


def never_asked_database(service: Stand) -> bool:
    """Whether the service was given a PostgreSQL and opened no line to it, ever."""
    return service.postgres is not None and not service.postgres.visits_since(0)


def host_in(log: str) -> str:
    """The host that a PostgreSQL client complains of, `?` if it does not."""
    found = re.search(r'(?:host name|at|host) "([^"]+)"', log)
    return found[1] if found else "?"


def _told(service: Stand) -> str:
    """All that the service wrote, its migrations included."""
    migrating = [service.migrated.output.text()] if service.migrated else []
    return "\n".join([*migrating, *service.all_lines()])


def _missed_a_table(service: Stand) -> bool:
    """Whether the service made tables at all, or complained that one does not exist."""
    told = "\n".join(service.all_lines())
    complained = "no such table" in told or "does not exist" in told
    return complained or bool(service.tables.names()) or service.tables.exists()


def _missing_table(service: Stand) -> str:
    """The name that a database complained of, `?` if it did not."""
    told = "\n".join(service.all_lines())
    found = re.search(r'no such table: (\w+)|relation "(\w+)" does not exist', told)
    return (found[1] or found[2]) if found else "?"


def _reads_forms(service: Stand, answer: Answer) -> str | None:
    """Whether the JSON was refused in the very words that an empty object gets."""
    if not all(answer.names(field) for field in REQUIRED[CONTACT]):
        return None
    empty = service.http.send_spelled("POST", CONTACT, json={})
    return "reads-form-only" if (empty.status, empty.json) == (answer.status, answer.json) else None


def _refusal(answer: Answer) -> str | None:
    text = answer.text.lower()
    if host_refused(answer):
        return "allowed-hosts"
    if answer.status == 403 and "csrf" in text:
        return "csrf"
    if answer.status in {401, 403} and answer.json is not None:
        return "login-required"
    if _fields_named(answer):
        return "breaks-contact"
    return None


def host_refused(answer: Answer) -> bool:
    """Whether Django refused the Host header: 400 in HTML, before any view."""
    return answer.status == 400 and "html" in answer.content_type


def _fields_named(answer: Answer) -> list[str]:
    """Fields of a notification that a contact is refused for want of."""
    body = answer.json
    while isinstance(body, dict) and isinstance(body.get("errors"), dict):
        body = body["errors"]
    keys = {str(key) for key in body} if isinstance(body, dict) else set()
    return [] if keys & set(REQUIRED[CONTACT]) else sorted(keys & set(REQUIRED[NOTIFY]))
