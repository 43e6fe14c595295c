"""What the sender's domain says of itself, judged from records as `dig` prints them."""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path

import pytest

from campaign.cli.main import main
from campaign.mail.domain import Domain, judged, read_records

KEY = base64.b64encode(bytes(294)).decode()
GOOD = f"""
example.org.  3600 IN TXT "v=spf1 include:relay.example -all"
example.org.  3600 IN TXT "some other record"
s1._domainkey.example.org. 300 IN TXT "v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"
_dmarc.example.org. IN TXT "v=DMARC1; p=reject; adkim=s"
"""
DOMAIN = Domain("example.org", "include:relay.example", "s1")


def test_a_domain_that_is_set_well_is_good() -> None:
    assert [(one.what, one.good) for one in judged(DOMAIN, read_records(GOOD))] == [
        ("SPF", True), ("DKIM", True), ("DMARC", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "what", "said"),
    [
        ("include:relay.example", "include:other.example", "SPF", "may not send"),
        ("-all", "+all", "SPF", "anybody may send"),
        ('"some other record"', '"v=spf1 -all"', "SPF", "one is allowed"),
        ("v=spf1", "v=spf2", "SPF", "may not send"),
        ("s1._domainkey", "s2._domainkey", "DKIM", "there is no key"),
        (KEY[:200], "", "DKIM", ""),
        (f'p={KEY[:200]}" "{KEY[200:]}"', 'p="', "DKIM", "taken back"),
        (f'p={KEY[:200]}" "{KEY[200:]}"', f'p={base64.b64encode(bytes(162)).decode()}"', "DKIM", "2,048"),
        (f'p={KEY[:200]}" "{KEY[200:]}"', 'p=%%%"', "DKIM", "not base64"),
        ("p=reject", "p=none", "DMARC", "“none”"),
        ("_dmarc.example.org", "_dmarc.other.org", "DMARC", "no policy"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_set(old: str, new: str, what: str, said: str) -> None:
    assert old in GOOD
    wrong = [one for one in judged(DOMAIN, read_records(GOOD.replace(old, new))) if not one.good]
    assert [one.what for one in wrong] == [what] and said in wrong[0].text


def test_the_command_prints_it_and_says_by_its_exit_code_whether_something_is_to_be_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = [
        "mail",
        "check",
        "--domain",
        "example.org",
        "--relay",
        "include:relay.example",
        "--selector",
        "s1",
    ]
    file = tmp_path / "records.txt"
    file.write_text(GOOD)
    assert main([*options, "--records", str(file)]) == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert main([*options, "--records", "-"]) == 1
    assert '_dmarc.example.org. TXT "v=DMARC1; p=reject' in capsys.readouterr().out
