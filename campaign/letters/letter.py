"""One letter as structure, and what a supporter chooses to get it: plain data, no format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from campaign.languages.numbers import in_own_digits
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
    """How an addressee is reached that the pack has no address of: typed, or found in a list.

    `complete`: it is all that there is, as a list has it, with every line of the address in `lines`.
    """

    name: str = ""
    lines: tuple[str, ...] = ()
    postcode: str = ""
    place: str = ""
    region: str = ""
    email: str = ""
    web_form: str = ""
    complete: bool = False

    def __bool__(self) -> bool:
        return bool(self.lines or self.postcode or self.place)


@dataclass(frozen=True, slots=True)
class Posting:
    """Both addresses as lines for the post: on an envelope, a postcard, in a window."""

    addressee: tuple[str, ...]
    sender: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstLetter:
    """The letter that the next one follows: which case it is (one of `CASES`), its day and its subject."""

    case: str
    day: date
    subject: str


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of a supporter. `letter` and `form` default to the addressee's own.

    `seed` picks among the wordings (`variation`); `opening` overrides its opening unless it
    is None. `window` is a key of `envelopes.WINDOWS` or ''. `beside` is '' or another
    language with its purpose: 'mine:fr' (a page to read for the sender) or 'both:fr' (two
    columns, for the addressee). `first`: this is the next letter after another one. `edited` is
    the body as free text after editing by hand; it replaces what would be composed.
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
    first: FirstLetter | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text and note marks; `own` marks the supporter's words, for the sheet on the screen.

    With `lines` it has no text: it is at least so many lines to write on by hand.
    """

    runs: tuple[Run, ...]
    own: bool = False
    lines: int = 0


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

    `names` is how many lines for names by hand follow the text, at least where they fill a page. A `blank`
    letter is filled in by hand: `sender`, `date` and `signature` are labels of what is written there.
    `email`, `web_form` and `by_post` are the ways in which it can be sent; a letter that does not go by
    post has no postal address, no window and no envelope. `addressee` and `sender` are blocks of lines;
    `posting` has both as the post needs them, which in a window are also the letter's. `follows`: it is the
    next letter after another one; `copy_to` are the e-mail addresses of those who get a copy of it.
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
    web_form: str = ""
    by_post: bool = True
    blank: bool = False
    follows: bool = False
    copy_to: tuple[str, ...] = ()

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


def plain(runs: Iterable[Run], code: str = "") -> str:
    """Runs as text, with notes as [1]; in the digits of a language, if one is given."""
    return "".join(_mark(run.number, code) if isinstance(run, NoteMark) else run for run in runs)


def _mark(number: int, code: str) -> str:
    return in_own_digits(f"[{number}]", code) if code else f"[{number}]"


def runs_of(body: Iterable[Block]) -> Iterable[tuple[Run, ...]]:
    """The runs of every paragraph and every item of a list, in order."""
    for block in body:
        yield from block.items if isinstance(block, NumberedList) else (block.runs,)


def all_text(letter: Letter) -> str:
    """Every word of the letter, to be looked up in the fonts."""
    return "\n".join((text_without_notes(letter), *(note.text for note in letter.notes)))


def text_without_notes(letter: Letter) -> str:
    """The same without its notes."""
    heads = (*letter.sender, *letter.addressee, letter.date, letter.subject, letter.salutation)
    ends = (letter.closing, letter.signature, letter.imprint, *letter.posting.sender)
    parts = [*heads, *ends, *_texts(letter.body)]
    if letter.beside is not None:
        parts.append(other_text(letter.beside))
    return "\n".join(parts)


def other_text(other: SecondLanguage) -> str:
    """Every word of a letter in its second language."""
    heads = (other.heading, other.subject, other.salutation, other.closing)
    return "\n".join((*heads, *(note.text for note in other.notes), *_texts(other.body)))


def _texts(body: Iterable[Block]) -> Iterable[str]:
    return (run for runs in runs_of(body) for run in runs if isinstance(run, str))
