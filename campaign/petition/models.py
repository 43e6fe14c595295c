"""The petition's tables. No column shows who signed, a time finer than the day, or the order of signing."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from campaign.database import Base

#: A random 63-bit id; SQLite uses it as the row id, so that the table has no other order.
OWN_ID = BigInteger().with_variant(Integer, "sqlite")


class CampaignKey(Base):
    """The public half of a campaign's key. Signatures are sealed to the key with the highest epoch."""

    __tablename__ = "campaign_key"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    public: Mapped[bytes] = mapped_column(LargeBinary(32))
    added: Mapped[date] = mapped_column(Date)


class Signature(Base):
    """One sealed signature under a random id. The table is ordered by the id alone: it hides who came first.

    `counted` is false if its slot was already taken: a possible duplicate, on which trustees decide.
    `erase_on` is the day that its signer was promised: no later edition can move it further away.
    """

    __tablename__ = "signature"
    id: Mapped[int] = mapped_column(OWN_ID, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    counted: Mapped[bool]
    erase_on: Mapped[date | None] = mapped_column(Date)


class IndexSlot(Base):
    """A slot of the index that is taken, and by how many records. Nothing links a slot to a record.

    `owed`: the record that was counted here was withdrawn while another one stays, so the count
    stays, too, until the last one is withdrawn. `erase_on` is the latest day of its records.
    """

    __tablename__ = "seen"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    records: Mapped[int]
    owed: Mapped[bool] = mapped_column(default=False)
    erase_on: Mapped[date | None] = mapped_column(Date)


class RemovedRecord(Base):
    """A record that must not come back: withdrawn by its signer, or excluded by trustees."""

    __tablename__ = "gone"
    id: Mapped[int] = mapped_column(OWN_ID, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    voided: Mapped[bool] = mapped_column(default=False)


class SignatureTally(Base):
    """How many signatures came (or, below 0, were withdrawn) on one day, from one country, by one channel.

    A ledger: a withdrawal is −1 on its own day. `shard` spreads one day over several rows, so that
    several processes can write at once.
    """

    __tablename__ = "signature_tally"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    way: Mapped[str] = mapped_column(String(8), primary_key=True)
    shard: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    count: Mapped[int]


class IndexTally(Base):
    """Signatures whose slot was taken, by the day on which that changed and the country. A ledger, too.

    `waiting`: not counted until trustees decide. `sharing`: beyond the first in their slot, decided or
    not. `beside`: filled slots minus counted signatures. See estimate.py.
    """

    __tablename__ = "index_tally"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    shard: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    waiting: Mapped[int]
    sharing: Mapped[int]
    beside: Mapped[int]


class PublicName(Base):
    """A name that its owner wants to show; it appears when an organiser approves it.

    `id` can be calculated from the withdrawal link alone.
    """

    __tablename__ = "public_name"
    id: Mapped[int] = mapped_column(OWN_ID, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    country: Mapped[str] = mapped_column(String(2))
    shown: Mapped[bool] = mapped_column(default=False)
    erase_on: Mapped[date | None] = mapped_column(Date)


class Reason(Base):
    """Why somebody signed, in their own words: public once an organiser has accepted it, and never sealed.

    `id` is random, and another one for each text, so that the journal can name the one that was taken back.
    `signer` can be calculated from the withdrawal link alone. `name` is the first name to show, or ''.
    `language` is '' where it is none that the form has. `day` is that of the state: who wrote when is
    forgotten once it is decided. One that was refused has neither words nor a name any more.
    """

    __tablename__ = "reason"
    __table_args__ = (Index("ix_reason_campaign_state", "campaign_id", "state", "day", "id"),)
    id: Mapped[int] = mapped_column(OWN_ID, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    signer: Mapped[int] = mapped_column(BigInteger, unique=True)
    state: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(String(500))
    name: Mapped[str] = mapped_column(String(40))
    country: Mapped[str] = mapped_column(String(2))
    language: Mapped[str] = mapped_column(String(35))
    day: Mapped[date] = mapped_column(Date)
    erase_on: Mapped[date | None] = mapped_column(Date)


class Unsubscription(Base):
    """A signer who wants no more news; trustees leave them out."""

    __tablename__ = "no_news"
    id: Mapped[int] = mapped_column(OWN_ID, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))


class UsedProof(Base):
    """A proof of work or a page's token that was used: a keyed hash, and the day until which it is kept.

    Both kinds look alike, and no hour is known.
    """

    __tablename__ = "spent"
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    until: Mapped[date] = mapped_column(Date)


class EventNetwork(Base):
    """A network from which many people will sign at the same time, and the hours. It ends by itself."""

    __tablename__ = "event_network"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    network: Mapped[str] = mapped_column(String(43))
    note: Mapped[str] = mapped_column(String(80))
    begins: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class OtherServer(Base):
    """A server of another organisation that collects to the same trustees' key.

    `key` checks what it signs. `day` and `people` are its newest counts that were taken, `problem` why no
    newer ones could be: '' or a reason of `other_servers.py`. Without an `address` its counts are brought by
    hand.
    """

    __tablename__ = "other_server"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(200))
    key: Mapped[bytes] = mapped_column(LargeBinary(32))
    day: Mapped[date | None] = mapped_column(Date)
    people: Mapped[int] = mapped_column(BigInteger, default=0)
    problem: Mapped[str] = mapped_column(String(12), default="")


class PetitionState(Base):
    """A petition's settings: paused, erased on, who gets the daily manifest.

    `double_entry`: two people type each sheet of paper. `erased_records`: counted records that were
    erased on the day that they were promised, and that the tally still counts; `erased_waiting`: those
    that waited for the trustees.
    """

    __tablename__ = "petition_state"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    paused: Mapped[bool] = mapped_column(default=False)
    erased: Mapped[date | None] = mapped_column(Date)
    trustees: Mapped[str] = mapped_column(Text, default="")
    double_entry: Mapped[bool] = mapped_column(default=True)
    erased_records: Mapped[int] = mapped_column(default=0, server_default="0")
    erased_waiting: Mapped[int] = mapped_column(default=0, server_default="0")


class Manifest(Base):
    """The totals of the list of signatures at the end of a day, signed by the server."""

    __tablename__ = "manifest"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    body: Mapped[str] = mapped_column(Text)


class LogTree(Base):
    """A petition's public log: its key's public half (a vkey, whose name is the log's), its size, its sums.

    `day` is the last day that ended in it. `policy`: the witnesses, as a C2SP tlog-policy, or ''.
    """

    __tablename__ = "log_tree"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    log_key: Mapped[str] = mapped_column(String(400))
    size: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date | None] = mapped_column(Date)
    signatures: Mapped[int] = mapped_column(BigInteger)
    withdrawn: Mapped[int] = mapped_column(BigInteger)
    excluded: Mapped[int] = mapped_column(BigInteger)
    policy: Mapped[str] = mapped_column(Text, default="")


class LogPending(Base):
    """A record that enters the log when its day is over, or leaves it. `what` is the kind of entry."""

    __tablename__ = "log_pending"
    id: Mapped[int] = mapped_column(OWN_ID, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    what: Mapped[int] = mapped_column(SmallInteger)
    day: Mapped[date] = mapped_column(Date)


class LogEntry(Base):
    """Which entry of the log is that of a record, and which one takes it away."""

    __tablename__ = "log_entry"
    id: Mapped[int] = mapped_column(OWN_ID, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    entry: Mapped[int] = mapped_column(BigInteger)
    removal: Mapped[int | None] = mapped_column(BigInteger)


class LogTile(Base):
    """The log's entries in bundles (level −1), and its hashes from level 1; level 0 follows from them."""

    __tablename__ = "log_tile"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class LogCheckpoint(Base):
    """A checkpoint as it was signed at the end of a day, with the signatures of witnesses that came since."""

    __tablename__ = "log_checkpoint"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text)


class Night(Base):
    """The last day (UTC) whose nightly work was done for a campaign, by whichever machine."""

    __tablename__ = "night"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date)


class ExclusionList(Base):
    """A list of records that trustees found void, or genuine; applied when a second person agrees."""

    __tablename__ = "void_list"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int]
    who: Mapped[str] = mapped_column(String(200))
    day: Mapped[date] = mapped_column(Date)
    done: Mapped[date | None] = mapped_column(Date)


class Proposal(Base):
    """A change that one person can't make alone: it waits for a second owner, or for the time to object.

    `payload` is JSON, `digest` the hash of kind and payload, `state` open, done or stopped; `decided_by`
    agreed or stopped it.
    """

    __tablename__ = "proposal"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    payload: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    person_id: Mapped[int]
    who: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    state: Mapped[str] = mapped_column(String(12))
    decided_by: Mapped[str] = mapped_column(String(254), default="")
    decided: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RowRequest(Base):
    """What somebody who signed on paper asks for: `what` is erase or correct, `state` open or missing.

    `sealed` is the row as it should be, `slot` its place in the index, as in a sheet's row.
    """

    __tablename__ = "paper_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    what: Mapped[str] = mapped_column(String(8))
    sheet: Mapped[str] = mapped_column(String(20))
    row: Mapped[int] = mapped_column(SmallInteger)
    country: Mapped[str] = mapped_column(String(2))
    slot: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    erase_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(8))
    day: Mapped[date] = mapped_column(Date)
    who: Mapped[str] = mapped_column(String(200))
