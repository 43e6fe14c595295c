"""Files for translators (PO) of a draft: what goes out and what comes back, for the desk and for commands."""

from __future__ import annotations

from campaign.database import db
from campaign.desk.content import items
from campaign.desk.content.items import ItemReference
from campaign.desk.content.kinds import KINDS
from campaign.desk.content.reviews import ReviewStates, set_state_by
from campaign.desk.draft_snapshot import DraftSnapshot
from campaign.editions import drafts, store
from campaign.editions.drafts import Change
from campaign.editions.reviews import ReviewState
from campaign.editions.store import Authorship
from campaign.messages import Message
from campaign.pack.translation.comparison import Comparison, compared
from campaign.pack.translation.export import TextState, Translate, exported, source_text
from campaign.pack.translation.places import TextPlace
from campaign.pack.translation.po import Entry

#: What a file says of a text that somebody has worked on.
WORDS = {
    "draft": Message("State: draft"),
    "awaiting": Message("State: awaiting review"),
    "reviewed": Message("State: reviewed"),
}


def written(draft: DraftSnapshot, language: str, translate: Translate = str) -> bytes:
    """The file of a language."""
    states = _States(draft, language)

    def state(place: TextPlace) -> TextState:
        known = states.reviews.state(KINDS[place.kind.key], place.key, language).state
        word = translate(WORDS[known]) if known in WORDS else ""
        return TextState(word, states.stale(place))

    return exported(draft.files, language, state, translate)


def read(draft: DraftSnapshot, language: str, entries: list[Entry]) -> Comparison:
    """What the entries of a file would change in the draft."""
    return compared(draft.files, language, entries, draft.new_errors, _States(draft, language).stale)


class _States:
    """Which texts of a language were translated from another source than the draft's."""

    def __init__(self, draft: DraftSnapshot, language: str) -> None:
        self.draft, self.language = draft, language
        self.reviews = ReviewStates.of(draft)

    def stale(self, place: TextPlace) -> bool:
        """Whether the source of a text was another when its item was translated."""
        row = self.reviews.rows.get((KINDS[place.kind.key].item(place.key), self.language))
        if row is None or not row.source or (row.source_language or place.source) != place.source:
            return False
        return source_text(place, self.draft.files).strip() not in row.source


def save(draft: DraftSnapshot, result: Comparison, author: Authorship, by: ReviewState) -> None:
    """Save what a file changes, as one save; its texts are then in the state `by`. Raises ConflictError."""
    versions = draft.draft.versions
    changes = [
        Change(path, text, versions[path].id if path in versions else 0)
        for path, text in result.files.items()
    ]
    places = [*(change.place for change in result.changes), *result.confirmed]
    with store.writing(db.session, draft.slug):
        drafts.save_all(db.session, draft.slug, changes, author)
        after: items.Files = {**draft.files, **result.files}
        for kind, key in dict.fromkeys((place.kind.key, place.key) for place in places):
            set_state_by(draft.slug, after, ItemReference(KINDS[kind], key, result.language), by)
