"""What the SMTP side has counted since the start."""

from dataclasses import asdict, dataclass


@dataclass
class Counts:
    """Plain counters; only the event loop touches them."""

    connections_opened: int = 0
    connections_open: int = 0
    messages_accepted: int = 0
    messages_accepted_bytes: int = 0
    messages_refused: int = 0
    messages_unacknowledged: int = 0
    replies_4xx: int = 0
    replies_5xx: int = 0
    faults_met: int = 0

    def to_json(self) -> dict[str, int]:
        """The counters by name."""
        return asdict(self)
