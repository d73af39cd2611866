"""Stage 05: one JSON line in and one out for each request, with the time, and nothing personal."""

from pathlib import Path
from threading import Timer
from time import monotonic
from typing import Any

from labs.runner.asking import CONTACT, Asker
from labs.runner.conformance import conforms
from labs.runner.rig import Rig
from labs.runner.stand.http import Answer, new_request_id
from labs.runner.stand.logs import LogLine, joined, missing_of, parse
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import NotApplicable, Red
from labs.runner.waiting import wait_until

WAIT = 3.0
HELD = 0.4
AT_LEAST = 300
MARGIN = 50
_ODD_PATH = '/api/kit"quote\\/'


def brief_logs(rig: Rig, service: Stand, marker: str) -> None:
    """Somewhere, JSON lines hold the path, the status and a time of each request."""
    begun, path = monotonic(), f"/api/kit-{marker}"
    answer = service.send("GET", path)

    def missing() -> list[str]:
        written = parse(service.all_lines(since=begun))
        about = [line for line in written if line.data and line.carries(marker)]
        return missing_of(joined(about, written), path, answer.status)

    if not wait_until(lambda: not missing(), rig.seconds(WAIT)):
        hint = _why_incomplete(service, begun, marker)
        broken = _first_broken(service, begun)
        raise Red(hint, path=path, missing=", ".join(missing()), line=broken)


def json_lines(rig: Rig, service: Stand) -> None:
    """Between its start and its stop nothing but JSON objects is on stdout of web."""
    begun = monotonic()
    service.http.send("GET", _ODD_PATH.replace('"', "%22").replace("\\", "%5C"))
    service.http.send("GET", "/api/kit?q=%22%7B&r=%0A%5C", headers={"User-Agent": 'kit "quoted"'})
    Asker(rig, service).contact(rig.marker(), name='Ana "la de las comillas" \\n')
    _settled(rig, service, begun, requests=3)
    lines = service.web_log()
    for line in lines:
        if line.data is None:
            raise Red(_why_loose(line, lines), line=line.text[:160])
    if not any("status" in (line.data or {}) for line in lines):
        raise Red(line="-")


def request_id(rig: Rig, service: Stand, marker: str) -> None:
    """Lines of one request share `request_id`: the caller's X-Request-ID if it gives one."""
    given = new_request_id()
    lines = _lines_of(rig, service, f"/api/kit-{marker}", given)
    ids = {str(line.get("request_id")) for line in lines if "request_id" in line}
    seen = _told(lines)
    if not ids or any("request_id" not in line for line in lines):
        raise Red("no-request-id", seen=seen)
    if ids != {given}:
        raise Red("ignores-given-id" if len(ids) == 1 else "no-request-id", seen=seen, given=given)
    _must_share_made_id(rig, service)


def failure_logged(rig: Rig, service: Stand, marker: str) -> None:
    """A POST that failed has its line with that status, and the exception is inside the JSON."""
    begun, given = monotonic(), new_request_id()
    with service.tables.hidden():
        body = Asker(rig, service).contact_body(marker)
        answer = service.http.send_spelled("POST", CONTACT, json=body, request_id=given)
    if not answer.fails:
        raise NotApplicable(f"HTTP {answer.status}")
    _settled(rig, service, begun)
    out = wait_until(
        lambda: any(
            line.get("status") == answer.status and "duration_ms" in line
            for line in _with_id(service, given)
        ),
        rig.seconds(WAIT),
    )
    loose = next((line for line in service.web_log(since=begun) if line.data is None), None)
    seen = {"status": answer.status, "seen": _told(_with_id(service, given))}
    if loose:
        raise Red("multiline-traceback", **seen, line=loose.text[:160])
    if not out:
        raise Red("only-successes", **seen)
    if not any(_tells_exception(line) for line in service.web_log(since=begun)):
        raise Red(**seen)


def duration(rig: Rig, service: Stand, marker: str) -> None:
    """`duration_ms` of a POST held up for 400 ms is between 300 and its own time and 50."""
    begun, given = monotonic(), new_request_id()
    asker = Asker(rig, service)
    asker.contact(rig.marker())  # warm
    answer = _post_while_locked(service, asker.contact_body(marker), given)
    wall = round(answer.seconds * 1000)
    _settled(rig, service, begun, requests=2)
    said = [line["duration_ms"] for line in _with_id(service, given) if "duration_ms" in line]
    if not said or not isinstance(said[-1], int | float):
        raise Red(wall=wall, said=said[-1] if said else "-")
    value = float(said[-1])
    if wall < AT_LEAST:
        raise NotApplicable("not held up")
    if AT_LEAST <= value <= wall + MARGIN:
        return
    is_seconds = AT_LEAST / 1000 <= value <= (wall + MARGIN) / 1000
    raise Red("seconds" if is_seconds else None, wall=wall, said=value)


def private(rig: Rig, service: Stand, marker: str) -> None:
    """No line holds the text of a message or a whole address."""
    begun = monotonic()
    Asker(rig, service).contact(marker, name="Ana", message=f"secreto {marker} secreto")
    Asker(rig, service).contact(marker, name="", message=f"secreto {marker} secreto")
    _settled(rig, service, begun, requests=2)
    address = f"{marker}@example.com"
    for line in service.web_log(since=begun):
        if line.carries(address) or line.carries(f"secreto {marker}"):
            raise Red("leaks-data", line=line.text[:160], address=address)


def contract(rig: Rig) -> None:
    """What it answers is what this stage's contract.yaml declares, whatever is sent."""
    conforms(rig, Path(__file__).parent)


def _why_incomplete(service: Stand, begun: float, marker: str) -> str | None:
    """Broken JSON about the request, or none at all where loose text speaks of it."""
    about = [line for line in parse(service.all_lines(since=begun)) if line.carries(marker)]
    if any(line.data is None and line.text.lstrip().startswith("{") for line in about):
        return "hand-made-json"
    own = parse(line.text for line in service.web.output.lines("stdout", since=begun))
    loose = [line for line in own if line.carries(marker)]
    return "plain-text-logs" if loose and all(line.data is None for line in loose) else None


def _why_loose(line: LogLine, lines: list[LogLine]) -> str | None:
    """A line that begins as JSON was put together by hand; one beside JSON was printed."""
    if line.text.lstrip().startswith("{"):
        return "hand-made-json"
    logs_json = any("status" in (one.data or {}) for one in lines)
    return "stray-print" if logs_json and "Traceback" not in line.text else None


def _first_broken(service: Stand, begun: float) -> str:
    """The first line that looks like JSON and is not."""
    written = parse(service.all_lines(since=begun))
    return next((one.text[:160] for one in written if one.data is None and "{" in one.text), "-")


def _lines_of(rig: Rig, service: Stand, path: str, given: str) -> list[dict[str, Any]]:
    """The JSON lines of one request, sent with that id: by the id, by the path, by both."""
    begun = monotonic()
    service.http.send("GET", path, request_id=given)
    _settled(rig, service, begun)
    by_path = [line.data for line in service.web_log(since=begun) if line.data]
    return [line for line in by_path if "status" in line or "method" in line]


def _must_share_made_id(rig: Rig, service: Stand) -> None:
    """Without a given id, one is made: the same in every line of the request."""
    begun = monotonic()
    service.http.send("GET", f"/api/kit-{rig.marker()}", request_id=None)
    _settled(rig, service, begun)
    lines = [line.data for line in service.web_log(since=begun) if line.data]
    of_request = [line for line in lines if "status" in line or "method" in line]
    ids = {str(line.get("request_id") or "") for line in of_request}
    if len(ids) != 1 or ids & {"", "None", "-"}:
        raise Red("no-request-id", seen=_told(of_request))


def _with_id(service: Stand, given: str) -> list[dict[str, Any]]:
    return [line.data for line in service.web_log() if line.data and line.carries(given)]


def _tells_exception(line: LogLine) -> bool:
    """Whether the line carries the exception that the missing table caused."""
    words = ("Error", "Exception", "no such table", "does not exist", "Traceback")
    return line.data is not None and any(word in line.text for word in words)


def _told(lines: list[dict[str, Any]]) -> str:
    short = [{key: line.get(key) for key in ("method", "path", "status", "request_id")
              if key in line} for line in lines]  # fmt: skip
    return str(short[:4])[:240]


def _post_while_locked(service: Stand, body: dict[str, Any], given: str) -> Answer:
    """POST while the write lock of the database is held for the first 400 ms."""
    held = service.tables.locked()
    held.__enter__()
    timer = Timer(HELD, lambda: held.__exit__(None, None, None))
    timer.start()
    try:
        return service.http.send_spelled("POST", CONTACT, json=body, request_id=given)
    finally:
        timer.join()


def _settled(rig: Rig, service: Stand, begun: float, *, requests: int = 1) -> None:
    """Wait until so many requests have told their time since `begun`, and the pipe is quiet."""

    def told() -> bool:
        lines = service.web_log(since=begun)
        return sum("duration_ms" in (line.data or {}) for line in lines) >= requests

    wait_until(told, rig.seconds(WAIT))
    last = {"count": -1}

    def quiet() -> bool:
        count = len(service.web_log(since=0.0))
        same, last["count"] = count == last["count"], count
        return same

    wait_until(quiet, rig.seconds(1.0))
