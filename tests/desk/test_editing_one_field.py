"""Saving one field leaves every other line of the file as it is, and changing it back gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from campaign.desk.content import items
from campaign.desk.content.form import FormContext, content_form, offers, typed_values
from campaign.desk.content.items import ItemReference
from campaign.desk.content.kinds import KINDS, Field
from campaign.pack import document_writing, writing
from tests.minimal import FILES

#: What is typed into a field of one line; a field that has one of them gets the other.
LINES = ("With: a colon, {braces} and a # sign", "Another")


def awkward(files: Mapping[str, str]) -> dict[str, str]:
    """The same pack as somebody wrote it by hand: comments, blank lines, quotes and blocks everywhere."""
    changed = {}
    for path, text in files.items():
        if path.endswith(".md"):
            head, body = text.split("\n---\n", 1)
            head = head.replace("\ntitle: ", "\n# a comment\n\ntitle:   ", 1)
            body = body.replace("\n\n## ", "\n\n\n\n## ").replace("\n## prompts\n", "\n##  prompts  \n")
            changed[path] = f"{head}\n\n---\n\n{body}\n\n"
            continue
        table = re.sub(r"\n(- key: .*)", r"\n\n# about the next\n\1   # beside", text)
        table = re.sub(r"\n(\w[\w-]*: )(\w[^\n{\['\"]*)\n", r"\n\1'\2'   # quoted\n\n", table)
        table = re.sub(r"\n    en: (\w[^\n'\":#]*)\n", r"\n    en: >-\n      \1\n", table)
        changed[path] = f"\n# the first line\n\n{table}\n# the last line\n\n"
    return changed


def other(field: Field | None, name: str, value: str | list[str], choices: list[str]) -> str | list[str]:
    """Another value for a field."""
    if isinstance(value, list):
        return [*value, "another"] if value != ["another"] else ["one", "two"]
    if field and field.control in {"flag", "on", "one"}:
        return next((choice for choice in choices if choice not in {value, ""}), "other")
    if name.startswith("p."):
        return f"{value}\n\n- One more: line".strip()
    return next(line for line in LINES if line != value)


def places(files: Mapping[str, str], languages: tuple[str, ...]) -> Iterator[tuple[ItemReference, str]]:
    """Every field of every kind: in the last thing that has it, or else where it is empty."""
    for number, kind in enumerate(KINDS.values()):
        language = languages[number % len(languages)]
        wheres = [ItemReference(kind, key, language) for key in items.keys(files, kind)]
        values = [items.read(files, where) for where in wheres]
        for name in dict.fromkeys(name for one in values for name in one):
            having = [where for where, one in zip(wheres, values, strict=True) if one.get(name)] or wheres
            yield having[-1], name


class Form:
    """The form of one thing, as a browser sends it."""

    def __init__(self, files: Mapping[str, str], where: ItemReference) -> None:
        context = FormContext(dict(files), where, shared=True, words=True, offered=offers(files, "en"))
        self.files, self.where, self.context = files, where, context
        _form, self.entries = content_form(context)
        self.sent: MultiDict[str, str] = MultiDict()
        for entry in self.entries:
            for text in self._shown(entry.field):
                self.sent.add(entry.name, re.sub(r"\A\r?\n", "", text).replace("\n", "\r\n"))

    @staticmethod
    def _shown(field: Any) -> list[str]:
        """What the browser shows, and sends if nobody changes it."""
        if field.type == "Series":
            return list(field.places)
        if field.type == "SelectMultipleField":
            return list(field.data or [])
        if field.type == "SelectField":
            offered = [choice.value for choice in field.choices]
            return [field.data if field.data in offered else offered[0]]
        return [field._value()]

    def choices(self, name: str) -> list[str]:
        field = next((entry.field for entry in self.entries if entry.name == name), None)
        return [choice.value for choice in getattr(field, "choices", None) or []]

    def saved(self) -> dict[str, str]:
        """All files after the form was sent."""
        form, entries = content_form(self.context, self.sent)
        base = items.read(self.files, self.where)
        changes = items.changed(typed_values(form, entries, base), base)
        return {**self.files, **items.write(self.files, self.where, changes)}

    def type(self, name: str, value: str | list[str]) -> None:
        self.sent.setlist(name, value if isinstance(value, list) and name.endswith("_list") else [
            items.flat(value).replace("\n", "\r\n")
        ])  # fmt: skip


def own_lines(text: str, where: ItemReference, name: str) -> set[int]:
    """The lines, from 0, that a field's value may change; those of the whole map if it is between braces."""
    if name.startswith("p."):
        if items.part_of(name) not in document_writing.parts(text):
            return set()
        first, last = document_writing.part_lines(text, items.part_of(name))
        return set(range(first - 1, last))
    field = next(field for field in (*where.kind.fields, *where.kind.heads) if field.id == name)
    head, shift = text, 0
    root: writing.Path = ()
    if field in where.kind.heads:
        head, shift = document_writing.head_of(text), 1
    else:
        root = items.root_of(text, where) or ()
    tree = writing.read(head)
    path = (*root, *field.path)
    while writing.at(tree, path) is None and len(path) > len(root) + 1:
        path = path[:-1]
    if writing.at(tree, path) is None:
        lines = head.split("\n")
        first, last = writing.lines_of(head, root) if root else (1, 0)
        braces = last and "{" in lines[first - 1].split("#")[0].replace("{{", "")
        return (
            set(range(first - 1, last))
            if braces and first < last + 1 and "- {" in lines[first - 1]
            else set()
        )
    first, last = writing.lines_of(head, path)
    return set(range(first - 1 + shift, last + shift))


def lost(before: str, after: str) -> set[int]:
    """The lines, from 0, that are not in the new text."""
    matcher = SequenceMatcher(None, before.split("\n"), after.split("\n"), autojunk=False)
    return {n for tag, a, b, _c, _d in matcher.get_opcodes() if tag != "equal" for n in range(a, b)}


def packs(files: Mapping[str, str]) -> dict[str, tuple[Mapping[str, str], tuple[str, ...]]]:
    return {
        "minimal": (FILES, ("en", "fr")),
        "first": (files, ("kk", "en")),
        "by hand": (awkward(files), ("en", "kk")),
        "minimal by hand": (awkward(FILES), ("en", "fr")),
    }


PACKS = ["minimal", "first", "by hand", "minimal by hand"]


@dataclass(frozen=True)
class Case:
    """One field of one thing of a pack."""

    pack: Mapping[str, str]
    where: ItemReference
    name: str

    def __str__(self) -> str:
        return f"{self.where.kind.key} {self.where.key} {self.name}"

    @property
    def field(self) -> Field | None:
        kind = self.where.kind
        return next((field for field in (*kind.fields, *kind.heads) if field.id == self.name), None)

    @property
    def is_same_in_all(self) -> bool:
        """The day of an update, and the place of a page, are one for all languages."""
        return self.field is not None and self.field.shared and self.field in self.where.kind.heads

    @property
    def above(self) -> str:
        """The line that goes with the last value under it. (A part goes with the blank lines around it.)"""
        return f"{self.field.path[0]}:" if self.field else items.part_of(self.name).heading

    def faults(self) -> Iterator[str]:
        form = Form(self.pack, self.where)
        if form.saved() != self.pack:
            yield f"{self}: sent unchanged, it changes the file"
        shown = form.sent.getlist(self.name)
        old = items.read(self.pack, self.where).get(self.name, "")
        for new in (
            other(self.field, self.name, old, form.choices(self.name)),
            [] if isinstance(old, list) else "",
        ):
            form.type(self.name, new)
            after = form.saved()
            yield from self.lines_lost(after)
            if new and old:
                back = Form(after, self.where)
                back.sent.setlist(self.name, shown)
                if back.saved() != self.pack:
                    yield f"{self}: changed back, it is not as it was"

    def lines_lost(self, after: Mapping[str, str]) -> Iterator[str]:
        changed = [path for path in after if after[path] != self.pack.get(path)]
        if len(changed) > 1 and not self.is_same_in_all:
            yield f"{self}: changes {changed}"
        for path in changed:
            before = self.pack.get(path, "")
            lines = before.split("\n")
            beyond = lost(before, after[path]) - own_lines(before, self.where, self.name) if before else set()
            if left := [lines[n] for n in beyond if lines[n].strip() not in {"", self.above}]:
                yield f"{self}: loses {left}"


@pytest.mark.slow
@pytest.mark.parametrize("which", PACKS)
def test_one_field_is_one_place_and_back_again_is_the_same_bytes(
    which: str, files: dict[str, str], app: Flask
) -> None:
    pack, languages = packs(files)[which]
    with app.test_request_context("/en/"):
        cases = [Case(pack, where, name) for where, name in places(pack, languages)]
        cases = [case for case in cases if not case.field or case.field.control != "photo"]
        faults = [fault for case in cases for fault in case.faults()]
    assert faults == [], "\n".join(faults)
    assert len(cases) > 60
