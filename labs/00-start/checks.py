"""Stage 00: it starts on the port it is given, answers /healthz, stops and leaves nothing."""

from pathlib import Path
from time import monotonic, sleep

from labs.runner.asking import shown
from labs.runner.conformance import conforms
from labs.runner.diagnosis import host_in, host_refused, never_asked_database
from labs.runner.machine import accepts
from labs.runner.processes.tree import end_family, listeners, variable_of, wait_gone
from labs.runner.rig import Rig
from labs.runner.stand.life import LISTEN_SECONDS
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import Crashed, Red

LAST_WORDS = 80
"""Lines of a dead service's log that are searched for its reason."""
_LOST_FILE = ("FileNotFoundError", "No such file or directory", "NotADirectoryError")
_NO_SCRIPT = "can't open file"
"""Python's words when what it was to run is not there: nothing is written yet."""
_PORT_TAKEN = ("address already in use", "EADDRINUSE", "port is already in use", "Errno 98")
_NO_DATABASE = ("could not translate host name", "Connection refused", "could not connect to ser")


def listens(rig: Rig) -> None:
    """Started as service.toml says, it accepts connections on 127.0.0.1:PORT within 20 s."""
    stand = rig.shared
    stand.start()
    if stand.wait_until_listening():
        return
    elsewhere = listeners(stand.family())
    if stand.web.exit_code() is None:
        raise _deaf(rig, stand, elsewhere)
    raise _dead(stand)


def healthz_2xx(rig: Rig, service: Stand) -> None:
    """GET /healthz, in either spelling, answers any 2xx."""
    answer = service.http.send_spelled("GET", "/healthz")
    if answer.ok:
        return
    if answer.fails and answer.names("redis") and _asks_another_redis(rig):
        raise Red("other-redis", **shown(answer))
    raise Red("allowed-hosts" if host_refused(answer) else None, **shown(answer))


def healthz_json(service: Stand) -> None:
    """GET /healthz itself answers 200 with a JSON object; probes do not follow redirects."""
    answer = service.send("GET", "/healthz")
    seen = shown(answer, content_type=answer.content_type or "-", seen=answer.content_type or "-")
    if answer.status in {301, 302, 307, 308, 404}:
        other = service.http.send_spelled("GET", "/healthz")
        raise Red("healthz-slash" if other.ok else None, **seen)
    if answer.status == 200 and isinstance(answer.json, dict):
        return
    if answer.status == 200 and answer.json is None:
        raise Red("health-not-json", **seen)
    raise Red(**seen)


def stops(rig: Rig) -> None:
    """After SIGTERM to the started process nothing listens and no child lives within 5 s."""
    stand = rig.service()
    pid = stand.web.pid
    stand.web.ask_to_stop()
    seconds = rig.seconds(5)
    left = wait_gone([pid], stand.setting.token, seconds)
    others = {process.pid for name, process in stand.processes.items() if name != "web"}
    left = [process for process in left if process.pid not in others | _children(others, stand)]
    if left:
        names = ", ".join(f"{process.name()} (pid {process.pid})" for process in left)
        orphan = next((owner for _, port, owner in listeners(left) if port == stand.port), 0)
        hint = "launcher-orphan" if orphan and stand.web.exit_code() is not None else None
        raise Red(hint, left=names, seconds=round(seconds), pid=orphan, port=stand.port)
    stand.end()


def kill_leaves_none(rig: Rig) -> None:
    """After kill -9 of the started process alone no autoreloader's child answers in its place."""
    stand = rig.service()
    stand.web.kill()
    stand.web.wait(5)
    ghost = _ghost(stand)
    end_family([], stand.setting.token)
    stand.end()
    if ghost:
        raise Red("reloader-orphan", pid=ghost, port=stand.port)


def contract(rig: Rig) -> None:
    """What it answers is what this stage's contract.yaml declares, whatever is sent."""
    conforms(rig, Path(__file__).parent)


def _asks_another_redis(rig: Rig) -> bool:
    """Whether web alone, once asked, has opened no line to the Redis that it was given."""
    alone = rig.alone()
    alone.http.send_spelled("GET", "/healthz")
    return not alone.redis.visits_since(0.0)


def _deaf(rig: Rig, stand: Stand, elsewhere: list[tuple[str, int, int]]) -> Red:
    """It lives and does not listen where it was asked to."""
    seconds = round(LISTEN_SECONDS * rig.factor)
    for host, port, _pid in elsewhere:
        if port == stand.port and ":" in host:
            return Red("ipv6-only", port=port, address=host, seen=f"[{host}]:{port}")
    for host, port, _pid in elsewhere:
        if port != stand.port:
            seen = f"{host}:{port}"
            return Red("fixed-port", port=stand.port, opened=port, seen=seen)
    return Red(port=stand.port, seconds=seconds)


def _dead(stand: Stand) -> Red:
    """It ended before it listened: why, as far as its last words tell."""
    crash = stand.death()
    log = "\n".join([*stand.web.output.tail(LAST_WORDS), *_migration_log(stand)])
    crash.seen["log"] = crash.seen["log"] or "-"
    if any(word.lower() in log.lower() for word in _PORT_TAKEN) and not accepts(stand.port):
        return Crashed("fixed-port", seen=_first_with(log, _PORT_TAKEN), **crash.seen)
    if any(word in log for word in _NO_DATABASE) and never_asked_database(stand):
        return Crashed("fixed-db-host", seen=host_in(log), **crash.seen)
    if any(word in log for word in _LOST_FILE) and _NO_SCRIPT not in log:
        return Crashed("missing-folder", path=_lost_path(log), **crash.seen)
    return crash


def _migration_log(stand: Stand) -> list[str]:
    return stand.migrated.output.tail(LAST_WORDS) if stand.migrated else []


def _lost_path(log: str) -> str:
    line = _first_with(log, _LOST_FILE)
    return line.rpartition(": ")[2].strip("'\" ") or "?"


def _first_with(log: str, words: tuple[str, ...]) -> str:
    """The last line of a log that has one of these words."""
    lines = [line.strip() for line in log.splitlines()]
    return next(
        (line for line in reversed(lines) if any(w.lower() in line.lower() for w in words)), "?"
    )


def _children(pids: set[int], stand: Stand) -> set[int]:
    """The descendants of processes that were not asked to stop."""
    return {process.pid for process in stand.family() if process.ppid() in pids}


def _ghost(stand: Stand, seconds: float = 0.5) -> int:
    """The pid of an autoreloader's child that listens after its parent was killed; 0 if none."""
    give_up = monotonic() + seconds
    while monotonic() < give_up:
        for process in stand.family():
            if variable_of(process, "RUN_MAIN") == "true" and listeners([process]):
                return int(process.pid)
        sleep(0.05)
    return 0
