"""Checks of the site's data: database, keys, waiting e-mail, the worker, the nightly work, backups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from campaign import clock
from campaign.database import MIGRATIONS, durable
from campaign.editions.edition_cache import EditionCache
from campaign.mail import worker
from campaign.mail.hourly_keys import HOUR
from campaign.mail.outbox import UNREADABLE, Outbox
from campaign.messages import Message, Plural
from campaign.monitoring.backup_record import last_backup
from campaign.monitoring.findings import Finding, Level
from campaign.monitoring.surroundings import Surroundings
from campaign.petition.comparison import compare
from campaign.petition.status import Petitions
from campaign.services import service

#: Minutes after which waiting e-mail is late, and the number of tries that take so long (30 s × 2ⁿ).
LATE_MINUTES, LATE_TRIES = 30, 6

#: Days after which a backup is too old.
BACKUP_DAYS = 7


def of_database(here: Surroundings) -> Iterator[Finding]:
    """Whether it answers, keeps what it commits, and has the tables of this program."""
    try:
        with here.connection() as connection:
            connection.execute(text("SELECT 1"))
            there = _revision(connection)
            engine = connection.engine
            version = ".".join(map(str, connection.dialect.server_version_info or ()))
        weak = durable(engine)
    except SQLAlchemyError as error:
        found = Message("The database does not answer: %(reason)s.", reason=type(error).__name__)
        advice = Message("Start it, and look into its log. Public pages stay readable meanwhile.")
        yield Finding("database", Level.BAD, found, advice)
        return
    if weak:
        found = Message("A power cut would lose signatures: %(setting)s.", setting=weak)
        yield Finding("database", Level.BAD, found, Message("Correct this setting of the database."))
    if there != newest_revision():
        found = Message(
            "The tables are those of version %(there)s, and this program needs %(needed)s.",
            there=there or "–",
            needed=newest_revision(),
        )
        yield Finding("database", Level.BAD, found, Message("Make a backup, then: campaign migrate"))
    if not weak and there == newest_revision():
        found = Message("%(name)s %(version)s answers.", name=_NAMES[engine.dialect.name], version=version)
        yield Finding("database", Level.GOOD, found)


_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def newest_revision() -> str:
    """The newest migration of this program, from its file's name: 0014."""
    return max(path.name[:4] for path in MIGRATIONS.glob("[0-9][0-9][0-9][0-9]_*.py"))


def _revision(connection: Connection) -> str:
    try:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")
    except SQLAlchemyError:
        connection.rollback()
        return ""


def of_keys(here: Surroundings) -> Iterator[Finding]:
    """Whether the keys in the data folder are those that the database was written with."""
    petitions = service(Petitions, here.app)
    found: list[Finding] = []
    with here.connection() as connection:
        for slug in connection.execute(_SIGNED).scalars():
            keys = petitions.server_keys(slug)
            if keys.erased:
                erased = Message(
                    "The keys of %(slug)s are erased, but the database still has its signatures.", slug=slug
                )
                advice = Message("The database is older than the day of erasure. Restore a newer one.")
                found.append(Finding("keys", Level.BAD, erased, advice))
            elif not keys.has_withdraw_key:
                lost = Message(
                    "%(slug)s has signatures, but the key of the links in their e-mails is missing.",
                    slug=slug,
                )
                advice = Message("Stop the server, and bring “petition” back from the copy of the keys.")
                found.append(Finding("keys", Level.BAD, lost, advice))
    unread = service(Outbox, here.app).without_key()
    if unread:
        number = Plural(
            "%(num)s waiting e-mail can’t be read: its key is not on this machine.",
            "%(num)s waiting e-mails can’t be read: their keys are not on this machine.",
            unread,
        )
        found.append(
            Finding("keys", Level.BAD, number, Message("Do not restart. Run the worker where it was."))
        )
    yield from found or [Finding("keys", Level.GOOD, Message("Database and keys belong together."))]


_SIGNED = text(
    "SELECT slug FROM campaign WHERE EXISTS (SELECT 1 FROM signature WHERE campaign_id = campaign.id)"
)


def of_worker(here: Surroundings) -> Iterator[Finding]:
    """The heartbeat of the mail worker."""
    if worker.alive(here.settings):
        yield Finding("worker", Level.GOOD, Message("The mail worker is active."))
    else:
        found = Message("The mail worker has not been active for ten minutes.")
        yield Finding("worker", Level.BAD, found, Message("Restart it: systemctl restart campaign"))


def of_mail(here: Surroundings) -> Iterator[Finding]:
    """E-mail that waits too long, and e-mail that was lost or rejected."""
    with here.connection() as connection:
        late = _late(connection)
        refused = {int(code): int(number) for code, number in connection.execute(_REFUSED)}
    found: list[Finding] = []
    if late:
        number = Plural(
            "%(num)s e-mail has been waiting for more than half an hour.",
            "%(num)s e-mails have been waiting for more than half an hour.",
            late,
        )
        found.append(Finding("mail", Level.BAD, number, Message("Check the relay: campaign doctor")))
    lost = sum(count for code, count in refused.items() if code <= UNREADABLE)
    if lost:
        number = Plural("%(num)s e-mail was lost.", "%(num)s e-mails were lost.", lost)
        advice = Message("The people concerned have to sign again. The page “Signatures” takes note of it.")
        found.append(Finding("mail", Level.BAD, number, advice))
    if rejected := sum(refused.values()) - lost:
        number = Plural("%(num)s e-mail was rejected.", "%(num)s e-mails were rejected.", rejected)
        found.append(Finding("mail", Level.NOTE, number))
    yield from found or [Finding("mail", Level.GOOD, Message("No e-mail is late, and none was lost."))]


_REFUSED = text("SELECT refused, count(*) FROM mail WHERE refused > 0 GROUP BY refused")


def _late(connection: Connection) -> int:
    """E-mails older than the limit: never tried and long due, tried often, or of an hour long past."""
    now = int(clock.seconds())
    query = text(
        "SELECT count(*) FROM mail WHERE refused = 0 AND ((tries = 0 AND due < :due) OR tries >= :tries "
        "OR hour < :hour)"
    )
    long_ago = now - LATE_MINUTES * 60
    values = {"due": long_ago, "tries": LATE_TRIES, "hour": long_ago // HOUR}
    return int(connection.execute(query, values).scalar_one())


def of_nights(here: Surroundings) -> Iterator[Finding]:
    """The nightly comparison of each petition, and whether last night's manifest is there."""
    found: list[Finding] = []
    with here.connection() as connection:
        for slug, edition in service(EditionCache, here.app).newest().items():
            record = service(Petitions, here.app).held(slug)
            if record.key is None or record.erased is not None:
                continue
            if difference := abs(compare(connection, record.campaign).difference):
                number = Plural(
                    "The count of %(slug)s differs from its records by %(num)s.",
                    "The count of %(slug)s differs from its records by %(num)s.",
                    difference,
                    slug=slug,
                )
                advice = Message("Keep the newest backups, and report it as SECURITY.md says.")
                found.append(Finding("night", Level.BAD, number, advice))
            newest, added = _nights(connection, record.campaign)
            if missed := _missed(newest, added, last_night(edition.pack.time_zone)):
                day = Message(
                    "The nightly work of %(slug)s was not done on %(day)s.", slug=slug, day=str(missed)
                )
                advice = Message("Look whether the worker was running at 0:07 UTC.")
                found.append(Finding("night", Level.BAD, day, advice))
    yield from found or [Finding("night", Level.GOOD, Message("The last nightly work was done."))]


def _nights(connection: Connection, campaign: int) -> tuple[date | None, date | None]:
    """The day of the newest manifest, and the day from which there could be one."""
    newest = text("SELECT max(day) FROM manifest WHERE campaign_id = :campaign")
    first = text("SELECT min(added) FROM campaign_key WHERE campaign_id = :campaign")
    values = {"campaign": campaign}
    return _day(connection.execute(newest, values).scalar()), _day(connection.execute(first, values).scalar())


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _missed(newest: date | None, added: date | None, expected: date) -> date | None:
    """The last day whose manifest should be there and is not."""
    if added is None or added >= expected or (newest and newest >= expected):
        return None
    return expected


def last_night(zone: object) -> date:
    """The day of the manifest that the last nightly work made, in a campaign's time zone."""
    now = clock.now()
    run = now.replace(hour=0, minute=7, second=0, microsecond=0)
    if now < run + timedelta(minutes=LATE_MINUTES):
        run -= timedelta(days=1)
    return run.astimezone(zone).date() - timedelta(days=1)  # type: ignore[arg-type]


def of_backup(here: Surroundings) -> Iterator[Finding]:
    """The last backup: there, verified, and not old."""
    backup = last_backup(here.settings.data)
    advice = Message("Make one, and look at its timer: systemctl status campaign-backup.timer")
    if backup is None:
        yield Finding("backup", Level.WARNING, Message("There is no backup yet."), advice)
        return
    days = (clock.now() - backup.made).days
    number = Plural("The last backup is %(num)s day old.", "The last backup is %(num)s days old.", days)
    if days >= BACKUP_DAYS:
        yield Finding("backup", Level.BAD, number, advice)
    elif not backup.verified:
        found = Message("The last backup was not opened to verify it.")
        yield Finding("backup", Level.WARNING, found, advice)
    else:
        yield Finding("backup", Level.GOOD, number)
