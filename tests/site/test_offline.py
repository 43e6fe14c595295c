"""The worker that keeps a campaign on a device: the pages of one language and edition, and no form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

PLACE = "/en/january-2022"


def _kept(client: FlaskClient, language: str = "en") -> dict[str, Any]:
    answer = client.get(f"/{language}/january-2022/offline.js")
    assert answer.status_code == 200 and answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    kept: dict[str, Any] = json.loads(answer.text.split("\n")[0].removeprefix("const KEPT = ").rstrip(";"))
    return kept


def test_it_keeps_the_pages_of_one_language_and_no_form(client: FlaskClient) -> None:
    kept = _kept(client)
    assert {f"{PLACE}/", f"{PLACE}/record", f"{PLACE}/copies", f"{PLACE}/demands/"} <= {*kept["pages"]}
    assert all(path.startswith(f"{PLACE}/") for path in kept["pages"])
    for path in (f"{PLACE}/write", f"{PLACE}/petition", f"{PLACE}/petition/signatures"):
        assert path in kept["online"] and path not in kept["pages"]
    assert "You are offline: this is edition 1 of" in kept["note"]


def test_each_language_has_its_own_cache_named_by_the_edition(client: FlaskClient) -> None:
    english, russian = _kept(client), _kept(client, "ru")
    assert english["prefix"] != russian["prefix"] and english["version"] == "1"
    assert not {*english["pages"]} & {*russian["pages"]}


@pytest.mark.security(31)
@pytest.mark.parametrize(("path", "allowed"), [("/copies", True), ("/", False), ("/write", False)])
def test_only_the_page_with_the_button_may_start_a_worker(
    path: str, allowed: bool, client: FlaskClient
) -> None:
    answer = client.get(PLACE + path)
    policies = answer.headers.getlist("Content-Security-Policy")
    assert len(policies) == 1 and ("worker-src 'self'" in policies[0]) == allowed
    assert ("worker-src 'none'" in policies[0]) != allowed
    assert ("keep_site" in answer.text) == allowed
