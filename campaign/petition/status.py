"""Whether a petition can be signed now, and with which key: read at most twice a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions.models import Campaign
from campaign.pack import signing_rules
from campaign.pack.model import Pack, Terms
from campaign.pack.outcome import outcome
from campaign.petition.models import CampaignKey, PetitionState, Proposal
from campaign.petition.proposal_kinds import LAPSES, MOST_PAYLOAD, OPEN, ProposalKind
from campaign.petition.server_keys import KeySources, ServerKeys
from campaign.refreshing import Refresher
from campaign.signatures.public_keys import fingerprint, read_public_line
from campaign.signatures.sealing import KEY_BYTES, KeyUnusableError, PublicKey
from campaign.signatures.trial_keys import TrialKind, kind_of
from campaign.untrusted import json_value

#: How much longer links that were sent before the end can be used.
GRACE = timedelta(days=1)


class PetitionStatus(StrEnum):
    """Open, or the reason why not."""

    OPEN = "open"
    NOT_YET = "not yet"
    NO_KEY = "no key"
    NO_TERMS = "no terms"
    NO_MAIL = "no mail"
    NO_RUNNER = "no runner"
    PAUSED = "paused"
    CLOSED = "closed"
    FINISHED = "finished"
    ARCHIVED = "archived"
    ERASED = "erased"


#: The ends of a petition: nobody can sign any more.
OVER = frozenset(
    {PetitionStatus.CLOSED, PetitionStatus.FINISHED, PetitionStatus.ARCHIVED, PetitionStatus.ERASED}
)


@dataclass(frozen=True, slots=True)
class PetitionRecord:
    """What the database has about one petition. `key` is None if there is no key to seal to.

    `archived`: since when the campaign can only be read. `proposed` is the key that somebody proposed
    and nobody carried out or stopped yet. `trial`: the kind of its trial key, if it has or had one.
    """

    campaign: int
    key: PublicKey | None = None
    paused: bool = False
    erased: date | None = None
    proposed: PublicKey | None = None
    archived: date | None = None
    trial: TrialKind | None = None

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the key, '' for none."""
        return fingerprint(self.key) if self.key else ""

    @property
    def proposed_fingerprint(self) -> str:
        """The fingerprint of the proposed key, '' for none."""
        return fingerprint(self.proposed) if self.proposed else ""


class Petitions:
    """Every campaign's petition, as this process last read it."""

    EVERY = 0.5  # seconds

    def __init__(
        self,
        session: Callable[[], Session],
        folders: tuple[Path, Path],
        mail: bool = True,
        trials: bool = True,
        sources: KeySources = KeySources(),  # noqa: B008  frozen
    ) -> None:
        """`folders`: data, and keys in memory. `trials`: people can sign without knowing who asks them to.

        `sources`: where the server's keys are, if not in files of the data folder.
        """
        self._session, self._mail, self._trials = session, mail, trials
        self._data, self._volatile = folders
        self._sources = replace(sources, depends=self._depends)
        self._records: dict[str, PetitionRecord] = {}
        self._trial: TrialKind | None = None
        self._server_keys: dict[str, ServerKeys] = {}
        self._refresher = Refresher(self._read_records, self.EVERY)

    def held(self, slug: str, fresh: bool = False) -> PetitionRecord:
        """The record of a petition; with `fresh` it is read again. Raises LookupError."""
        # A campaign that was published a moment ago is read at once.
        if fresh or slug not in self._records:
            self._read_records()
            self._refresher.filled()
        else:
            self._refresher.look()
        if slug not in self._records:
            raise LookupError(f"There is no campaign {slug}.")
        return self._records[slug]

    def _read_records(self) -> None:
        with self._session() as session:
            self._records = _read(session, self._trials)
        kinds = {record.trial for record in self._records.values()}
        self._trial = next((kind for kind in reversed(TrialKind) if kind in kinds), None)

    @property
    def trial(self) -> TrialKind | None:
        """What this site is for, if a petition of it has a trial key; never in production.

        Every page asks, so that none is taken for real.
        """
        if not self._trials:
            return None
        self._refresher.look()
        return self._trial

    def server_keys(self, slug: str) -> ServerKeys:
        """The server's keys of a petition."""
        if slug not in self._server_keys:
            self._server_keys[slug] = ServerKeys(self._data, self._volatile, slug, self._sources)
        return self._server_keys[slug]

    def _depends(self, slug: str, name: str) -> bool:
        """Whether something needs a key that is missing. The index is needed while it has open slots."""
        others = {"index": _OPEN_SLOTS, "withdraw": _SIGNED_OR_ON}
        query = _LOGGED if name.startswith("log-") else others.get(name, _SIGNED)
        with self._session() as session:
            values = {"slug": slug} | ({"no": False} if name == "index" else {})
            return session.execute(query, values).first() is not None

    def collects(self, pack: Pack) -> bool:
        """Whether the pack says what people must know before they sign, or this server is for trials."""
        return self._trials or signing_rules.may_sign(pack)

    def status(self, slug: str, pack: Pack, today: date) -> PetitionStatus:
        """Whether a petition can be signed today."""
        petition, terms = self.held(slug), pack.terms
        if petition.erased is not None:
            return PetitionStatus.ERASED
        if petition.archived is not None:
            return PetitionStatus.ARCHIVED
        if terms.closes and today > terms.closes:
            return PetitionStatus.CLOSED
        if outcome(pack, today):
            return PetitionStatus.FINISHED
        if petition.paused:
            return PetitionStatus.PAUSED
        if terms.erase_on is None:
            return PetitionStatus.NO_TERMS
        if not self.collects(pack):
            return PetitionStatus.NO_RUNNER
        if petition.key is None:
            return PetitionStatus.NO_KEY
        if not self._mail:
            return PetitionStatus.NO_MAIL
        return PetitionStatus.NOT_YET if terms.opens and today < terms.opens else PetitionStatus.OPEN

    def takes_links(self, slug: str, terms: Terms, today: date) -> bool:
        """Whether links that were sent can still be confirmed: after a pause yes, after the end no."""
        return self.held(slug).erased is None and not index_is_closed(terms, today)


_SIGNED = text(
    "SELECT 1 FROM campaign WHERE slug = :slug AND (EXISTS"
    " (SELECT 1 FROM signature WHERE signature.campaign_id = campaign.id) OR EXISTS"
    " (SELECT 1 FROM gone WHERE gone.campaign_id = campaign.id))"
)
#: The key of withdrawal links is that of the organisations' links and contacts, too.
_SIGNED_OR_ON = text(
    f"{_SIGNED.text} OR (slug = :slug AND EXISTS (SELECT 1 FROM organisation"  # noqa: S608  no value is in it
    " WHERE organisation.campaign_id = campaign.id AND organisation.contact IS NOT NULL))"
)
_LOGGED = text(
    "SELECT 1 FROM log_entry JOIN campaign ON campaign.id = log_entry.campaign_id"
    " WHERE campaign.slug = :slug LIMIT 1"
)
_OPEN_SLOTS = text(
    "SELECT 1 FROM seen JOIN campaign ON campaign.id = seen.campaign_id"
    " WHERE campaign.slug = :slug AND seen.owed = :no LIMIT 1"
)


def index_is_closed(terms: Terms, today: date) -> bool:
    """Whether links of the petition are no longer taken, so that nobody needs the index."""
    return terms.closes is not None and today > terms.closes + GRACE


def _read(session: Session, trials: bool) -> dict[str, PetitionRecord]:
    """The records; unless `trials` are allowed, nothing is sealed to a trial key."""
    keys: dict[int, list[CampaignKey]] = {}
    for row in session.scalars(select(CampaignKey).order_by(CampaignKey.epoch)):
        keys.setdefault(row.campaign_id, []).append(row)
    proposed = proposed_keys(session)
    states = {row.campaign_id: row for row in session.scalars(select(PetitionState))}
    petitions = {}
    for campaign in session.scalars(select(Campaign)):
        state = states.get(campaign.id)
        known = [_usable(campaign.slug, row) for row in keys.get(campaign.id, [])]
        newest = known[-1] if known else None
        petitions[campaign.slug] = PetitionRecord(
            campaign.id,
            newest if trials or newest is None or kind_of(newest) is None else None,
            bool(state and state.paused),
            state.erased if state else None,
            proposed.get(campaign.id),
            campaign.archived,
            next((kind for key in known if key and (kind := kind_of(key))), None),
        )
    return petitions


def proposed_keys(session: Session) -> dict[int, PublicKey]:
    """The key that is proposed for each campaign, the newest proposal where there are several."""
    query = select(Proposal).where(Proposal.kind == ProposalKind.KEY.value, Proposal.state == OPEN)
    rows = session.scalars(query.where(Proposal.at > clock.now() - LAPSES).order_by(Proposal.id))
    return {
        row.campaign_id: read_public_line(json_value(row.payload, MOST_PAYLOAD)["public"]) for row in rows
    }


def _usable(slug: str, row: CampaignKey) -> PublicKey | None:
    """The key, if something can be sealed to it."""
    if len(row.public) != KEY_BYTES:
        return None
    key = PublicKey(slug, row.epoch, row.public)
    try:
        key.seal(b"")
    except KeyUnusableError:
        return None
    return key
