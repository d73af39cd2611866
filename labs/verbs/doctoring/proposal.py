"""The `service.toml` that fits a project, as far as its files tell."""

import json
import re
from collections.abc import Iterator

from kit_commands.voice import Text
from labs.verbs.doctoring.project import Project

GIVEN = {
    *("PORT", "DATABASE_URL", "REDIS_URL", "EMAIL_TRANSPORT", "EMAIL_HOST", "EMAIL_PORT"),
    *("EMAIL_FILE_PATH", "CONTACT_RECIPIENT", "EMAIL_RETRY_DELAY", "CORS_ALLOWED_ORIGINS"),
}
"""What every service gets without asking."""
_DATABASE = r"(DB|DATABASE|POSTGRES|POSTGRESQL|PG|SQL)_?"
NAMES = (
    (_DATABASE + r"HOST", "{db_host}"),
    (_DATABASE + r"PORT", "{db_port}"),
    (_DATABASE + r"(NAME|DB|DATABASE)", "{db_name}"),
    (_DATABASE + r"USER(NAME)?", "{db_user}"),
    (_DATABASE + r"(PASSWORD|PASS)", "{db_password}"),
    (r"(SQLITE|DB)_(PATH|FILE)", "{db_path}"),
    (r".*BROKER.*|CELERY_RESULT_BACKEND|REDIS_URI|CACHE_URL", "{redis_url}"),
    (r"REDIS_?HOST", "{redis_host}"),
    (r"REDIS_?PORT", "{redis_port}"),
    (r"(SMTP|MAIL)_(HOST|SERVER)", "{smtp_host}"),
    (r"(SMTP|MAIL)_PORT", "{smtp_port}"),
    (r"(CONTACT|ADMIN|OWNER|TO|RECIPIENT).*E?MAIL|.*RECIPIENT.*", "{contact_to}"),
    (r"(EMAIL|MAIL)_(DIR|FOLDER|PATH|OUTPUT.*)", "{mail_dir}"),
    (r".*RETRY_DELAY.*", "{retry_delay}"),
    (r"(DJANGO_)?SECRET_KEY", "only-for-the-judge"),
    (r"(DJANGO_)?DEBUG", "False"),
    (r"(DJANGO_)?ALLOWED_HOSTS", "127.0.0.1,localhost"),
    (r"EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend"),
    (r"(EMAIL|SMTP)_USE_(TLS|SSL)", "False"),
    (r"EMAIL_HOST_(USER|PASSWORD)", ""),
)
"""Usual names of variables and what the judge has for them."""

HEAD = Text(
    en="# How this service is started, proposed by “doctor” from what it read. Correct what is "
    "wrong.",
    es="# Cómo se arranca este servicio, propuesto por «doctor» según lo que leyó. Corrige lo que "
    "no sea.",
)
UNKNOWN = Text(
    en="# The command that starts your service was not found: write it here.",
    es="# No se encontró la orden que arranca tu servicio: escríbela aquí.",
)
UNMAPPED = Text(
    en="# Also read by your code; give them a value if it does not start without: {names}",
    es="# Tu código lee además; dales un valor si sin ellas no arranca: {names}",
)


def propose(project: Project, language: str) -> str:
    """The file's text."""
    return "\n".join(_lines(project, language)) + "\n"


def mapped(names: list[str]) -> dict[str, str]:
    """The variables whose meaning is known, with their placeholder or value."""
    found = {}
    for name in names:
        value = next((value for pattern, value in NAMES if re.fullmatch(pattern, name)), None)
        if value is not None and name not in GIVEN:
            found[name] = value
    return found


def uses_postgres(project: Project) -> bool:
    """Whether the settings name PostgreSQL and have no way to SQLite."""
    text = project.settings_text
    return "postgresql" in text and "sqlite3" not in text and "DATABASE_URL" not in text


def _lines(project: Project, language: str) -> Iterator[str]:
    yield _said(HEAD, language)
    yield "format = 1"
    yield "\n[service]\nport = 8002"
    yield from _service(project, language)
    if project.celery_app:
        queue = ["-Q", "emails"] if _names_queue(project) else []
        command = ["{python}", "-m", "celery", "-A", project.celery_app, "worker", "-l", "info"]
        yield f"\n[processes]\nworker = {_list([*command, *queue])}"
    yield from _env(project, language)
    yield from _request(project)
    files = _log_files(project)
    if files:
        yield f"\n[logs]\nfiles = {_list(files)}"
    dirs = _mail_dirs(project)
    if dirs:
        yield f"\n[mail]\ndirs = {_list(dirs)}"
    yield f'\n[database]\nkind = "{"postgres" if uses_postgres(project) else "sqlite"}"'


def _service(project: Project, language: str) -> Iterator[str]:
    if project.requirements:
        path = project.requirements
        inside = path.is_relative_to(project.root)
        name = path.relative_to(project.root) if inside else f"../{path.name}"
        words = ["{python}", "-m", "pip", "install", "-r", str(name).replace("\\", "/")]
        yield f"install = [{_list(words)}]"
    if project.manage:
        yield f"migrate = {_list(['{python}', 'manage.py', 'migrate', '--noinput'])}"
        serve = ["{python}", "manage.py", "runserver", "127.0.0.1:{port}", "--noreload"]
        yield f"web = {_list(serve)}"
    elif project.application:
        yield f"web = {_list(_serving(project))}"
    else:
        yield _said(UNKNOWN, language)
        yield f"web = {_list(['program', '--port', '{port}'])}"


def _serving(project: Project) -> list[str]:
    if "Flask(" in "".join(source.text for source in project.sources):
        app = ["{python}", "-m", "flask", "--app", project.application, "run"]
        return [*app, "--port", "{port}", "--no-reload"]
    return ["{python}", "-m", "uvicorn", project.application, "--port", "{port}"]


def _env(project: Project, language: str) -> Iterator[str]:
    known = mapped(project.environment_names)
    others = [
        name
        for name in project.environment_names
        if name not in known and name not in GIVEN and name != "DJANGO_SETTINGS_MODULE"
    ]
    if known or others:
        yield "\n[env]"
    yield from (f"{name} = {json.dumps(value)}" for name, value in known.items())
    if others:
        yield _said(UNMAPPED, language).format(names=", ".join(others))


def _request(project: Project) -> Iterator[str]:
    text = "\n".join(source.text for source in project.sources)
    if "message_id" in text:
        return
    field = next((name for name in ("idempotency_key", "uuid") if f'"{name}"' in text), "")
    header = "Idempotency-Key" if re.search(r"Idempotency[-_]Key", text, re.IGNORECASE) else ""
    if field or header:
        yield f'\n[request]\nid_field = "{field}"\nid_header = "{header if not field else ""}"'


def _names_queue(project: Project) -> bool:
    return any(re.search(r"['\"]emails['\"]", source.text) for source in project.sources)


def _log_files(project: Project) -> list[str]:
    found = re.findall(r"['\"]filename['\"]:\s*\(?([^,\n]+)", project.settings_text)
    return list(filter(None, (_as_path(words) for words in found)))


def _mail_dirs(project: Project) -> list[str]:
    found = re.findall(r"^EMAIL_FILE_PATH\s*=\s*(.+)$", project.settings_text, re.MULTILINE)
    fixed = [words for words in found if "env" not in words and "config" not in words]
    return list(filter(None, (_as_path(words) for words in fixed)))


def _as_path(words: str) -> str:
    """`BASE_DIR / "logs" / "app.log"` as logs/app.log."""
    return "/".join(re.findall(r"['\"]([^'\"]+)['\"]", words))


def _list(words: list[str]) -> str:
    return json.dumps(words, ensure_ascii=False)


def _said(text: Text, language: str) -> str:
    return text.es if language == "es" else text.en
