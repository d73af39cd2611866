"""The timeline as a drawing: two lanes, a mail going down, a reply coming up, pauses measured."""

from math import log2

from mock_smtp.page.history import History, judged
from mock_smtp.page.html import Child, Markup, tag
from mock_smtp.page.moments import pause_text
from mock_smtp.page.texts import Texts
from mock_smtp.smtp.ledger import Attempt

_MOST = 40
_FEW = 4
_MARGIN = 26
_COLUMN = 108
_SHORTEST, _LONGEST = 72, 170
_CLIENT, _SERVER, _HEIGHT = 64, 172, 232
_NEWS = {"data": "drawing.mail", "after-store": "drawing.mail"}


def drawing(texts: Texts, history: History) -> Markup:
    """The first attempts as an SVG at its own size, so that its words stay readable."""
    attempts = [kept.attempt for kept in history.attempts[:_MOST]]
    drawn: list[Child] = []
    left, copies = _MARGIN, 0
    for place, attempt in enumerate(attempts):
        if place:
            width = _pause_width(history.timeline.gaps[place - 1])
            drawn.append(_pause(texts, history, place, left, width))
            left += width
        copies += attempt.mail is not None
        drawn.append(_attempt(texts, attempt, place + 1, copies, left))
        left += _COLUMN
    width = left + _MARGIN // 2
    return tag(
        "svg",
        _lanes(texts, width),
        drawn,
        width=width,
        height=_HEIGHT,
        viewBox=f"0 0 {width} {_HEIGHT}",
        role="img",
        aria_label=texts("drawing", count=len(attempts)),
        class_="drawing few" if len(attempts) < _FEW else "drawing",
    )


def _lanes(texts: Texts, width: int) -> list[Child]:
    return [
        _line(0, _CLIENT, width, _CLIENT, "lane"),
        _line(0, _SERVER, width, _SERVER, "lane"),
        _text(2, _CLIENT - 8, texts("who.client"), "lane-name"),
        _text(2, _SERVER + 18, texts("who.inbox"), "lane-name"),
    ]


def _attempt(texts: Texts, attempt: Attempt, place: int, copy: int, left: int) -> Markup:
    middle = left + _COLUMN // 2 + 2
    news = texts(_NEWS[attempt.stage]) if attempt.stage in _NEWS else attempt.stage.upper()
    return tag(
        "g",
        _text(middle, 18, texts("attempt.place", place=place), "place", "middle"),
        _arrow(middle - 24, _CLIENT + 5, middle - 6, _SERVER - 7, "news"),
        _text(middle - 24, (_CLIENT + _SERVER) // 2 + 4, news, "news", "end"),
        _reply(attempt, middle),
        _kept(texts, attempt, copy, middle),
        class_=f"drawn {attempt.outcome}",
    )


def _reply(attempt: Attempt, middle: int) -> list[Child]:
    """What came back: a reply, a reply that got lost on its way, or nothing at all."""
    x, y, top = middle + 8, _SERVER - 7, _CLIENT + 7
    half_x, half_y = x + 9, (y + top) // 2
    if attempt.outcome in {"accepted", "refused"}:
        code = str(attempt.code or 250)
        return [
            _arrow(x, y, x + 18, top, "reply"),
            _text(half_x + 10, half_y + 4, code, "reply"),
        ]
    code = "250" if attempt.outcome == "unacknowledged" else ""
    return [
        _line(x, y, half_x, half_y, "reply"),
        _line(half_x, half_y, x + 18, top, "never"),
        _cross(half_x, half_y),
        _text(half_x + 12, half_y + 4, code, "reply struck") if code else None,
    ]


def _kept(texts: Texts, attempt: Attempt, copy: int, middle: int) -> list[Child]:
    if attempt.mail is None:
        return [_text(middle, _SERVER + 34, texts("drawing.not.kept"), "absent", "middle")]
    top, left = _SERVER + 10, middle - 14
    flap = f"M{left} {top} l14 11 l14 -11"
    return [
        tag("rect", x=left, y=top, width=28, height=20, rx=3, class_="letter"),
        tag("path", d=flap, class_="flap"),
        _text(middle, _SERVER + 47, texts("drawing.copy", number=copy), "kept", "middle"),
    ]


def _pause(texts: Texts, history: History, place: int, left: int, width: int) -> Markup:
    pause = history.timeline.gaps[place - 1]
    kind = judged(history.attempts[place - 1].attempt, pause)
    start, end, middle = left - 22, left + width + 26, left + width // 2 + 2
    return tag(
        "g",
        _line(start, _CLIENT - 5, start, _CLIENT + 5, "tick"),
        _line(end, _CLIENT - 5, end, _CLIENT + 5, "tick"),
        _line(start, _CLIENT, end, _CLIENT, "pause"),
        _text(middle, _CLIENT - 12, pause_text(texts, pause), "length", "middle"),
        _text(middle, _CLIENT + 20, texts(f"judged.{kind}"), "judged", "middle"),
        class_=f"between {kind}",
    )


def _pause_width(seconds: float) -> int:
    """Longer pauses are wider, each doubling by the same step."""
    return min(_LONGEST, _SHORTEST + round(12 * log2(1 + max(0.0, seconds))))


def _line(x1: int, y1: int, x2: int, y2: int, kind: str) -> Markup:
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=kind)


def _arrow(x1: int, y1: int, x2: int, y2: int, kind: str) -> list[Child]:
    """A line with a head that points up or down, as the line goes."""
    back = -8 if y2 > y1 else 8
    head = f"M{x2 - 5} {y2 + back} L{x2} {y2} L{x2 + 3} {y2 + back - 1}"
    return [_line(x1, y1, x2, y2, kind), tag("path", d=head, class_=kind)]


def _cross(x: int, y: int) -> Markup:
    return tag("path", d=f"M{x - 6} {y - 6} l12 12 m0 -12 l-12 12", class_="cross")


def _text(x: int, y: int, words: str, kind: str, anchor: str = "start") -> Markup:
    return tag("text", words, x=x, y=y, class_=kind, text_anchor=anchor)
