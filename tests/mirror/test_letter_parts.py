"""Texts of letters that are rendered in advance: in each case of what they ask, or refused."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from campaign.mirror import one_file
from campaign.mirror.letter_data import YEAR, days_of, letter_data
from campaign.mirror.letter_parts import NotOfflineError, Table, Writer, filled, inputs_of
from campaign.pack.files import parse
from campaign.pack.model import Pack, Prose
from tests.mirror.conftest import RIVER
from tests.small_packs import LETTERS_ONLY
from tests.tools import ROOT


@pytest.fixture(scope="module")
def small() -> Pack:
    return parse(LETTERS_ONLY)


def prose(text: str, pack: Pack) -> Prose:
    """A text as a part of a template."""
    return replace(pack.letters["mayor"].texts["en"].openings[0], text=text)


def prepared(text: str, pack: Pack) -> dict[str, list[str]]:
    """The paragraphs of a text by the case of its inputs."""
    table = Table("en")
    cases = Writer(pack, pack.addressees["mayor"], "en", table).paragraphs(prose(text, pack))
    return {
        case: ["".join(map(str, table.pieces[place])) for place in places] for case, places in cases.items()
    }


@pytest.mark.parametrize(
    ("text", "cases"),
    [
        ("Plain.\n\nTwo.", {"": ["Plain.", "Two."]}),
        ("I live in {{ sender.place }}.", {"p0": ["I live in ."], "p1": ["I live in \ue001."]}),
        (
            "{% if sender.country %}From {{ sender.country }}.{% else %}Far.{% endif %}",
            {"c0": ["Far."], "c1": ["From \ue002."]},
        ),
        ("{% if sender.in_eu %}In.{% endif %}", {"e0": [], "e1": ["In."]}),
        (
            "{% for demand in demands %}{{ demand }}! {% endfor %}",
            {"d": [], "dkeep-them": ["Keep them!"]},
        ),
    ],
)
def test_a_text_is_rendered_once_for_each_case_of_what_it_asks(
    text: str, cases: dict[str, list[str]], small: Pack
) -> None:
    found = prepared(text, small)
    if "dkeep-them" in cases:
        assert list(found) == ["d", "dkeep-them"] and found["d"] == []
    else:
        assert found == cases


@pytest.mark.parametrize(
    "text",
    [
        '{% if sender.country == "France" %}Bonjour.{% endif %}',
        "From {{ sender.place | capital }}.",
    ],
)
def test_a_text_that_the_script_would_word_otherwise_is_refused(text: str, small: Pack) -> None:
    with pytest.raises(NotOfflineError):
        prepared(text, small)


def test_a_letter_with_such_a_text_is_left_out_rather_than_changed(small: Pack) -> None:
    template = LETTERS_ONLY["letters/mayor.en.md"].replace(
        "I live at the square.", "{{ sender.place | capital }}."
    )
    data = letter_data(parse({**LETTERS_ONLY, "letters/mayor.en.md": template}), 1)
    assert data["offices"] == {} and data["texts"] == {}


@pytest.mark.security(16)
def test_nobody_in_prison_is_in_a_copy_that_cannot_be_called_back() -> None:
    text = LETTERS_ONLY["addressees.yaml"]
    imprisoned = (
        text + "  in-prison: yes\n  family-consent: 2026-01-01\n  prison-rules: {en: Short letters.}\n"
    )
    assert parse({**LETTERS_ONLY, "addressees.yaml": imprisoned}).open_addressees()
    assert letter_data(parse({**LETTERS_ONLY, "addressees.yaml": imprisoned}), 1)["offices"] == {}
    assert letter_data(parse(LETTERS_ONLY), 1)["offices"].keys() == {"mayor"}


def test_a_value_that_ends_with_a_full_stop_does_not_end_a_sentence_twice() -> None:
    assert (
        filled("I live in \ue001. I write.", {"\ue001": "St. Ives Rd."}) == "I live in St. Ives Rd. I write."
    )
    assert filled("\ue001 … \ue001", {"\ue001": "a"}) == "a … a"


def test_what_a_text_asks_is_named_in_one_order() -> None:
    assert (
        inputs_of(
            "{{ sender.place }}{{ sender.name }}{% if demands %}{% endif %}{% if sender.in_eu %}{% endif %}"
        )
        == "nped"
    )


@pytest.mark.parametrize("code", ["en", "ru", "kk", "fr", "ar", "fa", "zh-Hans", "tr"])
def test_every_day_of_a_year_is_there_with_a_place_for_the_year(code: str) -> None:
    days = days_of(code)
    assert len(days) == 366 and all(text.count(YEAR) == 1 for text in days.values())


def test_the_policy_names_the_one_script_and_style_by_their_hashes() -> None:
    policy = one_file.policy("a {}", "1;")
    assert (
        "default-src 'none'" in policy and "connect-src 'none'" in policy and "form-action 'none'" in policy
    )
    assert policy.count("'sha256-") == 2 and "unsafe" not in policy and "'self'" not in policy


def test_the_script_reads_and_writes_nothing_but_the_page() -> None:
    scripts = (Path(one_file.__file__).parent / "file").glob("*.js")
    # Sealed signatures of a stall are stored; tests/browser/test_stall.py looks at what is on the disk.
    script = "".join(path.read_text() for path in scripts if path.name != "stall_store.js")
    for word in (
        "fetch(",
        "XMLHttpRequest",
        "sendBeacon",
        "WebSocket",
        "Storage",
        "indexedDB",
        "cookie",
        "innerHTML",
        "eval(",
    ):
        assert word not in script, word


@pytest.mark.slow
def test_the_data_is_the_same_in_every_process() -> None:
    """Python gives the members of a set in another order in each process."""
    program = (
        "import json; from pathlib import Path; from campaign.pack.files import parse, read_folder; "
        "from campaign.mirror.one_file import file_data; "
        f"print(json.dumps(file_data(parse(read_folder(Path({str(RIVER)!r}))), 1)))"
    )
    made = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert made[0] == made[1] and len(made[0]) > 50_000
