"""As what a signer is shown: the forms that a campaign offers, what the signer chooses, and who never is."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from campaign.database import db
from campaign.languages.catalogues import catalogue
from campaign.languages.data import installed
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.petition import administration
from campaign.petition.public_counts import PublicCounts
from campaign.services import service
from campaign.signatures import person
from campaign.signatures.person import Person
from tests.minimal import FILES
from tests.petition.conftest import BASE, TERMS, Petition, opened, problems

JOB = """fields:
- key: job
  label: {en: Profession, fr: Profession (fr)}
  profession: yes
"""
ALL = TERMS["petition.yaml"] + "initials: yes\nprofession: yes\n" + JOB
AT_RISK = FILES["campaign.yaml"].replace("countries-at-risk: []", "countries-at-risk: [KZ]")
TODAY = date(2026, 11, 24)


@pytest.fixture
def offering(tmp_path: Any) -> Petition:
    """A petition that offers every form."""
    from tests.conftest import published

    return opened(published(tmp_path / "data"), {"petition.yaml": ALL, "campaign.yaml": AT_RISK})


def waiting(site: Petition) -> list[str]:
    """What waits for an organiser to be shown."""
    with site.app.app_context():
        return [row.name for row in administration.names(db.session, "trees")]


def signed(site: Petition) -> Person:
    """The only one who has signed, as a trustee reads it."""
    with site.app.app_context():
        (row,) = db.session.execute(text("SELECT sealed FROM signature")).all()
    return person.from_bytes(site.key.open(bytes(row[0])))


@pytest.mark.parametrize(
    ("terms", "forms"),
    [
        ("", ("name",)),
        ("names: no\n", ()),
        ("names: no\ninitials: yes\n", ("initials",)),
        ("initials: yes\n", ("name", "initials")),
        ("profession: yes\n", ("name",)),
        ("profession: yes\n" + JOB, ("name", "profession")),
        ("initials: yes\nprofession: yes\n" + JOB, ("name", "initials", "profession")),
    ],
)
def test_the_terms_say_what_is_offered(terms: str, forms: tuple[str, ...]) -> None:
    pack = parse({**FILES, "petition.yaml": TERMS["petition.yaml"] + terms})
    assert pack.terms.name_forms == forms


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ("profession: yes\n", "no extra field asks for it"),
        (JOB.replace("profession: yes", "profession: yes\n  kind: number"), "a profession can’t be a number"),
        (
            JOB + "- {key: work, label: {en: Work, fr: T}, profession: yes}\n",
            "“work”: another field asks for the profession, too",
        ),
    ],
)
def test_check_refuses_a_profession_that_nobody_is_asked_for(terms: str, message: str) -> None:
    found = check({**FILES, "petition.yaml": TERMS["petition.yaml"] + terms}, TODAY)
    assert message in " ".join(str(one.text) for one in found if one.level == "error")


@pytest.mark.security(61)
def test_nothing_is_chosen_beforehand(offering: Petition) -> None:
    page = offering.browser().get(BASE).text
    field = re.search(r'<select[^>]*name="show_name".*?</select>', page, re.S)
    assert field is not None
    assert re.findall(r"<option ([^>]*)>([^<]+)", field[0]) == [
        ('value=""', "Not at all"),
        ('value="name"', "With my name"),
        ('value="initials"', "With my initials"),
        ('value="profession"', "With my profession and town"),
    ]


@pytest.mark.parametrize(
    ("terms", "label"),
    [
        ("", "Show my name on this page"),
        ("names: no\ninitials: yes\n", "Show my initials on this page"),
        ("names: no\nprofession: yes\n" + JOB, "Show my profession and town on this page"),
    ],
)
def test_one_form_alone_is_a_box_that_is_not_ticked(terms: str, label: str, tmp_path: Any) -> None:
    from tests.conftest import published

    site = opened(published(tmp_path), {"petition.yaml": TERMS["petition.yaml"] + terms})
    page = site.browser().get(BASE).text
    box = re.search(r'<input[^>]*name="show_name"[^>]*>', page)
    assert box is not None and 'type="checkbox"' in box[0] and "checked>" not in box[0].replace('"', "")
    assert label in page and "Add your town, or show your name" in page
    confirm, _ = site.signs(show_name="y", place="Lyon", **{"extra-job": "nurse"})
    site.confirm(confirm)
    assert waiting(site) == [
        {"name": "Ana Example", "initials": "A. E."}.get(label.split()[2], "nurse · Lyon")
    ]


@pytest.mark.parametrize(
    ("chosen", "shown", "as_what"),
    [
        ("", "", ""),
        ("name", "Ana Example", ""),
        ("initials", "A. E.", "A. E."),
        ("profession", "nurse · Lyon", "job"),
        (None, "", ""),
    ],
)
def test_the_signer_is_shown_as_chosen_once_an_organiser_agrees_and_until_withdrawal(
    chosen: str | None, shown: str, as_what: str, offering: Petition
) -> None:
    confirm, withdraw = offering.signs(show_name=chosen, place="Lyon", **{"extra-job": "nurse"})
    offering.confirm(confirm)
    assert waiting(offering) == ([shown] if shown else [])
    who = signed(offering)
    assert (who.name, who.public_name, who.shown_as) == ("Ana Example", shown, as_what)

    def on_the_site() -> tuple[str, str]:
        service(PublicCounts, offering.app)._names = (float("-inf"), {})  # half a minute later
        page = html.unescape(offering.browser().get(f"{BASE}/signatures").text)
        return page, offering.browser().get(f"{BASE}/names.json").text

    if shown:
        assert all(shown not in part for part in on_the_site())
        with offering.app.app_context():
            (row,) = administration.names(db.session, "trees")
            administration.decide_names(db.session, "trees", "Organiser", {row.id}, set())
        assert all(shown in part for part in on_the_site())
        if as_what:
            assert all("Ana Example" not in part for part in on_the_site())
        offering.withdraw(withdraw)
        assert all(shown not in part for part in on_the_site())


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"extra-job": "nurse"}, "give your profession and your town"),
        ({"place": "Lyon"}, "give your profession and your town"),
        ({"extra-job": "n" * 60, "place": "L" * 70}, "too long to be shown"),
    ],
)
def test_profession_and_town_have_to_be_given_to_be_shown(
    typed: dict[str, str], problem: str, offering: Petition
) -> None:
    answer = offering.browser().post(BASE, data=offering.typed(show_name="profession", **typed))
    assert answer.status_code == 422 and problem in problems(answer.text)[0]
    assert 'id="show_name-error"' in answer.text and re.search(r"<details[^>]* open>", answer.text)
    assert 'selected value="profession"' in answer.text
    assert offering.browser().post(BASE, data=offering.typed(show_name="initials")).status_code == 200


@pytest.mark.parametrize("chosen", ["y", "nobody", "name'--"])
def test_what_is_not_offered_can_not_be_chosen(chosen: str, offering: Petition) -> None:
    answer = offering.browser().post(BASE, data=offering.typed(show_name=chosen))
    assert (answer.status_code, problems(answer.text)) == (422, ["Choose from the list."])


@pytest.mark.security(62)
@pytest.mark.parametrize("chosen", ["name", "initials", "profession"])
def test_nobody_at_risk_is_shown_in_any_form(chosen: str, offering: Petition) -> None:
    typed = {"show_name": chosen, "place": "Almaty", "extra-job": "nurse", "understood": "y"}
    confirm, _ = offering.signs(country="KZ", **typed)
    offering.confirm(confirm)
    assert waiting(offering) == []
    who = signed(offering)
    assert (who.shown, who.shown_as, who.extra, who.place) == (False, "", {}, "")


@pytest.mark.parametrize(
    ("chosen", "typed"),
    [
        ("name", {"name": "https://example.org", "own_name": "y"}),
        ("initials", {"name": "https://example.org", "own_name": "y"}),
        ("profession", {"extra-job": "buy at spam.example.com"}),
        ("profession", {"extra-job": "+7 701 123 45 67"}),
    ],
)
def test_what_looks_like_an_address_or_a_number_is_never_shown(
    chosen: str, typed: dict[str, str], offering: Petition
) -> None:
    confirm, _ = offering.signs(show_name=chosen, **{"place": "Lyon", "extra-job": "nurse", **typed})
    offering.confirm(confirm)
    assert waiting(offering) == [] and not signed(offering).shown


@pytest.mark.parametrize(
    "typed",
    [
        {"show_name": "name", "name": "王" * 120},
        {"show_name": "profession", "extra-job": "王" * 58, "place": "李" * 59},
        {"show_name": "initials", "name": " ".join("क्क्क्क्क्क्क्क्क" for _ in range(6))},
        {"show_name": "initials", "name": " ".join("ﬃ" for _ in range(60))},
    ],
)
def test_a_name_of_many_bytes_is_refused_or_sent_and_never_an_error(
    typed: dict[str, str], offering: Petition
) -> None:
    answer = offering.browser().post(BASE, data=offering.typed(**typed))
    assert answer.status_code in {200, 422}
    if answer.status_code == 422:
        assert "too long" in problems(answer.text)[0]


@pytest.mark.parametrize("code", sorted(set(installed()) - {"en"}))
def test_the_choice_is_in_every_language(code: str) -> None:
    words = catalogue(code)
    for message in (
        "On this page, show me",
        "Not at all",
        "With my name",
        "With my initials",
        "With my profession and town",
        "Show my initials on this page",
        "Show my profession and town on this page",
        "To be shown so, give your profession and your town.",
        "Your profession and your town are too long to be shown. Shorten one.",
    ):
        assert words.gettext(message) != message
