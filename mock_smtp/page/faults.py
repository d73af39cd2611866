"""`/faults`: what shall go wrong, ready-made or one's own, by plain forms."""

from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mock_smtp.api.requests import BadRequestError, inbox_of, read_body
from mock_smtp.api.v2.scripts import read_script
from mock_smtp.page.frame import button, framed, scrolled
from mock_smtp.page.html import Child, Markup, tag
from mock_smtp.page.texts import Texts, texts_for
from mock_smtp.smtp.faults import ACTIONS, STAGES, Fault

_PRESETS: dict[str, dict[str, str]] = {
    "twice": {"stage": "data", "action": "reply", "code": "451", "times": "2"},
    "lost": {"stage": "after-store", "action": "drop"},
    "slow": {"stage": "data", "action": "delay", "seconds": "5"},
    "refuse": {"stage": "rcpt", "action": "reply", "code": "550", "times": "0"},
    "down": {"stage": "connect", "action": "drop"},
}


async def listing(request: Request) -> Response:
    """The faults in their order, with forms to add and remove."""
    return _page(request)


async def added(request: Request) -> Response:
    """Append the fault of a form; what cannot be is said on the page."""
    fields = await _fields(request)
    try:
        script = read_script(_script(fields))
    except BadRequestError as error:
        return _page(request, error.message)
    inbox_of(request).troubles.faults.add(script)
    return RedirectResponse("/faults", status_code=303)


async def removed(request: Request) -> Response:
    """Remove one fault, or all where none is named."""
    number, faults = (await _fields(request)).get("id"), inbox_of(request).troubles.faults
    if number:
        faults.remove(number)
    else:
        faults.clear()
    return RedirectResponse("/faults", status_code=303)


async def _fields(request: Request) -> dict[str, str]:
    fields = parse_qs((await read_body(request)).decode("utf-8", "replace"))
    return {name: values[0].strip() for name, values in fields.items() if values[0].strip()}


def _script(fields: dict[str, str]) -> dict[str, Any]:
    """The texts of a form as the values a script has; what is no number stays a text."""
    script: dict[str, Any] = {
        name: _number(text) if name in {"code", "seconds", "times"} else text
        for name, text in fields.items()
        if name != "to"
    }
    return script | ({"match": {"to": fields["to"]}} if "to" in fields else {})


def _number(text: str) -> int | float | str:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def _page(request: Request, reason: str | None = None) -> Response:
    texts, faults = texts_for(request), list(inbox_of(request).troubles.faults)
    refusal = tag("p", texts("faults.refused", reason=reason), role="alert", class_="flaws")
    title = texts("faults")
    return framed(
        texts,
        title,
        tag("h1", title),
        tag("p", texts("faults.hint"), class_="hint"),
        refusal if reason else None,
        _table(texts, faults) if faults else tag("p", texts("faults.empty"), class_="empty"),
        tag("h2", texts("faults.presets")),
        tag("div", _presets(texts), class_="buttons"),
        tag("h2", texts("faults.own")),
        _form(texts),
        status=400 if reason else 200,
    )


def _presets(texts: Texts) -> list[Child]:
    return [
        button(texts(f"preset.{name}"), "/faults", **script) for name, script in _PRESETS.items()
    ]


def _table(texts: Texts, faults: list[Fault]) -> Markup:
    keys = ("stage", "action", "code", "seconds", "remaining", "match.to")
    heads = [tag("th", texts(key), scope="col") for key in keys]
    table = tag(
        "table",
        tag("thead", tag("tr", heads, tag("td"))),
        tag("tbody", [_row(texts, fault) for fault in faults]),
    )
    clear = button(texts("faults.clear"), "/faults/remove")
    return tag("div", scrolled(texts("faults"), table), clear)


def _row(texts: Texts, fault: Fault) -> Markup:
    shown = fault.to_json()
    remaining = texts("forever") if fault.remaining is None else str(fault.remaining)
    cells = [shown["stage"], shown["action"], _text(shown["code"]), _text(shown["seconds"])]
    match = ", ".join(f"{name}: {value}" for name, value in fault.script.match.items())
    return tag(
        "tr",
        [tag("td", cell) for cell in (*cells, remaining, match)],
        tag("td", button(texts("faults.remove"), "/faults/remove", id=fault.id)),
        class_="used" if fault.remaining == 0 else None,
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _form(texts: Texts) -> Markup:
    return tag(
        "form",
        _choice(texts("stage"), "stage", STAGES, "data"),
        _choice(texts("action"), "action", ACTIONS, "reply"),
        _field(texts("code"), "code", "number"),
        _field(texts("seconds"), "seconds", "text"),
        _field(texts("times"), "times", "number"),
        _field(texts("match.to"), "to", "text"),
        tag("button", texts("faults.add")),
        method="post",
        action="/faults",
        class_="fields",
    )


def _choice(label: str, name: str, values: tuple[str, ...], chosen: str) -> Markup:
    options = [tag("option", value, selected=value == chosen) for value in values]
    return tag("label", tag("span", label), tag("select", options, name=name))


def _field(label: str, name: str, kind: str) -> Markup:
    return tag("label", tag("span", label), tag("input", type=kind, name=name, min="0"))
