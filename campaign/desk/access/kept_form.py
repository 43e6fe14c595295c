"""A form that was sent after its sender was signed out: kept over the sign-in, and offered again."""

from __future__ import annotations

import json

from flask import g, request

from campaign.desk.access.session import token_person
from campaign.untrusted import UnreadableError, json_value, parsing
from campaign.web.addresses import own_path

#: What is typed is kept over a sign-in up to so many characters.
MOST_KEPT = 1_500_000


def form_to_keep() -> str:
    """The fields of this request's form as JSON, without its files; '' if it is none of ours or too long."""
    if not token_person(request.form.get("csrf", "")):
        return ""
    pairs = [[name, value] for name, value in request.form.items(multi=True) if name != "csrf"]
    kept = json.dumps({"path": request.path, "csrf": request.form["csrf"], "pairs": pairs})
    return kept if len(kept) < MOST_KEPT else ""


def kept_form(kept: str) -> tuple[str, list[tuple[str, str]]]:
    """The path and fields of a form that was kept over a sign-in by the same person; ('', []) for none."""
    try:
        path, token, pairs = _fields(kept)
    except UnreadableError:
        return "", []
    same = token_person(token) == g.desk.sign_in.person.id
    return (path, pairs) if same and own_path(path, "POST") else ("", [])


def longer_texts(kept: str) -> list[str]:
    """The longer texts of a kept form, to be seen and copied where signing in is not possible any more."""
    try:
        return [value for _name, value in _fields(kept)[2] if len(value) > 20]
    except UnreadableError:
        return []


def _fields(kept: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Path, token and fields of a kept form. Raises UnreadableError."""
    fields = json_value(kept, MOST_KEPT, depth=3)
    with parsing():
        pairs = [(str(name), str(value)) for name, value in fields["pairs"]]
        return str(fields["path"]), str(fields["csrf"]), pairs
