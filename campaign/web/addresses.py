"""Names for every template: addresses of pages and files, the current campaign, attributes of controls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app, g, request, url_for
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from campaign.editions.edition_cache import LoadedEdition
from campaign.languages.data import exists, installed, language, source
from campaign.languages.dates import Day, long_date, moment
from campaign.languages.direction import isolated
from campaign.languages.numbers import amount, in_own_digits, number
from campaign.web import copies, domains, languages, offers, partners
from campaign.web.fields import attributes
from campaign.web.static_files import file_address


def init(app: Flask) -> None:
    """Give the templates their common names."""
    app.jinja_env.globals.update(
        file=file_address,
        to=page_address,
        in_language=in_language,
        in_newest=in_newest,
        neutral_page=neutral_page,
        language_names=languages.OWN_NAMES,
        direction=languages.direction,
        written_in=languages.written_in,
        interface=installed(),
        known_base=domains.known_base,
        attributes=attributes,
    )
    app.jinja_env.filters["accented"] = accented
    app.jinja_env.filters["grouped"] = grouped
    app.jinja_env.filters["language_name"] = lambda code: languages.name_in(code, languages.current())
    app.jinja_env.filters["isolated"] = lambda text: isolated(text, languages.current())
    app.jinja_env.filters["hour"] = hour
    app.jinja_env.filters["moment"] = lambda at: moment(at, languages.current())
    app.jinja_env.filters["month"] = lambda day: Day(day.year, day.month).show(languages.current())
    app.jinja_env.filters["per_cent"] = per_cent
    app.jinja_env.filters["day"] = lambda day: long_date(day, languages.current())
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    loaded_edition: LoadedEdition | None = g.get("edition")
    own = language(languages.current())
    return {
        "offer": offers.current() if loaded_edition else None,
        "language": languages.current(),
        # Between two texts that a template joins: some languages have a space before a colon, or none after.
        "colon": own.text("colon") + (" " if own.line("text", "word-spaces") else ""),
        "comma": own.text("comma"),
        "pack": loaded_edition.pack if loaded_edition else None,
        "edition": loaded_edition.number if loaded_edition else 0,
        "edition_day": long_date(loaded_edition.day, languages.current()) if loaded_edition else "",
        # The number of the newest edition, if an old one is shown.
        "newest": g.get("newest", 0),
        # An organiser looks at the draft as if it were published.
        "draft": g.get("draft", False),
        # A page for a mirror or for one file, which has no server.
        "copied": copies.here(),
        "names_edition": copies.names_edition,
    }


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
    every = {**defaults, **partners.led(endpoint), **values}
    if any(type(value) not in _PLAIN or len(str(value)) > _LONGEST for value in every.values()):
        return url_for(endpoint, **every)
    made = current_app.extensions.get(_MADE)
    if made is None:
        made = current_app.extensions[_MADE] = _addresses()
    address: str = made(request.script_root, endpoint, *every.items())
    return address


#: What is kept is plain and short: keys of a campaign, never what somebody typed or the token of a link.
_PLAIN, _LONGEST = (str, int), 40


#: Where an application keeps its addresses: a cache of this module would keep applications that are no more.
_MADE = "campaign.addresses"


def _addresses() -> Callable[..., str]:
    """The addresses that were made before: a page has some fifty, and most are on every page."""

    @lru_cache(maxsize=4_096)
    def address(_script_root: str, endpoint: str, *values: tuple[str, str | int]) -> str:
        return url_for(endpoint, **dict(values))  # type: ignore[arg-type]

    return address


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
        if not exists(values.get("language", source())):
            return ""
    except (HTTPException, RoutingException, ValueError):
        return ""
    return path


#: Addresses to which the composer's form is sent; each answers with the composer.
_OF_THE_COMPOSER = {"letters.write_post", "letters.download", "letters.sent", "letters.preview"}


def neutral_page() -> str:
    """Where somebody goes who has to leave a page at once: what anybody may read, in the same language."""
    return f"https://{languages.current().partition('-')[0]}.wikipedia.org/"


def in_language(language: str) -> str:
    """The current page in another language; the front page if it has no language."""
    endpoint, values = request.endpoint, {**g.get("address", {}), **(request.view_args or {})}
    if g.get("stands_for"):  # this page was shown instead of another one
        endpoint, values = g.stands_for, {"language": language}
    if endpoint is None or "language" not in values or g.get("error_id"):
        return f"/{language}/"
    if endpoint in _OF_THE_COMPOSER:
        endpoint, values = "letters.write", dict(g.get("address", {}))
    if not current_app.url_map.is_endpoint_expecting(endpoint, "slug"):
        values.pop("slug", None)  # the link of an e-mail names no campaign
    address = url_for(endpoint, **{**values, "language": language})
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


def per_cent(share: int) -> str:
    """A share as the reader's language writes it: 40%."""
    return amount(Decimal(share), languages.current(), per_cent=True)


def hour(at: datetime) -> str:
    """A time of the day, 14:05, in the digits of the reader's language."""
    return in_own_digits(at.strftime("%H:%M"), languages.current())


def accented(name: str, accent: str) -> Markup:
    """A name with one part in the campaign's colour."""
    head, mark, tail = name.partition(accent)
    if not accent or not mark:
        return escape(name)
    return Markup("{}<span>{}</span>{}").format(head, mark, tail)
