"""What was seen since a check began, of any service of the run."""

from collections.abc import Iterable, Sequence
from contextvars import ContextVar

from labs.runner.engines.redis import LazyRedis
from labs.runner.stand.http import Exchange
from labs.runner.stand.mails import Mail
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import NoAnswer

BESIDE: ContextVar[bool] = ContextVar("BESIDE", default=False)
"""Whether the present thread runs a check beside the others, on services of its own."""


class Witness:
    """Watches the run's services, which may become more.

    What checks do beside the others is no evidence of theirs, nor the other way round.
    """

    def __init__(self, stands: Sequence[Stand], engines: Sequence[LazyRedis]) -> None:
        self._stands = stands
        self._redis = engines
        self._begun = 0.0
        self._beside = False

    def begin(self, moment: float, *, beside: bool = False) -> None:
        """A check begins: what was seen before is not its evidence."""
        self._begun, self._beside = moment, beside
        for stand in self._ours():
            stand.last_mails = []

    def exchanges(self) -> list[Exchange]:
        """What was asked since the check began, of any service, in order."""
        asked = [one for stand in self._ours() for one in stand.http.exchanges]
        return sorted((one for one in asked if one.at >= self._begun), key=lambda one: one.at)

    def log_lines(self, exchanges: Iterable[Exchange], count: int) -> list[str]:
        """The lines that carry an id of those requests; if none does, the last ones written."""
        ids = [exchange.request_id for exchange in exchanges if exchange.request_id]
        lines = [
            line for stand in self._used() for line in stand.all_lines(since=self._begun - 1.0)
        ]
        of_requests = [line for line in lines if any(one in line for one in ids)]
        return (of_requests or lines)[-count:]

    def mails_seen(self) -> list[Mail]:
        """The mails that the check looked at."""
        return [mail for stand in self._used() for mail in stand.last_mails]

    def processes(self) -> list[str]:
        """One line for each process started, with how it ended."""
        return [
            f"{process.name}: pid {process.pid}, exit code {process.exit_code()}"
            for stand in self._used()
            for process in (*stand.past, *stand.processes.values())
        ]

    def redis_kind(self) -> str:
        """What played Redis, if anything did."""
        return next((redis.kind for redis in self._redis if redis.kind), "")

    def killed(self) -> int:
        """How many processes of its services somebody else has killed so far."""
        return sum(stand.killed() for stand in self._ours())

    def interrupt(self) -> None:
        """End its services, so that a check that waits for one is no longer held up."""
        for stand in self._ours():
            stand.end()

    def as_crash(self, error: BaseException) -> BaseException:
        """A request that went unanswered because the service had ended is a crash."""
        if isinstance(error, NoAnswer):
            for stand in self._used():
                if "web" in stand.processes and stand.web.wait(0.2) is not None:
                    return stand.death()
        return error

    def _used(self) -> list[Stand]:
        return [stand for stand in self._ours() if stand.used_since(self._begun)]

    def _ours(self) -> list[Stand]:
        return [stand for stand in self._stands if stand.beside is self._beside]
