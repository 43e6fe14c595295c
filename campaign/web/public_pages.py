"""Public pages that are made once for an edition and a language, and kept until that changes."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import Blueprint, Response, abort, g, request

from campaign.services import service
from campaign.web import limits
from campaign.web.open_edition import is_old, open_edition

#: A page may be a minute old, and may be shown while the application does not answer.
CACHE = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"

View = Callable[..., str]


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A page that was made: as it is, compressed with gzip, and the digest that names it."""

    html: bytes
    packed: bytes
    digest: str

    @classmethod
    def of(cls, html: bytes) -> CachedPage:
        """The page to keep; compressing it once costs less than sending it once."""
        return cls(html, gzip.compress(html, 9, mtime=0), hashlib.sha256(html).hexdigest()[:20])


class PageCache:
    """The HTML of the newest editions' pages, as long as it is right."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, int, int, str], CachedPage] = {}

    def get(self, version: int, make: Callable[[], str]) -> CachedPage:
        """The page at the address of this request; made again when its edition or `version` is another."""
        key = (g.edition.pack.slug, g.edition.number, version, request.path)
        if key not in self._pages:
            html = make().encode()
            for old in [one for one in self._pages if one[0] == key[0] and one[1:3] != key[1:3]]:
                if old[1] != key[1] or old[3] == key[3]:
                    self._pages.pop(old, None)
            self._pages[key] = CachedPage.of(html)
        return self._pages[key]

    def snapshot(self) -> dict[tuple[str, int, int, str], CachedPage]:
        """What is kept now, for tests and for whoever measures."""
        return dict(self._pages)


@dataclass(slots=True)
class PublicPages:
    """The public pages of one blueprint.

    `views` maps the name of each to the end of its address and to what makes its HTML of `g.edition`.
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
        """Route a page under /<language>/<campaign>/ and keep its HTML as long as the edition lasts.

        The pages depend on the edition, the language and the address only, so each is made once;
        or once for each number that `version` gives. What `fill` puts in is made for each visitor.
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
            old = f"/<language>/<slug>/editions/<int:number>{rule}"
            self.blueprint.add_url_rule(old, view.__name__, answer, **options)
            return view

        return decorate


def _limit_old_editions() -> None:
    """Old editions are made for each reader, so a part of the network has a budget of them."""
    if not service(limits.Budgets).spend("edition", limits.FORM, limits.client_address()):
        abort(429)


def answer_with(page: CachedPage) -> Response:
    """The page, compressed where the browser takes it so; it holds no secret for compression to reveal."""
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
    """A page with something for this visitor alone, so that nobody may keep it."""
    headers = [("Cache-Control", "no-store"), ("Vary", "Accept-Encoding")]
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        html = gzip.compress(html, 1, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    return Response(html, headers=headers, mimetype="text/html")
