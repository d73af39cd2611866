"""What an outcome means for its row. One owner of retries: this file decides, the row remembers."""

from dataclasses import dataclass
from random import random

from email_service.environment import Environment
from email_service.notifications.models import Claimed, OpenAttempt, Outcome, Settlement, Status
from email_service.transports import Delivery, Reply, Verdict

_OUTCOMES = {
    Verdict.SENT: Outcome.SENT,
    Verdict.TRANSIENT: Outcome.TRANSIENT,
    Verdict.PROTOCOL: Outcome.TRANSIENT,
    Verdict.PERMANENT: Outcome.PERMANENT,
    Verdict.UNCERTAIN: Outcome.UNCERTAIN,
}


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The rules in numbers; all times in seconds.

    `delay` times `backoff` per retry, lengthened by up to `jitter` of itself and never
    shortened. `hold` ends an uncertain hand-over instead of repeating it. A lease lasts
    `lease` and is renewed every `renewal`; a refused server is probed every `probe`.
    """

    retries: int = 3
    delay: float = 5
    backoff: float = 1
    jitter: float = 0
    max_age: float = 3600
    hold: bool = False
    connections: int = 4
    lease: float = 15
    renewal: float = 5
    probe: float = 5
    poll: float = 0.1

    @classmethod
    def of(cls, environment: Environment) -> "Policy":
        """The rules that the environment asks for."""
        return cls(
            retries=environment.email_max_retries,
            delay=environment.email_retry_delay,
            backoff=environment.email_retry_backoff,
            jitter=environment.email_retry_jitter,
            max_age=environment.email_max_age,
            hold=environment.email_uncertain == "hold",
            connections=environment.email_connections,
        )

    def settlement(
        self, row: Claimed, attempt: OpenAttempt, delivery: Delivery, duration_ms: int
    ) -> Settlement:
        """What becomes of `row` after `attempt` of it ended with `delivery`."""
        if _reached_all_at_once(row, delivery):
            return Settlement(
                row=row.pk,
                token=row.token,
                attempt=attempt.pk,
                outcome=Outcome.SENT,
                phase=delivery.phase,
                status=Status.SENT,
                smtp_code=delivery.reply.code if delivery.reply else None,
                duration_ms=duration_ms,
                reached=row.recipients,
                protocol_errors=row.protocol_errors,
            )
        verdict = self._final_verdict(row, delivery)
        again = _worth_another(row, delivery, verdict)
        exhausted = attempt.number >= row.attempt_limit
        left = [] if exhausted else again
        refused = _refusals(row, delivery, given_up=set(again) - set(left), keep=left)
        reached = [*row.reached, *_reached_now(row, delivery)]
        partial = delivery.verdict == Verdict.SENT and bool(delivery.refused or delivery.deferred)
        status = _status(left, reached, refused)
        return Settlement(
            row=row.pk,
            token=row.token,
            attempt=attempt.pk,
            outcome=Outcome.PARTIAL if partial else _OUTCOMES[verdict],
            phase=delivery.phase,
            status=status,
            smtp_code=delivery.reply.code if delivery.reply else None,
            error="" if verdict == Verdict.SENT and not partial else _words(delivery),
            duration_ms=duration_ms,
            retry_in=self._wait(row, attempt) if left else None,
            recipients=[*row.refused, *row.recipients] if status == Status.FAILED else left,
            reached=reached,
            refused=refused,
            narrowed=bool(row.reached or row.refused or refused),
            protocol_errors=row.protocol_errors + (delivery.verdict == Verdict.PROTOCOL),
        )

    def _final_verdict(self, row: Claimed, delivery: Delivery) -> Verdict:
        """The verdict, the twice-met protocol error being final (it once was a bad address)."""
        if delivery.verdict == Verdict.PROTOCOL:
            return Verdict.PERMANENT if row.protocol_errors else Verdict.TRANSIENT
        if delivery.verdict == Verdict.UNCERTAIN and self.hold:
            return Verdict.PERMANENT
        return delivery.verdict

    def _wait(self, row: Claimed, attempt: OpenAttempt) -> float:
        """Seconds until the next attempt; the n-th retry of this budget waits backoff^(n-1)."""
        nth = attempt.number - (row.attempt_limit - 1 - self.retries)
        return self.delay * self.backoff ** max(nth - 1, 0) * (1 + self.jitter * random())  # noqa: S311


def _reached_all_at_once(row: Claimed, delivery: Delivery) -> bool:
    """Whether the mail reached everybody whom it was ever meant for: most do."""
    missed = delivery.refused or delivery.deferred or row.reached or row.refused
    return delivery.verdict == Verdict.SENT and not missed


def _worth_another(row: Claimed, delivery: Delivery, verdict: Verdict) -> list[str]:
    """The recipients that another attempt may still reach."""
    if verdict == Verdict.SENT:
        return [who for who in row.recipients if who in delivery.deferred]
    if verdict == Verdict.PERMANENT:
        return []
    final = {who for who, reply in delivery.refused.items() if reply.verdict == Verdict.PERMANENT}
    return [who for who in row.recipients if who not in final]


def _reached_now(row: Claimed, delivery: Delivery) -> list[str]:
    """The recipients that this attempt reached."""
    if delivery.verdict != Verdict.SENT:
        return []
    missed = {*delivery.refused, *delivery.deferred}
    return [who for who in row.recipients if who not in missed]


def _refusals(
    row: Claimed, delivery: Delivery, *, given_up: set[str], keep: list[str]
) -> dict[str, str]:
    """Everyone given up so far, with the last words about each."""
    said: dict[str, Reply] = {**delivery.refused, **delivery.deferred}
    now_final = [who for who in row.recipients if who not in keep and who in said]
    words = {who: str(said[who]) for who in now_final}
    silent = {who: _words(delivery) for who in sorted(given_up) if who not in words}
    return {**row.refused, **silent, **words}


def _status(left: list[str], reached: list[str], refused: dict[str, str]) -> Status:
    """Where the message is now: still to go, or at one of its three ends."""
    if left:
        return Status.QUEUED
    if not reached:
        return Status.FAILED
    return Status.PARTIALLY_SENT if refused else Status.SENT


def _words(delivery: Delivery) -> str:
    """The reason as rows and lines show it."""
    if delivery.verdict == Verdict.UNCERTAIN:
        return f"uncertain: {delivery.reason}"
    if delivery.verdict == Verdict.SENT:
        return "; ".join(
            f"{who}: {r}" for who, r in {**delivery.refused, **delivery.deferred}.items()
        )
    return delivery.reason
