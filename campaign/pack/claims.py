"""Every statement of a pack with its sources, and where in them: a table for somebody who checks facts.

A statement is a fact, a moment, a state of a demand, what a quoted person says, and each line of a text that
has a number, a quotation or a law in it, or that cites a fact or a source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from campaign.languages.data import language as language_data
from campaign.pack import wording
from campaign.pack.model import Fact, Pack, Prose, Source

_MARK = re.compile(r"\{\{\s*(?P<kind>fact|source)\.(?P<key>[a-z0-9-]+)(?:\.(?P<field>[a-z_]+))?[^}]*\}\}")
_OTHER_MARK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
#: What makes no statement of a line: its number in a list, a year, an objection that is only supposed.
_NO_STATEMENT = re.compile(r"^\d+\.\s|\b(?:19|20)\d\d\b|\*\*[^*]*\*\*")


@dataclass(frozen=True, slots=True)
class Basis:
    """The key of a source, and the place in it."""

    source: str
    where: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement: its place in the pack, its words, who says so, and what it rests on."""

    place: str
    text: str
    speaker: str
    bases: tuple[Basis, ...]


def claims(pack: Pack, language: str) -> Iterator[Claim]:
    """Every statement of a pack in a language, in the order of its files."""
    for fact in pack.facts.values():
        yield Claim(f"fact {fact.key}", fact.sentence(language), fact.speaker(language), _of_fact(pack, fact))
    for moment in pack.timeline:
        bases = _of_sources(pack, moment.sources)
        yield Claim(
            f"moment {moment.key}", f"{moment.date.show(language)}: {moment.text[language]}", "", bases
        )
    for key, demand in pack.demands.items():
        for state in demand.states:
            yield Claim(f"state of {key}", state.reason[language], "", _of_sources(pack, (state.source,)))
    for voice in pack.voices:
        bases = _of_sources(pack, (pack.statement,))
        yield Claim(f"voice {voice.key}", voice.says[language], voice.name[language], bases)
    for place, prose in _texts(pack, language):
        yield from _in_text(pack, place, prose, language)


def _texts(pack: Pack, language: str) -> Iterator[tuple[str, Prose]]:
    """The texts of a pack, each with the file that it is in."""
    for texts in (pack.lead, pack.picture_note):
        if language in texts:
            yield "campaign.yaml", texts[language]
    proses: list[Prose] = [pack.petition[language].body] if pack.petition else []
    proses += [
        prose for demand in pack.demands.values() for prose in demand.texts[language].sections.values()
    ]
    proses += [prose for template in pack.letters.values() for prose in template.texts[language].parts()]
    proses += [texts[language].body for texts in pack.pages.values()]
    proses += [update.texts[language].body for update in pack.updates.values() if language in update.texts]
    yield from ((prose.place.path, prose) for prose in proses)


def _in_text(pack: Pack, place: str, prose: Prose, language: str) -> Iterator[Claim]:
    for number, line in enumerate(prose.text.split("\n"), prose.place.line):
        bases = tuple(dict.fromkeys((*_cited(pack, line), *_named(pack, line, language))))
        if bases or _is_statement(line, language, quotations=not place.startswith("pages/")):
            yield Claim(f"{place}:{number}", _readable(pack, line, language), "", bases)


def _is_statement(line: str, language: str, quotations: bool) -> bool:
    """Whether a line has a number or a quotation. On pages, quotation marks also name parts of the site."""
    bare = _NO_STATEMENT.sub("", _OTHER_MARK.sub("", line))
    opening = language_data(language).line("text", "quotation")[0].strip()
    return bool(re.search(r"\d", bare)) or (quotations and opening in bare)


def _cited(pack: Pack, line: str) -> Iterator[Basis]:
    """What the marks of a line rest on."""
    for match in _MARK.finditer(line):
        if match["kind"] == "fact" and match["key"] in pack.facts:
            yield from _of_fact(pack, pack.facts[match["key"]])
        elif match["kind"] == "source" and match["key"] in pack.sources:
            yield from _of_sources(pack, (match["key"],))


def _named(pack: Pack, line: str, language: str) -> Iterator[Basis]:
    """Treaties and laws that a line names."""
    low = line.lower()
    for source in pack.sources.values():
        if (name := source.cited_as.get(language, "").lower()) and name in low:
            yield Basis(source.key, source.where)


def _of_fact(pack: Pack, fact: Fact) -> tuple[Basis, ...]:
    """The sources of a fact; the place that it names is in the first of them."""
    first, *others = _of_sources(pack, fact.sources)
    return (Basis(first.source, fact.where or first.where), *others)


def _of_sources(pack: Pack, keys: Iterable[str]) -> tuple[Basis, ...]:
    return tuple(Basis(key, pack.sources[key].where) for key in keys if key)


def _readable(pack: Pack, line: str, language: str) -> str:
    """A line with its facts filled in, without what only a letter knows."""
    text = _OTHER_MARK.sub(lambda match: match[0] if _MARK.fullmatch(match[0]) else " ", line)
    rendered = wording.without_notes(wording.render(pack, text, language))
    return re.sub(r"\s+", " ", rendered).strip()


def as_markdown(pack: Pack, language: str) -> str:
    """The statements as a table."""
    lines = [
        "| # | In the pack | Statement | Who says so | Source | Where in the source |",
        "|---|---|---|---|---|---|",
    ]
    for number, claim in enumerate(claims(pack, language), 1):
        sources = "; ".join(_named_source(pack.sources[basis.source], language) for basis in claim.bases)
        where = "; ".join(basis.where for basis in claim.bases)
        cells = (str(number), claim.place, claim.text, claim.speaker, sources, where)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _named_source(source: Source, language: str) -> str:
    dated = f", {source.date.show(language)}" if source.date else ""
    name = f"{source.publisher[language]}: {source.title[language]}{dated}"
    return f"[{name}]({source.url})" if source.url else name
