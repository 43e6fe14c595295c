"""The letter that goes with the book, to each office, and the receipt that the office stamps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from campaign.letters import byhand
from campaign.letters.compose import compose
from campaign.letters.formats import pdf
from campaign.letters.letter import Block, Letter, NumberedList, Paragraph
from campaign.pack.languages import countries, number
from campaign.pack.model import Pack
from campaign.paper import wording
from campaign.trustees.book.choices import Choices
from campaign.trustees.book.collecting import Sums
from campaign.trustees.book.front import Proof
from campaign.words import plurals, words

_LINE = "_" * 36


@dataclass(frozen=True, slots=True)
class Handover:
    """What is handed over: how many names in how many volumes, and the proof."""

    sums: Sums
    volumes: int
    proof: Proof


def letters(pack: Pack, choices: Choices, addressee: str, what: Handover) -> bytes:
    """The letter of transmittal and the receipt as one PDF. Raises compose.UnknownChoiceError."""
    day = date.fromisoformat(what.proof.manifest.day)
    plain = compose(pack, byhand.choices(pack, addressee, choices.language, 0, day))
    return pdf.render(_transmittal(pack, choices, plain, what), _receipt(pack, choices, plain, what))


def _transmittal(pack: Pack, choices: Choices, plain: Letter, what: Handover) -> Letter:
    """The addressee, salutation and close are those of every letter to the office."""
    _, ngettext = words(choices.language), plurals(choices.language)
    text = wording.petition(pack, choices.language)
    asks = _("We, %(names)s, hand over to you the petition “%(title)s” with %(count)s.")
    volumes = ngettext(
        "The names are in %(num)s volume, preceded by the petition, the totals by country and a note "
        "on how to verify them.",
        "The names are in %(num)s volumes, preceded by the petition, the totals by country and a "
        "note on how to verify them.",
        what.volumes,
    )
    blocks: list[Block] = [
        Paragraph((asks % {"names": wording.asking(pack, choices.language), "title": text.title,
                           "count": counted(choices, what.sums)},)),
        *([Paragraph((_of_one_country(choices),))] if choices.country else []),
        Paragraph((volumes % {"num": what.volumes},)),
        Paragraph((_("The signatories ask the authorities:"),)),
        NumberedList(tuple((item,) for item in text.demands)),
        Paragraph((_("We ask you to confirm the receipt on the next page, and to answer in writing."),)),
    ]  # fmt: skip
    return replace(
        plain,
        sender=tuple(
            organisation.name[choices.language] for organisation in pack.organisations if organisation.asks
        ),
        date=byhand.LINE[:16],
        subject=text.title,
        body=tuple(blocks),
        signature="",
        notes=(),
        filename=f"transmittal-{plain.filename}",
    )


def _receipt(pack: Pack, choices: Choices, plain: Letter, what: Handover) -> Letter:
    """A page to stamp: what was received, where, when, by whom."""
    _, ngettext = words(choices.language), plurals(choices.language)
    text = wording.petition(pack, choices.language)
    received = _("Received: the petition “%(title)s” with %(count)s, in %(volumes)s.") % {
        "title": text.title,
        "count": counted(choices, what.sums),
        "volumes": ngettext("%(num)s volume", "%(num)s volumes", what.volumes) % {"num": what.volumes},
    }
    lines = (_("Place and date"), _("Name and office"), _("Signature and stamp"), _("Registration number"))
    hash_line = _("SHA-256 of the sealed list") + f": {what.proof.digest}"
    blocks = [received, *(f"{label}: {_LINE}" for label in lines), hash_line]
    return replace(
        plain,
        sender=(),
        date="",
        subject=_("Receipt"),
        salutation="",
        body=tuple(Paragraph((block,)) for block in blocks),
        closing="",
        signature="",
        notes=(),
    )


def counted(choices: Choices, sums: Sums) -> str:
    """'12,345 signatures', in the language."""
    ngettext = plurals(choices.language)
    sentence: str = ngettext("%(num)s signature", "%(num)s signatures", sums.names)
    return sentence % {"num": number(Decimal(sums.names), choices.language)}


def _of_one_country(choices: Choices) -> str:
    sentence: str = words(choices.language)("Only signatures from: %(country)s")
    return sentence % {"country": countries(choices.language)[choices.country]} + "."
