"""What is wrong in a pack, or missing from it, with file, line and how to correct it.

Errors prevent publication: something would be false, empty or broken.
Warnings are for a person to consider, such as an address that nobody has checked recently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from jinja2 import TemplateError

from campaign.messages import Message, MessageError, Plural
from campaign.pack import limits, marks, wording
from campaign.pack.characters import unprintable_characters
from campaign.pack.figures import hand_written_numbers
from campaign.pack.files import Parser
from campaign.pack.findings import ADDRESS, INCOMPLETE, STALE, UNREVIEWED, Finding, Findings
from campaign.pack.languages import Day
from campaign.pack.model import Addressee, LetterText, Moment, Pack, Place, Prose
from campaign.pack.references import ReferenceChecker
from campaign.pack.unwritten import unwritten

#: An address has to be checked again after this many days.
ADDRESS_DAYS = 180

#: A figure on the front page has to be checked again after this many days.
FIGURE_DAYS = 730

#: Maximum characters of a postcard's text, filled in: what fits on its left half at 8 points.
POSTCARD_SIGNS = 520

#: Questions that help supporters to write their own words, for each template.
PROMPTS = 3


def check(files: Mapping[str, str], today: date | Callable[[ZoneInfo], date]) -> list[Finding]:
    """Every error and warning about the files, by place.

    `today` is a day, or a function that gives the day in the time zone that the files name.
    """
    findings = Findings()
    pack = Parser(files, findings).pack()
    if pack is not None and findings.whole:
        day = today if isinstance(today, date) else today(pack.time_zone)
        Checker(pack, findings, day, files).check()
    return sorted([*findings.found, *findings.later, *unprintable_characters(files)])


def address_is_fresh(addressee: Addressee, today: date) -> bool:
    """Whether a person has recently compared the address with the office's own page."""
    checked = addressee.checked_on
    return checked is not None and today - checked.first() <= timedelta(days=ADDRESS_DAYS)


def _parts_named(heading: str) -> Message:
    return Message("parts “%(part)s”", part=f"## {heading}")


#: Parts of which a letter must have the same number in every language, and how to count them.
_PARTS: tuple[tuple[Message, Callable[[LetterText], int]], ...] = (
    (Message("openings"), lambda text: len(text.openings)),
    (_parts_named("facts"), lambda text: len(text.facts)),
    (_parts_named("duty"), lambda text: len(text.duty)),
    (_parts_named("ask"), lambda text: len(text.asking)),
    (_parts_named("later"), lambda text: len(text.later)),
    (_parts_named("reply"), lambda text: len(text.replies)),
    (Message("postcards"), lambda text: int(text.postcard is not None)),
    (Message("open letters"), lambda text: int(text.together is not None)),
)


class Checker:
    """Checks a pack that could be read, one kind of problem after the other."""

    def __init__(self, pack: Pack, findings: Findings, today: date, files: Mapping[str, str]) -> None:
        self.pack, self.findings, self.today, self.files = pack, findings, today, files
        self.references = ReferenceChecker(pack, findings)

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
        self.findings.found += limits.findings(self.pack)
        for prose, language in self._texts():
            self._text(prose, language)
        for place, text, language in self._plain_texts():
            self._hand_written(place, text, language)

    # references

    def _references(self) -> bool:
        errors_before = len(self.findings.errors)
        self.references.check()
        statement = self.pack.sources.get(self.pack.statement)
        if statement is not None and not statement.date:
            self._error(statement.place, Message("The statement needs a date."))
        for fact in self.pack.facts.values():
            if fact.key in self.pack.picture and fact.value is None:
                message = Message("“%(key)s” is drawn in the picture, so it needs a value.", key=fact.key)
                self._error(fact.place, message)
        for event in self.pack.terms.events:
            if not event.source:
                self._warning(event.place, Message("“%(key)s” has no source.", key=event.key))
        for addressee in self.pack.addressees.values():
            if addressee.address and not addressee.country:
                message = Message("“country” is missing: the address needs its last line.")
                self._error(addressee.place, message)
        return len(self.findings.errors) == errors_before

    # dates

    def _dates(self) -> None:
        stated = self.pack.statement_date
        for fact in self.pack.facts.values():
            if self.pack.statement in fact.sources and fact.as_of and fact.as_of.after(stated):
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

    def _moment(self, moment: Moment, stated: Day) -> None:
        if moment.date.after(stated):
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
        if terms.opens and terms.closes and terms.closes < terms.opens:
            self._error(place, Message("The petition closes before it opens."))
        if terms.erase_on and not terms.closes:
            self._error(
                place,
                Message("“closes” is missing: a petition must close before its signatures are erased."),
            )
        elif terms.erase_on and terms.closes and terms.erase_on <= terms.closes:
            self._error(place, Message("“erase-on” must be later than “closes”."))
        if terms.closes and not terms.erase_on:
            message = Message(
                "“erase-on” is missing: nobody can sign until it says how long signatures are kept."
            )
            self._error(place, message)
        for key, day in (("closes", terms.closes), ("erase-on", terms.erase_on)):
            if day and day < self.today:
                message = Message("“%(key)s” is in the past: %(day)s.", key=key, day=day.isoformat())
                self.findings.warning(place.path, place.line, message)

    def _reviews(self) -> None:
        for language in self.pack.awaiting_review:
            text = Message("The texts in “%(language)s” await review by a native speaker.", language=language)
            self.findings.warning("campaign.yaml", 1, text, UNREVIEWED)

    def _addresses(self) -> None:
        for addressee in self.pack.open_addressees():
            if addressee.typed:
                continue
            if addressee.checked_on is None:
                message = Message("The address of “%(key)s” has not been checked.", key=addressee.key)
                self.findings.warning(addressee.place.path, addressee.place.line, message, ADDRESS)
            elif not address_is_fresh(addressee, self.today):
                message = Message(
                    "The address of “%(key)s” was last checked on %(day)s, more than %(days)s days ago.",
                    key=addressee.key,
                    day=addressee.checked_on,
                    days=ADDRESS_DAYS,
                )
                self.findings.warning(addressee.place.path, addressee.place.line, message, ADDRESS)

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

    def _asks(self) -> None:
        for template in self.pack.letters.values():
            for text in template.texts.values():
                for key, prose in text.asks.items():
                    self.references.need("demand", [key], prose.place)
                for demand_key in self.pack.demands.keys() - text.asks.keys():
                    message = Message("The part “%(part)s” is missing.", part=f"## ask {demand_key}")
                    self.findings.error(text.place.path, 1, message, INCOMPLETE)
                if len(text.prompts) < PROMPTS:
                    message = Plural(
                        "There is only %(num)s prompt; %(most)s would help more.",
                        "There are only %(num)s prompts; %(most)s would help more.",
                        len(text.prompts),
                        most=PROMPTS,
                    )
                    self._warning(text.place, message)
            self._even(template.texts)

    def _even(self, texts: Mapping[str, LetterText]) -> None:
        """A letter can be read beside its translation only if both have the same parts."""
        for name, count in _PARTS:
            most = max(count(text) for text in texts.values())
            for text in texts.values():
                if count(text) < most:
                    message = Message(
                        "Number of %(what)s: %(count)s here, %(most)s in another language.",
                        what=name,
                        count=count(text),
                        most=most,
                    )
                    self.findings.error(text.place.path, 1, message, INCOMPLETE)

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
        problems = marks.problems(prose.text, self.pack)
        for problem in problems:
            line = prose.place.line + problem.line - 1
            self.findings.found.append(
                Finding(prose.place.path, line, "error", problem.text, problem.column, problem.word)
            )
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
        """Placeholders of a new pack: an unfinished text is never published."""
        for path, line, words in unwritten(self.files):
            self._error(Place(path, line), Message("Still to be written: %(what)s", what=words))

    def _postcards(self) -> None:
        for template in self.pack.letters.values():
            for language, text in template.texts.items():
                if text.postcard is not None and not marks.problems(text.postcard.text, self.pack):
                    self._postcard(text.postcard, language)

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


SAMPLE_NAMES = {"addressee": _Anything(), "sender": _Anything(), "demands": ()}
