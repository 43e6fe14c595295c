"""The record of what happened: sources, facts with their numbers, the timeline, people quoted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from campaign.languages.data import language as language_data
from campaign.languages.dates import Day
from campaign.languages.numbers import (
    QUALIFIERS,
    Written,
    amount,
    case_after,
    line_of,
    per_cent_in_sentence,
    phrase,
    plural,
    spoken_last,
)
from campaign.languages.typography import begun
from campaign.languages.typography import quoted as quoted_in
from campaign.messages import Message
from campaign.pack import fields
from campaign.pack.fields import record
from campaign.pack.values import Place, Words


@record()
class Source:
    """A published page or document. `about` marks a date that is only approximate.

    `where` is the place in it, such as a paragraph, of facts that name no other. `cited_as` is what texts
    call a treaty or a law, by which what rests on it is found.
    """

    key: str
    publisher: Words = fields.words(Message("Publisher"), needed=True)
    title: Words = fields.words(Message("Title"), needed=True, control="area")
    note: Words = fields.words(Message("Note"), control="area")
    date: Day | None = fields.day(Message("Date"))
    about: bool = fields.flag(Message("The date is approximate"))
    url: str = fields.web_address(Message("Web address"))
    where: str = fields.text(
        Message("Where in the source"), hint=Message("For example, § 3, or p. 12. Only organisers see it.")
    )
    cited_as: Words = fields.words(
        Message("What texts call it"),
        hint=Message("Only for a treaty or a law: its name in texts, or the part of it that never changes."),
    )
    place: Place


@record()
class Unit:
    """A noun that is counted: its forms by CLDR plural class.

    `forms` are under the language, `ru`, and for a case of its file under both, `ru-genitive`.
    """

    key: str
    forms: Mapping[str, Mapping[str, str]] = fields.plural_forms(needed=True)
    place: Place

    def form(self, value: Decimal, language: str, case: str = "") -> str:
        """The noun after a number. A case that the unit lacks gives the plain form; `check` reports it."""
        forms = self.forms.get(f"{language}-{case}", self.forms[language])
        return forms.get(plural(value, language), forms["other"])

    def missing(self, value: Decimal, language: str, case: str = "") -> str:
        """What `form` would need and the file lacks: 'ru-genitive', 'ar.few', or ''."""
        key = f"{language}-{case}" if case else language
        forms = self.forms.get(key)
        if forms is None:
            return key
        needed = plural(value, language)
        return "" if needed in forms or set(forms) == {"other"} else f"{key}.{needed}"


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
    where: str = fields.text(
        Message("Where in the source"), hint=Message("For example, § 3, or p. 12. Only organisers see it.")
    )
    as_of: Day | None = fields.day(Message("As of"))
    value: Decimal | None = fields.number(Message("Value, a number"))
    upper: Decimal | None = fields.number(
        Message("Upper value"), hint=Message("For a range, such as between 10,000 and 20,000.")
    )
    per_cent: bool = fields.flag(Message("The value is a percentage"))
    currency: str = fields.text(
        Message("Currency"), hint=Message("Three letters, such as EUR. Leave it empty if it is no money.")
    )
    in_words: bool = fields.flag(
        Message("Millions in words"), hint=Message("For example, 2.5 million instead of 2,500,000.")
    )
    qualifier: str = fields.choice(QUALIFIERS, "exactly", Message("Qualifier"), offered="qualifier")
    unit: Unit | None = fields.lookup("unit", Message("Unit"))
    quote_language: str = fields.reference("language", Message("Language of the original quotation"))
    compare: str = fields.reference("comparison", Message("Compared under"))
    checked_on: Day | None = fields.day(Message("Last checked for a newer figure"))
    place: Place

    def speaker(self, language: str) -> str:
        """Who says so, at the beginning of a text: sentences name a speaker with its article."""
        return begun(self.said_by[language], language)

    def number(self, language: str) -> str:
        return self._amount(self.value, language) if self.value is not None else ""

    def figure(self, language: str) -> str:
        """The number with its qualifier, in a sentence: 'at least 40'."""
        return self._qualified("", language) if self.value is not None else ""

    def figure_alone(self, language: str) -> str:
        """The number with its qualifier, in no sentence: '47 %' where a sentence has 'el 47 %'."""
        plain = self.qualifier == "exactly" and self.upper is None
        return self.number(language) if plain else self.figure(language)

    def phrase(self, language: str, case: str = "") -> str:
        """The number with qualifier and noun, 'at least 40 people'; or the quotation.

        `case` is one of the language's, for a sentence that asks for it; otherwise the qualifier decides.
        """
        if self.value is None:
            return self.quoted(language)
        if self.unit is None:
            return self.figure(language)
        unit = self.unit.form(self.counted, language, case or self.case(language))
        return self._qualified(unit, language)

    @property
    def counted(self) -> Decimal:
        """The number that decides the form of the noun: the end of a range, the million of 2.5 million."""
        number = (self.upper if self.upper is not None else self.value) or Decimal(0)
        return spoken_last(number) if self.in_words else number

    def case(self, language: str) -> str:
        """The case that the qualifier asks for; '' for the plain one."""
        return case_after(line_of(self.qualifier, self.upper is not None), language)

    def _qualified(self, unit: str, language: str) -> str:
        value = self.value or Decimal(0)
        figure = self._amount(value, language)
        upper = "" if self.upper is None else self._amount(self.upper, language)
        if self.per_cent:
            figure = per_cent_in_sentence(figure, language)
            upper = per_cent_in_sentence(upper, language) if self.qualifier == "between" else upper
        spoken = spoken_last(self.upper or value) if self.in_words else None
        written = Written(figure, self.upper, upper, spoken)
        return phrase(value, self.qualifier, unit, language, written)

    def _amount(self, value: Decimal, language: str) -> str:
        return amount(value, language, self.currency, self.per_cent, self.in_words)

    def sentence(self, language: str) -> str:
        """The claim with the fact's own value filled in, beginning with a capital."""
        sentence = self.claim[language]
        for mark in ("phrase", "figure", "number"):
            sentence = sentence.replace(f"{{{mark}}}", getattr(self, mark)(language))
        for case in language_data(language).cases:
            if f"{{{case}}}" in sentence:
                sentence = sentence.replace(f"{{{case}}}", self.phrase(language, case))
        sentence = sentence.replace("{quote}", self.quoted(language))
        return begun(sentence, language)

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
    logo: str = fields.photograph(Message("Logo"), control="logo")
    asks: bool = fields.flag(Message("Makes the demands"))
    own_rendering: tuple[str, ...] = fields.references(
        "language", Message("We translated the name into"), checked=False
    )
    place: Place


@record()
class SupportingOrganisation:
    """An organisation that signed on and that an organiser accepted; its name is as it wrote it itself."""

    key: str
    name: str = fields.text(Message("Name"), needed=True)
    country: str = fields.reference("country", Message("Country"))
    website: str = fields.web_address(Message("Website"))
    logo: str = fields.photograph(Message("Logo"), control="logo")
    place: Place


@record()
class Partner:
    """An organisation that leads people to the petition: it has a front page and a word in links, its key."""

    key: str
    name: str = fields.text(Message("Name"), needed=True)
    website: str = fields.web_address(Message("Website"))
    logo: str = fields.photograph(Message("Logo"), control="logo")
    words: Words = fields.words(Message("What it says on its front page"), control="area")
    place: Place


@record()
class Voice:
    """A person quoted in the statement, with their title on that day."""

    key: str
    name: Words = fields.words(Message("Name"), needed=True)
    title: Words = fields.words(Message("Title on that date"), needed=True)
    says: Words = fields.words(Message("What they say"), needed=True, control="area")
    place: Place
