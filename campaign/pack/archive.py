"""Packs as ZIP files and as folders. Incoming files are measured before they are trusted.

A ZIP file can contain a path out of its folder, a link, two files of one name, or gigabytes in a few
bytes. Nothing in it is ever written to disk: it is read into memory, within limits, entry by
entry, and every file that does not belong in a pack is reported.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

from campaign.messages import Message
from campaign.pack import photographs
from campaign.pack.files import OTHER_FILE, REPRESENTATIVES, place_in_pack
from campaign.pack.findings import Findings, PackError
from campaign.untrusted import UnreadableError, parsing

#: Limits: number of entries, bytes in total (claimed and counted), ratio of unpacked to packed size.
MOST_ENTRIES = 2_000
MOST_BYTES = 20 * 1024 * 1024
MOST_RATIO = 100

#: Files that a ZIP may contain next to the pack, and that are not read: the audit list.
BESIDE = {"audit.csv"}

#: The path of a finding about the whole file.
WHOLE = "ZIP"

#: The earliest time that a ZIP file can store, used where the time must not be recorded.
EARLIEST = (1980, 1, 1, 0, 0, 0)


def entry(
    name: str, how: int = zipfile.ZIP_DEFLATED, at: tuple[int, int, int, int, int, int] = EARLIEST
) -> zipfile.ZipInfo:
    """An entry of a ZIP file that is the same at any time and on any machine."""
    zip_entry = zipfile.ZipInfo(name, at)
    zip_entry.compress_type, zip_entry.external_attr, zip_entry.create_system = how, 0o644 << 16, 3
    return zip_entry


def unpacked(data: bytes) -> tuple[dict[str, str], dict[str, bytes]]:
    """The texts of a zipped pack by path, and its photographs by name, which are not checked yet.

    A single folder around them is removed. Raises PackError, which names every entry that can't be
    accepted, or the limit that is exceeded.
    """
    findings = Findings()
    try:
        with parsing(PackError), zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive, findings)
    except UnreadableError:
        findings.error(WHOLE, 1, Message("This file can’t be read: it is damaged, encrypted or not a ZIP."))
        raise PackError(findings.found) from None


def _read(archive: zipfile.ZipFile, findings: Findings) -> tuple[dict[str, str], dict[str, bytes]]:
    entries = [entry for entry in archive.infolist() if entry.orig_filename not in BESIDE]
    files = [entry for entry in entries if not entry.is_dir()]
    _check_size(entries, findings)
    _check_names(entries, findings)
    folder = _outer_folder([entry.filename for entry in files])
    texts, pictures = {}, {}
    remaining = MOST_BYTES
    for entry in files:
        raw = _bytes(archive, entry, remaining, findings)
        remaining -= len(raw)
        path = entry.filename.removeprefix(folder)
        if mark := photographs.PLACE.fullmatch(path):
            pictures[mark[1]] = raw
        else:
            texts[path] = _text(entry.filename, raw, findings)
    _raise_if_any(findings)
    return texts, pictures


def _raise_if_any(findings: Findings) -> None:
    if findings.found:
        raise PackError(findings.found)


def _check_size(entries: list[zipfile.ZipInfo], findings: Findings) -> None:
    """Number of entries and claimed bytes. Raises PackError."""
    claimed_bytes = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES:
        counts = {"count": len(entries), "most": MOST_ENTRIES}
        findings.error(WHOLE, 1, Message("It has %(count)s entries; the limit is %(most)s.", **counts))
    elif claimed_bytes > MOST_BYTES:
        counts = {"count": claimed_bytes, "most": MOST_BYTES}
        findings.error(WHOLE, 1, Message("It expands to %(count)s bytes; the limit is %(most)s.", **counts))
    _raise_if_any(findings)


def _check_names(entries: list[zipfile.ZipInfo], findings: Findings) -> None:
    """The path and kind of every entry. Raises PackError."""
    for entry in entries:
        if fault := _fault(entry):
            findings.error(_printable_name(entry.orig_filename), 1, fault)
    _check_duplicate_names([entry for entry in entries if not entry.is_dir()], findings)
    _raise_if_any(findings)


def _fault(entry: zipfile.ZipInfo) -> Message | None:
    """Why an entry is refused; None if it is accepted."""
    name, kind = entry.orig_filename, stat.S_IFMT(entry.external_attr >> 16)
    if "\0" in name or "\\" in name or ":" in name or name.startswith("/"):
        return Message("This path leads out of the pack or belongs to another system.")
    if any(part in {"", ".", ".."} for part in name.rstrip("/").split("/")):
        return Message("This path leads out of the pack.")
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return Message("This is a link or a device, not a file.")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        # The others take what memory the file asks for: LZMA up to 4 GB.
        return Message("It is compressed in an unusual way. Use the ordinary one (deflate).")
    if entry.file_size > MOST_RATIO * max(entry.compress_size, 1) and entry.file_size > 10_000:
        return Message("It expands to more than %(ratio)s times its size.", ratio=MOST_RATIO)
    photo = photographs.PLACE.fullmatch("/".join(name.split("/")[-2:]))  # perhaps in a folder around the pack
    if photo and entry.file_size > photographs.MOST_BYTES:
        return Message("A photograph can have at most %(most)s bytes.", most=photographs.MOST_BYTES)
    if not photo and not entry.is_dir() and not name.endswith((".yaml", ".md", REPRESENTATIVES)):
        return OTHER_FILE
    return None


def _check_duplicate_names(files: list[zipfile.ZipInfo], findings: Findings) -> None:
    names: set[str] = set()
    for entry in files:
        name = entry.filename.casefold()
        if name in names:
            twin = Message("Two names differ only in upper and lower case.")
            findings.error(_printable_name(entry.filename), 1, twin)
        names.add(name)


def _outer_folder(names: list[str]) -> str:
    """The one folder that contains everything, with its slash; '' if campaign.yaml is outside any folder."""
    folder = names[0].partition("/")[0] if names else ""
    is_folder = f"{folder}/campaign.yaml" in names and all(name.startswith(f"{folder}/") for name in names)
    return f"{folder}/" if is_folder else ""


def _bytes(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, remaining: int, findings: Findings) -> bytes:
    """An entry's bytes, counted while they are read: the size that a ZIP file claims may be false."""
    with archive.open(entry) as file:
        raw = file.read(remaining + 1)
    if len(raw) > remaining:
        too_large = Message("The pack expands to more than %(most)s bytes.", most=MOST_BYTES)
        findings.error(_printable_name(entry.filename), 1, too_large)
        raise PackError(findings.found)
    return raw


def _text(name: str, raw: bytes, findings: Findings) -> str:
    try:
        return raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        findings.error(_printable_name(name), 1, Message("The file is not UTF-8 text."))
        return ""


def _printable_name(name: str) -> str:
    """A name without characters that can’t be printed, cut to fit on one line."""
    return "".join(character if character.isprintable() else "?" for character in name)[:120]


def write_zip(files: Mapping[str, str], pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Texts and photographs as a ZIP file: the same input gives the same bytes."""
    contents = _contents(files, pictures)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(contents):
            archive.writestr(entry(path), contents[path])
    return buffer.getvalue()


def _contents(files: Mapping[str, str], pictures: Mapping[str, bytes] | None) -> dict[str, bytes]:
    """All files as bytes, by path."""
    texts = {path: text.encode() for path, text in files.items()}
    return texts | {photographs.place(name, data): data for name, data in (pictures or {}).items()}


def write_folder(files: Mapping[str, str], folder: Path, pictures: Mapping[str, bytes] | None = None) -> None:
    """Write texts and photographs into a folder, which may be a git working tree.

    Unchanged files are not touched. Pack files that this pack does not have are removed.
    Everything else in the folder stays. Raises ValueError for a folder that contains other
    files and is not a pack yet.
    """
    others = [path for path in folder.iterdir() if not path.name.startswith(".")] if folder.is_dir() else []
    if others and not (folder / "campaign.yaml").is_file():
        raise ValueError(f"{folder} has other things in it and is no pack: choose an empty folder.")
    contents = _contents(files, pictures)
    for path, data in contents.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file() or target.read_bytes() != data:
            target.write_bytes(data)
    for existing in folder.rglob("*"):
        name = existing.relative_to(folder).as_posix()
        if (
            existing.is_file()
            and name not in contents
            and (place_in_pack(name) or photographs.PLACE.fullmatch(name))
        ):
            existing.unlink()
