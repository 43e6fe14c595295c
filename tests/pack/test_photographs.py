"""The pictures that a pack's files name: all of them, in whichever file a field of the model may name one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from campaign.pack import photographs
from campaign.pack.kinds import KINDS, ItemKind
from campaign.pack.schema import ValueKind, fields_of

NAME = "0123456789abcdef" * 2


def _keys(record_type: Any) -> Iterator[str]:
    for field in fields_of(record_type):
        if field.kind is ValueKind.PHOTOGRAPH:
            yield field.key
        if field.record is not None:
            yield from _keys(field.record)


def _places() -> Iterator[tuple[str, str]]:
    """Each file in which a field names a picture, with the field's key."""
    for kind in KINDS.values():
        for key in {*_keys(kind.record), *(_keys(kind.text) if kind.text else ())}:
            yield _path(kind), key


def _path(kind: ItemKind) -> str:
    return kind.table or f"{kind.folder}/first.en.md"


@pytest.mark.parametrize(("path", "key"), sorted(set(_places())))
def test_a_picture_is_found_in_every_file_whose_fields_name_one(path: str, key: str) -> None:
    for line in (f"{key}: {NAME}", f"  {key}: '{NAME}'", f"- {{key: a, {key}: {NAME}, more: b}}"):
        files = {path: f"---\n{line}\n---\n" if path.endswith(".md") else f"{line}\n"}
        assert photographs.named(files) == {NAME}
        (finding,) = photographs.not_there(files, {NAME})
        assert (finding.path, finding.line) == (path, 2 if path.endswith(".md") else 1)


@pytest.mark.parametrize("line", [f"photo-of: {NAME}", f"myphoto: {NAME}", f"photo: {NAME}0", f"# {NAME}"])
def test_what_names_no_picture_is_none(line: str) -> None:
    assert photographs.named({"campaign.yaml": line}) == set()
