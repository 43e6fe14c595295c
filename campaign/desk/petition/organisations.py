"""Organisations that sign on: an organiser looks at each one, accepts it into the draft, or refuses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign import clock
from campaign.coalition import store as coalition
from campaign.coalition.models import OrganisationRow
from campaign.coalition.organisations import Contact, State, host_of
from campaign.coalition.store import LIVE, Acceptance
from campaign.coalition.supporting import Withdrawals
from campaign.counts import partners
from campaign.database import db
from campaign.desk.content import items
from campaign.desk.content.editor import save_texts
from campaign.desk.content.items import ItemReference
from campaign.desk.content.kinds import KINDS
from campaign.desk.content.new_items import UNUSABLE
from campaign.desk.draft_snapshot import DraftSnapshot, draft_snapshot
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Pages, back_to, page
from campaign.desk.petition.organisation_forms import AcceptForm, RefuseForm
from campaign.desk.petition.overview import petitions
from campaign.editions import store
from campaign.editions.drafts import ConflictError
from campaign.languages.countries import countries
from campaign.mail.outbox import Outbox
from campaign.mail.worker import Queue
from campaign.pack.model import Pack
from campaign.pack.new_keys import free_key
from campaign.pack.writing import WritingError
from campaign.people.roles import Permission
from campaign.petition import organisation_links
from campaign.petition.pages.mail_links import address_of
from campaign.petition.pages.organisation_mail import decision
from campaign.services import service
from campaign.web import languages
from campaign.web.domains import campaign_base
from campaign.web.messages import translated
from campaign.web.open_edition import edition_cache

pages = Pages()

#: The kind of thing of the pack that an accepted organisation becomes.
KIND = KINDS["supporting"]


@dataclass(frozen=True, slots=True)
class ListedOrganisation:
    """An organisation as the page shows it. `twins`: names of others that are probably the same one.

    `host`: the website's, as people read it. `in_draft` and `published`: whether the pack has it.
    """

    row: OrganisationRow
    contact: Contact | None
    twins: tuple[str, ...]
    host: str
    at_risk: bool
    in_draft: bool
    published: bool


@pages.page("/<slug>/organisations", Permission.SIGNATURES)
def organisations() -> ResponseReturnValue:
    """Those that wait, are accepted, were refused or withdrew."""
    return organisations_page()


def organisations_page(status: int = 200, message: str = "", typed: Any = None) -> ResponseReturnValue:
    """The page with a message, and what was typed into one of its forms."""
    shown = _shown()
    return page(
        "desk/petition/organisations.html",
        status,
        message=message,
        typed=typed,
        waiting=[one for one in shown if one.row.state == State.WAITING.value],
        accepted=[one for one in shown if one.row.state == State.ACCEPTED.value],
        ended=[one for one in shown if one.row.state not in LIVE],
        countries=list(countries(languages.current()).items()),
        fresh=g.desk.sign_in.fresh(clock.now()),
        open_to_all=_signs_on(),
        partners=_partners(),
    )


@dataclass(frozen=True, slots=True)
class PartnerSums:
    """A partner, its front page, and the signatures and letters that came by its word: 0 below five."""

    key: str
    name: str
    address: str
    signatures: int
    letters: int


def _partners() -> list[PartnerSums]:
    edition, counted = edition_cache().newest().get(g.desk.slug), partners.sums(db.session, _campaign())
    if edition is None:
        return []
    there = {"slug": g.desk.slug, "language": edition.pack.languages[0]}
    return [
        PartnerSums(
            one.key,
            one.name,
            campaign_base(g.desk.slug) + url_for("site.with_partner", key=one.key, **there),
            counted.get((one.key, partners.SIGNATURE), 0),
            counted.get((one.key, partners.LETTER), 0),
        )
        for one in edition.pack.partners.values()
    ]


def _signs_on() -> bool:
    """Whether the newest edition lets organisations sign on."""
    edition = edition_cache().newest().get(g.desk.slug)
    return edition is not None and edition.pack.terms.organisations


def _pack() -> Pack:
    """The pack of the newest edition; 404 before the first, when nobody can have signed on."""
    edition = edition_cache().newest().get(g.desk.slug)
    if edition is None:
        abort(404)
    return edition.pack


def _campaign() -> int:
    return petitions().held(g.desk.slug).campaign


def _shown() -> list[ListedOrganisation]:
    rows, edition = coalition.rows(db.session, _campaign()), edition_cache().newest().get(g.desk.slug)
    pack, keys = edition.pack if edition else None, petitions().server_keys(g.desk.slug)
    published = {one.key for one in pack.supporting} if pack else set()
    drafted = set(items.keys(draft_snapshot(g.desk.slug).files, KIND)) if rows else set()
    return [
        ListedOrganisation(
            row,
            organisation_links.opened(keys, row.id, row.contact),
            tuple(twin.name for twin in coalition.same_as(row, rows)),
            host_of(row.website),
            pack is not None and row.country in pack.countries_at_risk,
            row.key in drafted,
            row.key in published,
        )
        for row in rows
    ]


@pages.page("/<slug>/organisations/accept", Permission.SIGNATURES, methods=["POST"])
def accept_organisation() -> ResponseReturnValue:
    """Put one that waits into the draft, as it is spelt in the form, and tell it."""
    form = posted(AcceptForm)
    form.row = _row(form.number.data)
    rows = coalition.rows(db.session, _campaign())
    form.twins = tuple(twin.name for twin in coalition.same_as(form.row, rows))
    if not form.validate():
        return organisations_page(422, first_error(form), form)
    draft = draft_snapshot(g.desk.slug)
    taken = {*items.keys(draft.files, KIND), *UNUSABLE, *(row.key for row in rows)}
    key = free_key(form.organisation.name, KIND.key, taken)
    try:
        files = _with_organisation(draft, key, form)
        if errors := draft.new_errors({**draft.files, **files}):
            return organisations_page(422, translated(errors[0].text), form)
        mail = _accept(draft, files, form, key)
    except (WritingError, ConflictError):
        return organisations_page(409, _("Check it, then press the button again."), form)
    except LookupError:
        abort(404)
    _wake(mail)
    return back_to("organisations", said="done")


def _with_organisation(draft: DraftSnapshot, key: str, form: AcceptForm) -> dict[str, str]:
    """The files of the draft that change. Raises WritingError."""
    one = form.organisation
    values: items.Values = {"f.name": one.name, "f.country": one.country, "f.website": one.website}
    return items.write(draft.files, ItemReference(KIND, key, items.languages_of(draft.files)[0]), values)


def _accept(draft: DraftSnapshot, files: Mapping[str, str], form: AcceptForm, key: str) -> str:
    """Draft, state and e-mail in one transaction; the e-mail's id. Raises ConflictError or LookupError."""
    row, contact = form.row, _contact(form.row)
    acceptance = Acceptance(form.organisation, key, form.note.data.strip())
    with store.writing(db.session, draft.slug):
        save_texts(draft, files, "")
        coalition.accept(db.session, draft.slug, g.desk.email, row.id, acceptance)
        return _mail(row.id, (acceptance.organisation.name, acceptance.organisation.country), contact)


@pages.page("/<slug>/organisations/refuse", Permission.SIGNATURES, methods=["POST"])
def refuse_organisation() -> ResponseReturnValue:
    """Refuse one that waits, or take one off that is shown: out of the draft, and off every page at once."""
    form = posted(RefuseForm)
    row = _row(form.number.data)
    if not form.validate():
        return organisations_page(422, first_error(form), form)
    draft, contact, reason = draft_snapshot(g.desk.slug), _contact(row), form.reason.data.strip()
    gone = items.without(draft.files, KIND, row.key) if row.key else {}
    named = (row.name, row.country)
    try:
        with store.writing(db.session, draft.slug):
            save_texts(draft, gone, "")
            coalition.refuse(db.session, draft.slug, g.desk.email, form.number.data, reason)
            mail = _mail(form.number.data, named, contact, reason)
    except ConflictError:
        return organisations_page(409, _("Check it, then press the button again."), form)
    except LookupError:
        abort(404)
    service(Withdrawals).reload()
    _wake(mail)
    return back_to("organisations", said="done")


def _row(number: int) -> OrganisationRow:
    """An organisation that waits or is accepted; 404 for any other."""
    row = coalition.row(db.session, _campaign(), number)
    if row is None or row.state not in LIVE:
        abort(404)
    return row


def _contact(row: OrganisationRow) -> Contact | None:
    return organisation_links.opened(petitions().server_keys(g.desk.slug), row.id, row.contact)


def _mail(number: int, named: tuple[str, str], contact: Contact | None, why: str = "") -> str:
    """Write the e-mail of a decision in the current transaction; its id, '' if its reader is not known."""
    if contact is None:
        return ""
    slug, pack = g.desk.slug, _pack()
    link = address_of(slug, organisation_links.token(petitions().server_keys(slug), number))
    return service(Outbox).put(db.session.connection(), decision(pack, contact, named, link, why))


def _wake(mail: str) -> None:
    if mail:
        service(Queue).wake(mail)
