"""A partner's front page and its word: one sum for all, and how many came by each, from five up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from campaign.counts import partners
from campaign.database import db
from campaign.petition import links
from tests.conftest import published
from tests.minimal import FILES
from tests.petition.conftest import Petition, opened

PARTNERS = {
    "organisations.yaml": FILES["organisations.yaml"]
    + "partners:\n- {key: rivers, name: Friends of Rivers, website: 'https://rivers.example', words: {en: Join us, fr: Venez}}\n"
}


@pytest.fixture(scope="module")
def petition(tmp_path_factory: pytest.TempPathFactory) -> Petition:
    return opened(published(tmp_path_factory.mktemp("partners")), PARTNERS)


def sums(petition: Petition) -> dict[tuple[str, str], int]:
    with petition.app.app_context():
        return partners.sums(db.session, petition.campaign)


def test_a_partners_page_is_the_front_page_with_its_line_and_word(petition: Petition) -> None:
    browser = petition.browser()
    front, own = (browser.get(f"/en/trees/{path}").text for path in ("", "with/rivers"))
    assert "Friends of Rivers" in own and "Join us" in own and "Friends of Rivers" not in front
    assert 'href="/en/trees/petition?from=rivers"' in own and 'href="/en/trees/write?from=rivers"' in own
    assert "from=" not in front
    assert browser.get("/en/trees/with/nobody").status_code == 404


def test_its_canonical_address_is_that_of_the_front_page(tmp_path: Path) -> None:
    app = published(tmp_path, CAMPAIGN_PUBLIC_URL="https://trees.example")
    page = opened(app, PARTNERS).browser().get("/en/trees/with/rivers").text
    assert '<link rel="canonical" href="https://trees.example/en/trees/">' in page


@pytest.mark.parametrize(("word", "kept"), [("rivers", "rivers"), ("nobody", ""), ("", ""), ("<b>", "")])
def test_the_form_takes_only_a_word_of_the_pack_along(word: str, kept: str, petition: Petition) -> None:
    page = petition.browser().get("/en/trees/petition", query_string={"from": word}).text
    assert f'name="from" value="{kept}"' in page
    wrong = petition.browser().post("/en/trees/petition", data=petition.typed(name="", **{"from": word}))
    assert f'name="from" value="{kept}"' in wrong.text


@pytest.mark.security(60)
def test_signatures_by_a_word_are_counted_when_confirmed_and_shown_from_five_up(petition: Petition) -> None:
    def sign(**fields: Any) -> str:
        return petition.signs(**fields)[0]

    confirm = [sign(email=f"led{n}@example.org", **{"from": "rivers"}) for n in range(5)]
    confirm += [sign(email="alone@example.org"), sign(email="odd@example.org", **{"from": "nobody"})]
    assert sums(petition) == {}
    for link in confirm[:4]:
        petition.confirm(link)
    assert sums(petition) == {}
    for link in (*confirm, confirm[0]):  # a link that is pressed twice counts once
        petition.confirm(link)
    assert sums(petition) == {("rivers", "signature"): 5}
    assert petition.total == 7


def test_a_link_carries_the_word_and_one_of_an_earlier_version_has_none(petition: Petition) -> None:
    from campaign.petition.status import Petitions
    from campaign.services import service

    keys = service(Petitions, petition.app).server_keys("trees")
    for word in ("", "rivers"):
        link = petition.link(partner=word, shown="Ana", at_risk=True)
        assert links.open_confirmation(keys, links.confirmation_token(keys, link)) == link


def test_organisers_see_the_sums(petition: Petition) -> None:
    with petition.app.app_context():
        for _ in range(5):
            partners.count_letter(db.session, "trees", "rivers")
        db.session.commit()
    assert sums(petition)["rivers", "letter"] == 5
