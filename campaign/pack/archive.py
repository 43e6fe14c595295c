"""Packs as ZIP and as folders: what comes in is measured before it is believed.

A ZIP can hold a path out of its folder, a link, two files of one name, or gigabytes in a few
bytes. Nothing of one is ever written to disk: it is read into memory, within limits, entry by
entry, and what is not a pack's file is named.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

from campaign.messages import Message
from campaign.pack import photographs
from campaign.pack.files import place_in_pack
from campaign.pack.findings import Findings, PackError

#: Entries, bytes in all as claimed and as counted, unpacked to packed.
MOST_ENTRIES = 2_000
MOST_BYTES = 20 * 1024 * 1024
MOST_RATIO = 100

#: What may lie in a ZIP beside the pack, and is not read: the list of who did what.
BESIDE = {"audit.csv"}

#: The path of a finding about the file as a whole.
WHOLE = "ZIP"

#: The earliest time that a ZIP can say, where none is to be told.
EARLIEST = (1980, 1, 1, 0, 0, 0)


def entry(
    name: str, how: int = zipfile.ZIP_DEFLATED, at: tuple[int, int, int, int, int, int] = EARLIEST
) -> zipfile.ZipInfo:
    """An entry of a ZIP that is the same whenever and wherever it is made."""
    made = zipfile.ZipInfo(name, at)
    made.compress_type, made.external_attr, made.create_system = how, 0o644 << 16, 3
    return made


def unpacked(data: bytes) -> tuple[dict[str, str], dict[str, bytes]]:
    """The texts of a zipped pack by path, and its photographs by name, which nobody has looked at yet.

    A single folder around them is taken off. Raises PackError that names every entry that can't be
    taken, or the limit that is passed.
    """
    findings = Findings()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive, findings)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        if isinstance(error, PackError):
            raise
        findings.error(WHOLE, 1, Message("This file can’t be read: it is damaged, encrypted or not a ZIP."))
        raise PackError(findings.found) from None


def _read(archive: zipfile.ZipFile, findings: Findings) -> tuple[dict[str, str], dict[str, bytes]]:
    entries = [one for one in archive.infolist() if one.orig_filename not in BESIDE]
    if len(entries) > MOST_ENTRIES:
        counts = {"count": len(entries), "most": MOST_ENTRIES}
        findings.error(WHOLE, 1, Message("It has %(count)s entries; the limit is %(most)s.", **counts))
    elif (claimed := sum(entry.file_size for entry in entries)) > MOST_BYTES:
        counts = {"count": claimed, "most": MOST_BYTES}
        findings.error(WHOLE, 1, Message("It expands to %(count)s bytes; the limit is %(most)s.", **counts))
    if findings.found:
        raise PackError(findings.found)
    files = [entry for entry in entries if not entry.is_dir()]
    for entry in entries:
        if fault := _fault(entry):
            findings.error(_shown(entry.orig_filename), 1, fault)
    _twins(files, findings)
    if findings.found:
        raise PackError(findings.found)
    top = _top([entry.filename for entry in files])
    texts, pictures = {}, {}
    room = MOST_BYTES
    for entry in files:
        raw = _bytes(archive, entry, room, findings)
        room -= len(raw)
        path = entry.filename.removeprefix(top)
        if mark := photographs.PLACE.fullmatch(path):
            pictures[mark[1]] = raw
        else:
            texts[path] = _text(entry.filename, raw, findings)
    if findings.found:
        raise PackError(findings.found)
    return texts, pictures


def _fault(entry: zipfile.ZipInfo) -> Message | None:
    """Why an entry may not come in; None if it may."""
    name, kind = entry.orig_filename, stat.S_IFMT(entry.external_attr >> 16)
    if "\0" in name or "\\" in name or ":" in name or name.startswith("/"):
        return Message("This path leads out of the pack or belongs to another system.")
    if any(part in {"", ".", ".."} for part in name.rstrip("/").split("/")):
        return Message("This path leads out of the pack.")
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return Message("This is a link or a device, not a file.")
    if entry.file_size > MOST_RATIO * max(entry.compress_size, 1) and entry.file_size > 10_000:
        return Message("It expands to more than %(ratio)s times its size.", ratio=MOST_RATIO)
    photo = photographs.PLACE.fullmatch("/".join(name.split("/")[-2:]))  # maybe in a folder around the pack
    if photo and entry.file_size > photographs.MOST_BYTES:
        return Message("A photograph can have at most %(most)s bytes.", most=photographs.MOST_BYTES)
    if not photo and not entry.is_dir() and not name.endswith((".yaml", ".md")):
        return Message("A pack has only .yaml and .md files, and photos/ as a desk saved it.")
    return None


def _twins(files: list[zipfile.ZipInfo], findings: Findings) -> None:
    seen: set[str] = set()
    for entry in files:
        name = entry.filename.casefold()
        if name in seen:
            twin = Message("Two names differ only in upper and lower case.")
            findings.error(_shown(entry.filename), 1, twin)
        seen.add(name)


def _top(names: list[str]) -> str:
    """The one folder that holds everything, with its slash; '' where campaign.yaml stands outside."""
    first = names[0].partition("/")[0] if names else ""
    inside = f"{first}/campaign.yaml" in names and all(name.startswith(f"{first}/") for name in names)
    return f"{first}/" if inside else ""


def _bytes(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int, findings: Findings) -> bytes:
    """An entry's bytes, counted while they come: what a ZIP says of their number may be a lie."""
    with archive.open(entry) as file:
        raw = file.read(room + 1)
    if len(raw) > room:
        too_large = Message("The pack expands to more than %(most)s bytes.", most=MOST_BYTES)
        findings.error(_shown(entry.filename), 1, too_large)
        raise PackError(findings.found)
    return raw


def _text(name: str, raw: bytes, findings: Findings) -> str:
    try:
        return raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        findings.error(_shown(name), 1, Message("The file is not UTF-8 text."))
        return ""


def _shown(name: str) -> str:
    """A name as it can be printed on one line."""
    return "".join(sign if sign.isprintable() else "?" for sign in name)[:120]


def write_zip(files: Mapping[str, str], pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Texts and photographs as a ZIP: the same give the same bytes."""
    every = _together(files, pictures)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(every):
            archive.writestr(entry(path), every[path])
    return out.getvalue()


def _together(files: Mapping[str, str], pictures: Mapping[str, bytes] | None) -> dict[str, bytes]:
    """Everything as bytes, by its path."""
    texts = {path: text.encode() for path, text in files.items()}
    return texts | {photographs.place(name): data for name, data in (pictures or {}).items()}


def write_folder(files: Mapping[str, str], folder: Path, pictures: Mapping[str, bytes] | None = None) -> None:
    """Write texts and photographs into a folder, which may be a working tree of git.

    Files that are the same are not touched; files of a pack that this one does not have are
    removed; all else in the folder stays. Raises ValueError for a folder with other things in
    it that is no pack yet.
    """
    there = [path for path in folder.iterdir() if not path.name.startswith(".")] if folder.is_dir() else []
    if there and not (folder / "campaign.yaml").is_file():
        raise ValueError(f"{folder} has other things in it and is no pack: choose an empty folder.")
    every = _together(files, pictures)
    for path, data in every.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file() or target.read_bytes() != data:
            target.write_bytes(data)
    for old in folder.rglob("*"):
        name = old.relative_to(folder).as_posix()
        if old.is_file() and name not in every and (place_in_pack(name) or photographs.PLACE.fullmatch(name)):
            old.unlink()
