"""Is a mirror what its list says, and who signed that list? A folder, a ZIP file, or one file of it."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from campaign.mirror import hash_list, ssh_signature
from campaign.mirror.contents import ABOUT
from campaign.mirror.hash_list import LIST, SIGNATURE
from campaign.mirror.writing import About, about_of
from campaign.untrusted import UnreadableError, parsing

#: What systems leave in folders, and no page of a mirror leads to.
LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})

#: Bytes of one file, and files of a mirror: more than any has.
MOST_BYTES, MOST_FILES = 64 * 1024 * 1024, 50_000


class MirrorError(ValueError):
    """A mirror that can't be checked at all; the text says why."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is wrong with a mirror, a line each; what it is, how many files it lists, and who signed it."""

    problems: tuple[str, ...]
    about: About | None
    files: int
    signer: Ed25519PublicKey | None


class Files(Protocol):
    """The files of a mirror, wherever they are."""

    def names(self) -> Iterator[str]:
        """The place of each file; of a link or the like with a sign that no list has."""
        ...

    def read(self, place: str) -> bytes | None:
        """A file's content; None if it is not there."""
        ...


class InFolder:
    """The files of a folder. Nothing outside it is read: a link in it is no file of a mirror."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> Iterator[str]:
        for root, folders, names in os.walk(self._folder):
            for name in (*names, *(one for one in folders if Path(root, one).is_symlink())):
                path = Path(root, name)
                place = path.relative_to(self._folder).as_posix()
                yield f"{place} (a link)" if path.is_symlink() else place

    def read(self, place: str) -> bytes | None:
        path = self._folder / place
        if not path.resolve().is_relative_to(self._folder.resolve()) or not path.is_file():
            return None
        if path.stat().st_size > MOST_BYTES:
            raise MirrorError(f"{place} has more than {MOST_BYTES:,} bytes.")
        return path.read_bytes()


class InZip:
    """The files of a ZIP file with one folder in it. Nothing is written to the disk."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        names = [one.filename for one in archive.infolist() if not one.is_dir()]
        self._archive = archive
        self._folder = f"{names[0].partition('/')[0]}/" if names and "/" in names[0] else ""
        if len(names) > MOST_FILES or len(set(names)) != len(names):
            raise MirrorError("The ZIP file has too many files, or one of them twice.")

    def names(self) -> Iterator[str]:
        for one in self._archive.infolist():
            if not one.is_dir():
                yield one.filename.removeprefix(self._folder)

    def read(self, place: str) -> bytes | None:
        try:
            with self._archive.open(self._folder + place) as file:
                content = file.read(MOST_BYTES + 1)
        except KeyError:
            return None
        if len(content) > MOST_BYTES:
            raise MirrorError(f"{place} has more than {MOST_BYTES:,} bytes.")
        return content


def check(place: Path) -> Report:
    """Compare a folder, a ZIP file, or one file with the list that is in it or beside it.

    Raises MirrorError, hash_list.ListError or OSError if there is nothing to compare with.
    """
    if place.is_dir():
        return _report(InFolder(place))
    if place.suffix.lower() != ".zip":
        return _report_of_one(place)
    try:
        with parsing(OSError, MirrorError, hash_list.ListError), zipfile.ZipFile(place) as archive:
            return _report(InZip(archive))
    except UnreadableError:
        raise MirrorError(f"{place} can’t be read: it is damaged, or no ZIP file.") from None


def _report(files: Files) -> Report:
    listed = _listed(files)
    problems = list(_differences(files, listed))
    signer = _signer(files, problems)
    try:
        about = about_of((files.read(ABOUT) or b"").decode("utf-8", "replace"))
    except UnreadableError:
        about = None
    return Report(tuple(problems), about, len(listed), signer)


def _report_of_one(path: Path) -> Report:
    beside = InFolder(path.parent)
    expected, problems = _listed(beside).get(path.name), list[str]()
    if expected is None:
        problems.append(f"{path.name} is not in the list beside it.")
    elif hash_list.digest(beside.read(path.name) or b"") != expected:
        problems.append(f"{path.name} was changed.")
    return Report(tuple(problems), None, 1, _signer(beside, problems))


def _listed(files: Files) -> dict[str, str]:
    content = files.read(LIST)
    if content is None:
        raise MirrorError(f"There is no {LIST}: this is no mirror, or only a part of one.")
    return hash_list.read(content)


def _differences(files: Files, listed: Mapping[str, str]) -> Iterator[str]:
    """A line for each file that is missing, changed, or not in the list."""
    for place, expected in listed.items():
        content = files.read(place)
        if content is None:
            yield f"{place} is missing."
        elif hash_list.digest(content) != expected:
            yield f"{place} was changed."
    for place in sorted(set(files.names()) - listed.keys() - {LIST, SIGNATURE}):
        if place.rpartition("/")[2].lower() not in LITTER:
            yield f"{place} is not in the list."


def _signer(files: Files, problems: list[str]) -> Ed25519PublicKey | None:
    """Who signed the list; None if nobody did. A signature that does not hold is a problem."""
    signature = files.read(SIGNATURE)
    if signature is None:
        return None
    try:
        return ssh_signature.signer_of(files.read(LIST) or b"", signature.decode("ascii", "replace"))
    except ssh_signature.SignatureError as error:
        problems.append(f"{SIGNATURE}: {error}")
        return None
