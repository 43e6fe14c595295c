"""What the sender's domain says of itself, judged from records as `dig` prints them."""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.cli.main import main
from campaign.mail.dns_records import read_records
from campaign.mail.domain import Domain, judged

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


SPF_RECORD = "v=spf1 include:relay.example -all"
DKIM = f'"v=DKIM1; k=rsa; p={KEY}"'
DMARC = '_dmarc.example.org. 3600 IN TXT "v=DMARC1; p=reject"'

#: Key and policy that are right, for tables in which only SPF changes; and so on.
KEY_AND_POLICY = f"s1._domainkey.example.org. TXT {DKIM}\n{DMARC}\n"
SPF_AND_POLICY = f'example.org. TXT "{SPF_RECORD}"\n{DMARC}\n'
SUBDOMAIN = f'mail.example.org. TXT "{SPF_RECORD}"\ns1._domainkey.mail.example.org. TXT {DKIM}\n'

CNAME = "s1._domainkey.example.org. 3600 IN CNAME s1.key.relay.example."


def judged_text(records: str, domain: str = "example.org") -> dict[str, str]:
    """'good', or the text, of each judgement."""
    judgements = judged(Domain(domain, "include:relay.example", "s1"), read_records(records))
    return {one.what: "good" if one.good else one.text for one in judgements}


@pytest.mark.parametrize(
    ("spf", "expected"),
    [
        ('example.org. TXT "v=spf1 redirect=_spf.example.org"\n_spf.example.org. TXT "%s"', "good"),
        ('example.org. TXT "V=SPF1 REDIRECT=_SPF.Example.ORG"\n_spf.example.org. TXT "%s"', "good"),
        ('example.org. TXT "v=spf1 redirect=a.example"\na.example. TXT "v=spf1 redirect=b.example"\nb.example. TXT "%s"', "good"),
        ('example.org. TXT "v=spf1 redirect=_spf.example.org"', "add the TXT record of _spf.example.org"),
        ('example.org. TXT "v=spf1 redirect=example.org"', "circle"),
        ('example.org. TXT "v=spf1 include:a.example -all"\na.example. TXT "v=spf1 include:example.org"', "may not send"),
        ('example.org. TXT "v=spf1 redirect=a.example"\na.example. TXT "v=spf1 include:relay.example +all"', "+all, so anybody"),
        ('example.org. TXT "v=spf1 include:relay.example -all redirect=a.example"', "good"),
        ('example.org. TXT "v=spf1 include:relay.example -all exp=why.example.org"', "good"),
        ('example.org. TXT "v=spf1 exp=why.example.org include:relay.example ~all"', "good"),
        ('example.org. TXT "v=spf1 include:relay.example ?all exp=why.example.org"', "?all, so anybody"),
        ('example.org. TXT "v=spf1 include:relay.example all"', "all, so anybody"),
        ('example.org. TXT "v=spf1 include:relay.example"', "no “all”"),
        ('example.org. TXT "v=spf1 include:relay.example exp=why.example.org"', "no “all”"),
        ('example.org. TXT "v=spf1 -all include:relay.example"', "may not send"),
        ('example.org. TXT "v=spf1 -include:relay.example -all"', "may not send"),
        ('example.org. TXT "v=spf1 +include:relay.example -all"', "good"),
        ('example.org. TXT "v=spf1 include:_spf.example.org -all"\n_spf.example.org. TXT "v=spf1 include:relay.example ?all"', "good"),
        ('example.org. CNAME site.example.\nsite.example. TXT "%s"', "good"),
    ],
)  # fmt: skip
def test_spf_is_judged_by_the_term_that_decides(spf: str, expected: str) -> None:
    found = judged_text(spf.replace("%s", SPF_RECORD) + "\n" + KEY_AND_POLICY)
    assert (found["DKIM"], found["DMARC"]) == ("good", "good")
    assert expected in found["SPF"] if expected != "good" else found["SPF"] == "good"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (f"{CNAME}\ns1.key.relay.example. 3600 IN TXT {DKIM}", "good"),
        (f"{CNAME}\ns1.key.relay.example. CNAME k.example.\nk.example. TXT {DKIM}", "good"),
        (f"{CNAME.upper()}\nS1.Key.Relay.Example. TXT {DKIM}", "good"),
        (CNAME, "add the TXT record of s1.key.relay.example"),
        (f"{CNAME}\ns1.key.relay.example. CNAME s1._domainkey.example.org.", "circle"),
        (f'{CNAME}\ns1.key.relay.example. TXT "v=DKIM1; p="', "taken back"),
        (f's1._domainkey.example.org. TXT "k=rsa; t=s; p={KEY}"', "good"),
        (f's1._domainkey.example.org. TXT "p={base64.b64encode(bytes(295)).decode().rstrip("=")}"', "good"),
        (f's1._domainkey.example.org. TXT "p={KEY}A"', "not base64"),
        (f's1._domainkey.example.org. TXT "k=rsa; t=y:s; p={KEY}"', "test"),
    ],
)
def test_a_dkim_key_is_found_where_its_name_points(key: str, expected: str) -> None:
    found = judged_text(f"{SPF_AND_POLICY}{key}\n")
    assert (found["SPF"], found["DMARC"]) == ("good", "good")
    assert expected in found["DKIM"] if expected != "good" else found["DKIM"] == "good"


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ('_dmarc.example.org. TXT "v=DMARC1; p=reject"', "good"),
        ('_dmarc.example.org. TXT "v=DMARC1; p=none; sp=reject"', "good"),
        ('_dmarc.example.org. TXT "v=DMARC1; p=reject; sp=none"', "“none”"),
        ('_dmarc.example.org. TXT "v=DMARC1; p=quarantine; sp=none; pct=100"', "“none”"),
        ('_dmarc.mail.example.org. TXT "v=DMARC1; p=reject"\n_dmarc.example.org. TXT "v=DMARC1; p=none"', "good"),
        ('_dmarc.mail.example.org. TXT "v=DMARC1; p=none"\n_dmarc.example.org. TXT "v=DMARC1; p=reject"', "“none”"),
        ('_dmarc.mail.example.org. TXT "some text"\n_dmarc.example.org. TXT "v=DMARC1; p=reject"', "good"),
        ('_dmarc.org. TXT "v=DMARC1; p=reject"', "no policy"),
        ('_dmarc.mail.example.org. CNAME d.example.\nd.example. TXT "v=DMARC1; p=reject"', "good"),
        ('_dmarc.example.org. TXT "v=DMARC1; p=reject; pct=20"', "20 %"),
        ('_dmarc.example.org. TXT "v=DMARC1; p=reject"\n_dmarc.example.org. TXT "v=DMARC1; p=none"', "2 records"),
        ('_dmarc.example.org. TXT "v=DMARC1; p=quarantine"', "spam"),
        ("", "_dmarc.mail.example.org. TXT"),
    ],
)  # fmt: skip
def test_a_subdomain_has_the_policy_of_its_organisation_unless_it_has_its_own(
    policy: str, expected: str
) -> None:
    found = judged_text(f"{SUBDOMAIN}{policy}\n", "mail.example.org")
    assert (found["SPF"], found["DKIM"]) == ("good", "good")
    assert expected in found["DMARC"] if expected != "good" else found["DMARC"] == "good"


@pytest.mark.parametrize(
    ("domain", "policy_at", "expected"),
    [
        ("a.b.example.co.uk", "example.co.uk", "good"),
        ("a.b.example.co.uk", "b.example.co.uk", "no policy"),
        ("example.co.uk", "co.uk", "no policy"),
        ("news.example.org.kz", "example.org.kz", "good"),
        ("campaign.github.io", "github.io", "no policy"),
    ],
)
def test_the_organisation_ends_where_the_public_suffix_list_says(
    domain: str, policy_at: str, expected: str
) -> None:
    found = judged_text(f'_dmarc.{policy_at}. TXT "v=DMARC1; p=reject"', domain)
    assert expected in found["DMARC"] or found["DMARC"] == expected


@pytest.mark.parametrize("domain", ["example.org", "Example.org", "EXAMPLE.ORG", "example.org."])
def test_upper_case_and_a_final_dot_make_no_difference(domain: str) -> None:
    assert set(judged_text(GOOD, domain).values()) == {"good"}
    assert set(judged_text(GOOD.replace("example.org", "Example.ORG"), domain).values()) == {"good"}


@pytest.mark.parametrize(
    "text",
    [
        'a.example. 300 IN TXT "one two"',
        'a.example. TXT "one two"',
        "a.example. TXT one two",
        'A.Example\tTXT\t"one two"',
        'a.example. IN 300 TXT "one two"',
        'a.example. 1h IN TXT "one two"',
        'a.example. 300 IN TXT "one " "two"',
        'a.example. 300 IN TXT ( "one "\n\t\t\t"two" )',
        'a.example. 300 IN TXT (\n"one "\n"two"\n)',
        'a.example. 300 IN TXT ( "one " ; a comment (with "more"\n "two" ) ; end',
        ';; ANSWER SECTION:\na.example. 300 IN TXT "one two"\n\n;; Query time: 1 msec',
        'x\na.example. 300 IN TXT "one two"\n(\n',
        'a.example. 300 IN TXT "one two"\r\n',
        '\ufeffa.example. 300 IN TXT "one two"\n',
        'a.example. 300 IN TXT "one\\032two"',
        'b.example. 300 IN SOA ns. root. (\n 1 ; serial\n 2 )\na.example. 300 IN TXT "one two"',
    ],
    ids=range(16),
)  # fmt: skip
def test_records_are_read_however_dig_prints_them(text: str) -> None:
    assert read_records(text).texts("a.example") == ["one two"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a.example. TXT "v=DMARC1; p=reject; rua=mailto:x@y.example (z)"', "v=DMARC1; p=reject; rua=mailto:x@y.example (z)"),
        ("a.example. TXT v=DMARC1; p=reject", "v=DMARC1; p=reject"),
        (r'a.example. TXT "say \"yes\"; \\ (no)"', r'say "yes"; \ (no)'),
        ('a.example. TXT ""', ""),
    ],
)  # fmt: skip
def test_what_is_quoted_stays_as_it_is(text: str, expected: str) -> None:
    assert read_records(text).texts("a.example") == [expected]


@given(st.text(max_size=200))
def test_no_text_stops_the_reading_of_records(text: str) -> None:
    judged(DOMAIN, read_records(text))
    assert read_records(f'{text}\n)\n"\n{GOOD}') is not None


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
