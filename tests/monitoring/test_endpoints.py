"""What programs may ask, and who may: no Host is needed, no stranger gets an answer, no number tells of people."""

from __future__ import annotations

import re
from typing import Any

import pytest

from campaign.monitoring import alarms, answers
from campaign.monitoring.outside import ECHO, PRETENDED
from campaign.services import service
from campaign.settings import Settings
from campaign.web.signing import Purpose, sign
from tests.monitoring.conftest import ONION, Site, with_settings

TOKEN = "t" * 32
PATHS = ("/health/live", "/health/ready", "/metrics")


def ask(
    site: Site, path: str, remote: str = "127.0.0.1", host: str = "nobody.invalid", **headers: str
) -> Any:
    environ = {"REMOTE_ADDR": remote, "HTTP_HOST": host, **headers}
    return site.petition.app.test_client().get(path, environ_overrides=environ)


#: Who asks, and whether they get an answer.
ASKING: dict[str, tuple[dict[str, str], bool]] = {
    "a program on this machine": ({}, True),
    "a program on this machine, by IPv6": ({"remote": "::1"}, True),
    "another machine": ({"remote": "203.0.113.5"}, False),
    "a machine of the network": ({"remote": "10.0.0.5"}, False),
    "a visitor through the proxy": ({"HTTP_X_FORWARDED_FOR": "203.0.113.5"}, False),
    "a visitor through the proxy who says to be here": ({"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
    "a visitor through Tor without a proxy": ({"host": ONION.removeprefix("http://")}, False),
    "a monitor with the token": ({"remote": "10.0.0.5", "HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, True),
    "a monitor through the proxy": ({"HTTP_X_FORWARDED_FOR": "1.2.3.4", "HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, True),
    "a monitor with another token": ({"remote": "10.0.0.5", "HTTP_AUTHORIZATION": f"Bearer {TOKEN[1:]}"}, False),
    "a monitor with no token": ({"remote": "10.0.0.5", "HTTP_AUTHORIZATION": "Bearer "}, False),
}  # fmt: skip


@pytest.mark.reliability(16)
@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", ASKING)
def test_only_this_machine_and_the_holder_of_the_token_get_an_answer(who: str, path: str, site: Site) -> None:
    with_settings(site, status_token=TOKEN)
    said, may = ASKING[who]
    answer = ask(site, path, **said)
    assert (answer.status_code == 200) is may
    if not may:
        assert "campaign_" not in answer.text and answer.status_code in {400, 404}


@pytest.mark.parametrize("path", PATHS)
def test_without_a_token_set_an_empty_one_opens_nothing(path: str, site: Site) -> None:
    assert ask(site, path, remote="10.0.0.5", HTTP_AUTHORIZATION="Bearer ").status_code in {400, 404}


def test_a_site_is_ready_while_the_database_answers_and_alive_in_any_case(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(site, "/health/ready").text == "campaign: published\ndatabase: answers\nworker: active\n"
    site.beat(ago=700)
    answer = ask(site, "/health/ready")
    assert answer.status_code == 200 and "worker: IS NOT ACTIVE" in answer.text
    monkeypatch.setattr("campaign.monitoring.endpoints._database_answers", lambda _app: False)
    answer = ask(site, "/health/ready")
    assert answer.status_code == 503 and "database: DOES NOT ANSWER" in answer.text
    assert ask(site, "/health/live").text == "alive\n"
    assert ask(site, "/metrics").status_code == 200


@pytest.mark.slow
def test_metrics_are_prometheus_text_and_round_what_could_tell_of_somebody(site: Site) -> None:
    alarms.look(site.here)
    settings = service(Settings, site.petition.app)
    answers.count(site.petition.app, 0)
    browser = site.petition.app.test_client()
    for _ in range(3):
        browser.get("/en/trees/", base_url="https://letters.example.org")
    site.petition.browser().post(
        "/en/trees/petition", data=site.petition.typed(), base_url="https://letters.example.org"
    )
    text = ask(site, "/metrics").text
    sample = re.compile(r"campaign_[a-z_]+(\{[a-z]+=\"[^\"]*\"\})? -?[0-9.]+")
    for line in text.splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) campaign_[a-z_]+ .+", line) or sample.fullmatch(line), line
    assert answers.by_class(settings)[1] >= 3
    assert 'campaign_answers_total{class="2xx"} 0\n' in text and "campaign_mail_waiting 0\n" in text
    assert "campaign_mail_oldest_seconds" not in text
    assert 'campaign_check_level{check="backup"} 0' in text and "campaign_ready 1" in text
    assert not re.search("signature|record|trees|example", text)


def test_errors_are_counted_to_the_last_one_by_every_process(site: Site) -> None:
    from flask import Flask, Response

    from campaign.services import provide

    settings = service(Settings, site.petition.app)
    for number in (0, 1, 64):
        app = Flask("other")
        provide(app, settings)
        answers.count(app, number)
        app.add_url_rule("/<int:status>", "status", lambda status: Response("", status))
        for status in (200, 503, 599, 404):
            app.test_client().get(f"/{status}")
    assert answers.by_class(settings) == (0, 3, 0, 3, 6) and answers.totals(settings) == (12, 6)


def question(site: Site, **headers: str) -> Any:
    token = sign(service(Settings, site.petition.app).secrets["form"], Purpose.DOCTOR, "")
    return ask(site, ECHO, HTTP_AUTHORIZATION=f"Bearer {token}", **headers)


#: What a proxy makes of the doctor's question, which pretends to come from elsewhere; the setting; the verdict.
ON_THE_WAY = {
    "as it should be": ("203.0.113.5", 1, "proxy"),
    "the proxy adds to what the visitor wrote": (f"{PRETENDED}, 203.0.113.5", 1, "proxy"),
    "the proxy passes on what the visitor wrote": (PRETENDED, 1, "visitor"),
    "one hop too many": (f"{PRETENDED}, 203.0.113.5", 2, "visitor"),
    "two proxies": (f"{PRETENDED}, 203.0.113.5, 10.0.0.2", 2, "proxy"),
    "no header": ("", 1, "connection"),
    "no hop": ("203.0.113.5", 0, "connection"),
}


@pytest.mark.parametrize("case", ON_THE_WAY)
def test_the_doctor_hears_whose_network_the_budgets_would_see(case: str, site: Site) -> None:
    header, hops, verdict = ON_THE_WAY[case]
    with_settings(site, trusted_hops=hops)
    answer = question(site, **({"HTTP_X_FORWARDED_FOR": header} if header else {}))
    assert answer.json == {"client": verdict}


def test_nobody_else_hears_it(site: Site) -> None:
    assert ask(site, ECHO).status_code in {400, 404}
    secret = service(Settings, site.petition.app).secrets["form"]
    other = sign(secret, Purpose.FORM, "")
    assert ask(site, ECHO, HTTP_AUTHORIZATION=f"Bearer {other}").status_code in {400, 404}
