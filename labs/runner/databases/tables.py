"""What the judge asks a database, whatever its engine and schema."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
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
    def hidden(self) -> AbstractContextManager[None]:
        """Every table renamed while the block runs, then renamed back."""

    @abstractmethod
    def locked(self) -> AbstractContextManager[None]:
        """Nobody else can write while the block runs."""

    def find(self, marker: str) -> list[Row]:
        """Every row, of any table, with a text value that contains `marker`."""
        return [
            Row(table, values)
            for table in self.names()
            for values in self.rows(table)
            if any(marker in str(value) for value in values.values() if value is not None)
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
