"""What may befall a visit: a scripted fault first, then a policy, then chaos."""

import asyncio
from typing import NamedTuple

from mock_smtp.smtp.chaos import Chaos
from mock_smtp.smtp.counts import Counts
from mock_smtp.smtp.faults import Action, FaultList, Visit
from mock_smtp.smtp.policies import Policies
from mock_smtp.smtp.replies import enhanced_code


class Trouble(NamedTuple):
    """One thing that befalls a visit; `label` says in transcripts where it comes from."""

    label: str
    action: Action
    reply: str = ""
    seconds: float = 0.0


class Troubles:
    """Everything that was set to go wrong."""

    def __init__(self, counts: Counts) -> None:
        self.faults = FaultList()
        self.policies = Policies()
        self.chaos = Chaos()
        self._counts = counts

    def next(self, visit: Visit, peer: str) -> Trouble | None:
        """What befalls this visit, counted as met, or None."""
        if visit.reading:
            return self._fault(visit)
        return self._fault(visit) or self._policy(visit, peer) or self._chaos(visit)

    def _fault(self, visit: Visit) -> Trouble | None:
        fault = self.faults.take(visit)
        if fault is None:
            return None
        self._counts.faults_met += 1
        script, label = fault.script, f"fault {fault.id}"
        text = f"{script.code} {enhanced_code(script.code)} Refused by {label} at {visit.stage}"
        return Trouble(label, script.action, text, script.seconds)

    def _policy(self, visit: Visit, peer: str) -> Trouble | None:
        found = self.policies.refusal(visit, peer)
        return Trouble(f"policy {found[0]}", "reply", found[1]) if found else None

    def _chaos(self, visit: Visit) -> Trouble | None:
        reply = self.chaos.refusal(visit.stage)
        return Trouble("chaos", "reply", reply) if reply else None


async def drip(writer: asyncio.StreamWriter, reply: str, seconds: float) -> None:
    """Send a reply one byte at a time, with a pause after each."""
    for byte in reply.encode("utf-8") + b"\r\n":
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(seconds)
