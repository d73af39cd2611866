"""`doctor`: what it reads in a project, the traps it names, the service.toml it proposes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from labs.runner.manifest import read_manifest
from labs.verbs.doctoring.machine import examine_machine
from labs.verbs.doctoring.project import Project
from labs.verbs.doctoring.proposal import propose
from labs.verbs.doctoring.traps import traps_of
from tests.labs.conftest import ROOT, Kit

MANAGE = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")\n'
SETTINGS = """
import os
from decouple import config
DEBUG = False
ALLOWED_HOSTS = ["localhost"]
INSTALLED_APPS = ["rest_framework", "notifications"]
DATABASES = {"default": {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": os.getenv("DB_NAME"), "USER": config("DB_USER"), "HOST": "db.example",
}}
EMAIL_HOST = "smtp.gmail.com"
EMAIL_FILE_PATH = BASE_DIR / "sent_emails"
LOGGING = {"handlers": {"file": {"filename": BASE_DIR / "logs" / "app.log"}}}
BROKER = os.environ["CELERY_BROKER_URL"]
"""
MODELS = "from django.db import models\nclass ContactMessage(models.Model):\n    pass\n"
TASKS = 'app = Celery("x")\napp.conf.task_default_queue = "emails"\n'


def django(folder: Path, **files: str) -> Project:
    """A project as students write it, below a folder of its own."""
    plain = {
        "service/manage.py": MANAGE,
        "service/core/settings.py": SETTINGS,
        "service/core/celery.py": TASKS,
        "service/notifications/models.py": MODELS,
        "service/requirements.txt": "Django==5.0\ncelery==5.4\nredis\npython-decouple\n",
    }
    for name, text in {**plain, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return Project(folder)


def ids(project: Project) -> set[str]:
    """What was found."""
    return {found.id for found in traps_of(project)}


def test_the_traps_of_a_usual_project_are_named(tmp_path: Path) -> None:
    """Each with an id of its own, in one look that runs nothing."""
    assert ids(django(tmp_path)) >= {
        "missing-migration", "fixed-db-host", "fixed-smtp", "allowed-hosts",
        "celery-without-redis", "no-driver", "not-listed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"service/main.py": "app.run(port=8002, debug=True)"}, {"fixed-port", "reloader-orphan"}),
        ({"service/entrypoint.sh": "#!/bin/sh\r\nexec x\r\n"}, {"crlf-script"}),
        ({"service/broken.py": "def ("}, {"not-python"}),
        ({"service/core/settings.py": "DEBUG = True\n"}, {"debug-on"}),
    ],
)
def test_other_traps(tmp_path: Path, files: dict[str, str], found: set[str]) -> None:
    """One file each that brings them."""
    assert found <= ids(django(tmp_path, **files))


def test_what_is_right_is_no_trap(tmp_path: Path) -> None:
    """A migration, an extra, a driver, and the environment asked: nothing is left to say."""
    settings = (
        'import os\nDEBUG = os.getenv("DEBUG") == "1"\nALLOWED_HOSTS = ["127.0.0.1"]\n'
        'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", '
        '"HOST": os.getenv("DB_HOST", "db")}}\n'
    )
    project = django(
        tmp_path,
        **{
            "service/core/settings.py": settings,
            "service/notifications/migrations/0001_initial.py": "",
            "service/requirements.txt": "Django>=5.2\ncelery[redis]==5.4\npsycopg2-binary\n",
        },
    )
    assert ids(project) == set()


def test_the_proposal_is_a_service_toml_that_fits(tmp_path: Path) -> None:
    """Beside manage.py: commands, the student's names for what the judge gives, folders, kind."""
    project = django(tmp_path)
    for language in ("en", "es"):
        (project.root / "service.toml").write_text(propose(project, language), encoding="utf-8")
        manifest = read_manifest(project.root)
        assert manifest.migrate is not None
        assert manifest.install[0][-1] == "requirements.txt"
        assert manifest.env["DB_USER"] == "{db_user}"
        assert manifest.env["CELERY_BROKER_URL"] == "{redis_url}"
        assert manifest.processes["worker"][-2:] == ("-Q", "emails")
        assert manifest.mail_dirs == ("sent_emails",)
        assert manifest.log_files == ("logs/app.log",)
        assert manifest.database == "postgres"


def test_other_frameworks_get_their_own_command(tmp_path: Path) -> None:
    """FastAPI by uvicorn; a folder that tells nothing still gets a file that can be read."""
    (tmp_path / "main.py").write_text("from fastapi import FastAPI\napp = FastAPI()\n", "utf-8")
    (tmp_path / "service.toml").write_text(propose(Project(tmp_path), "en"), encoding="utf-8")
    assert "main:app" in read_manifest(tmp_path).web
    (tmp_path / "main.py").unlink()
    (tmp_path / "service.toml").write_text(propose(Project(tmp_path), "es"), encoding="utf-8")
    assert read_manifest(tmp_path).web


def test_write_never_overwrites(kit: Kit) -> None:
    """The first time it writes; after that the student's file is theirs."""
    django(kit.home / "mine")
    assert kit("doctor", "--dir", "mine", "--write").code == 1
    path = kit.home / "mine" / "service" / "service.toml"
    path.write_text("mine", encoding="utf-8")
    assert kit("doctor", "--dir", "mine", "--write", language="es").code == 1
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("stage", ["00-start", "03-mail", "07-idempotency"])
def test_solutions_have_no_traps(
    stage: str, tmp_path: Path, solution: Callable[[str, Path], Path]
) -> None:
    """What the guides teach is never called a trap."""
    assert {
        one.id for one in traps_of(Project(solution(stage, tmp_path / "s"))) if one.state == "trap"
    } == set()


def test_the_kit_itself_can_be_read() -> None:
    """A large repository is looked at without an error."""
    assert list(traps_of(Project(ROOT / "email_service"))) is not None
    assert {one.id for one in examine_machine()} >= {"python"}
