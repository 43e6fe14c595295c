"""What volunteers need to know is written down: every key of a language's file, and the Weblate component."""

from __future__ import annotations

import re

import pytest
from ruamel.yaml import YAML

from campaign.languages import data
from campaign.languages.data import FOLDER
from tests.tools import ROOT

GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
KEYS = GUIDE.partition("### language.toml")[2].partition("### rules.py")[0]

WORDS = [
    *data._TOP,
    *(
        f"{section}.{key}"
        for section, lines in data._sections(data._read(FOLDER / "neutral.toml"))
        for key in lines
        if section != "qualifiers"
    ),
]


@pytest.mark.parametrize("key", WORDS)
def test_each_key_of_a_language_is_explained_once(key: str) -> None:
    assert KEYS.count(f"`{key}`") == 1


def test_no_key_is_explained_that_nothing_reads() -> None:
    rows = re.findall(r"^\| (`.*?) \|", KEYS, re.MULTILINE)
    named = {key for row in rows for key in re.findall(r"`([^`]+)`", row)}
    assert {key for key in named if not key.startswith("qualifiers.")} == set(WORDS)


def test_the_readme_names_every_language() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = readme.partition("**Languages** of the interface:")[2].partition(";")[0]
    english = data.locale(data.source()).languages
    for code in data.installed():
        assert english[code.partition("-")[0]] in listed


def test_weblate_finds_the_catalogues() -> None:
    text = (ROOT / "weblate.yaml").read_text(encoding="utf-8")
    (component,) = YAML(typ="safe").load(text)["components"]
    found = {path.parent.name for path in ROOT.glob(component["filemask"])}
    assert found == {code for code in data.installed() if (FOLDER / code / "messages.po").is_file()}
    assert component["source_language"] == data.source() and component["license"] == "MIT"
