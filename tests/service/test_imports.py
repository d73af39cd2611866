"""Who may import whom: the rooms stay apart."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = "email_service.notifications"
FORBIDDEN = {
    "mock_smtp": ["django", "email_service"],
    "email_service/notifications/models": [
        f"{ROOMS}.{room}" for room in ("outbox", "delivery", "dispatch", "tasks", "views")
    ],
    "email_service/notifications/delivery": [
        "celery", f"{ROOMS}.views", f"{ROOMS}.dispatch", f"{ROOMS}.tasks",
    ],
    "email_service/notifications/outbox.py": [
        "celery", f"{ROOMS}.views", f"{ROOMS}.delivery", f"{ROOMS}.dispatch",
    ],
    "email_service/transports": ["celery", ROOMS],
    "email_service": ["tests", "mock_smtp"],
}  # fmt: skip


def imported(path: Path) -> set[str]:
    """The modules that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def files(room: str) -> list[Path]:
    """The Python files of a room."""
    place = ROOT / room
    return [place] if place.suffix else sorted(place.rglob("*.py"))


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    """No file of the room imports what the design keeps from it."""
    assert files(room)
    broken = [
        (path.name, name)
        for path in files(room)
        for name in imported(path)
        if any(name == taboo or name.startswith(f"{taboo}.") for taboo in FORBIDDEN[room])
    ]
    assert broken == []
