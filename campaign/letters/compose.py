"""A pack and a supporter's choices become one letter, as structure, before any format.

`compose` is pure: the same pack and choices give the same letter, and nothing is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from campaign.letters.address import address_lines
from campaign.pack import wording
from campaign.pack.languages import countries, edition, place_and_date
from campaign.pack.model import Addressee, LetterText, Pack, Prose
from campaign.pack.wording import Note, NoteMark, Run

#: Where a language puts the two address blocks: a letter reads as local letters do.
LAYOUTS = {"en": "left", "fr": "addressee-right", "ru": "right", "kk": "right"}

PAPERS = ("a4", "us-letter")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes. Only the name is needed; `address` are lines, `country` an ISO code or ''."""

    name: str
    address: tuple[str, ...] = ()
    place: str = ""
    country: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a supporter chose. `letter` and `form` default to the addressee's own.

    `edited` is the body as free text after the last touch; it replaces what would be composed.
    """

    addressee: str
    language: str
    demands: tuple[str, ...]
    sender: Sender
    day: date
    opening: int = 0
    own_words: str = ""
    letter: str = ""
    form: str = ""
    later: bool = False
    to_address: tuple[str, ...] = ()
    paper: str = "a4"
    layout: str = ""
    edited: str = ""
    edition: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text and note marks; `own` marks the supporter's words, for the sheet on the screen."""

    runs: tuple[Run, ...]
    own: bool = False


@dataclass(frozen=True, slots=True)
class Numbered:
    """A numbered list of demands."""

    items: tuple[tuple[Run, ...], ...]


Block = Paragraph | Numbered


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, complete: what every format shows. Lines are texts without line breaks."""

    language: str
    sender: tuple[str, ...]
    addressee: tuple[str, ...]
    date: str
    subject: str
    salutation: str
    body: tuple[Block, ...]
    closing: str
    signature: str
    notes: tuple[str, ...]
    imprint: str
    email: str
    paper: str
    layout: str
    filename: str


class UnknownChoiceError(ValueError):
    """A choice that the pack does not offer; `valid` are those that it does."""

    def __init__(self, what: str, value: str, valid: Iterable[str]) -> None:
        self.what, self.value, self.valid = what, value, tuple(valid)
        super().__init__(f"There is no {what} “{value}”. Choose one of: {', '.join(self.valid)}.")


def compose(pack: Pack, choices: Choices) -> Letter:
    """The letter that the choices make. Raises UnknownChoiceError for what the pack lacks."""
    addressee, text = _chosen(pack, choices)
    notes: list[Note] = []
    body = _body(pack, choices, addressee, text, notes)
    salutation = addressee.salutation[choices.language].form(choices.form or addressee.form)
    letter = Letter(
        language=choices.language,
        sender=sender_lines(choices.sender, choices.language, _domestic(addressee, choices.sender)),
        addressee=(
            addressee.to[choices.language],
            *address_lines(addressee, choices.language, choices.sender.country, choices.to_address),
        ),
        date=place_and_date(_town(choices.sender.place), choices.day, choices.language),
        subject=text.subject,
        salutation=salutation,
        body=body,
        closing=_closing(pack, addressee, salutation, choices.language),
        signature=choices.sender.name,
        notes=tuple(note.text for note in notes),
        imprint=_imprint(pack, choices),
        email=addressee.email,
        paper=choices.paper,
        layout=choices.layout or LAYOUTS[choices.language],
        filename=f"letter-{addressee.key}-{choices.language}",
    )
    return with_edited_text(letter, choices.edited) if choices.edited.strip() else letter


def _chosen(pack: Pack, choices: Choices) -> tuple[Addressee, LetterText]:
    """The addressee and the template's text, after every choice was found in the pack."""
    if choices.language not in pack.languages:
        raise UnknownChoiceError("language", choices.language, pack.languages)
    open_ones = {a.key: a for a in pack.open_addressees()}
    if choices.addressee not in open_ones:
        raise UnknownChoiceError("addressee", choices.addressee, open_ones)
    for key in choices.demands:
        if key not in pack.demands:
            raise UnknownChoiceError("demand", key, pack.demands)
    addressee = open_ones[choices.addressee]
    letter = choices.letter or addressee.letter
    if letter not in pack.letters:
        raise UnknownChoiceError("letter", letter, pack.letters)
    text = pack.letters[letter].texts[choices.language]
    if not 0 <= choices.opening < len(text.openings):
        numbers = [str(n + 1) for n in range(len(text.openings))]
        raise UnknownChoiceError("opening", str(choices.opening + 1), numbers)
    return addressee, text


def _body(
    pack: Pack, choices: Choices, addressee: Addressee, text: LetterText, notes: list[Note]
) -> tuple[Block, ...]:
    language = choices.language
    names = names_for(pack, addressee, choices)

    def paragraphs(prose: Prose) -> list[Block]:
        rendered = wording.render(pack, prose.text, language, names)
        parts = (_one_line(part) for part in re.split(r"\n\s*\n", rendered))
        return [Paragraph(wording.runs(part, notes)) for part in parts if part]

    blocks = paragraphs(text.openings[choices.opening])
    for index, prose in enumerate(text.facts):
        blocks += paragraphs(prose)
        if index == 0:
            blocks += own_paragraphs(choices.own_words)
    for prose in (*text.duty, *(text.later if choices.later else ())):
        blocks += paragraphs(prose)
    asked = asked_for(pack, choices)
    if asked:
        blocks += paragraphs(text.ask)
        items = [wording.render(pack, text.asks[key].text, language, names) for key in asked]
        ended = [_ends(_one_line(item), last=item is items[-1]) for item in items]
        blocks.append(Numbered(tuple(wording.runs(item, notes) for item in ended)))
    return (*blocks, *paragraphs(text.replies[0]))


def openings(pack: Pack, choices: Choices) -> tuple[str, ...]:
    """The first paragraph of each opening of the letter, without notes, to choose by."""
    addressee, text = _chosen(pack, choices)
    names = names_for(pack, addressee, choices)
    rendered = (wording.render(pack, prose.text, choices.language, names) for prose in text.openings)
    return tuple(_one_line(wording.without_notes(one)) for one in rendered)


def asked_for(pack: Pack, choices: Choices) -> list[str]:
    """The keys of the chosen demands, in the pack's order."""
    return [key for key in pack.demands if key in choices.demands]


def names_for(pack: Pack, addressee: Addressee, choices: Choices) -> dict[str, object]:
    """What a template may say of the addressee, the sender and the chosen demands."""
    sender, language = choices.sender, choices.language
    return {
        "addressee": {
            "key": addressee.key,
            "kind": addressee.kind,
            "title": addressee.title[language],
            "letter": addressee.letter,
        },
        "sender": {
            "name": sender.name,
            "place": sender.place,
            "country": countries(language).get(sender.country, ""),
            "in_eu": sender.country in wording.EU,
        },
        "demands": [pack.demands[key].texts[language].title for key in asked_for(pack, choices)],
    }


def own_paragraphs(text: str) -> list[Block]:
    """The supporter's words, as they are: blank lines part paragraphs, line ends stay."""
    parts = (part.strip() for part in re.split(r"\n[ \t]*\n", text))
    return [Paragraph((part,), own=True) for part in parts if part]


def _one_line(text: str) -> str:
    return text.replace("\n", " ").strip()


def _ends(item: str, last: bool) -> str:
    """A list's items end with semicolons, the last with a full stop."""
    bare = item.rstrip().removesuffix(".").removesuffix(";").rstrip()
    space = item.rstrip()[len(bare) : -1] if item.rstrip().endswith(";") else ""
    return f"{bare}." if last else f"{bare}{space};"


def _closing(pack: Pack, addressee: Addressee, salutation: str, language: str) -> str:
    """The closing words; French repeats the salutation inside them."""
    called = salutation.rstrip(",!").strip()
    return pack.closings[addressee.closing][language].replace("{salutation}", called)


def _domestic(addressee: Addressee, sender: Sender) -> bool:
    """Whether the letter stays within one country, so that nobody's country needs a line."""
    return addressee.typed or addressee.country == sender.country


def sender_lines(sender: Sender, language: str, domestic: bool) -> tuple[str, ...]:
    """Name, address, place and country, e-mail: a line each; a place in the address is not repeated."""
    country = "" if domestic else countries(language).get(sender.country, "")
    written = any(sender.place in line for line in sender.address)
    where = ", ".join(part for part in ("" if written else sender.place, country) if part)
    return tuple(line for line in (sender.name, *sender.address, where, sender.email) if line)


def _town(place: str) -> str:
    """The place without a postcode before or after it."""
    return re.sub(r"^[\dA-Z-]*\d[\dA-Z-]*\s+|[\s,]+\d[\d -]*$", "", place).strip()


def _imprint(pack: Pack, choices: Choices) -> str:
    """The small print: which campaign the letter was made with, and from which edition."""
    name = pack.name[choices.language]
    return f"{name}, {edition(choices.edition, choices.language)}" if choices.edition else name


# The last touch: the body as free text, and back


def edit_text(letter: Letter) -> str:
    """The body as plain text to edit: salutation, paragraphs, list, closing; notes as [1]."""
    parts = [letter.salutation]
    for block in letter.body:
        if isinstance(block, Numbered):
            lines = (f"{n}. {plain(item)}" for n, item in enumerate(block.items, 1))
            parts.append("\n".join(lines))
        else:
            parts.append(plain(block.runs))
    parts.append(letter.closing)
    return "\n\n".join(part for part in parts if part)


def plain(runs: Iterable[Run]) -> str:
    """Runs as text, with notes as [1]."""
    return "".join(f"[{run.number}]" if isinstance(run, NoteMark) else run for run in runs)


def with_edited_text(letter: Letter, text: str) -> Letter:
    """The letter with its body replaced by edited text, which keeps `[n]` notes and lists.

    Notes that the text no longer names are dropped and the rest are numbered anew. The
    salutation and the closing are part of the text from here on.
    """
    notes: list[str] = []

    def runs(words: str) -> tuple[Run, ...]:
        out: list[Run] = []
        for index, piece in enumerate(re.split(r"\[(\d{1,2})\]", words)):
            if index % 2 == 0:
                out += [piece] if piece else []
            elif 1 <= int(piece) <= len(letter.notes):
                note = letter.notes[int(piece) - 1]
                if note not in notes:
                    notes.append(note)
                out.append(NoteMark(notes.index(note) + 1))
            else:
                out.append(f"[{piece}]")
        return tuple(out)

    blocks: list[Block] = []
    for part in re.split(r"\n[ \t]*\n", text.strip()):
        lines = [line.strip() for line in part.strip().split("\n")]
        marks = [re.match(r"(\d{1,2})\. +(.+)", line) for line in lines]
        if all(mark and int(mark[1]) == n for n, mark in enumerate(marks, 1)):
            blocks.append(Numbered(tuple(runs(mark[2]) for mark in marks if mark)))
        else:
            blocks.append(Paragraph(runs("\n".join(lines))))
    return replace(letter, salutation="", closing="", body=tuple(blocks), notes=tuple(notes))
