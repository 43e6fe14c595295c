"""Two servers collect to one key: their counts are added up, and trustees open both lists together."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from campaign import outgoing
from campaign.cli.main import main
from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.outgoing import Network, OutgoingAnswer, OutgoingError
from campaign.petition import administration, export, other_servers
from campaign.petition.ledger import Ledger
from campaign.petition.models import OtherServer
from campaign.petition.nightly import nightly
from campaign.petition.other_servers import OtherServerError
from campaign.petition.status import Petitions
from campaign.services import provide, service
from campaign.settings import Settings
from campaign.signatures import exclusion_list, manifest, person
from campaign.signatures.person import Person
from campaign.signatures.sealing import PrivateKey
from campaign.trustees import opening
from tests.conftest import published
from tests.minimal import FILES
from tests.petition.conftest import ANA, BASE, CHEAP, TERMS, TODAY, Petition

ADDRESS = "https://server.example.org"
TOMORROW = TODAY + timedelta(days=1)


def collecting(app: Flask, key: PrivateKey, numbers: range, day: date = TODAY) -> Petition:
    """A server with the same campaign and key, where the people of these numbers signed."""
    with app.app_context():
        store.publish(db.session, "trees", {**FILES, **TERMS}, store.Authorship("files"))
        administration.publish_key(db.session, key.public, "the tests")
        service(EditionCache, app).load()
    provide(app, CHEAP)
    service(Petitions, app).held("trees", fresh=True)
    site = Petition(app, key)
    sign(site, numbers, day)
    return site


def sign(site: Petition, numbers: range, day: date = TODAY) -> None:
    ledger = service(Ledger, site.app)
    for number in numbers:
        who = someone(number, day)
        link = site.link(sealed=site.key.public.seal(person.to_bytes(who)), country=who.country)
        ledger.confirm(site.campaign, link, day)


def someone(number: int, day: date = TODAY) -> Person:
    name = f"{chr(65 + number % 26)}na Person {number}"
    return replace(ANA, name=name, email=f"{name.replace(' ', '.')}@example.org", day=day.isoformat())


def exported(site: Petition, path: Path) -> Path:
    export.write(service(Engine, site.app), "trees", site.campaign, path, TODAY)
    return path


def named(site: Petition, other: Petition, address: str = ADDRESS) -> None:
    """One server names the other as its server."""
    server = OtherServer(name="Friends of trees", address=address, key=counts_key(other))
    with site.app.app_context():
        other_servers.add(db.session, "trees", "me", server, counts_key(site))


def counts_key(site: Petition) -> bytes:
    return manifest.public_key(service(Settings, site.app).secrets["manifest"])


def counts(site: Petition) -> bytes:
    """What a server gives to others."""
    answer = site.browser().get("/log/trees/count")
    assert answer.status_code == 200 and answer.mimetype == "application/json"
    return answer.get_data()


@pytest.fixture
def other(petition: Petition, tmp_path: Path) -> Petition:
    """Another organisation's server, on which three people signed by the night."""
    site = collecting(published(tmp_path / "other"), petition.key, range(3))
    # Another site has other secrets.
    settings = service(Settings, site.app)
    provide(
        site.app,
        replace(settings, secrets={**settings.secrets, "manifest": b"another server's secret key....."}),
    )
    nightly(site.app, TOMORROW)
    return site


@pytest.fixture
def asked(other: Petition, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked for; the other server answers."""
    addresses: list[str] = []

    def fetch(_network: Network, url: str) -> OutgoingAnswer:
        addresses.append(url)
        return OutgoingAnswer(200, counts(other))

    monkeypatch.setattr(outgoing, "fetch", fetch)
    return addresses


@pytest.mark.slow
def test_the_night_fetches_the_counts_of_another_server_and_the_page_shows_both(
    petition: Petition, other: Petition, asked: list[str]
) -> None:
    sign(petition, range(2, 6))
    named(petition, other)
    nightly(petition.app, TOMORROW)
    assert asked == [f"{ADDRESS}/log/trees/count"]
    page = petition.browser().get(f"{BASE}/signatures").text
    assert "Friends of trees" in page and "counted twice here" in page and "<strong>7</strong>" in page
    answer = petition.browser().get(f"{BASE}/count.json").get_json()
    assert answer["total"] == 4
    assert answer["servers"] == [{"name": "Friends of trees", "total": 3, "day": TODAY.isoformat()}]


@pytest.mark.slow
def test_the_last_good_counts_stay_when_the_other_server_is_away(
    petition: Petition, other: Petition, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    named(petition, other)
    nightly(petition.app, TOMORROW)

    def away(_network: Network, _url: str) -> OutgoingAnswer:
        raise OutgoingError("timeout")

    monkeypatch.setattr(outgoing, "fetch", away)
    nightly(petition.app, TOMORROW + timedelta(days=1))
    with petition.app.app_context():
        (row,) = other_servers.of(db.session, petition.campaign)
        assert (row.people, row.day, row.problem) == (3, TODAY, "away")


def _manifest(site: Petition, **changes: object) -> bytes:
    """The counts of a server with other values, signed by that server."""
    said = json.loads(counts(site))["manifest"]
    said.pop("signature")
    totals = replace(manifest.Totals(**said), **changes)  # type: ignore[arg-type]
    return manifest.signed(totals, service(Settings, site.app).secrets["manifest"]).encode()


@pytest.mark.security(70)
@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda other: counts(other).replace(b'"people":3', b'"people":9'), "signature"),
        (lambda other: counts(other).replace(b'"records":3', b'"records":4'), "signature"),
        (lambda other: _manifest(other, campaign="river"), "campaign"),
        (lambda other: _manifest(other, key="0000 0000"), "seal"),
        (lambda other: _manifest(other, day="2026-11-01"), "old"),
        (lambda other: _manifest(other, day="2026-12-24"), "future"),
        (lambda other: _manifest(other, people=-1), "form"),
        (lambda other: _manifest(other, people="many"), "form"),
        (lambda other: b"<html>", "form"),
        (lambda other: b'{"manifest": 3}', "form"),
        (lambda other: b'"manifest"', "form"),
        (lambda other: b"\xff", "form"),
        (lambda other: b"[" * 90_000, "form"),
    ],
)
def test_altered_old_and_foreign_counts_are_refused(
    made: Callable[[Petition], bytes], reason: str, still_two: tuple[Petition, Petition]
) -> None:
    ours, other = still_two
    with ours.app.app_context(), pytest.raises(OtherServerError) as refused:
        other_servers.give(db.session, "trees", "me", made(other), TOMORROW)
    assert str(refused.value) == reason and other_servers.PROBLEMS[reason]


@pytest.fixture(scope="module")
def still_two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Petition, Petition]:
    """Two servers that know each other; nothing that is refused changes them."""
    from tests.petition.conftest import opened

    ours = opened(published(tmp_path_factory.mktemp("ours")))
    other = collecting(published(tmp_path_factory.mktemp("other")), ours.key, range(3))
    settings = service(Settings, other.app)
    provide(
        other.app,
        replace(settings, secrets={**settings.secrets, "manifest": b"another server's secret key....."}),
    )
    nightly(other.app, TOMORROW)
    named(ours, other, "")
    return ours, other


@pytest.mark.slow
def test_counts_are_taken_by_hand_and_never_older_ones(
    petition: Petition, other: Petition, tmp_path: Path
) -> None:
    named(petition, other, "")
    with petition.app.app_context():
        taken = other_servers.give(db.session, "trees", "me", counts(other), TOMORROW)
        assert (taken.name, taken.people, taken.day) == ("Friends of trees", 3, TODAY)
        with pytest.raises(OtherServerError, match="older"):
            other_servers.give(db.session, "trees", "me", _manifest(other, day="2026-11-23"), TOMORROW)


@pytest.mark.slow
def test_a_server_is_named_once_and_never_itself(petition: Petition, other: Petition) -> None:
    named(petition, other)
    with petition.app.app_context():
        for key, reason in ((counts_key(other), "twice"), (counts_key(petition), "own")):
            with pytest.raises(OtherServerError, match=reason):
                other_servers.add(
                    db.session,
                    "trees",
                    "me",
                    OtherServer(name="X", address="", key=key),
                    counts_key(petition),
                )
        with pytest.raises(OtherServerError, match="address"):
            server = OtherServer(name="X", address="http://10.0.0.1", key=b"x" * 32)
            other_servers.add(db.session, "trees", "me", server, counts_key(petition))
        other_servers.remove(db.session, "trees", "me", other_servers.of(db.session, petition.campaign)[0].id)
        assert other_servers.of(db.session, petition.campaign) == []
    for typed in ("", "12", "g" * 64, "0" * 63):
        with pytest.raises(OtherServerError, match="key"):
            other_servers.read_key(typed)
    assert other_servers.read_key("AB cd" + " 00" * 30) == bytes.fromhex("abcd" + "00" * 30)


# the trustees open both lists


@pytest.mark.slow
def test_two_lists_are_opened_together_and_who_signed_on_both_counts_once(
    petition: Petition, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A hundred people sign, ten of them on both servers."""
    sign(petition, range(55))
    later = TODAY + timedelta(days=1)
    other = collecting(published(tmp_path / "other"), petition.key, range(50, 60), later)
    sign(other, range(60, 105), later)
    sign(other, range(45, 50), TODAY - timedelta(days=1))  # these signed here first
    lists = [exported(petition, tmp_path / "a.campaign"), exported(other, tmp_path / "b.campaign")]
    found = opening.examine(lists, {1: petition.key})
    assert (found.records, found.people, found.shared, dict(found.of_export)) == (
        115,
        105,
        10,
        {0: 55, 1: 60},
    )
    void = [line.export for line in found.lines if (line.what, line.reason) == ("void", "double")]
    assert (void.count(0), void.count(1)) == (5, 5)  # the newer signature stays, wherever it is
    people = list(opening.people(lists, {1: petition.key}, found.kept))
    assert len({one.person.email for one in people}) == len(people) == 105
    assert opening.examine(lists[::-1], {1: petition.key}).people == 105


@pytest.mark.slow
def test_a_record_that_was_copied_to_another_server_counts_once(petition: Petition, tmp_path: Path) -> None:
    sign(petition, range(4))
    first = exported(petition, tmp_path / "a.campaign")
    second = tmp_path / "b.campaign"
    second.write_bytes(first.read_bytes())
    found = opening.examine([first, second], {1: petition.key})
    assert (found.records, found.people, found.shared) == (8, 4, 4)


@pytest.mark.slow
def test_the_command_writes_the_exclusion_list_of_each_server(
    petition: Petition, other: Petition, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import pyrage

    from campaign.trustees import key_files
    from campaign.trustees.key_files import Lock

    sign(petition, range(2, 6))
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "trees.key").write_bytes(
        key_files.locked(petition.key, Lock(recipients=(str(identity.to_public()),)))
    )
    (tmp_path / "me.txt").write_text(f"{identity}\n")
    lists = [exported(petition, tmp_path / "a.campaign"), exported(other, tmp_path / "b.campaign")]
    command = ["signatures", "open", "--key", str(tmp_path / "trees.key"), "--identity", str(tmp_path / "me.txt"),
               "--out", str(tmp_path / "names.csv"), "--void", str(tmp_path / "void.txt")]  # fmt: skip
    both = [word for path in lists for word in ("--signatures", str(path))]
    assert main([*command, *both]) == 0
    said = capsys.readouterr().out
    assert "a.campaign: 4 records" in said and "b.campaign: 3 records" in said
    assert "1 e-mail addresses are in more than one" in said and "7 records, 6 people" in said
    read = [exclusion_list.read((tmp_path / f"void-{n}.txt").read_text(), "trees") for n in (1, 2)]
    assert sum(line.what == "void" for lines in read for line in lines) == 1
    assert main([*command, *both, "--signatures", str(lists[0])]) == 2
    assert "there twice" in capsys.readouterr().err
