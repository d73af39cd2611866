"""`kit.py why`: everything that the judge sent, got and saw in the first red check."""

from collections.abc import Sequence

from kit_commands.voice import Text, Voice
from labs.runner.course import load_course
from labs.runner.report.full import parts
from labs.runner.report.shell import shell_in_use
from labs.verbs.last_run import mails, recall_red
from labs.verbs.options import Options
from labs.verbs.pages import show_part
from labs.verbs.places import places, shown

PROMISE = Text(
    en="Everything that the judge sent, got and saw in the first red check.",
    es="Todo lo que el juez mandó, recibió y vio en la primera revisión en rojo.",
)
SHELL = Text(
    en="the request as a command for that shell (the one in use)",
    es="la petición como orden para ese shell (el que estás usando)",
)
KEPT = Text(
    en="All of it is in {folder}/: evidence.txt, evidence.json{mails}.",
    es="Todo queda en {folder}/: evidence.txt, evidence.json{mails}.",
)


def main(arguments: Sequence[str], voice: Voice) -> int:
    """Show it part by part; 0, also when there is nothing to explain."""
    where = places()
    options = Options("why", PROMISE, voice)
    options.takes("--shell", text=SHELL, choices=["bash", "powershell"], default=shell_in_use())
    chosen = options.read(arguments)
    remembered = recall_red(where, voice)
    if remembered is None:
        return 0
    _run, row = remembered
    for part in parts(row, load_course(), voice.language, chosen.shell):
        show_part(voice, part)
    names = "".join(f", {path.name}" for path in mails(where))
    voice.say(KEPT, folder=shown(where.last), mails=names)
    return 0
