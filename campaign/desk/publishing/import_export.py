"""A pack in and out of the desk, as one ZIP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign import clock
from campaign.database import db
from campaign.desk.draft_snapshot import draft_snapshot
from campaign.desk.fields import posted
from campaign.desk.pages import Pages, Upload, back_to, download, page
from campaign.desk.people.audit import audit_table
from campaign.desk.publishing.copying import Copier
from campaign.desk.publishing.forms import ExportForm, ImportForm
from campaign.desk.publishing.publish import write_audit
from campaign.editions import drafts, store
from campaign.editions.store import Authorship
from campaign.messages import Message
from campaign.pack.archive import MOST_BYTES, WHOLE, unpacked, write_zip
from campaign.pack.check import check
from campaign.pack.findings import Finding, Findings, PackError
from campaign.pack.reading import Record, read_yaml
from campaign.people.audit import AuditVerb
from campaign.people.roles import Permission
from campaign.photographs import photo_store
from campaign.photographs.sanitise import Photograph
from campaign.services import service
from campaign.settings import Settings
from campaign.site import test_list
from campaign.site.data_protection import documents
from campaign.web.open_edition import campaign_day, edition_cache

pages = Pages()


@pages.page("/<slug>/exchange", Permission.EXPORT)
def exchange() -> ResponseReturnValue:
    """What can be taken out, and a form to bring a pack in."""
    return _page()


def _page(status: int = 200, **more: Any) -> ResponseReturnValue:
    values = {
        "numbers": [edition.number for edition in store.editions(db.session, g.desk.slug)],
        "fresh": g.desk.sign_in.fresh(clock.now()),
        "problems": (),
        "too_large": "",
        "note": "",
        "replaced": None,
        "copy": service(Copier).state(g.desk.slug),
        "may_be_tested": _has_address(),
    }
    return page("desk/publishing/exchange.html", status, **{**values, **more})


def _has_address() -> bool:
    """Whether there is an address for the lists of sites that OONI's probes ask for."""
    edition = edition_cache().newest().get(g.desk.slug)
    return edition is not None and bool(test_list.addresses(edition.pack, service(Settings)))


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many files of the draft an import would change, remove and add; `digest` is the ZIP's hash."""

    changed: int
    removed: int
    added: int
    digest: str


def _replaced(files: Mapping[str, str], digest: str) -> Replaced:
    draft = draft_snapshot(g.desk.slug).files
    changed = sum(path in draft and draft[path] != text for path, text in files.items())
    return Replaced(changed, len(draft.keys() - files.keys()), len(files.keys() - draft.keys()), digest)


@pages.page("/<slug>/exchange/test-list.csv", Permission.EXPORT)
def addresses_to_test() -> ResponseReturnValue:
    """The campaign's addresses for the lists of sites that OONI's probes ask for."""
    edition = edition_cache().newest().get(g.desk.slug)
    try:
        text = (
            test_list.written(edition.pack, service(Settings), campaign_day(g.desk.slug)) if edition else ""
        )
    except LookupError:
        text = ""
    return download(text, f"{g.desk.slug}-test-list.csv", "text/csv") if text else abort(404)


@pages.page("/<slug>/exchange/out", Permission.EXPORT, methods=["POST"])
def export() -> ResponseReturnValue:
    """The draft or an edition as a ZIP, with the audit beside it if wanted."""
    form = posted(ExportForm)
    if form.which.data == "draft":
        files, name = draft_snapshot(g.desk.slug).files, f"{g.desk.slug}-draft"
    else:
        files, name = store.files_of(db.session, g.desk.slug, form.number), f"{g.desk.slug}-{form.number}"
    if not files:
        abort(404)
    pictures = photo_store.of_files(db.session, g.desk.slug, files)
    with_audit = form.audit.data and g.desk.may(Permission.AUDIT)
    extra = {"audit.csv": audit_table()} if with_audit else {}
    with store.writing(db.session, g.desk.slug) as campaign:
        write_audit(campaign, AuditVerb.EXPORTED, "0", name)
    return download(write_zip({**files, **extra}, pictures), f"{name}.zip", "application/zip")


@pages.page("/<slug>/exchange/copy", Permission.PUBLISH, methods=["POST"])
def make_copy() -> ResponseReturnValue:
    """Begin to make a copy of the newest edition; the page says when it is there."""
    edition = edition_cache().newest().get(g.desk.slug)
    if edition is None:
        abort(404)
    with store.writing(db.session, g.desk.slug) as campaign:
        write_audit(campaign, AuditVerb.EXPORTED, "0", f"{g.desk.slug}-{edition.number}-copy")
    service(Copier).begin(g.desk.slug)
    return back_to("exchange")


@pages.page("/<slug>/exchange/data-protection.zip", Permission.EXPORT)
def data_protection() -> ResponseReturnValue:
    """Drafts of the documents that the law asks of the organisation, with what the draft says filled in."""
    pack = draft_snapshot(g.desk.slug).pack
    if pack is None:
        abort(404)
    made = write_zip(documents(pack, campaign_day(g.desk.slug)))
    return download(made, f"{g.desk.slug}-data-protection.zip", "application/zip")


def _too_large(problem: str, _name: str) -> ResponseReturnValue:
    return _page(413, too_large=problem, note=posted(ImportForm).note.data)


@pages.page("/<slug>/exchange/in", Permission.EXPORT, methods=["POST"], upload=Upload(MOST_BYTES, _too_large))
def bring_in() -> ResponseReturnValue:
    """A ZIP becomes the draft, whole or not at all; what the draft held stays in the history.

    What it would replace is said first, in numbers, and the same ZIP has to be chosen again.
    """
    form = posted(ImportForm)
    try:
        files, pictures = _checked(form.pack.data)
    except PackError as error:
        return _page(422, problems=error.findings[:50], note=form.note.data)
    replaced = _replaced(files, form.digest)
    if (replaced.changed or replaced.removed) and form.seen.data != replaced.digest:
        return _page(422, replaced=replaced, note=form.note.data)
    why = form.note.reason or _("Imported from a ZIP")
    with store.writing(db.session, g.desk.slug) as campaign:
        changed = drafts.become(db.session, g.desk.slug, files, Authorship(g.desk.name, why))
        write_audit(campaign, AuditVerb.IMPORTED, str(changed), why)
        photo_store.add_all(db.session, campaign.id, pictures)
    return back_to("publish", said="brought" if changed else "same")


def _checked(data: bytes) -> tuple[dict[str, str], list[Photograph]]:
    """Texts and new photographs of a ZIP, if they are a pack of this campaign. Raises PackError."""
    if len(data) > MOST_BYTES:
        too_large = Message("It has more than %(most)s bytes.", most=MOST_BYTES)
        raise PackError([Finding(WHOLE, 1, "error", too_large)])
    files, pictures = unpacked(data)
    findings = Findings()
    node = read_yaml("campaign.yaml", files.get("campaign.yaml", ""), findings)
    slug = Record(node).text("slug", "") if node is not None else ""
    if slug != g.desk.slug:
        other = Message("This is a pack of “%(slug)s”, not of “%(here)s”.", slug=slug, here=g.desk.slug)
        raise PackError([Finding("campaign.yaml", 1, "error", other)])
    errors = [finding for finding in check(files, clock.today) if not finding.can_wait]
    if errors:
        raise PackError(errors)
    return files, photo_store.brought(db.session, slug, files, pictures)
