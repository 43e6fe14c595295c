"""Differences that a person can read: words of a text, fields of a record, and the whole of a draft."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from campaign.desk.content import demand_states, items, shown_values
from campaign.desk.content.form import offers
from campaign.desk.content.items import ItemReference
from campaign.desk.content.kinds import KINDS, Field, Kind, kinds_in
from campaign.pack.document_writing import Part

#: Pieces of a text with '+' (new), '-' (gone) or '' (as it was).
Runs = list[tuple[str, str]]

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")

#: Words of the two texts together above which lines are compared instead.
_MANY = 20_000

#: Pieces of one text times pieces of the other that are compared: a bit of memory each. Beyond, all is new.
_MOST_PAIRS = 10_000 * 10_000

#: Lines of a file that are shown before and after a change.
_AROUND = 2

#: Letters that are shown before and after a change in a long text.
_CONTEXT = 120

#: Letters that both texts have between two changes, and that are shown as changed with them.
_ISLAND = 3

#: A stretch of both texts: whether it is the same, from and to in the old text, from and to in the new one.
_Stretch = tuple[bool, int, int, int, int]


def runs(old: str, new: str) -> Runs:
    """Two texts as one, with what is gone and what is new marked word by word."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > _MANY:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    out: Runs = []
    for same, i, j, k, m in _stretches(before, after, _ISLAND):
        if same:
            _add(out, "", before[i:j])
            continue
        ends = 0  # what was joined may end alike
        while ends < min(j - i, m - k) and before[j - 1 - ends] == after[m - 1 - ends]:
            ends += 1
        _add(out, "-", before[i : j - ends])
        _add(out, "+", after[k : m - ends])
        _add(out, "", before[j - ends : j])
    return out


def _add(out: Runs, sign: str, pieces: Sequence[str]) -> None:
    """Put a piece to the end, into the one before it if that is of the same kind."""
    text = "".join(pieces)
    if out and out[-1][0] == sign:
        out[-1] = (sign, out[-1][1] + text)
    elif text:
        out.append((sign, text))


def shortened(pieces: Runs) -> Runs:
    """The same with what did not change left out, but for the words around each change."""
    last = len(pieces) - 1
    return [
        (sign, text if sign else _without_middle(text, number > 0, number < last))
        for number, (sign, text) in enumerate(pieces)
    ]


def _without_middle(text: str, after: bool, before: bool) -> str:
    """A text that did not change, after a change and before another one, cut where nobody looks for it."""
    if len(text) <= (after + before) * _CONTEXT + 20:
        return text
    head = text[:_CONTEXT].rpartition(" ")[0] + " " if after else ""
    tail = " " + text[-_CONTEXT:].partition(" ")[2] if before else ""
    return f"{head}…{tail}"


def _stretches(before: Sequence[str], after: Sequence[str], island: int = -1) -> Iterator[_Stretch]:
    """What is the same and what differs, in turn, with as few differences as can be.

    What goes and what comes at one place, in either order, is one change; and so are changes that
    only a text of at most `island` letters parts: they are easier to read so.
    """
    from rapidfuzz.distance import Indel  # where somebody looks at a difference

    if len(before) * len(after) > _MOST_PAIRS:
        yield False, 0, len(before), 0, len(after)
        return
    numbers: dict[str, int] = {}
    old, new = ([numbers.setdefault(piece, len(numbers)) for piece in text] for text in (before, after))
    waiting: list[_Stretch] = []  # a change, and maybe an island after it
    for step in Indel.opcodes(old, new):
        same, i, j = step.tag == "equal", step.src_start, step.src_end
        stretch = (same, i, j, step.dest_start, step.dest_end)
        if not same:
            waiting = [(False, waiting[0][1], j, waiting[0][3], step.dest_end)] if waiting else [stretch]
        elif waiting and len("".join(before[i:j]).strip()) <= island:
            waiting.append(stretch)
        else:
            yield from [*waiting, stretch]
            waiting = []
    yield from waiting


def lines(old: str, new: str) -> list[tuple[str, str]]:
    """Two files line by line with two lines around each change; '…' between places."""
    before, after = old.split("\n"), new.split("\n")
    out: list[tuple[str, str]] = []
    stretches = list(_stretches(before, after))
    for number, (same, i, j, k, m) in enumerate(stretches):
        if not same:
            out += [("-", line) for line in before[i:j]] + [("+", line) for line in after[k:m]]
            continue
        first, last = number == 0, number == len(stretches) - 1
        head, tail = 0 if first else _AROUND, 0 if last else _AROUND
        if j - i > head + tail:
            out += [("", line) for line in before[i : i + head]]
            out += [("…", "")] if not last else []
            out += [("", line) for line in before[j - tail : j]]
        else:
            out += [("", line) for line in before[i:j]]
    return out if old != new else []


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, in one language or in all ('')."""

    label: Any
    language: str
    runs: Runs


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One thing that differs: new, gone or changed, with its fields."""

    kind: Kind
    key: str
    title: str
    state: str
    fields: list[FieldChange]


def changes(before: items.Files, after: items.Files, reading: list[str]) -> list[ItemChange]:
    """Everything that differs between two states of a pack, by kind in the order of the table of kinds."""
    paths = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    out = []
    for kind in KINDS.values():
        if any(kind in kinds_in(path) for path in paths):
            out += list(_of_kind(kind, before, after, reading))
    return out


def _of_kind(kind: Kind, before: items.Files, after: items.Files, reading: list[str]) -> Iterator[ItemChange]:
    old, new = (items.keys(files, kind) if _has(files, kind) else [] for files in (before, after))
    for key in [*new, *(key for key in old if key not in new)]:
        fields = list(_fields(kind, key, (before, after), reading))
        if fields:
            state = "new" if key not in old else "gone" if key not in new else "changed"
            title = items.title_of(after if key in new else before, kind, key, reading)
            yield ItemChange(kind, key, title, state, fields)


def _has(files: items.Files, kind: Kind) -> bool:
    return (not kind.table or kind.table in files) and "campaign.yaml" in files


def _fields(
    kind: Kind, key: str, both: tuple[items.Files, items.Files], reading: list[str]
) -> Iterator[FieldChange]:
    """Fields that differ, those of all languages once."""
    before, after = both
    languages = list(dict.fromkeys([*_languages(after), *_languages(before)]))
    known = {field.id: field for field in (*kind.fields, *kind.heads)}
    own_heads = {field.id for field in kind.heads if not field.shared}
    compared = set()
    for language in languages:
        where = ItemReference(kind, key, language)
        old, new = (items.read(files, where) if _has(files, kind) else {} for files in (before, after))
        for name in dict.fromkeys([*new, *old]):
            old_text, new_text = (items.flat(values.get(name)) for values in (old, new))
            shared = name.startswith("f.") and name not in own_heads
            if old_text == new_text or (shared and name in compared):
                continue
            compared.add(name)
            field = known.get(name)
            yield FieldChange(
                field.label if field else _part_label(kind, name),
                "" if shared else language,
                _runs_of(field, name, ((before, old), (after, new)), reading[0]),
            )
    if kind.key == "demand":
        yield from _states(key, both, reading)


def _runs_of(
    field: Field | None, name: str, both: Sequence[tuple[items.Files, items.Values]], language: str
) -> Runs:
    """A field's two values, as people read them."""
    old, new = (
        shown_values.shown(field, values, name, offers(files, language), language) if values else ""
        for files, values in both
    )
    if old == new:  # another picture, or another thing of the same name
        return [("-", old), ("+", new)]
    return shortened(runs(old, new))


def _states(key: str, both: tuple[items.Files, items.Files], reading: list[str]) -> Iterator[FieldChange]:
    """How far a demand is met, as lines of day, state and reason."""
    old, new = ("\n".join(_state_lines(files, key, reading)) for files in both)
    if old != new:
        yield FieldChange(_("Progress so far"), "", runs(old, new))


def _state_lines(files: items.Files, key: str, reading: list[str]) -> Iterator[str]:
    if not _languages(files):
        return
    names, sources = demand_states.names(files, reading), dict(offers(files, reading[0])("source"))
    for state in demand_states.states(files, key):
        day, name, source = (str(state.get(part, "")) for part in ("date", "state", "source"))
        reasons = "; ".join(_texts(state.get("reason")))
        shown = shown_values.day(day, reading[0])
        yield f"{shown} · {names.get(name, name)}: {reasons} ({sources.get(source, source)})"


def _texts(words: Any) -> list[str]:
    return [str(text) for text in words.values()] if isinstance(words, dict) else [str(words or "")]


def _languages(files: items.Files) -> list[str]:
    return items.languages_of(files) if "campaign.yaml" in files else []


def _part_label(kind: Kind, name: str) -> Any:
    """What a part of a document is called."""
    part: Part = items.part_of(name)
    label = dict(kind.parts).get(part.key, part.key or _("Text"))
    return f"{label} {part.argument or (part.nth + 1 if part.nth else '')}".rstrip()


def other_files(before: items.Files, after: items.Files, listed: list[ItemChange]) -> list[str]:
    """Changed files that no listed change is in: fields that no form has, or comments alone."""
    covered = {path for change in listed for path in [change.kind.table, *_documents(change, before, after)]}
    return sorted(
        path for path in {*before, *after} if before.get(path) != after.get(path) and path not in covered
    )


def _documents(change: ItemChange, before: items.Files, after: items.Files) -> list[str]:
    languages = [*_languages(before), *_languages(after)]
    return [change.kind.document(change.key, language) for language in languages]
