"""The draft as a pack in memory, with what the checker says; made once for each state of the draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from flask import current_app

from campaign.database import db
from campaign.editions import drafts, store
from campaign.editions.drafts import Draft
from campaign.editions.library import Shelf
from campaign.editions.models import now
from campaign.letters import proof
from campaign.pack.check import check
from campaign.pack.files import parse_draft
from campaign.pack.findings import Finding
from campaign.pack.model import Pack

#: Drafts that are kept in memory: the newest of a few campaigns.
KEPT = 4


@dataclass
class Seen:
    """One state of a campaign's draft. The pack is None where it can't be put together."""

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
    def findings(self) -> list[Finding]:
        """What the checker and a reading of every letter say, errors first."""
        return all_findings(self.files)

    @cached_property
    def errors(self) -> frozenset[tuple[str, str]]:
        """Where the draft has errors already, and which: those do not hold up a change."""
        found = check(self.files, date.today())
        return frozenset((one.path, one.text) for one in found if one.level == "error")

    def shelf(self) -> Shelf | None:
        """The draft as pages read it."""
        return Shelf(0, self.pack, now()) if self.pack else None


def all_findings(files: dict[str, str]) -> list[Finding]:
    """What the checker says, and, where nothing is wrong with the files, a reading of every letter."""
    found = check(files, date.today())
    pack, problems = parse_draft(files)
    if pack is not None and not problems.errors and not any(one.level == "error" for one in found):
        found += proof.check(pack, date.today())
    return found


def seen(slug: str) -> Seen:
    """The draft of a campaign as it is now."""
    kept: dict[str, Seen] = current_app.extensions.setdefault("drafts_seen", {})
    draft = drafts.draft(db.session, slug)
    found = kept.get(slug)
    if found is None or found.mark != draft.mark:
        while len(kept) >= KEPT:
            kept.pop(next(iter(kept)), None)
        found = kept[slug] = Seen(slug, draft, parse_draft(draft.files)[0] if draft.files else None)
    return found


def published_files(slug: str) -> dict[str, str]:
    """The files of the newest edition; none before the first."""
    return store.files_of(db.session, slug, store.newest(db.session).get(slug, 0))
