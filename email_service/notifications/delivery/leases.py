"""What this process holds, until when it may act on it, and the renewal."""

from collections.abc import Callable
from time import monotonic
from uuid import UUID

from email_service.notifications.delivery.clerk import Clerk
from email_service.notifications.models import Claimed, NotificationLog


class LeaseLost(Exception):
    """Somebody else holds the row, or may (too long since the last renewal): nothing may leave."""


class Leases:
    """The tokens that rows are held by, each with the moment of its last renewal.

    The moment is taken before the statement starts, by the monotonic clock: it can only make
    us stop too early, never too late. `claims` is a connection of its own for claiming, so that
    nobody who settles has to wait for it.
    """

    def __init__(self, clerk: Clerk, seconds: float, *, claims: Clerk | None = None) -> None:
        self._clerk = clerk
        self._claims = claims or clerk
        self._seconds = seconds
        self._rows: dict[UUID, set[int]] = {}
        self._renewed: dict[UUID, float] = {}

    async def claim(self, limit: int, *, alone: bool = False) -> list[Claimed]:
        """Claim up to `limit` due rows and hold them."""
        started = monotonic()
        rows = await self._claims.do(
            NotificationLog.objects.claim, limit, self._seconds, alone=alone
        )
        for row in rows:
            self._rows.setdefault(row.token, set()).add(row.pk)
            self._renewed[row.token] = started
        return rows

    async def release(self, rows: list[Claimed]) -> None:
        """Give these unstarted rows back."""
        for token in {row.token for row in rows}:
            ids = [row.pk for row in rows if row.token == token]
            await self._clerk.do(NotificationLog.objects.release, ids, token)
        for row in rows:
            self.drop(row)

    def drop(self, row: Claimed) -> None:
        """This row is held no longer."""
        held = self._rows.get(row.token, set())
        held.discard(row.pk)
        if not held:
            self._rows.pop(row.token, None)
            self._renewed.pop(row.token, None)

    async def renew(self) -> None:
        """Hold everything held for another period; nothing of what somebody else took may leave."""
        started = monotonic()
        leases = [(row, token) for token, rows in self._rows.items() for row in rows]
        if not leases:
            return
        held = await self._clerk.do(NotificationLog.objects.renew, leases, self._seconds)
        for row, token in set(leases) - held:
            self._rows.get(token, set()).discard(row)
        self._renewed.update({token: started for _, token in leases if token in self._rows})

    def guard(self, row: Claimed) -> Callable[[], None]:
        """A check for right before the final dot: raises LeaseLost if `row` may have lapsed."""

        def check() -> None:
            if row.pk not in self._rows.get(row.token, ()):
                raise LeaseLost("somebody else holds the row")
            since = monotonic() - self._renewed[row.token]
            if since >= self._seconds:
                raise LeaseLost(f"{since:.1f} s since the last renewal")

        return check
