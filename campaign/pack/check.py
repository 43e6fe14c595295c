"""What is wrong with a pack, or missing from it, with file, line and a way to mend it.

Errors keep a pack from being published: something would be false, empty or broken.
Warnings are for a person to weigh, such as an address that nobody has checked lately.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from babel.dates import get_month_names
from jinja2 import TemplateError

from campaign.pack import wording
from campaign.pack.blank import TO_WRITE
from campaign.pack.files import Parser
from campaign.pack.findings import ADDRESS, INCOMPLETE, STALE, UNREVIEWED, Finding, Findings, did_you_mean
from campaign.pack.languages import INTERFACE, countries
from campaign.pack.model import Addressee, Fact, LetterText, Pack, Place, Prose

#: An address is to be looked at again after this many days.
ADDRESS_DAYS = 180

#: A figure of the front page is to be looked at again after this many days.
FIGURE_DAYS = 730

#: Most characters of a postcard's text, filled in: what its left half holds at 8 points.
POSTCARD_SIGNS = 520

#: Questions that help with the own words, for each template.
PROMPTS = 3


def check(files: Mapping[str, str], today: date | Callable[[ZoneInfo], date]) -> list[Finding]:
    """Everything that can be said against the files, errors and warnings, by place.

    `today` is a day, or gives the day in the campaign's time zone, which only the files name.
    """
    findings = Findings()
    pack = Parser(files, findings).pack()
    if pack is not None and findings.whole:
        day = today if isinstance(today, date) else today(pack.time_zone)
        Checker(pack, findings, day, files).check()
    return sorted(findings.found)


def address_is_fresh(addressee: Addressee, today: date) -> bool:
    """Whether a person has compared the address with the office's own page lately."""
    checked = addressee.checked_on
    return checked is not None and today - checked.first() <= timedelta(days=ADDRESS_DAYS)


class Checker:
    """Looks over a pack that could be read, one kind of trouble after the other."""

    def __init__(self, pack: Pack, findings: Findings, today: date, files: Mapping[str, str]) -> None:
        self.pack, self.findings, self.today, self.files = pack, findings, today, files

    def check(self) -> None:
        if not self._references():
            return
        self._dates()
        self._addresses()
        self._figures()
        self._terms()
        self._reviews()
        self._asks()
        self._postcards()
        self._unwritten()
        for prose, language in self._texts():
            self._text(prose, language)
        for place, text, language in self._plain_texts():
            self._hand_written(place, text, language)

    # references

    def _references(self) -> bool:
        before = len(self.findings.errors)
        campaign = Place("campaign.yaml", 1)
        self._known("source", [self.pack.statement], self.pack.sources, campaign)
        if self.pack.statement in self.pack.sources and not self.pack.sources[self.pack.statement].date:
            self._error(self.pack.sources[self.pack.statement].place, "The statement needs a date.")
        self._known("fact", [*self.pack.picture, *self.pack.key_figures], self.pack.facts, campaign)
        self._known("country", self.pack.countries_at_risk, countries("en"), campaign)
        self._known("language", self.pack.awaiting_review, self.pack.languages, campaign)
        for fact in self.pack.facts.values():
            self._fact(fact)
        for moment in self.pack.timeline:
            self._known("source", moment.sources, self.pack.sources, moment.place)
        for demand in self.pack.demands.values():
            self._known("fact", demand.facts, self.pack.facts, demand.place)
            for state in demand.states:
                self._known("source", [state.source], self.pack.sources, state.place)
        for event in self.pack.terms.events:
            self._known("source", [event.source] if event.source else [], self.pack.sources, event.place)
            if not event.source:
                self._warning(event.place, f"“{event.key}” names no source.")
        for addressee in self.pack.addressees.values():
            self._addressee(addressee)
        return len(self.findings.errors) == before

    def _fact(self, fact: Fact) -> None:
        self._known("source", fact.sources, self.pack.sources, fact.place)
        self._known("topic", [fact.topic], {t.key for t in self.pack.topics}, fact.place)
        if fact.quote_language:
            self._known("language", [fact.quote_language], INTERFACE, fact.place)
        if fact.compare:
            self._known("comparison", [fact.compare], {c.key for c in self.pack.comparisons}, fact.place)
        if fact.key in self.pack.picture and fact.value is None:
            self._error(fact.place, f"“{fact.key}” is drawn as a picture and needs a value.")

    def _addressee(self, one: Addressee) -> None:
        self._known("kind", [one.kind], self.pack.kinds, one.place)
        self._known("letter", [one.letter], self.pack.letters, one.place)
        self._known("closing", [one.closing], self.pack.closings, one.place)
        self._known("source", one.sources, self.pack.sources, one.place)
        if one.holder and one.holder.source:
            self._known("source", [one.holder.source], self.pack.sources, one.place)
        codes = [one.country, *one.by_country, *one.for_countries]
        self._known("country", [c for c in codes if c], countries("en"), one.place)
        self._known("language", one.reads, INTERFACE, one.place)
        if one.address and not one.country:
            self._error(one.place, "“country” is missing: the address needs its last line.")

    def _known(self, what: str, keys: Iterable[str], known: Iterable[str], place: Place) -> None:
        names = list(known)
        for key in keys:
            if key not in names:
                self._error(place, f"Unknown {what} “{key}”.{did_you_mean(key, names)}")

    # what the clock and the statement's date say

    def _dates(self) -> None:
        stated = self.pack.statement_date
        for fact in self.pack.facts.values():
            if self.pack.statement in fact.sources and fact.as_of and fact.as_of.after(stated):
                text = f"“{fact.key}” is dated {fact.as_of}, after the statement of {stated}"
                self._error(fact.place, f"{text}: it can't be the statement's claim.")
        for moment in self.pack.timeline:
            if not moment.stated:
                continue
            if moment.date.after(stated):
                text = f"“{moment.key}” is dated {moment.date}, after the statement of {stated}"
                self._error(moment.place, f"{text}: it can't be what the statement says.")
            if self.pack.statement not in moment.sources:
                self._error(moment.place, f"“{moment.key}” is stated, but does not name the statement.")

    def _terms(self) -> None:
        """A petition has an end, and what was signed is erased after it, not before."""
        terms, place = self.pack.terms, Place("petition.yaml", 1)
        if terms.opens and terms.closes and terms.closes < terms.opens:
            self._error(place, "The petition closes before it opens.")
        if terms.erase_on and not terms.closes:
            self._error(place, "“closes” is missing: what is erased on a day is closed before it.")
        elif terms.erase_on and terms.closes and terms.erase_on <= terms.closes:
            self._error(place, "“erase-on” must be later than “closes”.")
        if terms.closes and not terms.erase_on:
            said = "“erase-on” is missing: nobody can sign before it says until when signatures are kept."
            self._error(place, said)

    def _reviews(self) -> None:
        for language in self.pack.awaiting_review:
            text = f"The texts in “{language}” await review by a native speaker."
            self.findings.warning("campaign.yaml", 1, text, UNREVIEWED)

    def _addresses(self) -> None:
        for one in self.pack.open_addressees():
            if one.typed:
                continue
            if one.checked_on is None:
                said = f"The address of “{one.key}” has not been checked."
                self.findings.warning(one.place.path, one.place.line, said, ADDRESS)
            elif not address_is_fresh(one, self.today):
                text = f"The address of “{one.key}” was last checked on {one.checked_on}"
                said = f"{text}, more than {ADDRESS_DAYS} days ago."
                self.findings.warning(one.place.path, one.place.line, said, ADDRESS)

    def _figures(self) -> None:
        """The figures of the front page are looked at again, whether there is a newer one."""
        for key in dict.fromkeys(self.pack.key_figures):
            fact = self.pack.facts[key]
            seen = [day.first() for day in (fact.as_of, fact.checked_on) if day]
            if seen and self.today - max(seen) > timedelta(days=FIGURE_DAYS):
                said = (
                    f"The front page shows “{key}” as of {fact.as_of}: look whether there is a newer figure."
                )
                self.findings.warning(fact.place.path, fact.place.line, said, STALE)

    # letters and prose

    def _asks(self) -> None:
        for template in self.pack.letters.values():
            for text in template.texts.values():
                for key, prose in text.asks.items():
                    self._known("demand", [key], self.pack.demands, prose.place)
                for missing in self.pack.demands.keys() - text.asks.keys():
                    said = f"The part “## ask {missing}” is missing."
                    self.findings.error(text.place.path, 1, said, INCOMPLETE)
                if len(text.prompts) < PROMPTS:
                    said = f"Here are {len(text.prompts)} prompts for own words; {PROMPTS} help more."
                    self._warning(text.place, said)
            self._even(template.texts)

    def _even(self, texts: Mapping[str, LetterText]) -> None:
        """A letter can be read beside its translation only if both have the same parts."""
        parts: dict[str, Callable[[LetterText], int]] = {
            "openings": lambda text: len(text.openings),
            "parts “## facts”": lambda text: len(text.facts),
            "parts “## duty”": lambda text: len(text.duty),
            "parts “## ask”": lambda text: len(text.asking),
            "parts “## later”": lambda text: len(text.later),
            "parts “## reply”": lambda text: len(text.replies),
            "postcards": lambda text: int(text.postcard is not None),
            "open letters": lambda text: int(text.together is not None),
        }
        for name, count in parts.items():
            most = max(count(text) for text in texts.values())
            for text in texts.values():
                if count(text) < most:
                    said = f"Here are {count(text)} {name}, in another language {most}."
                    self.findings.error(text.place.path, 1, said, INCOMPLETE)

    def _texts(self) -> Iterator[tuple[Prose, str]]:
        """Every text with marks, and its language."""
        pack = self.pack
        for language in pack.languages:
            yield pack.lead[language], language
            yield pack.picture_note[language], language
            yield pack.petition[language].body, language
            for demand in pack.demands.values():
                for prose in demand.texts[language].sections.values():
                    yield prose, language
            for pages in pack.pages.values():
                yield pages[language].body, language
            for update in pack.updates.values():
                yield update.texts[language].body, language
            for template in pack.letters.values():
                for prose in template.texts[language].parts():
                    yield prose, language

    def _text(self, prose: Prose, language: str) -> None:
        found = wording.problems(prose.text, self.pack)
        for problem in found:
            line = prose.place.line + problem.line - 1
            self.findings.found.append(
                Finding(prose.place.path, line, "error", problem.text, problem.column, problem.word)
            )
        if not found:
            self._renders(prose, language)
        self._hand_written(prose.place, prose.text, language)

    def _plain_texts(self) -> Iterator[tuple[Place, str, str]]:
        """Texts without marks in which no figure of a fact may stand either."""
        for fact in self.pack.facts.values():
            yield from ((fact.place, text, language) for language, text in fact.claim.items())
        for moment in self.pack.timeline:
            yield from ((moment.place, text, language) for language, text in moment.text.items())
        for demand in self.pack.demands.values():
            for language, words in demand.texts.items():
                yield words.place, words.summary, language
            for state in demand.states:
                yield from ((state.place, text, language) for language, text in state.reason.items())

    def _hand_written(self, place: Place, text: str, language: str) -> None:
        for line, number, key in hand_written_numbers(text, language, self.pack):
            said = f"The number {number} is written by hand: “{{{{ fact.{key} }}}}” has it."
            self._error(Place(place.path, place.line + line - 1), said)

    def _unwritten(self) -> None:
        """Places that a new pack leaves to be written: nothing half written is published."""
        for path, text in sorted(self.files.items()):
            for number, line in enumerate(text.split("\n"), 1):
                if found := _TO_WRITE.search(line):
                    self._error(Place(path, number), f"To be written: {found[1]}")

    def _postcards(self) -> None:
        for template in self.pack.letters.values():
            for language, text in template.texts.items():
                if text.postcard is not None and not wording.problems(text.postcard.text, self.pack):
                    self._postcard(text.postcard, language)

    def _postcard(self, prose: Prose, language: str) -> None:
        text = wording.without_notes(wording.render(self.pack, prose.text, language, SAMPLE_NAMES))
        if (over := len(text.strip()) - POSTCARD_SIGNS) > 0:
            said = f"The postcard’s text is {over} characters too long: {POSTCARD_SIGNS} fit"
            self._error(prose.place, f"{said}, and it has {len(text.strip())}.")

    def _renders(self, prose: Prose, language: str) -> None:
        try:
            wording.render(self.pack, prose.text, language, SAMPLE_NAMES)
        except (TemplateError, ValueError, KeyError) as error:
            self._error(prose.place, f"The text can't be put together: {error}")

    def _error(self, place: Place, text: str) -> None:
        self.findings.error(place.path, place.line, text)

    def _warning(self, place: Place, text: str) -> None:
        self.findings.warning(place.path, place.line, text)


_TO_WRITE = re.compile(f"{TO_WRITE[0]}([^{TO_WRITE[1]}]*){TO_WRITE[1]}")


class _Anything:
    """Stands in for names that only a letter has, while a text is tried out."""

    def __getattr__(self, name: str) -> str:
        if name.startswith("_"):
            raise AttributeError(name)
        return "…"

    def __str__(self) -> str:
        return "…"


SAMPLE_NAMES = {"addressee": _Anything(), "sender": _Anything(), "demands": ()}

_NUMBER = re.compile(r"(?<![\w/.-])\d{1,3}(?:[ \u00a0\u202f,]\d{3})+(?!\d)|(?<![\w/.,-])\d+(?![\w/])")
_MARKS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\]\([^)]*\)|https?://\S+", re.S)
# Numbers after these words count articles, rules and documents, not people.
_ARTICLE = re.compile(
    r"(?:art(?:icle)?s?|principles?|para(?:graph)?s?|rule|comment|no|№|ст(?:ать\w*)?|стать\w*|принцип\w*|"
    r"пункт\w*|замечани\w*|бап\w*|қағидат\w*|тармақ\w*|түсінді\w*|principes?|observation|résolution|resolution)"
    r"[ .\u00a0(]*[\d(), \u00a0–-]*(?:(?:and|to|и|по|және|et|à|,)[ \u00a0]*[\d()]*[ \u00a0]*)*$",
    re.I,
)


# Kazakh names the article after its number: «12, 13 және 15-баптар».
_ARTICLE_AFTER = re.compile(r"^[\d, \u00a0]*(?:және|мен|пен)?[\d, \u00a0]*-?(?:ба[пб]|тармақ|қағидат)", re.I)


def hand_written_numbers(text: str, language: str, pack: Pack) -> Iterator[tuple[int, str, str]]:
    """(line, number, key of the fact) for each number in the text that a fact already has.

    Dates, years and numbers of articles are left alone. Numbers under 10 are words.
    """
    values = {fact.value: fact.key for fact in pack.facts.values() if fact.value and fact.value >= 10}
    bare = _MARKS.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
    months = "|".join(
        re.escape(name)
        for context in ("format", "stand-alone")
        for name in get_month_names("wide", context=context, locale=language).values()
    )
    before = re.compile(rf"(?:{months})[ \u00a0]*$", re.I)
    after = re.compile(rf"^(?:er|-?ші|-?шы)?[ \u00a0]*(?:{months})|^[-–]\d+[ \u00a0]*(?:{months})", re.I)
    for match in _NUMBER.finditer(bare):
        digits = re.sub(r"\D", "", match[0])
        year = len(digits) == 4 and match[0].isdigit() and 1900 <= int(digits) <= 2100
        left, right = bare[: match.start()][-60:], bare[match.end() :][:40]
        if year or before.search(left) or after.search(right):
            continue
        if _ARTICLE.search(left) or _ARTICLE_AFTER.search(right):
            continue
        for value, key in values.items():
            if value == int(digits):
                yield bare[: match.start()].count("\n") + 1, match[0], key
