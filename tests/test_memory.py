"""What memory a process keeps, and how often it looks for garbage in it."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator

import pytest

from campaign import memory


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    before = gc.get_threshold(), gc.get_freeze_count()
    yield
    gc.unfreeze()
    gc.set_threshold(*before[0])
    if before[1]:
        gc.freeze()


def test_what_is_there_is_never_looked_through_again_and_new_rubbish_is() -> None:
    class Node:
        itself: Node

    memory.collect_less_garbage()
    assert gc.get_freeze_count() > 0 and len(gc.get_objects()) < gc.get_freeze_count()
    node = Node()
    node.itself = node
    del node
    assert gc.collect() > 0


def test_nobody_looks_for_rubbish_while_much_is_made_and_afterwards_somebody_does() -> None:
    with pytest.raises(ZeroDivisionError), memory.no_collection():
        assert not gc.isenabled()
        raise ZeroDivisionError
    assert gc.isenabled()


def test_one_heap_is_asked_for_once_where_the_system_has_several(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Library:
        def mallopt(self, number: int, value: int) -> int:
            asked.append((number, value))
            return 1

    monkeypatch.setattr(ctypes, "CDLL", lambda _name: Library())
    memory.one_heap()
    assert asked == [(-8, 1)]


def test_a_system_without_several_heaps_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    memory.one_heap()


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="asks glibc")
def test_glibc_agrees_to_one_heap() -> None:
    import subprocess

    words = "import ctypes, sys; sys.exit(ctypes.CDLL(None).mallopt(-8, 1) != 1)"
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == 0
