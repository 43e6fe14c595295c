"""The book: every name once, the same from the same list, nothing half done."""

from __future__ import annotations

import csv
import re
import sqlite3
import zipfile
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import text

from campaign.cli.main import main
from campaign.database import db
from campaign.editions import store
from campaign.pack.files import parse, read_folder
from campaign.pack.model import Pack, Place, SupportingOrganisation
from campaign.petition import administration, export
from campaign.press import pool
from campaign.signatures import exclusion_list, sealed_list
from campaign.signatures.exclusion_list import ExclusionLine
from campaign.signatures.person import Person
from campaign.signatures.sealed_list import SealedListError
from campaign.signatures.sealing import PrivateKey, new_key
from campaign.trustees import key_files
from campaign.trustees.book import collecting, making, pages, transmittal, volumes
from campaign.trustees.book.choices import BookError, Choices, Folder
from campaign.trustees.book.collecting import Entry
from campaign.trustees.book.front import Proof
from campaign.trustees.book.making import BookResult, BookSource, make
from campaign.trustees.key_files import Lock
from tests.conftest import published
from tests.minimal import FILES
from tests.petition.conftest import TERMS
from tests.small_packs import SMALL_PACKS
from tests.tools import ROOT, pdf_text
from tests.trustees.book import lists

MANY = 2_200
KEY = PrivateKey("trees", 1, bytes(range(32)))
PACK = parse({**FILES, **TERMS})
NO_VOID = f"campaign-void-1 trees {'0' * 64}\n"
CHOICES = Choices("en", volume=1_000, town=True)


@dataclass
class Shelf:
    """A sealed list, and the book of it."""

    signatures: Path
    made: BookResult

    @property
    def source(self) -> BookSource:
        return BookSource(PACK, self.signatures, {1: KEY}, NO_VOID)


def silent(_step: str, _done: int, _total: int) -> None:
    pass


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def said(path: Path) -> str:
    """The text of a PDF."""
    return pdf_text(path.read_bytes(), "-layout")


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("book")
    signatures = lists.written(folder / "list.campaign", KEY, MANY)
    return Shelf(
        signatures, make(BookSource(PACK, signatures, {1: KEY}, NO_VOID), CHOICES, folder / "book", silent)
    )


@pytest.mark.slow
def test_every_name_stands_once_and_the_volumes_add_up_to_the_manifest(edition: Shelf) -> None:
    made = edition.made
    assert (made.sums.names, made.sums.records) == (MANY, sealed_list.head(edition.signatures).records)
    assert sorted(contents(made.folder)) == [
        "front.pdf", "names.csv", "names.xlsx", "volume-01.pdf", "volume-02.pdf", "volume-03.pdf",
    ]  # fmt: skip
    numbers: list[int] = []
    for volume in (1, 2, 3):
        text_of = said(made.folder / f"volume-{volume:02}.pdf")
        numbers += (int(n) for n in re.findall(r"(?m)^\s*(\d+) {1,4}\S.*\S$", text_of))
    assert numbers == list(range(1, MANY + 1))
    front = said(made.folder / "front.pdf")
    assert "2,200 signatures" in front and sealed_list.file_hash(edition.signatures)[:8] in front
    assert sealed_list.head(edition.signatures).sum[:8] in front


@pytest.mark.slow
def test_the_first_part_lists_the_supporting_organisations(edition: Shelf, tmp_path: Path) -> None:
    names = ("Les Amis de la rivière", "منظمة الأنهار")
    supporting = tuple(
        SupportingOrganisation(f"o{n}", name, "FR", "", "", Place("organisations.yaml", 1))
        for n, name in enumerate(names)
    )
    source = replace(edition.source, pack=replace(PACK, supporting=supporting))
    made = make(source, CHOICES, tmp_path / "book", silent)
    front = said(made.folder / "front.pdf")
    assert "Supporting organisations" in front and f"{names[0]} · France" in front
    assert "Supporting organisations" not in said(edition.made.folder / "front.pdf")


@pytest.mark.slow
def test_a_thousand_names_in_eight_scripts_are_found_in_the_pages_text(edition: Shelf) -> None:
    text_of = "\n".join(said(edition.made.folder / f"volume-{volume:02}.pdf") for volume in (1, 2, 3))
    # Marks that turn the direction of writing are the viewer's, not the name's.
    words = set(re.sub(r"[\u200e\u200f\u202a-\u202e]", " ", text_of).split())
    sample = [who.name for _, who in lists.people(MANY)][::2][:1_000]
    assert len(sample) == 1_000
    scripts = {
        script for name in sample for script, parts in lists.NAMES.items() if name.split()[0] in parts[0]
    }
    assert scripts == set(lists.NAMES)
    missing = [name for name in sample if not set(name.split()) <= words]
    assert missing == []


@pytest.mark.security(45)
def test_the_volumes_are_tagged_archivable_and_name_nobody_who_made_them(edition: Shelf) -> None:
    for name in ("front.pdf", "volume-01.pdf", "volume-03.pdf"):
        with pikepdf.open(edition.made.folder / name) as document:
            about = document.open_metadata()
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "A"), name
            assert document.Root.MarkInfo.Marked and "/StructTreeRoot" in document.Root
            assert "/Author" not in document.docinfo and "/AcroForm" not in document.Root
    table = list(csv.reader((edition.made.folder / "names.csv").read_text("utf-8-sig").splitlines()))
    assert (len(table), table[0]) == (MANY + 1, ["number", "name", "country", "town", "day", "way"])
    with zipfile.ZipFile(edition.made.folder / "names.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == MANY + 1 and "<f>" not in sheet


@pytest.mark.slow
def test_the_same_list_gives_the_same_book_byte_for_byte_from_sqlite_and_postgresql(
    edition: Shelf, tmp_path: Path, own_postgres: str
) -> None:
    records = list(sealed_list.read(edition.signatures))
    files = []
    for name, url in (("sqlite", ""), ("postgresql", own_postgres)):
        app = published(tmp_path / name, **({"CAMPAIGN_DATABASE_URL": url} if url else {}))
        with app.app_context():
            store.publish(db.session, "trees", {**FILES, **TERMS}, store.Authorship("files"))
            administration.publish_key(db.session, KEY.public, "the tests")
            with store.writing(db.session, "trees") as row:
                campaign = row.id
                insert = text(
                    "INSERT INTO signature (id, campaign_id, sealed, counted) VALUES (:i, :c, :s, :y)"
                )
                rows = [{"i": one.id, "c": campaign, "s": one.sealed, "y": True} for one in reversed(records)]
                db.session.execute(insert, rows)
            files.append(tmp_path / f"{name}.campaign")
            export.write(db.engine, "trees", campaign, files[-1], date(2026, 11, 24))
            db.session.close()
            db.engine.dispose()
    assert files[0].read_bytes() == files[1].read_bytes() == edition.signatures.read_bytes()
    again = make(BookSource(PACK, files[1], {1: KEY}, NO_VOID), CHOICES, tmp_path / "book", silent, workers=1)
    assert contents(again.folder) == contents(edition.made.folder)


@pytest.mark.slow
def test_a_book_that_was_broken_off_goes_on_where_it_was(
    edition: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full in the second volume; with room again the first one is not set anew."""

    class Full(volumes.Binder):
        def close(self) -> None:
            if (tmp_path / "book" / "volume-01.pdf").exists():
                raise OSError(28, "No space left on device")
            super().close()

    with monkeypatch.context() as patch:
        patch.setattr(volumes, "Binder", Full)
        with pytest.raises(OSError, match="No space left"):
            make(edition.source, CHOICES, tmp_path / "book", silent)
    assert [path.name for path in (tmp_path / "book").glob("*volume*")] == ["volume-01.pdf"]
    first = (tmp_path / "book" / "volume-01.pdf").stat().st_mtime_ns
    with pytest.raises(BookError, match="a part of another book"):
        make(edition.source, replace(CHOICES, town=False), tmp_path / "book", silent)
    monkeypatch.setattr(collecting, "collect", None)  # nothing is opened a second time
    make(edition.source, CHOICES, tmp_path / "book", silent)
    assert (tmp_path / "book" / "volume-01.pdf").stat().st_mtime_ns == first
    assert contents(tmp_path / "book") == contents(edition.made.folder)


@pytest.fixture
def people(edition: Shelf, tmp_path: Path) -> Folder:
    folder = Folder(tmp_path)
    folder.work.mkdir()
    return folder


def collected(edition: Shelf, folder: Folder, choices: Choices, *lines: ExclusionLine) -> collecting.Sums:
    given = collecting.SealedSource(edition.signatures, {1: KEY}, lambda: None)
    return collecting.collect(folder.people, given, collecting.decided(given, list(lines)), choices)


@pytest.mark.parametrize(
    "start", [lambda: ThreadPoolExecutor(3), pytest.param(lambda: pool.processes(2), marks=pytest.mark.slow)]
)
def test_a_long_list_that_several_open_gives_the_same_people_in_the_same_order(
    edition: Shelf, people: Folder, monkeypatch: pytest.MonkeyPatch, start: Callable[[], Executor]
) -> None:
    ids = [number for number, _ in lists.people(MANY)]
    decisions = {ids[3]: "void", ids[MANY - 1]: "void", 5: "void"}
    seen: list[None] = []
    given = collecting.SealedSource(edition.signatures, {1: KEY}, lambda: seen.append(None))
    alone = collecting.collect(people.people, given, decisions, CHOICES), rows_of(people.people)
    monkeypatch.setattr(collecting, "MANY", MANY)
    monkeypatch.setattr(collecting, "BATCH", 300)
    with start() as processes:
        shared = replace(given, processes=processes)
        together = collecting.collect(people.people, shared, decisions, CHOICES), rows_of(people.people)
    assert together == alone
    assert (together[0].names, together[0].void, len(seen)) == (MANY - 2, 2, 2 * MANY)


def rows_of(people: Path) -> list[object]:
    with closing(sqlite3.connect(people)) as connection:
        return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("person", "record")]


def test_what_trustees_found_void_is_left_out_and_all_numbers_still_add_up(
    edition: Shelf, people: Folder
) -> None:
    ids = [number for number, _ in lists.people(MANY)]
    lines = [
        ExclusionLine("void", ids[3], "FR", "double"),
        ExclusionLine("?", ids[4], "FR", "series"),
        ExclusionLine("void", 5, "FR", "gone"),
    ]
    sums = collected(edition, people, CHOICES, *lines)
    assert (sums.names, sums.void, sums.records) == (MANY - 1, 1, MANY)
    french = sum(who.country == "FR" for _, who in lists.people(MANY))
    sums = collected(edition, people, replace(CHOICES, country="FR"))
    assert (sums.names, sums.elsewhere) == (french, MANY - french)
    assert {code for code, _, _ in sums.by} == {"FR"}
    given = collecting.SealedSource(edition.signatures, {2: new_key("trees", 2)}, lambda: None)
    sums = collecting.collect(people.people, given, {}, CHOICES)
    assert (sums.names, sums.unopened) == (0, MANY)


def test_names_come_by_country_and_alphabet_and_may_be_initials(edition: Shelf, people: Folder) -> None:
    collected(edition, people, replace(CHOICES, initials=True, town=False))
    some = list(collecting.every(people.people))
    assert {one.place for one in some} == {""}
    assert {one.name for one in some} >= {"A. E.", "А. П.", "Ғ. М."} and max(
        len(one.name) for one in some
    ) <= 5
    order = list(dict.fromkeys(one.country for one in some))
    assert order[:3] == ["AM", "BE", "CN"]  # Armenia, Belgium, China: the order of their names


FROM_KZ = [who for _, who in lists.people(MANY) if who.country == "KZ"]


@pytest.mark.slow
@pytest.mark.security(62)
@pytest.mark.parametrize(
    ("at_risk", "named", "protected", "left_out"),
    [
        ("initials", 0, len(FROM_KZ), 0),
        ("left-out", 0, 0, len(FROM_KZ)),
        ("names", len(FROM_KZ), 0, 0),
    ],
)
def test_people_whose_country_puts_them_at_risk_are_named_only_if_trustees_ask_for_it(
    at_risk: str, named: int, protected: int, left_out: int, edition: Shelf, people: Folder
) -> None:
    given = collecting.SealedSource(edition.signatures, {1: KEY}, lambda: None)
    choices = replace(CHOICES, at_risk=at_risk)
    sums = collecting.collect(people.people, given, {}, choices, ("KZ",))
    assert (sums.protected, sums.at_risk, sums.records) == (protected, left_out, MANY)
    entries = list(collecting.every(people.people))
    theirs = [(one.name, one.place) for one in entries if one.country == "KZ"]
    whole = {(who.name, who.place) for who in FROM_KZ}
    assert sum(one in whole for one in theirs) == named
    assert len(theirs) == len(FROM_KZ) - left_out
    if protected:
        assert {place for _, place in theirs} == {""} and [name for name, _ in theirs] == sorted(
            (name for name, _ in theirs), key=collecting.sort_key
        )
    assert {one.name for one in entries if one.country != "KZ"} >= {"Ana Example"}


@pytest.mark.security(62)
def test_whoever_was_not_told_that_names_are_handed_over_is_not_named(tmp_path: Path) -> None:
    told = Person("Ana Example", "", "KZ", "Town", "2026-11-01", "en", 1)
    signatures = lists.sealed(tmp_path / "list.campaign", KEY, [(1, told), (2, replace(told, consents=1))])
    given = collecting.SealedSource(signatures, {1: KEY}, lambda: None)
    sums = collecting.collect(tmp_path / "people", given, {}, replace(CHOICES, at_risk="names"), ("KZ",))
    found = {(one.name, one.place) for one in collecting.every(tmp_path / "people")}
    assert found == {("Ana Example", "Town"), ("A. E.", "")} and sums.protected == 1


def test_the_book_says_how_many_are_in_it_with_initials_and_writes_days_in_its_language(
    tmp_path: Path,
) -> None:
    signatures = lists.written(tmp_path / "list.campaign", KEY, 40)
    pack = replace(PACK, countries_at_risk=("KZ",))
    theirs = sum(who.country == "KZ" for _, who in lists.people(40))
    made = make(
        BookSource(pack, signatures, {1: KEY}, NO_VOID), Choices("fr", town=True), tmp_path / "b", silent
    )
    front = " ".join(said(made.folder / "front.pdf").split())
    assert theirs > 1 and f"{theirs} personnes figurent dans ce livre avec leurs initiales" in front
    volume = said(made.folder / "volume-01.pdf")
    assert re.search(r"\d\d/\d\d/2026", volume) and "2026-" not in volume
    table = (made.folder / "names.csv").read_text("utf-8-sig")
    assert not any(who.name in table for _, who in lists.people(40) if who.country == "KZ")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Ана", "Әлия"),
        ("Әлия", "Бота"),
        ("Гүл", "Ғалым"),
        ("Ғалым", "Дана"),
        ("emile", "Émilie"),
        ("Zoe", "Ана"),
    ],
)
def test_the_alphabet_has_kazakh_letters_in_their_place_and_no_accents(before: str, after: str) -> None:
    assert collecting.sort_key(before) < collecting.sort_key(after)


def test_pages_hold_every_name_once_and_no_page_too_much() -> None:
    entries = [
        Entry(n, "x" * (200 if n % 7 == 0 else 12), f"C{n // 333}", "y" * (n % 60), "2026-11-24", "paper")
        for n in range(1, 2_501)
    ]
    plan = pages.plan(entries, "us-letter", 1_000)
    assert [n for page in plan.pages for n in range(page.first, page.last + 1)] == list(range(1, 2_501))
    assert [page.last for page in plan.pages if page.last % 1_000 == 0] == [1_000, 2_000]
    for page in plan.pages:
        rows = entries[page.first - 1 : page.last]
        heads = len({one.country for one in rows}) * pages.HEADING
        assert sum(map(pages.lines_of, rows)) + heads <= pages.LINES["us-letter"]
    # Every page has its own number, and each volume's title page one, too.
    numbers = [page.number for page in plan.pages]
    assert sorted({*range(1, numbers[-1] + 1)} - {*numbers}) == [
        1,
        *(plan.of(v)[0].number - 1 for v in (2, 3)),
    ]
    assert sum(count for _, count, _, _ in plan.countries) == 2_500


def test_a_list_or_key_that_is_not_right_makes_no_book_and_says_why(
    edition: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    body = edition.signatures.read_bytes()
    (tmp_path / "half").write_bytes(body[: len(body) // 2])
    (tmp_path / "byte").write_bytes(body[:-80] + bytes([body[-80] ^ 1]) + body[-79:])
    for name in ("half", "byte"):
        with pytest.raises((SealedListError, BookError)):
            make(
                replace(edition.source, signatures=tmp_path / name),
                CHOICES,
                tmp_path / f"book-{name}",
                silent,
            )
        assert not list((tmp_path / f"book-{name}").glob("*.pdf")), name
    with pytest.raises(BookError, match="No signature of this list opens with this key"):
        make(replace(edition.source, keys={1: new_key("trees", 1)}), CHOICES, tmp_path / "key", silent)
    with pytest.raises(BookError, match="This list is of trees"):
        other = parse(
            {**FILES, "campaign.yaml": FILES["campaign.yaml"].replace("slug: trees", "slug: other")}
        )
        make(replace(edition.source, pack=other), CHOICES, tmp_path / "other", silent)
    with pytest.raises(BookError, match="The pack has no petition"):
        make(replace(edition.source, pack=replace(PACK, petition={})), CHOICES, tmp_path / "no", silent)
    with pytest.raises(BookError, match="not empty"):
        make(edition.source, CHOICES, edition.made.folder, silent)
    with pytest.raises(BookError, match="There is no office king"):
        make(replace(edition.source, to=("king",)), CHOICES, tmp_path / "new", silent)
    for wrong in ({"paper": "a5"}, {"volume": 1}, {"language": "xx"}):
        with pytest.raises(BookError):
            make(edition.source, replace(CHOICES, **wrong), tmp_path / "new", silent)  # type: ignore[arg-type]
    with pytest.raises(exclusion_list.ExclusionError):
        make(replace(edition.source, void="something"), CHOICES, tmp_path / "void", silent)


@pytest.mark.slow
def test_the_command_makes_a_book_and_tells_what_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    signatures = lists.written(tmp_path / "list.campaign", KEY, 150)
    key = tmp_path / "trustee.key"
    key.write_bytes(key_files.locked(KEY, Lock(passphrase="six green bicycles")))
    monkeypatch.setattr("getpass.getpass", lambda _prompt="": "six green bicycles")
    folder = tmp_path / "pack"
    for path, body in {**FILES, **TERMS}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(body, encoding="utf-8")
    words = [
        "book",
        "--signatures",
        str(signatures),
        "--key",
        str(key),
        "--pack",
        str(folder),
        "--language",
        "fr",
    ]
    monkeypatch.setattr(making.volumes, "write", lambda *_a, **_k: None)
    assert main([*words, "--out", str(tmp_path / "book"), "--initials"]) == 0
    out = capsys.readouterr().out
    assert "150 names in 1 volumes" in out and "Together 150, as the manifest says." in out
    assert main([*words, "--out", str(tmp_path / "book")]) == 2
    assert "is not empty" in capsys.readouterr().err


def test_a_letter_of_transmittal_and_a_receipt_go_with_the_book(pack: Pack, tmp_path: Path) -> None:
    sums = collecting.Sums(12_345, 3, 0, 0, 0, ())
    amount = sealed_list.Totals("january-2022", "2026-11-24", 12_348, "ab" * 32, 0, 1)
    handed = transmittal.Handover(sums, 2, Proof(amount, "cd" * 32))
    for language, count, demand in (("en", "12,345 signatures", "to hold those responsible"),
                                    ("ru", "12 345 подписей", "привлечь виновных")):  # fmt: skip
        (tmp_path / "letter.pdf").write_bytes(
            transmittal.letters(pack, Choices(language), "president", handed)
        )
        flat = re.sub(r"\s+", " ", said(tmp_path / "letter.pdf"))
        assert count in flat and demand in flat and "cd" * 32 in flat
    with pikepdf.open(tmp_path / "letter.pdf") as document:
        assert len(document.pages) == 2


def test_a_campaign_that_names_no_organisation_hands_over_in_its_own_name(tmp_path: Path) -> None:
    pack = parse(SMALL_PACKS["finished"])
    sums = collecting.Sums(1, 0, 0, 0, 0, ())
    amount = sealed_list.Totals("finished", "2026-11-24", 1, "ab" * 32, 0, 1)
    handed = transmittal.Handover(sums, 1, Proof(amount, "cd" * 32))
    (tmp_path / "letter.pdf").write_bytes(transmittal.letters(pack, Choices("en"), "mayor", handed))
    flat = re.sub(r"\s+", " ", said(tmp_path / "letter.pdf"))
    assert "We hand over to you the petition" in flat and "1. Keep them." in flat


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lindenhof", "lagoa"])
def test_the_channel_stands_on_the_line_of_its_row_in_each_language(name: str, tmp_path: Path) -> None:
    """A second line would lie on the rule below: rows are one line high."""
    pack = parse(read_folder(ROOT / "tests/packs" / name))
    key = PrivateKey(pack.slug, 1, bytes(range(32)))
    signatures = lists.written(tmp_path / "list.campaign", key, 40)
    source = BookSource(pack, signatures, {1: key}, f"campaign-void-1 {pack.slug} {'0' * 64}\n")
    for language in pack.languages:
        made = make(source, Choices(language, town=True), tmp_path / language, silent)
        days = {volumes._in_language(entry.day, language) for _, entry in lists.people(40)}
        channels = {volumes._channels(language)[entry.way] for _, entry in lists.people(40)}
        text = said(made.folder / "volume-01.pdf")
        rows = re.findall(rf"(?:{'|'.join(map(re.escape, days))}) +(.+)", text)
        assert set(rows) == channels, language
        assert len(rows) == 40
