"""Who is responsible: said before anybody signs, on paper and in e-mails, and needed in production."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.services import service
from campaign.settings import make_secrets
from tests.conftest import published
from tests.minimal import FILES
from tests.petition.conftest import BASE, TERMS, Petition, opened

NAME = "name: {en: 'Friends of the trees', fr: 'Friends of the trees (fr)'}"
TRIAL = {"campaign.yaml": FILES["campaign.yaml"].replace(f"  {NAME}", "  name: ‹who runs this›", 1)}
WITHOUT = {"campaign.yaml": FILES["campaign.yaml"].replace("  email: office@example.org\n", "")}


def production(folder: Path) -> Flask:
    """A server in production, on which e-mail can be sent."""
    folder.chmod(0o700)
    make_secrets({"CAMPAIGN_DATA": str(folder)})
    environment = {
        "CAMPAIGN_PRODUCTION": "yes",
        "CAMPAIGN_PUBLIC_URL": "https://letters.example.org",
        "CAMPAIGN_VOLATILE": str(folder / "volatile"),
        "CAMPAIGN_SMTP_URL": "smtp://mail.example.org:587",
        "CAMPAIGN_MAIL_FROM": "post@letters.example.org",
    }
    return published(folder, **environment)


def page(petition: Petition, path: str = BASE) -> str:
    return petition.browser().get(path, base_url="https://letters.example.org").text


@pytest.mark.parametrize("files", [TRIAL, WITHOUT], ids=["a placeholder", "no contact"])
def test_in_production_nobody_signs_for_somebody_unnamed(files: dict[str, str], tmp_path: Path) -> None:
    petition = opened(production(tmp_path), files)
    text = page(petition)
    assert "Signing is not open yet" in text and 'name="email"' not in text
    assert "says who runs it and is responsible for your data" in text
    address = {"base_url": "https://letters.example.org"}
    assert petition.browser().post(BASE, data=petition.typed(), **address).status_code == 503
    assert "/petition/sheets" not in page(petition, "/en/trees/print")
    sheets = petition.browser().post(f"{BASE}/sheets", data={"first": "en"}, **address)
    assert sheets.status_code == 404


def test_in_production_people_sign_once_it_is_named(tmp_path: Path) -> None:
    petition = opened(production(tmp_path))
    assert 'name="email"' in page(petition)
    assert "petition/sheets" in page(petition, "/en/trees/print")


def test_a_server_for_trials_lets_people_try(tmp_path: Path) -> None:
    petition = opened(published(tmp_path), TRIAL)
    text = petition.browser().get(BASE).text
    assert 'name="email"' in text and "‹who runs this› keeps my name" in text


def test_an_edition_from_before_is_still_shown_at_the_start(tmp_path: Path) -> None:
    """A server must start after an upgrade, whatever its editions lack."""
    app = published(tmp_path)
    old = FILES["campaign.yaml"]
    without = old[: old.index("runner:")] + old[old.index("name: {en: 'Trees'") :]
    with app.app_context():
        files = {**FILES, **TERMS, "campaign.yaml": without}
        store.publish(db.session, "trees", files, store.Authorship("files"))
        EditionCache(lambda: db.session).load()
    service(EditionCache, app).load()
    assert app.test_client().get("/en/trees/").status_code == 200


def test_consent_names_who_keeps_what_until_when_and_that_it_is_a_political_opinion(still: Petition) -> None:
    text = " ".join(still.browser().get(BASE).text.split())
    assert "I agree that Friends of the trees keeps my name, e-mail address, country and town" in text
    assert "until 31 December 2027" in text and "reveals a political opinion" in text
    assert "I can withdraw my consent at any time" in text


def test_the_privacy_page_says_all_that_the_law_wants(still: Petition) -> None:
    text = " ".join(still.browser().get("/en/trees/privacy").text.split())
    for said in (
        "Friends of the trees", "1 Example Street", "office@example.org", "Consent.", "31 December 2027",
        "The data protection authority of the country where you live.", "Ireland", "political opinion",
    ):  # fmt: skip
        assert said in text, said


def test_the_e_mail_names_who_is_responsible_but_a_neutral_one_does_not(petition: Petition) -> None:
    petition.signs()
    mail = petition.box.messages[-1].get_body(("plain",))
    assert mail is not None and "Responsible for your data: Friends of the trees." in mail.get_content()
    neutral = {"petition.yaml": TERMS["petition.yaml"] + "neutral-mail: yes\n"}
    with petition.app.app_context():
        store.publish(db.session, "trees", {**FILES, **neutral}, store.Authorship("files"))
        service(EditionCache, petition.app).load()
    petition.signs(email="bo@example.org")
    assert "Friends" not in petition.box.messages[-1].as_string()
