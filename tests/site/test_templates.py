"""The templates: short lines, one macro for a field, and none that nothing uses."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tests.tools import ROOT

FOLDER = ROOT / "templates"
TEMPLATES = sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.suffix != ".docx")
CODE = sorted((ROOT / "campaign").rglob("*.py"))
FIELDS = FOLDER / "fields.html"

MOST = 160

#: Folders whose templates the code names without their folder, for each is an environment of its own.
ROOTS = (FOLDER, FOLDER / "letters", FOLDER / "press", FOLDER / "press" / "odt")

QUOTED = re.compile(r"""["']([^"'\n]+)["']""")
CONTROL = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def names_of(path: Path) -> set[str]:
    """What a template may be called; a mail also by its kind."""
    names = {path.relative_to(root).as_posix() for root in ROOTS if path.is_relative_to(root)}
    return names | {path.stem} if path.parent == FOLDER / "mail" else names


@cache
def quoted_in(path: Path) -> frozenset[str]:
    """The strings of code in Python or Typst, and of a template's statements and expressions."""
    text = path.read_text(encoding="utf-8")
    return frozenset(
        QUOTED.findall(text if path.suffix in {".py", ".typ"} else "\n".join(CONTROL.findall(text)))
    )


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_no_line_is_too_long_to_read(template: Path) -> None:
    lines = template.read_text(encoding="utf-8").splitlines()
    assert [number for number, line in enumerate(lines, 1) if len(line) > MOST] == []


#: One file that is opened from a disk: its script gives the fields their ids, since some come several times.
TRUSTEES_PAGE = FIELDS.parent / "trustees" / "page.html"


@pytest.mark.parametrize(
    "template", [path for path in TEMPLATES if path not in {FIELDS, TRUSTEES_PAGE}], ids=name_of
)
def test_no_field_is_built_by_hand(template: Path) -> None:
    assert 'class="field' not in template.read_text(encoding="utf-8")


def test_one_macro_makes_a_field() -> None:
    macros = {
        path: re.findall(r"\{%-?\s*macro field\(", path.read_text(encoding="utf-8")) for path in TEMPLATES
    }
    assert {path: len(found) for path, found in macros.items() if found} == {FIELDS: 1}


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_something_uses_the_template(template: Path) -> None:
    others = [path for path in (*CODE, *TEMPLATES) if path != template]
    assert any(names_of(template) & quoted_in(path) for path in others)
