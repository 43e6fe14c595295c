"""What an organisation says of itself: websites, own domains, and two spellings of one organisation."""

from __future__ import annotations

import pytest

from campaign.coalition import organisations
from campaign.coalition.organisations import Organisation, WebsiteError, read_website


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("example.org", "https://example.org"),
        (" https://Example.org/ ", "https://example.org"),
        ("http://example.org/a?b=1", "http://example.org/a?b=1"),
        ("пример.рф", "https://xn--e1afmkfd.xn--p1ai"),
        ("https://xn--e1afmkfd.xn--p1ai/", "https://xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_a_website_is_read_with_its_host_in_ascii(typed: str, address: str) -> None:
    assert read_website(typed) == address


@pytest.mark.security(41)
@pytest.mark.parametrize(
    "typed",
    [
        "", "https://", "a name", "javascript:alert(1)", "javascript://example.org/%0aalert(1)", "data:text/html,x",
        "ftp://example.org", "mailto:a@example.org", "//example.org", "https://me@example.org", "https://example.org:81",
        "http://192.168.0.1/", "http://[::1]/", "localhost", "co.uk", "https://exаmple.org", "https://a..org",
        "https://example.org/<script>", "https://example.org/\u202egro", f"https://{'a' * 400}.org",
        f"https://example.org/{'a' * 400}", "https://example.org\\@evil.org",
    ],
)  # fmt: skip
def test_what_is_no_website_is_refused(typed: str) -> None:
    with pytest.raises(WebsiteError):
        read_website(typed)


@pytest.mark.parametrize(
    ("domain", "website", "own"),
    [
        ("example.org", "https://www.example.org", True),
        ("mail.Example.org", "https://example.org/en", True),
        ("xn--e1afmkfd.xn--p1ai", "https://xn--e1afmkfd.xn--p1ai", True),
        ("evilexample.org", "https://example.org", False),
        ("one.co.uk", "https://other.co.uk", False),
        ("one.github.io", "https://other.github.io", False),
        ("gmail.com", "https://example.org", False),
        ("gmail.com", "https://gmail.com", False),
        ("mail.ru", "https://mail.ru/our-group", False),
    ],
)
def test_an_own_domain_is_that_of_the_website_and_of_no_provider(
    domain: str, website: str, own: bool
) -> None:
    assert organisations.is_own_address(domain, website) is own


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("Friends of Trees", "https://trees.org"), ("FRIENDS OF TREES!", "https://another.org"), True),
        (("Amis des arbres", "https://trees.org"), ("Friends of Trees", "http://www.trees.org/en"), True),
        (("Fédération", "https://a.org"), ("Federation", "https://b.org"), True),
        (("Friends of Trees", "https://a.org"), ("Friends of Rivers", "https://b.org"), False),
    ],
)
def test_one_name_or_one_domain_is_one_organisation(
    one: tuple[str, str], other: tuple[str, str], same: bool
) -> None:
    first, second = (Organisation(name, "FR", website) for name, website in (one, other))
    assert organisations.is_same(first, second) is same


def test_a_host_is_shown_in_its_own_script() -> None:
    assert organisations.host_of("https://xn--e1afmkfd.xn--p1ai/a") == "пример.рф"
    assert organisations.host_of("https://example.org") == "example.org"
