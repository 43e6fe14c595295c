"""Nothing that is typed into a letter stays: not in a file, a table, a log, in any encoding."""

from __future__ import annotations

import base64
import os
import quopri
import secrets
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_server import fetch, serving

FIELDS = ("name", "place", "postcode", "region", "address", "email", "own_words", "to_name", "to_address",
          "to_postcode", "to_place", "edited")  # fmt: skip


def forms_of(mark: str) -> Iterator[bytes]:
    """A mark as it would look in a file: plain, UTF-16, base64 in three phases, hex, percent …"""
    plain = mark.encode()
    yield from (
        plain,
        plain.upper(),
        mark.encode("utf-16-le"),
        mark.encode("utf-16-be"),
        plain.hex().encode(),
    )
    for phase in range(3):
        yield base64.b64encode(b"x" * phase + plain)[4:-4]
    yield urllib.parse.quote(mark).encode()
    yield quopri.encodestring(plain)
    yield mark.encode("punycode")


def traces(marks: list[str], *folders: Path) -> list[str]:
    """Files under the folders that hold a mark in any form."""
    needles = {needle for mark in marks for needle in forms_of(mark) if len(needle) >= 8}
    found = []
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                try:
                    content = path.read_bytes()
                except OSError:
                    continue
                found += [f"{path}: {needle!r}" for needle in needles if needle in content]
    return found


#: Every way in which a letter leaves the site, and what is posted with it.
WAYS = (
    ("/preview", {}),
    ("", {"do": "edit"}),
    ("", {"do": "reword"}),
    *((f"/letter.{suffix}", {}) for suffix in ("pdf", "docx", "odt", "eml", "txt", "html")),
    ("/letters.pdf", {"also": "president"}),
    ("/letters.zip", {"also": "president", "edited": ""}),
    ("/open-letter.pdf", {}),
    ("/postcard.pdf", {}),
    ("/envelope.pdf", {"envelope": "c5"}),
    ("/sent", {"sent": "own-foreign-minister post"}),
)


@pytest.mark.slow
@pytest.mark.security(57)
def test_no_trace_of_what_was_typed_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    tempfile.tempdir = None
    data = tmp_path / "data"
    marks = {field: f"Mark{secrets.token_hex(6)}" for field in FIELDS}
    values = {**marks, "email": f"{marks['email']}@example.org".lower()}
    with serving(data) as address:
        form = f"{address}/en/january-2022/write"
        token = fetch(form)[0].split('name="form_token"')[1].split('value="')[1].split('"')[0]
        time.sleep(2.1)  # the form's youngest age
        plain = {"form_token": token, "country": "AE", "to": "own-foreign-minister", "language": "en",
                 "demands": "reparations", "opening": "0", "day": "2026-11-24", "paper": "a4"}  # fmt: skip
        for path, changes in WAYS:
            body = urllib.parse.urlencode({**plain, **values, **changes}).encode()
            with urllib.request.urlopen(urllib.request.Request(form + path, data=body), timeout=20) as answer:
                content = answer.read()
                assert answer.status == 200
                assert marks["name"].encode() in content or path.endswith(("pdf", "docx", "odt", "zip"))
        # The search can fail: a mark that is written is found.
        (data / "proof").write_text(base64.b64encode(f"ab{marks['name']}".encode()).decode())
        assert traces([marks["name"]], data)
        os.unlink(data / "proof")
        assert traces(list(marks.values()), data, temporary, tmp_path) == []
    assert traces(list(marks.values()), tmp_path) == []
    tempfile.tempdir = None
