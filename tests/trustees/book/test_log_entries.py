"""The book and the public log: anyone who has the book checks its list of entries, and a false one is noticed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from campaign.cli.main import main
from campaign.pack.files import parse
from campaign.petition import export, log_files, log_records, public_log
from campaign.services import service
from campaign.transparency_log import entry_lists, sampling
from campaign.transparency_log.entry_lists import EntryListError
from campaign.trustees.book import making
from campaign.trustees.book.choices import BookError, Choices
from campaign.trustees.book.log_entries import LogFiles
from campaign.trustees.book.making import BookSource
from tests.conftest import published
from tests.minimal import FILES
from tests.petition.conftest import TERMS, TODAY, opened
from tests.petition.test_public_log import Night, after
from tests.trustees.book.test_book import NO_VOID, said, silent

PACK = parse({**FILES, **TERMS})
OFFICE = next(addressee.key for addressee in PACK.open_addressees() if not addressee.typed)


class Site:
    """A petition after two nights: 40 signed, 3 withdrew, 2 signed today; and the trustees' files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.night = Night(opened(published(folder / "data")))
        self.night.sign(TODAY, 40)
        self.night.run(TODAY)
        for link in self.night.links[:3]:
            self.night.withdraw(link, after(1))
        self.night.run(after(1))
        self.night.sign(after(2), 2)
        self.export()

    def export(self) -> None:
        night, folder = self.night, self.folder
        (folder / "list").unlink(missing_ok=True)
        export.write(service(Engine, night.petition.app), "trees", night.campaign, folder / "list", after(2))
        with night.engine.connect() as connection:
            log_files.write(connection, night.campaign, folder / "copy")
            tree = public_log.state(connection, night.campaign)
            opened_entries = list(log_records.every_opening(connection, night.campaign, night.keys))
        assert tree is not None
        (folder / "openings").write_text(sampling.openings_text(tree.key.name, opened_entries))

    @property
    def files(self) -> LogFiles:
        return LogFiles(str(self.folder / "copy"), self.folder / "copy" / "policy", self.folder / "openings")

    def openings_of_others(self) -> str:
        """The openings, in which each record that was not withdrawn has the entry of the one before it."""
        with self.night.engine.connect() as connection:
            query = text("SELECT id, entry FROM log_entry WHERE removal IS NULL ORDER BY id")
            live = [(int(record), str(entry)) for record, entry in connection.execute(query)]
        entry_of = {record: live[place - 1][1] for place, (record, _) in enumerate(live)}
        head, *lines = (self.folder / "openings").read_text().splitlines(keepends=True)
        parts = [line.split() for line in lines]
        moved = (f"{entry_of.get(int(record, 16), entry)} {record} {salt}\n" for entry, record, salt in parts)
        return head + "".join(moved)

    def source(self, *to: str) -> BookSource:
        key = self.night.petition.key
        return BookSource(PACK, self.folder / "list", {key.epoch: key}, NO_VOID, to, log=self.files)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("book"))


@pytest.mark.slow
def test_the_book_names_the_checkpoint_and_its_list_is_checked_against_the_log(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = making.make(site.source(OFFICE), Choices("en"), tmp_path / "book", silent)
    listed = entry_lists.read((made.folder / "entries.txt").read_text())
    assert (listed.names, listed.waiting) == (39, 2)
    root = listed.checkpoint.root.hex()
    letter = " ".join(said(made.folder / f"letter-{OFFICE}.pdf").split())
    assert "are also in a public log" in letter and root[:16] in letter and "(entries.txt)" in letter
    for name in ("front.pdf", "volume-01.pdf"):
        assert root in "".join(said(made.folder / name).split()), name
    policy = ["--policy", str(site.files.policy)]
    check = ["verify", "book", str(made.folder / "entries.txt"), site.files.place, *policy]
    assert main(check) == 0
    assert "of the book’s 39 names 37 are in the log" in capsys.readouterr().out
    shutil.copytree(site.folder / "copy", tmp_path / "later")
    site.night.sign(after(3), 300)
    site.night.run(after(3))
    with site.night.engine.connect() as connection:
        log_files.write(connection, site.night.campaign, tmp_path / "later")
    check[3] = str(tmp_path / "later")
    assert main(check) == 0  # the log has grown, and the list is checked at its own size
    assert "0 signatures of the log are not in the book" in capsys.readouterr().out


@pytest.mark.slow
def test_no_part_of_the_book_says_which_entry_is_whose(site: Site, tmp_path: Path) -> None:
    """Otherwise anyone who has the book would see in the log who withdraws afterwards, and could demand it."""
    made = making.make(site.source(), Choices("en"), tmp_path / "book", silent)
    listed = entry_lists.read((made.folder / "entries.txt").read_text())
    assert listed.text == replace(listed, ranges=tuple(sorted(listed.ranges))).text
    table = (made.folder / "names.csv").read_text("utf-8-sig").splitlines()
    assert table[0].replace('"', "") == "number,name,country,town,day,way"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("another record", "is said to be entry"),
        ("one entry for two", "give two records the same entry"),
        ("withdrawn", "was withdrawn or excluded after the list was written"),
        ("another log", "names another log"),
        ("older copy", "get a newer one"),
    ],
)
def test_a_host_that_opens_entries_falsely_is_noticed_when_the_book_is_made(
    spoil: str, words: str, tmp_path: Path
) -> None:
    site = Site(tmp_path)
    if spoil == "another record":
        (tmp_path / "openings").write_text(site.openings_of_others())
    elif spoil == "one entry for two":
        lines = (tmp_path / "openings").read_text().splitlines(keepends=True)
        lines[2] = f"{lines[1].split()[0]} {lines[2].split(maxsplit=1)[1]}"
        (tmp_path / "openings").write_text("".join(lines))
    elif spoil == "withdrawn":
        kept = (tmp_path / "list").read_bytes()
        site.night.withdraw(site.night.links[10], after(3))
        site.night.run(after(3))
        site.export()
        (tmp_path / "list").write_bytes(kept)
    elif spoil == "another log":
        shutil.rmtree(tmp_path / "copy")
        shutil.copytree(Site(tmp_path / "other").folder / "copy", tmp_path / "copy")
    else:
        shutil.rmtree(tmp_path / "copy")
        first = Night(opened(published(tmp_path / "first")))
        first.sign(TODAY, 3)
        first.run(TODAY)
        with first.engine.connect() as connection:
            log_files.write(connection, first.campaign, tmp_path / "copy")
    with pytest.raises(BookError, match=words):
        making.make(site.source(), Choices("en"), tmp_path / "book", silent)


HEAD = f"campaign-entries-1 example.org/log/trees 20 {'0' * 64}\n"


@pytest.mark.parametrize(
    ("text_of", "live", "words"),
    [
        ("names 3\nwaiting 0\n1-3\n", [1, 2, 3], ""),
        ("names 4\nwaiting 1\n1\n3-4\n", [0, 1, 3, 4], ""),
        ("names 3\nwaiting 0\n1-3\n", [1, 3], "Entry 2 is no signature"),
        ("names 4\nwaiting 0\n1-3\n3\n", [1, 2, 3], "twice, or out of its order"),
        ("names 2\nwaiting 0\n3\n1\n", [1, 3], "twice, or out of its order"),
        ("names 9\nwaiting 0\n1-3\n", [1, 2, 3], "The book has 9 names"),
        ("names 3\nwaiting 0\n3-1\n", [1, 2, 3], "only spelling|out of its order"),
        ("names 3\nwaiting 0\n01-3\n", [1, 2, 3], "is no range"),
        ("names 3\nwaiting 0\n1-3\n\n5\n", [1, 2, 3, 5], "only spelling"),
        ("names x\nwaiting 0\n1-3\n", [1, 2, 3], "only spelling"),
    ],
)
def test_a_list_with_an_entry_twice_one_withdrawn_or_a_false_sum_is_refused(
    text_of: str, live: list[int], words: str
) -> None:
    if not words:
        assert entry_lists.check(entry_lists.read(HEAD + text_of), live) == (1 if 0 in live else 0)
        return
    with pytest.raises(EntryListError, match=words):
        entry_lists.check(entry_lists.read(HEAD + text_of), live)


def test_the_server_writes_what_opens_every_entry(site: Site) -> None:
    with site.night.engine.connect() as connection:
        logged = connection.execute(text("SELECT count(*) FROM log_entry")).scalar()
        found = list(log_records.every_opening(connection, site.night.campaign, site.night.keys))
    assert len(found) == logged and len({one.index for one in found}) == logged
