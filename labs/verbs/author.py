"""`kit.py author`: proves that the judge tells the truth; for who writes the course."""

import argparse
from collections.abc import Sequence

from kit_commands.errors import WrongCommand
from kit_commands.voice import Text, Voice
from labs.runner.author.gates import Finding, Proof
from labs.runner.author.matrix import DOCUMENT, document, line_of, sums
from labs.runner.author.memory import memory_at
from labs.runner.author.proof import Asked, prove
from labs.runner.author.rooms import rooms
from labs.runner.course import Course, load_course
from labs.verbs.interrupts import interruptible
from labs.verbs.options import Options
from labs.verbs.places import ROOT, places

PROMISE = Text(
    en="Makes every known mistake and sees that it is caught and named; solutions stay green.",
    es="Comete cada error conocido y mira que se detecte y se nombre; las soluciones, en verde.",
)
STAGE = Text(en="everything of one stage", es="todo lo de una etapa")
SHARD = Text(en="the i-th of n parts", es="la parte i de n")
ALL = Text(
    en="also in the last solution, in pairs, and races repeated (hours)",
    es="también en la última solución, por pares, y las carreras repetidas (horas)",
)
GATE = Text(
    en="only that gate, such as “last”; may be given again",
    es="solo esa compuerta, como «last»; se puede repetir",
)
JOBS = Text(en="trials at the same time", es="ensayos a la vez")
RESUME = Text(
    en="go on where a proof of the same sources was interrupted",
    es="sigue donde se interrumpió una prueba de las mismas fuentes",
)
WRITE = Text(en="write {document}", es="escribe {document}")
NOT_A_SHARD = Text(en="--shard takes i/n, such as 1/4.", es="--shard acepta i/n, como 1/4.")
SUM = Text(
    en="{gate}: {holds} of {tried} hold, {left} left out",
    es="{gate}: se cumplen {holds} de {tried}, {left} fuera",
)
BROKEN = Text(en="{count} do not hold.", es="{count} no se cumplen.")
HOLDS = Text(en="Everything holds, in {seconds:.0f} s.", es="Todo se cumple, en {seconds:.0f} s.")


def main(arguments: Sequence[str], voice: Voice) -> int:
    """0 when all holds, 1 otherwise."""
    options = Options("author", PROMISE, voice)
    options.takes("--stage", text=STAGE, metavar="STAGE")
    options.takes("--shard", text=SHARD, metavar="I/N", default="1/1")
    options.takes("--all", text=ALL, action="store_true")
    options.takes("--gate", text=GATE, action="append", default=[], metavar="GATE")
    options.takes("--resume", text=RESUME, action="store_true")
    options.takes("--jobs", text=JOBS, type=int, default=0, metavar="N")
    options.add_argument(
        "--write", action="store_true", help=voice.phrase(WRITE, document=DOCUMENT.as_posix())
    )
    chosen = options.read(arguments)
    with interruptible():
        return _prove(chosen, load_course(), voice)


def _prove(chosen: argparse.Namespace, course: Course, voice: Voice) -> int:
    asked = Asked(
        stage=course.stage(chosen.stage) if chosen.stage else None,
        shard=_shard(chosen.shard),
        everything=chosen.all or bool(chosen.gate),
        gates=tuple(chosen.gate),
        jobs=chosen.jobs,
    )

    def tell(finding: Finding) -> None:
        line = line_of(finding)
        voice.line(line if finding.holds or finding.left_out else voice.paint(line, "red"))

    memory = memory_at(places().state / "proof.jsonl") if chosen.resume else None
    with rooms(course) as made:
        proved = prove(course, asked, made, Proof(asked.at_once, tell, memory))
        for gate, (holds, tried, left) in sums(proved.findings).items():
            voice.say(SUM, gate=gate, holds=holds, tried=tried, left=left)
        for finding in proved.broken:
            tell(finding)
        if chosen.write:
            text = document(proved, made.mistakes, jobs=asked.at_once)
            (ROOT / DOCUMENT).write_text(text, encoding="utf-8")
    if proved.broken:
        voice.say(BROKEN, count=len(proved.broken))
        return 1
    voice.say(HOLDS, seconds=proved.seconds)
    return 0


def _shard(said: str) -> tuple[int, int]:
    number, _, of = said.partition("/")
    if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise WrongCommand(NOT_A_SHARD)
    return int(number), int(of)
