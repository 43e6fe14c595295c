"""The mail's links: short enough for every mail program, and good only whole, here, and for their purpose."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.email_address import parse
from campaign.petition import link_repair, links
from campaign.petition.index import Cost, slot
from campaign.petition.links import Confirmation, LinkError, TooLongError, Withdrawal
from campaign.petition.server_keys import READS, WRITES, ServerKeys
from campaign.petition.signing import Signer, checked_length, sign
from campaign.signatures import person
from campaign.signatures.person import Person
from campaign.signatures.sealing import new_key

KEY = new_key("trees", 1)
SITE = "https://letters.example.org/kk/january-2022/petition/c/"


@pytest.fixture
def ring(tmp_path: Path) -> ServerKeys:
    return ServerKeys(tmp_path, tmp_path / "memory", "trees")


def made(ring: ServerKeys, name: str, place: str = "", shown: bool = False) -> links.Confirmation:
    who = Person(name, "ana@example.org", "FR", place, "2026-11-24", "kk", 1, shown=shown)
    return Confirmation(29_000_000, secrets.randbits(63), 77, "FR", "kk", 1, KEY.public.seal(person.to_bytes(who)),
                        shown=name if shown else "")  # fmt: skip


@pytest.mark.parametrize(
    ("name", "place", "shown", "most"),
    [
        ("Ana Li", "", False, 400),
        ("Айгерім Сәдуақасова", "Алматы", False, 400),
        ("Айгерім Сәдуақасова", "Алматы", True, 450),
        (
            "Jean-Baptiste de La Rochefoucauld-Montmorency",
            "Saint-Rémy-en-Bouzemont-Saint-Genest-et-Isson",
            False,
            600,
        ),
        ("Констанция Александровна Благовещенская-Преображенская", "Өскемен", True, 600),
    ],
)
def test_a_link_of_ordinary_people_has_at_most_600_characters(
    name: str, place: str, shown: bool, most: int, ring: ServerKeys
) -> None:
    link = made(ring, name, place, shown)
    address = SITE + links.confirmation_token(ring, link)
    assert len(address) <= most
    assert links.open_confirmation(ring, address.removeprefix(SITE)) == link


def test_a_link_that_mail_programs_would_cut_is_not_made(ring: ServerKeys) -> None:
    token = links.confirmation_token(ring, made(ring, "Ә" * 120, "Ө" * 80, shown=True))
    with pytest.raises(TooLongError):
        checked_length(SITE + token)


@pytest.mark.reliability(10)
def test_a_link_is_good_only_whole_unchanged_and_in_its_own_campaign(
    ring: ServerKeys, tmp_path: Path
) -> None:
    token = links.confirmation_token(ring, made(ring, "Ana Li"))
    back = links.withdrawal_token(ring, Withdrawal(5, 6, "FR", 20_000))
    other = ServerKeys(tmp_path, tmp_path / "memory", "stones")
    for bad in (token[:-1], token[:20], "", token + "A", back, token.swapcase(), "..", token[:200] + "ә"):
        with pytest.raises(LinkError):
            links.open_confirmation(ring, bad)
    for bad in (back[:-1], token, "", back + "A"):
        with pytest.raises(LinkError):
            links.open_withdrawal(ring, bad)
    for opened, given_token in ((links.open_confirmation, token), (links.open_withdrawal, back)):
        with pytest.raises(LinkError):
            opened(other, given_token)
    assert links.open_withdrawal(ring, back) == Withdrawal(5, 6, "FR", 20_000)


def test_no_character_of_a_link_can_be_changed(ring: ServerKeys) -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for token, opened in (
        (links.confirmation_token(ring, made(ring, "Ana Li")), links.open_confirmation),
        (links.withdrawal_token(ring, Withdrawal(5, 6, "FR", 20_000)), links.open_withdrawal),
    ):
        for place in range(len(token)):
            other = alphabet[(alphabet.index(token[place]) + 1) % 64]
            with pytest.raises(LinkError):
                opened(ring, token[:place] + other + token[place + 1 :])


def _quoted(address: str) -> str:
    return quote(address, safe="")


#: What programs make of the address of a link, by name.
WRAPPED: dict[str, Callable[[str], str]] = {
    "as it is": lambda a: a,
    "in angle brackets": lambda a: f"<{a}>",
    "with spaces around": lambda a: f" {a} \n",
    "cut by a line end": lambda a: f"{a[:100]}\n{a[100:]}",
    "cut by CR LF and indented": lambda a: f"{a[:100]}\r\n   {a[100:]}",
    "cut by a space": lambda a: f"{a[:100]} {a[100:]}",
    "cut every 40 characters": lambda a: "\n".join(a[n : n + 40] for n in range(0, len(a), 40)),
    "cut within the host": lambda a: f"{a[:12]}\n{a[12:]}",
    "quoted-printable": lambda a: "=\n".join(a[n : n + 75] for n in range(0, len(a), 75)),
    "an attribute in quoted-printable": lambda a: f'<a href=3D"{a[:50]}=\r\n{a[50:]}">here</a>',
    "an attribute": lambda a: f'<a href="{a}">{a}</a>',
    "as a quotation": lambda a: f"> <{a[:60]}\n> {a[60:120]}\n> {a[120:]}>",
    "with a full stop": lambda a: f"The link is {a}. It does not work.",
    "in brackets": lambda a: f"({a})",
    "in Markdown": lambda a: f"[link]({a})",
    "the token alone": lambda a: a.rpartition("/")[2],
    "with parameters behind": lambda a: f"{a}?utm_source=mail&fbclid=IwAR0x#top",
    "zero-width spaces in it": lambda a: f"{a[:60]}\u200b{a[60:]}\u200b",
    "soft hyphens in it": lambda a: "\u00ad".join(a[n : n + 20] for n in range(0, len(a), 20)),
    "a byte order mark and a mark of direction": lambda a: f"\ufeff\u200e{a[:70]}\u2060{a[70:]}",
    "no-break spaces in it": lambda a: f"{a[:60]}\u00a0{a[60:]}",
    "places to break in HTML": lambda a: f"{a[:60]}<wbr>{a[60:90]}<br />\n{a[90:]}",
    "references of HTML": lambda a: f"{a[:60]}&#8203;{a[60:]}&nbsp;",
    "Safe Links": lambda a: f"https://eur01.safelinks.protection.outlook.com/?url={_quoted(a)}&data=05%7C01%7C&sdata=Ab%3D&reserved=0",
    "Safe Links, cut": lambda a: f"https://eur01.safelinks.protection.outlook.com/?url={_quoted(a)[:150]}\n{_quoted(a)[150:]}&data=05",
    "Safe Links in HTML": lambda a: f"https://x.safelinks.protection.outlook.com/?url={_quoted(a)}&amp;data=05%7C01",
    "Google": lambda a: f"https://www.google.com/url?q={a}&source=gmail&ust=1764140000000000&usg=AOvVaw3",
    "Google, escaped": lambda a: f"https://www.google.com/url?sa=D&q={_quoted(a)}&ust=17",
    "Safe Links around Google": lambda a: "https://x.safelinks.protection.outlook.com/?url="
    + _quoted(f"https://www.google.com/url?q={_quoted(a)}&source=gmail")
    + "&data=05",
    "Proofpoint 2": lambda a: "https://urldefense.proofpoint.com/v2/url?u="
    + _quoted(a).replace("-", "-2D").replace("_", "-5F").replace("%2F", "_").replace("%", "-")
    + "&d=DwMFaQ&c=abc",
    "Proofpoint 3": lambda a: f"https://urldefense.com/v3/__{a}__;!!Abc123!x$",
    "Barracuda": lambda a: f"https://linkprotect.cudasvc.com/url?a={_quoted(a)}&c=E,1,x&typo=1",
    "VKontakte": lambda a: f"https://vk.com/away.php?to={_quoted(a)}&cc_key=",
    "non-breaking hyphens": lambda a: a.replace("-", "\u2011"),
    "the whole e-mail": lambda a: "From: post@example.org\nTo: ana@example.org\nSubject: Confirm\n\nPress the button on this page "
    f"to confirm:\n\n<{a}>\n\nThe link is valid for seven days.\n\nAQ and Agility are words, too.\n",
    "the whole e-mail without brackets": lambda a: f"Press the button on this page:\n\n{a}\n\nThe link is valid for seven days\n",
    "an e-mail in Cyrillic": lambda a: f"Нажмите кнопку:\n\n{a[:80]}\n{a[80:]}\n\nСсылка действует семь дней.",
}  # fmt: skip


@pytest.mark.parametrize("way", WRAPPED)
def test_a_pasted_link_is_found_whatever_programs_made_of_it(way: str, ring: ServerKeys) -> None:
    tried = 0

    def opens(token: str) -> bool:
        nonlocal tried
        tried += 1
        try:
            return bool(links.open_confirmation(ring, token))
        except LinkError:
            return False

    for name in ("Ana Li", "Nurgül Åsa", "Oʻktam"):
        token = links.confirmation_token(ring, made(ring, name))
        assert link_repair.found_in(WRAPPED[way](f"https://petition.example.org/r/{token}"), opens) == [token]
    assert tried < 1_000


def test_both_links_of_an_email_are_found_in_their_order(ring: ServerKeys) -> None:
    tokens = [
        links.confirmation_token(ring, made(ring, "Ana Li")),
        links.withdrawal_token(ring, Withdrawal(5, 6, "FR", 20_000)),
    ]
    text = "\n\nor\n\n".join(f"https://example.org/r/{token[:50]}\n{token[50:]}" for token in tokens)
    assert link_repair.found_in(text, set(tokens).__contains__) == tokens


@given(st.text(max_size=300) | st.text("AQghx_-/=>\n %2Fr", max_size=2_000))
def test_whatever_is_pasted_is_a_token_or_nothing(pasted: str) -> None:
    tried: list[str] = []
    assert link_repair.found_in(pasted, lambda token: bool(tried.append(token))) == []
    assert all(re.fullmatch("[A-Za-z0-9_-]{28,}", token) for token in tried)
    # Each attempt is a decryption: the work stays bounded.
    assert len(tried) <= 12 * 2 * link_repair.MOST_STARTS * link_repair.MOST_PARTS


@pytest.mark.security(67)
def test_a_new_key_writes_while_older_links_are_still_read(ring: ServerKeys) -> None:
    token = links.confirmation_token(ring, made(ring, "Ana Li"))
    path = ring.folder / "link-1"
    os.utime(path, (time.time() - WRITES - 60,) * 2)
    ring.renew()
    assert ring.newest()[0] == 2
    assert links.open_confirmation(ring, token).slot == 77
    assert (
        links.open_confirmation(ServerKeys(ring.folder.parent.parent, ring.volatile, "trees"), token).slot
        == 77
    )
    os.utime(path, (time.time() - READS - 60,) * 2)
    ring.renew()
    assert path.exists(), "the newest two stay, whatever the clock says"
    os.utime(ring.folder / "link-2", (time.time() - WRITES - 60,) * 2)
    ring.renew()
    assert ring.newest()[0] == 3 and not path.exists()
    with pytest.raises(LinkError):
        links.open_confirmation(ring, token)


@pytest.mark.reliability(9)
@pytest.mark.parametrize("days", [-90, 60, 365])
def test_nights_with_a_wrong_clock_make_no_link_dead(days: int, ring: ServerKeys) -> None:
    token = links.confirmation_token(ring, made(ring, "Ana Li"))
    for _night in range(3):
        wrong, there = time.time() + days * 86_400, set(ring.folder.iterdir())
        ring.renew(wrong)
        for path in set(ring.folder.iterdir()) - there:
            os.utime(path, (wrong, wrong))
    later = links.confirmation_token(ring, made(ring, "Eve Li"))
    ring.renew()
    assert links.open_confirmation(ring, token).slot == links.open_confirmation(ring, later).slot == 77


@pytest.mark.security(65, 67)
def test_keys_are_their_owners_alone_and_each_is_another_one(ring: ServerKeys) -> None:
    ring.newest(), ring.withdraw_key(), ring.index_key(False, 20_000)
    files = [path for path in ring.folder.iterdir() if path.is_file()]
    assert {path.name for path in files} == {"link-1", "withdraw", "index"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    assert len({path.read_bytes()[:32] for path in files}) == 3


@pytest.mark.security(62, 67)
def test_the_index_of_a_country_at_risk_has_a_key_in_memory_that_is_new_every_day(ring: ServerKeys) -> None:
    first = ring.index_key(True, 20_000)
    assert ring.index_key(True, 20_000) == first
    assert ring.index_key(True, 20_001) != first
    assert not list(ring.folder.glob("*")) or not any("index" in path.name for path in ring.folder.iterdir())
    assert [path.name for path in ring.volatile.iterdir()] == ["index-trees-20001"]
    assert ring.index_key(False, 20_000) not in {first, ring.index_key(True, 20_001)}


def test_after_the_end_no_key_is_left_and_none_is_made_anew(ring: ServerKeys) -> None:
    token = links.confirmation_token(ring, made(ring, "Ana Li"))
    ring.index_key(True, 20_000)
    ring.index_key(False, 20_000)
    back = links.withdrawal_token(ring, Withdrawal(5, 6, "FR", 20_000))
    ring.erase()
    assert [path.name for path in ring.folder.iterdir()] == ["erased"]
    assert not list(ring.volatile.iterdir())
    for opened, old in ((links.open_confirmation, token), (links.open_withdrawal, back)):
        with pytest.raises(LinkError):
            opened(ring, old)
    with pytest.raises(LookupError):
        ring.newest()
    with pytest.raises(LookupError):
        ring.index_key(False, 20_000)


def test_a_slot_has_24_bits_and_depends_on_mailbox_and_key() -> None:
    cheap = Cost(memory=8, passes=1)
    one = slot("ana@example.org", b"k" * 32, cheap)
    assert one == slot("ana@example.org", b"k" * 32, cheap) < 2**24
    assert one != slot("ana@example.org", b"l" * 32, cheap)
    assert one != slot("ane@example.org", b"k" * 32, cheap)
    assert slot("ana@example.org", b"k" * 32, Cost(8, 1, 20)) == one >> 4
    # What is shipped is what OWASP asks of argon2id at least.
    assert (Cost().memory, Cost().passes, Cost().bits) == (19_456, 2, 24)


@pytest.mark.security(62)
def test_a_person_at_risk_is_never_shown_and_their_slot_is_of_the_day(ring: ServerKeys) -> None:
    signer = Signer(KEY.public, ring, Cost(8, 1))
    who = Person("Ana Li", "ana@example.org", "KZ", "", "2026-11-24", "kk", 1, shown=True)
    address = parse("ana@example.org")
    today, tomorrow = (
        links.open_confirmation(ring, sign(signer, who, address, True, minute).confirm)
        for minute in (20_000 * 1440, 20_001 * 1440)
    )
    assert today.at_risk and today.shown == "" and today.slot != tomorrow.slot
    assert not person.from_bytes(KEY.open(today.sealed)).shown
