"""A form that was sent after its sender was signed out: kept over the sign-in, and offered again."""

from __future__ import annotations

import json

from flask import g, request

from campaign.desk.access.session import token_person
from campaign.web.addresses import own_path

#: What is typed is kept over a sign-in up to so many characters.
MOST_KEPT = 1_500_000


def form_to_keep() -> str:
    """The fields of this request's form as JSON; '' if it is none of ours, has files or is too long."""
    if not token_person(request.form.get("csrf", "")) or request.files:
        return ""
    pairs = [[name, value] for name, value in request.form.items(multi=True) if name != "csrf"]
    kept = json.dumps({"path": request.path, "csrf": request.form["csrf"], "pairs": pairs})
    return kept if len(kept) < MOST_KEPT else ""


def kept_form(kept: str) -> tuple[str, list[tuple[str, str]]]:
    """The path and fields of a form that was kept over a sign-in by the same person; ('', []) for none."""
    try:
        fields = json.loads(kept)
        path, pairs = str(fields["path"]), [(str(name), str(value)) for name, value in fields["pairs"]]
        same = token_person(str(fields["csrf"])) == g.desk.sign_in.person.id
    except (ValueError, KeyError, TypeError):
        return "", []
    return (path, pairs) if same and own_path(path, "POST") else ("", [])
