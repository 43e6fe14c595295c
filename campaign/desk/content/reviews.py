"""How far each text of the draft is in each language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from flask import g

from campaign.database import db
from campaign.desk.content import difference, items, plural_forms
from campaign.desk.content.difference import Runs
from campaign.desk.content.items import ItemReference
from campaign.desk.content.kinds import KINDS, Kind
from campaign.desk.draft_snapshot import DraftSnapshot
from campaign.editions import reviews
from campaign.editions.models import Review
from campaign.editions.reviews import ReviewState, TextPair
from campaign.pack import writing
from campaign.web.open_edition import campaign_day

#: The order in which states call for work.
WEIGHT = ("missing", "draft", "awaiting", "imported", "reviewed")


@dataclass(frozen=True, slots=True)
class OpenText:
    """A text that calls for work: whose it is, its state, and whether its source changed since."""

    kind: Kind
    key: str
    title: str
    known: ReviewState
    changed: bool


@dataclass(frozen=True, slots=True)
class ReviewStates:
    """What is known of every text of a draft."""

    draft: DraftSnapshot
    rows: dict[tuple[str, str], Review]
    languages: list[str]
    awaiting: frozenset[str]

    @classmethod
    def of(cls, draft: DraftSnapshot) -> ReviewStates:
        """The states of a draft's texts, read once for a page."""
        table = writing.read(draft.files["campaign.yaml"])
        awaiting = frozenset(writing.at(table, ("awaiting-review",)) or [])
        rows = reviews.of_campaign(db.session, draft.slug)
        return cls(draft, rows, items.languages_of(draft.files), awaiting)

    def state(self, kind: Kind, key: str, language: str) -> ReviewState:
        """The state of one text."""
        files = self.draft.files
        if not has_text(files, kind, key, language):
            return ReviewState("missing")
        row = self.rows.get((kind.item(key), language))
        return reviews.known(
            row, language in self.awaiting, lambda: items.text_of(files, kind, key, language)
        )

    def since(self, kind: Kind, key: str, language: str) -> Runs:
        """How the source changed since the translation was made, by what is around; empty if it did not."""
        was, now = self._sources(kind, key, language)
        return difference.shortened(difference.runs(was, now)) if was != now else []

    def _sources(self, kind: Kind, key: str, language: str) -> tuple[str, str]:
        """The source that a translation was made from, and as it is now; both '' if that is not known."""
        row = self.rows.get((kind.item(key), language))
        source = self.source_of(kind, key, language)
        if row is None or language == source or not row.source:
            return "", ""
        return row.source, items.text_of(self.draft.files, kind, key, source)

    def source_of(self, kind: Kind, key: str, language: str) -> str:
        """The language that a text was translated from, whichever is the source by now."""
        row = self.rows.get((kind.item(key), language))
        return row.source_language if row and row.source_language else self.languages[0]

    def open_ones(self, language: str, reading: list[str]) -> list[OpenText]:
        """Every text of a language, those that call for work first."""
        found = []
        for kind, key in self._texts():
            was, now = self._sources(kind, key, language)
            title = items.title_of(self.draft.files, kind, key, reading)
            found.append(OpenText(kind, key, title, self.state(kind, key, language), was != now))
        return sorted(found, key=lambda one: (not one.changed, WEIGHT.index(one.known.state)))

    def counts(self, language: str) -> Counter[str]:
        """How many texts of a language are in each state, and how many have a 'changed' source.

        Those that are missing and shown in another language are 'elsewhere'.
        """
        found: Counter[str] = Counter()
        for kind, key in self._texts():
            was, now = self._sources(kind, key, language)
            state = self.state(kind, key, language).state
            if state == "missing" and kind.partial:
                state = "elsewhere"
            found.update([state, *(["changed"] if was != now else [])])
        return found

    def _texts(self) -> Iterator[tuple[Kind, str]]:
        for kind in KINDS.values():
            if kind.translated:
                keys = items.keys(self.draft.files, kind)
                yield from ((kind, key) for key in keys if self._is_there(kind, key))

    def _is_there(self, kind: Kind, key: str) -> bool:
        """Whether there is such a text in any language: a campaign may have no petition."""
        if kind.table or kind.many:
            return True
        return any(kind.document(key, code) in self.draft.files for code in self.languages)


def has_text(files: items.Files, kind: Kind, key: str, language: str) -> bool:
    """Whether a thing has its texts in a language: every one that its source has."""
    if kind.folder:
        return kind.document(key, language) in files
    if any(field.plural for field in kind.fields):
        root = items.root_of(files[kind.table], ItemReference(kind, key, language))
        record = writing.at(writing.read(files[kind.table]), root or ())
        return plural_forms.has_any(record, language)
    source = items.languages_of(files)[0]
    there, here = (items.read(files, ItemReference(kind, key, one)) for one in (source, language))
    return all(here.get(field.id) for field in kind.fields if field.words and there.get(field.id))


def text_changed(draft: DraftSnapshot, after: items.Files, where: ItemReference, ask: bool) -> None:
    """A text was saved: it is a draft, or waits for a reader. Translations remember the source they had."""
    first, *others = items.languages_of(after)
    if where.language == first:
        old = items.text_of(draft.files, where.kind, where.key, first)
        there = [one for one in others if items.text_of(after, where.kind, where.key, one).strip()]
        item = where.kind.item(where.key)
        reviews.source_changes(db.session, draft.slug, item, TextPair("", old, first), there)
    set_state(draft.slug, after, where, "awaiting" if ask else "draft")


def set_state(slug: str, files: items.Files, where: ItemReference, state: str) -> None:
    """Say of a text, as it stands in these files, how far it is by the person at the desk."""
    set_state_by(slug, files, where, ReviewState(state, g.desk.name, campaign_day(g.desk.slug)))


def set_state_by(slug: str, files: items.Files, where: ItemReference, by: ReviewState) -> None:
    """Say of a text, as it stands in these files, how far it is, who says so, and on which day."""
    kind, key = where.kind, where.key
    first = items.languages_of(files)[0]
    here, source = (items.text_of(files, kind, key, one) for one in (where.language, first))
    texts = TextPair(here, source, first)
    reviews.set_state(db.session, slug, (kind.item(key), where.language), texts, by)
