"""Addressees: offices with their salutations and addresses, and the groups that they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from campaign.languages.dates import Day
from campaign.messages import Message
from campaign.pack import fields
from campaign.pack.fields import record
from campaign.pack.values import Place, Words

#: Forms of a salutation: for a woman, for a man, and for an unknown person.
FORMS = frozenset({"woman", "man", "unknown"})

#: Whose office it is, apart from the code of a country: that of the supporter's own country, or no state's.
SUPPORTER, NO_STATE = "supporter", "none"

#: Where an address comes from: this pack, the supporter, or the list of representatives.
IN_PACK, BY_SUPPORTER, IN_LIST = "pack", "supporter", "representatives"

#: Instead of the key of a demand: letters to it ask nothing.
NO_DEMAND = "none"

_OFFICE_OF = Message("Whose office it is")
_OFFICE_HINT = Message(
    "The country whose authorities it belongs to, wherever it is: an embassy belongs to the country that "
    "sent it. Supporters at risk see the offices of their own country last."
)
_DEMANDS = Message("Demands that it can act on")
_DEMANDS_HINT = Message("Only these are asked of it. If none is chosen: all.")


@record()
class AnswerRule:
    """By when an office must answer a letter, and the rule that says so.

    `days` count from the day on which the letter arrives; `working`: without Saturdays and Sundays.
    `law` is a whole sentence, as the next letter says it. Letters name the last day for an answer only
    once `checked_on` says that somebody has compared the rule with the law itself.
    """

    days: int = fields.count(Message("Days within which it must answer"))
    working: bool = fields.flag(Message("Only working days count"))
    law: Words = fields.words(
        Message("Rule on answering, as a sentence of the next letter"), needed=True, control="area",
        beside="days",
    )  # fmt: skip
    source: str = fields.reference("source", Message("Source of the rule"))
    checked_on: Day | None = fields.day(Message("Rule checked on"))
    place: Place


@record()
class Copies:
    """Who gets a copy of the next letter, by what the office answered to the first."""

    follow_up: tuple[str, ...] = fields.references(
        "addressee", Message("Copy to, if no answer came"), compact=True
    )
    evasive: tuple[str, ...] = fields.references(
        "addressee", Message("Copy to, after an evasive answer"), compact=True
    )
    not_competent: tuple[str, ...] = fields.references(
        "addressee", Message("Copy to, if it says that it is not competent"), compact=True
    )
    refusal: tuple[str, ...] = fields.references(
        "addressee", Message("Copy to, after a refusal"), compact=True
    )
    promise: tuple[str, ...] = fields.references(
        "addressee", Message("Copy to, after a promise"), compact=True
    )

    def of(self, case: str) -> tuple[str, ...]:
        """The keys of those who get a copy in a case, one of `texts.CASES`."""
        keys: tuple[str, ...] = getattr(self, case.replace("-", "_"))
        return keys


_NEXT_LETTER = Message("Template of the next letter, after an answer or none")


@record()
class Kind:
    """A group of addressees, with what its members have unless they say otherwise.

    `office_of` is the country whose state such an office belongs to, SUPPORTER for the country of
    the writer, NO_STATE for an international body, an organisation or a company, '' for unknown.
    `abroad` is what packs had before `office_of`: where the office is, which says nothing about risk.
    """

    key: str
    title: Words = fields.words(Message("Title"), needed=True)
    requirement: Words = fields.words(Message("What such an office requires of a letter"), control="area")
    advice: Words = fields.words(Message("Advice for supporters who write to it"), control="area")
    order: int = fields.count(
        Message("Place in the list"), hint=Message("A number from 1. Groups without one come last.")
    )
    office_of: str = fields.reference("authority", _OFFICE_OF, hint=_OFFICE_HINT)
    letter: str = fields.reference("letter", Message("Letter template"))
    demands: tuple[str, ...] = fields.references("demand to ask", _DEMANDS, hint=_DEMANDS_HINT)
    answer: AnswerRule | None = fields.nested(AnswerRule)
    next_letter: str = fields.reference("letter", _NEXT_LETTER)
    copies: Copies | None = fields.nested(Copies)
    abroad: bool = fields.flag()
    place: Place


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
        hint=Message("Leave it empty for an addressee without a postal address."),
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
    """An office, a body, a company or a person that receives letters; an office-holder is never printed.

    Those without `letter`, `office_of`, `demands`, `answer`, `next_letter` or `copies` have those of their
    group (`groups.py`). Nobody can write to it from `write_before` on, or once `stop_writing` says why not.
    """

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
    office_of: str = fields.reference("authority", _OFFICE_OF, hint=Message("If empty: as for its group."))
    letter: str = fields.reference(
        "letter", Message("Letter template"), hint=Message("If empty: that of its group.")
    )
    demands: tuple[str, ...] = fields.references(
        "demand to ask", _DEMANDS,
        hint=Message("Only these are asked of it. If none is chosen: as for its group."),
    )  # fmt: skip
    answer: AnswerRule | None = fields.nested(AnswerRule)
    next_letter: str = fields.reference("letter", _NEXT_LETTER, hint=Message("If empty: that of its group."))
    copies: Copies | None = fields.nested(Copies)
    form: str = fields.choice(FORMS, "unknown", Message("Who holds the office now"), offered="form")
    holder: Holder | None = fields.nested(Holder)
    closing: str = fields.reference("closing", Message("Closing words"), needed=True)
    address_from: str = fields.choice(
        {IN_PACK, BY_SUPPORTER, IN_LIST}, "", Message("Where its address comes from"),
        offered="address source",
    )  # fmt: skip
    address: Postal | None = fields.nested(Postal)
    country: str = fields.reference("country", Message("Country"))
    email: str = fields.email(Message("E-mail"))
    web_form: str = fields.web_address(
        Message("Web form"), hint=Message("The page with a form into which supporters copy their letter.")
    )
    website: str = fields.web_address(Message("Website"))
    reads: tuple[str, ...] = fields.references("language", Message("Languages it reads"))
    for_countries: tuple[str, ...] = fields.references("country", Message("For supporters from"))
    not_for_countries: tuple[str, ...] = fields.references(
        "country", Message("Not for supporters from"),
        hint=Message("Supporters from there are not offered this addressee."),
    )  # fmt: skip
    sources: tuple[str, ...] = fields.references("source", Message("Sources"))
    checked_on: Day | None = fields.day(Message("Address checked on"))
    checked_by: str = fields.text(
        Message("Address checked by"), hint=Message("An organisation, never a person: other sites see it.")
    )
    in_prison: bool = fields.flag(Message("This is a person in prison"))
    prison_rules: Words = fields.words(
        Message("For a person in prison: the prison’s rules for letters"), control="area"
    )
    family_consent: Day | None = fields.day(
        Message("For a person in prison: the family agreed on"),
        hint=Message("Nobody can write to this person until then, and the address is not shown."),
    )
    enabled: bool = fields.flag(Message("Supporters can write to it"), empty=True)
    write_before: date | None = fields.whole_day(
        Message("Write before"), hint=Message("From this day on, nobody can write to it.")
    )
    stop_writing: Words = fields.words(
        Message("Stop writing, and why"), control="area",
        hint=Message("As long as this says why, nobody can write to it. Supporters see it."),
    )  # fmt: skip
    by_country: Mapping[str, Postal] = fields.by_country(Postal)
    place: Place

    @property
    def typed(self) -> bool:
        """Whether its address is the supporter's to give: typed, or found in the list of representatives."""
        if self.address_from:
            return self.address_from != IN_PACK
        # Packs before `address-from` meant this by the absence of an address.
        known = self.address or self.email or self.web_form
        return bool(self.by_country and not self.address) or not known

    @property
    def listed(self) -> bool:
        """Whether it is looked up in the list of representatives."""
        return self.address_from == IN_LIST

    @property
    def by_post(self) -> bool:
        """Whether this pack has its postal address."""
        return not self.typed and self.address is not None

    @property
    def stopped(self) -> bool:
        """Whether the organisers ask that nobody write to it any more."""
        return any(self.stop_writing.values())

    def is_open(self, today: date) -> bool:
        """Whether somebody can write to it on a day."""
        in_time = self.write_before is None or today < self.write_before
        return self.enabled and in_time and not (self.withheld or self.stopped)

    @property
    def withheld(self) -> bool:
        """Whether nobody may write to it: a person in prison whose family has not agreed."""
        return self.in_prison and self.family_consent is None
