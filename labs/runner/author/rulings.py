"""How what the judge showed is judged itself: empty where it is right, else what is wrong."""

from labs.runner.author.trial import Shown
from labs.runner.course import Stage


def names(wanted: set[str], shown: Shown) -> str:
    """Whether the hint shown is one of those wanted."""
    if not shown.check:
        return "green"
    if shown.hint in wanted:
        return ""
    return f"{shown.check}: {shown.hint or 'no hint'} ({shown.params})"


def blames_no_third(both: set[str], shown: Shown) -> str:
    """Whether a hint that was shown belongs to one of the two mistakes."""
    if not shown.check:
        return "green"
    return "" if not shown.hint or shown.hint in both else f"{shown.check}: {shown.hint}"


def is_green(shown: Shown) -> str:
    """Whether nothing was red and no hint was shown."""
    if shown.reds or shown.hints:
        return f"red: {', '.join(shown.reds)}; hints: {', '.join(shown.hints)}; {shown.params}"
    return ""


def is_rightly_red(stage: Stage, shown: Shown) -> str:
    """Whether a starter is red where its stage says, with no hint that is untrue of it."""
    if not shown.check:
        return "green"
    if shown.check not in stage.starter_red:
        return f"red at {shown.check}, not at {' or '.join(stage.starter_red)}"
    return "" if not shown.hint or shown.hint in stage.starter_hints else f"hint: {shown.hint}"
