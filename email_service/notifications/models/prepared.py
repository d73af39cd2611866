"""Statements that a PostgreSQL session plans once: planning one takes as long as running it."""

from collections.abc import Iterable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

# A plan that was made for small tables serves so many runs.
_RUNS_A_PLAN = 500


class Prepared:
    """A statement with parameters `$1`, `$2`… of these `types`, kept in each session by `name`."""

    def __init__(self, name: str, types: Sequence[str], statement: str) -> None:
        self._name = name
        self._prepare = f"PREPARE {name} ({', '.join(types)}) AS {statement}"
        self._execute = f"EXECUTE {name} ({', '.join(f'%s::{kind}' for kind in types)})"
        # The driver's sessions, as they are opened and lost, each with the runs it has left.
        self._left: WeakKeyDictionary[Any, int] = WeakKeyDictionary()

    def run(self, cursor: Any, values: Sequence[Any]) -> None:
        """Execute it on a cursor of this thread's session, which its rows are read from."""
        session = connection.connection
        left = self._left.get(session)
        if not left:
            if left == 0:
                cursor.execute(f"DEALLOCATE {self._name}")
            cursor.execute(self._prepare)
            left = _RUNS_A_PLAN
        self._left[session] = left - 1
        cursor.execute(self._execute, values)


def array(values: Iterable[object]) -> str:
    """These numbers, UUIDs or plain words as PostgreSQL spells an array; None is NULL.

    Given a list, the driver asks about each value how it is spelled: a tenth of a turn.
    """
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"
