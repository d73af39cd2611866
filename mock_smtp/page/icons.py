"""Small pictures, drawn in the text's own colour; screen readers pass over them."""

from mock_smtp.page.html import Markup, tag

_PATHS = {
    "inbox": "M3 13h4l1.5 3h7L17 13h4M5 5h14l2 8v6H3v-6z",
    "tries": "M4 12a8 8 0 1 0 2.5-5.8M4 4v4.5h4.5",
    "copies": "M9 9h11v11H9zM5 15H4V4h11v1",
    "faults": "M13 2 5 14h6l-1 8 9-13h-6.5z",
    "search": "M10.5 4a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13zM15.5 15.5 21 21",
    "auto": "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 5a7 7 0 0 1 0 14z",
    "dark": "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z",
    "light": "M12 8a4 4 0 1 1 0 8a4 4 0 0 1 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 "
    "17.5 19 19M5 19l1.5-1.5M17.5 6.5 19 5",
    "clip": "M20 11.5 12 19.5a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7L9.8 17"
    "a1.6 1.6 0 0 1-2.3-2.3l7.5-7.5",
    "envelope": "M3 6h18v12H3zM3 7l9 6 9-6",
    "keys": "M2 6h20v12H2zM6 10h.01M10 10h.01M14 10h.01M18 10h.01M7 14h10",
    "trash": "M4 7h16M10 7V4h4v3M6 7l1 13h10l1-13",
    "good": "M4 12.5 9.5 18 20 6.5",
    "bad": "M6 6l12 12M18 6 6 18",
    "note": "M12 4 2.5 20h19zM12 10v4.5M12 17.5h.01",
}


def icon(name: str) -> Markup:
    """One picture by its name."""
    path = tag("path", d=_PATHS[name])
    return tag("svg", path, viewBox="0 0 24 24", class_=f"icon {name}", aria_hidden="true")
