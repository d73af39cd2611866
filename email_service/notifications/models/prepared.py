"""Statements that a PostgreSQL session plans once: planning one takes as long as running it."""

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

# A plan is made for tables of the size that they have then, and an empty one may fill quickly:
# each plan serves twice as many runs as the one before it.
_FIRST_RUNS, _MOST_RUNS = 8, 512


class _Plan(NamedTuple):
    """A session's plan of one statement: its number there, the runs it has left, and had."""

    number: int
    left: int
    of: int


class Prepared:
    """A statement with parameters `$1`, `$2`… of these `types`, kept in each session by `name`."""

    def __init__(self, name: str, types: Sequence[str], statement: str) -> None:
        self._name = name
        self._signature = f"({', '.join(types)}) AS {statement}"
        self._values = f"({', '.join(f'%s::{kind}' for kind in types)})"
        self._numbers = count(1)
        # By the driver's sessions, as they are opened and lost.
        self._plans: WeakKeyDictionary[Any, _Plan] = WeakKeyDictionary()

    def run(self, cursor: Any, values: Sequence[Any]) -> None:
        """Execute it on this cursor, which its rows are read from."""
        session = cursor.connection
        # Forgotten until all went well: after an error nobody knows what the session still has.
        plan = self._plans.pop(session, None)
        if not plan or not plan.left:
            plan = self._planned(cursor, plan)
        cursor.execute(f"EXECUTE {self._name}_{plan.number} {self._values}", values)
        self._plans[session] = plan._replace(left=plan.left - 1)

    def _planned(self, cursor: Any, older: _Plan | None) -> _Plan:
        """Have the session plan it, under a name that it never had, and drop the older plan.

        Left to itself, PostgreSQL plans a turn anew for the values of each run: it estimates
        planning at next to nothing, and that took it twice as long as the plan saved.
        """
        number = next(self._numbers)
        drop = f"; DEALLOCATE {self._name}_{older.number}" if older else ""
        cursor.execute(
            "SET plan_cache_mode = force_generic_plan; "
            f"PREPARE {self._name}_{number} {self._signature}{drop}"
        )
        runs = min(2 * older.of, _MOST_RUNS) if older else _FIRST_RUNS
        return _Plan(number, runs, runs)


def array(values: Iterable[object]) -> str:
    """These numbers, UUIDs or plain words as PostgreSQL spells an array; None is NULL.

    Given a list, the driver asks about each value how it is spelled: a tenth of a turn.
    """
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"
