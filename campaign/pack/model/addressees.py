"""Addressees: offices with their salutations and addresses, and the groups that they belong to."""

from __future__ import annotations

from collections.abc import Mapping

from campaign.messages import Message
from campaign.pack import fields
from campaign.pack.fields import record
from campaign.pack.languages import Day
from campaign.pack.values import Place, Words

#: Forms of a salutation: for a woman, for a man, and for an unknown person.
FORMS = frozenset({"woman", "man", "unknown"})


@record()
class Kind:
    """A group of addressees. `abroad`: a letter does not go to an office of the country at risk."""

    key: str
    title: Words = fields.words(Message("Title"), needed=True)
    requirement: Words = fields.words(Message("What such an office requires of a letter"), control="area")
    abroad: bool = fields.flag(Message("These offices are abroad"))


@record()
class Closing:
    """The closing words of a letter; `together` is the form for several people."""

    words: Words = fields.words(Message("From one person"), needed=True)
    together: Words = fields.words(Message("From several people"), instead="words")


@record()
class Salutation:
    """Forms for a woman, a man and an unknown person; `unknown` is never empty."""

    unknown: str = fields.text(Message("Salutation if the office-holder is unknown"), needed=True)
    woman: str = fields.text(Message("Salutation for a woman"))
    man: str = fields.text(Message("Salutation for a man"))

    def form(self, form: str) -> str:
        return {"woman": self.woman, "man": self.man}.get(form) or self.unknown


@record()
class Postal:
    """An address as lines without the country. `local` has it in the country's own scripts."""

    lines: tuple[str, ...] = fields.texts(
        Message("Address, line by line, without the country"),
        hint=Message("Leave it empty if supporters type the address themselves."),
        missing=Message("“lines” is missing: the address, line by line, without the country."),
    )
    local: Mapping[str, tuple[str, ...]] = fields.texts_by_language()


@record()
class Holder:
    """The office-holder, as of which day, and the source. For organisers; no letter prints it."""

    name: str = fields.text(
        Message("Name of the office-holder (for organisers; never printed in letters)"), needed=True
    )
    as_of: Day | None = fields.day(Message("Known as of"))
    source: str = fields.reference("source", Message("Source for this"))


@record()
class Addressee:
    """An office that receives letters; its office-holder is never printed."""

    key: str
    title: Words = fields.words(Message("Office"), needed=True)
    to: Words = fields.words(
        Message("On the envelope (“To the …”)"),
        instead="title",
        hint=Message("Only if it differs from the office."),
    )
    salutation: Mapping[str, Salutation] = fields.forms(Salutation, needed=True)
    note: Words = fields.words(Message("Note"), control="area")
    kind: str = fields.reference("kind", Message("Group"), needed=True)
    letter: str = fields.reference("letter", Message("Letter template"), needed=True)
    form: str = fields.choice(FORMS, "unknown", Message("Who holds the office now"), offered="form")
    holder: Holder | None = fields.nested(Holder)
    closing: str = fields.reference("closing", Message("Closing words"), needed=True)
    address: Postal | None = fields.nested(Postal)
    country: str = fields.reference("country", Message("Country"))
    email: str = fields.email(Message("E-mail"))
    website: str = fields.web_address(Message("Website"))
    reads: tuple[str, ...] = fields.references("language", Message("Languages it reads"))
    for_countries: tuple[str, ...] = fields.references("country", Message("For supporters from"))
    sources: tuple[str, ...] = fields.references("source", Message("Sources"))
    checked_on: Day | None = fields.day(Message("Address checked on"))
    enabled: bool = fields.flag(Message("Supporters can write to it"), empty=True)
    by_country: Mapping[str, Postal] = fields.by_country(Postal)
    place: Place

    @property
    def typed(self) -> bool:
        """Whether the supporter types the address, as for their own foreign ministry."""
        return self.address is None
