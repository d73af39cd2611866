"""The way in: make `.venv` if it is not ready, become its Python, then run the verb asked for."""

import importlib
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from kit_commands.errors import KitError, WrongCommand
from kit_commands.handover import hand_over
from kit_commands.help import show_help
from kit_commands.setup.environment import VirtualEnvironment
from kit_commands.setup.prepare import prepare
from kit_commands.verbs import verb_named
from kit_commands.voice import Text, Voice, language_of, split_language, voice_for

ROOT = Path(__file__).resolve().parent.parent
HELP_WORDS = {"help", "ayuda", "-h", "--help"}

NO_SUCH_LANGUAGE = Text(
    en="--lang takes en or es, not “{asked}”.",
    es="--lang acepta en o es, no «{asked}».",
)


def enter(arguments: Sequence[str]) -> int:
    """Exit code of the whole command; needs only the standard library until `.venv` is ready."""
    asked, words = split_language(arguments)
    language = asked if asked in {"en", "es"} else language_of(os.environ)
    voice = voice_for(language, sys.stdout, os.environ)
    return outcome(lambda: _run(asked, words, voice), voice_for(language, sys.stderr, os.environ))


def outcome(run: Callable[[], int], complaints: Voice) -> int:
    """What `run` returns, or 2 after saying why it could not."""
    try:
        return run()
    except KitError as error:
        complaints.say(error.text, **error.fields)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception:  # noqa: BLE001 - a bug of ours must not leave with 1, which means red
        complaints.line(traceback.format_exc())
        return 2


def _run(asked: str | None, words: list[str], voice: Voice) -> int:
    if asked not in {None, "en", "es"}:
        raise WrongCommand(NO_SUCH_LANGUAGE, asked=asked)
    if not words or words[0] in HELP_WORDS:
        return show_help(voice)
    verb = verb_named(words[0])
    environment = VirtualEnvironment(ROOT)
    if not (environment.is_running() and environment.is_ready()):
        return _continue_inside(environment, words, voice)
    module = importlib.import_module(verb.path)
    return int(module.main(words[1:], voice))


def _continue_inside(environment: VirtualEnvironment, words: list[str], voice: Voice) -> int:
    if not environment.is_ready():
        prepare(environment, voice)
    command = [str(environment.python), str(ROOT / "kit.py"), *words, f"--lang={voice.language}"]
    return hand_over(command, {**os.environ, "PYTHONUTF8": "1"})
