"""How many mails one marker made, by whichever way a service sends."""

from labs.runner.rig import Rig
from labs.runner.stand.mails import wait_for_mails
from labs.runner.stand.stand import Stand

WAIT = 8.0
"""Seconds within which a mail has to come."""
WRITTEN = 0.5
"""The same for a service that only writes its mails on stdout, at once."""


def count_mails(rig: Rig, service: Stand, marker: str, *, wanted: int = 1) -> int:
    """The mails with a marker, once there are `wanted` of them and a moment after."""
    found = wait_for_mails(
        lambda: mails if len(mails := service.mails(marker)) >= wanted else [],
        seconds=rig.seconds(WAIT) if rig.learnt.mail_by != "console" else WRITTEN,
    )
    return len(found or service.mails(marker)) or service.copies_written(marker)
