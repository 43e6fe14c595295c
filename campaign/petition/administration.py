"""Publish a campaign's public key, and change a petition's settings. Each change is an audit event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions import store
from campaign.editions.models import Campaign
from campaign.people.audit import AuditEvent, AuditVerb, write
from campaign.petition.models import CampaignKey, PetitionState, PublicName
from campaign.signatures import key_proofs, trial_keys
from campaign.signatures.public_keys import KeyFileError, fingerprint
from campaign.signatures.sealing import KeyUnusableError, PublicKey
from campaign.signatures.trial_keys import TrialKind


class UnprovenKeyError(KeyFileError):
    """The next key of a campaign, without a proof by the key before it: somebody has to agree to it."""


@dataclass(frozen=True, slots=True)
class KeyProof:
    """Why a new key is to be trusted: the proof's line in its .pub file, or that it was agreed to."""

    line: str = ""
    agreed: bool = False


def publish_key(
    session: Session, key: PublicKey, who: str, today: date | None = None, proof: KeyProof | None = None
) -> None:
    """Seal signatures to this key from now on. Raises KeyFileError if it is not the next key.

    The first epoch is 1, and each new key adds 1. What was sealed to an older key stays sealed to it.
    After the first key, the one before it has to have signed the next, or UnprovenKeyError is raised. A
    trial key has no say in what follows it: everybody has its private half.
    `today` is the day in the campaign's time zone; the default is the day in UTC.
    """
    proof = proof or KeyProof()
    with store.writing(session, key.slug) as campaign:
        previous = check_key(session, campaign, key, proof.line)
        if previous is not None and not (proof.line or proof.agreed):
            raise UnprovenKeyError("The key before this one has not signed it.")
        _add_key(session, campaign, key, who, today)


def publish_trial_key(session: Session, slug: str, who: str, kind: TrialKind, today: date) -> None:
    """Open a petition for practice, on a site that is not in production: the caller asks for that.

    Raises KeyFileError if the campaign has a key: a real one is never followed by a trial key.
    """
    with store.writing(session, slug) as campaign:
        key = trial_keys.trial_key(slug, kind=kind).public
        check_next_key(session, campaign, key)
        _add_key(session, campaign, key, who, today)


def _add_key(session: Session, campaign: Campaign, key: PublicKey, who: str, today: date | None) -> None:
    added = today or clock.today()
    session.add(CampaignKey(campaign_id=campaign.id, epoch=key.epoch, public=key.raw, added=added))
    event = AuditEvent(who, AuditVerb.PUBLISH_KEY, f"epoch {key.epoch}", fingerprint(key))
    _write_audit(session, campaign, event)


def trial_keys_of(session: Session) -> dict[str, TrialKind]:
    """The campaigns that have, or had, a trial key, by slug."""
    rows = session.execute(select(Campaign.slug, CampaignKey.epoch, CampaignKey.public).join(Campaign))
    kinds = {slug: trial_keys.kind_of(PublicKey(slug, epoch, public)) for slug, epoch, public in rows}
    return {slug: kind for slug, kind in kinds.items() if kind}


def check_key(session: Session, campaign: Campaign, key: PublicKey, proof: str) -> PublicKey | None:
    """The key that has to prove this one. Raises KeyFileError if it is not the next, or proves nothing.

    A trial key is no next key, and proves none: everybody has its private half.
    """
    trial_keys.refuse(key)
    previous = check_next_key(session, campaign, key)
    if previous is None or trial_keys.kind_of(previous):
        return None
    key_proofs.check(proof, previous, key)
    return previous


def check_next_key(session: Session, campaign: Campaign, key: PublicKey) -> PublicKey | None:
    """The key before this one, None before the first. Raises KeyFileError if it is not the next key."""
    if key.slug != campaign.slug:
        raise KeyFileError(f"This is a key of {key.slug}, not of {campaign.slug}.")
    try:
        key.seal(b"")
    except KeyUnusableError:
        raise KeyFileError("Nothing can be sealed to this key.") from None
    query = select(CampaignKey).where(CampaignKey.campaign_id == campaign.id)
    newest = session.scalars(query.order_by(CampaignKey.epoch.desc()).limit(1)).one_or_none()
    following = (newest.epoch if newest else 0) + 1
    if key.epoch != following:
        raise KeyFileError(f"This is the key of epoch {key.epoch}; the next one here is {following}.")
    return PublicKey(campaign.slug, newest.epoch, newest.public) if newest else None


def keys(session: Session, slug: str) -> list[tuple[PublicKey, date]]:
    """The public keys of a campaign, oldest first, with the day each was added."""
    query = select(CampaignKey).join(Campaign, Campaign.id == CampaignKey.campaign_id)
    rows = session.scalars(query.where(Campaign.slug == slug).order_by(CampaignKey.epoch))
    return [(PublicKey(slug, row.epoch, row.public), row.added) for row in rows]


def pause(session: Session, slug: str, who: str, paused: bool) -> None:
    """Pause signing, or resume it. Links already sent keep working."""
    with store.writing(session, slug) as campaign:
        state(session, campaign.id).paused = paused
        _write_audit(
            session,
            campaign,
            AuditEvent(who, AuditVerb.PAUSE_SIGNING if paused else AuditVerb.RESUME_SIGNING),
        )


def set_trustees(session: Session, slug: str, who: str, addresses: str) -> None:
    """Set who gets the daily manifest by e-mail: one address per line."""
    with store.writing(session, slug) as campaign:
        state(session, campaign.id).trustees = addresses
        _write_audit(
            session, campaign, AuditEvent(who, AuditVerb.CHANGE_TRUSTEES, "", str(len(addresses.split())))
        )


def trustees(session: Session, campaign: int) -> str:
    """Who gets the daily manifest besides the owners, one address per line."""
    row = session.get(PetitionState, campaign)
    return row.trustees if row else ""


def double_entry(session: Session, campaign: int) -> bool:
    """Whether two people type each sheet of paper."""
    row = session.get(PetitionState, campaign)
    return row is None or row.double_entry


def set_double_entry(session: Session, slug: str, who: str, double: bool) -> None:
    """Set whether two people or one type each sheet."""
    with store.writing(session, slug) as campaign:
        state(session, campaign.id).double_entry = double
        _write_audit(
            session, campaign, AuditEvent(who, AuditVerb.DOUBLE_ENTRY if double else AuditVerb.SINGLE_ENTRY)
        )


def state(session: Session, campaign: int) -> PetitionState:
    """The row with a petition's settings; it is added if it does not exist."""
    row = session.get(PetitionState, campaign)
    if row is None:
        row = PetitionState(
            campaign_id=campaign,
            paused=False,
            erased=None,
            trustees="",
            double_entry=True,
            erased_records=0,
            erased_waiting=0,
        )
        session.add(row)
    return row


def names(session: Session, slug: str) -> list[PublicName]:
    """Names that signers want to show, those that wait for a decision first."""
    query = select(PublicName).join(Campaign, Campaign.id == PublicName.campaign_id)
    return list(
        session.scalars(query.where(Campaign.slug == slug).order_by(PublicName.shown, PublicName.name))
    )


def decide_names(session: Session, slug: str, who: str, show: set[int], drop: set[int]) -> None:
    """Approve names, or delete them for good."""
    with store.writing(session, slug) as campaign:
        names_query = select(PublicName).where(PublicName.campaign_id == campaign.id)
        for row in session.scalars(names_query.where(PublicName.id.in_(show | drop))):
            if row.id in drop:
                session.delete(row)
            else:
                row.shown = True
        _write_audit(
            session,
            campaign,
            AuditEvent(
                who, AuditVerb.DECIDE_ON_NAMES, "", f"{len(show - drop)} shown, {len(drop)} taken out"
            ),
        )


def tell(session: Session, slug: str, event: AuditEvent) -> None:
    """Record an audit event for an action that changes nothing else."""
    with store.writing(session, slug) as campaign:
        _write_audit(session, campaign, event)


def _write_audit(session: Session, campaign: Campaign, event: AuditEvent) -> None:
    write(session, campaign.id, event, clock.now())
