"""A mirror on a disk: only what is new is written, and the list of hashes is written last."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from campaign.mirror import hash_list
from campaign.mirror.contents import ABOUT
from campaign.mirror.hash_list import LIST, SIGNATURE
from campaign.pack.archive import entry
from campaign.untrusted import UnreadableError, json_value
from campaign.whole_files import write_whole

#: Bytes of the file in which a mirror says what it is.
_MOST_ABOUT = 10_000

#: Endings of files that are compressed already.
_PACKED = (".pdf", ".woff2", ".jpg", ".png")


class FolderError(ValueError):
    """A folder into which this mirror is not written; the text says why."""


@dataclass(frozen=True, slots=True)
class About:
    """Which edition of which campaign a mirror is."""

    campaign: str
    edition: int


@dataclass(frozen=True, slots=True)
class Changes:
    """How many files a run wrote, took away, and left as they were."""

    written: int
    removed: int
    same: int


#: Gives the signature of a list.
Sign = Callable[[bytes], str]


def with_list(files: Mapping[str, bytes], sign: Sign | None) -> dict[str, bytes]:
    """The files with the list of their hashes and, if somebody signs it, the signature."""
    listed = hash_list.written({path: hash_list.digest(body) for path, body in files.items()})
    signed = {SIGNATURE: sign(listed).encode()} if sign else {}
    return {**files, LIST: listed, **signed}


def write(folder: Path, files: Mapping[str, bytes]) -> Changes:
    """Bring a folder up to date with files by their places; LIST must be among them.

    Raises FolderError for a folder with anything but an older mirror of the campaign, and OSError.
    """
    before = _before(folder, files)
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for place in sorted(files, key=lambda place: place == LIST):  # the list last
        path = folder / place
        if path.is_file() and path.read_bytes() == files[place]:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, files[place])
        written += 1
    removed = [place for place in sorted(before - files.keys()) if (folder / place).is_file()]
    for place in removed:
        (folder / place).unlink(missing_ok=True)
        _remove_empty(folder, (folder / place).parent)
    return Changes(written, len(removed), len(files) - written)


def _before(folder: Path, files: Mapping[str, bytes]) -> set[str]:
    """The files of the mirror that is there. Raises FolderError for any other content."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return set()
    there, ours = about(folder), about_of(files[ABOUT].decode())
    if there is None:
        raise FolderError(f"{folder} holds something else than a mirror: name an empty folder.")
    if there.campaign != ours.campaign:
        raise FolderError(f"{folder} is a mirror of “{there.campaign}”: name another folder.")
    if there.edition > ours.edition:
        raise FolderError(f"{folder} has edition {there.edition}, which is newer than {ours.edition}.")
    try:
        return {*hash_list.read((folder / LIST).read_bytes()), SIGNATURE}
    except (OSError, hash_list.ListError):
        return {SIGNATURE}


def about(folder: Path) -> About | None:
    """What the mirror in a folder says of itself; None if there is none."""
    try:
        return about_of((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, UnreadableError):
        return None


def about_of(text: str) -> About:
    """What a mirror says of itself. Raises UnreadableError."""
    said = json_value(text, _MOST_ABOUT)
    if not isinstance(said, dict) or not isinstance(said.get("edition"), int):
        raise UnreadableError("content")
    return About(str(said.get("campaign")), said["edition"])


def _remove_empty(top: Path, folder: Path) -> None:
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def zipped(files: Mapping[str, bytes], name: str) -> bytes:
    """All files in one folder of a ZIP, the same bytes on every machine."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for place in sorted(files):
            how = zipfile.ZIP_STORED if place.endswith(_PACKED) else zipfile.ZIP_DEFLATED
            archive.writestr(entry(f"{name}/{place}", how), files[place])
    return out.getvalue()
