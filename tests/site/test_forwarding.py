"""Behind a proxy: redirects stay on the public address, caught mail stays on this machine, hops are told."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign import clock
from campaign.services import service
from campaign.web.forwarding import FORWARDED, ForwardedRequests
from campaign.web.guard import own_location
from tests.conftest import published
from tests.tools import SEED

PUBLIC = "https://staging.example.org"


@pytest.fixture(scope="module")
def staging(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A site with a public address, on the developer's machine: no relay, not in production."""
    return published(tmp_path_factory.mktemp("staging"), SEED, CAMPAIGN_PUBLIC_URL=PUBLIC)


@pytest.fixture
def visitor(staging: Flask) -> Iterator[FlaskClient]:
    with staging.test_client() as client:
        yield client


# redirects

#: Every kind of redirect: by the router, by a page, from the language of the browser.
REDIRECTED = (
    "/", "//", "/en//january-2022/", "/en/january-2022//write", "//en/january-2022/", "/en/january-2022//petition?a=1",
    "/en///january-2022///petition//signatures", "/en/", "/en/desk/january-2022/", "//evil.example//x",
    "/en//desk//sign-in", "///evil.example", "/static//css/base.css",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("path", REDIRECTED)
@pytest.mark.parametrize("base", ["http://staging.example.org", "http://localhost:8000", PUBLIC])
def test_no_redirect_names_a_scheme_or_a_host(path: str, base: str, visitor: FlaskClient) -> None:
    answer = visitor.open(path=path, base_url=base, headers={"X-Forwarded-Proto": "https"})
    if "Location" not in answer.headers:
        assert answer.status_code in {200, 404}
        return
    location = urlsplit(answer.headers["Location"])
    assert (location.scheme, location.netloc) == ("", "")
    assert location.path.startswith("/") and not location.path.startswith("//")
    assert b"http" not in answer.data


@given(st.text(alphabet="/\\:.?#@ehtps x", max_size=30))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_redirect_names_it_becomes_a_path_of_this_site(location: str) -> None:
    try:
        path = own_location(location)
    except ValueError:  # an address that nothing can make
        return
    assert path.startswith("/") and path[1:2] not in {"/", "\\"}
    assert not urlsplit(path).netloc


# the box of caught mail

HERE, NAME, AWAY = "127.0.0.1", "localhost", "203.0.113.9"

#: The peer, the host, one more header, and whether the box opens.
ASKED = [
    (HERE, NAME, {}, True),
    (HERE, "localhost:8000", {}, True),
    (HERE, "127.0.0.1:8000", {}, True),
    ("::1", NAME, {}, True),
    (HERE, "staging.example.org", {}, False),  # a proxy that adds no header
    (AWAY, NAME, {}, False),
    ("10.0.0.7", NAME, {}, False),
    ("", NAME, {}, False),
    *((HERE, NAME, {name: "127.0.0.1"}, False) for name in FORWARDED),
    (HERE, NAME, {"X-Forwarded-For": ""}, False),
]  # fmt: skip


@pytest.mark.parametrize(("peer", "host", "headers", "opens"), ASKED)
def test_the_box_opens_to_this_machine_alone(
    peer: str, host: str, headers: dict[str, str], opens: bool, visitor: FlaskClient
) -> None:
    answer = visitor.get(
        "/mail/", base_url=f"http://{host}", headers=headers, environ_base={"REMOTE_ADDR": peer}
    )
    assert answer.status_code == (200 if opens else 404)


# hops


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hops", "peer", "headers", "told"),
    [
        ("0", HERE, {"X-Forwarded-For": AWAY}, True),
        ("0", "172.17.0.1", {"Forwarded": f"for={AWAY}"}, True),
        ("0", "", {"X-Real-IP": AWAY}, True),
        ("0", HERE, {}, False),
        ("0", "8.8.8.8", {"X-Forwarded-For": AWAY}, False),  # a visitor may write what they like
        ("1", HERE, {"X-Forwarded-For": AWAY}, False),
    ],
)
def test_a_proxy_that_is_not_trusted_is_told_in_the_log_and_by_the_health_check(
    hops: str,
    peer: str,
    headers: dict[str, str],
    told: bool,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = published(tmp_path, SEED, CAMPAIGN_TRUSTED_HOPS=hops)
    with caplog.at_level(logging.WARNING, "campaign.proxy"):
        answer = app.test_client().get(
            "/en/january-2022/", headers=headers, environ_base={"REMOTE_ADDR": peer}
        )
    assert answer.status_code == 200  # the visitor is answered
    assert ("CAMPAIGN_TRUSTED_HOPS is 0" in caplog.text) is told
    assert AWAY not in caplog.text
    other_process = published(tmp_path, CAMPAIGN_TRUSTED_HOPS=hops)
    health = other_process.test_client().get("/health")
    assert health.status_code == 200 and ("CAMPAIGN_TRUSTED_HOPS" in health.text) is told
    later = clock.now() + timedelta(days=1, minutes=1)
    with clock.use(lambda: later):
        assert not service(ForwardedRequests, other_process).seen
    # Setting it right ends the notice at once.
    repaired = published(tmp_path, CAMPAIGN_TRUSTED_HOPS="1")
    assert repaired.test_client().get("/health").text == "ok\n"
