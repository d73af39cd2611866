"""Mail as files: one `.eml` per message, written whole or not at all, never twice."""

import asyncio
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from email_service.transports.base import Connection, Guard, Transport, nothing_to_check
from email_service.transports.outcomes import Delivery, Envelope, Outage, Phase, Verdict


class FileTransport(Transport):
    """Writes into `folder`, which is made if need be."""

    name = "file"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def connect(self) -> Connection:
        """A connection that is the folder itself; Outage when it cannot be written."""
        try:
            await asyncio.to_thread(_prepare, self._folder)
        except OSError as error:
            raise Outage(Phase.CONNECT, str(error)) from error
        return _Folder(self._folder)


class _Folder(Connection):
    """The folder, as something that takes mails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(
        self, envelope: Envelope, content: bytes, guard: Guard = nothing_to_check
    ) -> Delivery:
        """Write `<message_id>.eml`. A file of that name is this message: it was sent."""
        target = self._folder / f"{envelope.message_id}.eml"
        try:
            await asyncio.to_thread(_write_whole, target, content, guard)
        except OSError as error:
            return Delivery(verdict=Verdict.TRANSIENT, phase=Phase.DATA, error=str(error))
        return Delivery(verdict=Verdict.SENT, phase=Phase.DOT)


def _prepare(folder: Path) -> None:
    """Make the folder and prove that it can be written."""
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, prefix=".probe-"):
        pass


def _write_whole(target: Path, content: bytes, guard: Guard) -> None:
    """Write beside, flush to the disk, then rename: no reader ever sees half a mail."""
    if target.exists():
        return
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        guard()
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
