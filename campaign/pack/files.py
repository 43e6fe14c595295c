"""Files to a pack: one parser for the disk, the desk and the tests.

my-campaign/
  campaign.yaml         name, languages, headline, picture, states of the demands
  organisations.yaml    who asks; people whom the statement quotes
  sources.yaml          every page and document that a fact is based on
  facts.yaml            every claim, once
  timeline.yaml         what happened on which day
  addressees.yaml       offices, salutations, addresses
  demands/<key>.<language>.md
  letters/<key>.<language>.md
  pages/<key>.<language>.md
  updates/<key>.<language>.md   news; none, one or many
  petition.<language>.md
  petition.yaml         when it is open, milestones, outcome; without it nobody can sign
  photos/<hash>.jpg     photographs that petition.yaml names, as the desk wrote them
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from campaign.messages import Message
from campaign.pack.documents import NAME, DocumentReader
from campaign.pack.field_readers import Context, Lookup
from campaign.pack.findings import Findings, PackError
from campaign.pack.languages import INTERFACE
from campaign.pack.model import (
    Addressee,
    Closing,
    Comparison,
    Demand,
    Event,
    Fact,
    Kind,
    Milestone,
    Moment,
    Organisation,
    Pack,
    Source,
    Speaker,
    Terms,
    Topic,
    Unit,
    Voice,
)
from campaign.pack.photographs import PLACE
from campaign.pack.reading import Node, Record, read_yaml
from campaign.pack.records import KEY, read_all, read_record, read_values

TABLES = ("campaign", "organisations", "sources", "facts", "timeline", "addressees")
#: Optional tables.
OPTIONAL = ("petition",)
#: The paths of all tables.
TABLE_PATHS = frozenset(f"{name}.yaml" for name in (*TABLES, *OPTIONAL))
#: Paths that the site itself uses, so no campaign can have them as its slug.
TAKEN = {"desk", "embed", "health", "static"}


def place_in_pack(path: str) -> bool:
    """Whether a file with this path belongs to a pack."""
    return path in TABLE_PATHS or NAME.fullmatch(path) is not None


def read_folder(folder: Path) -> dict[str, str]:
    """The pack's texts under a folder, by their path inside it. Raises PackError for unreadable ones."""
    files, findings = {}, Findings()
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or path.name.startswith(".") or path.name.endswith("~"):
            continue
        name = path.relative_to(folder).as_posix()
        if PLACE.fullmatch(name) and not path.is_symlink():
            continue
        if path.suffix not in {".yaml", ".md"} or path.is_symlink():
            findings.error(
                name, 1, Message("A pack has only .yaml and .md files, and photos/ as a desk saved it.")
            )
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

    A missing translation is replaced by the text in another language. Such a pack is only
    for previews, never for publication.
    """
    findings = Findings()
    pack = Parser(files, findings).pack()
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
    """Reads one pack; every problem goes to `findings`, with file and line."""

    def __init__(self, files: Mapping[str, str], findings: Findings) -> None:
        self.files, self.findings = files, findings

    def pack(self) -> Pack | None:
        """The pack, or None if essential files or values are missing."""
        tables = self._tables()
        if not {f"{name}.yaml" for name in TABLES} <= tables.keys():
            return None
        languages = _languages(tables["campaign.yaml"])
        if not languages:
            return None
        tables.setdefault("petition.yaml", Record(Node({}, "petition.yaml", 1, self.findings)))
        pack = self._assemble(tables, languages)
        for record in tables.values():
            record.close()
        return pack

    def _tables(self) -> dict[str, Record]:
        tables: dict[str, Record] = {}
        for name in (*TABLES, *OPTIONAL):
            path = f"{name}.yaml"
            if path not in self.files:
                if name in TABLES:
                    self.findings.error(path, 1, Message("The file is missing."))
            elif (node := read_yaml(path, self.files[path], self.findings)) is not None:
                tables[path] = Record(node)
        return tables

    def _assemble(self, tables: dict[str, Record], languages: tuple[str, ...]) -> Pack | None:
        campaign = tables["campaign.yaml"]
        context = _context(tables, languages)
        documents = DocumentReader(self.files, context, self.findings)
        for path in sorted(self.files.keys() - TABLE_PATHS):
            documents.load(path)
        demands = read_all(Demand, tables, context, lambda key: {"texts": documents.demand_texts(key)})
        documents.check_demands(set(demands))
        if len(campaign.texts("picture")) != 2:
            campaign.node.error(
                Message("“picture” must name two facts: the whole, and the part that is set apart.")
            )
            return None
        front = read_values(Pack, campaign, context)
        _check_slug(campaign, front["slug"])
        return Pack(
            **front,
            sources=read_all(Source, tables, context),
            topics=tuple(read_all(Topic, tables, context).values()),
            comparisons=tuple(read_all(Comparison, tables, context).values()),
            facts=read_all(Fact, tables, context),
            timeline=tuple(read_all(Moment, tables, context).values()),
            organisations=tuple(read_all(Organisation, tables, context).values()),
            voices=tuple(read_all(Voice, tables, context).values()),
            demands=demands,
            kinds=read_all(Kind, tables, context),
            closings=read_all(Closing, tables, context),
            addressees=read_all(Addressee, tables, context),
            letters=documents.letters(),
            petition=documents.petition(),
            terms=_terms(tables, context),
            pages=documents.pages(),
            updates=documents.updates(),
        )


def _languages(campaign: Record) -> tuple[str, ...]:
    languages = campaign.texts("languages")
    for language in languages:
        if language not in INTERFACE:
            names = ", ".join(INTERFACE)
            campaign.node.error(
                Message(
                    "The language “%(language)s” is not one of %(names)s.", language=language, names=names
                )
            )
            return ()
    if not languages:
        campaign.node.error(Message("“%(key)s” is missing.", key="languages"))
    return languages


def _context(tables: Mapping[str, Record], languages: tuple[str, ...]) -> Context:
    """The languages, and the records that facts look up."""
    plain = Context(languages, {})
    speakers = {key: speaker.name for key, speaker in read_all(Speaker, tables, plain).items()}
    return Context(
        languages,
        {
            "unit": Lookup(Message("unit"), read_all(Unit, tables, plain), None),
            "speaker": Lookup(Message("speaker"), speakers, dict.fromkeys(languages, "")),
        },
    )


def _check_slug(campaign: Record, slug: str) -> None:
    if slug and not KEY.fullmatch(slug):
        campaign.node.error(Message("“slug” can have only lower-case letters, digits and hyphens."))
    if slug in TAKEN:
        campaign.node.error(
            Message("“%(slug)s” is an address that the site itself uses: choose another slug.", slug=slug)
        )


def _terms(tables: Mapping[str, Record], context: Context) -> Terms:
    milestones = read_all(Milestone, tables, context).values()
    return read_record(
        Terms,
        tables["petition.yaml"],
        context,
        milestones=tuple(sorted(milestones, key=lambda milestone: milestone.count)),
        events=tuple(read_all(Event, tables, context).values()),
    )
