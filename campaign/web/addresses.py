"""Names for every template: addresses of pages and files, and the current campaign."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app, g, request, url_for
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from campaign.editions.edition_cache import LoadedEdition
from campaign.pack.languages import INTERFACE, long_date, number
from campaign.services import service
from campaign.settings import Settings
from campaign.web import languages


def init(app: Flask) -> None:
    """Give the templates their common names."""
    app.jinja_env.globals.update(
        file=file_address,
        to=page_address,
        in_language=in_language,
        in_newest=in_newest,
        language_names=languages.NAMES,
        interface=INTERFACE,
    )
    app.get_send_file_max_age = _max_age  # type: ignore[assignment]
    app.jinja_env.filters["accented"] = accented
    app.jinja_env.filters["grouped"] = grouped
    app.jinja_env.filters["day"] = lambda day: long_date(day, languages.current())
    app.context_processor(_context)


def _max_age(name: str | None) -> int:
    """Seconds that a browser may cache a static file: a year with its digest, else a day.

    An imported script has no digest and must match the script that imports it: it is checked each time.
    """
    if request.args.get("v"):
        return 31_536_000
    return 0 if name and name.endswith(".js") else 86_400


def _context() -> dict[str, Any]:
    loaded_edition: LoadedEdition | None = g.get("edition")
    return {
        "language": languages.current(),
        # French has a space before a colon, also where a template joins two texts.
        "colon": "\u00a0:" if languages.current() == "fr" else ":",
        "pack": loaded_edition.pack if loaded_edition else None,
        "edition": loaded_edition.number if loaded_edition else 0,
        "edition_day": long_date(loaded_edition.day, languages.current()) if loaded_edition else "",
        # The number of the newest edition, if an old one is shown.
        "newest": g.get("newest", 0),
        # An organiser looks at the draft as if it were published.
        "draft": g.get("draft", False),
    }


@lru_cache(maxsize=256)
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def file_address(name: str) -> str:
    """The address of a static file, with its content's digest, so that it can be cached permanently."""
    folder = Path(current_app.static_folder or "")
    # Not with url_for: an error page for an unknown host needs its style, too.
    return f"{current_app.static_url_path}/{name}?v={_digest(folder / name)}"


def page_address(endpoint: str, **values: Any) -> str:
    """The address of a page of this campaign in the current language."""
    defaults: dict[str, Any] = {"language": languages.current()}
    draft = f"desk.draft_{endpoint.rpartition('.')[2]}"
    if g.get("draft") and not endpoint.startswith("desk.") and draft in current_app.view_functions:
        endpoint = draft  # links in the draft stay in the draft
    if g.get("edition"):
        defaults["slug"] = g.edition.pack.slug
        if g.get("newest") and current_app.url_map.is_endpoint_expecting(endpoint, "number"):
            defaults["number"] = g.edition.number  # links in an old edition stay in it
    return url_for(endpoint, **{**defaults, **values})


def base_url() -> str:
    """The beginning of addresses in e-mails and files: from the settings, or from this request."""
    return service(Settings).public_url or request.host_url.rstrip("/")


def own_path(path: str, method: str = "GET") -> str:
    """The path, if our own router has a page for it; '' for anything else.

    Paths that browsers read as another site are refused first: `//x`, `/\\x`, control characters, schemes.
    """
    if not path.startswith("/") or len(path) > 2_000 or "\\" in path or path[1:2] == "/":
        return ""
    if any(ord(character) < 33 or ord(character) == 127 for character in path) or urlsplit(path).netloc:
        return ""
    try:
        router = current_app.url_map.bind("localhost")
        _endpoint, values = router.match(unquote(urlsplit(path).path), method=method)
        if values.get("language", INTERFACE[0]) not in INTERFACE:
            return ""
    except (HTTPException, RoutingException, ValueError):
        return ""
    return path


def in_language(language: str) -> str:
    """The current page in another language; the front page if it has no language."""
    endpoint, values = request.endpoint, {**g.get("address", {}), **(request.view_args or {})}
    if g.get("stands_for"):  # this page was shown instead of another one
        endpoint, values = g.stands_for, {"language": language}
    if endpoint is None or "language" not in values or g.get("error_id"):
        return f"/{language}/"
    home = {"letters.write_post": "letters.write", "letters.download": "letters.write"}
    values.pop("suffix", None)
    address = url_for(home.get(endpoint, endpoint), **{**values, "language": language})
    if request.method == "POST" and not own_path(address):
        return f"/{language}/desk/" if request.blueprint == "desk" else f"/{language}/"
    return address


def in_newest() -> str:
    """The current page in the newest edition."""
    values = {name: value for name, value in (request.view_args or {}).items() if name != "number"}
    return url_for(str(request.endpoint), **values)


def grouped(count: int) -> str:
    """A number as the reader's language groups it."""
    return number(Decimal(count), languages.current())


def accented(name: str, accent: str) -> Markup:
    """A name with one part in the campaign's colour."""
    head, mark, tail = name.partition(accent)
    if not accent or not mark:
        return escape(name)
    return Markup("{}<span>{}</span>{}").format(head, mark, tail)
