"""How far each text of the draft is in each language."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g

from campaign.database import db
from campaign.desk import difference, items
from campaign.desk.cookies import clock
from campaign.desk.difference import Runs
from campaign.desk.items import Where
from campaign.desk.kinds import KINDS, Kind
from campaign.desk.seen import Seen
from campaign.editions import reviews
from campaign.editions.models import Review
from campaign.editions.reviews import Known, Texts
from campaign.pack import writing

#: The order in which states call for work.
WEIGHT = ("missing", "draft", "awaiting", "imported", "reviewed")


@dataclass(frozen=True, slots=True)
class Open:
    """A text that calls for work: whose it is, its state, and whether its source changed since."""

    kind: Kind
    key: str
    title: str
    known: Known
    changed: bool


@dataclass(frozen=True, slots=True)
class Board:
    """What is known of every text of a draft."""

    draft: Seen
    rows: dict[tuple[str, str], Review]
    languages: list[str]
    awaiting: frozenset[str]

    @classmethod
    def of(cls, draft: Seen) -> Board:
        """The board of a draft, read once for a page."""
        table = writing.read(draft.files["campaign.yaml"])
        awaiting = frozenset(writing.at(table, ("awaiting-review",)) or [])
        rows = reviews.of_campaign(db.session, draft.slug)
        return cls(draft, rows, items.languages_of(draft.files), awaiting)

    def state(self, kind: Kind, key: str, language: str) -> Known:
        """The state of one text."""
        row = self.rows.get((kind.item(key), language))
        here = has_text(self.draft.files, kind, key, language)
        if not here:
            return Known("missing")
        if row is None:
            return Known("awaiting" if language in self.awaiting else "imported")
        return reviews.known(row, texts(self.draft.files, kind, key, language), language in self.awaiting)

    def since(self, kind: Kind, key: str, language: str) -> Runs:
        """How the source changed since the translation was made; empty if it did not."""
        row = self.rows.get((kind.item(key), language))
        source = self.languages[0]
        if row is None or language == source or not row.source:
            return []
        now = items.text_of(self.draft.files, kind, key, source)
        return difference.runs(row.source, now) if row.source != now else []

    def open_ones(self, language: str, reading: list[str]) -> list[Open]:
        """Every text of a language, those that call for work first."""
        found = []
        for kind in KINDS.values():
            for key in items.keys(self.draft.files, kind) if kind.translated else []:
                known = self.state(kind, key, language)
                changed = bool(self.since(kind, key, language))
                title = items.title_of(self.draft.files, kind, key, reading)
                found.append(Open(kind, key, title, known, changed))
        return sorted(found, key=lambda one: (not one.changed, WEIGHT.index(one.known.state)))


def has_text(files: items.Files, kind: Kind, key: str, language: str) -> bool:
    """Whether a thing has its texts in a language: every one that its source has."""
    if kind.room:
        return kind.document(key, language) in files
    source = items.languages_of(files)[0]
    there, here = (items.read(files, Where(kind, key, one)) for one in (source, language))
    return all(here.get(field.id) for field in kind.fields if field.words and there.get(field.id))


def texts(files: items.Files, kind: Kind, key: str, language: str) -> Texts:
    """A text and its source."""
    source = items.languages_of(files)[0]
    return Texts(items.text_of(files, kind, key, language), items.text_of(files, kind, key, source))


def text_changed(draft: Seen, after: dict[str, str], where: Where, ask: bool) -> None:
    """A text was saved: it is a draft, or waits for a reader. Translations remember the source they had."""
    languages = items.languages_of(after)
    item = where.kind.item(where.key)
    if where.language == languages[0]:
        old = items.text_of(draft.files, where.kind, where.key, languages[0])
        others = {one: items.text_of(after, where.kind, where.key, one) for one in languages[1:]}
        reviews.source_changes(db.session, draft.slug, item, old, others)
    found = texts(after, where.kind, where.key, where.language)
    by = Known("awaiting" if ask else "draft", g.desk.name, clock().date())
    reviews.set_state(db.session, draft.slug, (item, where.language), found, by)


def set_state(draft: Seen, where: Where, state: str) -> None:
    """Say of a text as it stands that it waits for a reader, or was read."""
    found = texts(draft.files, where.kind, where.key, where.language)
    by = Known(state, g.desk.name, clock().date())
    reviews.set_state(db.session, draft.slug, (where.kind.item(where.key), where.language), found, by)


def counts(board: Board, language: str) -> dict[str, int]:
    """How many texts of a language are in each state, and how many have an older source."""
    found: dict[str, int] = {}
    for one in board.open_ones(language, [language]):
        found[one.known.state] = found.get(one.known.state, 0) + 1
        if one.changed:
            found["changed"] = found.get("changed", 0) + 1
    return found
