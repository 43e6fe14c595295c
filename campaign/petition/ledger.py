"""The only place that writes signatures: each change is all or nothing, and may run twice.

The tally changes with the record, so that the two never differ: comparison.py must find 0. Confirmations
that arrive at the same time share one transaction, because waiting for the disk takes longest: the first
thread writes them all, and when it is done, one of those that came meanwhile writes the next. Each is
answered when its transaction is on the disk.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine

from campaign.counts import partners
from campaign.database import away_errors
from campaign.petition import ledger_sql as sql
from campaign.petition.confirmation_queue import ConfirmationQueue, Job, Outcome
from campaign.petition.journal import Journal
from campaign.petition.ledger_rows import PAPER, STALL, Entry, PaperSignature, StallSignature, name_id
from campaign.petition.links import Confirmation, Withdrawal
from campaign.petition.statements import Statements
from campaign.refreshing import PATIENCE
from campaign.transparency_log.entries import EntryKind
from campaign.waiting import taken, waited

__all__ = ["BusyError", "Entry", "Ledger", "PaperSignature", "StallSignature", "name_id"]

#: The most confirmations in one transaction.
TOGETHER = 64

#: Rows over which PostgreSQL spreads one day's tally, so that writers rarely wait for each other.
SHARDS = 16


class BusyError(Exception):
    """The database could not accept it now: the disk is full, or another process held a lock for too long."""


class Ledger:
    """Writes signatures on an engine. One transaction at a time in a process."""

    def __init__(self, engine: Engine, journal: Journal | None = None) -> None:
        """With a `journal`, a withdrawal is in it before it is answered."""
        self._journal = journal
        self._engine = engine.execution_options(writes=True)
        self._shards = 1 if engine.dialect.name == "sqlite" else SHARDS
        # Our statements go to the driver itself, whose errors SQLAlchemy does not wrap.
        self._busy = away_errors(engine)
        self._lock = threading.Lock()
        self._waiting = ConfirmationQueue()

    def confirm(
        self,
        campaign: int,
        link: Confirmation,
        today: date,
        name_id: int = 0,
        erase_on: date | None = None,
    ) -> Outcome:
        """Write the sealed record, take its slot, count it. `erase_on` is the day that was promised.

        Returns AGAIN for the second time, and WITHDRAWN after a withdrawal; then nothing is written.
        Raises BusyError, and then nothing is written either.
        """
        job = Job(campaign, link, today, name_id, erase_on.isoformat() if erase_on else None)
        if self._waiting.add(job) or self._has_to_write(job):
            self._write_waiting()
        if isinstance(job.fault, self._busy):
            raise BusyError(type(job.fault).__name__) from job.fault
        if job.fault is not None:
            raise job.fault
        return job.outcome

    def _has_to_write(self, job: Job) -> bool:
        """Wait until others have written the job, or leave that to this thread; which of them it is."""
        if not waited(job.turn.wait, PATIENCE):
            if self._waiting.take_back(job):
                raise BusyError("others are written first")
            job.turn.wait()  # it is being written
        return not job.done

    def _write_waiting(self) -> None:
        """Write all waiting jobs in one transaction, and leave those that came meanwhile to the next."""
        jobs: list[Job] = []
        try:
            with self._alone():
                jobs = self._waiting.take(TOGETHER)
                with self._engine.begin() as connection:
                    self._write(Statements(connection), jobs)
        except BaseException as error:
            if isinstance(error, (BusyError, *self._busy)):
                # Who came meanwhile would wait as long again, one after the other.
                jobs += self._waiting.take()
            for job in jobs:
                job.fault = error
        finally:
            for job in jobs:
                job.done = True
                job.turn.set()
            self._waiting.hand_over()

    def _write(self, run: Statements, jobs: list[Job]) -> None:
        """Three steps, each in the order of its keys, so that two processes never wait for each other."""
        new_jobs = self._insert(run, sorted(jobs, key=lambda job: job.link.record))
        run.many(sql.AWAIT_ENTRY, [job.values | _entering(job.today) for job in new_jobs])
        counted_jobs = self._take(run, sorted(new_jobs, key=lambda job: (job.campaign, job.link.slot)))
        totals = Counter(job.place for job in counted_jobs)
        for (campaign, day, country), number in sorted(totals.items()):
            self._count(run, campaign, Entry(day, country), number)
        led = Counter((job.campaign, job.link.partner) for job in counted_jobs if job.link.partner)
        for (campaign, partner), number in sorted(led.items()):
            shard = random.randrange(self._shards)  # noqa: S311  it spreads, it hides nothing
            row = {"campaign": campaign, "partner": partner, "what": partners.SIGNATURE}
            run(partners.ADD, row | {"shard": shard, "by": number})
        waiting = Counter(job.place for job in new_jobs)
        waiting.subtract(totals)
        for (campaign, day, country), number in sorted((+waiting).items()):
            self._change(run, campaign, Entry(day, country), waiting=number, sharing=number)
        for job in new_jobs:
            if job.link.shown and job.outcome is Outcome.COUNTED:
                name_values = {"name_id": job.name_id, "name": job.link.shown, "country": job.link.country}
                run(sql.ADD_NAME, job.values | name_values)

    def _insert(self, run: Statements, jobs: list[Job]) -> list[Job]:
        """The jobs whose record is new. A withdrawal made in between is visible once we hold the row."""
        added = run.many(sql.ADD_RECORD, [job.values | {"sealed": job.link.sealed} for job in jobs])
        new_records, new_jobs = {record for (record,) in added}, []
        for job in jobs:
            job.outcome = Outcome.AGAIN
            if job.link.record in new_records:  # pressed twice at once, it is new for the first
                new_records.remove(job.link.record)
                new_jobs.append(job)
        removed = {
            record for (record,) in run.many(sql.WAS_REMOVED, [{"id": job.link.record} for job in new_jobs])
        }
        for job in new_jobs:
            record = job.link.record
            # Restored from a backup, the database may not know of a withdrawal.
            gone = record in removed or (self._journal is not None and self._journal.was_withdrawn(record))
            job.outcome = Outcome.WITHDRAWN if gone else Outcome.COUNTED
            if gone:
                run(sql.DELETE_RECORD, job.values)
        return [job for job in new_jobs if job.outcome is Outcome.COUNTED]

    def _take(self, run: Statements, jobs: list[Job]) -> list[Job]:
        """Take each record's slot; returns the jobs that are first in their slot, and so count.

        However many records a slot has, each stays: one of them may be a stranger's, and nobody here can
        tell which. Floods end at the budget of e-mails to one address.
        """
        records: dict[tuple[int, int], int] = {}
        first_jobs = []
        for together in _each_slot_once(jobs):
            rows = run.many(sql.TAKE_SLOT, [job.values for job in together])
            records |= {(campaign, slot): number for number, campaign, slot in rows}
            for job in together:
                if records[job.campaign, job.link.slot] > 1:
                    run(sql.MARK_DOUBTFUL, job.values)
                else:
                    first_jobs.append(job)
        return first_jobs

    def withdraw(
        self, campaign: int, link: Withdrawal, today: date, name_id: int = 0, signer: int = 0
    ) -> Outcome:
        """Withdraw a record, with its slot, the shown name and the `signer`'s reason; −1 in today's tally.

        Returns WITHDRAWN, AGAIN if it was withdrawn before, or NOTHING if it was never confirmed: it
        can't be confirmed later, either. Raises BusyError, and then nothing is written.
        """
        try:
            return self._withdraw(campaign, link, today, {"name_id": name_id, "signer": signer})
        except self._busy as error:
            raise BusyError(type(error).__name__) from error

    def _withdraw(self, campaign: int, link: Withdrawal, today: date, shown: dict[str, int]) -> Outcome:
        values = {"id": link.record, "campaign": campaign, "slot": link.slot, **shown}
        with self._alone(), self._engine.begin() as connection:
            run = Statements(connection)
            row = run(sql.DELETE_RECORD, values)
            if row is None and run(sql.WAS_REMOVED, values):
                return Outcome.AGAIN
            run(sql.ADD_REMOVED, values | {"voided": False})
            self._note(link.record, shown)
            if row is None:
                return Outcome.NOTHING
            counted = bool(row[0])
            _leave_log(run, values, EntryKind.WITHDRAWN, today)
            self._release(run, values, counted, Entry(today, link.country))
            run(sql.DELETE_NAME, values)
            # After the record: a reason that is being written holds the record, and is there once it lets go.
            run(sql.DELETE_REASON, values)
        return Outcome.WITHDRAWN

    def _note(self, record: int, shown: dict[str, int]) -> None:
        """Note a withdrawal, before it is committed. Raises BusyError if the journal can't take it."""
        if self._journal is not None:
            try:
                self._journal.withdraw(record, shown["name_id"], shown["signer"])
            except OSError as error:
                raise BusyError(type(error).__name__) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One transaction at a time in a process. Raises BusyError after PATIENCE."""
        if not taken(self._lock, PATIENCE):
            raise BusyError("others are written first")
        try:
            yield
        finally:
            self._lock.release()

    def _release(self, run: Statements, values: dict[str, Any], counted: bool, entry: Entry) -> None:
        """Take a withdrawn record out of its slot, and out of the sums.

        If others stay in the slot, its count stays, too (`owed`), until the last one is withdrawn.
        """
        campaign = values["campaign"]
        # After the index was closed there is no slot: the first record of one is counted, another is not.
        remaining, owed = run(sql.RELEASE_SLOT, values) or (int(not counted), False)
        less = int(counted)
        if remaining <= 0:
            run(sql.DELETE_SLOT, values)
            less += int(owed)
        elif counted and not owed:
            run(sql.MARK_OWED, values)
            less = 0
        if less:
            self._count(run, campaign, entry, -less)
        changes = {
            "waiting": -int(not counted),
            "sharing": -int(remaining > 0),
            "beside": less - int(remaining <= 0),  # the counts that go, less the slot that is free again
        }
        if any(changes.values()):
            self._change(run, campaign, entry, **changes)

    def bring_in(self, connection: Connection, campaign: int, rows: list[PaperSignature], today: date) -> int:
        """Write the names of a sheet, in the caller's transaction; returns how many are possible duplicates.

        A name whose slot is taken is marked as doubtful and never refused: trustees decide.
        """
        run = Statements(connection)
        for row in sorted(rows, key=lambda row: row.record):
            erase_on = row.erase_on.isoformat() if row.erase_on else None
            values = {"id": row.record, "campaign": campaign, "sealed": row.sealed, "erase_on": erase_on}
            run(sql.ADD_RECORD, values)
            run(sql.AWAIT_ENTRY, values | _entering(today))
        totals: Counter[str] = Counter()
        waiting: Counter[str] = Counter()
        for row in sorted(rows, key=lambda row: row.slot):
            erase_on = row.erase_on.isoformat() if row.erase_on else None
            values = {"id": row.record, "campaign": campaign, "slot": row.slot, "erase_on": erase_on}
            if run(sql.TAKE_SLOT, values)[0] > 1:
                run(sql.MARK_DOUBTFUL, values)
                waiting[row.country] += 1
            else:
                totals[row.country] += 1
        for country, number in sorted(totals.items()):
            self._count(run, campaign, Entry(today, country, PAPER), number)
        for country, number in sorted(waiting.items()):
            self._change(run, campaign, Entry(today, country, PAPER), waiting=number, sharing=number)
        return waiting.total()

    def bring_in_stall(
        self, connection: Connection, campaign: int, rows: list[StallSignature], today: date
    ) -> int:
        """Write the sealed records of a batch from a stall, in the caller's transaction; how many were new.

        Nobody here can read an e-mail address or a country in them: they have no slot in the index, each is
        counted, and trustees find the duplicates when they open the list. A record that is here, or was
        withdrawn, is passed over.
        """
        run, new = Statements(connection), 0
        for row in sorted(rows, key=lambda row: row.record):
            erase_on = row.erase_on.isoformat() if row.erase_on else None
            values = {"id": row.record, "campaign": campaign, "sealed": row.sealed, "erase_on": erase_on}
            withdrawn = self._journal is not None and self._journal.was_withdrawn(row.record)
            if withdrawn or run(sql.WAS_REMOVED, values) or run(sql.ADD_RECORD, values) is None:
                continue
            run(sql.AWAIT_ENTRY, values | _entering(today))
            new += 1
        if new:
            entry = Entry(today, "", STALL)
            self._count(run, campaign, entry, new)
            self._change(run, campaign, entry, beside=-new)  # counted without a slot
        return new

    def void(
        self, connection: Connection, campaign: int, record: int, entry: Entry, by_signer: bool = False
    ) -> bool:
        """Exclude a record that trustees found void, in the caller's transaction; returns if it existed.

        `by_signer`: it was withdrawn, by a link of which nothing but the record is known any more.
        """
        run, values = Statements(connection), {"id": record, "campaign": campaign}
        row = run(sql.DELETE_RECORD, values)
        if row is None:
            return False
        run(sql.ADD_REMOVED, values | {"voided": not by_signer})
        _leave_log(run, values, EntryKind.EXCLUDED, entry.day)
        if row[0]:
            self._count(run, campaign, entry, -1)
            self._change(run, campaign, entry, beside=1)
        else:
            self._change(run, campaign, entry, waiting=-1, sharing=-1)
        return True

    def settle(self, connection: Connection, campaign: int, record: int, entry: Entry) -> bool:
        """Count a possible duplicate that trustees found genuine; returns whether it was uncounted before."""
        run = Statements(connection)
        settled = run(sql.MARK_COUNTED, {"id": record, "campaign": campaign}) is not None
        if settled:
            self._count(run, campaign, entry, 1)
            self._change(run, campaign, entry, waiting=-1, beside=-1)
        return settled

    def pay(self, connection: Connection, campaign: int, today: date) -> None:
        """Clear the owed counts after trustees decided on what was doubtful: each count is a record again."""
        run = Statements(connection)
        owed = run.every(sql.CLEAR_OWED, {"campaign": campaign})
        if owed:
            self._count(run, campaign, Entry(today, ""), -len(owed))
            self._change(run, campaign, Entry(today, ""), beside=len(owed))

    def _count(self, run: Statements, campaign: int, entry: Entry, by: int) -> None:
        run(sql.ADD_TO_TALLY, self._line(campaign, entry) | {"way": entry.way, "by": by})

    def _change(self, run: Statements, campaign: int, entry: Entry, **changes: int) -> None:
        """Change the sums of the index, from which the number of people is estimated."""
        run(
            sql.ADD_TO_INDEX_TALLY,
            self._line(campaign, entry) | {"waiting": 0, "sharing": 0, "beside": 0} | changes,
        )

    def _line(self, campaign: int, entry: Entry) -> dict[str, Any]:
        shard = random.randrange(self._shards)  # noqa: S311  it spreads, it hides nothing
        return {"campaign": campaign, "day": entry.day.isoformat(), "country": entry.country, "shard": shard}


def _each_slot_once(jobs: list[Job]) -> list[list[Job]]:
    """The jobs in lists that have no slot twice, each in the order of the jobs."""
    lists: list[list[Job]] = []
    for _slot, same in groupby(jobs, key=lambda job: (job.campaign, job.link.slot)):
        for number, job in enumerate(same):
            if number == len(lists):
                lists.append([])
            lists[number].append(job)
    return lists


def _entering(day: date) -> dict[str, Any]:
    return {"what": int(EntryKind.SIGNATURE), "day": day.isoformat()}


def _leave_log(run: Statements, values: dict[str, Any], kind: EntryKind, day: date) -> None:
    """Take a record out of what waits for the log; if it is in the log, let an entry follow."""
    if run(sql.FORGO_ENTRY, values | {"what": int(EntryKind.SIGNATURE)}) is None:
        run(sql.AWAIT_ENTRY, values | {"what": int(kind), "day": day.isoformat()})
