"""Small frames for pages of others: the count, and calls to sign or to write, which lead to this site.

A frame has no form, no cookie and no script, and it is the same for everybody: what the page around it is,
or says that it is, changes nothing. A page of others gets an <iframe> and a link, and runs nothing of ours.
Nobody signs in a frame: only the address bar shows whose form it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue

from campaign.counts.coarse import NAMED_FROM
from campaign.pack.model import Pack
from campaign.petition.pages.common import petitions, public_counts, today
from campaign.petition.status import PetitionStatus
from campaign.services import service
from campaign.site.pages import letter_counts
from campaign.web import languages, offers
from campaign.web.bundles import SCHEMES
from campaign.web.open_edition import open_edition
from campaign.web.public_pages import PageCache, answer_with, shown_mark
from campaign.web.routes import Routes

routes = Routes()

#: What a frame can be, and the widths in pixels for which it is made.
KINDS = ("count", "sign", "write")
NARROWEST, WIDEST, USUAL = 200, 1200, 400

#: Where a frame can lead.
_SIGN, _READ, _WRITE, _DO, _NEWS, _ENDED = _LINKS = ("sign", "read", "write", "do", "news", "ended")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a frame says: numbers (0 for one that is not shown), and which link it has."""

    kind: str
    signed: int
    sent: int
    link: str


@routes.get("/<language>/<slug>/embed/<any(count, sign, write):kind>")
def frame(language: str, slug: str, kind: str) -> ResponseReturnValue:
    """A frame of the newest edition; `colours` is light, dark, or anything else for those of the reader."""
    open_edition(language, slug)
    if not is_offered(g.edition.pack, kind):
        abort(404)
    scheme = request.args.get("colours", "")
    scheme = scheme if scheme in SCHEMES else ""
    shown = _frame(g.edition.pack, kind)
    version = letter_counts().version() * len(_LINKS) + _LINKS.index(shown.link), shown_mark()
    page = service(PageCache).get(
        version, lambda: render_template("site/embed.html", frame=shown, scheme=scheme), scheme
    )
    g.framed = True
    return answer_with(page)


def is_offered(pack: Pack, kind: str) -> bool:
    """Whether a campaign has such a frame; it stays when the campaign is over, and then says so."""
    return {"count": True, "sign": bool(pack.petition), "write": bool(pack.addressees)}[kind]


def _frame(pack: Pack, kind: str) -> Frame:
    signed = _if_many(public_counts().of(pack.slug).total) if kind != "write" and pack.petition else 0
    sent = _if_many(letter_counts().of(pack.slug).sent.total) if kind != "sign" else 0
    return Frame(kind, signed, sent, _link(pack, kind))


def _if_many(count: int) -> int:
    """A small number would say who it was, or that nobody came: as on the front page."""
    return count if count >= NAMED_FROM else 0


def _link(pack: Pack, kind: str) -> str:
    """What a frame calls to; of a campaign that is over, and where nobody can write, it leads to the site."""
    offer = offers.current()
    if offer.outcome:
        return _ENDED
    if kind == "write" and offer.letters:
        return _WRITE
    if kind == "sign" and not offer.archived:
        is_open = petitions().status(pack.slug, pack, today()) is PetitionStatus.OPEN
        return _SIGN if is_open else _READ
    return _DO if (offer.letters or offer.petition) and not offer.archived else _NEWS


def title_of(pack: Pack, kind: str) -> str:
    """What a frame is about, in the current language: its link beside it and its title say so."""
    code = languages.current()
    return pack.petition[code].title if kind == "sign" else pack.headline[code]
