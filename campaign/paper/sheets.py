"""Sheets to sign by hand, each with the petition, who asks, the privacy notice, and a number.

The whole text is on a sheet if it leaves room for a few rows and nobody needs a magnifying glass to read it.
A longer one is replaced by its summary, what it demands, and the address of the page that has it, unless the
pack says that sheets need the whole text or the address is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from campaign.languages.catalogues import words
from campaign.languages.countries import countries
from campaign.languages.data import language as language_data
from campaign.languages.dates import long_date
from campaign.languages.direction import isolated
from campaign.languages.documents import edition, names_by_hand
from campaign.languages.numbers import in_own_digits
from campaign.languages.typography import listed
from campaign.messages import Message
from campaign.pack import responsible, signing_rules
from campaign.pack.extra_field_checks import WIDTHS
from campaign.pack.model import Pack
from campaign.pack.model.petition import CHOICE
from campaign.paper import numbers, wording
from campaign.paper.numbers import Number
from campaign.press import codes, typeset
from campaign.press.papers import PAPERS
from campaign.press.written import written
from campaign.signatures.public_keys import fingerprint
from campaign.signatures.sealing import PublicKey
from campaign.signatures.trial_keys import kind_of

ROWS = range(8, 21)
LARGE_ROWS = range(8, 11)

#: The most sheets in one PDF.
MOST = 500

#: What a sheet says of the petition, from the most to the least.
WHOLE, DEMANDS, SUMMARY = "whole", "demands", "summary"

#: How many rows the template says there is room for.
_ROOM = re.compile(r"room for (\d+) rows")


class SheetError(ValueError):
    """A sheet that can't be made: `field` of the layout or its text, and the reason in a sentence or two."""

    status = 2

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class _TooManyRowsError(Exception):
    """The petition leaves room for fewer rows than were asked for."""

    def __init__(self, fitting: int) -> None:
        super().__init__(fitting)
        self.fitting = fitting


@dataclass(frozen=True, slots=True)
class Layout:
    """How a sheet looks: one or two languages, paper, rows, large print, a column for e-mail addresses."""

    languages: tuple[str, ...]
    rows: int = 12
    paper: str = "a4"
    landscape: bool = False
    large: bool = False
    email: bool = False


@dataclass(frozen=True, slots=True)
class Print:
    """The rest of what one print has on its sheets. `site` is where people can sign online, or ''.

    `return_to` is empty if sheets go to the address that the pack gives. A number that is None is left for
    people to write: a file that many print can't give each sheet one of its own. `text` is the most that the
    sheets say of the petition.
    """

    numbers: Sequence[Number | None]
    site: str = ""
    edition: int = 0
    return_to: tuple[str, ...] = ()
    fingerprint: str = ""
    holder: str = ""
    trial: bool = False
    text: str = WHOLE


def with_key(what: Print, key: PublicKey | None) -> Print:
    """The same print, with the fingerprint of the key; with a trial key it says that it is a trial."""
    if key is None:
        return what
    return replace(what, fingerprint=fingerprint(key), trial=kind_of(key) is not None)


def checked(layout: Layout, pack: Pack) -> Layout:
    """The layout, if it is possible. Raises SheetError."""
    if not pack.petition:
        raise SheetError("petition", "The campaign has no petition, so there are no sheets to sign.")
    if not 1 <= len(layout.languages) <= 2 or len(set(layout.languages)) != len(layout.languages):
        raise SheetError("languages", "A sheet is in one language, or in two.")
    for language in layout.languages:
        if language not in pack.languages:
            raise SheetError("languages", f"The pack is in {', '.join(pack.languages)}, not in {language}.")
    if layout.paper not in PAPERS:
        raise SheetError("paper", f"Paper is one of {', '.join(PAPERS)}.")
    row_counts = LARGE_ROWS if layout.large else ROWS
    if layout.rows not in row_counts:
        raise SheetError("rows", f"A sheet has {row_counts[0]} to {row_counts[-1]} rows.")
    if layout.large and len(layout.languages) > 1:
        raise SheetError("large", "Large print is for one language on a sheet.")
    return layout


def pdf(pack: Pack, layout: Layout, what: Print) -> bytes:
    """The sheets of one print as a PDF, a page each, with as much of the petition as leaves room for rows.

    Raises SheetError.
    """
    checked(layout, pack)
    for text in _texts(pack, layout, what):
        try:
            return _typeset(pack, layout, what, text)
        except _TooManyRowsError as error:
            most = error.fitting
    message = f"The petition’s text leaves no room for {layout.rows} rows on this paper. "
    remedy = f"Choose at most {most}." if most >= ROWS[0] else "Shorten it, or choose one language."
    raise SheetError("rows", message + remedy)


def fitting(pack: Pack, layout: Layout, what: Print) -> tuple[Layout, str]:
    """The same layout with at most as many rows as there is room for, and which of the texts it has.

    The whole text with fewer rows is better than a shorter one. Raises SheetError if no text leaves room for
    a useful number of rows.
    """
    checked(layout, pack)
    one = replace(what, numbers=what.numbers[:1])
    for text in _texts(pack, layout, what):
        try:
            _typeset(pack, layout, one, text)
        except _TooManyRowsError as error:
            if error.fitting >= ROWS[0]:
                return replace(layout, rows=error.fitting), text
        else:
            return layout, text
    raise SheetError("text", f"The petition’s text leaves no room for {ROWS[0]} rows on this paper.")


def _texts(pack: Pack, layout: Layout, what: Print) -> tuple[str, ...]:
    """What the sheets may say of the petition, from the most to the least."""
    if not what.site or pack.terms.whole_text:
        return (WHOLE,)
    has_demands = any(wording.petition(pack, language).demands for language in layout.languages)
    texts = [WHOLE, DEMANDS, SUMMARY] if has_demands else [WHOLE, SUMMARY]
    return tuple(texts[texts.index(what.text) :])


def _typeset(pack: Pack, layout: Layout, what: Print, text: str) -> bytes:
    """The PDF with one of the texts. Raises _TooManyRowsError."""
    try:
        return typeset.pdf("sheet.typ", data(pack, layout, what, text))
    except RuntimeError as error:
        if found := _ROOM.search(str(error)):
            raise _TooManyRowsError(int(found[1])) from None
        raise


def unknown(layout: Layout, count: int, pack: Pack) -> list[Number]:
    """Numbers of sheets that are printed without the site. Raises SheetError for too many."""
    if not 1 <= count <= MOST:
        raise SheetError("sheets", f"At most {MOST} sheets at once.")
    batch = numbers.unknown_batch(pack.languages.index(layout.languages[0]), layout.rows)
    return [Number(batch, sheet, known=False) for sheet in range(1, count + 1)]


def data(pack: Pack, layout: Layout, what: Print, text: str = WHOLE) -> dict[str, Any]:
    """The sheets as plain data for templates/press/sheet.typ."""
    texts = [_petition(pack, language, text) for language in layout.languages]
    parts = [_words(pack, layout, what, language) for language in layout.languages]
    for part, language in zip(parts, layout.languages, strict=True):
        part["whole"] = "" if text == WHOLE else _whole_text_at(what, language)
    return_to = what.return_to or signing_rules.return_address(pack)
    for part in parts[1:]:
        part["imprint"] = pack.name[layout.languages[1]]  # batch and key are the same in every language
    printed = "\n".join(one.everything for one in texts) + str(parts) + str(return_to) + what.holder
    return {
        "title": texts[0].title,
        "language": written(layout.languages[0], printed),
        "comma": language_data(layout.languages[0]).text("comma"),
        "layout": asdict(layout),
        "texts": [
            {**asdict(one), **part, "language": written(one.language, one.everything + str(part))}
            for one, part in zip(texts, parts, strict=True)
        ],
        "columns": _columns(pack, layout),
        "extra": [WIDTHS[field.kind] for field in pack.terms.fields_on_paper],
        "qr": codes.qr(what.site) if what.site else "",
        "qr-alt": what.site,
        "site": what.site.split("://")[-1],
        "return-to": list(return_to),
        "sheets": [_sheet(pack, number, what) for number in what.numbers],
    }


def _petition(pack: Pack, language: str, text: str) -> wording.PrintedPetition:
    if text == WHOLE:
        return wording.petition(pack, language)
    return wording.shortened(pack, language, with_demands=text == DEMANDS)


def _whole_text_at(what: Print, language: str) -> str:
    """Where the whole text is, in a line."""
    _, own = words(language), language_data(language)
    space = " " if own.line("text", "word-spaces") else ""
    address, label = isolated(what.site.split("://")[-1], language), _("The whole text")
    return f"{label}{own.text('colon')}{space}{address}"


def _sheet(pack: Pack, number: Number | None, what: Print) -> dict[str, str]:
    if number is None:
        return {"number": "", "matrix": ""}
    text = numbers.written(pack.slug, number)
    return {"number": text, "matrix": codes.data_matrix(text.replace("-", ""))}


def _columns(pack: Pack, layout: Layout) -> list[str]:
    """Headings of the rows' columns, in both languages where there are two."""
    headings = [_headings(pack, layout, language) for language in layout.languages]
    first = layout.languages[0]
    return [
        " / ".join(isolated(name, first) for name in dict.fromkeys(names))
        for names in zip(*headings, strict=True)
    ]


def _headings(pack: Pack, layout: Layout, language: str) -> list[str]:
    _ = words(language)
    number, name, place, signature = names_by_hand(language)
    email = [_("E-mail (optional)")] if layout.email else []
    extra = [field.label[language] for field in pack.terms.fields_on_paper]
    return [number, name, place, *email, *extra, _("Date"), signature]


def _choices(pack: Pack, language: str) -> list[str]:
    """What the numbers mean that people write for a choice: a line for each."""
    lines = []
    for field in pack.terms.fields_on_paper:
        options = [
            f"{in_own_digits(str(number), language)}\u00a0{option}"
            for number, option in enumerate(field.choices(language), 1)
        ]
        if field.kind == CHOICE:
            text = Message(
                "%(field)s (write the number): %(options)s",
                field=field.label[language], options=" · ".join(options),
            )  # fmt: skip
            lines.append(wording.printed(language, text))
    return lines


def _words(pack: Pack, layout: Layout, what: Print, language: str) -> dict[str, Any]:
    """The sentences around the petition, in one language."""
    _ = words(language)
    imprint = [pack.name[language]]
    imprint += [edition(what.edition, language)] if what.edition else []
    imprint += [isolated(what.holder, language)] if what.holder else []
    key = isolated(what.fingerprint, language)
    imprint += [_("Key %(fingerprint)s") % {"fingerprint": key}] if key else []
    return {
        "asked-by": wording.printed(language, *responsible.on_paper(pack, language)),
        "sign-online": _("Sign online:"),
        "notice": wording.printed(language, *_notice(pack, layout, what, language)),
        "choices": _choices(pack, language),
        "return": _("Send this sheet to:"),
        "sheet": _("Sheet"),
        "imprint": " · ".join(imprint),
    }


def _notice(pack: Pack, layout: Layout, what: Print, language: str) -> Iterator[Message]:
    """What people must know before they write their names: who keeps them, why, how long, their rights."""
    if what.trial:
        yield Message("This is a trial. Use invented names: anybody can open them, and nothing counts.")
    yield Message(
        "Responsible for your data: %(runner)s. They are sealed and handed over with the petition.",
        runner=responsible.runner_name(pack, language),
    )
    yield Message(
        "Your signature reveals a political opinion: by signing, you consent to its use for this petition."
    )
    if pack.terms.erase_on:
        yield Message("Everything is erased on %(day)s.", day=long_date(pack.terms.erase_on, language))
    if pack.terms.fields_on_paper:
        comma = language_data(language).text("comma")
        labels = comma.join(field.label[language] for field in pack.terms.fields_on_paper)
        yield Message("Also kept, sealed, until that day, and not handed over: %(entries)s.", entries=labels)
    yield Message(
        "To be removed, give the sheet number and your row. Write to: %(contact)s.",
        contact=responsible.contact(pack, language),
    )
    if layout.email:
        yield Message("Your e-mail address is used only once, to find duplicate signatures.")
    at_risk = [countries(language)[code] for code in pack.countries_at_risk]
    if at_risk:
        yield Message(
            "If you or your family live in %(countries)s, don’t sign where others can read your name.",
            countries=listed(at_risk, language),
        )
    if what.site:
        privacy = what.site.split("://")[-1].rpartition("/")[0] + "/privacy"
        yield Message("Your rights, and where to complain: %(address)s", address=privacy)
