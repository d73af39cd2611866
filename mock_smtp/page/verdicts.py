"""The answer to "why did it come twice?", in words."""

from mock_smtp.page.history import History
from mock_smtp.page.html import Markup, tag
from mock_smtp.page.icons import icon
from mock_smtp.page.opened import Opened
from mock_smtp.page.texts import Texts

_ANSWERS = ("retried-after-lost-250", "sent-again-after-250")
_GOOD = frozenset({"delivered-after-retries"})


def why_banner(opened: Opened, history: History) -> Markup | None:
    """A line that leads to the story, where there is one."""
    key = _headline(history)
    if key is None and len(history.attempts) < 2:
        return None
    words = opened.texts(key or "why.attempts", count=_times(history, key))
    link = tag("a", opened.texts("why.see"), href=f"{opened.path}/story")
    return tag("p", icon("note"), tag("span", words, " ", link), class_="notice")


def answer(texts: Texts, history: History) -> Markup | None:
    """The answer to "why did it come twice?" first, then what else is to be said."""
    verdicts = sorted(history.timeline.verdicts, key=lambda name: name not in _ANSWERS)
    key = _headline(history)
    if key is None and not verdicts:
        return None
    title = texts(key or "why.attempts", count=_times(history, key))
    sentences = [_verdict(texts, name) for name in verdicts]
    curve = f"curve.{history.timeline.curve}"
    if texts(curve):
        sentences.append(tag("li", icon("note"), texts(curve)))
    return tag("div", tag("h2", title), tag("ul", sentences), class_="answer")


def _headline(history: History) -> str | None:
    for name in _ANSWERS:
        if name in history.timeline.verdicts:
            return f"why.{name}"
    return "why.copies" if len(history.copies) > 1 else None


def _times(history: History, key: str | None) -> int:
    """How often the mail came, or was tried where it came once."""
    stored = sum(kept.attempt.mail is not None for kept in history.attempts)
    return max(stored, len(history.copies)) if key else len(history.attempts)


def _verdict(texts: Texts, name: str) -> Markup:
    mark = icon("good" if name in _GOOD else "note")
    return tag("li", mark, tag("span", texts(f"verdict.{name}")), class_=name)
