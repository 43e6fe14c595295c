"""Markdown documents: demands with their states, letter templates, pages, updates."""

from __future__ import annotations

from collections.abc import Mapping

from campaign.messages import Message
from campaign.pack import fields
from campaign.pack.fields import record
from campaign.pack.languages import Day
from campaign.pack.values import Place, Prose, Words

STATES = frozenset({"not-met", "partly-met", "met"})


@record()
class State:
    """How far a demand is met since a day: not-met, partly-met or met."""

    state: str = fields.choice(STATES, "not-met")
    date: Day = fields.certain_day()
    reason: Words = fields.words(needed=True)
    source: str = fields.reference("source", needed=True)
    place: Place


@record()
class DemandText:
    """A demand in one language. `sections` are keyed by their plain-word heading."""

    title: str = fields.text(Message("Title"), needed=True)
    summary: str = fields.text(Message("Summary, one sentence"), needed=True, control="area")
    sections: Mapping[str, Prose] = fields.sections(
        ("asked", Message("What is asked")),
        ("whom", Message("Who must act")),
        ("legal-ground", Message("Legal basis")),
        ("progress", Message("What would count as progress")),
        ("answers", Message("Likely objections")),
    )
    place: Place


@record()
class Demand:
    """A demand: its states in chronological order, the facts behind it, its texts."""

    key: str
    states: tuple[State, ...] = fields.nested_list(
        State, missing=Message("“states” is missing: how far the demand has been met, and since when.")
    )
    facts: tuple[str, ...] = fields.references("fact", Message("Facts behind it"))
    texts: Mapping[str, DemandText]
    place: Place

    @property
    def state(self) -> State:
        return self.states[-1]


@record()
class LetterText:
    """A letter template in one language, in parts; each part is Markdown with our marks.

    `openings`, `asking` and `replies` are alternatives of which a letter uses one; all `facts`
    are used, in an order that may vary. `postcard` and `together` (the text of an open
    letter, up to its list of demands) are None if a template has none.
    """

    name: str = fields.text(Message("Name, for organisers"), needed=True)
    subject: str = fields.text(Message("Subject"), needed=True)
    openings: tuple[Prose, ...] = fields.parts(
        "opening", Message("Opening (each letter uses one)"), needed=True
    )
    facts: tuple[Prose, ...] = fields.parts("facts", Message("Facts"), needed=True)
    duty: tuple[Prose, ...] = fields.parts("duty", Message("The addressee’s duty"))
    asking: tuple[Prose, ...] = fields.plain_parts("ask", Message("What is asked"), needed=True)
    asks: Mapping[str, Prose] = fields.parts_by_argument("ask", "demand")
    later: tuple[Prose, ...] = fields.parts("later", Message("Later developments"))
    replies: tuple[Prose, ...] = fields.parts(
        "reply", Message("Request for an answer (each letter uses one)"), needed=True
    )
    postcard: Prose | None = fields.part("postcard", Message("Postcard"))
    together: Prose | None = fields.part("open-letter", Message("Open letter"))
    prompts: tuple[str, ...] = fields.list_part(
        "prompts", Message("Questions to help people find their own words")
    )
    place: Place

    def parts(self) -> tuple[Prose, ...]:
        """Every part to render, for the checker."""
        always = (*self.openings, *self.facts, *self.duty, *self.asking, *self.asks.values())
        once = tuple(prose for prose in (self.postcard, self.together) if prose is not None)
        return (*always, *self.later, *self.replies, *once)


@record()
class LetterTemplate:
    """A letter template in all languages."""

    key: str
    texts: Mapping[str, LetterText]


@record()
class Text:
    """A page or the petition in one language."""

    title: str = fields.text(Message("Title"), needed=True)
    summary: str = fields.text(Message("Summary, one sentence"), needed=True, control="area")
    body: Prose = fields.body()


@record()
class Update:
    """News of a day: a short text in every language."""

    key: str
    date: Day = fields.certain_day(Message("Date"), needed=True)
    texts: Mapping[str, Text]
    place: Place
