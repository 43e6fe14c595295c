"""Public pages, rendered once for each edition and language, and cached until that changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import Blueprint, Response, g, request

from campaign.services import service
from campaign.web import budgets, domains, limits, offers, same_for_all
from campaign.web.compression import Packed, coding_of_request, packed
from campaign.web.foreign_text import with_languages
from campaign.web.open_edition import is_old, open_edition
from campaign.web.trials import Trials

#: A page may be a minute old, and may be shown if the application does not respond.
CACHE = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"

View = Callable[..., str]

#: Two numbers that change with what a page shows: its own, and that of what the campaign offers today.
PageVersion = tuple[int, int]


def shown_mark() -> int:
    """A number that differs if what every page of the campaign shows does: its offer, or a trial's note."""
    return offers.current().mark << 2 | service(Trials).mark


def page_of(html: str, often: bool = True) -> Packed:
    """A complete page; `often`: it is kept and sent to many."""
    return Packed(with_languages(html).encode(), often)


class PageCache:
    """The HTML of the pages of the newest editions, as long as it is valid."""

    def __init__(self) -> None:
        # The last part is the path; for the onion service, with a sign before it that no path has.
        self._pages: dict[tuple[str, int, PageVersion, str], Packed] = {}

    def get(self, version: PageVersion, make: Callable[[], str], variant: str = "") -> Packed:
        """The page at the address of this request; rendered again if its edition or `version` changes.

        `variant` is one of a few forms that the page has at the same path.
        """
        path = f"onion {request.path}" if domains.by_onion() else request.path
        path = f"{path}?{variant}" if variant else path
        key = (g.edition.pack.slug, g.edition.number, version, path)
        if key not in self._pages:
            html = make()
            for cached in [
                page_key for page_key in self._pages if page_key[0] == key[0] and page_key[1:3] != key[1:3]
            ]:
                if cached[1] != key[1] or cached[3] == key[3]:
                    self._pages.pop(cached, None)
            self._pages[key] = page_of(html)
        return self._pages[key]

    def snapshot(self) -> dict[tuple[str, int, PageVersion, str], Packed]:
        """The current content, for tests and measurements."""
        return dict(self._pages)


@dataclass(slots=True)
class PublicPages:
    """The public pages of one blueprint.

    `views` maps the name of each to the end of its address and to the view that renders `g.edition`.
    """

    blueprint: Blueprint
    views: dict[str, tuple[str, View]] = field(default_factory=dict)

    def page(
        self,
        rule: str,
        version: Callable[[], int] | None = None,
        fill: Callable[[bytes], bytes] | None = None,
        **options: Any,
    ) -> Callable[[View], View]:
        """Route a page under /<language>/<campaign>/ and cache its HTML as long as the edition lasts.

        The pages depend only on the edition, the language and the address, so each is rendered
        once, or once for each number from `version`. `fill` adds content for each visitor.
        """

        def decorate(view: View) -> View:
            @wraps(view)
            def answer(language: str, slug: str, number: int | None = None, **values: str) -> Response:
                open_edition(language, slug, number)
                if number is not None and is_old():
                    _limit_old_editions()
                    return answer_with(page_of(view(**values), often=False))
                page_version = version() if version else 0, shown_mark()
                page = service(PageCache).get(page_version, lambda: view(**values))
                if fill is not None:
                    return _answer_once(fill(page.content))
                same_for_all.mark()
                return answer_with(page)

            self.views[view.__name__] = (rule, view)
            self.blueprint.add_url_rule(f"/<language>/<slug>{rule}", view.__name__, answer, **options)
            old_rule = f"/<language>/<slug>/editions/<int:number>{rule}"
            self.blueprint.add_url_rule(old_rule, view.__name__, answer, **options)
            return view

        return decorate


def _limit_old_editions() -> None:
    """Old editions are rendered for each request, so each network prefix has a budget."""
    usage = limits.spend(budgets.FORM)
    if not usage.within:
        limits.refuse(usage)


def answer_with(page: Packed, mimetype: str = "text/html") -> Response:
    """The page, compressed if the browser accepts it; it is the same for everybody."""
    g.finished_page = True
    coding = coding_of_request()
    headers = [("Cache-Control", CACHE), ("Vary", "Accept-Encoding"), ("ETag", f'"{page.etag(coding)}"')]
    if coding:
        headers.append(("Content-Encoding", coding))
    response = Response(page.body(coding), headers=headers, mimetype=mimetype)
    if "If-None-Match" in request.headers:
        response.make_conditional(request)
    return response


def _answer_once(html: bytes) -> Response:
    """A page with content for this visitor only, which must not be cached."""
    g.finished_page = True
    coding = coding_of_request()
    headers = [("Cache-Control", "no-store"), ("Vary", "Accept-Encoding")]
    if coding:
        headers.append(("Content-Encoding", coding))
    return Response(packed(html, coding) if coding else html, headers=headers, mimetype="text/html")
