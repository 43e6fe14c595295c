"""Return slips on paper, four to a sheet: a code for a phone, and which letter it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _

from campaign.languages.dates import long_date
from campaign.letters import returning
from campaign.letters.composer_page import until
from campaign.letters.formats.pdf import refuse_missing
from campaign.letters.forms import ChoicesForm
from campaign.letters.letter import Choices
from campaign.pack.model import Pack
from campaign.press import codes, typeset
from campaign.press.written import written
from campaign.web import languages

#: Slips on a sheet.
FOUR = 4


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """A slip in words. `until`: the last day for an answer, '' where no rule is known."""

    office: str
    day: str
    until: str
    address: str


def slips_of(form: ChoicesForm, choices: Choices, keys: Sequence[str]) -> list[PrintedSlip]:
    """The slips of a page's letters to some offices; none where no slip is made (returning.py)."""
    pack: Pack = g.edition.pack
    language, day = languages.current(), long_date(choices.day, languages.current())
    made = {key: returning.make(form, choices, key) for key in keys}
    return [
        PrintedSlip(
            pack.addressees[key].title[language], day, until(pack.addressees[key], choices.day), slip.address
        )
        for key, slip in made.items()
        if slip is not None
    ]


def pdf(slips: Sequence[PrintedSlip], paper: str) -> bytes:
    """The slips as PDF, in the reader's language; `paper` is a4 or us-letter. Raises MissingGlyphError."""
    # fmt: off
    keep = _("Keep it, and come back with it when an answer comes or none does. "
             "It says which letter it was, not who you are. We keep no copy.")
    # fmt: on
    strips = [
        {
            "office": slip.office,
            "day": _("Your letter of %(day)s", day=slip.day),
            "until": _("The office has until %(day)s to answer.", day=slip.until) if slip.until else "",
            "address": slip.address,
            "qr": codes.qr(slip.address),
        }
        for slip in slips
    ]
    data = {
        "title": _("Your return slip"),
        "keep": keep,
        "apart": _("Don’t send it with your letter."),
        "alt": _("QR code of your return slip"),
        "paper": paper,
    }
    words = "\n".join((*data.values(), *(text for strip in strips for text in strip.values())))
    refuse_missing(words)
    sheets = [strips[start : start + FOUR] for start in range(0, len(strips), FOUR)]
    return typeset.pdf(
        "slip.typ", {**data, "language": written(languages.current(), words), "sheets": sheets}
    )
