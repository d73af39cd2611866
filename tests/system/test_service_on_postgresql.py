"""Whatever the service's tests prove on SQLite, PostgreSQL has to bear out."""

import os
import subprocess
import sys

from tests.engines.postgres import Postgres
from tests.engines.service import ROOT, environment


def test_the_database_tests_hold_on_postgresql_too(postgres: Postgres) -> None:
    """Every test of the service that uses the database passes on PostgreSQL as well."""
    options = ["-m", "database", "-q", "-p", "no:cacheprovider", "-p", "kit_commands.programs"]
    with postgres.database() as name:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "tests/service", *options],
            cwd=ROOT,
            env=environment(postgres.url_of(name), KIT_STRICT=os.environ.get("KIT_STRICT", "0")),
            capture_output=True,
            text=True,
            timeout=300,
        )
    # 1 is a red test, 5 that nothing was chosen: neither may pass unseen.
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2_000:]
