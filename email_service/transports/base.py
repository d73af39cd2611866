"""The boundary: a transport has one method to write, a connection has one and a half."""

from abc import ABC, abstractmethod
from collections.abc import Callable

from email_service.transports.outcomes import Delivery, Envelope

# Called right before the step that cannot be taken back; raises to forbid it.
Guard = Callable[[], None]


def nothing_to_check() -> None:
    """The guard of a caller without a lease."""


class Connection(ABC):
    """One open way out. It takes one mail at a time."""

    @abstractmethod
    async def send(
        self, envelope: Envelope, content: bytes, guard: Guard = nothing_to_check
    ) -> Delivery:
        """Hand over one mail and say how it went.

        `content` is a whole RFC 5322 message with CRLF line ends. Raises only what `guard`
        raises (nothing left then) and cancellation; every failure is a Delivery.
        """

    def announce(self, following: Envelope) -> None:  # noqa: B027 - most prepare nothing
        """Say which mail comes after the one that is sent next, so that it may be prepared."""

    def withdraw(self) -> None:  # noqa: B027
        """Take that back: another mail comes, or none."""

    async def usable(self) -> bool:
        """Whether it may be given another mail."""
        return True

    async def close(self) -> None:  # noqa: B027 - most have nothing to close
        """Say goodbye; never raises."""


class Transport(ABC):
    """A way out, by the settings it was built with."""

    name: str

    @abstractmethod
    async def connect(self) -> Connection:
        """Open a connection, ready for a mail. Raises Outage when there is none to be had."""
