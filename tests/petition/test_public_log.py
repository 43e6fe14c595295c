"""The public log: what enters it on which night, and that it neither goes back nor says two things."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from campaign.editions.edition_cache import EditionCache
from campaign.letters.printed_picture import NO_IMAGES
from campaign.petition import log_marks, log_records, public_log
from campaign.petition.ledger import Entry, Ledger, PaperSignature
from campaign.petition.links import Withdrawal
from campaign.petition.log_tiles import Tiles
from campaign.petition.nightly import nightly
from campaign.petition.public_log import LogStoppedError, PublicLog
from campaign.petition.server_keys import ServerKeys
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.site import share
from campaign.transparency_log import checkpoints, entries, monitor, notes
from campaign.transparency_log.checkpoints import Checkpoint
from campaign.transparency_log.entries import EntryKind, Sums
from campaign.transparency_log.merkle import check_consistency, consistency_proof
from campaign.transparency_log.notes import Signer
from campaign.transparency_log.tiles import TileNodes
from tests.petition.conftest import TODAY, Petition


class Night:
    """A petition's ledger and log, without pages."""

    def __init__(self, petition: Petition) -> None:
        self.petition, self.engine = petition, service(Engine, petition.app)
        self.keys = service(Petitions, petition.app).server_keys("trees")
        self.ledger, self.campaign = Ledger(self.engine), petition.campaign
        self.links: list[Any] = []

    def sign(self, day: date, many: int = 1) -> list[Any]:
        links = [self.petition.link() for _ in range(many)]
        for link in links:
            self.ledger.confirm(self.campaign, link, day)
        self.links += links
        return links

    def withdraw(self, link: Any, day: date) -> None:
        self.ledger.withdraw(self.campaign, Withdrawal(link.record, link.slot, "FR", 1), day)

    def run(self, through: date = TODAY) -> Checkpoint:
        note = PublicLog(self.engine, self.campaign, self.keys, "example.org/log/trees").run(through)
        assert note is not None
        return checkpoints.read(note)

    def report(self) -> monitor.LogReport:
        """What somebody finds who reads the whole log."""
        with self.engine.connect() as connection:
            note = public_log.newest_note(connection, self.campaign)
            assert note is not None
            tiles = Tiles(connection, self.campaign)
            return monitor.check(
                checkpoints.read(note), lambda number, wide: entries.bundled(tiles.bundle(number, wide))
            )

    def entries(self) -> list[bytes]:
        with self.engine.connect() as connection:
            tree = public_log.state(connection, self.campaign)
            assert tree is not None
            tiles = Tiles(connection, self.campaign)
            return [
                entry
                for number in range(-(-tree.size // 256))
                for entry in tiles.bundle(number, min(256, tree.size - 256 * number))
            ]

    def write(self, statement: str, **values: Any) -> None:
        with self.engine.execution_options(writes=True).begin() as connection:
            connection.execute(text(statement), values)

    def difference(self) -> int:
        with self.engine.connect() as connection:
            return log_records.difference(connection, self.campaign)


@pytest.fixture
def night(petition: Petition) -> Night:
    return Night(petition)


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


def test_a_signature_enters_when_its_day_is_over_and_its_withdrawal_follows(night: Night) -> None:
    first, second = night.sign(TODAY, 2)
    assert night.run(after(-1)).size == 1  # the day of yesterday is over, and brought nothing
    assert night.run(TODAY).size == 4
    night.withdraw(first, after(1))
    night.sign(after(1))
    assert night.difference() == 0
    assert night.run(after(1)).size == 7
    assert night.report() == monitor.LogReport(Sums(3, 1, 0), after(1))
    assert night.difference() == 0
    taken_away = [entries.read(entry) for entry in night.entries() if entry[0] == EntryKind.WITHDRAWN]
    assert len(taken_away) == 1
    known = {night.entries()[taken_away[0].index], *night.entries()}
    assert _entry(night, second) in known and night.entries()[taken_away[0].index] != _entry(night, second)


def _entry(night: Night, link: Any) -> bytes:
    salt = log_records.salt(night.keys.log_salt_key(), link.record)
    return entries.signature(salt, log_records.digest(link.record, link.sealed))


def test_who_withdraws_on_the_same_day_leaves_nothing_in_the_log(night: Night) -> None:
    (link,) = night.sign(TODAY)
    night.withdraw(link, TODAY)
    night.run(TODAY)
    assert night.report().sums == Sums() and len(night.entries()) == 1
    assert night.difference() == 0


def test_paper_exclusions_and_corrections_are_entries_like_others(night: Night) -> None:
    rows = [PaperSignature(record, record, "KZ", bytes(100)) for record in (5, 6, 7)]
    with night.engine.execution_options(writes=True).begin() as connection:
        night.ledger.bring_in(connection, night.campaign, rows, TODAY)
    night.run(TODAY)
    with night.engine.execution_options(writes=True).begin() as connection:
        assert night.ledger.void(connection, night.campaign, 6, Entry(after(1), "KZ", "paper"))
    night.run(after(1))
    assert night.report().sums == Sums(3, 0, 1)
    assert {len(entry) for entry in night.entries()} == {33, 9}
    assert night.difference() == 0


@pytest.mark.slow
def test_possible_duplicates_are_in_the_log_and_the_public_number_never_exceeds_it(night: Night) -> None:
    night.sign(TODAY, 5)
    twice = night.petition.link(slot=night.links[0].slot)
    night.ledger.confirm(night.campaign, twice, TODAY)
    night.run(TODAY)
    assert night.report().sums.live == 6 and night.petition.total == 5


def test_a_day_without_anything_has_its_entry_and_a_missed_week_too(night: Night) -> None:
    night.sign(TODAY)
    night.run(TODAY)
    assert night.run(after(7)).size == 2 + 7
    assert night.report().day == after(7)


def test_a_night_twice_is_a_night_once(night: Night) -> None:
    night.sign(TODAY, 3)
    assert night.run(TODAY) == night.run(TODAY)
    assert night.run(after(-3)) == night.run(TODAY)
    assert night.petition.number("SELECT count(*) FROM log_checkpoint") == 1


def test_many_nights_only_grow_whatever_happens_in_them(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_log, "TOGETHER", 32)
    chance, signed, old = random.Random(3), [], (0, b"")
    for number in range(6):
        day = after(number)
        signed += night.sign(day, chance.choice((0, 1, 40, 90)))
        for link in chance.sample(signed, min(len(signed), 9)):
            signed.remove(link)
            night.withdraw(link, day)
        checkpoint = night.run(day)
        with night.engine.connect() as connection:
            nodes = TileNodes(checkpoint.size, Tiles(connection, night.campaign))
            if old[0]:
                proof = consistency_proof(nodes, old[0], checkpoint.size)
                check_consistency(old, (checkpoint.size, checkpoint.root), proof)
        old = (checkpoint.size, checkpoint.root)
        assert night.report().sums.live == len(signed) == night.petition.records
        assert night.difference() == 0


def test_two_nights_at_the_same_time_write_one_log(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_log, "TOGETHER", 16)
    night.sign(TODAY, 100)
    night.run(after(-1))
    faults: list[BaseException] = []

    def work() -> None:
        try:
            night.run(TODAY)
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == [] and night.report().sums == Sums(100)


def test_confirmations_and_withdrawals_go_on_during_the_night(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_log, "TOGETHER", 8)
    links = night.sign(TODAY, 60)
    stop = threading.Event()

    def go_on() -> None:
        for link in links[::2]:
            night.withdraw(link, after(1))
            night.sign(after(1))
        stop.set()

    thread = threading.Thread(target=go_on)
    thread.start()
    night.run(TODAY)
    thread.join()
    night.run(after(1))
    assert stop.is_set()
    assert night.report().sums.live == 60 == night.petition.records and night.difference() == 0


class CutError(RuntimeError):
    """The power is cut here."""


@pytest.mark.parametrize("moment", ["a piece", "the file", "the row"])
def test_a_crash_between_tree_and_checkpoint_leaves_a_log_that_goes_on(
    night: Night, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    monkeypatch.setattr(public_log, "TOGETHER", 16)
    night.sign(TODAY, 50)
    before = night.run(after(-1))
    target, name = (public_log.Piece, "write") if moment == "a piece" else (public_log, "write_whole")
    real, calls = getattr(target, name), [0]

    def cut(*given: Any) -> Any:
        calls[0] += 1
        if moment == "the row":
            real(*given)  # the file has the checkpoint, and the database does not
        if calls[0] == (3 if moment == "a piece" else 1):
            raise CutError
        return real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(target, name, cut)
        with pytest.raises(CutError):
            night.run(TODAY)
    with night.engine.connect() as connection:
        assert (
            checkpoints.read(public_log.newest_note(connection, night.campaign) or notes.read("")) == before
        )
    after_all = night.run(TODAY)
    assert night.report().sums == Sums(50) and after_all.size == before.size + 51


def _older(night: Night) -> None:
    """What a restored backup does: rows of the last night are not there."""
    night.write("DELETE FROM log_tile")
    night.write("DELETE FROM log_entry")
    night.write("UPDATE log_tree SET size = 0, day = NULL, signatures = 0")
    night.write("DELETE FROM log_checkpoint")


def _rewritten(night: Night) -> None:
    with night.engine.connect() as connection:
        body = Tiles(connection, night.campaign).bundle(0, 5)
    body[2] = entries.signature(bytes(32), bytes(32))
    night.write("UPDATE log_tile SET body = :body WHERE level = -1", body=entries.bundled(body))


def _cut(night: Night) -> None:
    night.write("UPDATE log_tree SET size = 3")


def _damaged(night: Night) -> None:
    night.keys.newest_checkpoint.write_text("nothing")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "why"),
    [(_older, "older"), (_rewritten, "changed"), (_cut, "older"), (_damaged, "damaged")],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_log_that_went_back_or_was_changed_gets_no_more_signatures(
    night: Night, what: Callable[[Night], None], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    night.sign(TODAY, 4)
    night.run(TODAY)
    what(night)
    night.sign(after(1))
    with pytest.raises(LogStoppedError, match=why):
        night.run(after(1))
    assert night.petition.number("SELECT count(*) FROM log_pending") == 1
    with caplog.at_level(logging.ERROR, "campaign.petition"):
        nightly(night.petition.app, after(2))  # the rest of the night goes on
    assert "has stopped" in caplog.text and why in caplog.text


def test_after_a_restore_the_log_waits_until_somebody_shows_what_others_have_seen(night: Night) -> None:
    night.sign(TODAY, 3)
    night.run(TODAY)
    with night.engine.connect() as connection:
        old = public_log.newest_note(connection, night.campaign)
        rows = connection.execute(text("SELECT level, number, body FROM log_tile")).all()
    night.sign(after(1), 2)
    night.run(after(1))
    with night.engine.connect() as connection:
        newest = public_log.newest_note(connection, night.campaign)
    assert old is not None and newest is not None
    log = PublicLog(night.engine, night.campaign, night.keys, "example.org/log/trees")
    night.keys.log_restored.touch()
    with pytest.raises(LogStoppedError, match="restored"):
        night.run(after(2))
    stranger = Checkpoint("example.org/log/trees", 1, bytes(32)).signed(Signer("x.example", bytes(32)))
    with pytest.raises(LogStoppedError, match="not signed"):
        log.resume(stranger)
    # The backup is older than what others have seen.
    night.write("UPDATE log_tree SET size = 4")
    for row in rows:
        night.write(
            "UPDATE log_tile SET body = :body WHERE level = :level AND number = :number", **row._mapping
        )
    with pytest.raises(LogStoppedError, match="Others have seen 7"):
        log.resume(newest)
    assert log.resume(old).size == 4 and not night.keys.log_restored.exists()


def test_another_key_does_not_go_on_with_the_log(night: Night) -> None:
    night.sign(TODAY)
    night.run(TODAY)
    (night.keys.folder / "log-sign").write_bytes(bytes(32))
    other = ServerKeys(night.keys.folder.parent.parent, night.keys.volatile, "trees")
    with pytest.raises(LogStoppedError, match="key"):
        PublicLog(night.engine, night.campaign, other, "example.org/log/trees").run(after(1))


def test_on_the_erase_day_the_last_checkpoint_is_signed_and_the_keys_are_gone(petition: Petition) -> None:
    night = Night(petition)
    night.sign(TODAY, 3)
    end = date(2027, 12, 31)
    nightly(petition.app, end)
    report = night.report()
    assert report.sums == Sums(3) and report.day == end
    assert petition.number("SELECT count(*) FROM log_entry") == 0
    assert petition.number("SELECT count(*) FROM log_pending") == 0
    assert not (night.keys.folder / "log-sign").exists() and not (night.keys.folder / "log-salt").exists()
    nightly(petition.app, end + timedelta(days=1))
    assert night.report() == report  # nobody can sign a newer one
    assert night.keys.log_seed() == b""


def test_signatures_erased_on_their_promised_day_stay_in_the_log_and_leave_no_join(night: Night) -> None:
    links = [night.petition.link() for _ in range(2)]
    night.ledger.confirm(night.campaign, links[0], TODAY, erase_on=after(5))
    night.ledger.confirm(night.campaign, links[1], TODAY)
    nightly(night.petition.app, after(6))
    assert night.report().sums == Sums(2) and night.petition.records == 1
    assert night.petition.number("SELECT count(*) FROM log_entry") == 1
    assert night.difference() == 0


def test_the_manifest_names_the_log(night: Night) -> None:
    night.sign(TODAY, 2)
    nightly(night.petition.app, after(1))
    body = night.petition.browser().get("/en/trees/petition/manifest.json").get_json()["manifests"][-1]
    with night.engine.connect() as connection:
        note = public_log.newest_note(connection, night.campaign)
        assert note is not None
        checkpoint = checkpoints.read(note)
    assert (body["log_size"], body["log_root"]) == (checkpoint.size, checkpoint.root.hex())


def test_what_waits_for_the_log_has_a_day_and_no_hour(petition: Petition) -> None:
    with petition.app.app_context(), Session(service(Engine, petition.app)) as session:
        from sqlalchemy import inspect

        columns = {
            column["name"]: str(column["type"])
            for table in ("log_pending", "log_entry")
            for column in inspect(session.connection()).get_columns(table)
        }
    assert not any("TIME" in kind for kind in columns.values())
    assert set(columns) == {"id", "campaign_id", "what", "day", "entry", "removal"}


def test_feeds_and_pictures_carry_the_mark_of_the_newest_checkpoint(
    night: Night,
) -> None:
    """Copies that others keep of them show a log that was forked."""
    browser = night.petition.browser()
    before = browser.get("/en/trees/updates.atom").text
    assert "public log" not in before
    night.sign(TODAY, 3)
    mark = night.run(TODAY).mark
    log_marks._in_minute.cache_clear()
    assert f"The public log {mark}" in browser.get("/en/trees/updates.atom").text
    with night.petition.app.test_request_context("/en/trees/petition/"):
        pack = service(EditionCache).newest()["trees"].pack
        for language in pack.languages:
            words = share._card(pack, language, "petition", None)
            assert words is not None and mark in words.alt
            assert mark in share.data(pack, language, words, NO_IMAGES)["log"]
        home = share._card(pack, "en", "home", None)
        assert home is not None and home.log == ""
