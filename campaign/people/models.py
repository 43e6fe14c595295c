"""Tables of organisers: their credentials, roles and sign-ins, and the audit."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, DateTime, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.database import Base


class Person(Base):
    """A person who can sign in, unless removed. Nobody is deleted, since the audit names them.

    `totp` is the shared secret of the code generator, or empty; `totp_step` is the last time step
    with an accepted code, so that no code works twice.
    """

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str] = mapped_column(String(255), default="")
    totp: Mapped[str] = mapped_column(String(64), default="")
    totp_step: Mapped[int] = mapped_column(default=0)
    removed: Mapped[bool] = mapped_column(default=False)


class Membership(Base):
    """A person's role in one campaign. `languages` are those of a translator, separated by spaces."""

    __tablename__ = "membership"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    languages: Mapped[str] = mapped_column(String(400), default="")


class RecoveryCode(Base):
    """The hash of a code that replaces a lost code generator once."""

    __tablename__ = "recovery_code"
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)


class Passkey(Base):
    """A passkey of a person: the authenticator's id of it, and its public key. It contains no secret."""

    __tablename__ = "passkey"
    credential: Mapped[bytes] = mapped_column(LargeBinary(1023), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    count: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(60), default="")
    added: Mapped[date] = mapped_column(Date)


class UsedChallenge(Base):
    """An answered challenge, which can't be answered again. Deleted when it would have expired anyway."""

    __tablename__ = "spent_challenge"
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SignIn(Base):
    """One sign-in, identified by the hash of its token: a copy of this table is no use for signing in.

    `proved` is when a second factor was last used in it.
    """

    __tablename__ = "sign_in"
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    began: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seen: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    proved: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Invitation(Base):
    """An invitation of one address, valid once within two days; identified by the hash of its token."""

    __tablename__ = "invitation"
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(16))
    languages: Mapped[str] = mapped_column(String(400), default="")
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used: Mapped[bool] = mapped_column(default=False)


class DailyMail(Base):
    """What somebody wants to hear of by e-mail, and what the last one said.

    `off` are the subjects that they switched off, separated by spaces; `looked` is the day on which the
    worker last looked what waits for them, `sent` the day of the last e-mail, `said` the hash of its words.
    """

    __tablename__ = "daily_mail"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), default="")
    off: Mapped[str] = mapped_column(String(100), default="")
    looked: Mapped[date | None] = mapped_column(Date)
    sent: Mapped[date | None] = mapped_column(Date)
    said: Mapped[bytes] = mapped_column(LargeBinary(32), default=b"")


class AuditRow(Base):
    """Who did what, when. Each row has the hash of the previous row, which reveals changes and gaps."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    at: Mapped[str] = mapped_column(String(32))
    who: Mapped[str] = mapped_column(String(254))
    what: Mapped[str] = mapped_column(String(40))
    on: Mapped[str] = mapped_column(String(254))
    note: Mapped[str] = mapped_column(Text, default="")
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
