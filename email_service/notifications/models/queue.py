"""Questions and changes of the outbox as a queue.

Each change is one statement whose WHERE holds the whole condition, so two who try at once
have one winner. SQLite silently leaves out SKIP LOCKED: the condition is the guarantee, the
row lock only spares PostgreSQL's claimers from waiting for one another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import connection, models, transaction
from django.db.models import Count, F, Q, Value

from email_service.notifications.models.claimed import COLUMNS, Claimed
from email_service.notifications.models.clock import after, now
from email_service.notifications.models.plain_claim import plain_claim

if TYPE_CHECKING:
    from email_service.notifications.models.notification import NotificationLog


class NotificationQuerySet(models.QuerySet["NotificationLog"]):
    """The outbox. Status words are written here and in `settling`, nowhere else."""

    def due(self) -> NotificationQuerySet:
        """Queued rows whose time has come and that nobody holds, oldest first."""
        free = Q(lease_until=None) | Q(lease_until__lte=now())
        return self.filter(free, status="queued", next_attempt_at__lte=now()).order_by(
            "next_attempt_at", "id"
        )

    def unfinished(self) -> NotificationQuerySet:
        """Rows that are queued or being sent."""
        return self.filter(next_attempt_at__isnull=False)

    def ended_badly(self) -> NotificationQuerySet:
        """Rows that were given up, or of whose recipients some were."""
        return self.filter(next_attempt_at=None).exclude(last_error="")

    def in_state(self, status: str) -> NotificationQuerySet:
        """Rows with this status, found without a look at the many that were sent."""
        some = {
            "queued": self.unfinished(),
            "sending": self.unfinished(),
            "partially_sent": self.ended_badly(),
            "failed": self.ended_badly(),
        }
        return some.get(status, self).filter(status=status)

    def count_by_status(self) -> dict[str, int]:
        """How many rows have each status that any has, in one statement so that they add up.

        Those that were sent are the rest: nobody has to look at each of so many.
        """
        kinds = [
            self.annotate(which=Value("all")).values_list("which"),
            self.unfinished().values_list("status"),
            self.ended_badly().values_list("status"),
        ]
        first, *others = (rows.order_by().annotate(Count("pk")) for rows in kinds)
        counts = dict(first.union(*others, all=True))
        everything = counts.pop("all", 0)
        return {**counts, "sent": everything - sum(counts.values())}

    def held(self, token: UUID) -> NotificationQuerySet:
        """Rows that the holder of `token` may still change."""
        return self.filter(lease_token=token)

    def claim(self, limit: int, lease: float, *, alone: bool = False) -> list[Claimed]:
        """Take up to `limit` due rows for `lease` seconds; a fresh token fences them.

        `alone` asks for rows that once lost their sender; the others are left out then.
        """
        if connection.vendor == "postgresql":
            return plain_claim(limit, lease, alone=alone)
        token = uuid4()
        with transaction.atomic():
            due = self.due().filter(alone=alone).select_for_update(skip_locked=True)
            rows = [Claimed._make((*found, token)) for found in due.values_list(*COLUMNS)[:limit]]
            free = self.filter(pk__in=[row.pk for row in rows]).due()
            if free.update(lease_token=token, lease_until=after(lease)) < len(rows):
                ours = set(self.held(token).values_list("pk", flat=True))
                rows = [row for row in rows if row.pk in ours]
        return rows

    def renew(self, leases: Collection[tuple[int, UUID]], lease: float) -> set[tuple[int, UUID]]:
        """Hold these rows for `lease` seconds more; those that their tokens hold no longer are
        left out of the result.

        (The rows are named because tokens have no index: it would cost every mail three writes.)
        """
        rows = self.filter(pk__in=[row for row, _ in leases])
        ours = rows.filter(lease_token__in={token for _, token in leases})
        if ours.update(lease_until=after(lease)) == len(leases):
            return set(leases)
        return set(leases) & set(rows.values_list("pk", "lease_token"))

    def release(self, ids: Iterable[int], token: UUID) -> int:
        """Give back rows that were claimed and not taken."""
        unstarted = self.held(token).filter(pk__in=ids, status="queued")
        return unstarted.update(lease_token=None, lease_until=None)

    def meet_outage(self) -> int:
        """Note, on every due row, that it now met an outage for the first time."""
        return self.due().filter(outage_since=None).update(outage_since=now())

    def overdue(self, max_age: float) -> NotificationQuerySet:
        """Due rows whose first outage lies more than `max_age` seconds back."""
        return self.due().filter(outage_since__lte=after(-max_age))

    def give_up(self, error: str) -> list[NotificationLog]:
        """End these queued rows as failed, and return them; a replay gives a new budget."""
        with transaction.atomic():
            rows = list(self.filter(status="queued").select_for_update().defer("mime"))
            self.model.objects.filter(pk__in=[row.pk for row in rows], status="queued").update(
                status="failed", last_error=error[:500], next_attempt_at=None
            )
        return rows

    def replay(self, retries: int) -> int:
        """Re-queue failed rows at once with a new budget of 1 + `retries` attempts."""
        return self.filter(status="failed").update(
            status="queued",
            attempt_limit=F("attempt_count") + 1 + retries,
            next_attempt_at=now(),
            protocol_errors=0,
            refused={},
            outage_since=None,
            alone=False,
        )
