"""The end of a guide: the files it changed, in full, for students whose own code differs.

Run as `python -m labs.runner.guides.results` it rewrites that end in every guide.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from labs.runner.guides.blocks import Guide
from labs.runner.guides.parse import read_guide
from labs.runner.guides.solution import LABS, cached, stages
from labs.runner.guides.text import write

LANGUAGES = {"guide.md": "en", "guide.es.md": "es"}
HEADINGS = {
    "en": "## The files of this stage, in full",
    "es": "## Los archivos de esta etapa, completos",
}
_SENTENCES = {
    "en": "This is how the files that you touched look in the end. If yours differ, that is\n"
    "fine: compare them calmly, and keep what you understand.",
    "es": "Así quedan al final los archivos que tocaste. Si los tuyos son distintos, no pasa\n"
    "nada: compáralos con calma y quédate con lo que entiendas.",
}
_LANGUAGE_OF = {".py": "python", ".toml": "toml", ".txt": "text", ".md": "markdown"}


def write_results(stage: str, *, cache: Path, labs: Path = LABS) -> None:
    """Bring the end of both guides of a stage up to date."""
    for name in LANGUAGES:
        path = labs / stage / name
        write(path, with_results(path, cached(stage, cache=cache, labs=labs)))


def with_results(path: Path, solution: Path) -> str:
    """The text of the guide at `path` with its end made from the files of `solution`."""
    language = LANGUAGES[path.name]
    text = path.read_text(encoding="utf-8").split(HEADINGS[language])[0].rstrip()
    parts = [text, HEADINGS[language], _SENTENCES[language], *_blocks(read_guide(path), solution)]
    return "\n\n".join(parts) + "\n"


def _blocks(guide: Guide, solution: Path) -> Iterator[str]:
    for file in guide.files:
        path = solution / file
        if path.is_file():
            body = path.read_text(encoding="utf-8")
            language = _LANGUAGE_OF.get(path.suffix, "text")
            fence = "````" if "```" in body else "```"
            yield f"`{file}`"
            yield f'{fence}{language} result="{file}"\n{body}{fence}'


def main(cache: Path) -> int:
    """Rewrite the end of every guide."""
    for stage in stages():
        write_results(stage, cache=cache)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path("var") / "solutions"))
