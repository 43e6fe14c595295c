"""Files are whole or not there; new ones of their owner's alone overwrite nothing."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from campaign import whole_files
from campaign.press.pool import in_order
from campaign.whole_files import make_folder, whole, write_private, write_whole


def test_a_file_is_replaced_whole_and_nothing_stays_of_one_that_broke_off(tmp_path: Path) -> None:
    path = tmp_path / "list"
    write_whole(path, b"old")
    with pytest.raises(ZeroDivisionError), whole(path) as aside:
        aside.write_bytes(b"half")
        raise ZeroDivisionError
    assert path.read_bytes() == b"old"
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_aside_does_not_get_into_the_file(tmp_path: Path) -> None:
    left = tmp_path / ".list.part"
    left.write_bytes(b"left")
    left.chmod(0o644)
    with whole(tmp_path / "list", private=True) as aside:
        assert aside == left and aside.read_bytes() == b""
        assert stat.S_IMODE(aside.stat().st_mode) == 0o600
        aside.write_bytes(b"new")
    assert stat.S_IMODE((tmp_path / "list").stat().st_mode) == 0o600


def test_the_names_of_new_folders_are_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(whole_files, "sync_folder", synced.append)
    make_folder(tmp_path / "petition" / "trees")
    assert synced == [tmp_path, tmp_path / "petition"]
    assert stat.S_IMODE((tmp_path / "petition" / "trees").stat().st_mode) == 0o700
    make_folder(tmp_path / "petition" / "trees")
    assert len(synced) == 2  # the folder above may be closed to us


@pytest.mark.security(65)
def test_a_private_file_is_new_and_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    write_private(path, b"secret")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        write_private(path, b"other")
    assert path.read_bytes() == b"secret"


def test_results_come_in_order_and_calls_are_made_up_as_they_are_needed() -> None:
    taken = []

    def calls() -> Iterator[tuple[Callable[[], int], int]]:
        for number in range(10):
            taken.append(number)
            yield partial(int, number), number * 2

    with ThreadPoolExecutor(2) as threads:
        results = in_order(threads, calls(), ahead=3)
        assert next(results) == (0, 0)
        assert len(taken) <= 3
        assert list(results) == [(number, number * 2) for number in range(1, 10)]
