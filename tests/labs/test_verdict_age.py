"""Stage 06 lets a verdict be one second old: a service may spare its database and Redis."""

from collections.abc import Callable
from pathlib import Path

from tests.labs.conftest import Kit

ASKED = '{"database": verdict(read_database), "redis": verdict(ping_redis)}'
REMEMBERED = """
verdicts = {"until": 0.0}


def asked():
    if time.monotonic() > verdicts["until"]:
        verdicts.update(checks=CHECKS, until=time.monotonic() + 1)
    return verdicts["checks"]
""".replace("CHECKS", ASKED)


def test_a_verdict_kept_for_a_second_is_right(
    kit: Kit, solution: Callable[[str, Path], Path]
) -> None:
    """Each check waits until the fault of the one before is forgotten."""
    health = solution("06-health", kit.workspace) / "app/health.py"
    source = health.read_text(encoding="utf-8").replace(
        "import logging", "import logging\nimport time"
    )
    health.write_text(source.replace(ASKED, "asked()") + REMEMBERED, encoding="utf-8")
    ran = kit("check", "06", "--solo", "--json")
    verdicts = {key: verdict for key, verdict in ran.verdicts().items() if key.startswith("06:")}
    assert verdicts == dict.fromkeys(verdicts, "pass")
    assert (ran.code, len(verdicts)) == (0, 8)
