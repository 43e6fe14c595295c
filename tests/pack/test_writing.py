"""Changing one value of a file changes one place of it and nothing else."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.pack import document_writing, writing
from campaign.pack.document_writing import BODY, Part
from campaign.pack.files import parse
from campaign.pack.writing import WritingError

TABLE = """\
# A comment at the top.
name: {en: Trees, fr: Arbres}   # and one beside
lead:
  en: 'Quoted: it has a colon.'
  fr: Sans guillemets

# about the list
facts:
- key: trees
  source: survey
  claim:
    en: There are {number} trees.
    fr: Il y a {number} arbres.
  # within a record
  reads: [en, fr]
- key: benches
  source: survey
  lines:
  - 1 Square
  - Town
  long: |-
    Two
    lines
  empty:
# at the end
"""


def changed_lines(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


@pytest.mark.parametrize(
    ("path", "value", "difference"),
    [
        (("lead", "fr"), "Autre", ["-   fr: Sans guillemets", "+   fr: Autre"]),
        (("lead", "en"), "It's: new", ["-   en: 'Quoted: it has a colon.'", "+   en: 'It''s: new'"]),
        (("lead", "fr"), "Deux : points", ["-   fr: Sans guillemets", "+   fr: \"Deux : points\""]),
        (("lead", "fr"), "- item", ["-   fr: Sans guillemets", "+   fr: \"- item\""]),
        (("lead", "fr"), "no # comment", ["-   fr: Sans guillemets", "+   fr: \"no # comment\""]),
        (("lead", "fr"), "{{ fact.trees }} là", ["-   fr: Sans guillemets", "+   fr: \"{{ fact.trees }} là\""]),
        (("name", "fr"), "Arbres, bancs", ["- name: {en: Trees, fr: Arbres}   # and one beside",
                                           "+ name: {en: Trees, fr: \"Arbres, bancs\"}   # and one beside"]),
        (("name", "ru"), "Деревья", ["- name: {en: Trees, fr: Arbres}   # and one beside",
                                     "+ name: {en: Trees, fr: Arbres, ru: Деревья}   # and one beside"]),
        (("lead", "ru"), "Деревья", ["+   ru: Деревья"]),
        (("facts", 0, "claim", "ru"), "Есть {number} деревьев.", ["+     ru: Есть {number} деревьев."]),
        (("facts", 0, "reads"), ["ru"], ["-   reads: [en, fr]", "+   reads: [ru]"]),
        (("facts", 1, "lines"), ["2 Square", "Town"], ["-   - 1 Square", "+   - 2 Square"]),
        (("facts", 1, "long"), "Three\nlines", ["-     Two", "+     Three"]),
        (("facts", 1, "empty"), "no more", ["-   empty:", "+   empty: no more"]),
        (("facts", 1, "lines"), None, ["-   lines:", "-   - 1 Square", "-   - Town"]),
        (("facts", 0, "source"), None, ["-   source: survey"]),
        (("facts", 0), None, ["- - key: trees", "-   source: survey", "-   claim:", "-     en: There are {number} trees.",
                              "-     fr: Il y a {number} arbres.", "-   # within a record", "-   reads: [en, fr]"]),
        (("facts", 0, "address", "lines"), ["1 Square", "Town"],
         ["+   address:", "+     lines:", "+     - 1 Square", "+     - Town"]),
        (("facts", 1, "note"), "a\nb", ["+   note: |-", "+     a", "+     b"]),
        (("name", "en"), None, ["- name: {en: Trees, fr: Arbres}   # and one beside", "+ name: {fr: Arbres}   # and one beside"]),
    ],
)  # fmt: skip
def test_one_value_is_one_place(path: writing.Path, value: object, difference: list[str]) -> None:
    assert changed_lines(TABLE, writing.put(TABLE, path, value)) == difference


def test_a_value_that_is_the_same_changes_nothing() -> None:
    assert writing.put(TABLE, ("lead", "fr"), "Sans guillemets") == TABLE


def test_a_new_field_goes_where_the_order_says() -> None:
    out = writing.put(TABLE, ("facts", 0, "topic"), "green", order=("key", "topic", "source"))
    assert (
        changed_lines(TABLE, out) == ["+   topic: green"] and "- key: trees\n  topic: green\n  source" in out
    )


def test_a_new_record_comes_after_the_last_before_the_comment_at_the_end() -> None:
    out = writing.add(
        TABLE, "facts", {"key": "lamps", "claim": {"en": "Lamps: many", "fr": "Lampes"}, "reads": ["en"]}
    )
    assert changed_lines(TABLE, out) == [
        "+ - key: lamps", "+   claim:", "+     en: \"Lamps: many\"", "+     fr: Lampes", "+   reads: [en]",
    ]  # fmt: skip
    assert "# at the end" in out


@pytest.mark.parametrize("table", ["facts: []\nname: x\n", "name: x\n"])
def test_the_first_record_of_a_list(table: str) -> None:
    assert writing.read(writing.add(table, "facts", {"key": "a"})) == {"facts": [{"key": "a"}], "name": "x"}


def test_what_has_no_place_is_refused() -> None:
    with pytest.raises(WritingError):
        writing.put(TABLE, ("lead", "en", "deeper"), "x")
    with pytest.raises(WritingError):
        writing.read("a: [")


words = (
    st.text(
        st.characters(blacklist_categories=("Cs", "Cc"), whitelist_characters="\n"), min_size=1, max_size=60
    )
    .map(lambda text: text.strip())
    .filter(bool)
)


@settings(max_examples=300)
@given(words, st.sampled_from([("lead", "fr"), ("lead", "en"), ("name", "fr"), ("facts", 1, "long"), ("facts", 0, "new"),
                               ("facts", 1, "lines", 0), ("facts", 0, "claim", "kk")]))  # fmt: skip
def test_any_text_in_any_place_is_read_back_as_it_was(text: str, path: writing.Path) -> None:
    try:
        out = writing.put(TABLE, path, text)
    except WritingError:
        # Signs that YAML itself can't carry are refused, and nothing is written.
        assert not text.isprintable()
        return
    assert writing.at(writing.read(out), path) == text
    assert out.count("#") >= TABLE.count("#")


DOCUMENT = """\
---
title: Trees
summary: Why
---

Before.

## asked

Keep them.

Really.

## ask trees

One

## ask

Two

## ask

Three
"""


def test_the_parts_of_a_document_by_name_argument_and_turn() -> None:
    assert document_writing.parts(DOCUMENT) == {
        BODY: "Before.", Part("asked"): "Keep them.\n\nReally.", Part("ask", "trees"): "One",
        Part("ask"): "Two", Part("ask", "", 1): "Three",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("part", "words", "difference"),
    [
        (Part("ask", "", 1), "Four", ["- Three", "+ Four"]),
        (Part("asked"), "Keep them.\n\nAll.", ["- Really.", "+ All."]),
        (Part("ask", "trees"), "", ["- ", "- ## ask trees", "- ", "- One"]),
        (BODY, "After.", ["- Before.", "+ After."]),
        (Part("progress"), "Planted.", ["+ ", "+ ## progress", "+ ", "+ Planted."]),
    ],
)
def test_one_part_is_one_place(part: Part, words: str, difference: list[str]) -> None:
    assert sorted(changed_lines(DOCUMENT, document_writing.with_part(DOCUMENT, part, words))) == sorted(
        difference
    )


def test_a_new_part_goes_where_the_source_has_it() -> None:
    order = [BODY, Part("asked"), Part("whom"), Part("ask", "trees")]
    out = document_writing.with_part(DOCUMENT, Part("whom"), "The mayor", order)
    assert list(document_writing.parts(out))[:4] == order


def test_the_head_is_a_table_of_its_own() -> None:
    out = document_writing.with_head(
        DOCUMENT, writing.put(document_writing.head_of(DOCUMENT), ("title",), "Trees: all")
    )
    assert changed_lines(DOCUMENT, out) == ["- title: Trees", '+ title: "Trees: all"']


@pytest.mark.slow
def test_every_value_of_the_first_campaign_can_be_changed_and_changed_back(files: dict[str, str]) -> None:
    def paths(value: object, path: writing.Path = ()) -> list[writing.Path]:
        if isinstance(value, dict):
            return [p for key, one in value.items() for p in paths(one, (*path, key))]
        if isinstance(value, list):
            return [p for n, one in enumerate(value) for p in paths(one, (*path, n))]
        return [path]

    for name in ("campaign.yaml", "organisations.yaml", "addressees.yaml"):
        table = writing.read(files[name])
        for path in paths(table)[::9]:
            old = writing.at(table, path)
            other = writing.put(files[name], path, "Another: text, with {signs}")
            back = writing.put(other, path, old)
            assert writing.read(back) == table
            assert len(changed_lines(files[name], other)) <= 2
    assert parse(files).slug == "january-2022"
