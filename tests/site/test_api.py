"""The API: every route is in its description and answers as that says; others may read it, and nobody is named."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.site.daily_counts import DUE
from campaign.web.guard import SHARED
from tests.conftest import published
from tests.tools import ROOT, SEED

SITE = "https://letters.example.org"
V1 = "/api/v1"
SLUG = "january-2022"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    packs = (SEED, ROOT / "tests/packs/river")
    return published(tmp_path_factory.mktemp("api"), *packs, CAMPAIGN_PUBLIC_URL=SITE)


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


@pytest.fixture
def description(client: FlaskClient) -> dict[str, Any]:
    described: dict[str, Any] = client.get("/api/openapi.json").get_json()
    return described


def check(body: Any, schema: str, description: dict[str, Any]) -> None:
    """The body is what a schema says, and has no field that it does not name."""
    strict = json.loads(
        re.sub(r'("type": "object", (?:"description": "[^"]*", )?"required")', r'"additionalProperties": false, \1',
               json.dumps(description))
    )  # fmt: skip
    root = {"$ref": f"#/components/schemas/{schema}", "components": strict["components"]}
    jsonschema.Draft202012Validator(root, format_checker=jsonschema.FormatChecker()).validate(body)


def test_every_route_is_in_the_description_and_no_other(site: Flask, description: dict[str, Any]) -> None:
    rules = {
        rule.rule.removeprefix(V1).replace("<slug>", "{slug}")
        for rule in site.url_map.iter_rules()
        if rule.rule.startswith(f"{V1}/")
    }
    assert rules == set(description["paths"])
    assert description["openapi"] == "3.1.0"
    assert description["servers"] == [{"url": f"{SITE}{V1}"}]


@pytest.mark.parametrize("slug", [SLUG, "river"])
def test_every_answer_is_as_the_description_says(
    slug: str, client: FlaskClient, description: dict[str, Any]
) -> None:
    for path, item in description["paths"].items():
        answer = client.get(V1 + path.replace("{slug}", slug))
        assert (answer.status_code, answer.mimetype) == (200, "application/json")
        schema = item["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        check(answer.get_json(), schema.rpartition("/")[2], description)
        again = client.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.security(1)
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/openapi.json", 200),
        ("GET", "/v1/campaigns", 200),
        ("GET", f"/v1/campaigns/{SLUG}/counts", 200),
        ("GET", "/v1/campaigns/nothing", 404),
        ("GET", "/v2", 404),
        ("GET", f"/v1//campaigns/{SLUG}", 308),
        ("GET", "/v1/campaigns/%2e%2e%2f/editions", 308),
        ("POST", "/v1/campaigns", 405),
    ],
)
def test_any_site_may_read_every_answer_and_no_cookie_goes_along(
    method: str, path: str, status: int, client: FlaskClient
) -> None:
    answer = client.open(f"/api{path}", method=method, headers={"Origin": "https://news.example"})
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in SHARED} == SHARED
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers


@pytest.mark.security(1)
def test_scripts_may_ask_whether_something_has_changed_and_the_page_in_words_is_not_for_them(
    client: FlaskClient,
) -> None:
    asked = client.options(f"{V1}/campaigns", headers={"Access-Control-Request-Headers": "If-None-Match"})
    assert asked.headers["Access-Control-Allow-Headers"] == "If-None-Match"
    assert "Access-Control-Allow-Origin" not in client.get("/api/").headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/campaigns/nothing", 404),
        ("GET", "/v1/campaigns/nothing/facts", 404),
        ("GET", "/v2/campaigns", 404),
        ("POST", "/v1/campaigns", 405),
        ("GET", "/v1/campaigns?a=1&a=2", 400),
    ],
)
def test_errors_are_json(
    method: str, path: str, status: int, client: FlaskClient, description: dict[str, Any]
) -> None:
    answer = client.open(f"/api{path}", method=method)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    check(answer.get_json(), "Problem", description)


def test_a_fact_is_never_a_figure_without_its_qualifier(client: FlaskClient) -> None:
    facts = client.get(f"{V1}/campaigns/{SLUG}/facts").get_json()["facts"]
    deaths = next(fact for fact in facts if fact["figure"] and fact["figure"]["qualifier"] == "at-least")
    assert deaths["claim"]["en"] and deaths["said_by"]["en"] and deaths["sources"]


def test_nothing_of_a_person_is_in_any_answer(client: FlaskClient, description: dict[str, Any]) -> None:
    named = json.dumps(description["components"]["schemas"])
    for field in ("author", "email", "signer", "organiser", "note"):
        assert f'"{field}"' not in named


def test_the_page_in_words_names_every_path_and_event(
    client: FlaskClient, description: dict[str, Any]
) -> None:
    page = client.get("/api/").text
    for path in description["paths"]:
        assert path.replace("{slug}", "SLUG") in page, path
    for event in description["components"]["schemas"]["Event"]["properties"]["type"]["enum"]:
        assert event in page, event
    for example in re.findall(r"\b00:\d\d\b", page):
        assert example == DUE.strftime("%H:%M")


@pytest.mark.slow
def test_on_a_host_of_its_own_a_campaign_is_there_alone(tmp_path: Path) -> None:
    app = published(
        tmp_path, SEED, ROOT / "tests/packs/river", CAMPAIGN_PUBLIC_URL=SITE,
        CAMPAIGN_DOMAINS="river=https://river.example.org",
    )  # fmt: skip
    client, own = app.test_client(), "https://river.example.org"
    body = client.get(f"{V1}/campaigns", base_url=own).get_json()
    assert [one["slug"] for one in body["campaigns"]] == ["river"]
    assert client.get(f"{V1}/campaigns/{SLUG}", base_url=own).status_code == 404
