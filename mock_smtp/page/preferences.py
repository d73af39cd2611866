"""What a reader prefers: a theme and a language, asked for by a link, kept in a cookie."""

from typing import Literal
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

Theme = Literal["auto", "dark", "light"]
_THEMES: tuple[Theme, ...] = ("auto", "dark", "light")
_A_YEAR = 365 * 24 * 3600


def theme_for(request: Request) -> Theme:
    """The theme a reader chose; `auto` follows the system."""
    asked = request.query_params.get("theme") or request.cookies.get("theme")
    return next((theme for theme in _THEMES if theme == asked), "auto")


def theme_after(theme: Theme) -> Theme:
    """The theme the switch goes to: automatic, dark, light, and round again."""
    return _THEMES[(_THEMES.index(theme) + 1) % len(_THEMES)]


def remember(request: Request, answer: Response) -> None:
    """Keep in cookies what the address asked for."""
    for name in ("lang", "theme"):
        asked = request.query_params.get(name)
        if asked:
            answer.set_cookie(name, asked[:5], _A_YEAR, samesite="strict", httponly=True)


def same_page(request: Request, **changes: str) -> str:
    """The address of the page being shown, with other preferences."""
    query = {**request.query_params, **changes}
    return f"{request.url.path}?{urlencode(query)}"
