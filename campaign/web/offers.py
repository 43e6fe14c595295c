"""What visitors can open and do in the current campaign. What it does not have is in no menu."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign import clock
from campaign.languages.dates import long_date
from campaign.pack.model import Pack
from campaign.pack.outcome import Outcome, outcome
from campaign.web import languages
from campaign.web.errors import AbsentPartError

#: What a page says if the campaign does not have it.
ABSENT = {
    "demands": _l("This campaign has no list of demands"),
    "record": _l("This campaign has no page of facts"),
    "letters": _l("This campaign has no letters to write"),
    "petition": _l("This campaign has no petition"),
    "organisations": _l("This campaign names no organisations"),
    "printing": _l("This campaign has nothing to print"),
    "sheets": _l("No signatures are collected on paper"),
    "space": _l("The petition’s text is too long for these sheets"),
    "printed_letters": _l("This campaign has no letters to print"),
    "outcome": _l("This campaign has not ended yet"),
    "events": _l("This campaign has no events"),
    "answers": _l("This campaign has no letters to write"),
    "signing_on": _l("Organisations can’t sign on to this campaign"),
}

#: What an archived campaign has no more.
_DONE_WITH = {"letters", "printing", "sheets", "printed_letters"}


@dataclass(frozen=True, slots=True)
class Offer:
    """The parts of a campaign that there are. `outcome` is how it ended, `archived` since when it is.

    `age` grows when the headline says another number of years, and when somebody can't be written to any
    more.
    """

    demands: bool
    record: bool
    letters: bool
    petition: bool
    sheets: bool
    organisations: bool
    outcome: Outcome | None
    archived: date | None
    printed_letters: bool
    answers: bool
    events: bool
    signing_on: bool
    age: int

    @property
    def printing(self) -> bool:
        """Whether there is something to print."""
        return self.sheets or self.printed_letters

    @property
    def mark(self) -> int:
        """A number that differs if the day, or the archive, changes what pages show."""
        return self.age << 2 | (self.archived is not None) << 1 | (self.outcome is not None)


@lru_cache(maxsize=16)
def offer_of(pack: Pack, archived: date | None, today: date) -> Offer:
    """What a campaign offers on a day; every page asks, and only an edition or another day changes it."""
    ended = outcome(pack, today)
    letters = pack.has_letters and archived is None
    asked = bool(pack.asked_demands()) or not pack.demands
    addressed = bool(pack.addressees_by_post())
    return Offer(
        demands=bool(pack.demands),
        record=pack.has_record,
        letters=letters,
        petition=bool(pack.petition),
        sheets=bool(pack.petition) and archived is None and ended is None,
        organisations=bool(pack.organisations or pack.voices or pack.supporting),
        outcome=ended,
        archived=archived,
        printed_letters=letters and asked and addressed,
        # What became of letters is still reported when nobody writes them any more.
        answers=bool(pack.addressees),
        events=bool(pack.meetings),
        signing_on=bool(pack.petition) and pack.terms.organisations and archived is None and ended is None,
        age=pack.headline_age + pack.writing_age,
    )


@lru_cache(maxsize=64)
def _in_minute(pack: Pack, archived: date | None, _minute: int) -> Offer:
    """What a campaign offers now: in every time zone a day begins with a minute."""
    return offer_of(pack, archived, clock.today(pack.time_zone))


def current() -> Offer:
    """What the current campaign offers today."""
    offer: Offer | None = g.get("offer")
    if offer is None or g.offer_pack is not g.edition.pack:
        pack = g.edition.pack
        offer = g.offer = _in_minute(pack, g.get("archived"), int(clock.seconds()) // 60)
        g.offer_pack = pack
    return offer


def need(part: str) -> None:
    """Raise AbsentPartError, a 404, if the current campaign does not have this part."""
    offer = current()
    if getattr(offer, part):
        return
    if offer.archived is not None and part in _DONE_WITH:
        raise AbsentPartError(
            str(_("This campaign is archived: it can be read, but nothing can be written or signed"))
        )
    raise AbsentPartError(_why_no_letters(part) or str(ABSENT[part]))


def _why_no_letters(part: str) -> str:
    """Why the organisers ask that nobody write any more; '' if they don't, or for another part."""
    pack: Pack = g.edition.pack
    if part not in {"letters", "printed_letters"}:
        return ""
    if pack.writing_stopped:
        return str(_("Please write no more letters: %(why)s", why=pack.stop_writing[languages.current()]))
    if pack.write_before is not None and clock.today(pack.time_zone) >= pack.write_before:
        day = long_date(pack.write_before, languages.current())
        return str(_("Letters had to be written before %(day)s", day=day))
    return ""
