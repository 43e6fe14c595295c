"""The pack itself: the texts of the front page, and everything else by key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import IntEnum
from zoneinfo import ZoneInfo

from campaign import clock
from campaign.languages.dates import Day
from campaign.messages import Message
from campaign.pack import fields, years_since
from campaign.pack.fields import record
from campaign.pack.model.addressees import NO_DEMAND, NO_STATE, SUPPORTER, Addressee, Closing, Kind
from campaign.pack.model.branding import Branding
from campaign.pack.model.finish import Finish
from campaign.pack.model.meetings import Meeting
from campaign.pack.model.petition import Terms
from campaign.pack.model.picture import MARKS, Picture
from campaign.pack.model.record import (
    Comparison,
    Fact,
    Moment,
    Organisation,
    Partner,
    Source,
    SupportingOrganisation,
    Topic,
    Voice,
)
from campaign.pack.model.runner import Runner
from campaign.pack.model.set_aside import SetAside
from campaign.pack.model.texts import (
    CASES,
    Demand,
    LetterTemplate,
    LetterText,
    Page,
    StateName,
    Text,
    Update,
)
from campaign.pack.schema import Shorthand
from campaign.pack.values import Prose, Words

#: The page that tells supporters from countries at risk what to do.
AT_RISK = "at-risk"

#: Most entries of the timeline that the front page of a campaign without a statement shows.
FRONT_MOMENTS = 6


class Risk(IntEnum):
    """Who reads a letter, from the least to the greatest risk for its writer."""

    NONE = 0
    OTHER_STATE = 1
    UNKNOWN = 2
    OWN_STATE = 3

    @property
    def for_supporter(self) -> bool:
        """Whether the supporter's own state reads it, or may."""
        return self >= Risk.UNKNOWN


@record(eq=False)
class Pack:
    """One campaign. Everything that pages, letters and sheets say comes from here.

    Only the name and the headline are in every pack. `statement`, `picture`, `petition`, `finished` and
    all that is listed may be empty: what a campaign does not have appears nowhere.

    With `second_reader` people can't publish their own request for publication. Days that people
    see are in `time_zone`. No letter is written from `write_before` on, or once `stop_writing` says why
    not. `runner` is None while the pack does not say who runs the site.
    `languages` are the public ones; in a draft, those in preparation as well. `picture` is None if
    the front page has none; of `branding` everything has a default.

    Two packs are equal only if they are the same object, so a pack can key a cache.
    """

    slug: str = fields.text(needed=True)
    languages: tuple[str, ...] = fields.texts(needed=True)
    in_preparation: tuple[str, ...] = fields.texts()
    off: tuple[str, ...] = fields.texts()
    source_language: str = fields.text()
    name: Words = fields.words(Message("Name of the campaign"), needed=True)
    accent: Words = fields.words(Message("Part of the name in colour"), needed=True, form_requires=False)
    kicker: Words = fields.words(Message("Line above the headline"), needed=True)
    headline_text: Words = fields.words(
        Message("Headline"),
        key="headline",
        years=True,
        needed=True,
        hint=Message("For a number of years that stays right, write %(mark)s.", mark=years_since.EXAMPLE),
    )
    lead: Mapping[str, Prose] = fields.prose(Message("What happened, in a few sentences"), needed=False)
    picture: Picture | None = fields.nested(Picture, shorthand=Shorthand("facts", (("kind", MARKS),)))
    picture_note: Mapping[str, Prose] = fields.prose(Message("Under the picture"), needed=False)
    key_figures: tuple[str, ...] = fields.references("fact", Message("Figures of the front page"))
    countries_at_risk: tuple[str, ...] = fields.references(
        "country", Message("Countries whose supporters are at risk")
    )
    # The checker itself compares these with the languages of this pack.
    awaiting_review: tuple[str, ...] = fields.references(
        "language", Message("Languages awaiting review by a native speaker"), checked=False
    )
    second_reader: bool = fields.flag(
        Message("Somebody else has to publish"), hint=Message("This applies from the next edition.")
    )
    time_zone: ZoneInfo = fields.time_zone(
        Message("Time zone"),
        hint=Message(
            "For example, Africa/Lagos. Dates that people see follow this time zone. Leave it empty for UTC."
        ),
    )
    statement: str = fields.reference("source", Message("Statement that the demands come from"))
    mirrors: tuple[str, ...] = fields.texts(
        Message("Other addresses of this campaign"),
        hint=Message("Web addresses of copies, a line each. Every copy lists them."),
    )
    mirror_key: str = fields.text(
        Message("Key that signs copies"),
        hint=Message("The line “ssh-ed25519 …” of the public key. Keep the private key off the server."),
    )
    write_before: date | None = fields.whole_day(
        Message("Letters: write before"), hint=Message("From this day on, nobody can write a letter.")
    )
    stop_writing: Words = fields.words(
        Message("Letters: stop writing, and why"), control="area",
        hint=Message("As long as this says why, nobody can write a letter. Supporters see it."),
    )  # fmt: skip
    finished: Finish | None = fields.nested(Finish)
    branding: Branding | None = fields.nested(Branding)
    sources: Mapping[str, Source]
    topics: tuple[Topic, ...]
    comparisons: tuple[Comparison, ...]
    facts: Mapping[str, Fact]
    timeline: tuple[Moment, ...]
    organisations: tuple[Organisation, ...]
    voices: tuple[Voice, ...]
    supporting: tuple[SupportingOrganisation, ...]
    partners: Mapping[str, Partner]
    states: Mapping[str, StateName]
    demands: Mapping[str, Demand]
    kinds: Mapping[str, Kind]
    closings: Mapping[str, Closing]
    addressees: Mapping[str, Addressee]
    letters: Mapping[str, LetterTemplate]
    petition: Mapping[str, Text]
    terms: Terms
    pages: Mapping[str, Mapping[str, Page]]
    updates: Mapping[str, Update]
    runner: Runner | None
    set_aside: tuple[SetAside, ...]
    meetings: tuple[Meeting, ...]
    #: The list of members of parliament and the like, as the file has it; '' for none.
    representatives: str

    @property
    def statement_date(self) -> Day | None:
        """The day of the statement; None without a statement, or if it has no date."""
        source = self.sources.get(self.statement)
        return source.date if source else None

    @property
    def headline(self) -> Words:
        """The headline as it reads today."""
        today = clock.today(self.time_zone)
        return {code: years_since.filled(text, code, today) for code, text in self.headline_text.items()}

    @property
    def headline_age(self) -> int:
        """A number that grows on the day on which the headline says another number of years."""
        return years_since.age(self.headline_text, clock.today(self.time_zone))

    def is_later(self, day: Day | None) -> bool:
        """Whether a day is after the statement."""
        stated = self.statement_date
        return stated is not None and day is not None and day.after(stated)

    @property
    def counts_visits(self) -> bool:
        """Whether the runner wants sums of how often forms are opened, begun and finished."""
        return self.runner is not None and self.runner.counts_visits

    @property
    def site_name(self) -> Words:
        """What the site is called; the name of the campaign unless the pack gives another."""
        own = self.branding.site_name if self.branding else {}
        return {code: own.get(code) or name for code, name in self.name.items()}

    @property
    def images(self) -> frozenset[str]:
        """The names of the front page's photograph and of the logos."""
        names = {self.picture.photo if self.picture else ""}
        if self.branding:
            names |= {self.branding.logo, self.branding.logo_on_dark}
        return frozenset(names - {""})

    @property
    def organisation_logos(self) -> frozenset[str]:
        """The names of the logos of those who make the demands, who support them, and of partners."""
        asking = (one.logo for one in self.organisations if one.asks)
        supporting = (one.logo for one in self.supporting)
        leading = (one.logo for one in self.partners.values())
        return frozenset({*asking, *supporting, *leading} - {""})

    @property
    def text_pictures(self) -> frozenset[str]:
        """The names of the pictures of demands and updates."""
        return frozenset({one.photo for one in (*self.demands.values(), *self.updates.values())} - {""})

    def later(self, fact: Fact) -> bool:
        """Whether it is dated after the statement, and so shown separately as a later development."""
        return self.is_later(fact.as_of)

    def from_elsewhere(self, fact: Fact) -> bool:
        """Whether it is in other sources than the statement; False if there is no statement."""
        return bool(self.statement) and self.statement not in fact.sources

    def record_sources(self) -> tuple[Source, ...]:
        """The sources that the record lists: those of facts, moments and states, or all if there are none.

        Others are named where a text cites them, or behind an addressee.
        """
        cited = {key for fact in self.facts.values() for key in fact.sources}
        cited |= {key for moment in self.timeline for key in moment.sources}
        cited |= {state.source for demand in self.demands.values() for state in demand.states}
        listed = tuple(source for key, source in self.sources.items() if key in cited)
        return listed or tuple(self.sources.values())

    def front_moments(self) -> tuple[Moment, ...]:
        """What the front page has of the timeline: what the statement says, or else the newest."""
        stated = tuple(moment for moment in self.timeline if moment.stated)
        return stated or self.timeline[-FRONT_MOMENTS:]

    def pages_in(self, where: str) -> tuple[str, ...]:
        """The keys of the pages that are linked in the footer or in the menu, in their order."""
        first_texts = {key: next(iter(texts.values())) for key, texts in self.pages.items() if texts}
        linked = [key for key, text in first_texts.items() if text.linked_in == where]
        return tuple(sorted(linked, key=lambda key: (first_texts[key].order, key)))

    @property
    def writing_stopped(self) -> bool:
        """Whether the organisers ask that nobody write any more letters."""
        return any(self.stop_writing.values())

    def is_open(self, addressee: Addressee) -> bool:
        """Whether somebody can write to it today."""
        today = clock.today(self.time_zone)
        late = self.write_before is not None and today >= self.write_before
        return addressee.is_open(today) and not (late or self.writing_stopped)

    def open_addressees(self, day: date | None = None) -> tuple[Addressee, ...]:
        """Those to whom somebody can write on a day, by default today."""
        today = day or clock.today(self.time_zone)
        if self.writing_stopped or (self.write_before is not None and today >= self.write_before):
            return ()
        return tuple(a for a in self.addressees.values() if a.is_open(today))

    @property
    def writing_age(self) -> int:
        """A number that grows on the day from which somebody can't be written to any more."""
        today = clock.today(self.time_zone)
        days = (self.write_before, *(one.write_before for one in self.addressees.values()))
        return sum(day is not None and today >= day for day in days)

    @property
    def urgent_until(self) -> date | None:
        """The next day from which somebody can't be written to any more; None if there is none."""
        days = [self.write_before, *(one.write_before for one in self.open_addressees())]
        return min((day for day in days if day is not None), default=None) if self.open_addressees() else None

    def addressees_for(self, country: str) -> tuple[Addressee, ...]:
        """Those to whom supporters from a country (ISO code or '') can write."""
        return tuple(a for a in self.open_addressees() if country not in a.not_for_countries)

    def addressees_by_post(self) -> tuple[Addressee, ...]:
        """Those whose postal address the pack has: a letter to them can be printed beforehand."""
        return tuple(a for a in self.open_addressees() if a.by_post)

    def next_text(self, addressee: Addressee, case: str, language: str) -> LetterText | None:
        """The text with the part for a case: the addressee's own template, or that of next letters."""
        for key in (addressee.letter, addressee.next_letter):
            text = self.letters[key].texts.get(language) if key in self.letters else None
            if text is not None and text.case(case) is not None:
                return text
        return None

    def cases_of(self, addressee: Addressee) -> tuple[str, ...]:
        """The cases for which there is a next letter to an addressee in every language."""
        return tuple(
            case for case in CASES if all(self.next_text(addressee, case, code) for code in self.languages)
        )

    def demands_for(self, addressee: Addressee) -> tuple[str, ...]:
        """The keys of the demands that an addressee can act on, in the pack's order."""
        if addressee.demands == (NO_DEMAND,):
            return ()
        return tuple(key for key in self.demands if not addressee.demands or key in addressee.demands)

    def risk(self, addressee: Addressee, country: str) -> Risk:
        """What a letter may mean for a supporter from a country: its own state reads it, or may."""
        if country not in self.countries_at_risk or addressee.office_of == NO_STATE:
            return Risk.NONE
        if addressee.office_of in {country, SUPPORTER}:
            return Risk.OWN_STATE
        return Risk.OTHER_STATE if addressee.office_of else Risk.UNKNOWN

    def asked_demands(self) -> tuple[str, ...]:
        """The keys of the demands that are still asked: neither met nor dropped."""
        return tuple(key for key, demand in self.demands.items() if demand.is_asked)

    @property
    def has_record(self) -> bool:
        """Whether there is something to show on the page of facts and sources."""
        return bool(self.facts or self.timeline or self.sources)

    @property
    def has_letters(self) -> bool:
        """Whether there is an office to write to."""
        return bool(self.open_addressees())

    def petition_title(self, language: str) -> str:
        """The petition's title; the campaign's name if it has no petition any more."""
        return self.petition[language].title if self.petition else self.name[language]
