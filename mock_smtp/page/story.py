"""One mail's story: the answer in words, the drawing, the copies, the conversations."""

from mock_smtp.page.badges import outcome_badge
from mock_smtp.page.copies import copies_section
from mock_smtp.page.history import History
from mock_smtp.page.html import Markup, tag
from mock_smtp.page.opened import Opened
from mock_smtp.page.texts import Texts
from mock_smtp.page.timeline import timeline_section
from mock_smtp.page.transcript import transcript
from mock_smtp.page.verdicts import answer
from mock_smtp.store.attempts import KeptAttempt


def story_side(opened: Opened, history: History) -> Markup:
    """Everything that happened to one mail."""
    texts = opened.texts
    return tag(
        "div",
        answer(texts, history),
        timeline_section(texts, history),
        copies_section(texts, history, opened.row.id),
        _transcripts(texts, history, opened.row.id),
        class_="story",
    )


def _transcripts(texts: Texts, history: History, shown: int) -> Markup:
    """Every conversation; the one that explains most is unfolded."""
    title = tag("h2", texts("transcript"))
    if not history.attempts:
        return tag("section", title, tag("p", texts("transcript.none"), class_="hint"))
    telling = _most_telling(history.attempts, shown)
    folded = [
        tag(
            "details",
            tag(
                "summary",
                texts("attempt.place", place=place),
                " ",
                outcome_badge(texts, kept),
            ),
            transcript(texts, kept),
            open=kept is telling,
            id=f"said-{kept.id}",
            class_="said",
        )
        for place, kept in enumerate(history.attempts, start=1)
    ]
    return tag("section", title, folded)


def _most_telling(attempts: list[KeptAttempt], shown: int) -> KeptAttempt:
    lost = (kept for kept in attempts if kept.attempt.outcome == "unacknowledged")
    brought = (kept for kept in attempts if kept.attempt.mail == shown)
    return next(lost, None) or next(brought, attempts[-1])
