"""Statements that a PostgreSQL session plans once: planning one takes as long as running it."""

from collections.abc import Iterable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

# A plan is made for tables of the size that they have then, and an empty one may fill quickly:
# each plan serves twice as many runs as the one before it.
_FIRST_RUNS, _MOST_RUNS = 8, 512


class Prepared:
    """A statement with parameters `$1`, `$2`… of these `types`, kept in each session by `name`."""

    def __init__(self, name: str, types: Sequence[str], statement: str) -> None:
        self._name = name
        self._prepare = f"PREPARE {name} ({', '.join(types)}) AS {statement}"
        self._execute = f"EXECUTE {name} ({', '.join(f'%s::{kind}' for kind in types)})"
        # The driver's sessions, as they are opened and lost: runs that the plan has left, and had.
        self._runs: WeakKeyDictionary[Any, tuple[int, int]] = WeakKeyDictionary()

    def run(self, cursor: Any, values: Sequence[Any]) -> None:
        """Execute it on a cursor of this thread's session, which its rows are read from."""
        session = connection.connection
        left, of = self._runs.get(session, (0, 0))
        if not left:
            self._plan(cursor, again=bool(of))
            left = of = min(2 * of or _FIRST_RUNS, _MOST_RUNS)
        self._runs[session] = (left - 1, of)
        cursor.execute(self._execute, values)

    def _plan(self, cursor: Any, *, again: bool) -> None:
        """Have the session plan it (`again`: it has an older plan).

        Left to itself, PostgreSQL plans a turn anew for the values of each run: it estimates
        planning at next to nothing, and that took it twice as long as the plan saved.
        """
        if again:
            cursor.execute(f"DEALLOCATE {self._name}")
        cursor.execute(f"SET plan_cache_mode = force_generic_plan; {self._prepare}")


def array(values: Iterable[object]) -> str:
    """These numbers, UUIDs or plain words as PostgreSQL spells an array; None is NULL.

    Given a list, the driver asks about each value how it is spelled: a tenth of a turn.
    """
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"
