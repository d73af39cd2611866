"""The one question asked of the database every second: are you there, and are you migrated?"""

from functools import cache

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from email_service.database.deadline import budget
from email_service.database.watch import Watch

PROBE_SECONDS = 1.5
# What Django raises when a database is away, silent, or not the one that was expected.
UNAVAILABLE = (DatabaseError, InterfaceError)


def missing_migrations() -> int:
    """How many apps lack their newest migration, from a read of the migrations' own table.

    `SELECT 1` would not do: SQLite answers it without opening the file. Raises what
    UNAVAILABLE lists.
    """
    with budget(PROBE_SECONDS):
        applied = set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    return len(_newest() - applied)


@cache
def database_watch() -> Watch[int]:
    """The watch that asks it, one in a process; its value is `missing_migrations`."""
    return Watch(missing_migrations, UNAVAILABLE)


@cache
def _newest() -> frozenset[tuple[str, str]]:
    """The last migration of each app, as the code on disk has it."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())
