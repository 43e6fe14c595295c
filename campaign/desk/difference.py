"""Differences that a person can read: words of a text, fields of a record, and the whole of a draft."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from campaign.desk import items
from campaign.desk.items import Where
from campaign.desk.kinds import KINDS, Kind, kinds_in
from campaign.pack.writing import Part

#: Pieces of a text with '+' (new), '-' (gone) or '' (as it was).
Runs = list[tuple[str, str]]

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")

#: Words of the two texts together above which lines are compared instead.
_MANY = 6_000


def runs(old: str, new: str) -> Runs:
    """Two texts as one, with what is gone and what is new marked word by word."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > _MANY:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    out: Runs = []
    codes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for tag, i, j, k, m in _joined(codes, before):
        if tag == "equal":
            out.append(("", "".join(before[i:j])))
            continue
        out += [
            (sign, text) for sign, text in (("-", "".join(before[i:j])), ("+", "".join(after[k:m]))) if text
        ]
    return out


def _joined(codes: list[Any], before: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """Changes that only a space parts are one change: they are easier to read so."""
    held: tuple[str, int, int, int, int] | None = None
    for number, (tag, i, j, k, m) in enumerate(codes):
        space = tag == "equal" and not "".join(before[i:j]).strip() and 0 < number < len(codes) - 1
        if tag == "equal" and not space:
            if held:
                yield held
            held = None
            yield tag, i, j, k, m
        else:
            held = ("replace", held[1], j, held[3], m) if held else ("replace", i, j, k, m)
    if held:
        yield held


def lines(old: str, new: str) -> list[tuple[str, str]]:
    """Two files line by line with two lines around each change; '…' between places."""
    out = []
    for line in difflib.unified_diff(old.split("\n"), new.split("\n"), n=2, lineterm=""):
        if line.startswith("@@"):
            out.append(("…", ""))
        elif not line.startswith(("---", "+++")) or len(out) > 0:
            out.append((line[:1].strip(), line[1:]))
    return out


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, in one language or in all ('')."""

    label: Any
    language: str
    runs: Runs


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that differs: new, gone or changed, with its fields."""

    kind: Kind
    key: str
    title: str
    state: str
    fields: list[FieldChange]


def changes(before: items.Files, after: items.Files, reading: list[str]) -> list[Changed]:
    """Everything that differs between two states of a pack, by kind in the order of the table of kinds."""
    paths = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    found = []
    for kind in KINDS.values():
        if any(kind in kinds_in(path) for path in paths):
            found += list(_of_kind(kind, before, after, reading))
    return found


def _of_kind(kind: Kind, before: items.Files, after: items.Files, reading: list[str]) -> Iterator[Changed]:
    old, new = (items.keys(files, kind) if _has(files, kind) else [] for files in (before, after))
    for key in [*new, *(key for key in old if key not in new)]:
        fields = list(_fields(kind, key, before, after))
        if fields:
            state = "new" if key not in old else "gone" if key not in new else "changed"
            title = items.title_of(after if key in new else before, kind, key, reading)
            yield Changed(kind, key, title, state, fields)


def _has(files: items.Files, kind: Kind) -> bool:
    return (not kind.table or kind.table in files) and "campaign.yaml" in files


def _fields(kind: Kind, key: str, before: items.Files, after: items.Files) -> Iterator[FieldChange]:
    """Fields that differ, those of all languages once."""
    languages = list(dict.fromkeys([*_languages(after), *_languages(before)]))
    labels = {field.id: field.label for field in (*kind.fields, *kind.heads)}
    told = set()
    for language in languages:
        where = Where(kind, key, language)
        old, new = (items.read(files, where) if _has(files, kind) else {} for files in (before, after))
        for name in dict.fromkeys([*new, *old]):
            was, now = (items.flat(values.get(name)) for values in (old, new))
            shared = name.startswith("f.") and not any(field.id == name for field in kind.heads)
            if was == now or (shared and name in told):
                continue
            told.add(name)
            yield FieldChange(
                labels.get(name) or _part_label(kind, name), "" if shared else language, runs(was, now)
            )
    if kind.key == "demand":
        yield from _states(key, before, after)


def _states(key: str, before: items.Files, after: items.Files) -> Iterator[FieldChange]:
    """How far a demand is met, as lines of day, state and reason."""
    was, now = ("\n".join(map(_told_state, items.states(files, key))) for files in (before, after))
    if was != now:
        yield FieldChange(_("What has happened so far"), "", runs(was, now))


def _told_state(state: items.State) -> str:
    day, name, source = (str(state.get(key, "")) for key in ("date", "state", "source"))
    return f"{day} {name}: {'; '.join(_texts(state.get('reason')))} ({source})"


def _texts(words: Any) -> list[str]:
    return [str(text) for text in words.values()] if isinstance(words, dict) else [str(words or "")]


def _languages(files: items.Files) -> list[str]:
    return items.languages_of(files) if "campaign.yaml" in files else []


def _part_label(kind: Kind, name: str) -> Any:
    """What a part of a document is called."""
    part: Part = items.part_of(name)
    label = dict(kind.parts).get(part.key, part.key or _("Text"))
    return f"{label} {part.argument or (part.nth + 1 if part.nth else '')}".rstrip()


def other_files(before: items.Files, after: items.Files, told: list[Changed]) -> list[str]:
    """Changed files of which nothing is told yet: fields that no form has, or comments alone."""
    covered = {path for one in told for path in [one.kind.table, *_documents(one, before, after)]}
    return sorted(
        path for path in {*before, *after} if before.get(path) != after.get(path) and path not in covered
    )


def _documents(one: Changed, before: items.Files, after: items.Files) -> list[str]:
    languages = [*_languages(before), *_languages(after)]
    return [one.kind.document(one.key, language) for language in languages]
