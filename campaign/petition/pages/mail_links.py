"""The addresses in our e-mails: /r/ and a token, with no word about what they are for.

A mail provider reads every link. The addresses of a petition's pages name the campaign, so links name
neither the campaign nor the action: which of them it is can be found only with the server's keys.
Links that were mailed before, with the campaign in the address, keep working (links.py).
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from campaign.database import db
from campaign.languages.data import exists, with_old_number
from campaign.petition import link_repair, links, organisation_links
from campaign.petition.links import LinkError
from campaign.petition.models import Signature
from campaign.petition.pages import links as link_pages
from campaign.petition.pages import organisation_link, unsubscribing
from campaign.petition.pages.common import petitions, private, see_other
from campaign.web import guard, languages
from campaign.web.domains import base_for_mail
from campaign.web.open_edition import edition_cache, open_edition

blueprint = Blueprint("mail_links", __name__)

#: A link that stops the news: a record's number, and its reader's language; a digit in earlier links.
_NEWS = re.compile(r"([0-7][0-9a-f]{15})([0-9]|-[A-Za-z-]{2,15})?", re.ASCII)


def address(token: str) -> str:
    """The whole address of a token of the current campaign, for an e-mail."""
    return address_of(g.edition.pack.slug, token)


def address_of(slug: str, token: str) -> str:
    """The whole address of a token of a campaign, for an e-mail."""
    return base_for_mail(slug) + url_for("mail_links.open_link", token=token)


@blueprint.before_request
def _refuse_repeated() -> None:
    if request.method == "POST" and guard.doubled(request.form):
        abort(400)


@blueprint.route("/r/<token>", methods=["GET", "POST"])
def open_link(token: str) -> ResponseReturnValue:
    """The page with the button, in the language of the signature; or what happens after it is pressed."""
    if match := _NEWS.fullmatch(token):
        return _news(match[1], match[2] or "")
    for slug in edition_cache().newest():
        if (found := _read(slug, token)) is not None:
            kind, language = found
            return _at(slug, language, _VIEWS[kind, request.method == "POST"], token)
    if request.method == "POST":
        return _unread()
    kinds = _kinds_in(token)
    if {"confirm", "withdraw"} <= kinds.keys() and token == _joined(kinds):
        return _choice(kinds)
    return to_link(next(iter(kinds.values()))) if kinds else _unread()


@blueprint.route("/r", methods=["GET", "POST"])
def paste() -> ResponseReturnValue:
    """For a link that a mail program broke: paste it, and it is put together again."""
    pasted = request.form.get("link", "") if request.method == "POST" else ""
    return answer_to_pasted(pasted, request.method == "POST")


def answer_to_pasted(pasted: str, tried: bool) -> Response:
    """To the page of the link that was pasted; to a choice, if it was a whole e-mail; or the form again.

    The choice has an address, like any link: a page that came of a form can't be found again by “back”.
    """
    kinds = _kinds_in(pasted)
    if kinds:
        return to_link(_joined(kinds))
    html = render_template("petition/link.html", pasted=pasted, tried=tried, most=link_repair.MOST_PASTED)
    return private(html, 422 if tried else 200)


def _joined(kinds: dict[str, str]) -> str:
    """What the address of a link has for both links of an e-mail, or for the one that was found."""
    return "~".join(kinds.values())


def _choice(kinds: dict[str, str]) -> ResponseReturnValue:
    """Both links of an e-mail, in the campaign that the first one belongs to."""
    slug, language = next(
        (slug, found[1]) for slug in edition_cache().newest() if (found := _read(slug, kinds["confirm"]))
    )
    return _at(slug, language, lambda _: private(render_template("petition/link.html", kinds=kinds)), "")


def _kinds_in(pasted: str) -> dict[str, str]:
    """The first link of each kind in a text, by kind; the one to confirm first."""
    found = {kind: token for token, kind in reversed(_links_in(pasted))}
    return {kind: found[kind] for kind in ("confirm", "withdraw", "organisation") if kind in found}


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
    return see_other(url_for("mail_links.open_link", token=token))


_VIEWS = {
    ("confirm", False): link_pages.confirm,
    ("confirm", True): link_pages.confirm_post,
    ("withdraw", False): link_pages.withdraw,
    ("withdraw", True): link_pages.withdraw_post,
    ("organisation", False): organisation_link.link,
    ("organisation", True): organisation_link.link_post,
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
        pass
    try:
        organisation_links.read(keys, token)
    except LinkError:
        return None
    return "organisation", ""


def _at(slug: str, language: str, view: object, value: str) -> ResponseReturnValue:
    """A view of the campaign's pages, in a language that it has: the address's, or else the signature's."""
    offered = edition_cache().newest()[slug].pack.languages
    asked = (code for code in (request.args.get("language", ""), language) if code in offered)
    chosen = next(asked, "") or languages.of_browser(tuple(offered))
    with languages.forced(chosen):
        g.address = {"language": chosen, "slug": slug}
        open_edition(chosen, slug)
        assert callable(view)
        answer: ResponseReturnValue = view(value)
        return answer


def _news(record: str, reader: str) -> ResponseReturnValue:
    """Stop the news for a record. One that is no longer there gets none."""
    language = with_old_number(int(reader)) if len(reader) == 1 else reader.removeprefix("-")
    language = language if exists(language) else ""
    campaign = db.session.scalar(select(Signature.campaign_id).where(Signature.id == int(record, 16)))
    for slug in edition_cache().newest():
        if petitions().held(slug).campaign == campaign:
            post = request.method == "POST"
            view = unsubscribing.unsubscribe_post if post else unsubscribing.unsubscribe
            return _at(slug, language, view, record)
    if request.method == "POST" and not unsubscribing.is_one_click():
        return see_other(request.path)
    with languages.forced(language or languages.of_browser()):
        return private(render_template("petition/unsubscribe.html", result="unsubscribed"))


def _unread() -> ResponseReturnValue:
    """The page for a token that no key reads: it was cut off, or its keys were destroyed on the promised day.

    Without its keys nothing tells which campaign an erased link belonged to.
    """
    slugs = list(edition_cache().newest())
    erased = [slug for slug in slugs if petitions().held(slug).erased is not None]
    if erased == slugs and len(slugs) == 1:
        return _at(slugs[0], "", link_pages.confirm, "")
    html = render_template(
        "petition/link.html",
        pasted="",
        unread=True,
        erased=bool(erased or edition_cache().ended().removed),
        most=link_repair.MOST_PASTED,
    )
    return private(html, 404)
