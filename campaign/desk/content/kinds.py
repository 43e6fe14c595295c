"""What can be edited: each kind of thing in a pack, where it stands in the files, and its fields.

The forms, the lists, the differences and the spreadsheet of addressees are all made from this
table, so a new field of the pack is one line here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record or of a document's head.

    `name` is its key in the file, with a dot before a key inside it. `control` says how it is
    typed. `words`: one text in each language. `form` is one of several forms of such a text.
    `offered` names what it is chosen from. `compact`: one choice is written without brackets.
    `beside` names a field without which this one is not offered. The control `photo` is on no form.
    """

    name: str
    label: Any
    control: str = "line"
    words: bool = False
    offered: str = ""
    needed: bool = False
    form: str = ""
    compact: bool = False
    hint: Any = ""
    beside: str = ""

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(self.name.split("."))

    @property
    def id(self) -> str:
        """The name of the form's field."""
        lead = "w" if self.words else "f"
        tail = "_list" if self.control == "some" else ""
        return f"{lead}.{self.name}{'.' + self.form if self.form else ''}{tail}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: a record in a list of a table, documents in a room, or both.

    `parts` are the sections that a document of it may have, by key, with their labels; `body`:
    it has a text before them. `view` is the public page that shows it.
    """

    key: str
    label: Any
    one: Any
    table: str = ""
    list: str = ""
    room: str = ""
    fields: tuple[Field, ...] = ()
    heads: tuple[Field, ...] = ()
    body: bool = False
    parts: tuple[tuple[str, Any], ...] = ()
    view: str = ""
    many: bool = True

    @property
    def translated(self) -> bool:
        """Whether there is a text of it in each language."""
        return bool(self.heads) or any(field.words for field in self.fields)

    def document(self, key: str, language: str) -> str:
        """The path of its text in a language; '' for a kind without documents."""
        if not self.room:
            return ""
        return f"{self.room}/{key}.{language}.md" if self.many else f"{self.room}.{language}.md"

    def item(self, key: str) -> str:
        """The name under which reviews know one thing of this kind."""
        return f"{self.table}#{self.list}/{key}" if self.table and not self.heads else f"{self.room}/{key}"


_TITLE = Field("title", _l("Title"), needed=True)
_SUMMARY = Field("summary", _l("Summary, one sentence"), "area", needed=True)


def _words(name: str, label: Any, control: str = "line", **more: Any) -> Field:
    return Field(name, label, control, words=True, **more)


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "demand", _l("Demands"), _l("demand"), "campaign.yaml", "demands", "demands",
            fields=(Field("facts", _l("Facts behind it"), "some", offered="fact"),),
            heads=(_TITLE, _SUMMARY),
            parts=(
                ("asked", _l("What is asked")),
                ("whom", _l("Who must act")),
                ("legal-ground", _l("Legal basis")),
                ("progress", _l("What would count as progress")),
                ("answers", _l("Likely objections")),
            ),
            view="demand",
        ),
        Kind(
            "letter", _l("Letter templates"), _l("letter template"), room="letters",
            heads=(Field("name", _l("Name, for organisers"), needed=True), Field("subject", _l("Subject"), needed=True)),
            parts=(
                ("opening", _l("Opening (each letter uses one)")),
                ("facts", _l("Facts")),
                ("duty", _l("The addressee’s duty")),
                ("ask", _l("What is asked")),
                ("later", _l("Later developments")),
                ("reply", _l("Request for an answer (each letter uses one)")),
                ("postcard", _l("Postcard")),
                ("open-letter", _l("Open letter")),
                ("prompts", _l("Questions to help people find their own words")),
            ),
            view="letter",
        ),
        Kind(
            "addressee", _l("Addressees"), _l("addressee"), "addressees.yaml", "addressees",
            fields=(
                _words("title", _l("Office"), needed=True),
                _words("to", _l("On the envelope (“To the …”)"), hint=_l("Only if it differs from the office.")),
                _words("salutation", _l("Salutation if the office-holder is unknown"), form="unknown", needed=True),
                _words("salutation", _l("Salutation for a woman"), form="woman"),
                _words("salutation", _l("Salutation for a man"), form="man"),
                _words("note", _l("Note"), "area"),
                Field("kind", _l("Group"), "one", offered="kind", needed=True),
                Field("letter", _l("Letter template"), "one", offered="letter", needed=True),
                Field("form", _l("Who holds the office now"), "one", offered="form"),
                Field("holder.name", _l("Name of the office-holder (for organisers; never printed in "
                                        "letters)")),
                Field("holder.as-of", _l("Known as of"), "day"),
                Field("holder.source", _l("Source for this"), "one", offered="source"),
                Field("closing", _l("Closing words"), "one", offered="closing", needed=True),
                Field("address.lines", _l("Address, line by line, without the country"), "lines",
                      hint=_l("Leave it empty if supporters type the address themselves.")),
                Field("country", _l("Country"), "one", offered="country"),
                Field("email", _l("E-mail"), "email"),
                Field("website", _l("Website"), "url"),
                Field("reads", _l("Languages it reads"), "some", offered="language"),
                Field("for-countries", _l("For supporters from"), "some", offered="country"),
                Field("sources", _l("Sources"), "some", offered="source"),
                Field("checked-on", _l("Address checked on"), "day"),
                Field("enabled", _l("Supporters can write to it"), "on"),
            ),
            view="addressee",
        ),
        Kind(
            "fact", _l("Facts"), _l("fact"), "facts.yaml", "facts",
            fields=(
                _words("label", _l("Label"), needed=True),
                _words("claim", _l("Claim, one sentence"), "area", needed=True,
                       hint=_l("{phrase}, {figure}, {number} and {quote} stand for the fact’s own value.")),
                _words("quote", _l("Quotation"), "area"),
                Field("topic", _l("Topic"), "one", offered="topic", needed=True),
                Field("said-by", _l("Who says so"), "one", offered="speaker", needed=True),
                Field("source", _l("Sources"), "some", offered="source", needed=True, compact=True),
                Field("as-of", _l("As of"), "day"),
                Field("value", _l("Value, a number")),
                Field("qualifier", _l("Qualifier"), "one", offered="qualifier"),
                Field("unit", _l("Unit"), "one", offered="unit"),
                Field("quote-language", _l("Language of the original quotation"), "one", offered="language"),
                Field("compare", _l("Compared under"), "one", offered="comparison"),
                Field("checked-on", _l("Last checked for a newer figure"), "day"),
            ),
            view="record",
        ),
        Kind(
            "source", _l("Sources"), _l("source"), "sources.yaml", "sources",
            fields=(
                _words("publisher", _l("Publisher"), needed=True),
                _words("title", _l("Title"), "area", needed=True),
                _words("note", _l("Note"), "area"),
                Field("date", _l("Date"), "day"),
                Field("about", _l("The date is approximate"), "flag"),
                Field("url", _l("Web address"), "url"),
            ),
            view="record",
        ),
        Kind(
            "moment", _l("Timeline"), _l("moment of the timeline"), "timeline.yaml", "timeline",
            fields=(
                _words("text", _l("What happened"), "area", needed=True),
                Field("date", _l("Date"), "day", needed=True),
                Field("source", _l("Sources"), "some", offered="source", needed=True, compact=True),
                Field("stated", _l("The statement says so"), "flag"),
            ),
            view="record",
        ),
        Kind(
            "organisation", _l("Organisations"), _l("organisation"), "organisations.yaml", "organisations",
            fields=(
                _words("acronym", _l("Short name"), needed=True),
                _words("name", _l("Name"), needed=True),
                _words("role", _l("What it did"), "area", needed=True),
                Field("website", _l("Website"), "url"),
                Field("asks", _l("Makes the demands"), "flag"),
                Field("own-rendering", _l("We translated the name into"), "some", offered="language"),
            ),
            view="organisations",
        ),
        Kind(
            "voice", _l("People quoted"), _l("person quoted"), "organisations.yaml", "voices",
            fields=(
                _words("name", _l("Name"), needed=True),
                _words("title", _l("Title on that date"), needed=True),
                _words("says", _l("What they say"), "area", needed=True),
            ),
            view="organisations",
        ),
        Kind(
            "petition", _l("Petition"), _l("petition"), room="petition", heads=(_TITLE, _SUMMARY),
            body=True, view="petition", many=False,
        ),
        Kind(
            "terms", _l("Terms of the petition"), _l("terms of the petition"), "petition.yaml", "",
            fields=(
                Field("opens", _l("Opens on"), "day", hint=_l("If empty: immediately.")),
                Field("closes", _l("Closes on"), "day"),
                Field("erase-on", _l("Signatures are erased on"), "day", hint=_l("Signers see this date. Nobody can sign until it "
                                                                                 "is set.")),
                Field("names", _l("Signers may show their name"), "on"),
                Field("neutral-mail", _l("E-mails don’t say what they are about"), "flag"),
            ),
            view="petition", many=False,
        ),
        Kind(
            "milestone", _l("Milestones"), _l("milestone"), "petition.yaml", "milestones",
            fields=(Field("count", _l("Signatures"), needed=True), _words("words", _l("What happens then"), "area")),
            view="petition",
        ),
        Kind(
            "event", _l("Outcome of the petition"), _l("outcome of the petition"), "petition.yaml", "events",
            fields=(
                Field("what", _l("What it is"), "one", offered="event"),
                Field("date", _l("Date"), "day", needed=True),
                _words("words", _l("In a sentence"), "area", needed=True),
                _words("where", _l("Where")),
                _words("to", _l("Addressee (an office, not a private person)")),
                _words("answer", _l("What they answered"), "area"),
                Field("source", _l("Source"), "one", offered="source"),
                Field("photo", _l("Photograph"), "photo"),
                _words("photo-of", _l("What the photograph shows, for people who can’t see it"), "area", beside="photo"),
                Field("photo-by", _l("Photographer"), beside="photo"),
            ),
            view="petition",
        ),
        Kind("page", _l("Pages"), _l("page"), room="pages", heads=(_TITLE, _SUMMARY), body=True, view="text"),
        Kind(
            "update", _l("Updates"), _l("update"), room="updates",
            heads=(_TITLE, _SUMMARY, Field("date", _l("Date"), "day", needed=True)),
            body=True, view="update",
        ),
        Kind(
            "front", _l("Front page"), _l("front page"), "campaign.yaml", "",
            fields=(
                _words("name", _l("Name of the campaign"), needed=True),
                _words("accent", _l("Part of the name in colour")),
                _words("kicker", _l("Line above the headline"), needed=True),
                _words("headline", _l("Headline"), needed=True),
                _words("lead", _l("What happened, in a few sentences"), "area", needed=True),
                _words("picture-note", _l("Under the picture"), "area", needed=True),
                Field("key-figures", _l("Figures of the front page"), "some", offered="fact"),
                Field("countries-at-risk", _l("Countries whose supporters are at risk"), "some", offered="country"),
                Field("awaiting-review", _l("Languages awaiting review by a native speaker"), "some", offered="language"),
                Field("second-reader", _l("Somebody else has to publish"), "flag",
                      hint=_l("This applies from the next edition.")),
                Field("time-zone", _l("Time zone"),
                      hint=_l("For example, Asia/Almaty. Dates that people see follow this time zone. Leave it empty for UTC.")),
            ),
            view="home", many=False,
        ),
        Kind(
            "topic", _l("Fact topics"), _l("topic"), "facts.yaml", "topics",
            fields=(_words("title", _l("Title"), needed=True),), view="record",
        ),
        Kind(
            "comparison", _l("Comparing the figures"), _l("comparison"), "facts.yaml", "comparisons",
            fields=(_words("title", _l("Question"), needed=True), _words("note", _l("Note"), "area", needed=True)),
            view="record",
        ),
        Kind(
            "speaker", _l("Who says so"), _l("speaker"), "facts.yaml", "speakers",
            fields=(_words("name", _l("Name"), needed=True),), view="record",
        ),
        Kind(
            "group", _l("Groups of addressees"), _l("group"), "addressees.yaml", "kinds",
            fields=(
                _words("title", _l("Title"), needed=True),
                _words("requirement", _l("What such an office requires of a letter"), "area"),
                Field("abroad", _l("These offices are abroad"), "flag"),
            ),
        ),
        Kind(
            "closing", _l("Closing words"), _l("closing"), "addressees.yaml", "closings",
            fields=(
                _words("words", _l("From one person"), needed=True),
                _words("together", _l("From several people")),
            ),
        ),
    )
}  # fmt: skip

#: Kinds that people come for, and those that are seldom touched.
OFTEN = ("demand", "letter", "addressee", "fact", "source", "moment", "update", "page", "petition", "terms",
         "milestone", "event", "front",
         "organisation", "voice")  # fmt: skip
SELDOM = tuple(key for key in KINDS if key not in OFTEN)

#: States of a demand, as `site/parts.html` names them.
STATES = {"not-met": _l("Not met"), "partly-met": _l("Partly met"), "met": _l("Met")}


def kinds_in(path: str) -> Iterator[Kind]:
    """The kinds that stand in a file."""
    room = path.split("/", 1)[0].split(".", 1)[0]
    for kind in KINDS.values():
        if path == kind.table or (kind.room and kind.room == room and path.endswith(".md")):
            yield kind
