"""What `kit.py` shows when it is asked nothing: the verbs in the reader's language."""

import sys
from itertools import groupby

from kit_commands.verbs import VERBS
from kit_commands.voice import Text, Voice

TITLE = Text(
    en="Email service kit: {kit} VERB, or VERB --help. --lang es habla español.",
    es="Kit de correo: {kit} VERBO, o VERBO --help. --lang en speaks English.",
)


def kit_command() -> str:
    """How this system's users start the kit."""
    return "py kit.py" if sys.platform == "win32" else "python3 kit.py"


def show_help(voice: Voice) -> int:
    """List the verbs in groups, on one screen; 0, since asking is no mistake."""
    voice.say(TITLE, kit=kit_command())
    for group, verbs in groupby(VERBS, key=lambda verb: verb.group):
        voice.line(voice.paint(voice.phrase(group), "yellow"))
        for verb in verbs:
            name = verb.spanish if voice.language == "es" else verb.english
            voice.line(f"  {voice.paint(name.ljust(9), 'cyan')} {voice.phrase(verb.promise)}")
    return 0
