"""E-mail addresses: which are valid, which are the same, and which have a typing error."""

from __future__ import annotations

import random

import pytest

from campaign.email_address import _data, _one_slip, canonical, is_possible, meant, parse, suggestion


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


@pytest.mark.security(44)
@pytest.mark.parametrize(
    "typed",
    ["a@b", "", "a", "@b.org", "a@", '"a b"@example.org', "a@@example.org", "a@b@example.org",
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


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("s\u0430mple@gmail.com", "sample@gmail.com"),
        ("sample@gm\u0430il.com", "sample@gmail.com"),
        ("sample@gmail.\u0441\u043em", "sample@gmail.com"),
        ("sample@mail.\u0433u", "sample@mail.ru"),
        ("sample@\u0443\u0430.ru", "sample@ya.ru"),
        ("s\u0430mple@example.org", "sample@example.org"),
        ("\u0441\u043e\u0440\u0430@gmail.com", "copa@gmail.com"),
        ("фтф@mail.ru", "ana@mail.ru"),
        ("o’connor@example.org", "o'connor@example.org"),
        ("“sample”@example.org", "sample@example.org"),
        ("ана@пример.рф", ""),
        ("ana@пример.рф", ""),
        ("ана@example.org", ""),
        ("josé@example.org", ""),
        ("müller@müller.example.org", ""),
        ("o'connor@example.org", ""),
    ],
)
def test_letters_of_another_keyboard_are_noted_and_an_address_in_one_script_never(
    typed: str, better: str
) -> None:
    assert meant(parse(typed)) == better


@pytest.mark.parametrize(
    "typed",
    [
        "sample＠example.org",
        "sample﹫example.org",
        "ｓａｍｐｌｅ＠ｅｘａｍｐｌｅ．ｏｒｇ",
        "sample@example。org",
        "mailto:sample@example.org",
        "MAILTO:sample%40example.org?subject=x",
        "<sample@example.org>",
        "<mailto:sample@example.org>",
        "Ana Example <sample@example.org>",
        '"Example, Ana" <sample@example.org>;',
        "sample@example.org.",
        "sample@example.org...",
        "sample@example.org,",
        "sample@example.org;",
        "(sample@example.org)",
        '"sample@example.org"',
        "“sample@example.org”",
        "«sample@example.org»",
        '"sample"@example.org',
        "  sample@example.org\u00a0",
        "sample @ example.org",
        "sample@example .org",
        "sam\u00adple@exam\u200bple.org",
        "\u202asample@example.org\u202c",
        "\ufeffsample@example.org",
    ],
)
def test_what_surely_does_not_belong_to_an_address_is_left_out(typed: str) -> None:
    assert parse(typed).shown == "sample@example.org" and suggestion(typed) == ""


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("sample@gmail,com", "sample@gmail.com"),
        ("sample@example..org", "sample@example.org"),
        ("sample@gmailcom", "sample@gmail.com"),
        ("sample@mailru", "sample@mail.ru"),
        ("sample@gmail", ""),
        ("sample.gmail.com", ""),
        ("a b@example.org", ""),
        ("sample@exa mple.org", ""),
        ("a@b@example.org", ""),
        ("", ""),
    ],
)
def test_an_address_that_is_none_is_asked_about_where_it_can_be_guessed(typed: str, better: str) -> None:
    assert suggestion(typed) == better and not is_possible(typed)


@pytest.mark.parametrize(
    ("typed", "possible"),
    [
        ("sample@gmail.\u0441\u043em", False),
        ("sample@mail.\u0433u", False),
        ("sample@gm\u0430il.com", False),
        ("s\u0430mple@gmail.com", False),
        ("sample@\u03bfrange.fr", False),
        ("s\u0430mple@example.org", True),
        ("ана@example.org", True),
        ("ана@пример.рф", True),
        ("ana@пример.рф", True),
        ("ana@bücher.example.org", True),
        ("ana@例え.jp", True),
        ("ana@c例.jp", True),
    ],
)
def test_nothing_can_arrive_at_a_domain_of_mixed_alphabets(typed: str, possible: bool) -> None:
    assert is_possible(typed) == possible


def _slip_written_out(typed: str, known: str) -> bool:
    """The rule behind `_one_slip`: a character left out, put in, wrong, or swapped with its neighbour."""
    if len(known) < 6:
        return False
    places = range(len(typed) + 1)
    letters = set(known)
    made = {typed[:n] + typed[n + 1 :] for n in places}
    made |= {typed[:n] + letter + typed[n:] for n in places for letter in letters}
    made |= {typed[:n] + letter + typed[n + 1 :] for n in places[:-1] for letter in letters}
    made |= {typed[:n] + typed[n + 1] + typed[n] + typed[n + 2 :] for n in places[:-2]}
    return typed != known and known in made


def test_a_slip_is_what_the_rule_says() -> None:
    chance = random.Random(7)
    known_domains = _data()["slips"]["known"]
    seen = {True: 0, False: 0}
    for _ in range(4_000):
        known = typed = chance.choice(known_domains)
        for _slip in range(chance.randint(0, 2)):
            place, letter = chance.randrange(len(typed)), chance.choice("aegilmo.ru")
            typed = chance.choice(
                [
                    typed[:place] + typed[place + 1 :],
                    typed[:place] + letter + typed[place:],
                    typed[:place] + letter + typed[place + 1 :],
                    typed[:place] + typed[place + 1 : place + 2] + typed[place] + typed[place + 2 :],
                ]
            )
        assert _one_slip(typed, known) == _slip_written_out(typed, known), (typed, known)
        seen[_one_slip(typed, known)] += 1
    assert min(seen.values()) > 500
