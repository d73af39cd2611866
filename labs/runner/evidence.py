"""What was seen around a red check: requests, answers, log lines, mails; also as files."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labs.runner.rig import Rig
from labs.runner.stand.http import Exchange
from labs.runner.stand.mails import Mail
from labs.runner.verdicts import Result

EXCHANGES = 6
LOG_LINES = 60
_TEXT = 4_000


@dataclass
class Evidence:
    """Everything that one check asked and got, newest last."""

    exchanges: list[Exchange] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    processes: list[str] = field(default_factory=list)
    redis: str = ""

    def as_json(self) -> dict[str, Any]:
        """In the manner of HAR: entries of request and response."""
        return {
            "entries": [_entry(exchange) for exchange in self.exchanges],
            "log": self.log,
            "mails": [mail.source.decode("utf-8", "replace")[:_TEXT] for mail in self.mails],
            "processes": self.processes,
            "redis": self.redis,
        }

    def save(self, folder: Path, result: Result) -> None:
        """Write `evidence.json`, `evidence.txt` and one `.eml` per mail into the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.eml"):
            old.unlink()
        whole = {**result.as_json(), "evidence": self.as_json()}
        text = json.dumps(whole, ensure_ascii=False, indent=2)
        (folder / "evidence.json").write_text(text, encoding="utf-8")
        for number, mail in enumerate(self.mails, start=1):
            (folder / f"mail-{number}.eml").write_bytes(mail.source)


def gather(rig: Rig, result: Result) -> Evidence:
    """The evidence of the check that has just ended; little of it for one that is not red."""
    evidence = Evidence(exchanges=rig.witness.exchanges()[-EXCHANGES:])
    if result.verdict.is_red:
        evidence.log = rig.witness.log_lines(evidence.exchanges, LOG_LINES)
        evidence.mails = rig.witness.mails_seen()
        evidence.processes = rig.witness.processes()
        evidence.redis = rig.witness.redis_kind()
        result.evidence = evidence.as_json()
    return evidence


def _entry(exchange: Exchange) -> dict[str, Any]:
    answer = exchange.answer
    response = None if answer is None else {
        "status": answer.status,
        "headers": dict(answer.headers),
        "text": answer.text[:_TEXT],
        "ms": round(answer.seconds * 1000),
    }  # fmt: skip
    return {
        "request": {
            "method": exchange.method,
            "url": exchange.url,
            "headers": exchange.headers,
            "text": exchange.body.decode("utf-8", "replace")[:_TEXT],
        },
        "request_id": exchange.request_id,
        "response": response,
        "trouble": exchange.trouble,
    }
