"""What the checker says, in the reader's language."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale

from campaign.desk.told import told
from campaign.pack import wording
from campaign.pack.check import check
from campaign.pack.findings import PackError
from campaign.pack.model import Pack
from tests.desk.test_editing import BAD, zipped
from tests.pack.test_check import BROKEN
from tests.tools import read_zip

#: English that may stay: names between quotation marks, and what a library says of YAML and of marks.
_QUOTED = re.compile(r"«[^»]*»|(?<=: ).*$")
_ENGLISH = re.compile(r"\b(the|is|are|has|not|missing|unknown|here)\b", re.I)


def assert_russian(app: Flask, text: str) -> None:
    with app.test_request_context("/ru/desk/"), force_locale("ru"):
        said = told(text)
    assert said != text, text
    assert not _ENGLISH.search(_QUOTED.sub("", said)), said


@pytest.mark.parametrize("name", BROKEN)
def test_every_fault_of_a_pack_is_told_in_russian(name: str, app: Flask, files: dict[str, str]) -> None:
    broken = dict(files)
    BROKEN[name][0](broken)
    for finding in check(broken, date(2026, 11, 24)):
        assert_russian(app, finding.text)


@pytest.mark.parametrize("case", [case for case in BAD if case not in {"five megabytes", "a number by hand"}])
def test_every_fault_of_a_mark_is_told_in_russian(case: str, app: Flask, pack: Pack) -> None:
    for problem in wording.problems(BAD[case][0], pack):
        assert_russian(app, problem.text)


def test_every_fault_of_a_zip_is_told_in_russian(app: Flask) -> None:
    for data in (b"x", zipped(("../a.md", "")), zipped(("a.exe", "")), zipped(("a.md", "x" * 3_000_000)),
                 zipped(*((f"{n}.md", "") for n in range(2_001)))):  # fmt: skip
        with pytest.raises(PackError) as error:
            read_zip(data)
        for finding in error.value.findings:
            assert_russian(app, finding.text)


def test_what_has_no_translation_stays_as_it_is(app: Flask) -> None:
    with app.test_request_context("/ru/desk/"), force_locale("ru"):
        assert told("Something that nobody says.") == "Something that nobody says."


def test_in_english_nothing_changes(app: Flask, files: dict[str, str]) -> None:
    with app.test_request_context("/en/desk/"), force_locale("en"):
        for name in BROKEN:
            broken = dict(files)
            BROKEN[name][0](broken)
            for finding in check(broken, date(2026, 11, 24)):
                assert told(finding.text) == finding.text
