"""What holds for every request: headers, hosts, bodies, doubled parameters, a log that knows nobody."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from campaign import clock
from campaign.web.guard import POLICY, body_limit
from campaign.web.limits import PrefixKey, client_address, prefix
from tests.conftest import published
from tests.tools import BASE, LANGUAGES, SEED, typed

ANSWERS: dict[str, Callable[[FlaskClient], TestResponse]] = {
    "a page": lambda c: c.get(f"{BASE}/"),
    "a redirect": lambda c: c.get("/"),
    "a file": lambda c: c.get("/static/css/base.css", buffered=True),
    "a letter": lambda c: c.post(f"{BASE}/write/preview", data=typed(c)),
    "404": lambda c: c.get("/nothing"),
    "405": lambda c: c.post(f"{BASE}/record"),
    "400": lambda c: c.get(f"{BASE}/?a=1&a=2"),
    "403": lambda c: c.post(f"{BASE}/write", headers={"Sec-Fetch-Site": "cross-site"}),
    "413": lambda c: c.post(f"{BASE}/write", data={"own_words": "x" * 5_000_000}),
}


@pytest.mark.security(1, 31, 33)
@pytest.mark.parametrize("name", ANSWERS)
def test_one_policy_stands_on_every_answer(name: str, client: FlaskClient) -> None:
    answer = ANSWERS[name](client)
    assert name not in {"404", "405", "400", "403", "413"} or answer.status_code == int(name)
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.security(31, 32, 35)
def test_the_policy_allows_no_inline_code_and_no_other_host() -> None:
    for part in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'",
                 "require-trusted-types-for 'script'", "base-uri 'none'", "object-src 'none'"):  # fmt: skip
        assert part in POLICY
    assert "unsafe" not in POLICY
    assert "http" not in POLICY


@pytest.mark.security(33)
def test_on_tls_the_site_says_so_for_two_years(tmp_path: Path) -> None:
    app = published(tmp_path, SEED, CAMPAIGN_PUBLIC_URL="https://letters.example.org")
    answer = app.test_client().get("/health", base_url="https://letters.example.org")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000; includeSubDomains")


@pytest.mark.security(24)
@pytest.mark.parametrize(("host", "status"), [("localhost", 200), ("127.0.0.1", 200), ("evil.example", 400)])
def test_a_host_outside_the_list_gets_400(host: str, status: int, client: FlaskClient) -> None:
    assert client.get(f"{BASE}/", base_url=f"http://{host}").status_code == status


@pytest.mark.security(26, 30)
@pytest.mark.parametrize("status", ["400", "403", "404", "405", "413"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_page_has_an_id_and_no_path_value_or_version(
    status: str, language: str, client: FlaskClient
) -> None:
    paths = {"404": "/secret-word", "405": "/record", "400": "/?secret-word=1&secret-word=2"}
    address = f"/{language}/january-2022{paths.get(status, '/write')}"
    ask = {
        "400": lambda: client.get(address),
        "403": lambda: client.post(address, headers={"Sec-Fetch-Site": "cross-site"}),
        "404": lambda: client.get(address),
        "405": lambda: client.post(address),
        "413": lambda: client.post(address, data={"own_words": "secret-word" * 500_000}),
    }
    answer = ask[status]()
    assert answer.status_code == int(status)
    assert f'<html lang="{language}" dir="ltr">' in answer.text
    assert re.search(r"[0-9a-f]{8}</p>", answer.text)
    for leak in ("secret-word", "Traceback", "Werkzeug", "Flask", "Python", str(Path.cwd())):
        assert leak not in answer.text


@pytest.mark.security(30, 59)
def test_an_error_of_ours_shows_and_logs_no_value(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("secret-word")

    monkeypatch.setattr("campaign.letters.views.render_template", broken)
    client = app.test_client()
    data = {"name": "secret-word", "form_token": "x"}
    with caplog.at_level(logging.DEBUG):
        answer = client.post(f"{BASE}/write/preview", data=data)
    assert answer.status_code == 500
    assert "secret-word" not in answer.text + caplog.text
    assert re.search(r"error [0-9a-f]{8} RuntimeError at ", caplog.text)


LINE = re.compile(r"(GET|HEAD|POST|OPTIONS|OTHER) [a-z_.-]+ \d{3} \d+ms ([0-9a-f]{8}|-)")
safe = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#?%\\"), min_size=1, max_size=20
)


@pytest.mark.security(59)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=safe, query=safe, agent=safe, method=st.sampled_from(["GET", "POST", "DELETE", "HEAD"]))
def test_a_log_line_holds_nothing_of_the_visitor(
    path: str, query: str, agent: str, method: str, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    headers = {"User-Agent": f"agent-{agent}", "X-Forwarded-For": "198.51.100.7"}
    with caplog.at_level(logging.DEBUG, logger="campaign.requests"):
        app.test_client().open(f"/en/{path}", method=method, query_string=f"q={query}", headers=headers)
    lines = [record.getMessage() for record in caplog.records if record.name == "campaign.requests"]
    assert lines
    for line in lines:
        assert LINE.fullmatch(line), line


@pytest.mark.security(51)
@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::9", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_requests_are_counted_for_a_part_of_the_network(address: str, expected: str) -> None:
    assert prefix(address) == expected


@pytest.mark.security(51)
def test_the_key_of_a_network_means_nothing_tomorrow() -> None:
    key, passed = PrefixKey(), [0.0]
    with clock.use(clock.system, steady=lambda: passed[0]):
        today = key("203.0.113.77")
        assert key("203.0.113.9") == today
        assert key("203.0.114.9") != today
        assert PrefixKey()("203.0.113.77") != today  # who restarts the server knows no more
        passed[0] += 86_399
        assert key("203.0.113.77") == today
        passed[0] += 1
        assert key("203.0.113.77") != today


@pytest.mark.security(29)
@pytest.mark.parametrize(
    ("hops", "forwarded", "expected"),
    [
        ("0", "198.51.100.7", "127.0.0.1"),
        ("1", "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        ("2", "6.6.6.6, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        ("1", "", "127.0.0.1"),
    ],
)
def test_a_client_is_who_the_trusted_proxy_saw(
    hops: str, forwarded: str, expected: str, tmp_path: Path
) -> None:
    app = published(tmp_path, CAMPAIGN_TRUSTED_HOPS=hops)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    with app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        assert client_address() == expected


@pytest.mark.security(74)
def test_security_txt_stands_where_a_contact_is_set(tmp_path: Path, client: FlaskClient) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    app = published(tmp_path, CAMPAIGN_SECURITY_CONTACT="mailto:security@example.org")
    text = app.test_client().get("/.well-known/security.txt").text
    assert "Contact: mailto:security@example.org" in text
    assert "Expires: 20" in text


@pytest.mark.parametrize(
    ("path", "kilobytes"),
    [
        (f"{BASE}/petition", 64),
        ("/en/nonsense", 64),
        ("/\x00", 64),
        (f"{BASE}/write", 1024),
        (f"{BASE}/write/preview", 1024),
        ("/ru/desk/sign-in", 8 * 1024),
        ("/en/desk/january-2022/paper/sheets/1/scan", 20 * 1024 + 64),
        ("/en/desk/january-2022/content/demand/reparations", 28 * 1024),
        ("/en/desk/january-2022/signatures/key", 4_000 / 1024 + 64),
    ],
)
def test_the_server_receives_no_larger_body_than_the_routes_pages_take(
    path: str, kilobytes: float, client: FlaskClient
) -> None:
    assert body_limit(client.application, "POST", path) == kilobytes * 1024
