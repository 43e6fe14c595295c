"""The file of the trustees' page: the same for everybody, complete, and with nothing that leads out of it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

from campaign.cli.main import main
from campaign.languages.data import language
from campaign.trustees.page import making


@pytest.fixture(scope="module")
def html() -> str:
    return making.page()


def test_the_command_writes_the_same_bytes_each_time_and_prints_their_hash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], html: str
) -> None:
    assert main(["trustees", "page", str(tmp_path / "trustees.html")]) == 0
    body = (tmp_path / "trustees.html").read_bytes()
    assert f"SHA-256 {hashlib.sha256(body).hexdigest()}" in capsys.readouterr().out
    assert body == html.encode()


@pytest.mark.security(31, 32, 55)
def test_the_policy_names_the_one_script_and_the_one_sheet_and_no_address(html: str) -> None:
    policy = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', html)[0]
    rules = dict(rule.split(" ", 1) for rule in policy.replace("&#39;", "'").split("; "))
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.S)
    (sheet,) = re.findall(r"<style>(.*?)</style>", html, re.S)

    def hashed(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert rules == {
        "default-src": "'none'", "script-src": hashed(script), "style-src": hashed(sheet), "font-src": "data:",
        "base-uri": "'none'", "form-action": "'none'",
    }  # fmt: skip
    body = html.replace(script, "").replace(sheet, "")
    assert not re.search(r"""\s(?:src|srcset|action|style|on[a-z]+)=""", body)
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', body))
    assert set(re.findall(r"url\(.(\w+):", sheet)) == {"data"}


def test_it_speaks_the_languages_in_which_the_desk_is_complete(html: str) -> None:
    (text,) = re.findall(r'<script type="application/json" id="words">(.*?)</script>', html, re.S)
    data = json.loads(text)
    codes = set(data["messages"]) | {"en"}
    assert codes == {code for code in making.languages() if language(code).desk} and len(codes) >= 6
    sets = [set(messages) for messages in data["messages"].values()]
    assert all(one == sets[0] for one in sets) and len(sets[0]) > 150
    for said in re.findall(r"<span data-said>([^<]+)</span>", html):
        assert said.replace("&#39;", "'") in sets[0]
    assert data["directions"]["ar"] == "rtl" and len(data["shares"]) == 1024


def test_nothing_in_its_words_can_end_the_script(html: str) -> None:
    assert html.count("</script>") == 2
