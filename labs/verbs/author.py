"""`kit.py author`: proves that known mistakes are caught and named, and what is right is not."""

import argparse
from collections.abc import Sequence

from kit_commands.help import kit_command
from kit_commands.voice import Text, Voice
from labs.runner.author.gates import Proof
from labs.runner.author.matrix import DOCUMENT, document, line_of, sums
from labs.runner.author.proof import Asked, prove
from labs.runner.author.rooms import rooms
from labs.runner.course import LABS, load_course

PROMISE = Text(
    en="Proves that every known mistake is caught and named, and that what is right stays green.",
    es="Prueba que cada error conocido se detecta y se nombra, y que lo correcto queda en verde.",
)
STAGE = Text(en="everything of one stage", es="todo lo de una etapa")
SHARD = Text(en="one part of several, such as 1/3", es="una parte de varias, como 1/3")
ALL = Text(
    en="also inside the last solution, pairs and repeats (hours)",
    es="también dentro de la última solución, pares y repeticiones (horas)",
)
WRITE = Text(en="write docs/labs-proof.md", es="escribe docs/labs-proof.md")
JOBS = Text(en="services judged at once", es="servicios que se juzgan a la vez")
TOTAL = Text(
    en="{broken} of {count} do not hold ({seconds:.0f} s).",
    es="{broken} de {count} no se cumplen ({seconds:.0f} s).",
)


def main(arguments: Sequence[str], voice: Voice) -> int:
    """0 when everything holds, 1 when something does not."""
    chosen = _parser(voice).parse_args(arguments)
    course = load_course()
    stage = course.stage(chosen.stage) if chosen.stage else None
    asked = Asked(stage=stage, shard=chosen.shard, everything=chosen.all, jobs=chosen.jobs)
    proof = Proof(asked.at_once, lambda finding: voice.line(line_of(finding)))
    with rooms(course) as made:
        proved = prove(course, asked, made, proof)
        text = document(proved, made.mistakes, jobs=asked.at_once)
    for finding in proved.broken:
        if finding.shown is None:
            voice.line(line_of(finding))
    for gate, (holds, tried, left) in sums(proved.findings).items():
        voice.line(f"{gate}: {holds}/{tried}" + (f" (+{left})" if left else ""))
    if chosen.write:
        (LABS.parent / DOCUMENT).write_text(text, encoding="utf-8")
    broken, count = len(proved.broken), len(proved.findings)
    voice.say(TOTAL, broken=broken, count=count, seconds=proved.seconds)
    return 1 if proved.broken else 0


def _parser(voice: Voice) -> argparse.ArgumentParser:
    program = f"{kit_command()} author"
    parser = argparse.ArgumentParser(prog=program, description=voice.phrase(PROMISE))
    parser.add_argument("--stage", help=voice.phrase(STAGE))
    parser.add_argument("--shard", type=_shard, default=(1, 1), help=voice.phrase(SHARD))
    parser.add_argument("--all", action="store_true", help=voice.phrase(ALL))
    parser.add_argument("--write", action="store_true", help=voice.phrase(WRITE))
    parser.add_argument("--jobs", type=int, default=0, help=voice.phrase(JOBS))
    return parser


def _shard(text: str) -> tuple[int, int]:
    number, _, count = text.partition("/")
    shard = (int(number), int(count))
    if not 1 <= shard[0] <= shard[1]:
        raise argparse.ArgumentTypeError(text)
    return shard
