"""The kinds of items in a pack: the name of each, its place in the files, and its records.

An item is a record in a list of a table (YAML), a Markdown document in each language, or both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from campaign.messages import Message
from campaign.pack import model


@dataclass(frozen=True, slots=True)
class ItemKind:
    """A kind of item; `record` describes its fields.

    `table` and `list`: the file and the list in it with the records; without a list the file
    itself is the record, or the map under the key `map` in it.
    `folder`: where its documents are; `text` describes one of them.
    `many`: there can be several. `partial`: its texts may lack languages.
    """

    key: str
    label: Message
    singular: Message
    record: type[Any]
    table: str = ""
    list: str = ""
    map: str = ""
    folder: str = ""
    text: type[Any] | None = None
    many: bool = True
    partial: bool = False


#: Every kind, by key, in the order in which the desk shows differences.
KINDS: dict[str, ItemKind] = {
    kind.key: kind
    for kind in (
        ItemKind(
            "demand", Message("Demands"), Message("demand"), model.Demand,
            table="campaign.yaml", list="demands", folder="demands", text=model.DemandText,
        ),
        ItemKind(
            "letter", Message("Letter templates"), Message("letter template"), model.LetterTemplate,
            folder="letters", text=model.LetterText,
        ),
        ItemKind(
            "addressee", Message("Addressees"), Message("addressee"), model.Addressee,
            table="addressees.yaml", list="addressees",
        ),
        ItemKind("fact", Message("Facts"), Message("fact"), model.Fact, table="facts.yaml", list="facts"),
        ItemKind(
            "source", Message("Sources"), Message("source"), model.Source,
            table="sources.yaml", list="sources",
        ),
        ItemKind(
            "moment", Message("Timeline"), Message("moment of the timeline"), model.Moment,
            table="timeline.yaml", list="timeline",
        ),
        ItemKind(
            "organisation", Message("Organisations"), Message("organisation"), model.Organisation,
            table="organisations.yaml", list="organisations",
        ),
        ItemKind(
            "voice", Message("People quoted"), Message("person quoted"), model.Voice,
            table="organisations.yaml", list="voices",
        ),
        ItemKind(
            "supporting", Message("Supporting organisations"), Message("supporting organisation"),
            model.SupportingOrganisation, table="organisations.yaml", list="supporting",
        ),
        ItemKind(
            "partner", Message("Partners"), Message("partner"), model.Partner,
            table="organisations.yaml", list="partners",
        ),
        ItemKind(
            "petition", Message("Petition"), Message("petition"), model.Text,
            folder="petition", text=model.Text, many=False,
        ),
        ItemKind(
            "terms", Message("Terms of the petition"), Message("terms of the petition"), model.Terms,
            table="petition.yaml", many=False,
        ),
        ItemKind(
            "milestone", Message("Milestones"), Message("milestone"), model.Milestone,
            table="petition.yaml", list="milestones",
        ),
        ItemKind(
            "extra-field", Message("Extra fields of the form to sign"), Message("extra field"),
            model.ExtraField, table="petition.yaml", list="fields",
        ),
        ItemKind(
            "event", Message("Outcome of the petition"), Message("outcome of the petition"),
            model.Event, table="petition.yaml", list="events",
        ),
        ItemKind(
            "meeting", Message("Events"), Message("event"), model.Meeting,
            table="meetings.yaml", list="meetings",
        ),
        ItemKind("page", Message("Pages"), Message("page"), model.Page, folder="pages", text=model.Page),
        ItemKind(
            "update", Message("Updates"), Message("update"), model.Update,
            folder="updates", text=model.UpdateText, partial=True,
        ),
        ItemKind(
            "front", Message("Front page"), Message("front page"), model.Pack,
            table="campaign.yaml", many=False,
        ),
        ItemKind(
            "state", Message("States of demands"), Message("state of a demand"), model.StateName,
            table="campaign.yaml", list="states",
        ),
        ItemKind(
            "runner", Message("Who runs this site"), Message("organisation that runs this site"),
            model.Runner, table="campaign.yaml", map="runner", many=False,
        ),
        ItemKind(
            "set-aside", Message("Answers that are not counted"),
            Message("period whose answers are not counted"), model.SetAside,
            table="campaign.yaml", list="set-aside",
        ),
        ItemKind(
            "topic", Message("Fact topics"), Message("topic"), model.Topic,
            table="facts.yaml", list="topics",
        ),
        ItemKind(
            "comparison", Message("Comparing the figures"), Message("comparison"), model.Comparison,
            table="facts.yaml", list="comparisons",
        ),
        ItemKind(
            "speaker", Message("Who says so"), Message("speaker"), model.Speaker,
            table="facts.yaml", list="speakers",
        ),
        ItemKind(
            "group", Message("Groups of addressees"), Message("group"), model.Kind,
            table="addressees.yaml", list="kinds",
        ),
        ItemKind(
            "closing", Message("Closing words"), Message("closing"), model.Closing,
            table="addressees.yaml", list="closings",
        ),
        ItemKind(
            "unit", Message("Units"), Message("unit"), model.Unit,
            table="facts.yaml", list="units",
        ),
    )
}  # fmt: skip

#: The kind of each type of records in a list.
BY_RECORD: dict[type[Any], ItemKind] = {kind.record: kind for kind in KINDS.values() if kind.list}
