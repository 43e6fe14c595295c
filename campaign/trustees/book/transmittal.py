"""The letter that goes with the book, to each office, and the receipt that the office stamps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from campaign.languages.catalogues import plurals, words
from campaign.languages.countries import countries
from campaign.languages.numbers import in_own_digits, number
from campaign.letters import byhand
from campaign.letters.compose import compose
from campaign.letters.formats import pdf
from campaign.letters.letter import Block, Letter, NumberedList, Paragraph
from campaign.messages import Message
from campaign.pack import responsible
from campaign.pack.model import Pack
from campaign.pack.model.runner import ASKED_BY_THEM, INDEPENDENT
from campaign.paper import wording
from campaign.trustees.book import answered, front
from campaign.trustees.book.answered import OfficeRow
from campaign.trustees.book.choices import Choices
from campaign.trustees.book.collecting import Sums
from campaign.trustees.book.front import Proof

_LINE = "_" * 36


@dataclass(frozen=True, slots=True)
class Handover:
    """What is handed over: how many names in how many volumes, and the proof.

    `answers` says by the key of an office what became of the letters to it.
    """

    sums: Sums
    volumes: int
    proof: Proof
    answers: Mapping[str, OfficeRow] = field(default_factory=dict)


def letters(pack: Pack, choices: Choices, addressee: str, what: Handover) -> bytes:
    """The letter of transmittal and the receipt as one PDF. Raises compose.UnknownChoiceError."""
    day = date.fromisoformat(what.proof.manifest.day)
    plain = compose(pack, byhand.choices(pack, addressee, choices.language, 0, day))
    letter = _transmittal(pack, choices, plain, what, what.answers.get(addressee))
    return pdf.render(letter, _receipt(pack, choices, plain, what))


def _transmittal(
    pack: Pack, choices: Choices, plain: Letter, what: Handover, answers: OfficeRow | None
) -> Letter:
    """The addressee, salutation and close are those of every letter to the office."""
    _, ngettext = words(choices.language), plurals(choices.language)
    text = wording.petition(pack, choices.language)
    handing_over = _("We hand over to you the petition “%(title)s” with %(count)s.")
    volumes = ngettext(
        "The names are in %(num)s volume, preceded by the petition, the totals by country and a note "
        "on how to verify them.",
        "The names are in %(num)s volumes, preceded by the petition, the totals by country and a "
        "note on how to verify them.",
        what.volumes,
    )
    blocks: list[Block] = [
        Paragraph((handing_over % {"title": text.title, "count": counted(choices, what.sums)},)),
        *([Paragraph((whose,))] if (whose := _whose_demands(pack, choices.language)) else []),
        *([Paragraph((_of_one_country(choices),))] if choices.country else []),
        Paragraph((volumes % {"num": in_own_digits(str(what.volumes), choices.language)},)),
        *([Paragraph((whose_log,))] if (whose_log := _public_log(what.proof, choices.language)) else []),
        *_demands(text.demands, choices.language),
        *(_answered(answers, choices.language) if answers else ()),
        Paragraph((_("We ask you to confirm the receipt on the next page, and to answer in writing."),)),
    ]  # fmt: skip
    return replace(
        plain,
        sender=_sender(pack, choices.language),
        date=_LINE[:16],
        subject=text.title,
        body=tuple(blocks),
        signature="",
        notes=(),
        filename=f"transmittal-{plain.filename}",
    )


def _answered(row: OfficeRow, language: str) -> list[Block]:
    """What became of earlier letters to this office; nothing if every number is hidden."""
    shown = answered.lines(row, language)
    if not shown:
        return []
    return [Paragraph((answered.heading(row, language),)), Paragraph(("\n".join(shown),))]


def _public_log(proof: Proof, language: str) -> str:
    """That the count can be checked, and against which checkpoint; '' for a list without a log."""
    _ = words(language)
    size, root = proof.log
    if not size:
        return ""
    sentence: str = _(
        "The signatures are also in a public log, which shows no names and which anyone can check. It has "
        "%(num)s entries, and its hash is %(hash)s."
    )
    return sentence % {"num": number(Decimal(size), language), "hash": f"{root[:16]}…"}


def _demands(demands: tuple[str, ...], language: str) -> list[Block]:
    """What the signatories ask; nothing if the petition's text has no list of it."""
    if not demands:
        return []
    _ = words(language)
    return [
        Paragraph((_("The signatories ask the authorities:"),)),
        NumberedList(tuple((item,) for item in demands)),
    ]


def _sender(pack: Pack, language: str) -> tuple[str, ...]:
    """The organisation that runs the campaign: it hands over, also the demands of others."""
    name = responsible.runner_name(pack, language)
    printed_name = wording.printed(language, name) if isinstance(name, Message) else name
    return (printed_name, *(pack.runner.address if pack.runner else ()))


def _whose_demands(pack: Pack, language: str) -> str:
    """Who makes the demands, and what they have to do with this letter; '' if nobody is named."""
    names, relation = responsible.askers(pack, language), responsible.relation(pack)
    if not names:
        return ""
    sentences = [Message("The demands are those of %(names)s.", names=names)]
    if relation == ASKED_BY_THEM:
        sentences.append(Message("We hand them over at the request of these organisations."))
    if relation == INDEPENDENT:
        sentences.append(
            Message("We are independent of these organisations, which do not run or endorse this petition.")
        )
    return wording.printed(language, *sentences)


def _receipt(pack: Pack, choices: Choices, plain: Letter, what: Handover) -> Letter:
    """A page to stamp: what was received, where, when, by whom."""
    _, ngettext = words(choices.language), plurals(choices.language)
    text = wording.petition(pack, choices.language)
    received = _("Received: the petition “%(title)s” with %(count)s, in %(volumes)s.") % {
        "title": text.title,
        "count": counted(choices, what.sums),
        "volumes": ngettext("%(num)s volume", "%(num)s volumes", what.volumes)
        % {"num": in_own_digits(str(what.volumes), choices.language)},
    }
    lines = (_("Place and date"), _("Name and office"), _("Signature and stamp"), _("Registration number"))
    hash_line = _("SHA-256 of the sealed list") + f": {what.proof.digest}"
    log_lines = front.log_lines(what.proof, choices.language)
    blocks = [received, *(f"{label}: {_LINE}" for label in lines), hash_line, *log_lines]
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
    _ = words(choices.language)
    sentence: str = _("Only signatures from: %(country)s")
    return sentence % {"country": countries(choices.language)[choices.country]} + "."
