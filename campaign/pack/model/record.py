"""The record of what happened: sources, facts with their numbers, the timeline, people quoted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from campaign.messages import Message
from campaign.pack import fields
from campaign.pack.fields import record
from campaign.pack.languages import GENITIVE_AFTER, QUALIFIERS, Day, phrase, plural
from campaign.pack.languages import number as number_in
from campaign.pack.languages import quoted as quoted_in
from campaign.pack.values import Place, Words


@record()
class Source:
    """A published page or document. `about` marks a date that is only approximate."""

    key: str
    publisher: Words = fields.words(Message("Publisher"), needed=True)
    title: Words = fields.words(Message("Title"), needed=True, control="area")
    note: Words = fields.words(Message("Note"), control="area")
    date: Day | None = fields.day(Message("Date"))
    about: bool = fields.flag(Message("The date is approximate"))
    url: str = fields.web_address(Message("Web address"))
    place: Place


@record()
class Unit:
    """A noun that is counted: forms by language and CLDR plural class.

    `genitive` has the forms after a qualifier, for languages that need them.
    """

    key: str
    plain: Mapping[str, Mapping[str, str]] = fields.plural_forms(needed=True)
    genitive: Mapping[str, Mapping[str, str]] = fields.plural_forms("-genitive")

    def form(self, value: Decimal, language: str, genitive: bool) -> str:
        table = self.genitive if genitive and language in self.genitive else self.plain
        forms = table[language]
        return forms.get(plural(value, language), forms["other"])


@record()
class Speaker:
    """The person or body that a fact quotes, as sentences name them."""

    key: str
    name: Words = fields.words(Message("Name"), needed=True)


@record()
class Topic:
    """A heading of the record."""

    key: str
    title: Words = fields.words(Message("Title"), needed=True)


@record()
class Comparison:
    """A question that several sources answer differently; its facts are shown side by side."""

    key: str
    title: Words = fields.words(Message("Question"), needed=True)
    note: Words = fields.words(Message("Note"), needed=True, control="area")
    place: Place


@record()
class Fact:
    """One claim, written once: who says so, in which source, and as of which day.

    `checked_on` is when somebody last looked for a newer one. A figure has a
    `value`; a quotation has `quote`, with the language of the original.
    """

    key: str
    label: Words = fields.words(Message("Label"), needed=True)
    claim: Words = fields.words(
        Message("Claim, one sentence"),
        needed=True,
        control="area",
        hint=Message("{phrase}, {figure}, {number} and {quote} stand for the fact’s own value."),
    )
    quote: Words = fields.words(Message("Quotation"), control="area")
    topic: str = fields.reference("topic", Message("Topic"), needed=True)
    said_by: Words = fields.lookup("speaker", Message("Who says so"), needed=True)
    sources: tuple[str, ...] = fields.references(
        "source", Message("Sources"), key="source", compact=True, needed=True
    )
    as_of: Day | None = fields.day(Message("As of"))
    value: Decimal | None = fields.number(Message("Value, a number"))
    qualifier: str = fields.choice(QUALIFIERS, "exactly", Message("Qualifier"), offered="qualifier")
    unit: Unit | None = fields.lookup("unit", Message("Unit"))
    quote_language: str = fields.reference("language", Message("Language of the original quotation"))
    compare: str = fields.reference("comparison", Message("Compared under"))
    checked_on: Day | None = fields.day(Message("Last checked for a newer figure"))
    place: Place

    def number(self, language: str) -> str:
        return number_in(self.value, language) if self.value is not None else ""

    def figure(self, language: str) -> str:
        """The number with its qualifier: 'at least 238'."""
        return phrase(self.value, self.qualifier, "", language) if self.value is not None else ""

    def phrase(self, language: str) -> str:
        """The number with qualifier and noun, 'at least 238 people'; or the quotation."""
        if self.value is None:
            return self.quoted(language)
        if self.unit is None:
            return self.figure(language)
        genitive = self.qualifier in GENITIVE_AFTER.get(language, set())
        unit = self.unit.form(self.value, language, genitive)
        return phrase(self.value, self.qualifier, unit, language)

    def sentence(self, language: str) -> str:
        """The claim with the fact's own value filled in, beginning with a capital."""
        sentence = self.claim[language]
        for mark in ("phrase", "figure", "number"):
            sentence = sentence.replace(f"{{{mark}}}", getattr(self, mark)(language))
        sentence = sentence.replace("{quote}", self.quoted(language))
        return sentence[:1].upper() + sentence[1:]

    def quoted(self, language: str) -> str:
        return quoted_in(self.quote[language], language) if language in self.quote else ""


@record()
class Moment:
    """An entry of the timeline. `stated`: the campaign's statement says so."""

    key: str
    text: Words = fields.words(Message("What happened"), needed=True, control="area")
    date: Day = fields.certain_day(Message("Date"), needed=True)
    sources: tuple[str, ...] = fields.references(
        "source", Message("Sources"), key="source", compact=True, needed=True
    )
    stated: bool = fields.flag(Message("The statement says so"))
    place: Place


@record()
class Organisation:
    """An organisation that makes the demands (`asks`), documents the facts, or is mentioned."""

    key: str
    acronym: Words = fields.words(Message("Short name"), needed=True)
    name: Words = fields.words(Message("Name"), needed=True)
    role: Words = fields.words(Message("What it did"), needed=True, control="area")
    website: str = fields.web_address(Message("Website"))
    asks: bool = fields.flag(Message("Makes the demands"))
    own_rendering: tuple[str, ...] = fields.references(
        "language", Message("We translated the name into"), checked=False
    )
    place: Place


@record()
class Voice:
    """A person quoted in the statement, with their title on that day."""

    key: str
    name: Words = fields.words(Message("Name"), needed=True)
    title: Words = fields.words(Message("Title on that date"), needed=True)
    says: Words = fields.words(Message("What they say"), needed=True, control="area")
    place: Place
