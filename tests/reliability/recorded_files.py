"""A folder of plain files whose every change is noted, and what a power cut leaves of it.

Contents are on the disk when the file was synced, and names when their folder was. Of the changes of names in
a folder since then the first so many are left, as a journal of the file system keeps their order; of contents
anything may be (power.py).
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.reliability.power import Trace, left

#: Kinds of events that change names. The fields of one: kind, path, number of the file, the path that goes.
_NAMES = ("create", "rename", "unlink", "mkdir")


@dataclass
class Disk:
    """Files by their paths below a folder, and its folders ('' is the folder itself)."""

    files: dict[str, bytes] = field(default_factory=dict)
    folders: set[str] = field(default_factory=lambda: {""})

    def write(self, folder: Path) -> None:
        """Write it to a folder that is empty."""
        for name in sorted(self.folders):
            (folder / name).mkdir(exist_ok=True)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)


def _inode(number: int) -> str:
    return f"file {number}"


class Recorder:
    """Notes what is done to plain files below a folder, in the order of the trace, which SQLite's VFS shares."""

    def __init__(self, trace: Trace, folder: Path, disk: Disk) -> None:
        self._events, self._folder = trace.events, folder
        self._numbers = {name: number for number, name in enumerate(disk.files)}
        self._contents = dict(enumerate(disk.files.values()))
        self._next = len(self._numbers)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note what the block does by `os`, which `pathlib` uses as well."""
        with ExitStack() as stack:
            for name, note in (
                ("replace", self._replaced), ("link", self._linked), ("unlink", self._unlinked), ("mkdir", self._made),
            ):  # fmt: skip
                stack.enter_context(patch.object(os, name, _then(getattr(os, name), self._caught_up, note)))
            stack.enter_context(patch.object(os, "fsync", self._sync))
            yield

    def _name(self, path: Any) -> str | None:
        """The path below the folder; None if it is elsewhere."""
        path = Path(path)
        return path.relative_to(self._folder).as_posix() if path.is_relative_to(self._folder) else None

    def _caught_up(self, path: Any, *_others: Any) -> None:
        """Note that a file is there, and what was written to it, if that is new."""
        name = self._name(path)
        if name is None or not Path(path).is_file():
            return
        if name not in self._numbers:
            self._numbers[name], self._next = self._next, self._next + 1
            self._events.append(("create", name, self._numbers[name], b""))
        number, content = self._numbers[name], Path(path).read_bytes()
        old = self._contents.get(number, b"")
        if old != content:
            self._contents[number] = content
            begin = len(old) if content.startswith(old) else 0
            if not begin:
                self._events.append(("truncate", _inode(number), 0, b""))
            self._events.append(("write", _inode(number), begin, content[begin:]))

    def _sync(self, handle: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{handle}"))
        if (name := self._name(path)) is None:
            return
        if path.is_dir():
            self._events.append(("sync folder", "" if name == "." else name, 0, b""))
        else:
            self._caught_up(path)
            self._events.append(("sync", _inode(self._numbers[name]), 0, b""))

    def _replaced(self, old: Any, new: Any) -> None:
        source, target = self._name(old), self._name(new)
        if source is not None and target is not None:
            number = self._numbers[target] = self._numbers.pop(source)
            self._events.append(("rename", target, number, source.encode()))

    def _linked(self, old: Any, new: Any) -> None:
        source, target = self._name(old), self._name(new)
        if source is not None and target is not None:
            number = self._numbers[target] = self._numbers[source]
            self._events.append(("create", target, number, b""))

    def _unlinked(self, path: Any) -> None:
        if (name := self._name(path)) is not None and name in self._numbers:
            self._events.append(("unlink", name, self._numbers.pop(name), b""))

    def _made(self, path: Any, *_mode: Any) -> None:
        if (name := self._name(path)) is not None:
            self._events.append(("mkdir", name, 0, b""))


def _then(real: Any, before: Any, note: Any) -> Any:
    """The function, with something done before it, and noted after it if it raised nothing."""

    def call(*given: Any, **named: Any) -> Any:
        before(*given)
        result = real(*given, **named)
        note(*given)
        return result

    return call


def left_of(
    events: list[tuple[str, str, int, bytes]], before: Disk, databases: tuple[str, ...], chance: random.Random
) -> Disk:
    """The disk as it may be if the power is cut after these events. `databases`: SQLite's files, by their names."""
    names = {name: number for number, name in enumerate(before.files)}
    synced = {_inode(number): content for number, content in enumerate(before.files.values())}
    synced |= {name: before.files[name] for name in databases if name in before.files}
    contents = left(events, synced, chance)
    tree: dict[str, int | None] = {**names, **dict.fromkeys(before.folders)}
    loose: dict[str, list[tuple[str, str, int, bytes]]] = {}
    for event in events:
        if event[0] == "sync folder":
            for change in loose.pop(event[1], []):
                _rename(tree, change)
        elif event[0] in _NAMES:
            loose.setdefault(_above(event[1]), []).append(event)
    for changes in loose.values():
        for change in changes[: chance.randrange(len(changes) + 1)]:
            _rename(tree, change)
    for name in databases:
        tree.pop(name, None)
    found = Disk(folders={name for name in tree if tree[name] is None and _reachable(tree, name)})
    for name, number in tree.items():
        if number is not None and _reachable(tree, name):
            found.files[name] = contents.get(_inode(number), b"")
    found.files |= {name: contents[name] for name in databases if name in contents}
    return found


def _above(name: str) -> str:
    return name.rpartition("/")[0]


def _reachable(tree: dict[str, int | None], name: str) -> bool:
    """Whether all folders above it are there."""
    return name == "" or (tree.get(_above(name), 0) is None and _reachable(tree, _above(name)))


def _rename(tree: dict[str, int | None], change: tuple[str, str, int, bytes]) -> None:
    kind, name, number, source = change
    if kind == "unlink":
        tree.pop(name, None)
        return
    tree[name] = None if kind == "mkdir" else number
    if kind == "rename":
        tree.pop(source.decode(), None)
