"""A kit for a street stall: sheets, letters to sign by hand, flyer, poster, a page for volunteers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from campaign.letters import byhand
from campaign.letters.formats import pdf as letter_pdf
from campaign.pack.archive import entry
from campaign.pack.languages import countries, long_date
from campaign.pack.model import Pack
from campaign.paper import wording
from campaign.press import codes, fonts, typeset
from campaign.words import words

KINDS = ("flyer", "poster", "volunteers")


@dataclass(frozen=True, slots=True)
class Kit:
    """What a kit contains. `site` is the petition's page, or ''; `sheets` is the PDF of its sheets."""

    language: str
    site: str
    sheets: bytes
    edition: int
    day: date


def archive(pack: Pack, kit: Kit) -> bytes:
    """The kit as a ZIP, with our own file names and no times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zip_file:
        for name, body in _files(pack, kit):
            zip_file.writestr(entry(name), body)
    return out.getvalue()


def _files(pack: Pack, kit: Kit) -> Iterator[tuple[str, bytes]]:
    yield f"1-volunteers-{kit.language}.pdf", printed(pack, kit, "volunteers")
    yield f"2-sheets-{kit.language}.pdf", kit.sheets
    yield f"3-flyer-{kit.language}.pdf", printed(pack, kit, "flyer")
    yield f"4-poster-{kit.language}.pdf", printed(pack, kit, "poster")
    for addressee in pack.open_addressees():
        if not addressee.typed and addressee.country in {*pack.countries_at_risk, ""}:
            choices = byhand.choices(pack, addressee.key, kit.language, kit.edition, kit.day)
            letter = byhand.blank(pack, choices)
            yield f"letters/{letter.filename}.pdf", letter_pdf.render(letter)


def printed(pack: Pack, kit: Kit, kind: str) -> bytes:
    """The flyer (A5, two on a sheet), the poster (A3), or the page for volunteers."""
    return typeset.pdf("flyer.typ", data(pack, kit, kind))


def data(pack: Pack, kit: Kit, kind: str) -> dict[str, Any]:
    """One of the three as plain data for templates/press/flyer.typ."""
    language = kit.language
    _ = words(language)
    text = wording.petition(pack, language)
    values: dict[str, Any] = {
        "kind": kind,
        "title": text.title,
        "language": language,
        "kicker": pack.kicker[language],
        "summary": text.summary,
        "demands": [item.rstrip(";. \u00a0\u202f") for item in text.demands],
        "ask": text.asking,
        "asked-by": _("Asked by %(names)s") % {"names": wording.asking(pack, language)} + ".",
        "sign": _("Sign online:"),
        "site": kit.site.split("://")[-1],
        "qr": codes.qr(kit.site) if kit.site else "",
        "volunteers": _volunteers(pack, language),
    }
    return {**values, "fonts": list(fonts.families(str(values) + text.everything))}


def _volunteers(pack: Pack, language: str) -> dict[str, Any]:
    """What a volunteer must know, on one page."""
    _ = words(language)
    until = long_date(pack.terms.closes, language) if pack.terms.closes else ""
    steps = [
        _("Print single-sided. Don’t photocopy: every sheet number must be unique."),
        _("Let people read the petition before signing. Nobody may sign for someone else."),
        _("Full name, town and country in block capitals; date; signature. It’s fine to leave a box empty."),
        _("Cross out mistakes and use the next row. Never pressure anyone to sign."),
        _("Keep the clipboard with you, face down between signers. Don’t photograph it."),
        _("Don’t copy names, and don’t tell anyone who has signed."),
        _("Post the sheets in a sealed envelope to the address at the bottom within two weeks."),
    ]
    if until:
        steps.append(_("The petition closes on %(day)s. Sheets posted by then still count.") % {"day": until})
    at_risk = ", ".join(countries(language)[code] for code in pack.countries_at_risk)
    template = _(
        "If someone lives in %(countries)s or has family there, warn them that a paper list can be "
        "seized. They can write a letter or sign from home instead."
    )
    warning = template % {"countries": at_risk} if at_risk else steps[5]
    return {"title": _("For volunteers"), "steps": steps, "risk": warning}
