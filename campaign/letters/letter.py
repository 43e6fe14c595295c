"""One letter as structure, and what a supporter chooses to get it: plain data, no format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from campaign.pack.wording import Note, NoteMark, Run

#: What can be printed: the letter itself, or one that many people sign by hand.
PIECES = ("letter", "open-letter")

#: Lines for names under an open letter.
NAMES = 20


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes. Only the name is needed.

    `address` are the lines of street and number, or all lines as the sender wrote them;
    `country` is an ISO 3166 code or ''. `address.sender_block` puts them in order.
    """

    name: str
    address: tuple[str, ...] = ()
    place: str = ""
    country: str = ""
    email: str = ""
    postcode: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class TypedAddress:
    """An address that a supporter types for an office that the pack has no address of."""

    name: str = ""
    lines: tuple[str, ...] = ()
    postcode: str = ""
    place: str = ""
    region: str = ""

    def __bool__(self) -> bool:
        return bool(self.lines or self.postcode or self.place)


@dataclass(frozen=True, slots=True)
class Posting:
    """Both addresses as lines for the post: on an envelope, a postcard, in a window."""

    addressee: tuple[str, ...]
    sender: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of a supporter. `letter` and `form` default to the addressee's own.

    `seed` picks among the wordings (`variation`); `opening` overrides its opening unless it
    is None. `window` is a key of `envelopes.WINDOWS` or ''. `beside` is '' or another
    language with its purpose: 'mine:fr' (a page to read for the sender) or 'both:fr' (two
    columns, for the addressee). `edited` is the body as free text after editing by hand; it
    replaces what would be composed.
    """

    addressee: str
    language: str
    demands: tuple[str, ...]
    sender: Sender
    day: date
    opening: int | None = 0
    seed: int = 0
    own_words: str = ""
    letter: str = ""
    form: str = ""
    later: bool = False
    to_address: TypedAddress = field(default_factory=TypedAddress)
    paper: str = "a4"
    layout: str = ""
    window: str = ""
    beside: str = ""
    piece: str = "letter"
    edited: str = ""
    edition: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text and note marks; `own` marks the supporter's words, for the sheet on the screen."""

    runs: tuple[Run, ...]
    own: bool = False


@dataclass(frozen=True, slots=True)
class NumberedList:
    """A numbered list of demands."""

    items: tuple[tuple[Run, ...], ...]


Block = Paragraph | NumberedList


@dataclass(frozen=True, slots=True)
class SecondLanguage:
    """The same letter in another language: its blocks match those of the letter one by one.

    `purpose` is 'mine' (to read, on a page of its own under `heading`) or 'both' (in a second
    column). Its note marks refer to the letter's own notes where it is in a column, otherwise to `notes`.
    """

    purpose: str
    language: str
    heading: str
    subject: str
    salutation: str
    body: tuple[Block, ...]
    closing: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, complete: what every format shows. Lines are texts without line breaks.

    `names` is how many lines for names by hand follow the text. `addressee` and `sender` are
    blocks of lines; `posting` has both as the post needs them, which in a window are also the letter's.
    """

    language: str
    sender: tuple[str, ...]
    addressee: tuple[str, ...]
    date: str
    subject: str
    salutation: str
    body: tuple[Block, ...]
    closing: str
    signature: str
    notes: tuple[Note, ...]
    imprint: str
    email: str
    paper: str
    layout: str
    filename: str
    posting: Posting
    window: str = ""
    names: int = 0
    beside: SecondLanguage | None = None

    @property
    def second_column(self) -> SecondLanguage | None:
        """The other language where the addressee reads it beside this one; None where it is alone."""
        return self.beside if self.beside is not None and self.beside.purpose == "both" else None

    @property
    def addressee_first(self) -> bool:
        """Whether the addressee is above the sender. With a window each has a place of its own."""
        return self.layout == "right" and not self.window

    def without_reading_copy(self) -> Letter:
        """What is sent: without the page that the sender keeps."""
        mine = self.beside is not None and self.beside.purpose == "mine"
        return replace(self, beside=None) if mine else self


def plain(runs: Iterable[Run]) -> str:
    """Runs as text, with notes as [1]."""
    return "".join(f"[{run.number}]" if isinstance(run, NoteMark) else run for run in runs)


def runs_of(body: Iterable[Block]) -> Iterable[tuple[Run, ...]]:
    """The runs of every paragraph and every item of a list, in order."""
    for block in body:
        yield from block.items if isinstance(block, NumberedList) else (block.runs,)


def all_text(letter: Letter) -> str:
    """Every word of the letter, to be looked up in the fonts."""
    heads = (*letter.sender, *letter.addressee, letter.date, letter.subject, letter.salutation)
    ends = (letter.closing, letter.signature, letter.imprint, *letter.posting.sender)
    parts = [*heads, *ends, *(note.text for note in letter.notes), *_texts(letter.body)]
    if (other := letter.beside) is not None:
        parts += [other.heading, other.subject, other.salutation, other.closing]
        parts += [*(note.text for note in other.notes), *_texts(other.body)]
    return "\n".join(parts)


def _texts(body: Iterable[Block]) -> Iterable[str]:
    return (run for runs in runs_of(body) for run in runs if isinstance(run, str))
