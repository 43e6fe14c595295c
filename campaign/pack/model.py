"""The words and data of one campaign, frozen: what the files say, and nothing computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from campaign.pack.languages import GENITIVE_AFTER, Day, phrase, plural
from campaign.pack.languages import number as number_in
from campaign.pack.languages import quoted as quoted_in

#: A text in several languages, by language code.
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the files, for the checker's messages."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Source:
    """A published page or document. `about` marks a date that is only approximate."""

    key: str
    publisher: Words
    title: Words
    date: Day | None
    about: bool
    url: str
    note: Words
    place: Place


@dataclass(frozen=True, slots=True)
class Unit:
    """A noun that is counted: forms by language and CLDR plural class.

    `genitive` has the forms that follow a qualifier where the language asks for them.
    """

    key: str
    plain: Mapping[str, Mapping[str, str]]
    genitive: Mapping[str, Mapping[str, str]]

    def form(self, value: Decimal, language: str, genitive: bool) -> str:
        table = self.genitive if genitive and language in self.genitive else self.plain
        forms = table[language]
        return forms.get(plural(value, language), forms["other"])


@dataclass(frozen=True, slots=True)
class Fact:
    """One claim, written once: who says so, where, and as of which day.

    `checked_on` is when somebody last looked whether there is a newer one. A figure has a
    `value`; a quotation has `quote`, with the language of the original.
    """

    key: str
    topic: str
    label: Words
    claim: Words
    said_by: Words
    sources: tuple[str, ...]
    as_of: Day | None
    value: Decimal | None
    qualifier: str
    unit: Unit | None
    quote: Words
    quote_language: str
    compare: str
    checked_on: Day | None
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
        said = self.claim[language]
        for mark in ("phrase", "figure", "number"):
            said = said.replace(f"{{{mark}}}", getattr(self, mark)(language))
        said = said.replace("{quote}", self.quoted(language))
        return said[:1].upper() + said[1:]

    def quoted(self, language: str) -> str:
        return quoted_in(self.quote[language], language) if language in self.quote else ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A heading of the record."""

    key: str
    title: Words


@dataclass(frozen=True, slots=True)
class Comparison:
    """A question that several sources answer differently; its facts stand side by side."""

    key: str
    title: Words
    note: Words
    place: Place


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of the timeline. `stated` means that the campaign's statement says it."""

    key: str
    date: Day
    text: Words
    sources: tuple[str, ...]
    stated: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body that asks, documented, or is named. `asks`: makes the demands."""

    key: str
    acronym: Words
    name: Words
    role: Words
    website: str
    asks: bool
    own_rendering: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Voice:
    """A person whom the statement quotes, with the title held on that day."""

    key: str
    name: Words
    title: Words
    says: Words
    place: Place


@dataclass(frozen=True, slots=True)
class State:
    """How far a demand is met, from a day on: not-met, partly-met or met."""

    state: str
    date: Day
    reason: Words
    source: str
    place: Place


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown with our marks, and where it begins."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class DemandText:
    """A demand in one language. `sections` are keyed by their plain-word heading."""

    title: str
    summary: str
    sections: Mapping[str, Prose]
    place: Place


@dataclass(frozen=True, slots=True)
class Demand:
    """What is demanded: its states in order of time, the facts behind it, its words."""

    key: str
    states: tuple[State, ...]
    facts: tuple[str, ...]
    texts: Mapping[str, DemandText]
    place: Place

    @property
    def state(self) -> State:
        return self.states[-1]


@dataclass(frozen=True, slots=True)
class Salutation:
    """Forms for a woman, a man and somebody unknown; `unknown` is always there."""

    unknown: str
    woman: str
    man: str

    def form(self, form: str) -> str:
        return {"woman": self.woman, "man": self.man}.get(form) or self.unknown


@dataclass(frozen=True, slots=True)
class Closing:
    """The closing words of a letter; `together` is how several people say it."""

    words: Words
    together: Words


@dataclass(frozen=True, slots=True)
class Postal:
    """An address as lines without the country. `local` has it in the country's own scripts."""

    lines: tuple[str, ...]
    local: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds an office, as of which day, and who says so. For organisers; no letter prints it."""

    name: str
    as_of: Day | None
    source: str


@dataclass(frozen=True, slots=True)
class Addressee:
    """An office to which letters go; holders of the office are data that is not printed."""

    key: str
    kind: str
    enabled: bool
    title: Words
    to: Words
    letter: str
    salutation: Mapping[str, Salutation]
    form: str
    holder: Holder | None
    closing: str
    address: Postal | None
    country: str
    by_country: Mapping[str, Postal]
    for_countries: tuple[str, ...]
    email: str
    website: str
    reads: tuple[str, ...]
    checked_on: Day | None
    sources: tuple[str, ...]
    note: Words
    place: Place

    @property
    def typed(self) -> bool:
        """The supporter types the address, as for their own foreign ministry."""
        return self.address is None


@dataclass(frozen=True, slots=True)
class Kind:
    """A group of addressees. `abroad`: a letter does not go to an office of the country at risk."""

    key: str
    title: Words
    abroad: bool
    requirement: Words


@dataclass(frozen=True, slots=True)
class LetterText:
    """A letter template in one language, in parts; each part is Markdown with our marks.

    `openings`, `asking` and `replies` are alternatives of which a letter has one; `facts`
    are all said, in an order that may vary. `postcard` and `together` (the text of an open
    letter, up to its list of demands) are None where a template has none.
    """

    name: str
    subject: str
    openings: tuple[Prose, ...]
    facts: tuple[Prose, ...]
    duty: tuple[Prose, ...]
    asking: tuple[Prose, ...]
    asks: Mapping[str, Prose]
    later: tuple[Prose, ...]
    replies: tuple[Prose, ...]
    postcard: Prose | None
    together: Prose | None
    prompts: tuple[str, ...]
    place: Place

    def parts(self) -> tuple[Prose, ...]:
        """Every part that is rendered, for the checker."""
        said = (*self.openings, *self.facts, *self.duty, *self.asking, *self.asks.values())
        short = tuple(one for one in (self.postcard, self.together) if one is not None)
        return (*said, *self.later, *self.replies, *short)


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """A letter template in all languages."""

    key: str
    texts: Mapping[str, LetterText]


@dataclass(frozen=True, slots=True)
class Text:
    """A page or the petition in one language."""

    title: str
    summary: str
    body: Prose


@dataclass(frozen=True, slots=True)
class Milestone:
    """A number of signatures to reach, and what happens then; the words may be ''."""

    key: str
    count: int
    words: Words


@dataclass(frozen=True, slots=True)
class Event:
    """What happened with the petition on a day: handed over, answered, or something else.

    `where`, `to` and `answer` may be empty: at which place, to whom, and what they said.
    `photo` names a photograph or is ''; `photo_of` says what it shows, `photo_by` who took it.
    """

    key: str
    what: str
    date: Day
    words: Words
    source: str
    where: Words
    to: Words
    answer: Words
    photo: str
    photo_of: Words
    photo_by: str
    place: Place


@dataclass(frozen=True, slots=True)
class Terms:
    """When a petition is open, when what was signed is erased, and how it deals with people.

    `opens` None: from the first day on. `closes` None: no end yet. `erase_on` None: signing
    stays shut, since nobody may sign without knowing until when the signature is kept.
    `names`: signers may choose to show their name. `neutral_mail`: subject and sender of mail
    do not tell what it is about.
    """

    opens: date | None = None
    closes: date | None = None
    erase_on: date | None = None
    names: bool = True
    neutral_mail: bool = False
    milestones: tuple[Milestone, ...] = ()
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """What is new since a day: a short text in every language."""

    key: str
    date: Day
    texts: Mapping[str, Text]
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """One campaign. Everything that pages, letters and sheets say comes from here.

    With `second_reader` nobody publishes what they asked to publish themselves. Days that people
    see are those of `time_zone`.

    Two packs are equal only if they are the same object, so a pack can key a cache.
    """

    slug: str
    languages: tuple[str, ...]
    name: Words
    accent: Words
    kicker: Words
    headline: Words
    lead: Mapping[str, Prose]
    statement: str
    countries_at_risk: tuple[str, ...]
    awaiting_review: tuple[str, ...]
    second_reader: bool
    time_zone: ZoneInfo
    picture: tuple[str, str]
    picture_note: Mapping[str, Prose]
    key_figures: tuple[str, ...]
    sources: Mapping[str, Source]
    topics: tuple[Topic, ...]
    comparisons: tuple[Comparison, ...]
    facts: Mapping[str, Fact]
    timeline: tuple[Moment, ...]
    organisations: tuple[Organisation, ...]
    voices: tuple[Voice, ...]
    demands: Mapping[str, Demand]
    kinds: Mapping[str, Kind]
    closings: Mapping[str, Closing]
    addressees: Mapping[str, Addressee]
    letters: Mapping[str, LetterTemplate]
    petition: Mapping[str, Text]
    terms: Terms
    pages: Mapping[str, Mapping[str, Text]]
    updates: Mapping[str, Update]

    @property
    def statement_date(self) -> Day:
        day = self.sources[self.statement].date
        if day is None:
            raise ValueError(f"The statement “{self.statement}” has no date.")
        return day

    def later(self, fact: Fact) -> bool:
        """Dated after the statement: shown apart as a later development."""
        return fact.as_of is not None and fact.as_of.after(self.statement_date)

    def open_addressees(self) -> tuple[Addressee, ...]:
        return tuple(a for a in self.addressees.values() if a.enabled)
