"""The pack itself: the texts of the front page, and everything else by key."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from campaign.messages import Message
from campaign.pack import fields
from campaign.pack.fields import record
from campaign.pack.languages import Day
from campaign.pack.model.addressees import Addressee, Closing, Kind
from campaign.pack.model.petition import Terms
from campaign.pack.model.record import Comparison, Fact, Moment, Organisation, Source, Topic, Voice
from campaign.pack.model.texts import Demand, LetterTemplate, Text, Update
from campaign.pack.values import Prose, Words


@record(eq=False)
class Pack:
    """One campaign. Everything that pages, letters and sheets say comes from here.

    With `second_reader` people can't publish their own request for publication. Days that people
    see are in `time_zone`.

    Two packs are equal only if they are the same object, so a pack can key a cache.
    """

    slug: str = fields.text(needed=True)
    languages: tuple[str, ...] = fields.texts(needed=True)
    name: Words = fields.words(Message("Name of the campaign"), needed=True)
    accent: Words = fields.words(Message("Part of the name in colour"), needed=True, form_requires=False)
    kicker: Words = fields.words(Message("Line above the headline"), needed=True)
    headline: Words = fields.words(Message("Headline"), needed=True)
    lead: Mapping[str, Prose] = fields.prose(Message("What happened, in a few sentences"))
    picture_note: Mapping[str, Prose] = fields.prose(Message("Under the picture"))
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
            "For example, Asia/Almaty. Dates that people see follow this time zone. Leave it empty for UTC."
        ),
    )
    statement: str = fields.reference("source", needed=True)
    picture: tuple[str, str] = fields.reference_pair("fact")
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
        """Whether it is dated after the statement, and so shown separately as a later development."""
        return fact.as_of is not None and fact.as_of.after(self.statement_date)

    def open_addressees(self) -> tuple[Addressee, ...]:
        return tuple(a for a in self.addressees.values() if a.enabled)
