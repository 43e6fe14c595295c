"""Supporters find their own representative: by area or postcode, in a list that is part of the pack.

Nothing is asked of another machine, and nothing that a supporter looks up is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from campaign import email_address
from campaign.letters.letter import TypedAddress
from campaign.messages import Message
from campaign.names import comparable
from campaign.pack.files import REPRESENTATIVES
from campaign.pack.findings import Finding, did_you_mean
from campaign.pack.model import Pack
from campaign.pack.reading import WEB_ADDRESS
from campaign.press.printable import unprintable
from campaign.spreadsheets import reading
from campaign.spreadsheets.headings import Column
from campaign.spreadsheets.rows import Limits, Row, SpreadsheetError
from campaign.text_input import LENGTHS, in_latin_digits, one_line, tidy

#: The columns of the list. `to` is the key of an addressee; without it a row is for each that is looked up.
COLUMNS = ("area", "name", "address", "email", "web_form", "postcodes", "to")

#: The same for the reader.
READ = [Column(key, needed=key in {"area", "name"}, lines=key in {"address", "postcodes"}) for key in COLUMNS]

#: Limits of the list.
LIMITS = Limits(4 * 1024 * 1024, 5_000, 4_000)

#: Most representatives that are offered for what somebody looks up.
MOST_MATCHES = 12

#: Fewest characters of a part of an area's name: fewer would match anything.
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Representative:
    """One person or office of the list.

    `key` is the area and the name, by which a form names it; `folded` are the area, and both, to compare.
    """

    area: str
    name: str
    address: tuple[str, ...] = ()
    email: str = ""
    web_form: str = ""
    postcodes: tuple[str, ...] = ()
    to: str = ""
    folded: tuple[str, str] = ("", "")

    @property
    def key(self) -> str:
        return f"{self.area} · {self.name}"

    def as_address(self) -> TypedAddress:
        """How they are reached."""
        return TypedAddress(
            name=self.name, lines=self.address, email=self.email, web_form=self.web_form, complete=True
        )


@dataclass(frozen=True, slots=True)
class Directory:
    """The list, with what is wrong in it by row."""

    people: tuple[Representative, ...]
    problems: tuple[tuple[int, Message], ...] = ()

    def of(self, addressee: str) -> tuple[Representative, ...]:
        """Those who can be what an addressee stands for."""
        return tuple(person for person in self.people if person.to in {"", addressee})

    def find(self, addressee: str, query: str) -> tuple[Representative, ...]:
        """Those of an area or a postcode: the best matches alone, none if there are too many."""
        people = self.of(addressee)
        found = _by_postcode(people, query) or _by_area(people, query)
        return found if len(found) <= MOST_MATCHES else ()

    def named(self, addressee: str, key: str) -> Representative | None:
        """The one whom a form names."""
        return next((person for person in self.of(addressee) if person.key == key), None)


def _by_area(people: tuple[Representative, ...], query: str) -> tuple[Representative, ...]:
    """The area of exactly this name; otherwise those whose name, or person, has it in it."""
    wanted = comparable(query)
    if not wanted:
        return ()
    if exact := tuple(person for person in people if person.folded[0] == wanted):
        return exact
    if len(wanted) < FEWEST:
        return ()
    return tuple(person for person in people if wanted in person.folded[1])


def _by_postcode(people: tuple[Representative, ...], query: str) -> tuple[Representative, ...]:
    """Those with the longest beginning of this postcode."""
    wanted = _bare(query)
    if not re.search("[0-9]", wanted):
        return ()
    lengths = {
        person: max((len(start) for start in person.postcodes if wanted.startswith(start)), default=0)
        for person in people
    }
    longest = max(lengths.values(), default=0)
    return tuple(person for person, length in lengths.items() if longest and length == longest)


def _bare(postcode: str) -> str:
    return re.sub(r"[^\w]", "", in_latin_digits(postcode)).upper()


@lru_cache(maxsize=32)
def directory(pack: Pack) -> Directory:
    """The list of a pack, read once."""
    return read(pack.representatives)


def read(text: str) -> Directory:
    """A list as a spreadsheet saves it. What is wrong with a row is said, and the row is left out."""
    if not text.strip():
        return Directory(())
    try:
        _table, rows = reading.read(text.encode(), LIMITS, READ)
    except SpreadsheetError as error:
        return Directory((), ((1, error.message),))
    problems = {row.number: row_problem(row) for row in rows}
    people = dict.fromkeys(_person(row.cells) for row in rows if problems[row.number] is None)
    faults = ((number, problem) for number, problem in problems.items() if problem is not None)
    return Directory(tuple(people), tuple(faults))


def _person(cells: Mapping[str, str]) -> Representative:
    lines = re.split(r"[\n|]", tidy(cells.get("address", "")))
    postcodes = re.split(r"[\n,;|]+", cells.get("postcodes", ""))
    area, name = one_line(cells.get("area", "")), one_line(cells.get("name", ""))
    return Representative(
        area=area,
        name=name,
        address=tuple(line.strip() for line in lines if line.strip()),
        email=one_line(cells.get("email", "")),
        web_form=one_line(cells.get("web_form", "")),
        postcodes=tuple(bare for postcode in postcodes if (bare := _bare(postcode))),
        to=one_line(cells.get("to", "")),
        folded=(comparable(area), comparable(f"{area} {name}")),
    )


def row_problem(row: Row) -> Message | None:
    """The first thing that is wrong with a row; None if it can be used."""
    if row.fault:
        return row.fault.text
    for cell in row.cells.values():
        if problem := unprintable(cell):
            return problem
    person = _person(row.cells)
    if not person.area or not person.name:
        return Message("An area and a name are needed.")
    if len(person.name) > LENGTHS["to_name"] or len(person.area) > LENGTHS["to_area"]:
        return Message("The area or the name is too long.")
    if person.email and not email_address.is_possible(person.email):
        return Message("“%(text)s” is not an e-mail address.", text=person.email[:60])
    if person.web_form and not WEB_ADDRESS.fullmatch(person.web_form):
        return Message(
            "“%(key)s” is not a web address that begins with http:// or https://.", key=person.web_form[:60]
        )
    if not (person.address or person.email or person.web_form):
        return Message("An address, an e-mail address or a web form is needed.")
    return None


def check(pack: Pack) -> Iterator[Finding]:
    """A finding for each row that can't be used, and for each that is for an unknown addressee."""
    found = directory(pack)
    for row, problem in found.problems:
        yield Finding(REPRESENTATIVES, row, "error", problem)
    listed = [addressee.key for addressee in pack.addressees.values() if addressee.listed]
    for key in dict.fromkeys(person.to for person in found.people):
        if key and key not in listed:
            unknown = Message("Unknown %(what)s “%(key)s”.", what=Message("addressee"), key=key)
            yield Finding(REPRESENTATIVES, 1, "error", unknown.with_hint(did_you_mean(key, listed)))
