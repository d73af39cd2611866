"""`/faults`: what shall go wrong, ready-made or one's own, by plain forms."""

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mock_smtp.api.requests import BadRequestError, inbox_of, read_body
from mock_smtp.api.v2.scripts import read_script
from mock_smtp.page.faultforms import PRESETS, own_form, preset_form, script_of
from mock_smtp.page.frame import button, framed, live
from mock_smtp.page.html import Child, Markup, tag
from mock_smtp.page.icons import icon
from mock_smtp.page.texts import Texts, texts_for
from mock_smtp.smtp.faults import Fault


async def listing(request: Request) -> Response:
    """The faults in their order, with forms to add and remove."""
    return _page(request)


async def added(request: Request) -> Response:
    """Append the fault of a form, ready-made or one's own; what cannot be is said on the page."""
    fields = await _fields(request)
    fields |= PRESETS.get(fields.pop("preset", ""), {})
    try:
        script = read_script(script_of(fields))
    except BadRequestError as error:
        return _page(request, error)
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


def _page(request: Request, error: BadRequestError | None = None) -> Response:
    texts, faults = texts_for(request), list(inbox_of(request).troubles.faults)
    title = texts("faults")
    return framed(
        request,
        title,
        tag("h1", title),
        tag("p", texts("faults.hint"), class_="lead"),
        _refusal(texts, error) if error else None,
        live("list", _set(texts, faults) if faults else _none(texts)),
        tag("h2", texts("faults.presets")),
        preset_form(texts),
        tag("details", tag("summary", texts("faults.own")), own_form(texts), open=bool(error)),
        room="faults",
        status=400 if error else 200,
    )


def _refusal(texts: Texts, error: BadRequestError) -> Markup:
    """Why a form was not taken, in the reader's language where the field is one of the form."""
    key = f"wrong.{error.field}"
    reason = texts(key) if texts.has(key) else error.message
    words = tag("p", texts("faults.refused", reason=reason))
    return tag("div", icon("note"), words, role="alert", class_="callout")


def _none(texts: Texts) -> Markup:
    return tag("p", icon("good"), texts("faults.empty"), class_="all-well")


def _set(texts: Texts, faults: list[Fault]) -> Markup:
    clear = button(texts("faults.clear"), "/faults/remove", "quiet") if len(faults) > 1 else None
    return tag(
        "section",
        tag("h2", texts("faults.set")),
        tag("ol", [_row(texts, fault) for fault in faults], class_="fault-list"),
        clear,
    )


def _row(texts: Texts, fault: Fault) -> Markup:
    used = fault.remaining == 0
    remove = texts("faults.remove")
    return tag(
        "li",
        tag("span", fault.id, class_="number"),
        tag("div", tag("strong", _sentence(texts, fault)), tag("div", _scope(texts, fault))),
        tag("span", _left(texts, fault), class_="badge used" if used else "badge waiting"),
        button(
            [icon("bad"), tag("span", f"{remove} {fault.id}", class_="only-heard")],
            "/faults/remove",
            "only-icon",
            id=fault.id,
        ),
        class_="used" if used else None,
    )


def _sentence(texts: Texts, fault: Fault) -> str:
    """What a fault does and where, in words."""
    script = fault.script
    seconds = f"{script.seconds:g}"
    does = texts(f"does.{script.action}", code=script.code, seconds=seconds)
    return texts("does.at", does=does, stage=texts(f"at.{script.stage}"))


def _scope(texts: Texts, fault: Fault) -> Child:
    match = fault.script.match
    if not match:
        return tag("span", texts("match.all"), class_="hint")
    words = ", ".join(f"{name}: {value}" for name, value in match.items())
    return tag("span", words, class_="hint")


def _left(texts: Texts, fault: Fault) -> str:
    if fault.remaining is None:
        return texts("left.forever", hits=fault.hits)
    if fault.remaining == 0:
        return texts("left.none")
    return texts("left", remaining=fault.remaining, times=fault.script.times)
