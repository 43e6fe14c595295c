"""Each line of the security standard has a test, or a reason why not yet; and small lines that have no other place."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.web import errors
from tests.security import LATER, LINES, held
from tests.tools import BASE, LANGUAGES, ROOT


@pytest.mark.slow
def test_each_of_the_74_lines_has_a_test_or_a_reason() -> None:
    tests = held()
    assert list(LINES) == list(range(1, 75))
    assert set(tests) <= set(LINES), "a mark names a line that there is not"
    assert [number for number in LINES if not tests[number] and number not in LATER] == []
    assert [number for number in LATER if tests[number]] == [], "this line has a test: take it out of [later]"


@pytest.mark.slow
def test_the_command_prints_every_line_with_its_tests() -> None:
    run = subprocess.run([sys.executable, "-m", "tests.security"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("\n| ") == 75  # a row for each line, and the rule under the heading
    assert "`tests/test_security.py::test_no_test_reaches_another_machine`" in run.stdout


@pytest.mark.security(68)
@pytest.mark.parametrize(
    ("family", "address"),
    [(socket.AF_INET, ("192.0.2.1", 80)), (socket.AF_INET6, ("2001:db8::1", 443)), (socket.AF_INET, ("example.org", 25))],
    ids=["IPv4", "IPv6", "a name"],
)  # fmt: skip
def test_no_test_reaches_another_machine(family: int, address: tuple[str, int]) -> None:
    with socket.socket(family) as outgoing, pytest.raises(AssertionError, match="tried to reach"):
        outgoing.connect(address)


@pytest.mark.security(30, 53)
@pytest.mark.parametrize("status", [400, 403, 404, 405, 408, 413, 415, 429, 500, 503])
def test_every_error_has_a_page_in_the_visitors_language(status: int, app: Flask) -> None:
    assert status in errors.WORDS
    titles = set()
    for language in LANGUAGES:
        with app.test_request_context(f"/{language}/"):
            page = errors.page(status)
        assert page.status_code == status
        assert f'<html lang="{language}" dir="ltr">' in page.get_data(as_text=True)
        assert (page.headers.get("Retry-After") == "60") is (status in {429, 503})
        titles.add(page.get_data(as_text=True).partition("<h1")[2].partition("</h1>")[0])
    assert len(titles) == len(LANGUAGES)


@pytest.mark.security(35)
def test_no_page_may_be_framed_but_those_under_embed(app: Flask, client: FlaskClient) -> None:
    """The table of routes asks every page, and looks for forms and cookies of those that may."""
    framed = client.get(f"{BASE}/embed/count").headers["Content-Security-Policy"]
    assert "frame-ancestors *" in framed and "sandbox" in framed and "form-action 'none'" in framed
    for path in (f"{BASE}/", f"{BASE}/petition", "/nothing", "/en/desk/sign-in"):
        assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"]
