"""A conversation as it was held: who spoke, when, and what each reply code means, said once."""

from collections.abc import Iterator
from typing import NamedTuple

from mock_smtp.page.badges import on_purpose
from mock_smtp.page.html import Markup, tag
from mock_smtp.page.moments import pause_text
from mock_smtp.page.texts import Texts
from mock_smtp.smtp.explain import explained
from mock_smtp.smtp.tape import Line
from mock_smtp.store.attempts import KeptAttempt

_CONTENT = "A mail of "


class _Turn(NamedTuple):
    """What one side said without a break, and what the last line of it means where that is new."""

    lines: list[Line]
    meaning: str | None


def transcript(texts: Texts, kept: KeptAttempt) -> Markup:
    """Both sides of the conversation, and the reply that never arrived where there is one."""
    turns = [_turn(texts, turn) for turn in _turns(texts, kept.attempt.lines)]
    if kept.attempt.outcome == "unacknowledged":
        turns.append(_lost(texts))
    return tag("ol", turns, class_="talk")


def _turns(texts: Texts, lines: list[Line]) -> Iterator[_Turn]:
    """The lines in turns: a reply of several lines is one."""
    known: set[str] = set()
    begun: list[Line] = []
    content = False
    for line in lines:
        begun.append(line)
        if line.speaker == "server" and line.text[3:4] == "-":
            continue
        meaning = _meaning(texts, line, content=content) if line.speaker == "server" else None
        yield _Turn(begun, None if meaning in known else meaning)
        known |= {meaning} if meaning else set()
        content = line.speaker == "inbox" and line.text.startswith(_CONTENT)
        begun = []
    if begun:
        yield _Turn(begun, None)


def _meaning(texts: Texts, line: Line, *, content: bool) -> str | None:
    if line.text.startswith("250"):
        return texts("means.kept" if content else "means.done")
    return explained(line.text, texts.language)


def _turn(texts: Texts, turn: _Turn) -> Markup:
    *above, last = turn.lines
    said = tag("code", last.text) if last.speaker != "inbox" else texts.said(last.text)
    more = tag("summary", texts("lines", count=len(above) + 1), " ", said)
    all_lines = tag("code", "\n".join(line.text for line in turn.lines))
    return tag(
        "li",
        _who(texts, last.speaker, pause_text(texts, last.at / 1000)),
        tag("div", tag("details", more, all_lines), class_="words")
        if above
        else tag("div", said, class_="words"),
        tag("p", turn.meaning, class_="means") if turn.meaning else None,
        on_purpose(texts, last.injected),
        class_=f"{last.speaker} on-purpose" if last.injected else last.speaker,
    )


def _lost(texts: Texts) -> Markup:
    """The reply that the client never got."""
    return tag(
        "li",
        _who(texts, "server", texts("lost.when")),
        tag("div", tag("code", "250 2.0.0 Ok"), class_="words"),
        tag("p", texts("lost"), class_="means"),
        class_="server lost",
    )


def _who(texts: Texts, speaker: str, when: str) -> Markup:
    return tag("span", texts(f"who.{speaker}"), " · ", when, class_="speaker")
