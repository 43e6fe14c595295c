"""The addresses in our e-mails: /r/ and a token, with no word about what they are for.

A mail provider reads every link. The addresses of a petition's pages name the campaign, so links name
neither the campaign nor the action: which of them it is can be found only with the server's keys.
Links that were mailed before, with the campaign in the address, keep working (links.py).
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from sqlalchemy import select

from campaign.database import db
from campaign.pack.languages import INTERFACE
from campaign.petition import link_repair, links
from campaign.petition.links import LinkError
from campaign.petition.models import Signature
from campaign.petition.pages import links as link_pages
from campaign.petition.pages import unsubscribing
from campaign.petition.pages.common import petitions, private
from campaign.web import guard, languages
from campaign.web.addresses import base_url
from campaign.web.open_edition import edition_cache, open_edition

blueprint = Blueprint("mail_links", __name__)

#: A link that stops the news: a record's number, and the place of its reader's language in INTERFACE.
_NEWS = re.compile(r"([0-7][0-9a-f]{15})([0-9]?)", re.ASCII)


def address(token: str) -> str:
    """The whole address of a token, for an e-mail."""
    return base_url() + url_for("mail_links.open_link", token=token)


@blueprint.before_request
def _refuse_repeated() -> None:
    if request.method == "POST" and guard.doubled(request.form):
        abort(400)


@blueprint.route("/r/<token>", methods=["GET", "POST"])
def open_link(token: str) -> ResponseReturnValue:
    """The page with the button, in the language of the signature; or what happens after it is pressed."""
    if match := _NEWS.fullmatch(token):
        return _news(match[1], match[2])
    for slug in edition_cache().newest():
        if (found := _read(slug, token)) is not None:
            kind, language = found
            return _at(slug, language, _VIEWS[kind, request.method == "POST"], token)
    whole = _links_in(token) if request.method == "GET" else []
    return to_link(whole[0][0]) if whole else _unread()


@blueprint.route("/r", methods=["GET", "POST"])
def paste() -> ResponseReturnValue:
    """For a link that a mail program broke: paste it, and it is put together again."""
    pasted = request.form.get("link", "") if request.method == "POST" else ""
    return answer_to_pasted(pasted, request.method == "POST")


def answer_to_pasted(pasted: str, tried: bool) -> Response:
    """To the page of the link that was pasted; a choice, if it was a whole e-mail; or the form again."""
    kinds = {kind: token for token, kind in reversed(_links_in(pasted))}
    if len(kinds) == 1:
        return to_link(*kinds.values())
    tried = tried and not kinds
    most = link_repair.MOST_PASTED
    html = render_template("petition/link.html", pasted=pasted, tried=tried, kinds=kinds, most=most)
    return private(html, 422 if tried and pasted else 200)


def _links_in(pasted: str) -> list[tuple[str, str]]:
    """The tokens in a text, each with what it is for."""
    kinds: dict[str, str] = {}

    def opens(token: str) -> bool:
        found = next(filter(None, (_read(slug, token) for slug in edition_cache().newest())), None)
        if found:
            kinds[token] = found[0]
        return found is not None

    return [(token, kinds[token]) for token in link_repair.found_in(pasted, opens)]


def to_link(token: str) -> Response:
    """To the page of a token that was pasted."""
    location = url_for("mail_links.open_link", token=token)
    return make_response("", 303, {"Location": location, "Cache-Control": "no-store"})


_VIEWS = {
    ("confirm", False): link_pages.confirm,
    ("confirm", True): link_pages.confirm_post,
    ("withdraw", False): link_pages.withdraw,
    ("withdraw", True): link_pages.withdraw_post,
}


def _read(slug: str, token: str) -> tuple[str, str] | None:
    """What a token is for, and its signer's language or ''; None if it is not one of this campaign."""
    keys = petitions().server_keys(slug)
    try:
        return "confirm", links.open_confirmation(keys, token).language
    except LinkError:
        pass
    try:
        return "withdraw", links.open_withdrawal(keys, token).language
    except LinkError:
        return None


def _at(slug: str, language: str, view: object, value: str) -> ResponseReturnValue:
    """A view of the campaign's pages, in a language that the campaign has."""
    offered = edition_cache().newest()[slug].pack.languages
    chosen = language if language in offered else languages.of_browser(tuple(offered))
    with force_locale(chosen):
        g.address = {"language": chosen, "slug": slug}
        open_edition(chosen, slug)
        assert callable(view)
        answer: ResponseReturnValue = view(value)
        return answer


def _news(record: str, place: str) -> ResponseReturnValue:
    """Stop the news for a record. One that is no longer there gets none."""
    language = INTERFACE[int(place)] if place and int(place) < len(INTERFACE) else ""
    campaign = db.session.scalar(select(Signature.campaign_id).where(Signature.id == int(record, 16)))
    for slug in edition_cache().newest():
        if petitions().held(slug).campaign == campaign:
            post = request.method == "POST"
            view = unsubscribing.unsubscribe_post if post else unsubscribing.unsubscribe
            return _at(slug, language, view, record)
    with force_locale(language or languages.of_browser()):
        return private(render_template("petition/unsubscribe.html", done=True, record=0))


def _unread() -> ResponseReturnValue:
    """The page for a token that no key reads: it was cut off, or its keys were destroyed on the promised day.

    Without its keys nothing tells which campaign an erased link belonged to.
    """
    slugs = list(edition_cache().newest())
    erased = [slug for slug in slugs if petitions().held(slug).erased is not None]
    if erased == slugs and len(slugs) == 1:
        return _at(slugs[0], "", link_pages.confirm, "")
    html = render_template(
        "petition/link.html", pasted="", unread=True, erased=bool(erased), most=link_repair.MOST_PASTED
    )
    return private(html, 404)
