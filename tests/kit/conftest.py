"""What the kit's tests share: a copy of the kit, a condition to wait for, free ports."""

import shutil
import socket
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = "Ñandú y café (1)"

ECHO = '''"""A verb that tells where and how it was called."""
import json, sys
def main(arguments, voice):
    import tiny
    print(json.dumps({"prefix": sys.prefix, "arguments": arguments, "language": voice.language}))
    return 7
'''


@pytest.fixture
def eventually() -> Callable[..., None]:
    """Wait until a condition holds, for at most so many seconds."""

    def wait(condition: Callable[[], object], seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "the condition never held"
            time.sleep(0.02)

    return wait


@pytest.fixture
def free_ports() -> Callable[[int], list[int]]:
    """Ports that nobody uses right now, all different."""

    def find(count: int) -> list[int]:
        servers = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
        ports = [server.getsockname()[1] for server in servers]
        for server in servers:
            server.close()
        return ports

    return find


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh clone of the kit whose lock holds one tiny package and whose `contract` echoes."""
    root = tmp_path / FOLDER
    shutil.copytree(
        ROOT / "kit_commands", root / "kit_commands", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "kit.py", root)
    (root / "kit_commands/contract.py").write_text(ECHO, encoding="utf-8")
    (root / "wheels").mkdir()
    for version in ("1.0", "2.0"):
        write_wheel(root / "wheels", version)
    (root / "requirements.txt").write_text("./wheels/tiny-1.0-py3-none-any.whl\n")
    return root


def write_wheel(folder: Path, version: str) -> None:
    """The smallest wheel that pip installs."""
    info = f"tiny-{version}.dist-info"
    with zipfile.ZipFile(folder / f"tiny-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", f"VERSION = {version!r}\n")
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
