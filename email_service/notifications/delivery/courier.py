"""An engine that is woken now and then, and keeps its loop and its connections in between."""

from contextlib import suppress

from email_service.notifications.delivery.engine import Engine
from email_service.notifications.delivery.loops import new_runner
from email_service.notifications.delivery.start import engine_from_settings


class Courier:
    """One engine for the thread that makes it; `stop` may be called from any other."""

    def __init__(self, role: str) -> None:
        self._runner = new_runner()
        self._engine = self._runner.run(_built(role))
        self._closed = False

    def drain(self) -> None:
        """Deliver until nothing is due or nothing can leave."""
        self._runner.run(self._engine.drain())

    def stop(self) -> None:
        """Have a drain that is going on claim nothing more, and later ones nothing at all."""
        # A loop that was closed meanwhile takes no more calls.
        with suppress(RuntimeError):
            self._runner.get_loop().call_soon_threadsafe(self._engine.stop)

    def close(self) -> None:
        """Close every connection, and the loop; closed again, nothing happens."""
        if not self._closed:
            self._closed = True
            with self._runner:
                self._runner.run(self._engine.close())


async def _built(role: str) -> Engine:
    """The engine, made inside the loop that runs it."""
    return engine_from_settings(role)
