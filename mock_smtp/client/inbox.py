"""Every question to an inbox, as a method."""

from typing import Any
from urllib.parse import quote, urlencode

from mock_smtp.client.connection import Connection
from mock_smtp.client.errors import NothingCameError
from mock_smtp.client.shapes import Action, Fault, Stage


class Inbox(Connection):
    """Asks one inbox; every method answers with plain values or raises InboxError."""

    def messages(self, *, limit: int = 0, start: int = 0) -> list[dict[str, Any]]:
        """The newest mails as Mailpit's summaries; a limit of 0 means all."""
        query = urlencode({"limit": limit, "start": start})
        found: list[dict[str, Any]] = self.json("GET", f"/api/v1/messages?{query}")["messages"]
        return found

    def search(self, query: str, *, limit: int = 1000) -> list[dict[str, Any]]:
        """The mails that match a query of Mailpit's search language, newest first."""
        asked = urlencode({"query": query, "limit": limit})
        found: list[dict[str, Any]] = self.json("GET", f"/api/v1/search?{asked}")["messages"]
        return found

    def message(self, id: str = "latest") -> dict[str, Any]:  # noqa: A002 - the API's word
        """One mail in full; it counts as read from now on."""
        found: dict[str, Any] = self.json("GET", f"/api/v1/message/{quote(id)}")
        return found

    def headers(self, id: str = "latest") -> dict[str, list[str]]:  # noqa: A002 - the API's word
        """The headers of one mail by canonical name, not decoded."""
        found: dict[str, list[str]] = self.json("GET", f"/api/v1/message/{quote(id)}/headers")
        return found

    def raw(self, id: str = "latest") -> bytes:  # noqa: A002 - the API's word
        """The source of one mail, byte for byte."""
        return self.ask("GET", f"/api/v1/message/{quote(id)}/raw")

    def delete_all(self) -> None:
        """Delete every mail and every recorded attempt."""
        self.ask("DELETE", "/api/v1/messages")

    def add_fault(
        self,
        stage: Stage,
        action: Action = "reply",
        *,
        code: int | None = None,
        seconds: float | None = None,
        times: int = 1,
        match: dict[str, str] | None = None,
    ) -> Fault:
        """Append a fault behind all others; `times` 0 means for ever."""
        script: dict[str, Any] = {"stage": stage, "action": action, "times": times}
        optional = {"code": code, "seconds": seconds, "match": match}
        script |= {name: value for name, value in optional.items() if value is not None}
        return Fault(**self.json("POST", "/api/v2/faults", script))

    def faults(self) -> list[Fault]:
        """Every fault in its order, those that are used up included."""
        return [Fault(**fault) for fault in self.json("GET", "/api/v2/faults")]

    def remove_fault(self, id: str) -> None:  # noqa: A002 - the API's word
        """Remove one fault."""
        self.ask("DELETE", f"/api/v2/faults/{quote(id)}")

    def clear_faults(self) -> None:
        """Remove all faults."""
        self.ask("DELETE", "/api/v2/faults")

    def reset(self) -> None:
        """Remove faults, policies, chaos and all mail: a clean start for the next test."""
        self.clear_faults()
        self.ask("DELETE", "/api/v2/policies")
        self.ask("PUT", "/api/v1/chaos", {})
        self.delete_all()

    def stats(self) -> dict[str, int]:
        """The counters since the start: connections opened, messages accepted, and so on."""
        found: dict[str, int] = self.json("GET", "/api/v2/stats")
        return found

    def wait_for(
        self, query: str = "", *, count: int = 1, timeout: float = 10
    ) -> list[dict[str, Any]]:
        """Wait until at least `count` mails match; raises NothingCameError with what there is."""
        return self._expect(query, f"at_least={count}", timeout)

    def expect_exactly(
        self, count: int, query: str = "", *, within: float = 3
    ) -> list[dict[str, Any]]:
        """Watch for `within` seconds that so many mails match, no more; else NothingCameError."""
        return self._expect(query, f"exactly={count}", within)

    def attempts(self, *, outcome: str | None = None) -> list[dict[str, Any]]:
        """What clients tried, newest first, accepted or not."""
        chosen = f"&outcome={quote(outcome)}" if outcome else ""
        found: list[dict[str, Any]] = self.json("GET", f"/api/v2/attempts?limit=0{chosen}")
        return found

    def transcript(self, id: str = "latest") -> dict[str, Any]:  # noqa: A002 - the API's word
        """The attempt that brought a mail, every line of it."""
        found: dict[str, Any] = self.json("GET", f"/api/v2/messages/{quote(id)}/transcript")
        return found

    def timeline(self, message_id: str) -> dict[str, Any]:
        """All attempts of one Message-ID, with gaps and verdicts."""
        asked = urlencode({"message_id": message_id})
        found: dict[str, Any] = self.json("GET", f"/api/v2/timeline?{asked}")
        return found

    def duplicates(self) -> list[dict[str, Any]]:
        """Groups of mails that share a Message-ID."""
        found: list[dict[str, Any]] = self.json("GET", "/api/v2/duplicates")
        return found

    def _expect(self, query: str, how: str, within: float) -> list[dict[str, Any]]:
        asked = urlencode({"query": query, "within": within})
        found = self.json("GET", f"/api/v2/wait?{asked}&{how}", patience=within)
        if not found["ok"]:
            raise NothingCameError(f"{query!r}: {found['reason']}; {self._what_there_is()}")
        messages: list[dict[str, Any]] = found["messages"]
        return messages

    def _what_there_is(self) -> str:
        """The newest mails and the newest refused attempts, for whoever wonders what happened."""
        mails = [
            f"{mail['Subject']!r} to {', '.join(_reached(mail)) or 'nobody'}"
            for mail in self.messages(limit=10)
        ]
        refused = [
            f"{attempt['outcome']} at {attempt['stage']} with {attempt['code']}"
            for attempt in self.attempts()[:20]
            if attempt["outcome"] != "accepted"
        ]
        seen = f"the newest of the inbox are: {'; '.join(mails) or 'none'}"
        return f"{seen}; attempts that failed: {'; '.join(refused) or 'none'}."


def _reached(mail: dict[str, Any]) -> list[str]:
    return [person["Address"] for name in ("To", "Cc", "Bcc") for person in mail[name]]
