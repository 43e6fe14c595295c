"""What is wrong in a pack, or missing from it, with file, line and how to correct it.

Errors prevent publication: something would be false, empty or broken.
Warnings are for a person to consider, such as an address that nobody has checked recently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from jinja2 import TemplateError

from campaign.languages.dates import Day
from campaign.messages import Message, MessageError, Plural
from campaign.pack import (
    addressee_checks,
    ageing,
    branding_checks,
    extra_field_checks,
    grammar,
    limits,
    marks,
    meeting_checks,
    picture_checks,
    signing_rules,
    structure,
    typing_checks,
    wording,
)
from campaign.pack.characters import unprintable_characters
from campaign.pack.figures import hand_written_numbers
from campaign.pack.files import Parser
from campaign.pack.findings import STALE, UNREVIEWED, UNWRITTEN, Finding, Findings, language_name
from campaign.pack.language_states import states_of
from campaign.pack.letter_checks import LetterChecker
from campaign.pack.model import Moment, Pack, Place, Prose, Terms
from campaign.pack.references import ReferenceChecker
from campaign.pack.schema import named
from campaign.pack.unwritten import unwritten
from campaign.pack.writing import WritingError

#: A figure on the front page has to be checked again after this many days.
FIGURE_DAYS = 730

#: Maximum characters of a postcard's text, filled in: what fits on its left half at 8 points.
POSTCARD_SIGNS = 520


def check(files: Mapping[str, str], today: date | Callable[[ZoneInfo], date]) -> list[Finding]:
    """Every error and warning about the files, by place; and errors of languages in preparation.

    `today` is a day, or a function that gives the day in the time zone that the files name.
    """
    found = _found(files, today)
    if _prepares(files):
        known = set(found)
        found += [
            replace(finding, level="preparation")
            for finding in _found(files, today, preparing=True)
            if finding.level == "error" and finding not in known
        ]
    return sorted([*found, *unprintable_characters(files)])


def _prepares(files: Mapping[str, str]) -> bool:
    """Whether some languages are in preparation."""
    try:
        return bool(states_of(files).preparing)
    except WritingError:
        return False


def _found(
    files: Mapping[str, str], today: date | Callable[[ZoneInfo], date], preparing: bool = False
) -> list[Finding]:
    findings = Findings()
    pack = Parser(files, findings, preparing).pack()
    if pack is not None and findings.whole:
        day = today if isinstance(today, date) else today(pack.time_zone)
        Checker(pack, findings, day, files).check()
    return [*findings.found, *findings.later]


class Checker:
    """Checks a pack that could be read, one kind of problem after the other."""

    def __init__(self, pack: Pack, findings: Findings, today: date, files: Mapping[str, str]) -> None:
        self.pack, self.findings, self.today, self.files = pack, findings, today, files
        self.references = ReferenceChecker(pack, findings)
        self._read: set[tuple[str, int, str]] = set()

    def check(self) -> None:
        if not self._references():
            return
        self._dates()
        self.findings.found += addressee_checks.findings(self.pack, self.today)
        self._figures()
        self._terms()
        self.findings.found += signing_rules.findings(self.pack, self.today)
        self._reviews()
        LetterChecker(self.pack, self.findings, self.references).check()
        self._postcards()
        self._unwritten()
        self.findings.found += structure.findings(self.pack, self.today)
        self.findings.found += meeting_checks.findings(self.pack)
        self.findings.found += picture_checks.findings(self.pack)
        self.findings.found += extra_field_checks.findings(self.pack)
        self.findings.found += branding_checks.findings(self.pack)
        self.findings.found += limits.findings(self.pack)
        self.findings.found += ageing.findings(self.pack, self.files, self.today)
        self.findings.found += grammar.findings(self.pack)
        for prose, language in self._texts():
            if self._is_own(prose.place, prose.text, language):
                self._text(prose, language)
                self._typed(prose.place, prose.text, language)
        for prose, language in self._kept_texts():
            if self._is_own(prose.place, prose.text, language):
                self._undated(prose, language)
        for place, text, language in self._plain_texts():
            if self._is_own(place, text, language):
                self._hand_written(place, text, language)
                self._typed(place, text, language)

    def _is_own(self, place: Place, text: str, language: str) -> bool:
        """False for a text that stands for one that is missing: the rules of its own language apply."""
        key = (place.path, place.line, text)
        if language not in self.pack.in_preparation:
            self._read.add(key)
        return language not in self.pack.in_preparation or key not in self._read

    # references

    def _references(self) -> bool:
        errors_before = len(self.findings.errors)
        self.references.check()
        for event in self.pack.terms.events:
            if not event.source:
                self._warning(event.place, Message("“%(key)s” has no source.", key=event.key))
        for addressee in self.pack.addressees.values():
            if addressee.address and not addressee.country:
                message = Message("“country” is missing: the address needs its last line.")
                self._error(addressee.place, message)
            if not addressee.letter:
                message = Message(
                    "“letter” is missing: neither “%(key)s” nor its group has a letter template.",
                    key=addressee.key,
                )
                self._error(addressee.place, message)
        return len(self.findings.errors) == errors_before

    # dates

    def _dates(self) -> None:
        stated = self.pack.statement_date
        for fact in self.pack.facts.values():
            if self.pack.statement in fact.sources and self.pack.later(fact):
                values = {"key": fact.key, "day": fact.as_of, "stated": stated}
                self._error(
                    fact.place,
                    Message(
                        "“%(key)s” is dated %(day)s, after the statement of %(stated)s: "
                        "it can’t be the statement’s claim.",
                        **values,
                    ),
                )
        for moment in self.pack.timeline:
            if moment.stated:
                self._moment(moment, stated)

    def _moment(self, moment: Moment, stated: Day | None) -> None:
        if self.pack.is_later(moment.date):
            values = {"key": moment.key, "day": moment.date, "stated": stated}
            self._error(
                moment.place,
                Message(
                    "“%(key)s” is dated %(day)s, after the statement of %(stated)s: "
                    "it can’t be what the statement says.",
                    **values,
                ),
            )
        if self.pack.statement not in moment.sources:
            self._error(
                moment.place,
                Message(
                    "“%(key)s” is marked as stated, but the statement is not among its sources.",
                    key=moment.key,
                ),
            )

    def _terms(self) -> None:
        """A petition closes before its signatures are erased."""
        terms, place = self.pack.terms, Place("petition.yaml", 1)
        closes, erased = named(Terms, "closes"), named(Terms, "erase-on")
        if terms.opens and terms.closes and terms.closes < terms.opens:
            self._error(place, Message("The petition closes before it opens."))
        if terms.erase_on and not terms.closes:
            message = Message(
                "“%(key)s” is missing: a petition must close before its signatures are erased.", key=closes
            )
            self._error(place, message)
        elif terms.erase_on and terms.closes and terms.erase_on <= terms.closes:
            message = Message("“%(later)s” must be later than “%(earlier)s”.", later=erased, earlier=closes)
            self._error(place, message)
        if terms.closes and not terms.erase_on:
            message = Message(
                "“%(key)s” is missing: nobody can sign until it says how long signatures are kept.",
                key=erased,
            )
            self._error(place, message)
        for key, day in ((closes, terms.closes), (erased, terms.erase_on)):
            if day and day < self.today:
                message = Message("“%(key)s” is in the past: %(day)s.", key=key, day=day)
                self.findings.warning(place.path, place.line, message)

    def _reviews(self) -> None:
        for language in self.pack.awaiting_review:
            text = Message(
                "The texts in “%(language)s” await review by a native speaker.",
                language=language_name(language),
            )
            self.findings.warning("campaign.yaml", 1, text, UNREVIEWED)

    def _figures(self) -> None:
        """Warn about figures on the front page for which there may be a newer one."""
        for key in dict.fromkeys(self.pack.key_figures):
            fact = self.pack.facts[key]
            days = [day.first() for day in (fact.as_of, fact.checked_on) if day]
            if days and self.today - max(days) > timedelta(days=FIGURE_DAYS):
                message = Message(
                    "The front page shows “%(key)s” as of %(day)s: check whether there is a newer figure.",
                    key=key,
                    day=fact.as_of,
                )
                self.findings.warning(fact.place.path, fact.place.line, message, STALE)

    # letters and prose

    def _texts(self) -> Iterator[tuple[Prose, str]]:
        """Every text with marks, and its language."""
        pack = self.pack
        for language in pack.languages:
            for texts in (pack.lead, pack.picture_note, pack.finished.text if pack.finished else {}):
                if language in texts:
                    yield texts[language], language
            if pack.petition:
                yield pack.petition[language].body, language
            for demand in pack.demands.values():
                for prose in demand.texts[language].sections.values():
                    yield prose, language
            for pages in pack.pages.values():
                yield pages[language].body, language
            for update in pack.updates.values():
                if language in update.texts:
                    yield update.texts[language].body, language
            for template in pack.letters.values():
                for prose in template.texts[language].parts():
                    yield prose, language

    def _kept_texts(self) -> Iterator[tuple[Prose, str]]:
        """Texts that people read long after they were written, without a date beside them."""
        for language in self.pack.languages:
            if language in self.pack.lead:
                yield self.pack.lead[language], language
            if self.pack.petition:
                yield self.pack.petition[language].body, language
            for template in self.pack.letters.values():
                text = template.texts[language]
                once = (prose for prose in (text.postcard, text.together) if prose is not None)
                for prose in (*text.openings, *text.facts, *text.later, *once):
                    yield prose, language

    def _typed(self, place: Place, text: str, language: str) -> None:
        for line, message in typing_checks.typed_wrongly(text, language):
            self._warning(Place(place.path, place.line + line - 1), message)

    def _undated(self, prose: Prose, language: str) -> None:
        for line, message in typing_checks.undated(prose.text, language):
            self._warning(Place(prose.place.path, prose.place.line + line - 1), message)

    def _text(self, prose: Prose, language: str) -> None:
        problems = marks.problems(prose.text, self.pack, language)
        for problem in problems:
            line = prose.place.line + problem.line - 1
            self.findings.found.append(
                Finding(prose.place.path, line, "error", problem.text, problem.column, problem.word)
            )
        self.findings.found += grammar.case_findings(self.pack, prose, language)
        if not problems:
            self._renders(prose, language)
        self._hand_written(prose.place, prose.text, language)

    def _plain_texts(self) -> Iterator[tuple[Place, str, str]]:
        """Texts without marks, which must not repeat the figure of a fact either."""
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
        written = self.findings.as_written.get(text, text)
        for line, number, key in hand_written_numbers(written, language, self.pack):
            message = Message(
                "The number %(number)s is written by hand: use “%(mark)s” instead.",
                number=number,
                mark=f"{{{{ fact.{key} }}}}",
            )
            self._error(Place(place.path, place.line + line - 1), message)

    def _unwritten(self) -> None:
        """Placeholders of a new pack: an unfinished text is never published.

        Only the runner of a trial may be one: see `signing_rules`.
        """
        allowed = signing_rules.placeholders(self.pack)
        for path, line, words in unwritten(self.files):
            if path == "campaign.yaml" and words in allowed:
                continue
            message = Message("Still to be written: %(what)s", what=words)
            self.findings.error(path, line, message, kind=UNWRITTEN)

    def _postcards(self) -> None:
        for template in self.pack.letters.values():
            for language, text in template.texts.items():
                postcard = text.postcard
                if postcard is None or not self._is_own(postcard.place, postcard.text, language):
                    continue
                if not marks.problems(postcard.text, self.pack, language):
                    self._postcard(postcard, language)

    def _postcard(self, prose: Prose, language: str) -> None:
        text = wording.without_notes(wording.render(self.pack, prose.text, language, SAMPLE_NAMES))
        if (excess := len(text.strip()) - POSTCARD_SIGNS) > 0:
            message = Plural(
                "The postcard’s text is %(num)s character too long: it has %(count)s, and %(most)s fit.",
                "The postcard’s text is %(num)s characters too long: it has %(count)s, and %(most)s fit.",
                excess,
                count=len(text.strip()),
                most=POSTCARD_SIGNS,
            )
            self._error(prose.place, message)

    def _renders(self, prose: Prose, language: str) -> None:
        try:
            wording.render(self.pack, prose.text, language, SAMPLE_NAMES)
        except (TemplateError, ValueError, KeyError) as error:
            reason = error.message if isinstance(error, MessageError) else str(error)
            self._error(prose.place, Message("The text can’t be assembled: %(why)s", why=reason))

    def _error(self, place: Place, text: Message) -> None:
        self.findings.error(place.path, place.line, text)

    def _warning(self, place: Place, text: Message) -> None:
        self.findings.warning(place.path, place.line, text)


class _Anything:
    """Replaces names that only a letter has while a text is rendered as a test."""

    def __getattr__(self, name: str) -> str:
        if name.startswith("_"):
            raise AttributeError(name)
        return "…"

    def __str__(self) -> str:
        return "…"


SAMPLE_NAMES = {"addressee": _Anything(), "sender": _Anything(), "demands": (), "first": _Anything()}
