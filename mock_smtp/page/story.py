"""What happened to a mail, drawn: its timeline, its transcript, its copies."""

from datetime import UTC, datetime

from mock_smtp.page.frame import scrolled
from mock_smtp.page.html import Child, Markup, tag
from mock_smtp.page.texts import Texts
from mock_smtp.smtp.explain import explained
from mock_smtp.smtp.tape import Line
from mock_smtp.store.attempts import KeptAttempt
from mock_smtp.story.timeline import Timeline


def timeline_section(texts: Texts, timeline: Timeline) -> Markup | None:
    """Every attempt on one line with the gaps between them, and what they say; None for one."""
    if len(timeline.attempts) < 2:
        return None
    gaps: list[float | None] = [None, *timeline.gaps]
    steps = [_step(texts, kept, gap) for kept, gap in zip(timeline.attempts, gaps, strict=True)]
    return tag(
        "section",
        tag("h2", texts("timeline")),
        tag("ol", steps, class_="timeline"),
        tag("ul", [_verdict(texts, name) for name in timeline.verdicts], class_="verdicts"),
        tag("p", texts(f"curve.{timeline.curve}")) if timeline.curve != "none" else None,
        id="timeline",
    )


def transcript_table(texts: Texts, kept: KeptAttempt) -> Markup:
    """Every line that was said, its time, its meaning."""
    heads = [
        tag("th", texts(key), scope="col")
        for key in ("line.at", "line.who", "line.said", "line.means")
    ]
    rows = [_line(texts, line) for line in kept.attempt.lines]
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="transcript")
    return scrolled(texts("transcript"), table)


def outcome_badge(texts: Texts, kept: KeptAttempt) -> Markup:
    """How an attempt ended, in a word, with its code."""
    attempt = kept.attempt
    code = f" {attempt.code}" if attempt.code else ""
    return tag(
        "span", texts(f"outcome.{attempt.outcome}") + code, class_=f"badge {attempt.outcome}"
    )


def moment_text(milliseconds: int) -> Markup:
    """A moment as a reader's clock shows it, in UTC."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return tag("time", moment.strftime("%Y-%m-%d %H:%M:%S"), datetime=moment.isoformat())


def _step(texts: Texts, kept: KeptAttempt, gap: float | None) -> Markup:
    attempt = kept.attempt
    pause = None if gap is None else tag("span", texts("gap", seconds=f"{gap:.1f}"), class_="gap")
    return tag(
        "li",
        pause,
        tag("a", outcome_badge(texts, kept), href=f"/attempts/{kept.id}"),
        tag("span", attempt.stage, class_="stage"),
        _injected(texts, attempt.injected),
    )


def _verdict(texts: Texts, name: str) -> Markup:
    return tag("li", texts(f"verdict.{name}"), class_=name)


def _line(texts: Texts, line: Line) -> Markup:
    meaning = explained(line.text, texts.language) if line.speaker == "server" else None
    means: list[Child] = [meaning, _injected(texts, line.injected)]
    return tag(
        "tr",
        tag("td", f"{line.at:.0f}"),
        tag("td", texts(f"who.{line.speaker}")),
        tag("td", tag("code", line.text)),
        tag("td", *means),
        class_=f"{line.speaker} injected" if line.injected else line.speaker,
    )


def _injected(texts: Texts, label: str | None) -> Markup | None:
    if label is None:
        return None
    return tag("span", texts("injected", label=label), class_="badge injected")
