"""What a file of translations would change in a draft, and what of it can't be taken, with the reason.

Nothing is dropped without a word: every entry is a change, is the same already, is empty, or is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from campaign.messages import Message
from campaign.pack import document_writing, marks, writing
from campaign.pack.files import parse_draft
from campaign.pack.findings import Finding
from campaign.pack.language_states import states_of
from campaign.pack.model import Pack
from campaign.pack.record_texts import is_block_list, with_records
from campaign.pack.translation.export import MARK, source_text
from campaign.pack.translation.places import DocumentPlace, Files, TablePlace, TextPlace, places
from campaign.pack.translation.po import Entry
from campaign.pack.writing import WritingError
from campaign.press.printable import unprintable
from campaign.text_input import normal

#: How often entries with errors are left out and the rest is checked again.
_ROUNDS = 6

_UNKNOWN = Message("There is no such text in the draft.")

Errors = Callable[[Files], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class TextChange:
    """A text that would change; marks of its source that it lacks, and marks that its source has not."""

    place: TextPlace
    old: str
    new: str
    lost: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that is not taken, and why."""

    name: str
    text: str
    why: Message


@dataclass(slots=True)
class Comparison:
    """What a file changes in one language of a draft, what it does not, and the files as they would be."""

    language: str
    changes: list[TextChange] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    confirmed: list[TextPlace] = field(default_factory=list)
    same: int = 0
    empty: int = 0
    files: dict[str, str] = field(default_factory=dict)


def compared(
    files: Files, code: str, entries: Iterable[Entry], errors: Errors, stale: Callable[[TextPlace], bool]
) -> Comparison:
    """Compare entries with a draft. `errors` gives the errors that a change of its files brings in.

    Entries that would bring one are refused with it, and the others are taken. `stale` says whether the
    source of a text has changed since it was translated: a translator may find that it is still right.
    """
    result = Comparison(code)
    known = {place.name: place for place in places(files, code)}
    pack = parse_draft(files)[0]
    entries = list(entries)
    several = {name for name, count in Counter(entry.name for entry in entries).items() if count > 1}
    rules = _Rules(code, pack, several, stale)
    for entry in entries:
        _sort(result, entry, known.get(entry.name), files, rules)
    _leave_out_errors(result, files, errors)
    return result


@dataclass(frozen=True, slots=True)
class _Rules:
    """What an entry is checked by: the language, the pack if it comes together, names that come twice."""

    code: str
    pack: Pack | None
    several: set[str]
    stale: Callable[[TextPlace], bool]

    def refusal(self, entry: Entry, place: TextPlace | None, files: Files, text: str) -> Message | None:
        """Why an entry can't be taken; None if it can."""
        if place is None:
            return _UNKNOWN
        if entry.name in self.several:
            return Message("It is in the file more than once.")
        if normal(entry.source).strip() != source_text(place, files).strip():
            return Message("Its source has changed since: “%(source)s”", source=source_text(place, files))
        if entry.fuzzy:
            return Message("It is marked as fuzzy: somebody has to look at it first.")
        if (character := unprintable(text)) is not None:
            return character
        return self._in_marks(place, text)

    def _in_marks(self, place: TextPlace, text: str) -> Message | None:
        """What is wrong in a text with {{ marks }}."""
        if self.pack is None or "{" not in text or place.name.endswith(":claim"):
            return None
        problems = marks.problems(text, self.pack, self.code)
        return problems[0].text if problems else None


def _sort(result: Comparison, entry: Entry, place: TextPlace | None, files: Files, rules: _Rules) -> None:
    text = _clean(entry.text)
    if not text:
        result.empty += 1
        if place is not None and place.text(files, rules.code):
            kept = Message("It is empty: the text that the draft has stays.")
            result.refused.append(Refused(entry.name, "", kept))
        return
    if place is not None and text == place.text(files, rules.code).strip():
        result.same += 1
        if rules.stale(place) and rules.refusal(entry, place, files, text) is None:
            result.confirmed.append(place)
        return
    why = rules.refusal(entry, place, files, text)
    if place is None or why is not None:
        result.refused.append(Refused(entry.name, text, why or _UNKNOWN))
        return
    source, here = (set(MARK.findall(one)) for one in (entry.source, text))
    lost, added = (tuple(sorted(one)) for one in (source - here, here - source))
    result.changes.append(TextChange(place, place.text(files, rules.code), text, lost, added))


def _clean(text: str) -> str:
    """NFC, line feeds, no spaces at the ends of lines."""
    return "\n".join(line.rstrip() for line in normal(text).split("\n")).strip()


# what the draft would be, without the entries that break it


def _leave_out_errors(result: Comparison, files: Files, errors: Errors) -> None:
    for _round in range(_ROUNDS):
        after = _written(result, files)
        guilty = dict(_guilty(result.changes, errors(after), after, result.language))
        if not guilty:
            result.files = {path: text for path, text in after.items() if files.get(path) != text}
            return
        kept = [change for change in result.changes if change.place.name not in guilty]
        result.refused += [
            Refused(change.place.name, change.new, guilty[change.place.name])
            for change in result.changes
            if change.place.name in guilty
        ]
        result.changes = kept
    why = Message("It can’t be taken together with the others.")
    result.refused += [Refused(change.place.name, change.new, why) for change in result.changes]
    result.changes, result.files = [], {}


def _written(result: Comparison, files: Files) -> dict[str, str]:
    """The files with every change; a text that can't be written is refused."""
    after = dict(files)
    records = _by_record(result.changes, files)
    languages = states_of(files).at_desk
    for (path, list_key), by_number in records.items():
        edits = {number: _edit(changes, result.language, languages) for number, changes in by_number.items()}
        after[path] = with_records(after[path], list_key, edits)
    done = {
        id(change) for by_number in records.values() for changes in by_number.values() for change in changes
    }
    for change in [change for change in result.changes if id(change) not in done]:
        try:
            after |= change.place.put(after, result.language, change.new)
        except WritingError as error:
            result.changes.remove(change)
            result.refused.append(Refused(change.place.name, change.new, error.message))
    return after


Records = dict[tuple[str, str], dict[int, list[TextChange]]]


def _by_record(changes: Sequence[TextChange], files: Files) -> Records:
    """The changes of records that can be written one by one, by table and list, and by record."""
    records: Records = {}
    for change in changes:
        place = change.place
        if isinstance(place, TablePlace) and len(place.root) == 2:
            list_key, number = str(place.root[0]), int(place.root[1])
            table = place.kind.table
            if (table, list_key) in records or is_block_list(files[table], list_key):
                records.setdefault((table, list_key), {}).setdefault(number, []).append(change)
    return records


def _edit(changes: Sequence[TextChange], code: str, languages: Sequence[str]) -> Callable[[str], str]:
    """Puts the texts of one record into it, as the only one of a list."""

    def edit(text: str) -> str:
        for change in changes:
            assert isinstance(change.place, TablePlace)
            text = change.place.put_in(text, (0,), code, change.new, languages)
        return text

    return edit


def _guilty(
    changes: Sequence[TextChange], found: Sequence[Finding], after: Files, code: str
) -> Iterator[tuple[str, Message]]:
    """The names of the entries that errors belong to. An error that belongs to none is each one's."""
    for finding in found:
        at = [change for change in changes if _is_at(change.place, finding, after, code)]
        near = [change for change in changes if change.place.path(code) == finding.path]
        yield from ((change.place.name, finding.text) for change in at or near or changes)


def _is_at(place: TextPlace, finding: Finding, after: Files, code: str) -> bool:
    """Whether a finding is in the lines of a text, or at the beginning of its record."""
    if place.path(code) != finding.path:
        return False
    if isinstance(place, DocumentPlace):
        return _is_in_document(place, finding.line, after[finding.path])
    assert isinstance(place, TablePlace)
    try:
        first, last = writing.lines_of(after[finding.path], place.root or place.inner)
        return first <= finding.line <= last
    except WritingError:
        return False


def _is_in_document(place: DocumentPlace, line: int, text: str) -> bool:
    try:
        if not place.head:
            first, last = document_writing.part_lines(text, place.part)
            return first <= line <= last
        first, last = writing.lines_of(document_writing.head_of(text), (place.head,))
        return first < line <= last + 1  # after the line “---”
    except WritingError:
        return False
