"""Addresses: what is one, which two are one mailbox, and which are a slip of the keys."""

from __future__ import annotations

import pytest

from campaign.signatures.email_address import canonical, meant, parse


@pytest.mark.parametrize(
    ("typed", "one"),
    [
        ("Ana@Example.ORG", "ana@example.org"),
        ("ana+x@example.org", "ana+x@example.org"),
        ("an.a@example.org", "an.a@example.org"),
        ("A.n.A+petition@gmail.com", "ana@gmail.com"),
        ("ana@googlemail.com", "ana@gmail.com"),
        ("john.smith@outlook.com", "john.smith@outlook.com"),
        ("john+x@outlook.com", "john@outlook.com"),
        ("+tag@outlook.com", "+tag@outlook.com"),
        ("john-news@outlook.com", "john-news@outlook.com"),
        ("ana@ya.ru", "ana@yandex.ru"),
        ("ana-li@yandex.kz", "ana.li@yandex.ru"),
        ("a.n_a@pm.me", "ana@proton.me"),
        ("ana@пример.рф", "ana@xn--e1afmkfd.xn--p1ai"),
        ("ана@пример.рф", "ана@xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_one_mailbox_has_one_spelling_where_its_provider_makes_it_so(typed: str, one: str) -> None:
    assert canonical(parse(typed)) == one


@pytest.mark.parametrize(
    "typed",
    ["a@b", "", "a", "@b.org", "a@", '"a b"@example.org', "a@@example.org", "a@b@example.org", "a@example.org.",
     "a@[127.0.0.1]", "a@-example.org", ".a@example.org", "a.@example.org", "a..b@example.org", "a b@example.org",
     "a@example..org", "a@exa mple.org", "a\n@example.org", "a@example.org\nBcc: b@example.org"],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        parse(typed)


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("ana@gmial.com", "ana@gmail.com"),
        ("ana@gmai.com", "ana@gmail.com"),
        ("ana@gmail.con", "ana@gmail.com"),
        ("ana@gmsil.com", "ana@gmail.com"),
        ("ana@hotmial.com", "ana@hotmail.com"),
        ("ana@outook.com", "ana@outlook.com"),
        ("ana@icoud.com", "ana@icloud.com"),
        ("ana@mial.ru", "ana@mail.ru"),
        ("ana@yadex.kz", "ana@yandex.kz"),
        ("ana@cloud.com", ""),
        ("ana@gmail.com", ""),
        ("ana@mail.ru", ""),
        ("ana@example.org", ""),
        ("ana@bk.de", ""),
        ("ana@gmx.at", ""),
    ],
)
def test_a_slip_of_a_common_domain_is_asked_about_and_a_real_domain_never(typed: str, better: str) -> None:
    assert meant(parse(typed)) == better
