"""The one thread that writes: what is waiting is committed together, nothing waits for more."""

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NamedTuple, TypeVar

Result = TypeVar("Result")
Change = Callable[[sqlite3.Connection], Result]

_LARGEST_GROUP = 200


class _Order(NamedTuple):
    change: Change[Any]
    done: "Future[Any]"


class Writer:
    """Runs changes in the order they were given; a change is answered after its commit."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="mock_smtp writer")
        self._thread.start()

    def submit(self, change: Change[Result]) -> "Future[Result]":
        """Order a change; the future holds its value once it is committed, or its error."""
        done: Future[Result] = Future()
        self._orders.put(_Order(change, done))
        return done

    def close(self) -> None:
        """Finish what was ordered, then stop."""
        self._orders.put(None)
        self._thread.join()
        self._connection.close()

    def _work(self) -> None:
        while (order := self._orders.get()) is not None:
            group, last = self._group(order)
            self._commit(group)
            if last:
                return

    def _group(self, order: _Order) -> tuple[list[_Order], bool]:
        group = [order]
        while len(group) < _LARGEST_GROUP:
            try:
                following = self._orders.get_nowait()
            except queue.Empty:
                return group, False
            if following is None:
                return group, True
            group.append(following)
        return group, False

    def _commit(self, group: list[_Order]) -> None:
        try:
            values = self._together([order.change for order in group])
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to whoever ordered
            if len(group) == 1:
                _fail(group[0].done, error)
                return
            # One bad change must not take its neighbours with it.
            for order in group:
                self._commit([order])
            return
        for order, value in zip(group, values, strict=True):
            _resolve(order.done, value)

    def _together(self, changes: list[Change[Any]]) -> list[Any]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            values = [change(self._connection) for change in changes]
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        return values


def _resolve(done: "Future[Any]", value: object) -> None:
    # A client that hung up has cancelled its wait; the change is kept all the same.
    if done.set_running_or_notify_cancel():
        done.set_result(value)


def _fail(done: "Future[Any]", error: Exception) -> None:
    if done.set_running_or_notify_cancel():
        done.set_exception(error)
