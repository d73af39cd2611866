"""The copies of a mail and how they differ."""

from mock_smtp.page.history import History
from mock_smtp.page.html import Child, Markup, tag
from mock_smtp.page.texts import Texts


def copies_section(texts: Texts, history: History, shown: int | None = None) -> Markup | None:
    """Links to all copies and how they differ; None for a single one."""
    if len(history.copies) < 2:
        return None
    links = [
        tag(
            "a",
            texts("copy", number=place),
            href=f"/view/{number}",
            aria_current="true" if number == shown else None,
        )
        for place, number in enumerate(history.copies, start=1)
    ]
    return tag(
        "section",
        tag("h2", texts("copies.title")),
        tag("p", links, class_="copy-links"),
        _differences(texts, history),
    )


def _differences(texts: Texts, history: History) -> Child:
    if not any(history.differences.values()):
        return tag("p", texts("same"))
    return [
        tag("details", tag("summary", texts("difference", place=place)), _diff(lines))
        for place, lines in enumerate(history.differences.values(), start=2)
        if lines
    ]


def _diff(lines: list[str]) -> Markup:
    kinds = {"+": "added", "-": "removed"}
    return tag(
        "pre",
        [tag("span", line + "\n", class_=kinds.get(line[:1])) for line in lines],
        class_="diff",
    )
