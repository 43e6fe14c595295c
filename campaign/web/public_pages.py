"""Public pages, rendered once for each edition and language, and cached until that changes."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import Blueprint, Response, g, request

from campaign.services import service
from campaign.web import budgets, limits
from campaign.web.open_edition import is_old, open_edition

#: A page may be a minute old, and may be shown if the application does not respond.
CACHE = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"

View = Callable[..., str]


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A rendered page: plain, compressed with gzip, and its digest."""

    html: bytes
    packed: bytes
    digest: str

    @classmethod
    def of(cls, html: bytes) -> CachedPage:
        """The page to cache; compressing it once costs less than sending it once."""
        return cls(html, gzip.compress(html, 9, mtime=0), hashlib.sha256(html).hexdigest()[:20])


class PageCache:
    """The HTML of the pages of the newest editions, as long as it is valid."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, int, int, str], CachedPage] = {}

    def get(self, version: int, make: Callable[[], str]) -> CachedPage:
        """The page at the address of this request; rendered again if its edition or `version` changes."""
        key = (g.edition.pack.slug, g.edition.number, version, request.path)
        if key not in self._pages:
            html = make().encode()
            for cached in [
                page_key for page_key in self._pages if page_key[0] == key[0] and page_key[1:3] != key[1:3]
            ]:
                if cached[1] != key[1] or cached[3] == key[3]:
                    self._pages.pop(cached, None)
            self._pages[key] = CachedPage.of(html)
        return self._pages[key]

    def snapshot(self) -> dict[tuple[str, int, int, str], CachedPage]:
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
                if is_old():
                    _limit_old_editions()
                    return answer_with(CachedPage.of(view(**values).encode()))
                page = service(PageCache).get(version() if version else 0, lambda: view(**values))
                return answer_with(page) if fill is None else _filled(fill(page.html))

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


def answer_with(page: CachedPage) -> Response:
    """The page, compressed if the browser accepts it; it contains no secret that compression could reveal."""
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    headers = [("Cache-Control", CACHE), ("Vary", "Accept-Encoding")]
    headers.append(("ETag", f'"{page.digest}{"-gz" if packed else ""}"'))
    if packed:
        headers.append(("Content-Encoding", "gzip"))
    response = Response(page.packed if packed else page.html, headers=headers, mimetype="text/html")
    if "If-None-Match" in request.headers:
        response.make_conditional(request)
    return response


def _filled(html: bytes) -> Response:
    """A page with content for this visitor only, which must not be cached."""
    headers = [("Cache-Control", "no-store"), ("Vary", "Accept-Encoding")]
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        html = gzip.compress(html, 1, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    return Response(html, headers=headers, mimetype="text/html")
