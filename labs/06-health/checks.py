"""Stage 06: /healthz tells whether the database and Redis can be used now, quickly."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

from labs.runner.asking import shown
from labs.runner.conformance import conforms
from labs.runner.outage import refused, without_database
from labs.runner.rig import Rig
from labs.runner.stand.http import Answer
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import NoAnswer, Red
from labs.runner.waiting import wait_until

HEALTH = "/healthz"
LIMIT = 2.0
HANGS = 6.0
"""Seconds after which a probe that has not answered is called hanging."""
AGE = 1.5
"""Seconds after which a fault must show: a verdict may be one second old."""
RECOVERY = 5.0
PROBES = 20
_DATABASE = ("database", "db", "base", "postgres", "sqlite")


def redis_down(rig: Rig) -> None:
    """While Redis refuses, /healthz is not 2xx."""
    service = rig.alone()
    healthy = _well(rig, service)
    with refused(service.redis):
        answer = _once_noticed(rig, service)
    if answer.ok:
        raise Red(_why_unnoticed(rig, service, healthy, answer), **_seen(answer))


def database_down(rig: Rig) -> None:
    """With its database broken the service answers no 2xx, or does not start."""
    answer = without_database(rig, HEALTH)
    if answer is not None and answer.ok:
        hint = "always-ok" if _ignores_redis(rig) else "select-1"
        raise Red(hint if rig.manifest.database == "sqlite" else None, **_seen(answer))


def names_parts(rig: Rig, service: Stand) -> None:
    """The JSON has a word for the database and for Redis."""
    answer = _get(rig, service)
    missing = [] if answer.names("redis") else ["redis"]
    if not any(answer.names(word) for word in _DATABASE):
        missing.insert(0, "database")
    if missing:
        hint = "names-nobody" if answer.status == 200 and answer.json is not None else None
        raise Red(hint, missing=", ".join(missing), **shown(answer))


def redis_refused(rig: Rig) -> None:
    """Redis refuses: 503 within 2 s in JSON that says which part it is."""
    service = rig.alone()
    healthy = _well(rig, service)
    with refused(service.redis):
        answer = _timely(rig, service)
        if answer.ok:
            answer = _once_noticed(rig, service)
    if answer.status != 503:
        raise Red("down-with-200" if answer.ok else _raised(answer), **_seen(answer))
    if not _blames_redis(healthy, answer):
        raise Red(_raised(answer), **_seen(answer))


def redis_silent(rig: Rig) -> None:
    """Redis accepts and says nothing: 503 within 2 s."""
    service = rig.alone()
    service.redis.silence()
    try:
        answer = _timely(rig, service)
        if answer.ok:
            answer = _once_noticed(rig, service)
    finally:
        service.redis.open()
        service.redis.cut()
    if answer.status != 503:
        raise Red("down-with-200" if answer.ok else _raised(answer), **_seen(answer))


def recovers(rig: Rig) -> None:
    """Redis is back: /healthz is 200 again, without a restart."""
    service = rig.alone()
    with refused(service.redis):
        _get(rig, service)
    begun = monotonic()
    answer = _well(rig, service)
    if answer.status != 200:
        asked = service.redis.used_since(begun)
        seconds = round(monotonic() - begun, 1)
        raise Red(None if asked else "cached-verdict", seconds=seconds, **_seen(answer))


def reads_only(rig: Rig, service: Stand) -> None:
    """20 GETs leave every table as long as it was."""
    before = service.tables.sizes()
    for _ in range(PROBES):
        _get(rig, service)
    for table, rows in service.tables.sizes().items():
        more = rows - before.get(table, 0)
        if more >= PROBES // 2:
            raise Red("probe-writes", table=table, rows=more)


def contract(rig: Rig) -> None:
    """What it answers is what this stage's contract.yaml declares, whatever is sent."""
    conforms(rig, Path(__file__).parent)


def _get(rig: Rig, service: Stand) -> Answer:
    return service.http.send_spelled("GET", HEALTH, timeout=rig.seconds(2 * HANGS))


def _well(rig: Rig, service: Stand) -> Answer:
    """The first 2xx, or the last answer: a verdict may still tell of a fault that is over."""
    return _get_until(rig, service, rig.seconds(RECOVERY), lambda answer: answer.ok)


def _once_noticed(rig: Rig, service: Stand) -> Answer:
    """The first answer that is not 2xx, or the last within the age that a verdict may have."""
    return _get_until(rig, service, rig.seconds(AGE), lambda answer: not answer.ok)


def _get_until(
    rig: Rig, service: Stand, seconds: float, wanted: Callable[[Answer], bool]
) -> Answer:
    """The first answer that is wanted, or the last one of these seconds."""
    answers: list[Answer] = []

    def seen() -> bool:
        answers.append(_get(rig, service))
        return wanted(answers[-1])

    wait_until(seen, seconds)
    return answers[-1]


def _timely(rig: Rig, service: Stand) -> Answer:
    """One GET that has to be answered within the limit; why not, if it was not."""
    begun, limit = monotonic(), rig.seconds(LIMIT)
    try:
        answer = service.http.send_spelled("GET", HEALTH, timeout=rig.seconds(HANGS))
    except NoAnswer as silence:
        if silence.reason != "timeout":
            raise
        raise Red(_why_slow(service, begun), status="-", took=round(rig.seconds(HANGS), 1),
                  text="") from None  # fmt: skip
    if answer.seconds > limit:
        raise Red(_why_slow(service, begun), **_seen(answer))
    return answer


def _why_slow(service: Stand, begun: float) -> str | None:
    """Several lines to Redis in one probe: the client tries again. One: nobody gave up."""
    if service.redis.refuses:
        return "retrying-ping"
    return "retrying-ping" if service.redis.visits_since(begun) > 1 else "no-timeout"


def _raised(answer: Answer) -> str | None:
    return "probe-raises" if answer.fails and answer.json is None else None


def _why_unnoticed(rig: Rig, service: Stand, healthy: Answer, answer: Answer) -> str | None:
    """Redis was cut and the answer was 2xx: what the service does instead of asking."""
    if _differs(healthy, answer):
        return "down-with-200"
    if service.redis.visits_since(0.0):
        # It asked Redis before, and for this request it could not have: the gate was closed.
        return "cached-verdict"
    broken = without_database(rig, HEALTH)
    if broken is None:
        return None  # it does not even start without its database: nothing more can be told
    return "always-ok" if broken.ok else "redis-forgotten"


def _differs(healthy: Answer, answer: Answer) -> bool:
    """Whether the body admits that something is wrong: other words under the same keys."""
    return bool(_words(healthy.json) != _words(answer.json))


def _words(value: Any) -> Any:
    """Texts and truths of a body, without numbers and moments, which differ in each answer."""
    if isinstance(value, dict):
        return {key: _words(one) for key, one in value.items() if "time" not in key.lower()}
    if isinstance(value, bool) or value is None:
        return value
    return value if isinstance(value, str) and not any(map(str.isdigit, value)) else None


def _blames_redis(healthy: Answer, answer: Answer) -> bool:
    """Whether the JSON names Redis, beside something that it did not say when all was well."""
    return answer.json is not None and answer.names("redis") and _differs(healthy, answer)


def _ignores_redis(rig: Rig) -> bool:
    """Whether /healthz is 2xx with Redis cut, too."""
    service = rig.alone()
    with refused(service.redis):
        return _get(rig, service).ok


def _seen(answer: Answer) -> dict[str, Any]:
    return shown(answer, took=round(answer.seconds, 1))
