"""The scripts: what one imports is there, current, and loaded as a module."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.tools import ROOT

SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def imports(script: Path) -> list[str]:
    return re.findall(r'^import .* from "\./([^"]+)";$', script.read_text(encoding="utf-8"), re.M)


def test_what_a_script_imports_is_asked_for_each_time_and_answered_in_short(client: FlaskClient) -> None:
    names = {name for script in SCRIPTS for name in imports(script)}
    assert names == {"live.js"}
    for name in names:
        answer = client.get(f"/static/js/{name}", buffered=True)
        assert answer.status_code == 200
        assert answer.mimetype == "text/javascript"
        assert "no-cache" in answer.headers["Cache-Control"]
        etag = answer.headers["ETag"]
        again = client.get(f"/static/js/{name}", headers={"If-None-Match": etag}, buffered=True)
        assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "seconds"), [("js/write.js?v=0123456789", 31_536_000), ("css/base.css", 86_400)]
)
def test_a_file_is_kept_for_a_year_under_its_digest_and_else_for_a_day(
    path: str, seconds: int, client: FlaskClient
) -> None:
    answer = client.get(f"/static/{path}", buffered=True)
    assert answer.headers["Cache-Control"] == f"public, max-age={seconds}"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_with_imports_or_exports_is_loaded_as_a_module(script: Path) -> None:
    tags = [
        tag
        for template in TEMPLATES
        for tag in re.findall(r"<script[^>]*>", template.read_text(encoding="utf-8"))
        if f"js/{script.name}'" in tag
    ]
    assert bool(tags) is (script.name != "live.js")
    modules = ['type="module"' in tag for tag in tags]
    assert modules == [bool(imports(script))] * len(tags)
