"""A book from a sealed list: each step is done once, so that an interrupted book can be continued."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from campaign.pack.model import Pack
from campaign.press import pool
from campaign.signatures import exclusion_list, sealed_list
from campaign.signatures.manifest import Totals
from campaign.transparency_log.entry_lists import EntryList
from campaign.trustees.book import collecting, front, log_entries, pages, tables, transmittal, volumes
from campaign.trustees.book.answered import OfficeRow
from campaign.trustees.book.choices import BookError, Choices, Folder, identity
from campaign.trustees.book.collecting import SealedSource, Sums
from campaign.trustees.book.front import Proof
from campaign.trustees.book.log_entries import LogFiles
from campaign.trustees.book.pages import Plan
from campaign.trustees.book.transmittal import Handover
from campaign.trustees.book.volumes import Setting
from campaign.trustees.opening import Keys
from campaign.untrusted import json_value
from campaign.whole_files import write_whole

#: The file with the list of the entries of the public log that the book's names are in.
ENTRIES = "entries.txt"

#: Receives the progress: the step's name, how many are done, and how many there are.
Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class BookSource:
    """What a book is made from. `void` is the text of the exclusion list, or None; `to` the offices.

    `answers` says what became of the letters to each office, for the letters to them.
    `log`: the public log, to list the entries of the names; None for a book without this list.
    """

    pack: Pack
    signatures: Path
    keys: Keys
    void: str | None
    to: tuple[str, ...] = ()
    answers: Mapping[str, OfficeRow] = field(default_factory=dict)
    log: LogFiles | None = None


@dataclass(frozen=True, slots=True)
class BookResult:
    """A complete book."""

    folder: Path
    sums: Sums
    volumes: int
    pages: int
    entries: EntryList | None = None


def make(source: BookSource, choices: Choices, out: Path, report: Report, workers: int = 0) -> BookResult:
    """Make a book, or continue it. Raises BookError, SealedListError, ExclusionError, OSError."""
    with pool.processes(workers) as processes:
        return _made(source, choices, out, report, processes)


def _made(source: BookSource, choices: Choices, out: Path, report: Report, processes: Executor) -> BookResult:
    """`make`, with processes for what takes long."""
    manifest = _checked_manifest(source, choices)
    proof = Proof(manifest, sealed_list.file_hash(source.signatures))
    folder = Folder(out)
    petition = source.pack.petition[choices.language].body.text
    at_risk = source.pack.countries_at_risk
    _begin(folder, identity(choices, proof.digest, source.void or "", petition, at_risk))
    sums = _collected(source, choices, folder, report, processes)
    day = date.fromisoformat(manifest.day)
    if source.log:
        proof = _with_entries(proof, folder, source.log)
    # Beside the pages, so that all cores have work; but after the entries, which change the people's file.
    written = [
        processes.submit(tables.write_xlsx, folder.people, out / "names.xlsx", day),
        processes.submit(tables.write_csv, folder.people, out / "names.csv"),
    ]
    plan = pages.plan(collecting.every(folder.people), choices.paper, choices.volume)
    proof = replace(proof, unprinted=collecting.unprinted(folder.people))
    write_whole(out / "front.pdf", front.pdf(source.pack, choices, sums, plan, proof))
    handover = Handover(sums, plan.volumes, proof, source.answers)
    for key in source.to:
        write_whole(out / f"letter-{key}.pdf", transmittal.letters(source.pack, choices, key, handover))
    title = source.pack.petition[choices.language].title
    imprint = f"{source.pack.name[choices.language]} · SHA-256 {proof.digest[:16]}…"
    log = front.log_lines(proof, choices.language)
    setting = Setting(choices, folder.people, title, imprint, plan.volumes, day, log)
    set_names = 0

    def report_set(names: int) -> None:
        nonlocal set_names
        set_names += names
        report("Setting", set_names, sums.names)

    volumes.write(folder, plan, setting, report_set, processes)
    for table in written:
        table.result()
    _end(folder, sums, plan)
    return BookResult(out, sums, plan.volumes, len(plan.pages) + plan.volumes, proof.entries)


def _with_entries(proof: Proof, folder: Folder, log: LogFiles) -> Proof:
    """The proof with the list of the names' entries in the public log, which is written as a file."""
    listed = log_entries.listed(folder.people, log, proof.manifest)
    body = listed.text.encode()
    write_whole(folder.path / ENTRIES, body)
    return replace(proof, entries=listed, entries_digest=sha256(body).hexdigest())


def _checked_manifest(source: BookSource, choices: Choices) -> Totals:
    """The list's totals, if the book can be made from this source. Raises BookError, SealedListError."""
    choices.checked()
    if not source.pack.petition:
        raise BookError("The pack has no petition, and a book is of its signatures.")
    if choices.language not in source.pack.languages:
        raise BookError(f"The pack is in {', '.join(source.pack.languages)}, not in {choices.language}.")
    offices = {addressee.key for addressee in source.pack.open_addressees() if not addressee.typed}
    for key in source.to:
        if key not in offices:
            raise BookError(f"There is no office {key}. There are: {', '.join(sorted(offices))}.")
    manifest = sealed_list.head(source.signatures)
    if manifest.campaign != source.pack.slug:
        raise BookError(f"This list is of {manifest.campaign}, and the pack of {source.pack.slug}.")
    return manifest


def _begin(folder: Folder, name: str) -> None:
    """Check that the folder is new, or has the first part of the same book. Raises BookError."""
    mark = folder.work / "book"
    if mark.exists() and mark.read_text() != name:
        raise BookError(f"{folder.path} holds a part of another book. Choose another folder.")
    if not mark.exists() and folder.path.exists() and any(folder.path.iterdir()):
        raise BookError(f"{folder.path} is not empty. Choose a new folder.")
    folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.path.chmod(0o700)  # an empty folder that was there before may be open to others
    folder.work.mkdir(mode=0o700, exist_ok=True)
    mark.write_text(name)


#: Characters of the sums of a book that was interrupted.
MAX_SUMS = 10_000_000


def _collected(
    source: BookSource, choices: Choices, folder: Folder, report: Report, processes: Executor
) -> Sums:
    """The people of the book, opened now or before it was interrupted."""
    sums_path = folder.work / "sums.json"
    if sums_path.exists():
        values = json_value(sums_path.read_text(), MAX_SUMS)
        return Sums(**{**values, "by": tuple(map(tuple, values["by"]))})
    lines = exclusion_list.read(source.void, source.pack.slug) if source.void is not None else None
    records = sealed_list.head(source.signatures).records
    steps, opened = (2 if lines is None else 1) * records, 0

    def report_opened() -> None:
        nonlocal opened
        opened += 1
        if opened % 500 == 0 or opened == steps:
            report("Opening", opened, steps)

    sealed_source = SealedSource(source.signatures, source.keys, report_opened, processes)
    decisions = collecting.decided(sealed_source, lines)
    at_risk = source.pack.countries_at_risk
    sums = collecting.collect(folder.people, sealed_source, decisions, choices, at_risk)
    if sums.names == 0:
        shutil.rmtree(folder.work)
        raise BookError("No signature of this list opens with this key and belongs into the book.")
    write_whole(sums_path, json.dumps(asdict(sums)).encode())
    return sums


def _end(folder: Folder, sums: Sums, plan: Plan) -> None:
    """The book is complete: delete its working files."""
    assert sums.names == (plan.pages[-1].last if plan.pages else 0)
    shutil.rmtree(folder.work)
