"""A Redis server for tests, in memory only."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kit_commands.programs import require_program
from tests.engines.children import answers, child, free_port, wait_until


@contextmanager
def redis_server(folder: Path) -> Iterator[int]:
    """The port of a fresh server that keeps its log in `folder`."""
    port, log = free_port(), folder / f"redis-{folder.name}.log"
    with child(redis_command(port, folder), log=log) as server:
        wait_until(lambda: answers(port), of=server, log=log)
        yield port


def redis_command(port: int, folder: Path) -> list[str]:
    """The command of a server that keeps nothing."""
    program = require_program("redis-server", cure="apt-get install redis-server")
    options = f"--bind 127.0.0.1 --port {port} --appendonly no --dir {folder}".split()
    return [program, *options, "--save", ""]
