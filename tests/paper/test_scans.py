"""Scans of sheets: sealed while they arrive, never in clear on the disk, opened by trustees alone."""

from __future__ import annotations

import io
import secrets
from pathlib import Path

import pytest

from campaign.cli.main import main
from campaign.paper import numbers, scans
from campaign.paper.scans import Scan, ScanError
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.signatures.sealing import new_key
from campaign.trustees import key_files
from campaign.trustees.key_files import Lock
from tests.paper.conftest import Table
from tests.test_privacy import traces

JPEG = b"\xff\xd8\xff\xe0"
HEIC = b"\0\0\0\x18ftypheic"


def sends(table: Table, body: bytes, sheet: int = 1, name: str = "Clerk") -> tuple[int, str]:
    seat = table.seat(name)
    fields = {"csrf": seat.token("/paper"), "scan": (io.BytesIO(body), "IMG_1.HEIC")}
    answer = seat.post(
        f"/paper/sheets/{table.number(sheet)}/scan", fields, content_type="multipart/form-data", follow_redirects=True
    )  # fmt: skip
    return answer.status_code, answer.text


def folder(table: Table) -> Path:
    found: Path = service(Petitions, table.desk.app).server_keys("trees").scans
    return found


@pytest.mark.slow
def test_a_scan_is_sealed_on_its_way_and_only_the_key_gives_it_back(
    table: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = f"Zq{secrets.token_hex(8)}"
    pictures = {1: JPEG + mark.encode() * 9_000, 2: HEIC + mark.encode() * 20}
    for sheet, body in pictures.items():
        status, page = sends(table, body, sheet)
        assert status == 200 and "The picture is sealed." in page and "(1)" in page
    assert traces([mark], tmp_path) == [] and list(folder(table).iterdir()) == []
    assert table.petition.number("SELECT count(*) FROM scan") == 2
    # An owner takes all of them; a clerk does not.
    assert (
        table.seat("Clerk").post("/paper/scans", {"csrf": table.seat("Clerk").token("/paper")}).status_code
        == 403
    )
    table.desk.join("Olga", "owner")
    owner = table.desk.sits("Olga")
    whole = owner.post("/paper/scans", {"csrf": owner.token("/paper")})
    (tmp_path / "all.campaign").write_bytes(whole.data)
    (tmp_path / "trustee.key").write_bytes(
        key_files.locked(table.petition.key, Lock(passphrase="six green bicycles"))
    )
    monkeypatch.setattr("getpass.getpass", lambda _prompt="": "six green bicycles")
    words = [
        "scans",
        str(tmp_path / "all.campaign"),
        "--key",
        str(tmp_path / "trustee.key"),
        "--campaign",
        "trees",
    ]
    assert main([*words, "--out", str(tmp_path / "out")]) == 0
    assert "2 scans" in capsys.readouterr().out
    found = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert sorted(found.values()) == sorted(pictures.values())
    assert {name.rpartition(".")[2] for name in found} == {"jpg", "heic"}
    assert {numbers.read(name.rpartition("-")[0], "trees").sheet for name in found} == {1, 2}


def test_what_is_no_scan_of_a_sheet_is_refused_and_leaves_nothing(table: Table) -> None:
    many = b"%PDF-1.7\n" + b"<</Type /Page >>\n" * 300
    few = b"%PDF-1.7\n" + b"<</Type /Page >>\n<</Type/Pages>>\n" * 3
    for body, said in ((b"", "Choose a file"), (b"GIF89a" + b"x" * 99, "not a picture or a PDF"),
                       (b"<svg onload=x>", "not a picture or a PDF"), (many, "too many pages")):  # fmt: skip
        status, page = sends(table, body)
        assert status == 422 and said in page
    assert not folder(table).exists() or list(folder(table).iterdir()) == []
    assert sends(table, few)[0] == 200
    # 200 MB are refused by what their head says, before a byte of them is read.
    seat = table.seat("Clerk")
    answer = seat.client.post(
        f"/en/desk/trees/paper/sheets/{table.number()}/scan",
        data=b"--x",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": "200000000"},
    )
    assert answer.status_code == 413


def test_a_scan_without_the_form_s_token_or_by_a_stranger_is_not_kept(table: Table) -> None:
    seat = table.seat("Clerk")
    path = f"/paper/sheets/{table.number()}/scan"
    answer = seat.post(
        path, {"csrf": "x", "scan": (io.BytesIO(JPEG * 99), "a.jpg")}, content_type="multipart/form-data"
    )
    assert answer.status_code == 403
    stranger = table.desk.app.test_client()
    assert (
        stranger.post(f"/en/desk/trees{path}", data={"scan": (io.BytesIO(JPEG * 99), "a.jpg")}).status_code
        == 403
    )
    assert not folder(table).exists() or list(folder(table).iterdir()) == []


def test_a_file_of_scans_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    key = new_key("trees", 1)
    scan = Scan(tmp_path / "scans", key.public, 77)
    scan.write(JPEG + b"y" * 200_000)
    assert scan.keep()
    scan.close()
    whole = b"".join(scans.every(tmp_path / "scans"))
    path = tmp_path / "all"
    path.write_bytes(whole)
    (one,) = scans.opened(path, {1: key})
    assert (one.sheet, one.kind, len(one.body)) == (77, "jpg", 200_004)
    bad = {
        "cut": whole[:-70_000],
        "byte": whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:],
        "other": b"something",
    }
    for name, body in bad.items():
        path.write_bytes(body)
        with pytest.raises(ScanError):
            list(scans.opened(path, {1: key}))
        assert name
    path.write_bytes(whole)
    with pytest.raises(ScanError, match="another key"):
        list(scans.opened(path, {1: new_key("trees", 1)}))
