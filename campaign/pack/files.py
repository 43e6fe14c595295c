"""Files to a pack: one parser for the disk, the desk and the tests.

my-campaign/
  campaign.yaml         name, languages, headline, picture, states of the demands, how it ended,
                        who runs the site
  organisations.yaml    who asks, who supports it, partners; people whom the statement quotes
  sources.yaml          every page and document that a fact is based on
  facts.yaml            every claim, once
  timeline.yaml         what happened on which day
  addressees.yaml       offices, salutations, addresses; without it there are no letters
  meetings.yaml         events that people can come to
  representatives.csv   members of parliament and the like, by area; only where addressees need it
  demands/<key>.<language>.md
  letters/<key>.<language>.md
  pages/<key>.<language>.md
  updates/<key>.<language>.md   news; none, one or many
  petition.<language>.md        without it there is no petition
  petition.yaml         when it is open, milestones, outcome; without it nobody can sign
  photos/<hash>.jpg     photographs that the other files name, as the desk wrote them
  photos/<hash>.png     logos, likewise

Only campaign.yaml and the pages “about” and “privacy” are needed; everything else is there if the campaign
has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from campaign.messages import Message
from campaign.pack.documents import NAME, DocumentReader
from campaign.pack.field_readers import Context, Lookup
from campaign.pack.findings import Findings, PackError
from campaign.pack.groups import in_order, with_group_values
from campaign.pack.language_states import LanguageStates, read_states
from campaign.pack.model import (
    Addressee,
    Closing,
    Comparison,
    Demand,
    Event,
    ExtraField,
    Fact,
    Kind,
    Meeting,
    Milestone,
    Moment,
    Organisation,
    Pack,
    Partner,
    Runner,
    SetAside,
    Source,
    Speaker,
    StateName,
    SupportingOrganisation,
    Terms,
    Topic,
    Unit,
    Voice,
)
from campaign.pack.model.picture import NONE
from campaign.pack.model.texts import DEFAULT_STATES
from campaign.pack.photographs import PLACE
from campaign.pack.reading import Node, Record, read_yaml
from campaign.pack.records import KEY, place_of, read_all, read_record, read_values

#: The table that every pack has.
CAMPAIGN = "campaign.yaml"
#: Tables that a pack may do without.
OPTIONAL = ("organisations", "sources", "facts", "timeline", "addressees", "petition", "meetings")
#: The paths of all tables.
TABLE_PATHS = frozenset({CAMPAIGN, *(f"{name}.yaml" for name in OPTIONAL)})
#: The list in which supporters find their own representatives; `letters.representatives` reads it.
REPRESENTATIVES = "representatives.csv"
#: Paths that the site itself uses, so no campaign can have them as its slug.
TAKEN = {"accessibility", "desk", "embed", "health", "imprint", "metrics", "static"}


#: The finding for a file that no pack has.
OTHER_FILE = Message(
    "A pack has only .yaml and .md files, %(list)s, and photos/ as a desk saved it.", list=REPRESENTATIVES
)


def place_in_pack(path: str) -> bool:
    """Whether a file with this path belongs to a pack."""
    return path in {*TABLE_PATHS, REPRESENTATIVES} or NAME.fullmatch(path) is not None


def read_folder(folder: Path) -> dict[str, str]:
    """The pack's texts under a folder, by their path inside it. Raises PackError for unreadable ones."""
    files, findings = {}, Findings()
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or path.name.startswith(".") or path.name.endswith("~"):
            continue
        name = path.relative_to(folder).as_posix()
        if PLACE.fullmatch(name) and not path.is_symlink():
            continue
        if (path.suffix not in {".yaml", ".md"} and name != REPRESENTATIVES) or path.is_symlink():
            findings.error(name, 1, OTHER_FILE)
            continue
        try:
            files[name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            findings.error(name, 1, Message("The file is not UTF-8 text."))
    if findings.found:
        raise PackError(findings.found)
    return files


def parse_draft(files: Mapping[str, str]) -> tuple[Pack | None, Findings]:
    """The pack of a draft and its findings; the pack is None unless only translations are missing.

    A missing translation is replaced by the text in another language, and languages in preparation
    are among those of the pack. It is only for previews, never for publication.
    """
    findings = Findings()
    pack = Parser(files, findings, preparing=True).pack()
    return (pack if findings.whole else None), findings


def parse(files: Mapping[str, str]) -> Pack:
    """The pack that the files make. Pure: no clock, no disk, no database.

    Raises PackError with every error if they do not make one. Warnings are left to
    `check.check`.
    """
    findings = Findings()
    pack = Parser(files, findings).pack()
    if pack is None or findings.errors:
        raise PackError(findings.errors)
    return pack


class Parser:
    """Reads one pack; every problem goes to `findings`, with file and line.

    With `preparing` its languages are those in preparation as well.
    """

    def __init__(self, files: Mapping[str, str], findings: Findings, preparing: bool = False) -> None:
        self.files, self.findings, self.preparing = files, findings, preparing

    def pack(self) -> Pack | None:
        """The pack, or None if essential files or values are missing."""
        tables = self._tables()
        if not tables.keys() >= TABLE_PATHS:
            return None
        states = read_states(tables[CAMPAIGN])
        if states is None:
            return None
        pack = self._assemble(tables, states)
        for record in tables.values():
            record.close()
        return pack

    def _tables(self) -> dict[str, Record]:
        """The tables by path, empty for a file that there is not; none for one that can't be read."""
        tables: dict[str, Record] = {}
        for path in sorted(TABLE_PATHS):
            if path in self.files:
                node = read_yaml(path, self.files[path], self.findings)
            elif path == CAMPAIGN:
                self.findings.error(path, 1, Message("The file is missing."))
                node = None
            else:
                node = Node({}, path, 1, self.findings)
            if node is not None:
                tables[path] = Record(node)
        return tables

    def _assemble(self, tables: dict[str, Record], states: LanguageStates) -> Pack:
        campaign = tables[CAMPAIGN]
        languages = (*states.public, *states.preparing) if self.preparing else states.public
        context = _context(tables, languages, frozenset(states.listed) - {*languages})
        documents = DocumentReader(self.files, context, self.findings)
        for path in sorted(self.files.keys() - TABLE_PATHS - {REPRESENTATIVES}):
            documents.load(path)
        demands = read_all(Demand, tables, context, lambda key: {"texts": documents.demand_texts(key)})
        documents.check_demands(set(demands))
        front = read_values(Pack, campaign, context) | {"languages": languages}
        if front["picture"] is not None and front["picture"].kind == NONE:
            front["picture"] = None
        _check_slug(campaign, front["slug"])
        kinds = in_order(read_all(Kind, tables, context))
        return Pack(
            **front,
            sources=read_all(Source, tables, context),
            topics=tuple(read_all(Topic, tables, context).values()),
            comparisons=tuple(read_all(Comparison, tables, context).values()),
            facts=read_all(Fact, tables, context),
            timeline=tuple(read_all(Moment, tables, context).values()),
            organisations=tuple(read_all(Organisation, tables, context).values()),
            voices=tuple(read_all(Voice, tables, context).values()),
            supporting=tuple(read_all(SupportingOrganisation, tables, context).values()),
            partners=read_all(Partner, tables, context),
            states=context.lookups["state"].values,
            demands=demands,
            kinds=kinds,
            closings=read_all(Closing, tables, context),
            addressees=with_group_values(read_all(Addressee, tables, context), kinds),
            letters=documents.letters(),
            petition=documents.petition(),
            terms=_terms(tables, context),
            pages=documents.pages(),
            updates=documents.updates(),
            runner=_runner(campaign, context),
            meetings=tuple(read_all(Meeting, tables, context).values()),
            set_aside=tuple(read_all(SetAside, tables, context).values()),
            representatives=self.files.get(REPRESENTATIVES, ""),
        )


def _context(tables: Mapping[str, Record], languages: tuple[str, ...], ignored: frozenset[str]) -> Context:
    """The languages, and the records that facts look up."""
    plain = Context(languages, {}, ignored)
    speakers = {key: speaker.name for key, speaker in read_all(Speaker, tables, plain).items()}
    states = {**DEFAULT_STATES, **read_all(StateName, tables, plain)}
    return Context(
        languages,
        {
            "unit": Lookup(Message("unit"), read_all(Unit, tables, plain), None),
            "speaker": Lookup(Message("speaker"), speakers, dict.fromkeys(languages, "")),
            "state": Lookup(Message("state"), states, _first_open(states)),
        },
        ignored,
    )


def _first_open(states: Mapping[str, StateName]) -> StateName:
    """The state of an entry that names none."""
    return next((state for state in states.values() if state.meaning == "open"), next(iter(states.values())))


def _check_slug(campaign: Record, slug: str) -> None:
    if slug and not KEY.fullmatch(slug):
        campaign.node.error(Message("“slug” can have only lower-case letters, digits and hyphens."))
    if slug in TAKEN:
        campaign.node.error(
            Message("“%(slug)s” is an address that the site itself uses: choose another slug.", slug=slug)
        )


def _runner(campaign: Record, context: Context) -> Runner | None:
    node = campaign.find("runner")
    if node is None:
        return None
    record = Record(node)
    runner = read_record(Runner, record, context, place=place_of(record))
    record.close()
    return runner


def _terms(tables: Mapping[str, Record], context: Context) -> Terms:
    milestones = read_all(Milestone, tables, context).values()
    return read_record(
        Terms,
        tables["petition.yaml"],
        context,
        extra_fields=tuple(read_all(ExtraField, tables, context).values()),
        milestones=tuple(sorted(milestones, key=lambda milestone: milestone.count)),
        events=tuple(read_all(Event, tables, context).values()),
    )
