"""A draft that can't be read, because it was imported before a limit or is damaged: what is wrong, and where.

Every page that is made of the draft shows this instead of failing; the editor of the file itself
always opens.
"""

from __future__ import annotations

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from campaign.desk.content.preview import excerpt
from campaign.desk.content.problems import Problem
from campaign.desk.draft_snapshot import DraftSnapshot, draft_snapshot
from campaign.desk.pages import page
from campaign.pack.findings import Finding
from campaign.pack.writing import WritingError
from campaign.web import errors
from campaign.web.messages import translated

#: Findings on one page.
MOST = 50


def init(blueprint: Blueprint) -> None:
    """Answer what fails because of the draft with a page about the draft."""
    for kind in (ValueError, TypeError, AttributeError, LookupError):
        blueprint.register_error_handler(kind, _instead)


def _instead(error: Exception) -> ResponseReturnValue:
    if isinstance(error, HTTPException):
        return errors.page(error.code or 400)
    slug = g.address.get("slug") if g.get("desk") else None
    draft = draft_snapshot(slug) if slug else None
    if draft is None or (draft.pack is not None and not isinstance(error, WritingError)):
        return errors.unexpected(error)
    findings = [finding for finding in draft.checked if finding.level == "error"][:MOST]
    paths = [finding.path for finding in findings if finding.path in draft.files]
    return page("desk/content/unreadable.html", 422, findings=findings, paths=paths)


def of_file(draft: DraftSnapshot, path: str) -> list[Problem]:
    """Errors of one file of the draft, each with its line."""
    found = [finding for finding in draft.checked if finding.path == path and finding.level == "error"]
    return [_problem(finding, draft.files[path]) for finding in found[:MOST]]


def _problem(finding: Finding, text: str) -> Problem:
    return Problem(translated(finding.text), finding.path, finding.line, excerpt(text, finding))
