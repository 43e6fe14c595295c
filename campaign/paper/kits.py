"""A kit for a street stall: sheets, letters to sign by hand, flyer, poster, a page for volunteers.

A campaign without a petition has no sheets and nothing for those who collect them; its flyer and poster
say what is demanded, and where one can write.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from campaign.languages.catalogues import words
from campaign.languages.countries import countries
from campaign.languages.dates import long_date
from campaign.languages.typography import listed, without_end
from campaign.letters import byhand
from campaign.letters.formats import pdf as letter_pdf
from campaign.letters.formats.printed import picture_data
from campaign.letters.printed_picture import Images, logo, picture
from campaign.messages import Message
from campaign.pack import responsible, signing_rules
from campaign.pack.archive import entry
from campaign.pack.model import Addressee, Pack
from campaign.paper import wording
from campaign.press import codes, typeset
from campaign.press.written import written

KINDS = ("flyer", "poster", "volunteers")


@dataclass(frozen=True, slots=True)
class Kit:
    """What a kit contains. `site` is the page to sign or write on, or ''.

    `sheets` is the PDF of the petition's sheets, or empty. `images` has the photograph and the logo
    for the flyer and the poster, if there are any. `return_to` is where signed sheets are sent, as on the
    sheets: empty if that is the address that the pack gives.
    """

    language: str
    site: str
    sheets: bytes
    edition: int
    day: date
    images: Images = field(default_factory=dict)
    return_to: tuple[str, ...] = ()


def archive(pack: Pack, kit: Kit) -> bytes:
    """The kit as a ZIP, with our own file names and no times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zip_file:
        for name, body in _files(pack, kit):
            zip_file.writestr(entry(name), body)
    return out.getvalue()


def _files(pack: Pack, kit: Kit) -> Iterator[tuple[str, bytes]]:
    if pack.petition:
        yield f"1-volunteers-{kit.language}.pdf", printed(pack, kit, "volunteers")
        yield f"2-sheets-{kit.language}.pdf", kit.sheets
    yield f"3-flyer-{kit.language}.pdf", printed(pack, kit, "flyer")
    yield f"4-poster-{kit.language}.pdf", printed(pack, kit, "poster")
    for addressee in _written_to(pack):
        choices = byhand.choices(pack, addressee.key, kit.language, kit.edition, kit.day)
        letter = byhand.blank(pack, choices)
        yield f"letters/{letter.filename}.pdf", letter_pdf.render(letter)


def has_letters(pack: Pack) -> bool:
    """Whether a kit of this pack has letters."""
    return any(True for _addressee in _written_to(pack))


def _written_to(pack: Pack) -> Iterator[Addressee]:
    """The offices whose letters are in a kit: those that post reaches, from whichever country.

    There are no letters if every demand is met or was dropped.
    """
    if pack.demands and not pack.asked_demands():
        return
    for addressee in pack.addressees_by_post():
        if not addressee.for_countries:  # nobody knows from which country those at the table come
            yield addressee


def printed(pack: Pack, kit: Kit, kind: str) -> bytes:
    """The flyer (A5, two on a sheet), the poster (A3), or the page for volunteers."""
    return typeset.pdf("flyer.typ", data(pack, kit, kind))


def data(pack: Pack, kit: Kit, kind: str) -> dict[str, Any]:
    """One of the three as plain data for templates/press/flyer.typ."""
    language = kit.language
    _ = words(language)
    text = wording.petition(pack, language) if pack.petition else wording.demands(pack, language)
    drawn = picture(pack, language, kit.images)
    values: dict[str, Any] = {
        "kind": kind,
        "accent": drawn.accent,
        "picture": picture_data(drawn),
        "logo": logo(pack, kit.images),
        "logo-alt": pack.branding.logo_alt[language] if pack.branding else "",
        "title": text.title,
        "kicker": pack.kicker[language],
        "when-and-where": [],
        "summary": text.summary,
        "demands": [without_end(item, language) for item in text.demands],
        "ask": text.asking,
        "asked-by": wording.printed(language, *responsible.on_paper(pack, language)),
        "sign": _("Sign online:") if pack.petition else _("Write a letter:"),
        "site": kit.site.split("://")[-1],
        "qr": codes.qr(kit.site) if kit.site else "",
        "volunteers": _volunteers(pack, kit),
    }
    everything = "\n".join((*_texts(values), *drawn.texts, text.everything))
    return {**values, "language": written(language, everything)}


def event_poster(pack: Pack, kit: Kit, title: str, when_and_where: Sequence[str], about: str) -> bytes:
    """The poster (A3) of an event: its title, when and where in large type, and what it is about."""
    values = data(pack, kit, "poster")
    _ = words(kit.language)
    more = _("More:")
    values |= {
        "kicker": pack.name[kit.language],
        "title": title,
        "when-and-where": list(when_and_where),
        "summary": about,
        "ask": "",
        "demands": [],
        "sign": more,
    }
    values["language"] = written(kit.language, "\n".join((str(values["language"]), *_texts(values))))
    return typeset.pdf("flyer.typ", values)


def _texts(values: dict[str, Any]) -> Iterator[str]:
    """The words of the template's data, without its pictures."""
    for key, value in values.items():
        if key not in {"picture", "logo", "qr"}:
            yield str(value)


def _volunteers(pack: Pack, kit: Kit) -> dict[str, Any]:
    """What a volunteer must know and can say, on one page."""
    language = kit.language
    _ = words(language)
    until = long_date(pack.terms.closes, language) if pack.terms.closes else ""
    steps = [
        _("Print single-sided. Don’t photocopy: every sheet number must be unique."),
        _("Let people read the petition before signing. Nobody may sign for someone else."),
        _("Full name, town and country in block capitals; date; signature. It’s fine to leave a box empty."),
        _("Cross out mistakes and use the next row. Never pressure anyone to sign."),
        _("Keep the clipboard with you, face down between signers. Don’t photograph it."),
        _("Don’t copy names, and don’t tell anyone who has signed."),
        wording.printed(language, _removal(pack, language)),
        _("Post the sheets in a sealed envelope within two weeks, to the address on each sheet."),
    ]
    if until:
        steps.append(_("The petition closes on %(day)s. Sheets posted by then still count.") % {"day": until})
    at_risk = listed((countries(language)[code] for code in pack.countries_at_risk), language)
    template = _(
        "If someone lives in %(countries)s or has family there, warn them that a paper list can be "
        "seized. They can write a letter or sign from home instead."
    )
    warning = template % {"countries": at_risk} if at_risk else ""
    contact = Message("Contact: %(contact)s", contact=responsible.contact(pack, language))
    return {
        "title": _("For volunteers"),
        "steps": steps,
        "script-title": _("What you can say"),
        "script": [wording.printed(language, one) for one in _script(pack, language)],
        "risk": warning,
        "contact": wording.printed(language, contact),
        "return": _("Send the sheets to:"),
        "return-to": list(kit.return_to or signing_rules.return_address(pack)),
    }


def _script(pack: Pack, language: str) -> Iterator[Message]:
    """Words for a conversation at a stall, with the answers to what people ask first."""
    yield Message("“Hello. We are collecting signatures for a petition. May I show you what it asks?”")
    yield Message(
        "Who are you? “I’m a volunteer. The petition is run by %(runner)s, which is responsible for your "
        "data.”",
        runner=responsible.runner_name(pack, language),
    )
    if pack.terms.erase_on:
        yield Message(
            "What happens to my name? “It is sealed, handed over with the petition, and erased on %(day)s.”",
            day=long_date(pack.terms.erase_on, language),
        )
    yield Message("No, thank you. “Thank you all the same. Have a good day.”")


def _removal(pack: Pack, language: str) -> Message:
    """What a volunteer answers to people who want their row removed."""
    return Message(
        "Anyone who asks who you are or wants to be removed gets this address: %(contact)s. "
        "The sheet number and the row are enough.",
        contact=responsible.contact(pack, language),
    )
