"""Receipts: who gets one, what it says, and that a stranger checks it with standard tools alone."""

from __future__ import annotations

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from campaign import clock
from campaign.cli.main import main
from campaign.petition import public_log, witnesses
from campaign.petition.nightly import nightly
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.transparency_log import policies, receipts
from campaign.transparency_log.entries import EntryKind
from campaign.transparency_log.notes import KeyKind, Signer
from tests.conftest import published
from tests.minimal import FILES
from tests.petition.conftest import BASE, Petition, opened
from tests.tools import ROOT, needed, without_tokens

PAGE = ROOT / "campaign/handbook/en/verifying.md"
WITNESS = Signer("witness.example", bytes(range(32)), KeyKind.COSIGNATURE)
TOOLS = ("sh", "openssl", "sha256sum", "base64", "awk", "sed", "xxd")


@pytest.fixture
def petition(tmp_path: Path) -> Petition:
    """On SQLite alone: the log is tested on both elsewhere."""
    return opened(published(tmp_path / "data"))


def tonight(petition: Petition, nights: int = 1) -> None:
    nightly(petition.app, clock.today() + timedelta(days=nights))


def receipt_of(petition: Petition, withdraw: str) -> str:
    """The file of a receipt, from the link in the e-mail."""
    token = withdraw.rpartition("/")[2]
    answer = petition.browser().get(f"{BASE}/w/{token}/receipt.tlog-proof")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    return answer.text


def policy_of(petition: Petition) -> policies.Policy:
    return policies.read(petition.browser().get("/log/trees/policy").text)


@pytest.mark.slow
def test_a_signer_gets_a_promise_then_the_proof_and_then_that_of_the_withdrawal(petition: Petition) -> None:
    tonight(petition, 0)
    confirm, withdraw = petition.signs()
    address = f"{BASE}/w/{withdraw.rpartition('/')[2]}/receipt"
    assert "There is no receipt" in petition.browser().get(address).text
    petition.confirm(confirm)
    page = petition.browser().get(address).text
    assert "come back tomorrow" in page and "\npromise\n" in page
    assert petition.browser().get(f"{BASE}/w/{withdraw.rpartition('/')[2]}").text.count(f"{address}") == 1
    tonight(petition)
    assert "entry 1 of the public log" in petition.browser().get(address).text
    found = receipts.check(receipt_of(petition, withdraw), policy_of(petition))
    assert (found.entry.kind, found.index, found.trusted.checkpoint.size) == (EntryKind.SIGNATURE, 1, 3)
    petition.withdraw(withdraw)
    assert "The log says so when the day is over" in petition.browser().get(address).text
    tonight(petition, 2)
    gone = receipts.check(receipt_of(petition, withdraw), policy_of(petition))
    assert (gone.entry.kind, gone.entry.index) == (EntryKind.WITHDRAWN, 1)


def test_a_receipt_says_nothing_about_a_person(petition: Petition) -> None:
    confirm, withdraw = petition.signs()
    petition.confirm(confirm)
    tonight(petition)
    text = receipt_of(petition, withdraw)
    assert not re.search(r"ana|example\.org|FR|france|\d\d:\d\d", without_tokens(text), re.I)
    lines = text.split("\n\n")[0].splitlines()[2:]
    assert all(re.fullmatch(r"index \d+|[A-Za-z0-9+/]{43}=", line) for line in lines)


def test_nobody_in_a_country_at_risk_is_offered_or_given_a_receipt(tmp_path: Path) -> None:
    risky = FILES["campaign.yaml"].replace("countries-at-risk: []", "countries-at-risk: [KZ]")
    petition = opened(published(tmp_path / "data"), {"campaign.yaml": risky})
    confirm, withdraw = petition.signs(country="KZ", understood="y")
    page = petition.browser().post(
        confirm, data={"form_token": petition.token("confirm/trees")}, follow_redirects=True
    )
    assert "receipt" not in page.text
    tonight(petition)
    assert "receipt" not in petition.browser().get(withdraw).text
    token = withdraw.rpartition("/")[2]
    for name in ("receipt", "receipt.tlog-proof"):
        assert petition.browser().get(f"{BASE}/w/{token}/{name}").status_code == 404


@pytest.mark.parametrize("name", ["receipt", "receipt.tlog-proof"])
def test_a_link_that_is_none_gives_no_receipt(petition: Petition, name: str) -> None:
    assert petition.browser().get(f"{BASE}/w/AAAA/{name}").status_code == 404


def test_the_page_that_checks_may_reach_nobody(petition: Petition) -> None:
    tonight(petition)
    answer = petition.browser().get(f"{BASE}/check")
    assert answer.status_code == 200
    policies_sent = answer.headers.getlist("Content-Security-Policy")
    assert policies_sent[1:] == ["connect-src 'none'; form-action 'none'"]
    assert policy_of(petition).logs[0].vkey in answer.text.replace("&#43;", "+")
    shown = petition.browser().get(f"{BASE}/checking")
    assert shown.status_code == 200 and "<h2" in shown.text


def test_the_files_of_the_log_are_those_of_the_specification(petition: Petition) -> None:
    assert petition.browser().get("/log/trees/checkpoint").status_code == 404  # there is none before a night
    confirm, _ = petition.signs()
    petition.confirm(confirm)
    tonight(petition)
    get = petition.browser().get
    checkpoint, tile = get("/log/trees/checkpoint"), get("/log/trees/tile/0/000.p/2")
    assert checkpoint.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert tile.headers["Content-Type"] == "application/octet-stream" and len(tile.data) == 64
    assert "immutable" in tile.headers["Cache-Control"] and "max-age=5" in checkpoint.headers["Cache-Control"]
    assert get("/log/trees/checkpoint/2").text == checkpoint.text
    assert get("/log/trees/tile/entries/000.p/1").data == get("/log/trees/tile/entries/000.p/2").data[:35]
    for missing in (
        "tile/0/000", "tile/0/000.p/3", "tile/0/001.p/1", "tile/1/000.p/1", "tile/x", "checkpoint/1", "since/3",
    ):  # fmt: skip
        assert get(f"/log/trees/{missing}").status_code == 404, missing
    assert get("/log/elsewhere/checkpoint").status_code == 404


def cosigned(petition: Petition) -> None:
    """Let a witness sign the newest checkpoint, and write its key into the log's policy."""
    engine = service(Engine, petition.app)
    public_log.set_witnesses(engine, petition.campaign, f"witness W {WITNESS.verifier.vkey}\nquorum W\n")
    with engine.connect() as connection:
        tree, note = (
            public_log.state(connection, petition.campaign),
            public_log.newest_note(connection, petition.campaign),
        )
    assert tree is not None and note is not None
    witnesses.take(engine, petition.campaign, tree, WITNESS.sign(note.text, at=1_795_000_000))


def instructions(*titles: str) -> str:
    """The commands below these headings of the handbook's page, as they are printed there."""
    sections = re.split(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.M)[1:]
    found = dict(zip(sections[::2], sections[1::2], strict=True))
    return "\n".join(
        line[4:] for title in titles for line in found[title].splitlines() if line.startswith("    ")
    )


def by_hand(folder: Path, script: str) -> str:
    """What a stranger's shell prints."""
    for tool in (*TOOLS, "jq"):
        needed(tool, tool)
    done = subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, text=True, timeout=120)
    return done.stdout + done.stderr


def test_a_stranger_checks_a_receipt_and_growth_by_the_page_alone(petition: Petition, tmp_path: Path) -> None:
    links = [petition.signs(email=f"p{n}@example.org") for n in range(6)]
    for confirm, _ in links[:4]:
        petition.confirm(confirm)
    tonight(petition)
    get = petition.browser().get
    (tmp_path / "old.checkpoint").write_text(get("/log/trees/checkpoint").text)
    for confirm, _ in links[4:]:
        petition.confirm(confirm)
    petition.withdraw(links[0][1])
    tonight(petition, 2)
    cosigned(petition)
    (tmp_path / "since").write_text(get("/log/trees/since/5").text)
    (tmp_path / "policy").write_text(get("/log/trees/policy").text)
    (tmp_path / "manifest.json").write_text(get(f"{BASE}/manifest.json").text)
    titles = ("Check a receipt by hand", "Check by hand that the log only grew")
    for _confirm, withdraw in (links[1], links[5], links[0]):
        text = receipt_of(petition, withdraw)
        (tmp_path / "receipt.tlog-proof").write_text(text)
        said = by_hand(tmp_path, instructions(*titles))
        assert said.count("Signature Verified Successfully") == 2, said
        assert "The entry is in the tree." in said and "The log grew from 5 to 9 entries." in said
        assert re.search(r"^\d+ [0-9a-f]{64}$", said, re.M) and "WRONG" not in said
    (tmp_path / "receipt.tlog-proof").write_text(text.replace("index ", "index 1", 1))
    assert "WRONG: the entry" in by_hand(tmp_path, instructions(titles[0]))
    since = (tmp_path / "since").read_text().splitlines()
    (tmp_path / "since").write_text("\n".join([since[0], since[2], since[1], *since[3:]]) + "\n")
    assert "WRONG: the log" in by_hand(
        tmp_path,
        'node() { printf "01%s%s" "$1" "$2" | xxd -r -p | sha256sum | cut -c 1-64; }\n'
        + instructions(titles[1]),
    )


def test_the_commands_check_what_the_site_gives(
    petition: Petition, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    confirm, withdraw = petition.signs()
    petition.confirm(confirm)
    tonight(petition)
    get = petition.browser().get
    for name, text in {
        "old": get("/log/trees/checkpoint").text,
        "policy": get("/log/trees/policy").text,
        "receipt": receipt_of(petition, withdraw),
    }.items():
        (tmp_path / name).write_text(text)
    tonight(petition, 3)
    cosigned(petition)
    (tmp_path / "since").write_text(get("/log/trees/since/2").text)
    (tmp_path / "strict").write_text(get("/log/trees/policy").text)
    mirror = tmp_path / "mirror"
    with petition.app.app_context():
        from campaign.database import db
        from campaign.petition import log_files

        for _ in range(2):
            log_files.write(db.session.connection(), petition.campaign, mirror)
    policy, strict = ["--policy", str(tmp_path / "policy")], ["--policy", str(tmp_path / "strict")]
    for command, code, says in [
        (["receipt", str(tmp_path / "receipt"), *policy], 0, "the signature is entry 0"),
        (["receipt", str(tmp_path / "receipt"), *strict], 1, "0 signed; the policy asks for 1 of 1"),
        (["receipt", str(tmp_path / "old"), *policy], 1, "not a file with a proof"),
        (["checkpoint", str(tmp_path / "old"), *policy], 0, "No witness"),
        (["checkpoint", str(mirror / "checkpoint"), *strict], 0, "witness.example on 2026-11-18"),
        (["consistency", str(tmp_path / "old"), str(tmp_path / "since"), *policy], 0, "grew from 2 to 4"),
        (["consistency", str(tmp_path / "old"), str(mirror), *strict], 1, "0 signed"),
        (["consistency", str(mirror / "checkpoint"), str(tmp_path / "since"), *policy], 1, "does not hold"),
        (["log", str(mirror), *strict], 0, "1 signatures, 0 withdrawn, 0 excluded: 1 are live"),
        (["log", str(tmp_path / "nowhere"), *strict], 2, "can't be had"),
    ]:
        assert main(["verify", *command]) == code, command
        printed = capsys.readouterr()
        assert says in printed.out + printed.err, (command, printed)
    bundle = next((mirror / "tile/entries").iterdir())
    assert bundle.name == "000.p"
    body = bytearray((bundle / "4").read_bytes())
    body[10] ^= 1
    (bundle / "4").write_bytes(body)
    assert main(["verify", "log", str(mirror), *strict]) == 1
    assert "root is another one" in capsys.readouterr().err


def test_a_promise_can_not_be_taken_for_a_checkpoint(petition: Petition) -> None:
    from campaign.transparency_log import checkpoints, notes

    tonight(petition, 0)
    confirm, withdraw = petition.signs()
    petition.confirm(confirm)
    note = notes.read(receipt_of(petition, withdraw))
    log = policy_of(petition).logs[0]
    assert note.signers([log]) == {log.name: 0}
    with pytest.raises(notes.NoteError):
        checkpoints.read(note)
    assert service(Petitions, petition.app).server_keys("trees").log_seed()
