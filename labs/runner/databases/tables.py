"""What the judge asks a database, whatever its engine and schema."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

HIDDEN = "kit_hidden_"


@dataclass(frozen=True)
class Row:
    """One row in which a marker was found: its table, and its values by column."""

    table: str
    values: dict[str, Any]

    def holds(self, word: str) -> bool:
        """Whether a text column is exactly `word`."""
        return any(value == word for value in self.values.values())


def texts_in(value: Any) -> Iterator[str]:
    """The texts of a column: itself, and those inside it where it holds JSON."""
    if isinstance(value, str):
        yield value
        with suppress(ValueError, RecursionError):
            held = json.loads(value) if value[:1] in "{[" else None
            yield from texts_in(held)
    elif isinstance(value, dict):
        yield from (text for one in value.values() for text in texts_in(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in texts_in(one))


class Tables(ABC):
    """A database as a set of tables; every question opens its own connection."""

    @abstractmethod
    def names(self) -> list[str]:
        """The tables that the service made; empty if there is no database yet."""

    @abstractmethod
    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of one table, each by column name."""

    @abstractmethod
    def count(self, table: str) -> int:
        """How many rows one table has."""

    @abstractmethod
    def rename(self, renames: dict[str, str]) -> None:
        """Rename tables, old names to new, in one transaction."""

    @abstractmethod
    def locked(self) -> AbstractContextManager[None]:
        """Nobody else can write while the block runs."""

    @abstractmethod
    def exists(self) -> bool:
        """Whether somebody has opened the database at all."""

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Every table renamed while the block runs, then renamed back."""
        names = self.names()
        self.rename({name: HIDDEN + name for name in names})
        try:
            yield
        finally:
            self.rename({HIDDEN + name: name for name in names})

    def find(self, marker: str) -> list[Row]:
        """Every row, of any table, with a text value that contains `marker`."""
        return [
            Row(table, values)
            for table in self.names()
            for values in self.rows(table)
            if any(_mentions(value, marker) for value in values.values())
        ]

    def holds(self, marker: str) -> bool:
        """Whether any table contains the marker."""
        return bool(self.find(marker))

    def sizes(self) -> dict[str, int]:
        """The number of rows of each table."""
        return {table: self.count(table) for table in self.names()}

    def rows_with(self, marker: str) -> dict[str, int]:
        """How many rows with the marker each table has; tables without it are left out."""
        found = [row.table for row in self.find(marker)]
        return {table: found.count(table) for table in set(found)}


def _mentions(value: Any, marker: str) -> bool:
    """Whether a column holds the marker, as it is or escaped inside JSON."""
    return marker in str(value) or any(marker in text for text in texts_in(value))
