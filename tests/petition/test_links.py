"""The mail's links: short enough for every mail program, and good only whole, here, and for their purpose."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.email_address import parse
from campaign.petition import links
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


@pytest.mark.parametrize(
    "broken",
    ["{0}", "<{0}>", " {0} \n", "{1}\n{2}", "{1}=\n{2}", "{1} {2}", '"{0}"', "{1}\r\n   {2}"],
)
def test_a_pasted_link_is_put_together_again(broken: str, ring: ServerKeys) -> None:
    token = links.confirmation_token(ring, made(ring, "Ana Li"))
    address = SITE + token
    assert links.repaired(broken.format(address, address[:100], address[100:])) == token


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_a_token_or_nothing(pasted: str) -> None:
    found = links.repaired(pasted)
    assert found == "" or len(found) >= 40


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
    assert not path.exists()
    with pytest.raises(LinkError):
        links.open_confirmation(ring, token)


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
