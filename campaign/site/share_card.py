"""What the picture of a page says: a headline, one number with its qualifier and source, and the campaign.

Pages are named as in the picture's address: `home`, `petition`, `outcome`, `demands/<key>`, `updates/<key>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from campaign.answers.table import OfficeAnswers
from campaign.languages.catalogues import plurals, words
from campaign.languages.data import language as language_data
from campaign.languages.dates import long_date
from campaign.languages.direction import FIRST_STRONG_ISOLATE, POP_ISOLATE
from campaign.languages.numbers import number
from campaign.languages.typography import introduced
from campaign.pack import pictures
from campaign.pack.marks import facts_in
from campaign.pack.model import Fact, Pack
from campaign.pack.model.picture import NONE, ShownPicture
from campaign.pack.outcome import Outcome

HOME, PETITION, OUTCOME, DEMANDS, UPDATES = "home", "petition", "outcome", "demands", "updates"
ANSWERS = "answers"

#: Offices in the picture of the answers, those with most letters: more would have to be too small to read.
MOST_OFFICES = 3


@dataclass(frozen=True, slots=True)
class AnswersShown:
    """The public table of answers, as counted on a day."""

    offices: Sequence[OfficeAnswers]
    day: date


@dataclass(frozen=True, slots=True)
class ShareCard:
    """The words of a picture; `number` is '' for a page without one. `log`: the mark of the public log.

    The front page has the pack's own picture (`has_picture`) in place of a number, if the pack has one;
    `drawn` says in words what figures that shows. A demand or an update may have a `photo` instead.
    `table` has a row for each office, and its head first.
    """

    kicker: str
    headline: str
    summary: str = ""
    number: str = ""
    label: str = ""
    said_by: str = ""
    log: str = ""
    has_picture: bool = False
    drawn: tuple[str, ...] = ()
    photo: ShownPicture | None = None
    table: tuple[tuple[str, ...], ...] = ()

    @property
    def alt(self) -> str:
        """The same in words, for people who can’t see the picture."""
        shows = self.photo.alt if self.photo else ""
        return _joined(self.headline, f"{self.number} {self.label}".strip(), *self.drawn, shows, self.log)


def language_of(pack: Pack, language: str, page: str) -> str:
    """The language of a page's texts: an update may not be translated."""
    kind, _slash, key = page.partition("/")
    update = pack.updates.get(key) if kind == UPDATES else None
    return update.language_for(language) if update else language


def card(
    pack: Pack, language: str, page: str, outcome: Outcome | None, answers: AnswersShown | None = None
) -> ShareCard | None:
    """What the picture of a page says; None if the campaign has no such page, or none with a picture."""
    kind, _slash, key = page.partition("/")
    if page == ANSWERS:
        return _answers(pack, language, answers) if answers else None
    if page == HOME:
        return home(pack, language)
    if page == PETITION and pack.petition:
        text = pack.petition[language]
        _ = words(language)
        kicker = _joined(_("Petition"), pack.kicker[language])
        return _with_number(
            pack, language, ShareCard(kicker, text.title, text.summary), facts_in(text.body.text)
        )
    if page == OUTCOME and outcome:
        return _outcome(pack, language, outcome)
    if kind == DEMANDS and key in pack.demands:
        demand = pack.demands[key]
        words_of = demand.texts[language]
        plain = ShareCard(pack.kicker[language], words_of.title, words_of.summary)
        return _with_picture(pack, plain, demand.picture(language), language, demand.facts)
    if kind == UPDATES and key in pack.updates:
        update = pack.updates[key]
        text = update.texts[language]
        kicker = _joined(update.date.show(language), pack.kicker[language])
        plain = ShareCard(kicker, text.title, text.summary)
        return _with_picture(pack, plain, update.picture(language), language, facts_in(text.body.text))
    return None


def with_log(words_of: ShareCard, language: str, mark: str) -> ShareCard:
    """The card with the mark of the public log, by which pictures that were kept can be compared."""
    if not mark:
        return words_of
    _ = words(language)
    name = _("The public log")
    return replace(words_of, log=f"{name} {FIRST_STRONG_ISOLATE}{mark}{POP_ISOLATE}")


def home(pack: Pack, language: str) -> ShareCard:
    """What the picture of the front page says, which stands for every page without its own."""
    kicker, headline = pack.kicker[language], pack.headline[language]
    if pack.picture is None or pack.picture.kind == NONE:
        return _with_number(pack, language, ShareCard(kicker, headline), pack.key_figures)
    facts = pictures.drawn(pack)
    drawn = tuple(f"{fact.figure_alone(language)} {fact.label[language]}" for fact in facts)
    said_by = _said_by(facts[0], language) if facts else ""
    return ShareCard(kicker, headline, said_by=said_by, has_picture=True, drawn=drawn)


def _answers(pack: Pack, language: str, answers: AnswersShown) -> ShareCard:
    """What the offices with most letters did; without any that may be shown, what the page is about."""
    _ = words(language)
    kicker, headline = pack.kicker[language], _("Did they answer?")
    named = [office for office in answers.offices if office.key]
    named.sort(key=lambda office: -(office.sent or 0))
    if not named:
        summary = _("What the offices did with the letters, as far as their writers said.")
        return ShareCard(kicker, headline, summary)
    offices = named[:MOST_OFFICES]
    columns = {
        _("Letters sent"): [office.sent for office in offices],
        _("No answer in time"): [office.answers["none"] for office in offices],
        _("A promise"): [office.answers["promise"] for office in offices],
        _("It acted"): [office.answers["action"] for office in offices],
    }
    columns = {head: counts for head, counts in columns.items() if any(counts)}
    heads = tuple(columns)
    rows = [
        (
            pack.addressees[office.key].title[language],
            *("–" if count is None else number(Decimal(count), language) for count in counts),
        )
        for office, *counts in zip(offices, *columns.values(), strict=True)
    ]
    drawn = tuple(
        introduced(title, ", ".join(map(" ".join, zip(heads, texts, strict=True))), language)
        for title, *texts in rows
    )
    said_by = _("as of %(day)s") % {"day": long_date(answers.day, language)}
    return ShareCard(kicker, headline, said_by=said_by, drawn=drawn, table=(("", *heads), *rows))


def _outcome(pack: Pack, language: str, outcome: Outcome) -> ShareCard:
    _, ngettext = words(language), plurals(language)
    met = ngettext("The demand has been met", "The demands have been met", len(pack.demands))
    day = outcome.date.show(language) if outcome.date else ""
    kicker = _joined(day, pack.kicker[language])
    return ShareCard(kicker, met if outcome.met else _("This campaign has ended"))


def _with_picture(
    pack: Pack, plain: ShareCard, shown: ShownPicture | None, language: str, facts: Iterable[str]
) -> ShareCard:
    """The card with the picture of its text, or else with a number."""
    return replace(plain, photo=shown) if shown else _with_number(pack, language, plain, facts)


def _with_number(pack: Pack, language: str, plain: ShareCard, keys: Iterable[str]) -> ShareCard:
    """The card with the first of these facts that is a number, who says so, and as of which day."""
    facts = (pack.facts[key] for key in keys if key in pack.facts)
    fact = next((fact for fact in facts if fact.value is not None), None)
    if fact is None:
        return plain
    figure, label = fact.figure_alone(language), fact.label[language]
    return replace(plain, number=figure, label=label, said_by=_said_by(fact, language))


def _said_by(fact: Fact, language: str) -> str:
    _ = words(language)
    day = _("as of %(day)s") % {"day": fact.as_of.show(language)} if fact.as_of else ""
    return language_data(language).text("comma").join(filter(None, (fact.speaker(language), day)))


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))
