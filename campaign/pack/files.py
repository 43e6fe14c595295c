"""Files to a pack: one parser for the disk, the desk and the tests.

my-campaign/
  campaign.yaml         name, languages, headline, picture, states of the demands
  organisations.yaml    who asks; people whom the statement quotes
  sources.yaml          every page and document that a fact rests on
  facts.yaml            every claim, once
  timeline.yaml         what happened on which day
  addressees.yaml       offices, salutations, addresses
  demands/<key>.<language>.md
  letters/<key>.<language>.md
  pages/<key>.<language>.md
  updates/<key>.<language>.md   what is new; none, one or many
  petition.<language>.md
  petition.yaml         when it is open, milestones, what became of it; without it nobody can sign
  photos/<hash>.jpg     photographs that petition.yaml names, as a desk wrote them
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from campaign.messages import Message
from campaign.pack import time_zones
from campaign.pack.findings import UNTRANSLATED, Findings, PackError, did_you_mean
from campaign.pack.languages import INTERFACE, QUALIFIERS, Day, typography
from campaign.pack.model import (
    Addressee,
    Closing,
    Comparison,
    Demand,
    DemandText,
    Event,
    Fact,
    Holder,
    Kind,
    LetterTemplate,
    LetterText,
    Milestone,
    Moment,
    Organisation,
    Pack,
    Place,
    Postal,
    Prose,
    Salutation,
    Source,
    State,
    Terms,
    Text,
    Topic,
    Unit,
    Update,
    Voice,
    Words,
)
from campaign.pack.photographs import PLACE, read_name
from campaign.pack.reading import WEB_ADDRESS, Document, Node, Record, Section, read_document, read_yaml

TABLES = ("campaign", "organisations", "sources", "facts", "timeline", "addressees")
#: A table that a pack may do without.
OPTIONAL = ("petition",)
NEEDED_PAGES = ("about", "privacy", "sending", "at-risk")
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: Addresses of the site's own, which no campaign can have.
TAKEN = {"desk", "embed", "health", "static"}
STATES = {"not-met", "partly-met", "met"}
FORMS = {"woman", "man", "unknown"}
EVENTS = {"handed-over", "answered", "other"}

_NAME = re.compile(
    r"(?:(?P<room>demands|letters|pages|updates)/(?P<key>[a-z0-9-]+)|(?P<petition>petition))"
    r"\.(?P<language>[a-z]{2})\.md"
)

T = TypeVar("T")


def place_in_pack(path: str) -> bool:
    """Whether a file of this path belongs to a pack."""
    return path in {f"{name}.yaml" for name in (*TABLES, *OPTIONAL)} or _NAME.fullmatch(path) is not None


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
    """The pack of a draft and what is wrong with it; None unless only translations are missing.

    Where a translation is missing, the text stands there in another language. Such a pack is
    for looking at, never for publishing.
    """
    findings = Findings()
    pack = Parser(files, findings).pack()
    return (pack if findings.whole else None), findings


def parse(files: Mapping[str, str]) -> Pack:
    """The pack that the files make. Pure: no clock, no disk, no database.

    Raises PackError with every finding if they do not make one. What is merely doubtful
    is left to `check.check`.
    """
    findings = Findings()
    pack = Parser(files, findings).pack()
    if pack is None or findings.errors:
        raise PackError(findings.errors)
    return pack


class Parser:
    """Reads one pack; every fault goes to `findings`, with file and line."""

    def __init__(self, files: Mapping[str, str], findings: Findings) -> None:
        self.files, self.findings = files, findings
        self.languages: tuple[str, ...] = ()

    def pack(self) -> Pack | None:
        tables: dict[str, Record] = {}
        for name in (*TABLES, *OPTIONAL):
            path = f"{name}.yaml"
            if path not in self.files:
                if name in TABLES:
                    self.findings.error(path, 1, Message("The file is missing."))
            elif (node := read_yaml(path, self.files[path], self.findings)) is not None:
                tables[name] = Record(node)
        if not set(tables) >= set(TABLES):
            return None
        self.languages = self._languages(tables["campaign"])
        if not self.languages:
            return None
        made = self._assemble(tables)
        for record in tables.values():
            record.close()
        return made

    def _languages(self, record: Record) -> tuple[str, ...]:
        languages = record.texts("languages")
        for language in languages:
            if language not in INTERFACE:
                names = ", ".join(INTERFACE)
                wrong = Message(
                    "The language “%(language)s” is not one of %(names)s.", language=language, names=names
                )
                record.node.error(wrong)
                return ()
        if not languages:
            record.node.error(Message("“%(key)s” is missing.", key="languages"))
        return languages

    def _assemble(self, tables: dict[str, Record]) -> Pack | None:
        campaign, who = tables["campaign"], tables["organisations"]
        facts, addressees = tables["facts"], tables["addressees"]
        units = self._keyed(facts, "units", self._unit)
        speakers = self._keyed(facts, "speakers", lambda r, _: self._words(r, "name"))
        documents = self._documents()
        demands = self._keyed(campaign, "demands", lambda r, k: self._demand(r, k, documents))
        self._strangers(documents, set(demands))
        picture = campaign.texts("picture")
        if len(picture) != 2:
            campaign.node.error(
                Message("“picture” must name two facts: the whole, and the part that is set apart.")
            )
            return None
        return Pack(
            slug=self._slug(campaign),
            languages=self.languages,
            name=self._words(campaign, "name"),
            accent=self._words(campaign, "accent"),
            kicker=self._words(campaign, "kicker"),
            headline=self._words(campaign, "headline"),
            lead=self._prose(campaign, "lead"),
            statement=campaign.text("statement"),
            countries_at_risk=campaign.texts("countries-at-risk"),
            awaiting_review=campaign.texts("awaiting-review"),
            second_reader=campaign.flag("second-reader"),
            time_zone=self._time_zone(campaign),
            picture=(picture[0], picture[1]),
            picture_note=self._prose(campaign, "picture-note"),
            key_figures=campaign.texts("key-figures"),
            sources=self._keyed(tables["sources"], "sources", self._source),
            topics=tuple(self._keyed(facts, "topics", self._topic).values()),
            comparisons=tuple(self._keyed(facts, "comparisons", self._comparison).values()),
            facts=self._keyed(facts, "facts", lambda r, k: self._fact(r, k, units, speakers)),
            timeline=tuple(self._keyed(tables["timeline"], "timeline", self._moment).values()),
            organisations=tuple(self._keyed(who, "organisations", self._organisation).values()),
            voices=tuple(self._keyed(who, "voices", self._voice).values()),
            demands=demands,
            kinds=self._keyed(addressees, "kinds", self._kind),
            closings=self._keyed(addressees, "closings", self._closing),
            addressees=self._keyed(addressees, "addressees", self._addressee),
            letters=self._letters(documents),
            petition=self._texts("petition", documents.get(("petition", "petition"), {})),
            terms=self._terms(tables["petition"]) if "petition" in tables else Terms(),
            pages=self._pages(documents),
            updates=self._updates(documents),
        )

    # helpers

    def _slug(self, record: Record) -> str:
        slug = record.text("slug")
        if slug and not KEY.fullmatch(slug):
            record.node.error(Message("“slug” can have only lower-case letters, digits and hyphens."))
        if slug in TAKEN:
            record.node.error(
                Message("“%(slug)s” is an address that the site itself uses: choose another slug.", slug=slug)
            )
        return slug

    def _time_zone(self, record: Record) -> ZoneInfo:
        node = record.find("time-zone")
        if node is None or not (name := node.text().strip()):
            return time_zones.UTC
        zone = time_zones.named(name)
        if zone is None:
            unknown = Message("Unknown time zone “%(name)s”.", name=name)
            node.error(unknown.with_hint(did_you_mean(name, time_zones.names())))
        return zone or time_zones.UTC

    def _keyed(self, record: Record, key: str, make: Callable[[Record, str], T]) -> dict[str, T]:
        """A list of records, each with its `key`, as a map in the order of the file."""
        made: dict[str, T] = {}
        if record.need(key) is None:
            return made
        for entry in record.records(key):
            name = entry.text("key")
            if not KEY.fullmatch(name):
                entry.node.error(
                    Message(
                        "The key “%(key)s” can have only lower-case letters, digits and hyphens.", key=name
                    )
                )
            elif name in made:
                entry.node.error(Message("The key “%(key)s” appears twice.", key=name))
            made[name] = make(entry, name)
        return made

    def _words(self, record: Record, key: str, optional: bool = False) -> Words:
        """A text in all languages: a map, or one text that is the same in each."""
        node = record.find(key) if optional else record.need(key)
        return self._words_of(node, key) if node is not None else dict.fromkeys(self.languages, "")

    def _words_of(self, node: Node, key: str) -> Words:
        if isinstance(node.value, str):
            return dict.fromkeys(self.languages, node.value.strip())
        words = {}
        for language, text in node.fields(set(self.languages)).items():
            words[language] = typography(text.text().strip(), language)
        there = next((words[code] for code in self.languages if words.get(code)), "")
        for language in self.languages:
            if not words.get(language):
                missing = Message("“%(key)s” is missing in “%(language)s”.", key=key, language=language)
                node.error(missing, UNTRANSLATED if there else "")
                words[language] = there
        return words

    def _prose(self, record: Record, key: str) -> dict[str, Prose]:
        node = record.need(key)
        if node is None:
            return {}
        words = self._words_of(node, key)
        lines = node.value if isinstance(node.value, dict) else {}
        return {
            language: Prose(text, Place(node.path, lines[language].line if language in lines else node.line))
            for language, text in words.items()
        }

    def _place(self, record: Record) -> Place:
        return Place(record.node.path, record.node.line)

    def _day(self, record: Record, key: str) -> Day | None:
        read: Callable[[str], Day | None] = Day.read
        return record.convert(key, read, None, _not_a_date)

    # tables

    def _source(self, record: Record, key: str) -> Source:
        return Source(
            key=key,
            publisher=self._words(record, "publisher"),
            title=self._words(record, "title"),
            date=self._day(record, "date"),
            about=record.flag("about"),
            url=self._url(record, "url"),
            note=self._words(record, "note", optional=True),
            place=self._place(record),
        )

    def _terms(self, record: Record) -> Terms:
        def day(key: str) -> date | None:
            return record.convert(key, _whole_day, None, _not_a_day)

        milestones = self._keyed(record, "milestones", self._milestone) if record.find("milestones") else {}
        events = self._keyed(record, "events", self._event) if record.find("events") else {}
        return Terms(
            opens=day("opens"),
            closes=day("closes"),
            erase_on=day("erase-on"),
            names=record.flag("names", True),
            neutral_mail=record.flag("neutral-mail"),
            milestones=tuple(sorted(milestones.values(), key=lambda one: one.count)),
            events=tuple(event for event in events.values() if event is not None),
        )

    def _milestone(self, record: Record, key: str) -> Milestone:
        count = record.convert("count", _count, 0, _not_a_count)
        return Milestone(key, count, self._words(record, "words", optional=True))

    def _event(self, record: Record, key: str) -> Event | None:
        day = self._day(record, "date")
        if day is None:
            record.node.error(Message("“%(key)s” is missing.", key="date"))
        what = record.choice("what", EVENTS, "other")
        words, source = self._words(record, "words"), record.text("source", "")
        where, to, answer = (self._words(record, one, optional=True) for one in ("where", "to", "answer"))
        photo = record.convert("photo", read_name, "", _not_a_photograph)
        photo_of = self._words(record, "photo-of", optional=not photo)
        photo_by = record.text("photo-by", "")
        if day is None:
            return None
        told = (where, to, answer, photo, photo_of, photo_by)
        return Event(key, what, day, words, source, *told, self._place(record))

    def _url(self, record: Record, key: str) -> str:
        url = record.text(key, "")
        if url and not WEB_ADDRESS.fullmatch(url):
            record.node.error(
                Message("“%(key)s” is not a web address that begins with http:// or https://.", key=key)
            )
        return url

    def _unit(self, record: Record, key: str) -> Unit:
        plain: dict[str, dict[str, str]] = {}
        genitive: dict[str, dict[str, str]] = {}
        for language in self.languages:
            plain[language] = self._forms(record, language, needed=True)
            if forms := self._forms(record, f"{language}-genitive", needed=False):
                genitive[language] = forms
        return Unit(key, plain, genitive)

    def _forms(self, record: Record, key: str, needed: bool) -> dict[str, str]:
        node = record.need(key) if needed else record.find(key)
        if node is None:
            return {"other": ""} if needed else {}
        if isinstance(node.value, str):
            return {"other": node.value}
        forms = {name: form.text() for name, form in node.fields({"one", "few", "many", "other"}).items()}
        if "other" not in forms:
            node.error(Message("The form “%(form)s” is missing.", form="other"))
        return {"other": "", **forms}

    def _topic(self, record: Record, key: str) -> Topic:
        return Topic(key, self._words(record, "title"))

    def _comparison(self, record: Record, key: str) -> Comparison:
        return Comparison(key, self._words(record, "title"), self._words(record, "note"), self._place(record))

    def _fact(self, record: Record, key: str, units: dict[str, Unit], speakers: dict[str, Words]) -> Fact:
        unit = record.text("unit", "")
        if unit and unit not in units:
            wrong = Message("Unknown %(what)s “%(key)s”.", what=Message("unit"), key=unit)
            record.node.error(wrong.with_hint(did_you_mean(unit, units)))
        speaker = record.text("said-by")
        if speaker and speaker not in speakers:
            wrong = Message("Unknown %(what)s “%(key)s”.", what=Message("speaker"), key=speaker)
            record.node.error(wrong.with_hint(did_you_mean(speaker, speakers)))
        return Fact(
            key=key,
            topic=record.text("topic"),
            label=self._words(record, "label"),
            claim=self._words(record, "claim"),
            said_by=speakers.get(speaker, dict.fromkeys(self.languages, "")),
            sources=self._sources(record),
            as_of=self._day(record, "as-of"),
            value=record.convert("value", _decimal, None, _not_a_number),
            qualifier=record.choice("qualifier", set(QUALIFIERS), "exactly"),
            unit=units.get(unit),
            quote=self._words(record, "quote", optional=True),
            quote_language=record.text("quote-language", ""),
            compare=record.text("compare", ""),
            checked_on=self._day(record, "checked-on"),
            place=self._place(record),
        )

    def _sources(self, record: Record) -> tuple[str, ...]:
        node = record.need("source")
        if node is None:
            return ("",)
        return (node.text(),) if isinstance(node.value, str) else (node.texts() or ("",))

    def _moment(self, record: Record, key: str) -> Moment:
        day = self._day(record, "date")
        if day is None:
            record.node.error(Message("“%(key)s” is missing.", key="date"))
        return Moment(
            key=key,
            date=day or Day(1),
            text=self._words(record, "text"),
            sources=self._sources(record),
            stated=record.flag("stated"),
            place=self._place(record),
        )

    def _organisation(self, record: Record, key: str) -> Organisation:
        return Organisation(
            key=key,
            acronym=self._words(record, "acronym"),
            name=self._words(record, "name"),
            role=self._words(record, "role"),
            website=self._url(record, "website"),
            asks=record.flag("asks"),
            own_rendering=record.texts("own-rendering"),
            place=self._place(record),
        )

    def _voice(self, record: Record, key: str) -> Voice:
        return Voice(
            key=key,
            name=self._words(record, "name"),
            title=self._words(record, "title"),
            says=self._words(record, "says"),
            place=self._place(record),
        )

    def _demand(self, record: Record, key: str, documents: Documents) -> Demand:
        states = tuple(self._state(entry) for entry in record.records("states"))
        if not states:
            record.node.error(
                Message("“states” is missing: how far the demand has been met, and since when.")
            )
        texts = {
            language: DemandText(
                title=document.head.text("title"),
                summary=document.head.text("summary"),
                sections={s.key: _section(document, s) for s in document.sections},
                place=Place(document.path, 1),
            )
            for language, document in self._translated("demands", key, documents).items()
        }
        return Demand(key, states, record.texts("facts"), texts, self._place(record))

    def _state(self, record: Record) -> State:
        return State(
            state=record.choice("state", STATES, "not-met"),
            date=self._day(record, "date") or Day(1),
            reason=self._words(record, "reason"),
            source=record.text("source"),
            place=self._place(record),
        )

    def _kind(self, record: Record, key: str) -> Kind:
        words = self._words(record, "title"), record.flag("abroad")
        return Kind(key, *words, requirement=self._words(record, "requirement", optional=True))

    def _closing(self, record: Record, key: str) -> Closing:
        words = self._words(record, "words")
        together = self._words(record, "together") if record.find("together") else words
        return Closing(words, together)

    def _addressee(self, record: Record, key: str) -> Addressee:
        title = self._words(record, "title")
        to = self._words(record, "to") if record.find("to") else title
        return Addressee(
            key=key,
            kind=record.text("kind"),
            enabled=record.flag("enabled", True),
            title=title,
            to=to,
            letter=record.text("letter"),
            salutation=self._salutation(record),
            form=record.choice("form", FORMS, "unknown"),
            holder=self._holder(record.find("holder")),
            closing=record.text("closing"),
            address=self._postal(record.find("address")),
            country=record.text("country", ""),
            by_country={code: p for code, p in self._by_country(record).items() if p},
            for_countries=record.texts("for-countries"),
            email=record.text("email", ""),
            website=self._url(record, "website"),
            reads=record.texts("reads"),
            checked_on=self._day(record, "checked-on"),
            sources=record.texts("sources"),
            note=self._words(record, "note", optional=True),
            place=self._place(record),
        )

    def _salutation(self, record: Record) -> dict[str, Salutation]:
        node = record.need("salutation")
        forms: dict[str, Salutation] = {}
        if node is None:
            return forms
        fields = node.fields(set(self.languages))
        for language in self.languages:
            if language not in fields:
                missing = Message(
                    "“%(key)s” is missing in “%(language)s”.", key="salutation", language=language
                )
                node.error(missing, UNTRANSLATED if forms else "")
                forms[language] = next(iter(forms.values()), Salutation("", "", ""))
                continue
            entry = fields[language]
            if isinstance(entry.value, str):
                forms[language] = Salutation(typography(entry.value, language), "", "")
                continue
            texts = {name: form.text() for name, form in entry.fields(FORMS).items()}
            if "unknown" not in texts:
                entry.error(Message("The form “%(form)s” is missing.", form="unknown"))
            forms[language] = Salutation(*(texts.get(f, "") for f in ("unknown", "woman", "man")))
        return forms

    def _holder(self, node: Node | None) -> Holder | None:
        if node is None:
            return None
        record = Record(node)
        holder = Holder(record.text("name"), self._day(record, "as-of"), record.text("source", ""))
        record.close()
        return holder

    def _postal(self, node: Node | None) -> Postal | None:
        if node is None:
            return None
        record = Record(node)
        lines = record.texts("lines")
        if not lines:
            node.error(Message("“lines” is missing: the address, line by line, without the country."))
        inner = record.find("local")
        local = {code: lines.texts() for code, lines in inner.fields().items()} if inner else {}
        record.close()
        return Postal(lines, local)

    def _by_country(self, record: Record) -> dict[str, Postal | None]:
        node = record.find("by-country")
        return {code: self._postal(entry) for code, entry in node.fields().items()} if node else {}

    # documents

    def _documents(self) -> Documents:
        documents: Documents = {}
        for path in sorted(self.files):
            if path in {f"{name}.yaml" for name in (*TABLES, *OPTIONAL)}:
                continue
            name = _NAME.fullmatch(path)
            if name is None:
                self.findings.error(path, 1, Message("This file does not belong in a pack."))
                continue
            if name["language"] not in self.languages:
                wrong = Message("“%(key)s” is not a language of this pack.", key=name["language"])
                self.findings.error(path, 1, wrong)
                continue
            text = typography(self.files[path], name["language"])
            document = read_document(path, text, self.findings)
            if document is not None:
                room = (name["room"] or "petition", name["key"] or "petition")
                documents.setdefault(room, {})[name["language"]] = document
        return documents

    def _translated(self, room: str, key: str, documents: Documents) -> dict[str, Document]:
        """The document in every language; a finding for each that is missing."""
        found = documents.get((room, key), {})
        there = next((found[code] for code in self.languages if code in found), None)
        out = {}
        for language in self.languages:
            if language not in found:
                path = f"{room}/{key}.{language}.md" if room != "petition" else f"petition.{language}.md"
                if path not in self.files:
                    missing = Message("The file is missing.")
                    self.findings.error(path, 1, missing, UNTRANSLATED if there else "")
            if document := found.get(language, there):
                out[language] = document
        return out

    def _strangers(self, documents: Documents, demands: set[str]) -> None:
        for (room, key), by_language in documents.items():
            if room == "demands" and key not in demands:
                path = next(iter(by_language.values())).path
                wrong = Message("There is no demand “%(key)s” in campaign.yaml.", key=key)
                self.findings.error(path, 1, wrong.with_hint(did_you_mean(key, demands)))

    def _letters(self, documents: Documents) -> dict[str, LetterTemplate]:
        keys = sorted({key for room, key in documents if room == "letters"})
        if not keys:
            self.findings.error("letters", 1, Message("There is no letter template."))
        return {
            key: LetterTemplate(
                key,
                {
                    language: self._letter(document)
                    for language, document in self._translated("letters", key, documents).items()
                },
            )
            for key in keys
        }

    def _letter(self, document: Document) -> LetterText:
        known = {"opening", "facts", "duty", "ask", "later", "reply", "postcard", "open-letter", "prompts"}
        for section in document.sections:
            if section.key not in known:
                wrong = Message("Unknown %(what)s “%(key)s”.", what=Message("part"), key=section.key)
                hint = did_you_mean(section.key, known)
                self.findings.error(document.path, section.line, wrong.with_hint(hint))
        for needed in ("opening", "facts", "reply"):
            if not document.of(needed):
                missing = Message("The part “%(part)s” is missing.", part=f"## {needed}")
                self.findings.error(document.path, 1, missing)
        asks = document.of("ask")
        asking = tuple(_section(document, s) for s in asks if not s.argument)
        if not asking:
            self.findings.error(document.path, 1, Message("The part “%(part)s” is missing.", part="## ask"))
        for once in ("postcard", "open-letter", "prompts"):
            for again in document.of(once)[1:]:
                twice = Message("The part “%(part)s” appears twice.", part=f"## {once}")
                self.findings.error(document.path, again.line - 2, twice)
        prompts = document.of("prompts")
        text = LetterText(
            name=document.head.text("name"),
            subject=document.head.text("subject"),
            openings=_sections(document, "opening"),
            facts=_sections(document, "facts"),
            duty=_sections(document, "duty"),
            asking=asking,
            asks={s.argument: _section(document, s) for s in asks if s.argument},
            later=_sections(document, "later"),
            replies=_sections(document, "reply"),
            postcard=next(iter(_sections(document, "postcard")), None),
            together=next(iter(_sections(document, "open-letter")), None),
            prompts=_list_items(prompts[0].text) if prompts else (),
            place=Place(document.path, 1),
        )
        document.head.close()
        return text

    def _texts(self, room: str, by_language: dict[str, Document]) -> dict[str, Text]:
        if room == "petition":
            by_language = self._translated("petition", "petition", {("petition", "petition"): by_language})
        texts = {}
        for language, document in by_language.items():
            texts[language] = Text(
                title=document.head.text("title"),
                summary=document.head.text("summary"),
                body=Prose(document.text, Place(document.path, document.line)),
            )
            document.head.close()
        return texts

    def _updates(self, documents: Documents) -> dict[str, Update]:
        """The updates, the newest first; each has one date, whatever the language."""
        made = []
        for key in sorted({key for room, key in documents if room == "updates"}):
            by_language = self._translated("updates", key, documents)
            days = {code: self._day(document.head, "date") for code, document in by_language.items()}
            first = next(iter(by_language.values()))
            day = next(iter(days.values()))
            for code, document in by_language.items():
                if days[code] is None or days[code] != day:
                    document.head.node.error(
                        Message("“date” must be the same in every language, such as 2022-01-05.")
                    )
            texts = self._texts("updates", by_language)
            made.append(Update(key, day or Day(1), texts, Place(first.path, 1)))
        return {one.key: one for one in sorted(made, key=lambda one: (one.date, one.key), reverse=True)}

    def _pages(self, documents: Documents) -> dict[str, Mapping[str, Text]]:
        keys = sorted({key for room, key in documents if room == "pages"} | set(NEEDED_PAGES))
        return {key: self._texts("pages", self._translated("pages", key, documents)) for key in keys}


Documents = dict[tuple[str, str], dict[str, Document]]


def _not_a_date(text: str) -> Message:
    return Message("“%(text)s” is not a date like 2022-01-05, 2022-01 or 2022.", text=text)


def _not_a_day(text: str) -> Message:
    return Message("“%(text)s” is not a date like 2022-01-05.", text=text)


def _not_a_count(text: str) -> Message:
    return Message("“%(text)s” is not a whole number above 0.", text=text)


def _not_a_number(text: str) -> Message:
    return Message("“%(text)s” is not a number.", text=text)


def _not_a_photograph(text: str) -> Message:
    return Message("“%(text)s” is not the name of a photograph: add the photograph at the desk.", text=text)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None


def _section(document: Document, section: Section) -> Prose:
    return Prose(section.text, Place(document.path, section.line))


def _sections(document: Document, key: str) -> tuple[Prose, ...]:
    return tuple(_section(document, section) for section in document.of(key))


def _list_items(text: str) -> tuple[str, ...]:
    return tuple(line[2:].strip() for line in text.split("\n") if line.startswith("- "))


def _whole_day(text: str) -> date:
    return date.fromisoformat(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0 or len(text) > 9:
        raise ValueError(text)
    return int(text)
