"""Every attempt of a mail, drawn and told, with the pauses between them."""

from mock_smtp.page.badges import on_purpose, outcome_badge
from mock_smtp.page.drawing import drawing
from mock_smtp.page.frame import scrolled
from mock_smtp.page.history import History, judged
from mock_smtp.page.html import Child, Markup, tag
from mock_smtp.page.moments import moment_text, pause_text
from mock_smtp.page.texts import Texts
from mock_smtp.store.attempts import KeptAttempt


def timeline_section(texts: Texts, history: History) -> Markup | None:
    """Every attempt drawn and told, with the pauses between them; None where there is none."""
    if not history.attempts:
        return None
    steps: list[Child] = []
    pauses: list[float | None] = [None, *history.timeline.gaps]
    for place, (kept, pause) in enumerate(zip(history.attempts, pauses, strict=True)):
        if pause is not None:
            steps.append(_pause(texts, history.attempts[place - 1], pause))
        steps.append(_step(texts, kept, place + 1))
    return tag(
        "section",
        tag("h2", texts("timeline")),
        scrolled(texts("timeline"), drawing(texts, history)),
        tag("ol", steps, class_="steps"),
        class_="timeline",
    )


def _pause(texts: Texts, earlier: KeptAttempt, pause: float) -> Markup:
    kind = judged(earlier.attempt, pause)
    judgement = tag("span", texts(f"judged.{kind}"), class_=f"judged {kind}")
    return tag("li", texts("gap", time=pause_text(texts, pause)), " ", judgement, class_="pause")


def _step(texts: Texts, kept: KeptAttempt, place: int) -> Markup:
    attempt = kept.attempt
    kept_as = tag("a", texts("step.mail"), href=f"/view/{attempt.mail}") if attempt.mail else None
    return tag(
        "li",
        tag("a", texts("attempt.place", place=place), href=f"/attempts/{kept.id}"),
        " ",
        outcome_badge(texts, kept),
        " ",
        moment_text(attempt.started),
        tag("p", texts(f"step.{attempt.outcome}", stage=attempt.stage), " ", kept_as),
        on_purpose(texts, attempt.injected),
    )
