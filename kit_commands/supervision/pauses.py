"""How long to wait before a part that died is started again."""

LONG_ENOUGH = 30.0
"""A part that ran this many seconds is forgiven its earlier deaths."""
TOO_OFTEN = 5
"""Quick deaths in a row after which the user is told where to look."""
LONGEST = 30.0


class Pauses:
    """Counts quick deaths: the first restart is at once, then after 1, 2, 4 … 30 seconds."""

    def __init__(self) -> None:
        self.deaths = 0

    def after_death(self, *, ran: float) -> float:
        """Seconds to wait now that the part died after running `ran` seconds."""
        self.deaths = 1 if ran >= LONG_ENOUGH else self.deaths + 1
        return 0.0 if self.deaths == 1 else min(LONGEST, 2.0 ** (self.deaths - 2))

    def hopeless(self) -> bool:
        """Whether this death is the one to report; once per series."""
        return self.deaths == TOO_OFTEN
