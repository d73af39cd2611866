"""The processes of a service one by one: web alone, the worker stopped and started again."""

from time import monotonic
from typing import Self

from labs.runner.processes.tree import end_all, kin_of
from labs.runner.stand.life import STOP_SECONDS, Life


class Parts(Life):
    """A service of which single processes can be started and stopped."""

    def start_web(self) -> Self:
        """Start web alone and wait; Crashed if it does not come to listen."""
        self.started_at = monotonic()
        self.processes["web"] = self.launch("web", self.setting.manifest.web)
        if not self.wait_until_listening():
            raise self.death()
        return self

    def start_process(self, name: str) -> None:
        """Start one of the other processes again, if `service.toml` names it and it is not up."""
        command = self.setting.manifest.processes.get(name)
        known = self.processes.get(name)
        if command is None or (known is not None and known.exit_code() is None):
            return
        if known is not None:
            self.killed()
            self.past.append(known)
        self.processes[name] = self.launch(name, command)
        self.wait_for_worker()

    def stop_process(self, name: str) -> None:
        """Ask one process to stop, give it its time, end what is left of it and its children."""
        process = self.processes.pop(name, None)
        if process is None:
            return
        family = kin_of(process.pid)
        process.ask_to_stop()
        process.wait(STOP_SECONDS * self.setting.factor)
        end_all(family)
        process.kill()
        process.wait(5)
        process.output.finish(0.5)
        self.past.append(process)
