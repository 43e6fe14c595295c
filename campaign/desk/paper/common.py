"""What the pages about paper share: the petition, its edition, and a sheet by its number."""

from __future__ import annotations

from functools import partial

from flask import abort, g
from flask_babel import lazy_gettext as _l

from campaign.database import db
from campaign.editions.edition_cache import LoadedEdition
from campaign.pack.model import ExtraField, Pack
from campaign.paper import extra_columns, numbers, transcription
from campaign.paper.extra_columns import ExtraColumns
from campaign.paper.models import Sheet
from campaign.paper.numbers import Number, NumberError
from campaign.paper.transcription import Context
from campaign.petition.index import Cost
from campaign.petition.signing import Signer
from campaign.petition.status import PetitionRecord, Petitions
from campaign.services import service
from campaign.web.open_edition import campaign_day, edition_cache

#: Why a sheet's number is none, by the reason of a NumberError.
NUMBER_ERRORS = {
    "form": _l("A sheet number has three groups of four characters, such as K7QM-29XR-4T61."),
    "check": _l("This number has a typing error: its check digits do not match. Check it again."),
    "campaign": _l("This sheet belongs to another campaign."),
    "batch": _l("The number is valid, but no such sheet was printed here."),
}


def petitions() -> Petitions:
    """The petitions of the site."""
    return service(Petitions)


def petition_record() -> PetitionRecord:
    """What is stored of this campaign's petition."""
    return petitions().held(g.desk.slug)


def can_seal(record: PetitionRecord) -> bool:
    """Whether names can be typed in: there is a key to seal to, and nothing was erased yet."""
    return record.key is not None and record.erased is None


def published_edition() -> LoadedEdition:
    """The newest edition; 404 before the first."""
    edition = edition_cache().newest().get(g.desk.slug)
    if edition is None:
        abort(404)
    return edition


def typing_context() -> Context:
    """What rows are sealed and hashed with; 409 where nothing can be sealed."""
    record = petition_record()
    if record.key is None or record.erased is not None:
        abort(409)
    signer = Signer(record.key, petitions().server_keys(g.desk.slug), service(Cost))
    edition = published_edition()
    erase_on = partial(edition_cache().erase_on, g.desk.slug)
    return Context(
        g.desk.slug, edition.pack, edition.number, signer, campaign_day(g.desk.slug), erase_on, _on_paper
    )


def _on_paper(edition: int) -> tuple[ExtraField, ...]:
    """The extra fields that sheets of an edition ask for."""
    return _pack_of(edition).terms.fields_on_paper


def _pack_of(edition: int) -> Pack:
    """The pack of an edition; of the newest if it can't be read any more."""
    try:
        return edition_cache().edition(g.desk.slug, edition).pack
    except LookupError:
        return published_edition().pack


def columns_of(sheet: Sheet) -> ExtraColumns:
    """The extra fields of a sheet that came back."""
    return extra_columns.of_keys(tuple(sheet.extra.split()), _pack_of(sheet.edition))


def columns_of_lists() -> ExtraColumns:
    """The extra fields that a list may have: those of sheets that are printed now."""
    pack = published_edition().pack
    return ExtraColumns(pack.terms.fields_on_paper, pack.languages)


def read_number(typed: str) -> Number:
    """The sheet's number, of a batch that there is. Raises NumberError."""
    number = numbers.read(typed, g.desk.slug)
    transcription.batch_of(db.session, petition_record().campaign, number)
    return number


def number_or_404(typed: str) -> Number:
    """The sheet's number from an address."""
    try:
        return read_number(typed)
    except NumberError:
        abort(404)
