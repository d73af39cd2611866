"""What this process holds, until when it may act on it, and the renewal."""

from collections.abc import Callable
from time import monotonic
from uuid import UUID

from email_service.notifications.delivery.clerk import Clerk
from email_service.notifications.models import Claimed, NotificationLog


class LeaseLost(Exception):
    """Too long since the last renewal: somebody else may hold the row, so nothing may leave."""


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
        held = self._rows[row.token]
        held.discard(row.pk)
        if not held:
            del self._rows[row.token]
            del self._renewed[row.token]

    async def renew(self) -> None:
        """Hold everything held for another period."""
        started, tokens = monotonic(), list(self._rows)
        if not tokens:
            return
        ids = [row for rows in self._rows.values() for row in rows]
        await self._clerk.do(NotificationLog.objects.renew, ids, tokens, self._seconds)
        self._renewed.update({token: started for token in tokens if token in self._rows})

    def guard(self, token: UUID) -> Callable[[], None]:
        """A check for right before the final dot: raises LeaseLost if `token` may have lapsed."""

        def check() -> None:
            since = monotonic() - self._renewed.get(token, float("-inf"))
            if since >= self._seconds:
                raise LeaseLost(f"{since:.1f} s since the last renewal")

        return check
