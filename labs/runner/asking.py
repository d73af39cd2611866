"""The requests that checks of several stages make, with a random marker in everything they send."""

import uuid
from dataclasses import dataclass
from typing import Any

from labs.runner.rig import Rig
from labs.runner.stand.http import Answer
from labs.runner.stand.stand import Stand

CONTACT = "/api/contact/"
NOTIFY = "/api/notify/"
ID_FIELD = "message_id"
BRIEF_NAMES = (ID_FIELD, "idempotency_key")
"""Where the brief lets the UUID stand, which names no carrier."""
REQUIRED = {CONTACT: ("name", "email", "message"), NOTIFY: ("to", "subject", "body")}


@dataclass(frozen=True)
class Asker:
    """Posts to one service; bodies are valid unless a check changes a field."""

    rig: Rig
    service: Stand

    def contact(self, marker: str, /, **changes: Any) -> Answer:
        """POST a valid contact, or one with some fields changed; ABSENT leaves a field out."""
        return self.post(CONTACT, self.contact_body(marker, **changes))

    def notify(self, marker: str, /, **changes: Any) -> Answer:
        """POST a valid notification, or one with some fields changed."""
        return self.post(NOTIFY, self.notify_body(marker, **changes))

    def post(self, path: str, body: Any, **options: Any) -> Answer:
        """POST JSON, by the brief's spelling of the path first, the UUID where it is wanted."""
        body, headers = self._with_id_in_place(body)
        return self.service.http.send_spelled("POST", path, json=body, headers=headers, **options)

    def contact_body(self, marker: str, /, **changes: Any) -> dict[str, Any]:
        """The marker stands in the name, in the address and in the message."""
        body = {
            "name": f"Nombre {marker}",
            "email": f"{marker}@example.com",
            "message": f"Me interesa una colaboración {marker}",
        }
        return self._changed(body, changes)

    def contact_by_any_name(self, marker: str) -> tuple[dict[str, Any], dict[str, str]]:
        """A contact's body and headers with its UUID wherever the brief lets it stand."""
        value, manifest = self.rig.uuid(), self.rig.manifest
        names = [manifest.id_field] if manifest.id_field else BRIEF_NAMES
        headers = {manifest.id_header: value} if manifest.id_header else {}
        return self.contact_body(marker, **dict.fromkeys(names, value)), headers

    def notify_body(self, marker: str, /, **changes: Any) -> dict[str, Any]:
        """The marker stands in the address, the subject and the text."""
        body = {
            "to": f"{marker}@example.com",
            "subject": f"Nuevo post publicado {marker}",
            "body": f"Lee el post nuevo {marker}",
        }
        return self._changed(body, changes)

    def _changed(self, body: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
        if self.rig.learnt.must_send_id:
            body[self.id_field] = self.rig.uuid()
        whole = body | changes
        return {name: value for name, value in whole.items() if value is not ABSENT}

    def _with_id_in_place(self, body: Any) -> tuple[Any, dict[str, str]]:
        """The UUID moved from the body to the header, for a service that takes it there only."""
        manifest = self.rig.manifest
        if not manifest.id_header or manifest.id_field or ID_FIELD not in body:
            return body, {}
        rest = {name: value for name, value in body.items() if name != ID_FIELD}
        return rest, {manifest.id_header: str(body[ID_FIELD])}

    @property
    def id_field(self) -> str:
        """The field in which this service takes the UUID."""
        return self.rig.manifest.id_field or ID_FIELD


class _Absent:
    """A field that is left out."""


ABSENT = _Absent()


def shown(answer: Answer, **more: Any) -> dict[str, Any]:
    """What an answer was, under the names that hints and general sentences use."""
    text = answer.text[:200]
    told = {"status": answer.status, "code": answer.status, "text": text, "seen": text[:80]}
    return told | more


def id_of(answer: Answer) -> str:
    """The `message_id` of an answer as it stands there, empty if there is none."""
    return str(answer.json.get(ID_FIELD, "")) if isinstance(answer.json, dict) else ""


def sent_id(body: dict[str, Any]) -> str:
    """The UUID of a request's body, wherever the brief lets it stand; empty if there is none."""
    return next((str(body[name]) for name in BRIEF_NAMES if name in body), "")


def is_uuid(text: str) -> bool:
    """Whether it is a UUID in its usual form."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
