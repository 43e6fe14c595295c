"""The draft as a pack in memory, with what the checker says; made once for each state of the draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from flask import current_app

from campaign import clock
from campaign.database import db
from campaign.editions import drafts, store
from campaign.editions.drafts import Draft
from campaign.editions.edition_cache import LoadedEdition
from campaign.letters import proof
from campaign.pack.check import check
from campaign.pack.files import parse, parse_draft
from campaign.pack.findings import Finding
from campaign.pack.model import Pack
from campaign.pack.photographs import not_there
from campaign.photographs import photo_store

#: Drafts that are kept in memory: the newest of a few campaigns.
KEPT = 4


@dataclass
class DraftSnapshot:
    """One state of a campaign's draft. The pack is None where it can't be put together.

    Languages in preparation are among those of the pack.
    """

    slug: str
    draft: Draft
    pack: Pack | None

    @property
    def files(self) -> dict[str, str]:
        return self.draft.files

    @property
    def mark(self) -> int:
        return self.draft.mark

    @cached_property
    def checked(self) -> list[Finding]:
        """What the checker says."""
        return check(self.files, clock.today)

    @cached_property
    def findings(self) -> list[Finding]:
        """The same, photographs that are missing, and, where nothing is wrong, a reading of every letter."""
        absent = not_there(self.files, photo_store.missing(db.session, self.slug, self.files))
        if self.pack is None or any(one.level == "error" for one in self.checked):
            return self.checked + absent
        public = parse(self.files)
        return self.checked + absent + proof.check(public, clock.today(public.time_zone))

    def new_errors(self, after: Mapping[str, str]) -> list[Finding]:
        """Errors that a change would bring in; those that were there do not hold it up."""
        there = {(one.path, one.text) for one in self.checked}
        found = check(after, clock.today)
        return [one for one in found if not one.can_wait and (one.path, one.text) not in there]

    def edition(self) -> LoadedEdition | None:
        """The draft as pages read it."""
        return LoadedEdition(0, self.pack, clock.now()) if self.pack else None


def draft_snapshot(slug: str) -> DraftSnapshot:
    """The draft of a campaign as it is now."""
    kept: dict[str, DraftSnapshot] = current_app.extensions.setdefault("drafts_seen", {})
    draft = drafts.draft(db.session, slug)
    found = kept.get(slug)
    if found is None or found.mark != draft.mark:
        while len(kept) >= KEPT:
            kept.pop(next(iter(kept)), None)
        found = kept[slug] = DraftSnapshot(slug, draft, parse_draft(draft.files)[0] if draft.files else None)
    return found


def published_files(slug: str) -> dict[str, str]:
    """The files of the newest edition; none before the first."""
    return store.files_of(db.session, slug, store.newest(db.session).get(slug, 0))
