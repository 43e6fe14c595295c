"""Restoring a backup into an empty place, so that what was withdrawn or erased since then stays so.

The rows come back in one transaction, and are compared with the sums of the backup. Then the journal is
replayed: what it says was withdrawn, excluded or erased is taken out as if it happened now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.orm import Session

from campaign import clock, migrating
from campaign.backup import sealed_file, tables
from campaign.backup.making import CHECKPOINT, checked, fingerprint, head_of
from campaign.backup.sealed_file import BackupError, Entry
from campaign.backup.tables import Loader
from campaign.database import transaction
from campaign.editions import store
from campaign.editions.models import Campaign
from campaign.key_store import FolderStore, KeyStore
from campaign.petition import journal as lines
from campaign.petition import removal
from campaign.petition.comparison import compare
from campaign.petition.erasure import erase_all
from campaign.petition.journal import Journal, hashed
from campaign.petition.ledger import Entry as TallyEntry
from campaign.petition.ledger import Ledger
from campaign.photographs.models import PhotographRow
from campaign.services import service
from campaign.settings import Settings
from campaign.whole_files import make_folder, sync_folder, write_private

#: Who does what the journal says.
WHO = "the restored backup"


@dataclass(slots=True)
class Report:
    """What was restored. `differences`: of each campaign's tally from its records; must be 0.

    `again`: how much was taken out again, by kind. `dead`: the keys that links need and that are not there.
    """

    made: datetime
    rows: int = 0
    records: dict[str, int] = field(default_factory=dict)
    differences: dict[str, int] = field(default_factory=dict)
    again: dict[str, int] = field(default_factory=dict)
    dead: list[str] = field(default_factory=list)


def check_empty(data: Path) -> None:
    """Raises BackupError if the data folder has keys already: nothing is overwritten or mixed."""
    for name in ("petition", "secrets"):
        if any(path.is_file() for path in (data / name).rglob("*")):
            raise BackupError(f"{data / name} is not empty: restore into an empty folder (CAMPAIGN_DATA).")


def read_keys(path: Path, identities: list[Any]) -> list[Entry]:
    """The server's keys and secrets in a file. Raises BackupError or OSError."""
    keys = list(checked(sealed_file.read(path, identities)))
    if not any(entry.name.startswith("secrets/") for entry in keys):
        raise BackupError(f"{path} has no keys: it is the file of the database.")
    return keys


def write_secrets(data: Path, keys: Sequence[Entry]) -> None:
    """Write the site's secrets, before its settings are read."""
    for entry in keys:
        if entry.name.startswith("secrets/"):
            path = data / entry.name
            make_folder(path.parent)
            write_private(path, entry.body)
            sync_folder(path.parent)


def made_on(path: Path, identities: list[Any]) -> datetime:
    """When a backup was made, after it was read through. Raises BackupError or OSError."""
    entries = checked(sealed_file.read(path, identities))
    made = datetime.fromisoformat(head_of(next(entries))["made"])
    for _entry in entries:
        """All of it has to be there before anything is written."""
    return made


def check_journals(journals: Sequence[Journal], made: datetime) -> None:
    """Raises BackupError if no journal knows of the backup: it is another site's, or was begun later."""
    if not any((lines.BACKUP, made.isoformat()) in set(journal.lines()) for journal in journals):
        raise BackupError(
            f"No journal knows of the backup of {made:%Y-%m-%d}: what was withdrawn since then would come "
            "back. Name its folder with --journal; or --without-journal, if it is lost."
        )


#: Beside the last checkpoint after a restore: `log resume` removes it.
RESTORED = "log-restored"


def restore(
    app: Flask, path: Path, identities: list[Any], keys: Sequence[Entry], journals: Sequence[Journal]
) -> Report:
    """Restore into the application's empty database. Raises BackupError; then its tables are empty."""
    with app.app_context():
        engine = service(Engine, app)
        _check_empty_database(engine)
        entries = checked(sealed_file.read(path, identities))
        head = head_of(next(entries))
        if head["migration"] not in migrating.known():
            raise BackupError("The backup was made by a newer program: restore it with that one.")
        migrating.change(head["migration"])
        report = Report(datetime.fromisoformat(head["made"]))
        with engine.execution_options(writes=True).begin() as connection:
            report.rows = _load(connection, entries, service(Settings, app).data)
        migrating.change(migrating.known()[-1])
        key_store = service(KeyStore, app)  # type: ignore[type-abstract]
        write_keys(keys, key_store, FolderStore(service(Settings, app).data))
        report.dead = [
            name
            for name, known in head["keys"].items()
            if name.startswith("petition/")
            and not name.endswith(CHECKPOINT)
            and fingerprint(key_store.read(name) or b"") != known
        ]
        report.again = replay(app, journals)
        _compare(engine, report)
    return report


def write_keys(keys: Sequence[Entry], key_store: KeyStore, files: FolderStore) -> None:
    """Put the keys of petitions into their store, and the last checkpoints of their logs into files.

    A log may have grown since: it stops until somebody shows what others have seen. That mark is on the disk
    before the keys, so that no log can be signed without it if the power is cut in between.
    """
    checkpoints = [entry for entry in keys if entry.name.endswith(CHECKPOINT)]
    for entry in checkpoints:
        files.put(f"{entry.name.removesuffix(CHECKPOINT)}{RESTORED}", b"")
        files.put(entry.name, entry.body)
    for entry in keys:
        if entry.name.startswith("petition/") and entry not in checkpoints:
            key_store.put(entry.name, entry.body)


def _check_empty_database(engine: Engine) -> None:
    if migrating.versions(engine).present:
        with engine.connect() as connection:
            if connection.execute(text("SELECT 1 FROM campaign")).first() is not None:
                raise BackupError("The database is not empty: restore into an empty one.")


def _load(connection: Connection, entries: Iterator[Entry], data: Path) -> int:
    """Put all rows into their tables, compare, and write the scans that are files; how many rows."""
    loader, expected = Loader(connection), tables.Sums()
    for entry in entries:
        found = tables.rows_of(entry)
        if found is None:
            _, slug, name = entry.name.split("/")
            folder = data / "petition" / slug / "scans"
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(folder / Path(name).name, entry.body)
            continue
        loader.add(*found)
        for row in found[1]:
            expected.add(found[0], row)
    loader.finish()
    restored = tables.sums_of(connection)
    if restored.plain() != expected.plain():
        raise BackupError("The database does not hold what the backup does: nothing was restored.")
    return sum(restored.rows.values())


def _compare(engine: Engine, report: Report) -> None:
    with engine.connect() as connection:
        for campaign, slug, erased in connection.execute(_CAMPAIGNS).all():
            compared = compare(connection, campaign)
            report.records[slug] = 0 if erased else compared.records
            # What was counted stays counted when the records were erased.
            report.differences[slug] = 0 if erased else compared.difference


_CAMPAIGNS = text(
    "SELECT campaign.id, slug, erased FROM campaign"
    " LEFT JOIN petition_state ON petition_state.campaign_id = campaign.id ORDER BY slug"
)


# the journal


def replay(app: Flask, journals: Sequence[Journal]) -> dict[str, int]:
    """Take out again what journals say was withdrawn or erased; how much, by kind.

    All of it is noted in the site's own journal as well: a link whose record is not in the backup could
    otherwise be confirmed again.
    """
    noted = {line for journal in journals for line in journal.lines()}
    own = service(Journal, app)
    own.note(sorted(noted - set(own.lines())))
    again = dict.fromkeys(lines.KINDS[:-1], 0)
    with Session(service(Engine, app)) as session, transaction(session) as connection:
        for campaign in session.scalars(select(Campaign).order_by(Campaign.id)).all():
            _take_out(session, connection, campaign, noted, again)
        again[lines.PHOTOGRAPH] = _forget_photographs(session, noted)
    for slug in sorted(value for kind, value in noted if kind in {lines.ERASED, lines.REMOVED}):
        _erase(app, slug, (lines.REMOVED, slug) in noted, again)
    return again


def _take_out(
    session: Session,
    connection: Connection,
    campaign: Campaign,
    noted: set[tuple[str, str]],
    again: dict[str, int],
) -> None:
    """Records, names, reasons and news of one campaign."""
    ledger, entry = Ledger(connection.engine), TallyEntry(clock.today(), "")
    of_campaign = {"campaign": campaign.id}
    records = connection.execute(text("SELECT id FROM signature WHERE campaign_id = :campaign"), of_campaign)
    for (record,) in records.all():
        value = hashed(int(record))
        for kind in (lines.WITHDRAWN, lines.VOIDED):
            if (kind, value) in noted:
                by_signer = kind == lines.WITHDRAWN
                again[kind] += ledger.void(connection, campaign.id, int(record), entry, by_signer)
                break
        else:
            if (lines.NO_NEWS, value) in noted:
                again[lines.NO_NEWS] += connection.execute(_NO_NEWS, {"id": record, **of_campaign}).rowcount
    names = connection.execute(text("SELECT id FROM public_name WHERE campaign_id = :campaign"), of_campaign)
    for (name,) in names.all():
        if (lines.NAME, hashed(int(name))) in noted:
            again[lines.NAME] += connection.execute(_FORGET_NAME, {"id": name}).rowcount
    again[lines.REASON] += _forget_reasons(connection, campaign.id, noted)


def _forget_reasons(connection: Connection, campaign: int, noted: set[tuple[str, str]]) -> int:
    """Delete the reasons that were taken back or refused, or whose signer is gone; how many."""
    query = text("SELECT id, signer FROM reason WHERE campaign_id = :campaign")
    gone = [
        number
        for number, signer in connection.execute(query, {"campaign": campaign}).all()
        if {(lines.REASON, hashed(int(number))), (lines.REASON, hashed(int(signer)))} & noted
    ]
    for number in gone:
        connection.execute(text("DELETE FROM reason WHERE id = :id"), {"id": number})
    return len(gone)


_NO_NEWS = text("INSERT INTO no_news (id, campaign_id) VALUES (:id, :campaign) ON CONFLICT (id) DO NOTHING")
_FORGET_NAME = text("DELETE FROM public_name WHERE id = :id")


def _forget_photographs(session: Session, noted: set[tuple[str, str]]) -> int:
    count = 0
    for row in session.scalars(select(PhotographRow)).all():
        if (lines.PHOTOGRAPH, hashed(row.name)) in noted:
            session.delete(row)
            count += 1
    return count


def _erase(app: Flask, slug: str, is_removed: bool, again: dict[str, int]) -> None:
    """Erase the signatures of a campaign, or remove it, if the backup still has them."""
    with Session(service(Engine, app)) as session:
        campaign = session.scalars(select(Campaign).where(Campaign.slug == slug)).one_or_none()
        if campaign is None or campaign.removed is not None:
            return
        today: date = clock.today()
        if is_removed:
            removal.remove(session, slug, WHO, today)
            again[lines.REMOVED] += 1
            return
        with store.writing(session, slug) as locked:
            again[lines.ERASED] += erase_all(session, locked, today) is not None
