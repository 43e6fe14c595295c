"""How many bytes of HTML a pack's pages have at most, estimated from its texts without rendering them.

Each item counts with its tags, each text as it is escaped. The figures of the tags are a little above
those of the templates; a test compares the estimates with rendered pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from jinja2 import TemplateError

from campaign.pack import wording
from campaign.pack.model import Demand, DemandText, Event, Fact, LetterText, Moment, Pack, Source, Text
from campaign.pack.model.picture import MARKS, ShownPicture
from campaign.pack.pictures import MOST_ON_PAGE, drawn, marks
from campaign.pack.responsible import in_footer
from campaign.pack.values import Prose

#: Head, menu, headings and foot of a page; of the composer, which lists all countries.
BASE, COMPOSER = 3_600, 32_000

#: What the head says for search engines and messengers, and links that share a page, with its QR code.
HEAD, SHARING = 3_200, 9_000

#: A text of the head is there so often; a text to share so often, each byte as %XX.
IN_HEAD, SHARED = 4, 7 * 3

#: Most dots of the timeline's picture count with this many bytes each.
DOT = 90

#: The tags of a picture in a list, and of one with its caption.
SMALL_PICTURE, PICTURE = 340, 640

#: Pages have no addressee and no sender.
NO_NAMES: dict[str, Any] = {"addressee": {}, "sender": {}, "demands": (), "first": {}}

#: What Markdown and the tags around its words make of a text at most.
PROSE = 3


@dataclass(frozen=True, slots=True)
class PageSize:
    """The estimated bytes of a page in one language."""

    page: str
    language: str
    size: int


def page_sizes(pack: Pack) -> Iterator[PageSize]:
    """The public pages whose size depends on the pack, in each language."""
    for language in pack.languages:
        at = Estimate(pack, language)
        base = BASE + at.frame()
        yield PageSize("/", language, base + at.home() + at.sharing(pack.headline[language]))
        yield PageSize("/record", language, base + at.record())
        yield PageSize("/organisations", language, base + at.organisations())
        yield PageSize("/print", language, base + at.printing())
        yield PageSize("/updates/", language, base + at.updates())
        if pack.has_letters:
            yield PageSize("/write", language, COMPOSER + at.frame() + at.composer())
        if pack.petition:
            text = pack.petition[language]
            extra = at.described(text) + at.sharing(text.title)
            yield PageSize("/petition", language, base + at.petition() + extra)
        yield PageSize("/demands/", language, base + sum(map(at.demand_line, pack.demands.values())))
        for key, demand in pack.demands.items():
            words = demand.texts[language]
            extra = (
                at.described(words) + at.sharing(words.summary) + at.text_picture(demand.picture(language))
            )
            yield PageSize(f"/demands/{key}", language, base + at.demand(demand) + extra)
        for key, texts in pack.pages.items():
            text = texts[language]
            size = at.texts(text.title, text.summary) + at.prose(text.body)
            yield PageSize(f"/{key}", language, base + size + at.described(text))
        for key, update in pack.updates.items():
            news = update.texts[update.language_for(language)]
            size = at.texts(news.title, news.summary) * 2 + at.prose(news.body)
            size += at.text_picture(update.picture(language))
            extra = at.described(news) + at.sharing(news.title)
            yield PageSize(f"/updates/{key}", language, base + size + extra)


def _bytes(text: str) -> int:
    return len(escape(text).encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Estimate:
    """Bytes of the parts of the pages in one language."""

    pack: Pack
    language: str

    def texts(self, *texts: str) -> int:
        return sum(map(_bytes, texts))

    def frame(self) -> int:
        """What a page has around its content: names, menu, languages and who runs it."""
        pack, language = self.pack, self.language
        pages = (texts[language].title for texts in pack.pages.values())
        names = 4 * [pack.name[language]] + 4 * [pack.site_name[language]]
        names += (3 + IN_HEAD) * [pack.headline[language]]
        texts = HEAD + self.texts(*names, *pages, *map(str, in_footer(pack, language)))
        return texts + sum(70 + len(key) + len(pack.slug) for key in pack.pages) + 450 * len(pack.languages)

    def described(self, words: Text | DemandText) -> int:
        """A title and a summary in the head."""
        return IN_HEAD * self.texts(words.title, words.summary)

    def sharing(self, text: str) -> int:
        """The links that share a page with a text."""
        return SHARING + SHARED * len(text.encode("utf-8", "replace"))

    def prose(self, *texts: Prose) -> int:
        """Texts with marks, and the notes under them."""
        size, sources = 0, 0
        for text in texts:
            try:
                rendered = wording.render(self.pack, text.text, self.language, NO_NAMES)
            except (TemplateError, ValueError, KeyError):
                rendered = text.text  # a letter's, which names its addressee
            size += PROSE * _bytes(rendered) + 20 * rendered.count("\n")
            sources += sum(
                self.fact_sources(fact) for key, fact in self.pack.facts.items() if f"fact.{key}" in text.text
            )
        return size + sources

    def fact_sources(self, fact: Fact) -> int:
        return 200 + sum(self.source(self.pack.sources[key]) for key in fact.sources)

    def source(self, source: Source) -> int:
        words = (source.publisher, source.title, source.note)
        return 190 + len(source.key) + _bytes(source.url) + sum(_bytes(text[self.language]) for text in words)

    def fact(self, fact: Fact) -> int:
        """A fact on the record, and its row in a comparison."""
        language = self.language
        short = self.texts(fact.label[language], fact.said_by[language], fact.figure_alone(language))
        compared = 360 + len(fact.key) + short if fact.compare else 0
        quoted = 320 if fact.quote_language else 0
        text = short + _bytes(fact.sentence(language))
        return 330 + len(fact.key) + text + quoted + compared + self.links(fact.sources)

    def links(self, sources: Iterable[str]) -> int:
        """The publishers' names, as links to the list of sources."""
        return sum(
            100 + len(key) + _bytes(self.pack.sources[key].publisher[self.language]) for key in sources
        )

    def moment(self, moment: Moment) -> int:
        return 170 + _bytes(moment.text[self.language]) + self.links(moment.sources)

    def timeline(self) -> int:
        return 3_000 + DOT * len(self.pack.timeline)

    def record(self) -> int:
        pack, language = self.pack, self.language
        topics = sum(300 + 3 * len(topic.key) + 2 * _bytes(topic.title[language]) for topic in pack.topics)
        compared = sum(700 + self.texts(one.title[language], one.note[language]) for one in pack.comparisons)
        items = (
            *map(self.fact, pack.facts.values()),
            *map(self.moment, pack.timeline),
            *map(self.source, pack.record_sources()),
        )
        return topics + compared + sum(items) + self.timeline()

    def home(self) -> int:
        pack, language = self.pack, self.language
        head = self.texts(
            pack.kicker[language], *([pack.headline[language]] * 2), *([pack.name[language]] * 3)
        )
        figures = sum(self.fact(pack.facts[key]) for key in pack.key_figures)
        stated = sum(map(self.moment, pack.front_moments()))
        asking = sum(
            150 + self.texts(one.acronym[language], one.name[language])
            for one in pack.organisations
            if one.asks
        )
        news = sum(self._news()[:3])
        demands = sum(map(self.demand_line, pack.demands.values()))
        return (head + figures + stated + asking + news + demands + self.timeline()
                + self.prose(*self._front_texts()) + self.picture())  # fmt: skip

    def _front_texts(self) -> Iterator[Prose]:
        """The texts of the front page, those that there are."""
        finish = self.pack.finished
        for texts in (self.pack.lead, finish.text if finish else {}):
            if self.language in texts:
                yield texts[self.language]

    def picture(self) -> int:
        """The picture with its caption."""
        pack, language = self.pack, self.language
        if pack.picture is None:
            return 0
        texts = self.prose(pack.picture_note[language]) if language in pack.picture_note else 0
        words = _bytes(pack.picture.alt.get(language, "")) + _bytes(pack.picture.credit)
        count = marks(pack, MOST_ON_PAGE).whole if pack.picture.kind == MARKS else 0
        return 700 + texts + words + 24 * count + sum(self.fact(fact) for fact in drawn(pack))

    def demand_line(self, demand: Demand) -> int:
        text = demand.texts[self.language]
        return 900 + len(demand.key) + self.texts(text.title, text.summary) + self._states(demand)

    def _states(self, demand: Demand) -> int:
        return sum(
            500
            + self.texts(state.reason[self.language], state.state.title.get(self.language, ""))
            + (self.source(self.pack.sources[state.source]) if state.source else 0)
            for state in demand.states
        )

    def demand(self, demand: Demand) -> int:
        text = demand.texts[self.language]
        facts = sum(self.fact(self.pack.facts[key]) for key in demand.facts)
        return (
            2 * self.demand_line(demand)
            + self.texts(text.title, text.summary)
            + facts
            + self.prose(*text.sections.values())
        )

    def organisations(self) -> int:
        return sum(self._organisations())

    def _organisations(self) -> Iterator[int]:
        for one in self.pack.organisations:
            words = (one.acronym, one.name, one.role)
            yield 420 + 2 * _bytes(one.website) + sum(_bytes(text[self.language]) for text in words)
        for supporting in self.pack.supporting:
            yield 420 + _bytes(supporting.name) + 2 * _bytes(supporting.website) + len(supporting.logo)
        for voice in self.pack.voices:
            yield 260 + sum(_bytes(text[self.language]) for text in (voice.name, voice.title, voice.says))

    def printing(self) -> int:
        offices = sum(
            60 + len(office.key) + _bytes(office.title[self.language])
            for office in self.pack.open_addressees()
        )
        return 5_000 + 160 * len(self.pack.languages) + offices + 2 * self._kinds()

    def _kinds(self) -> int:
        kinds = self.pack.kinds.values()
        return sum(
            200
            + self.texts(
                kind.title[self.language], kind.requirement[self.language], kind.advice[self.language]
            )
            for kind in kinds
        )

    def composer(self) -> int:
        pack, language = self.pack, self.language
        offices = sum(
            700 + 4 * len(one.key) + 4 * _bytes(one.title[language]) for one in pack.open_addressees()
        )
        demands = sum(
            500 + 2 * len(key) + 2 * _bytes(one.texts[language].title) for key, one in pack.demands.items()
        )
        letters = [self.letter(template.texts[language]) for template in pack.letters.values()]
        prompts = max(
            (self.texts(*template.texts[language].prompts) for template in pack.letters.values()), default=0
        )
        return offices + demands + self._kinds() + max(letters, default=0) + 2 * prompts

    def letter(self, text: LetterText) -> int:
        """A letter on the screen: its words and the notes of its facts."""
        parts = text.parts()
        named = [
            fact for key, fact in self.pack.facts.items() if any(f"fact.{key}" in part.text for part in parts)
        ]
        return sum(60 + 2 * _bytes(part.text) for part in parts) + sum(map(self.fact_sources, named))

    def _news(self) -> list[int]:
        shown = ((one, one.texts[one.language_for(self.language)]) for one in self.pack.updates.values())
        return [
            400 + 2 * self.texts(text.title, text.summary) + (SMALL_PICTURE if one.photo else 0)
            for one, text in shown
        ]

    def text_picture(self, shown: ShownPicture | None) -> int:
        """The picture of a text with its words."""
        return PICTURE + self.texts(shown.alt, shown.credit) if shown else 0

    def updates(self) -> int:
        return sum(self._news()) + sum(len(key) for key in self.pack.updates)

    def petition(self) -> int:
        pack, language = self.pack, self.language
        text = pack.petition[language]
        asking = sum(
            200 + self.texts(one.acronym[language], one.name[language]) for one in pack.organisations
        )
        milestones = sum(400 + _bytes(one.words[language]) for one in pack.terms.milestones)
        events = sum(map(self.event, pack.terms.events))
        head = COMPOSER + 2 * self.texts(text.title, text.summary)
        return head + self.prose(text.body) + asking + milestones + events

    def event(self, event: Event) -> int:
        words: Iterable[str] = (
            text[self.language]
            for text in (event.words, event.where, event.to, event.answer, event.photo_of)
            if text
        )
        source = self.pack.sources.get(event.source)
        return 900 + self.texts(event.photo_by, *words) + (self.source(source) if source else 0)
