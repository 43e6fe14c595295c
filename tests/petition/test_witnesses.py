"""Witnesses: they sign a log that grew, and nothing else; the page names those that signed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from campaign import clock
from campaign.cli.main import main
from campaign.cli.witness import handler
from campaign.petition import public_log, witnesses
from campaign.petition.nightly import nightly
from campaign.petition.public_log import PublicLog
from campaign.transparency_log import notes, policies
from campaign.transparency_log.notes import KeyKind, NoteError, Signer
from campaign.transparency_log.witness import Witness
from tests.conftest import published
from tests.petition.conftest import BASE, TODAY, opened
from tests.petition.test_public_log import Night, after

KEY = Signer("witness.example", bytes(range(32)), KeyKind.COSIGNATURE)


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(opened(published(tmp_path / "data")))


@contextmanager
def serving(witness: Witness) -> Iterator[str]:
    """The witness's service on this machine; its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(witness)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def witness_of(night: Night, folder: Path) -> Witness:
    with night.engine.connect() as connection:
        tree = public_log.state(connection, night.campaign)
    assert tree is not None
    watched = policies.read(f"log {tree.key.vkey}\nquorum none\n")
    return Witness(folder, KEY, watched, clock.seconds)


def test_each_night_the_witness_is_asked_and_the_page_names_it_when_it_has_signed(
    night: Night, tmp_path: Path
) -> None:
    night.sign(TODAY, 3)
    night.run(TODAY)
    page = night.petition.browser().get(f"{BASE}/signatures").text
    assert "The public log" in page and "Checked and signed by" not in page
    with serving(witness_of(night, tmp_path / "state")) as address:
        public_log.set_witnesses(
            night.engine, night.campaign, f"witness Helsinki {KEY.verifier.vkey} {address}\nquorum Helsinki\n"
        )
        assert witnesses.ask(night.engine, night.campaign) == 1
        assert witnesses.ask(night.engine, night.campaign) == 0  # it has signed
        page = night.petition.browser().get(f"{BASE}/signatures").text
        assert "Checked and signed by" in page and "<bdi>Helsinki</bdi>" in page
        night.sign(after(1))
        nightly(night.petition.app, after(2))  # asks by itself: the witness says which size it knows
        with night.engine.connect() as connection:
            overview = public_log.overview(connection, night.campaign)
        assert overview is not None and [name for name, _day in overview.witnesses] == ["Helsinki"]
    night.run(after(3))
    assert "Checked and signed by" not in night.petition.browser().get(f"{BASE}/signatures").text


def test_a_witness_that_can_not_be_reached_stops_nothing(
    night: Night, caplog: pytest.LogCaptureFixture
) -> None:
    night.run(TODAY)
    public_log.set_witnesses(
        night.engine, night.campaign, f"witness Gone {KEY.verifier.vkey} http://127.0.0.1:9\nquorum none\n"
    )
    with caplog.at_level(logging.WARNING, "campaign.petition"):
        nightly(night.petition.app, after(1))
    assert "Gone has not signed" in caplog.text


def forked(night: Night) -> None:
    """A host that forgets what it signed, and begins another history of the same length."""
    for table in ("log_tile", "log_entry", "log_checkpoint", "log_tree"):
        night.write(f"DELETE FROM {table}")
    night.keys.newest_checkpoint.unlink()
    night.sign(TODAY, 9)


def test_a_witness_does_not_sign_a_fork_and_says_what_it_signed(
    night: Night, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    night.sign(TODAY, 3)
    night.run(TODAY)
    witness = witness_of(night, tmp_path / "state")
    with serving(witness) as address:
        policy = f"witness Helsinki {KEY.verifier.vkey} {address}\nquorum none\n"
        public_log.set_witnesses(night.engine, night.campaign, policy)
        assert witnesses.ask(night.engine, night.campaign) == 1
        forked(night)
        night.run(TODAY)
        public_log.set_witnesses(night.engine, night.campaign, policy)
        with caplog.at_level(logging.WARNING, "campaign.petition"):
            assert witnesses.ask(night.engine, night.campaign) == 0
        assert "422" in caplog.text
        forked(night)
        night.write("DELETE FROM log_pending")
        night.write("DELETE FROM signature")
        PublicLog(night.engine, night.campaign, night.keys, "example.org/log/trees").run(TODAY)
        public_log.set_witnesses(night.engine, night.campaign, policy)
        with caplog.at_level(logging.WARNING, "campaign.petition"):
            assert witnesses.ask(night.engine, night.campaign) == 0
        assert "longer than ours" in caplog.text


@pytest.mark.parametrize("restored", [1, 3])
def test_a_request_is_answered_as_the_specification_says(night: Night, tmp_path: Path, restored: int) -> None:
    night.sign(TODAY, 3)
    night.run(TODAY)
    witness = witness_of(night, tmp_path / "state")

    def request(old: int) -> bytes:
        with night.engine.connect() as connection:
            note = public_log.newest_note(connection, night.campaign)
            assert note is not None
            made = public_log.request_since(connection, night.campaign, note, old)
        assert made is not None
        return made.text.encode()

    first = request(0)
    assert witness.add_checkpoint(first.replace(b"old 0", b"old 5")).status == 400
    assert witness.add_checkpoint(first.replace(b"old 0", b"old 00")).status == 400
    assert witness.add_checkpoint(b"").status == 400
    assert witness.add_checkpoint(b"old 0\n\n\xff").status == 400
    assert (
        witness.add_checkpoint(first.replace(b"example.org/log/trees", b"example.org/log/other")).status
        == 404
    )
    assert witness.add_checkpoint(first.replace(b"\n4\n", b"\n5\n")).status == 403
    assert witness.add_checkpoint(request(restored)).status == 409
    signed = witness.add_checkpoint(first)
    assert signed.status == 200
    (line,) = notes.read_lines(signed.body)
    assert notes.Note(notes.read(first.decode().partition("\n\n")[2]).text, (line,)).signers([KEY.verifier])
    conflict = witness.add_checkpoint(first)
    assert (conflict.status, conflict.body, conflict.kind) == (409, "4\n", "text/x.tlog.size")
    assert witness.add_checkpoint(request(4)).status == 200  # the same again
    night.sign(after(1), 4)
    night.run(after(1))
    wrong = request(4).split(b"\n")
    wrong[1], wrong[2] = wrong[2], wrong[1]
    assert witness.add_checkpoint(b"\n".join(wrong)).status == 422
    assert witness.add_checkpoint(request(4)).status == 200
    from hashlib import sha256

    served = witness.served(sha256(b"example.org/log/trees").hexdigest())
    assert served.status == 200 and notes.read(served.body).signers([KEY.verifier])
    assert witness.served("0" * 64).status == 404


def test_two_requests_at_the_same_time_never_sign_two_histories(night: Night, tmp_path: Path) -> None:
    night.run(TODAY)
    witness = witness_of(night, tmp_path / "state")
    with night.engine.connect() as connection:
        note = public_log.newest_note(connection, night.campaign)
        assert note is not None
        made = public_log.request_since(connection, night.campaign, note, 0)
    assert made is not None
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(witness.add_checkpoint(made.text.encode()).status))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [409] * 7


def test_a_file_once_a_month_does_as_well(
    night: Night, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    night.sign(TODAY, 3)
    night.run(TODAY)
    key, state, out, mirror = (tmp_path / name for name in ("key", "state", "out", "mirror"))
    assert main(["witness", "new", "--name", "w.example", "--out", str(key)]) == 0
    vkey = capsys.readouterr().out.split()[-1]
    with night.petition.app.app_context():
        from campaign.database import db
        from campaign.petition import log_files

        log_files.write(db.session.connection(), night.campaign, mirror)
        arguments = ["witness", "cosign", str(mirror), "--key", str(key), "--policy", str(mirror / "policy")]
        assert main([*arguments, "--state", str(state), "--out", str(out)]) == 0
        public_log.set_witnesses(night.engine, night.campaign, f"witness W {vkey}\nquorum W\n")
        with night.engine.connect() as connection:
            tree = public_log.state(connection, night.campaign)
        assert tree is not None
        assert witnesses.take(night.engine, night.campaign, tree, out.read_text()) == ["w.example"]
        with pytest.raises(NoteError):
            witnesses.take(night.engine, night.campaign, tree, KEY.sign("x\n", at=5))
        night.run(after(1))
        db.session.rollback()  # what it read before is older
        log_files.write(db.session.connection(), night.campaign, mirror)
    assert main([*arguments, "--state", str(state), "--out", str(out)]) == 0
    (mirror / "checkpoint").write_text((mirror / "checkpoint").read_text().replace("\n5\n", "\n3\n"))
    assert main([*arguments, "--state", str(state), "--out", str(out)]) == 2
    assert "went back" in capsys.readouterr().err


def test_the_service_takes_no_long_bodies_and_no_other_addresses(night: Night, tmp_path: Path) -> None:
    from campaign.transparency_log.sources import post

    night.run(TODAY)
    with serving(witness_of(night, tmp_path / "state")) as address:
        assert post(f"{address}/elsewhere", b"x")[0] == 404
        assert post(f"{address}/add-checkpoint", b"x" * 200_000)[0] == 400
        assert post(f"{address}/add-checkpoint", b"x")[0] == 400
