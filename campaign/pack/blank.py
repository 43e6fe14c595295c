"""A new campaign: a complete pack with placeholders for the texts.

Text that an organiser has to write is between ‹ and ›, and the checker reports every such place
(`unwritten.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from campaign.languages.data import exists, installed
from campaign.languages.numbers import examples, plural_classes
from campaign.pack import yaml_text

#: Marks around text to be written. They are quotation marks as well: `unwritten.py` tells them apart.
TO_WRITE = ("‹", "›")


@dataclass(frozen=True, slots=True)
class Answers:
    """The five answers that a new pack is made from, and the slug.

    `letters` and `petition`: what supporters will be able to do.
    """

    slug: str
    languages: tuple[str, ...]
    name: str
    organisation: str
    statement: str
    demand: str
    letters: bool = True
    petition: bool = True


def blank(answers: Answers, today: date) -> dict[str, str]:
    """The files of a new pack, by path. Raises ValueError for a language that the interface lacks."""
    unknown = [code for code in answers.languages if not exists(code)]
    if unknown or not answers.languages:
        raise ValueError(
            f"Languages are codes such as {', '.join(installed()[:4])}, not “{' '.join(unknown)}”."
        )
    new_pack = _Blank(answers, today)
    return {**new_pack.tables(), **new_pack.texts()}


def _placeholder(words: str) -> str:
    return f"{TO_WRITE[0]}{words}{TO_WRITE[1]}"


class _Blank:
    def __init__(self, answers: Answers, today: date) -> None:
        self.answers, self.today = answers, today

    def each(self, text: str, written: bool = False) -> str:
        """A text in every language as YAML: as given in the first language, a placeholder in the others."""
        first_language, *other_languages = self.answers.languages
        words = {
            first_language: text if written else _placeholder(text),
            **{code: _placeholder(text) for code in other_languages},
        }
        return (
            "{"
            + ", ".join(f"{code}: {yaml_text.scalar(wording, True)}" for code, wording in words.items())
            + "}"
        )

    def tables(self) -> dict[str, str]:
        tables = {
            "campaign.yaml": self._campaign(),
            "organisations.yaml": self._organisations(),
            "sources.yaml": self._sources(),
            "facts.yaml": self._facts(),
            "timeline.yaml": "timeline: []\n",
        }
        if self.answers.letters:
            tables["addressees.yaml"] = self._addressees()
        if self.answers.petition:
            terms = ("names: yes", "neutral-mail: no", "milestones: []", "events: []")
            tables["petition.yaml"] = _lines(*terms)
        return tables

    def _campaign(self) -> str:
        return _lines(
            f"slug: {self.answers.slug}",
            f"languages: [{', '.join(self.answers.languages)}]",
            "statement: statement",
            "countries-at-risk: []",
            "# Until the name is written, this is a trial: nobody can sign on a server in production.",
            "runner:",
            f"  name: {self.each('name of the organisation that runs this site')}",
            "  # one-of-them, asked-by-them or independent: its relation to those who make the demands.",
            "  relation: independent",
            f"  address: [{_quoted('its postal address, line by line')}]",
            "  # Sums of how often forms are opened, begun and finished, without anything about the visitor.",
            "  counts-visits: yes",
            f"name: {self.each(self.answers.name, written=True)}",
            f"accent: {self.each(self.answers.name, written=True)}",
            f"kicker: {self.each('place and time')}",
            f"headline: {self.each('what is wrong, in one sentence')}",
            f"lead: {self.each('what happened, and what a reader can do')}",
            "# One mark for each: the whole, and a part of it. Or none, number, bars, timeline, photograph.",
            "picture: {kind: marks, facts: [whole, part]}",
            f"picture-note: {self.each('what one mark stands for, and who says so')}",
            "key-figures: [whole]",
            "demands:",
            "- key: first-demand",
            "  facts: [whole]",
            "  states:",
            "  - state: not-met",
            f"    date: {self.today.isoformat()}",
            "    source: statement",
            f"    reason: {self.each('why it is not met')}",
        )

    def _organisations(self) -> str:
        return _lines(
            "organisations:",
            "- key: organisation",
            "  asks: yes",
            f"  acronym: {self.each(self.answers.organisation, written=True)}",
            f"  name: {self.each(self.answers.organisation, written=True)}",
            f"  role: {self.each('what it does here')}",
            "voices: []",
        )

    def _sources(self) -> str:
        return _lines(
            "sources:",
            "- key: statement",
            f"  publisher: {self.each(self.answers.organisation, written=True)}",
            f"  title: {self.each(self.answers.statement, written=True)}",
            f"  date: {self.today.isoformat()}",
        )

    def _facts(self) -> str:
        return _lines(
            "topics:",
            f"- {{key: first-topic, title: {self.each('a heading of the record')}}}",
            "comparisons: []",
            "units:",
            "- key: unit",
            *(
                "  {}: {{{}}}".format(
                    code, ", ".join(f"{name}: {_counted(name, code)}" for name in plural_classes(code))
                )
                for code in self.answers.languages
            ),
            "speakers:",
            f"- {{key: organisation, name: {self.each(self.answers.organisation, written=True)}}}",
            "facts:",
            *self._fact("whole", 2, "a figure"),
            *self._fact("part", 1, "a part of it"),
        )

    def _addressees(self) -> str:
        return _lines(
            "kinds:",
            f"- {{key: office, title: {self.each('a group of offices')}}}",
            "closings:",
            f"- {{key: official, words: {self.each('closing words,')}}}",
            "addressees:",
            "- key: first-office",
            "  kind: office",
            f"  title: {self.each('the office')}",
            "  letter: first-letter",
            f"  salutation: {self.each('salutation,')}",
            "  closing: official",
            "  # Without `address` the supporter types it. `checked-on` waits for a check.",
        )

    def _fact(self, key: str, value: int, label: str) -> Iterable[str]:
        yield f"- key: {key}"
        yield "  topic: first-topic"
        yield "  said-by: organisation"
        yield "  source: statement"
        yield f"  as-of: {self.today.isoformat()}"
        yield f"  value: {value}"
        yield "  unit: unit"
        yield f"  label: {self.each(label)}"
        yield f"  claim: {self.each('the claim: {phrase}.')}"

    def texts(self) -> dict[str, str]:
        files = {}
        for code in self.answers.languages:
            title = (
                self.answers.demand
                if code == self.answers.languages[0]
                else _placeholder(self.answers.demand)
            )
            files[f"demands/first-demand.{code}.md"] = _page(
                title, _placeholder("the demand in one sentence")
            )
            if self.answers.letters:
                files[f"letters/first-letter.{code}.md"] = _letter()
            if self.answers.petition:
                files[f"petition.{code}.md"] = _page(
                    _placeholder("title"), _placeholder("to whom"), _placeholder("We ask …")
                )
            for page in ("about", "privacy", *(["sending"] if self.answers.letters else []), "at-risk"):
                files[f"pages/{page}.{code}.md"] = _page(
                    _placeholder(page), _placeholder("summary"), _placeholder("text")
                )
        return files


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return yaml_text.scalar(_placeholder(text), True)


def _counted(plural_class: str, code: str) -> str:
    """The placeholder of a noun, by the numbers that it follows: nobody knows the names of plural classes."""
    return _quoted(f"what is counted, after {', '.join(examples(plural_class, code, 3)) or plural_class}")


def _page(title: str, summary: str, body: str = "") -> str:
    values = (yaml_text.scalar(text, False) for text in (title, summary))
    head = "---\ntitle: {}\nsummary: {}\n---\n".format(*values)
    return head + (f"\n{body}\n" if body else "")


def _letter() -> str:
    parts = (
        ("opening", _placeholder("Why I write.")),
        ("opening", _placeholder("Another way to begin.")),
        ("facts", _placeholder("What happened:") + " {{ fact.whole }}."),
        ("ask", _placeholder("I ask you to:")),
        ("ask first-demand", _placeholder("do this.")),
        ("reply", _placeholder("Please answer.")),
        ("prompts", "\n".join(f"- {_placeholder(f'question {n}')}" for n in (1, 2, 3))),
    )
    head = f"---\nname: {_quoted('whom this letter suits')}\nsubject: {_quoted('subject')}\n---\n"
    return head + "".join(f"\n## {key}\n\n{text}\n" for key, text in parts)
