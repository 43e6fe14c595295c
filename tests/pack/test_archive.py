"""Packs in and out: what a ZIP can do to you, and a round trip to the byte."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.pack.archive import MOST_BYTES, write_folder, write_zip
from campaign.pack.files import parse, read_folder
from campaign.pack.findings import PackError
from tests.minimal import FILES
from tests.tools import busy_at_most, read_zip


def zipped(**entries: bytes) -> bytes:
    return built(lambda archive: [archive.writestr(name, data) for name, data in entries.items()])


def built(fill: Callable[[zipfile.ZipFile], object]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        fill(archive)
    return out.getvalue()


def special(name: str, mode: int) -> bytes:
    def fill(archive: zipfile.ZipFile) -> None:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, "campaign.yaml")

    return built(fill)


def lying(size: int) -> bytes:
    """A ZIP whose entry says that it is small."""
    data = bytearray(zipped(**{"a.md": b"x" * size}))
    for at in (data.find(b"PK\x03\x04") + 22, data.find(b"PK\x01\x02") + 24):
        data[at : at + 4] = (10).to_bytes(4, "little")
    return bytes(data)


BAD: list[tuple[Callable[[], bytes], str]] = [
    (lambda: b"", "This file can’t be read"),
    (lambda: b"PK\x03\x04 nonsense", "This file can’t be read"),
    (lambda: write_zip(FILES)[:-200], "This file can’t be read"),
    (lambda: zipped(**{"../a.md": b"x"}), "leads out of the pack"),
    (lambda: zipped(**{"a/../../b.md": b"x"}), "leads out of the pack"),
    (lambda: zipped(**{"/etc/a.md": b"x"}), "leads out of the pack"),
    (lambda: zipped(**{"C:a.md": b"x"}), "leads out of the pack"),
    (lambda: zipped(**{"a\\b.md": b"x"}), "leads out of the pack"),
    (lambda: zipped(**{"a//b.md": b"x"}), "leads out of the pack"),
    (lambda: special("a.md", stat.S_IFLNK | 0o777), "a link or a device"),
    (lambda: special("a.md", stat.S_IFCHR | 0o666), "a link or a device"),
    (lambda: zipped(**{"a.exe": b"x"}), "only .yaml and .md"),
    (lambda: zipped(**{"a.md": b"x", "A.md": b"y"}), "differ only in upper and lower case"),
    (lambda: zipped(**{"a.md": b"\xff\xfe"}), "not UTF-8"),
    (lambda: zipped(**{"a.md": bytes(1024 * 1024)}), "more than 100 times"),
    (
        lambda: zipped(**{f"{n}.md": bytes(11 * 1024 * 1024) for n in range(2)}),
        f"the limit is {MOST_BYTES:,}",
    ),
    (lambda: zipped(**{f"{n}.md": b"" for n in range(2_001)}), "2,001 entries"),
    (lambda: lying(50_000), "This file can’t be read"),
]


@pytest.mark.security(47)
@pytest.mark.parametrize(("make", "said"), BAD, ids=range(len(BAD)))
def test_a_zip_that_is_not_a_pack_is_refused_in_words(make: Callable[[], bytes], said: str) -> None:
    with pytest.raises(PackError) as raised:
        read_zip(make())
    assert said in str(raised.value)


@pytest.mark.security(47)
def test_ten_gigabytes_in_a_few_are_refused_at_once() -> None:
    data = bytearray(zipped(**{"a.md": b"x"}))
    at = data.find(b"PK\x01\x02") + 24
    data[at : at + 4] = (0xFFFF_0000).to_bytes(4, "little")
    with busy_at_most(1), pytest.raises(PackError):
        read_zip(bytes(data))


@pytest.mark.slow
@pytest.mark.security(47)
def test_a_hundred_thousand_entries_are_refused() -> None:
    with pytest.raises(PackError, match="100,000 entries"):
        read_zip(zipped(**{f"{n}.md": b"" for n in range(100_000)}))


def test_every_fault_is_named_in_one_run() -> None:
    with pytest.raises(PackError) as raised:
        read_zip(zipped(**{"../a.md": b"x", "b.exe": b"y", "c.md": b"z"}))
    assert [finding.path for finding in raised.value.findings] == ["../a.md", "b.exe"]


def test_a_folder_around_the_pack_is_taken_off() -> None:
    assert read_zip(zipped(**{f"my-pack/{path}": text.encode() for path, text in FILES.items()})) == FILES


def test_a_real_pack_goes_out_and_comes_in_to_the_byte(files: dict[str, str], tmp_path: Path) -> None:
    once = write_zip(files)
    assert read_zip(once) == files
    assert write_zip(read_zip(once)) == once
    write_folder(files, tmp_path / "pack")
    assert read_folder(tmp_path / "pack") == files
    assert parse(read_zip(once)).slug == "january-2022"


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(sorted(FILES)), st.text(st.characters(codec="utf-8", exclude_characters="\r")), min_size=1))  # fmt: skip
def test_any_texts_survive_the_way_out_and_in(changes: dict[str, str]) -> None:
    changed = {**FILES, **changes}
    assert read_zip(write_zip(changed)) == changed
    assert write_zip(read_zip(write_zip(changed))) == write_zip(changed)


def test_a_working_tree_keeps_what_is_not_the_packs_and_loses_what_the_pack_lost(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    write_folder(FILES, folder)
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("mine")
    (folder / "NOTES.txt").write_text("mine")
    untouched = (folder / "facts.yaml").stat().st_mtime_ns
    fewer = {path: text for path, text in FILES.items() if path != "petition.fr.md"}
    write_folder({**fewer, "petition.en.md": "New."}, folder)
    assert not (folder / "petition.fr.md").exists()
    assert (folder / "petition.en.md").read_text() == "New."
    assert (folder / "NOTES.txt").read_text() == "mine" and (folder / ".git" / "config").exists()
    assert (folder / "facts.yaml").stat().st_mtime_ns == untouched


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(ValueError, match="choose an empty folder"):
        write_folder(FILES, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
