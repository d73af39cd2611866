"""A small `up` for the tests: the supervision with stand-in parts told as JSON on the command line.

python driver.py FOLDER '[{"name": "web", "arguments": ["standin.py", …]}, …]'
"""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from kit_commands.supervision.company import Company  # noqa: E402 - the path comes first
from kit_commands.supervision.output import Output  # noqa: E402
from kit_commands.supervision.part import Part  # noqa: E402
from kit_commands.supervision.stopping import Stopping  # noqa: E402
from kit_commands.voice import Voice  # noqa: E402


def main(folder: Path, told: list[dict[str, object]]) -> None:
    """Keep the told parts alive until a signal stops them."""
    voice, stopping = Voice("en", sys.stdout), Stopping()
    stopping.listen()
    output = Output(folder / "logs", voice)
    with Company(root=ROOT, output=output, voice=voice, stopping=stopping) as company:
        for words in told:
            company.start(Part(environ=dict(os.environ), **words))  # type: ignore[arg-type]
        company.watch()


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
