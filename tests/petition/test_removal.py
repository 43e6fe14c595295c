"""The operator's commands that archive a campaign and remove it, and what is left of its signatures."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.petition.nightly import nightly
from campaign.petition.status import Petitions, PetitionStatus
from campaign.services import service
from tests.conftest import published
from tests.petition.commands import mails, owned
from tests.petition.conftest import BASE, TODAY, Petition
from tests.tools import SEED, campaign


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def petition(data: Path) -> Petition:
    return owned(data)


def reread(petition: Petition) -> None:
    """What a process does twice a second."""
    with petition.app.app_context():
        service(EditionCache).load()
    service(Petitions, petition.app).held("trees", fresh=True)


def test_an_archived_petition_is_not_signed_and_keeps_its_signatures(petition: Petition, data: Path) -> None:
    confirm, withdraw = petition.signs(email="late@example.org")
    done = campaign(data, "pack", "archive", "trees")
    assert done.returncode == 0 and "2 signatures stay sealed" in done.stdout
    reread(petition)
    with petition.app.app_context():
        edition = service(EditionCache)["trees"]
        status = service(Petitions).status("trees", edition.pack, TODAY)
    assert status is PetitionStatus.ARCHIVED
    assert petition.browser().post(BASE, data=petition.typed()).status_code == 410
    assert petition.confirm(confirm) == "Your signature counts" and petition.records == 3
    assert petition.withdraw(withdraw) == "Your signature has been withdrawn" and petition.records == 2
    assert campaign(data, "pack", "archive", "trees", "--undo").stdout == "trees is open again.\n"
    reread(petition)
    assert petition.browser().post(BASE, data=petition.typed()).status_code == 200


def test_removing_says_first_what_happens_to_signatures(petition: Petition, data: Path) -> None:
    refused = campaign(data, "pack", "remove", "trees")
    assert refused.returncode == 2 and "--now" in refused.stderr
    assert "2 sealed signatures are erased at once, for ever." in refused.stderr
    assert petition.records == 2 and mails(petition) == []


def test_after_a_removal_nothing_of_a_signer_is_left(petition: Petition, data: Path) -> None:
    confirm, _withdraw = petition.signs(email="late@example.org")
    done = campaign(data, "pack", "remove", "trees", "--now")
    assert done.returncode == 0 and "2 sealed signatures are erased at once" in done.stdout
    for table in ("signature", "seen", "public_name", "gone", "no_news", "membership", "invitation"):
        assert petition.number(f"SELECT count(*) FROM {table}") == 0, table
    assert not list((data / "petition" / "trees").glob("link-*"))
    assert not (data / "petition" / "trees" / "withdraw").exists()
    reread(petition)
    assert petition.browser().get("/en/trees/").status_code == 410
    assert petition.browser().get(confirm).status_code == 404
    ((subject, text),) = mails(petition)
    assert subject == "trees: the campaign was removed" and "2 sealed signatures" in text


@pytest.mark.slow
def test_the_night_after_a_removal_destroys_what_was_interrupted(petition: Petition, data: Path) -> None:
    campaign(data, "pack", "remove", "trees", "--now")
    reread(petition)
    left = data / "petition" / "trees" / "withdraw"
    left.write_bytes(b"x" * 64)
    assert nightly(petition.app, TODAY) == []
    assert not left.exists()


def test_a_removed_campaign_is_found_by_no_command(petition: Petition, data: Path, tmp_path: Path) -> None:
    campaign(data, "pack", "remove", "trees", "--now")
    for words in (
        ("pack", "remove", "trees", "--now"), ("pack", "archive", "trees"),
        ("pack", "export", "trees", str(tmp_path / "out")), ("people", "list", "--campaign", "trees"),
    ):  # fmt: skip
        refused = campaign(data, *words)
        assert refused.returncode == 2 and refused.stderr, words


@pytest.mark.slow
def test_a_seed_that_was_removed_is_not_loaded_again(data: Path) -> None:
    assert campaign(data, "load", str(SEED)).returncode == 0
    assert campaign(data, "pack", "remove", "january-2022", "--now").returncode == 0
    again = campaign(data, "load", str(SEED))
    assert again.returncode == 0 and "january-2022 was removed on" in again.stderr
    with published(data).app_context():
        assert store.slugs(db.session) == []


def test_a_campaign_that_there_is_not_is_neither_archived_nor_removed(data: Path) -> None:
    published(data)
    for words in (("archive", "nothing"), ("remove", "nothing", "--now")):
        refused = campaign(data, "pack", *words)
        assert refused.returncode == 2 and "There is no campaign “nothing” here." in refused.stderr
