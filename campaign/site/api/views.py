"""The API: JSON that any site may read, the same for everybody, with an ETag; and its description.

It has a version in its path. Nothing is taken away from a version and no meaning changes; fields may be
added. `openapi.json` describes it for programs, and the page `/api/` in words.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from campaign import __version__
from campaign.folders import HANDBOOK
from campaign.languages.data import source
from campaign.petition.pages.common import petitions, public_counts, today
from campaign.petition.status import PetitionStatus
from campaign.services import service
from campaign.site.api import documents
from campaign.site.pages import letter_counts
from campaign.untrusted import json_value
from campaign.web import offers
from campaign.web.compression import Packed
from campaign.web.domains import base_url
from campaign.web.errors import is_for_programs
from campaign.web.kept_reads import kept
from campaign.web.markdown_pages import Document, document
from campaign.web.open_edition import edition_cache, editions_of_host, open_edition
from campaign.web.public_pages import PageCache, answer_with, shown_mark

blueprint = Blueprint("api", __name__, url_prefix="/api")

_OPENAPI = Path(__file__).with_name("openapi.json")

#: Characters of the description, and seconds for which a browser may take the answer to a preflight for true.
_MOST, _PREFLIGHT = 200_000, "86400"


@blueprint.after_request
def _preflight(response: Response) -> Response:
    """Let scripts of other sites ask whether something has changed."""
    if request.method == "OPTIONS" and is_for_programs(request.path):
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
        response.headers["Access-Control-Max-Age"] = _PREFLIGHT
    return response


@blueprint.get("/")
def described() -> ResponseReturnValue:
    """What the API, frames and webhooks are, in words: the handbook's page, for those who have no desk."""
    return render_template("site/api.html", shown=_described(), shown_in=source())


@lru_cache(maxsize=1)
def _described() -> Document:
    return document((HANDBOOK / source() / "embedding.md").read_text(encoding="utf-8"))


@blueprint.get("/openapi.json")
def openapi() -> ResponseReturnValue:
    """The description for programs (OpenAPI 3.1)."""
    body = {**_openapi(), "servers": [{"url": f"{base_url()}/api/v1"}]}
    slug = next(iter(editions_of_host()), "")
    if slug:  # so that the examples get an answer
        slugs = {**body["components"]["parameters"]["slug"], "example": slug}
        body["components"] = {**body["components"], "parameters": {"slug": slugs}}
    return answer_with(_packed(body, often=False), "application/json")


@lru_cache(maxsize=1)
def _openapi() -> dict[str, Any]:
    body: dict[str, Any] = json_value(_OPENAPI.read_text(encoding="utf-8"), _MOST)
    return {**body, "info": {**body["info"], "version": __version__}}


@blueprint.get("/v1/campaigns")
def campaigns() -> ResponseReturnValue:
    """Every campaign of this host."""
    body = [documents.short(edition) for edition in editions_of_host().values()]
    return answer_with(_packed({"campaigns": body}, often=False), "application/json")


@blueprint.get("/v1/campaigns/<slug>")
def campaign(slug: str) -> ResponseReturnValue:
    """One campaign."""
    _open(slug)
    pack = g.edition.pack
    status = petitions().status(slug, pack, today()) if pack.petition else None
    number = 0 if status is None else 1 + list(PetitionStatus).index(status)
    return _kept(lambda: documents.campaign(g.edition, offers.current(), status), number)


@blueprint.get("/v1/campaigns/<slug>/demands")
def demands(slug: str) -> ResponseReturnValue:
    """What is demanded, and how far it is met."""
    _open(slug)
    return _kept(lambda: {"demands": documents.demands(g.edition.pack)})


@blueprint.get("/v1/campaigns/<slug>/facts")
def facts(slug: str) -> ResponseReturnValue:
    """Every claim with its sources."""
    _open(slug)
    return _kept(lambda: {"facts": documents.facts(g.edition.pack)})


@blueprint.get("/v1/campaigns/<slug>/counts")
def counts(slug: str) -> ResponseReturnValue:
    """How many letters and signatures."""
    _open(slug)
    return _kept(lambda: public_numbers(slug), letter_counts().version())


def public_numbers(slug: str) -> documents.Document:
    """The counts of a campaign that is published, as the API has them."""
    pack = edition_cache()[slug].pack
    signatures = public_counts().of(slug) if pack.petition else None
    return documents.counts(pack, letter_counts().of(slug), signatures)


@blueprint.get("/v1/campaigns/<slug>/editions")
def editions(slug: str) -> ResponseReturnValue:
    """When each edition was published."""
    _open(slug)
    summaries = kept(("editions", slug), lambda: edition_cache().all_editions(slug))
    return _kept(lambda: {"editions": documents.editions(summaries)})


def _open(slug: str) -> None:
    """Put the newest edition of a campaign into `g.edition`; 404 or 410 if there is none."""
    if slug in edition_cache().ended().removed:
        abort(410)
    edition = edition_cache().newest().get(slug)
    if edition is None:
        abort(404)
    open_edition(edition.pack.languages[0], slug)


def _kept(make: Callable[[], documents.Document], version: int = 0) -> Response:
    """An answer that is made once for each edition and `version`."""
    page = service(PageCache).get((version, shown_mark()), lambda: _text(make()))
    return answer_with(page, "application/json")


def _packed(body: documents.Document, often: bool) -> Packed:
    return Packed(_text(body).encode(), often)


def _text(body: documents.Document) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n"
