"""What is wrong with a text before it is saved, with the field that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from campaign.desk.content import items
from campaign.desk.content.form import FormEntry
from campaign.desk.content.items import ItemReference
from campaign.desk.content.preview import excerpt
from campaign.desk.draft_snapshot import DraftSnapshot
from campaign.pack import document_writing, writing
from campaign.pack.blank import TO_WRITE
from campaign.pack.findings import CONTROLLER, UNWRITTEN, Finding
from campaign.pack.writing import WritingError
from campaign.web.messages import translated


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where in the thing it is, and the line with the word underlined."""

    text: str
    field: str = ""
    line: int = 0
    excerpt: Any = ""


def problems_of(
    draft: DraftSnapshot, after: dict[str, str], where: ItemReference, fields: list[FormEntry]
) -> list[Problem]:
    """Errors that this change brings into the draft; those that were there do not hold it up."""
    return [_problem(finding, after, where, fields) for finding in draft.new_errors(after)]


def findings_of(draft: DraftSnapshot, where: ItemReference, fields: list[FormEntry]) -> list[Problem]:
    """Errors that are in a thing of the draft already: in one of its fields, or in its own document.

    What is still to be written is not among them: `unwritten`.
    """
    document = where.kind.document(where.key, where.language)
    errors = [one for one in draft.checked if one.level == "error" and one.kind != UNWRITTEN]
    found = [one for one in errors if one.path in where.paths]
    problems = [(one.path == document, _problem(one, draft.files, where, fields)) for one in found]
    return [problem for own, problem in problems if own or problem.field]


def still_to_do(draft: DraftSnapshot, where: ItemReference, fields: list[FormEntry]) -> dict[str, Any]:
    """What the editor says is missing: whether there are placeholders, and what is needed before signing."""
    return {"unwritten": unwritten(fields), "needed_to_sign": needed_to_sign(draft, where)}


def needed_to_sign(draft: DraftSnapshot, where: ItemReference) -> list[str]:
    """What this form still lacks before people can sign: sentences that name its fields."""
    if where.kind.key not in {"runner", "terms"}:
        return []
    missing = [one for one in draft.findings if one.kind == CONTROLLER and one.path == where.kind.table]
    return [translated(one.text) for one in missing]


def unwritten(fields: list[FormEntry]) -> bool:
    """Whether a field of the form still has a placeholder of a new pack."""
    texts = (items.flat(entry.field.data) for entry in fields if entry.words or entry.control == "lines")
    return any(TO_WRITE[0] in text and TO_WRITE[1] in text for text in texts)


def _problem(
    finding: Finding, files: dict[str, str], where: ItemReference, fields: list[FormEntry]
) -> Problem:
    """A finding with the field that it belongs to."""
    text = files.get(finding.path, "")
    line = excerpt(text, finding) if finding.column else ""
    for entry in fields:
        first, last = _lines(text, finding.path, where, entry.name)
        if first <= finding.line <= last:
            shift = first + 1 if entry.name.startswith("p.") else first - 1
            return Problem(
                translated(finding.text), entry.field.label.text, max(finding.line - shift, 1), line
            )
    return Problem(translated(finding.text), "", 0, line)


def _lines(text: str, path: str, where: ItemReference, name: str) -> tuple[int, int]:
    """The lines of a field in its file; (1, 0) if it is not there."""
    try:
        if name.startswith("p.") and path == where.kind.document(where.key, where.language):
            return document_writing.part_lines(text, items.part_of(name))
        if path == where.kind.table:
            root = items.root_of(text, where) or ()
            field = next(field for field in where.kind.fields if field.id == name)
            end = (where.language,) if field.words else ()
            return writing.lines_of(text, (*root, *field.path, *end))
    except (WritingError, ValueError, StopIteration):
        pass
    return 1, 0
