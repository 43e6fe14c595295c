"""Markdown documents: demands with their states, letter templates, pages, updates."""

from __future__ import annotations

from collections.abc import Mapping

from campaign.languages.data import above
from campaign.languages.dates import Day
from campaign.messages import Message, Named
from campaign.pack import fields
from campaign.pack.fields import record
from campaign.pack.model.picture import PICTURE_SHOWS, Pictured, ShownPicture
from campaign.pack.model.state_names import COMMON
from campaign.pack.values import Place, Prose, Words

#: What a state means, whatever a campaign calls it.
MEANINGS = ("open", "partly", "met", "dropped")


@record()
class StateName:
    """A state that demands can have, by the campaign's own name or, without one, by that of the interface."""

    key: str
    title: Words = fields.words(Message("Name"), needed=True)
    meaning: str = fields.choice(MEANINGS, "open", Message("What it means"), offered="meaning")

    @property
    def label(self) -> Message:
        """Its name in the interface."""
        return COMMON[self.key][1] if self.key in COMMON else Named(self.key, self.key)


#: The states that every campaign has; its own are added to them, or stand in their place.
DEFAULT_STATES: Mapping[str, StateName] = {
    key: StateName(key, {}, meaning) for key, (meaning, _label) in COMMON.items()
}


@record()
class State:
    """How far a demand is met since a day."""

    state: StateName = fields.lookup("state")
    date: Day = fields.certain_day()
    reason: Words = fields.words(needed=True)
    source: str = fields.reference("source")
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
class Demand(Pictured):
    """A demand: its states in chronological order, the facts behind it, its texts, perhaps a picture."""

    key: str
    photo_of: Words = fields.words(
        PICTURE_SHOWS, needed=True, control="area", beside="photo", unless="photo_is_decoration"
    )
    states: tuple[State, ...] = fields.nested_list(State)
    facts: tuple[str, ...] = fields.references("fact", Message("Facts behind it"))
    texts: Mapping[str, DemandText]
    place: Place

    @property
    def state(self) -> State | None:
        """The newest state; None for a demand of which nobody has said how far it is met."""
        return self.states[-1] if self.states else None

    def picture(self, language: str) -> ShownPicture | None:
        """Its picture as pages of a language show it; None for a demand without one."""
        return self.shown(self.photo_of[language])

    @property
    def is_asked(self) -> bool:
        """Whether it is still demanded: not if it is met or was dropped."""
        return self.state is None or self.state.state.meaning not in {"met", "dropped"}


#: What can follow a letter: no answer, or one of four kinds. Each has a part of this name in a template.
CASES = ("follow-up", "evasive", "not-competent", "refusal", "promise")


@record()
class LetterText:
    """A letter template in one language, in parts; each part is Markdown with our marks.

    `openings`, `asking` and `replies` are alternatives of which a letter uses one; all `facts`
    are used, in an order that may vary. Only an opening is always needed: `asking` goes with `asks`,
    which a template has for the demands that its addressees can act on. `postcard` and `together`
    (the text of an open letter, up to its list of demands) are None if a template has none.

    The last six parts make the next letter, after an answer or none; `copy` is its line about copies. A
    template with such parts needs no opening: it is then for next letters alone.
    """

    name: str = fields.text(Message("Name, for organisers"), needed=True)
    subject: str = fields.text(Message("Subject"), needed=True)
    openings: tuple[Prose, ...] = fields.parts(
        "opening", Message("Opening (each letter uses one)"), needed=True
    )
    facts: tuple[Prose, ...] = fields.parts("facts", Message("Facts"))
    duty: tuple[Prose, ...] = fields.parts("duty", Message("The addressee’s duty"))
    asking: tuple[Prose, ...] = fields.plain_parts("ask", Message("What is asked"))
    asks: Mapping[str, Prose] = fields.parts_by_argument("ask", "demand")
    later: tuple[Prose, ...] = fields.parts("later", Message("Later developments"))
    replies: tuple[Prose, ...] = fields.parts(
        "reply", Message("Request for an answer (each letter uses one)")
    )
    postcard: Prose | None = fields.part("postcard", Message("Postcard"))
    together: Prose | None = fields.part("open-letter", Message("Open letter"))
    follow_up: Prose | None = fields.part("follow-up", Message("Next letter, if no answer came"))
    evasive: Prose | None = fields.part("evasive", Message("Next letter, after an evasive answer"))
    not_competent: Prose | None = fields.part(
        "not-competent", Message("Next letter, if the office says that it is not competent")
    )
    refusal: Prose | None = fields.part("refusal", Message("Next letter, after a refusal"))
    promise: Prose | None = fields.part("promise", Message("Next letter, after a promise"))
    copy: Prose | None = fields.part("copy", Message("Line about copies of the next letter"))
    prompts: tuple[str, ...] = fields.list_part(
        "prompts", Message("Questions to help people find their own words")
    )
    place: Place

    def parts(self) -> tuple[Prose, ...]:
        """Every part to render, for the checker."""
        always = (*self.openings, *self.facts, *self.duty, *self.asking, *self.asks.values())
        following = (*map(self.case, CASES), self.copy)
        once = tuple(prose for prose in (self.postcard, self.together, *following) if prose is not None)
        return (*always, *self.later, *self.replies, *once)

    def case(self, case: str) -> Prose | None:
        """The text of the next letter in a case, one of `CASES`."""
        prose: Prose | None = getattr(self, case.replace("-", "_"))
        return prose

    @property
    def only_follows(self) -> bool:
        """Whether it is for next letters alone."""
        return not self.openings and any(self.case(case) is not None for case in CASES)


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


#: Where a page can be linked. In the file a page without a word is where `DEFAULT_LINKS` has it.
LINKED_IN = frozenset({"footer", "menu", "none"})

#: Pages that the footer links if their heads say nothing, and their order. Others are linked nowhere.
DEFAULT_LINKS = {"sending": 10, "at-risk": 20, "privacy": 30, "about": 40}

#: The order of a page that names none: behind those above.
LAST = 1000


@record()
class Page(Text):
    """A page in one language. `linked_in` and `order` are the same in every language."""

    linked_in: str = fields.choice(
        LINKED_IN, "", Message("Where the page is linked"), key="in", offered="links"
    )
    order: int = fields.count(
        Message("Order among the links"),
        hint=Message("A whole number; the smallest comes first. The pages of every campaign have 10 to 40."),
    )


@record()
class UpdateText(Text):
    """An update in one language, with what its picture shows."""

    photo_of: str = fields.text(PICTURE_SHOWS, control="area", beside="photo", unless="photo_is_decoration")


@record()
class Update(Pictured):
    """News of a day: a short text in some of the campaign's languages, at least one, perhaps a picture.

    What is not in the texts is in the head of each of its documents, the same in every language.
    """

    key: str
    date: Day = fields.certain_day(Message("Date"), needed=True)
    texts: Mapping[str, UpdateText]
    place: Place

    def language_for(self, language: str) -> str:
        """The language in which pages in a language show it: that one, one above it, or the first."""
        return next((code for code in above(language) if code in self.texts), next(iter(self.texts)))

    def picture(self, language: str) -> ShownPicture | None:
        """Its picture as pages of a language show it; None for an update without one."""
        return self.shown(self.texts[self.language_for(language)].photo_of)
