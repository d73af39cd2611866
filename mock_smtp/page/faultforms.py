"""The forms that set faults: ready-made ones, and one for everything else."""

from typing import Any

from mock_smtp.page.html import Markup, tag
from mock_smtp.page.texts import Texts
from mock_smtp.smtp.faults import ACTIONS, STAGES

PRESETS: dict[str, dict[str, str]] = {
    "twice": {"stage": "data", "action": "reply", "code": "451", "times": "2"},
    "lost": {"stage": "after-store", "action": "drop"},
    "slow": {"stage": "data", "action": "delay", "seconds": "5"},
    "refuse": {"stage": "rcpt", "action": "reply", "code": "550", "times": "0"},
    "down": {"stage": "connect", "action": "drop"},
}
_NUMBERS = frozenset({"code", "seconds", "times"})


def script_of(fields: dict[str, str]) -> dict[str, Any]:
    """The texts of a form as the values a script has; what is no number stays a text."""
    script: dict[str, Any] = {
        name: _number(text) if name in _NUMBERS else text
        for name, text in fields.items()
        if name != "to"
    }
    return script | ({"match": {"to": fields["to"]}} if "to" in fields else {})


def preset_form(texts: Texts) -> Markup:
    """A card for each ready-made fault, and one field for whom they concern."""
    cards = [
        tag(
            "button",
            tag("strong", texts(f"preset.{name}")),
            tag("span", texts(f"preset.{name}.hint")),
            name="preset",
            value=name,
            class_="card",
        )
        for name in PRESETS
    ]
    return tag(
        "form",
        _field(texts("match.to"), "to", "text", placeholder="ana@example.com"),
        tag("div", cards, class_="cards"),
        method="post",
        action="/faults",
        class_="presets",
    )


def own_form(texts: Texts) -> Markup:
    """Every field a fault has."""
    return tag(
        "form",
        _choice(texts, "stage", "at.", STAGES, "data"),
        _choice(texts, "action", "action.", ACTIONS, "reply"),
        _field(texts("code"), "code", "number", placeholder="451"),
        _field(texts("seconds"), "seconds", "text", inputmode="decimal"),
        _field(texts("times"), "times", "number", placeholder="1"),
        _field(texts("match.to"), "to", "text"),
        tag("button", texts("faults.add"), class_="main"),
        method="post",
        action="/faults",
        class_="fields",
    )


def _number(text: str) -> int | float | str:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text


def _choice(texts: Texts, name: str, words: str, values: tuple[str, ...], chosen: str) -> Markup:
    options = [
        tag("option", f"{value}: {texts(words + value)}", value=value, selected=value == chosen)
        for value in values
    ]
    return tag("label", tag("span", texts(name)), tag("select", options, name=name))


def _field(label: str, name: str, kind: str, **more: str) -> Markup:
    least = "0" if kind == "number" else None
    entry = tag("input", type=kind, name=name, min=least, autocomplete="off", **more)
    return tag("label", tag("span", label), entry)
