"""Signing as its user does it: form, mail, button, and back; on both engines."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaign import clock
from campaign.database import db
from campaign.editions.edition_cache import EditionCache
from campaign.mail.worker import note_offer
from campaign.petition import administration, proof_of_work
from campaign.petition.models import Signature
from campaign.petition.public_counts import PublicCounts
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.settings import Settings
from campaign.signatures import person
from campaign.signatures.sealing import PublicKey
from tests.petition.conftest import BASE, TERMS, Petition, headline, links_of, opened, problems
from tests.tools import without_tokens


def test_from_the_form_to_the_count_and_back(petition: Petition) -> None:
    confirm, withdraw = petition.signs(place="Lyon", news="y")
    assert (petition.records, petition.total) == (0, 0)  # nothing that waits is stored
    assert headline(petition.browser().get(confirm).text) == "Confirm your signature"
    assert (petition.records, petition.total) == (0, 0)  # and opening the link changes nothing
    assert petition.confirm(confirm) == "Your signature counts"
    assert petition.confirm(confirm) == "Your signature counts"
    assert (petition.records, petition.total) == (1, 1)
    with petition.app.app_context():
        (row,) = db.session.query(Signature).all()
    who = person.from_bytes(petition.key.open(row.sealed))
    assert (who.name, who.email, who.place, who.news, who.shown) == (
        "Ana Example",
        "ana@example.org",
        "Lyon",
        True,
        False,
    )

    known = petition.browser().get(withdraw).text
    assert "France" in known and "31 December 2027" in known and "Ana" not in without_tokens(known)
    assert petition.withdraw(withdraw) == "Your signature has been withdrawn"
    assert petition.withdraw(withdraw) == "Your signature has been withdrawn"
    assert (petition.records, petition.total) == (0, 0)
    assert petition.confirm(confirm) == "This signature was withdrawn"


@pytest.mark.slow
@pytest.mark.security(44, 56)
def test_the_mail_is_one_to_one_mailbox_in_the_signers_language_and_has_no_name(petition: Petition) -> None:
    petition.signs()
    (message,) = petition.box.messages
    assert message["To"] == "ana@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"].startswith("Confirm your signature:")
    assert "Ana Example" not in message.as_string()
    assert re.fullmatch(r"<[0-9a-f]{32}@localhost\.localdomain>", message["Message-ID"])
    assert {part.get_content_type() for part in message.walk()} == {
        "multipart/alternative", "text/plain", "text/html",
    }  # fmt: skip


def assert_beside_their_fields(page: str) -> None:
    """Each link of the summary leads to a control that is marked as wrong, and described by the same words."""
    linked = re.findall(r'<li><a href="#(\w+)">([^<]+)</a>', page)
    marked = re.findall(r'<[^>]* aria-invalid="true"[^>]*>', page)
    assert len(marked) == len(linked)
    for field, words in linked:
        assert any(
            f' id="{field}"' in tag and re.search(rf'describedby="[^"]*\b{field}-error"', tag)
            for tag in marked
        ), field
        error = re.search(rf'id="{field}-error"[^>]*>\s*([^<]+)', page)
        assert error and error[1].strip() == words


@pytest.mark.security(27)
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "A signature needs a name."),
        ({"name": "   "}, "A signature needs a name."),
        ({"name": "Ana\nExample"}, "A name must be on one line."),
        ({"name": "\u2800"}, "A name must contain letters."),
        ({"name": "\u200b"}, "A signature needs a name."),
        ({"name": "\u3164"}, "This text contains U+3164 hangul filler"),
        ({"name": "#N/A"}, "This is an error of a spreadsheet."),
        ({"place": "https://example.org"}, "This is an address on the internet."),
        ({"name": "=cmd"}, "A name must begin with a letter."),
        ({"name": "＝cmd"}, "A name must begin with a letter."),
        ({"name": "123"}, "A name must contain letters."),
        ({"name": "'"}, "A name must contain letters."),
        ({"name": "A" * 300}, "This is too long: 120 characters at most. You have 300."),
        (
            {"name": "Ana\u202eelpmaxE"},
            "This text contains U+202E right-to-left override, which can’t be printed.",
        ),
        ({"name": "Ana\x00"}, "This text contains U+0000 control character, which can’t be printed."),
        ({"email": ""}, "Type your e-mail address: we need it once, to confirm."),
        ({"email": "a@b"}, "This is not an e-mail address."),
        ({"email": '"a b"@example.org'}, "This is not an e-mail address."),
        ({"email": "a@b@example.org"}, "This is not an e-mail address."),
        ({"email": "a@gmail.\u0441\u043em"}, "Did you mean a@gmail.com?"),
        ({"email": "a@gmail.\u0441\u043em", "keep": "a@gmail.\u0441\u043em"}, "Did you mean a@gmail.com?"),
        ({"email": "\u0430na@gmail.com", "keep": "\u0430na@gmail.com"}, "Did you mean ana@gmail.com?"),
        ({"email": "a@gmail,com"}, "Did you mean a@gmail.com?"),
        ({"email": "a@gmailcom"}, "Did you mean a@gmail.com?"),
        ({"email": "a@b\u0438.org", "keep": "a@b\u0438.org"}, "This is not an e-mail address."),
        ({"email": "a@example.org\r\nBcc: b@example.org"}, "This is not an e-mail address."),
        ({"email": "ana@gmial.com"}, "Did you mean ana@gmail.com?"),
        ({"agree": None}, "Without your consent we may not keep your signature"),
        ({"country": ""}, "Choose your country."),
        ({"country": "XX"}, "Choose from the list."),
        ({"form_token": None}, "This page has been open for a long time."),
        ({"form_token": "nonsense"}, "This page has been open for a long time."),
    ],
)
def test_bad_input_is_told_beside_its_field_and_nothing_is_lost(
    changes: dict[str, Any], said: str, still: Petition
) -> None:
    answer = still.browser().post(BASE, data=still.typed(**changes))
    assert answer.status_code == 422 and "<title>Error: " in answer.text
    assert any(text.startswith(said) for text in problems(answer.text)), problems(answer.text)
    assert_beside_their_fields(answer.text)
    kept = re.search(r'id="email"[^>]*value="([^"]*)"', answer.text)
    assert kept and (kept[1] == "ana@example.org" or "email" in changes)
    assert still.number("SELECT count(*) FROM mail") == 0


@pytest.mark.security(54)
@pytest.mark.parametrize(
    ("age", "said"),
    [(0.5, "That was very quick"), (13 * 3600, "This page has been open"), (10, "Your browser couldn’t run")],
)
def test_a_page_without_proof_of_work_must_have_been_open_for_a_while(
    age: float, said: str, still: Petition
) -> None:
    answer = still.browser().post(BASE, data=still.typed(form_token=still.token(age=age)))
    assert answer.status_code == 422 and problems(answer.text)[0].startswith(said)


def test_a_slip_can_be_mended_or_kept_by_one_button(petition: Petition) -> None:
    page = petition.browser().post(BASE, data=petition.typed(email="ana@gmial.com")).text
    assert 'name="use" value="ana@gmail.com"' in page and 'name="keep" value="ana@gmial.com"' in page
    petition.signs(email="ana@gmial.com", use="ana@gmail.com")
    petition.signs(email="ana@gmial.com", keep="ana@gmial.com")
    assert [message["To"] for message in petition.box.messages] == ["ana@gmail.com", "ana@gmial.com"]


def test_after_signing_the_address_is_repeated_and_can_be_corrected(petition: Petition) -> None:
    typed = petition.typed(
        email="ana@exmaple.org", name="Ana “A” Example", place="Lyon", news="y", show_name="y"
    )
    page = petition.browser().post(BASE, data=typed).text
    assert headline(page) == "Check your inbox" and "<bdi>ana@exmaple.org</bdi>" in page
    names = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    hidden = {name: html.unescape(value) for name, value in names}
    assert hidden == {name: value for name, value in typed.items() if name != "form_token"}
    assert 'name="correct"' in page
    answer = petition.browser().post(BASE, data={**hidden, "correct": "y"})
    assert answer.status_code == 200 and problems(answer.text) == []
    for value in ("ana@exmaple.org", "Ana “A” Example", "Lyon"):
        assert f'value="{value}"' in answer.text
    assert petition.number("SELECT count(*) FROM mail") == 1
    petition.deliver()
    petition.signs(**{**hidden, "email": "ana@example.org"})
    assert [message["To"] for message in petition.box.messages] == ["ana@exmaple.org", "ana@example.org"]


def test_a_domain_beyond_ascii_is_written_to_in_its_ascii_form(petition: Petition) -> None:
    petition.signs(email="ana@bücher.example.org")
    petition.signs(email="ана@пример.рф")
    assert [message["To"] for message in petition.box.messages] == [
        "ana@xn--bcher-kva.example.org",
        "ана@xn--e1afmkfd.xn--p1ai",
    ]


def test_nobody_waits_for_mail_that_the_relay_can_t_send(petition: Petition) -> None:
    settings = service(Settings, petition.app)
    for utf8 in (True, False, True):
        note_offer(settings, utf8)
        answer = petition.browser().post(BASE, data=petition.typed(email="ана@пример.рф"))
        refused = [
            text for text in problems(answer.text) if text.startswith("Our e-mail provider can’t send")
        ]
        assert (answer.status_code, len(refused)) == ((200, 0) if utf8 else (422, 1))
        petition.deliver()
        petition.signs(email="ana@пример.рф")


LIKE_A_NAME = (
    "ana.example@example.org",
    "https://example.org",
    "+7 701 123 45 67",
    "spam.example.com",
    "name",
)


@pytest.mark.slow
@pytest.mark.parametrize("name", LIKE_A_NAME)
def test_what_looks_like_no_name_is_asked_about_kept_if_its_owner_says_so_and_never_shown(
    name: str, petition: Petition
) -> None:
    answer = petition.browser().post(BASE, data=petition.typed(name=name, show_name="y"))
    assert answer.status_code == 422 and f'value="{name}"' in answer.text
    assert "Is this your name?" in answer.text and 'name="own_name"' in answer.text
    assert petition.number("SELECT count(*) FROM mail") == 0
    confirm, _ = petition.signs(name=name, show_name="y", own_name="y")
    petition.confirm(confirm)
    assert petition.number("SELECT count(*) FROM public_name") == 0
    with petition.app.app_context():
        (row,) = db.session.query(Signature).all()
    assert person.from_bytes(petition.key.open(row.sealed)).name == name


@pytest.mark.security(54)
def test_a_proof_of_work_counts_once_and_only_for_this_form(
    petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_of_work, "TRIES", 4)
    proof = petition.proof()
    young = {"form_token": petition.token(age=3)}
    browser = petition.browser()
    assert browser.post(BASE, data=petition.typed(work=proof, **young)).status_code == 200
    again = browser.post(BASE, data=petition.typed(work=proof, **young))
    assert (again.status_code, petition.number("SELECT count(*) FROM mail")) == (422, 1)
    for bad in (petition.proof("sign/stones"), proof[:-4], "e30=", "x" * 3_000, "[" * 1_400, proof + "²"):
        answer = browser.post(BASE, data=petition.typed(work=bad, **young))
        assert answer.status_code == 422 and problems(answer.text)[0].startswith("Your browser couldn’t run")


@pytest.mark.security(54)
def test_a_page_that_was_waited_on_counts_once(petition: Petition) -> None:
    typed = petition.typed()
    assert petition.browser().post(BASE, data=typed).status_code == 200
    assert petition.browser().post(BASE, data=typed).status_code == 422
    assert petition.number("SELECT count(*) FROM mail") == 1


@pytest.mark.security(62)
def test_somebody_at_risk_reads_first_and_is_neither_shown_nor_named_by_the_mail(storage: Any) -> None:
    from tests.minimal import FILES

    campaign = FILES["campaign.yaml"].replace("countries-at-risk: []", "countries-at-risk: [KZ]")
    assert "[KZ]" in campaign
    petition = opened(storage, {"campaign.yaml": campaign})
    typed = {"country": "KZ", "place": "Almaty", "show_name": "y"}
    assert 'class="leave"' in petition.browser().get(BASE).text  # small until the country is known
    answer = petition.browser().post(BASE, data=petition.typed(**typed))
    assert answer.status_code == 422 and "If you still want to sign" in problems(answer.text)[0]
    assert_beside_their_fields(answer.text)
    assert 'class="leave leave-now"' in answer.text
    assert 'value="Ana Example"' in answer.text and petition.number("SELECT count(*) FROM mail") == 0
    confirm, _withdraw = petition.signs(understood="y", **typed)
    (message,) = petition.box.messages
    assert message["Subject"] == "Please confirm" and str(message["From"]) == "post@localhost.localdomain"
    title = re.search(r"title: (.+)", FILES["petition.en.md"])
    assert title and title[1] not in message.as_string()
    petition.confirm(confirm)
    with petition.app.app_context():
        (row,) = db.session.query(Signature).all()
    who = person.from_bytes(petition.key.open(row.sealed))
    assert (who.country, who.place, who.shown) == ("KZ", "", False)
    assert petition.number("SELECT count(*) FROM public_name") == 0


@pytest.mark.security(36, 62)
def test_somebody_at_risk_has_a_way_out_on_every_page_and_no_page_says_who_signed(storage: Any) -> None:
    from tests.minimal import FILES

    campaign = FILES["campaign.yaml"].replace("countries-at-risk: []", "countries-at-risk: [KZ]")
    petition = opened(storage, {"campaign.yaml": campaign})
    browser, typed = petition.browser(), petition.typed(country="KZ", understood="y")
    sent = browser.post(BASE, data=typed)
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{BASE}/done/sent/quiet")
    petition.deliver()
    confirm, withdraw = links_of(petition.box.messages[-1])
    pages = [sent.headers["Location"], confirm, withdraw]
    for path, kind, result in (
        (confirm, "confirm", "confirmed"),
        (withdraw, "withdraw", "withdrawn"),
        (confirm, "confirm", "withdrawn-before"),
    ):
        answer = browser.post(path, data={"form_token": petition.token(f"{kind}/trees")})
        assert answer.headers["Location"] == f"{BASE}/done/{result}/quiet"
        pages.append(answer.headers["Location"])
    for page in (browser.get(path).text for path in pages):
        assert "Ana" not in without_tokens(page) and "ana@example.org" not in page
        outside = re.findall(r'<[^>]* (?:href|src|action)="(?:https?:)?//[^>]*>', page)
        assert len(outside) == 1 and 'href="https://en.wikipedia.org/" rel="noreferrer' in outside[0]


@pytest.mark.security(61)
def test_a_name_is_shown_only_if_its_owner_asked_and_an_organiser_let_it_through(petition: Petition) -> None:
    confirm, withdraw = petition.signs(show_name="y")
    petition.confirm(confirm)
    board = service(PublicCounts, petition.app)

    def shown() -> str:
        board._names = (float("-inf"), {})  # half a minute later
        return (
            petition.browser().get(f"{BASE}/signatures").text
            + petition.browser().get(f"{BASE}/names.json").text
        )

    assert "Ana Example" not in shown()
    with petition.app.app_context():
        (waiting,) = administration.names(db.session, "trees")
        administration.decide_names(db.session, "trees", "Organiser", {waiting.id}, set())
    assert shown().count("Ana Example") == 2
    petition.withdraw(withdraw)
    assert "Ana Example" not in shown()


@pytest.mark.parametrize("names", ["no"])
def test_a_campaign_may_show_no_names_at_all(names: str, storage: Any) -> None:
    petition = opened(storage, {"petition.yaml": TERMS["petition.yaml"] + f"names: {names}\n"})
    confirm, _ = petition.signs(show_name="y")
    petition.confirm(confirm)
    assert petition.number("SELECT count(*) FROM public_name") == 0
    assert petition.browser().get(f"{BASE}/names.json").status_code == 404


# when it is shut


def test_without_a_key_signing_is_shut_and_says_so_and_never_plain_for_now(storage: Any) -> None:
    petition = opened(storage)
    with petition.app.app_context():
        for key in (None, bytes(32), b"short"):
            db.session.rollback()
            db.session.execute(__import__("sqlalchemy").text("DELETE FROM campaign_key"))
            if key is not None:
                from campaign.petition.models import CampaignKey

                db.session.add(
                    CampaignKey(campaign_id=petition.campaign, epoch=1, public=key, added=clock.today())
                )
            db.session.commit()
            assert service(Petitions, petition.app).held("trees", fresh=True).key is None
            answer = petition.browser().post(BASE, data=petition.typed())
            assert answer.status_code == 503 and "It opens once signatures can be sealed" in answer.text
            assert "Signing is not open yet" in petition.browser().get(BASE).text
    assert petition.number("SELECT count(*) FROM mail") == 0


def test_a_pause_shuts_the_form_and_leaves_links_that_are_out(petition: Petition) -> None:
    confirm, withdraw = petition.signs()
    with petition.app.app_context():
        administration.pause(db.session, "trees", "Organiser", True)
    service(Petitions, petition.app).held("trees", fresh=True)
    answer = petition.browser().post(BASE, data=petition.typed())
    assert answer.status_code == 503 and "Signing is paused" in answer.text
    assert petition.confirm(confirm) == "Your signature counts"
    assert petition.withdraw(withdraw) == "Your signature has been withdrawn"
    with petition.app.app_context():
        administration.pause(db.session, "trees", "Organiser", False)
    service(Petitions, petition.app).held("trees", fresh=True)
    petition.signs()


def test_the_next_key_seals_from_then_on_and_both_open_what_is_theirs(petition: Petition) -> None:
    from campaign.signatures.public_keys import KeyFileError
    from campaign.signatures.sealing import epoch_of, new_key

    first, _ = petition.signs()
    with petition.app.app_context():
        for epoch in (1, 3):
            with pytest.raises(KeyFileError):
                administration.publish_key(db.session, new_key("trees", epoch).public, "me")
        with pytest.raises(KeyFileError):
            administration.publish_key(db.session, PublicKey("trees", 2, bytes(32)), "me")
        agreed = administration.KeyProof(agreed=True)
        administration.publish_key(db.session, new_key("trees", 2).public, "me", proof=agreed)
    service(Petitions, petition.app).held("trees", fresh=True)
    second, _ = petition.signs(email="eve@example.org")
    for path in (first, second):
        assert petition.confirm(path) == "Your signature counts"
    with petition.app.app_context():
        epochs = sorted(epoch_of(row.sealed) for row in db.session.query(Signature).all())
    assert epochs == [1, 2]


# R9 and R10: the clock, and clicks of every kind


@pytest.mark.reliability(9)
@pytest.mark.parametrize(
    ("days", "said", "status"),
    [
        (-1, "Confirm your signature", 200),
        (-2 / 24, "Confirm your signature", 200),
        (2 / 24, "Confirm your signature", 200),
        (6.9, "Confirm your signature", 200),
        (7.5, "Confirm your signature", 200),
        (8.1, "This link has expired", 410),
        (400, "This link has expired", 410),
    ],
)
def test_a_link_is_good_for_seven_days_and_one_more_by_the_time_that_is_signed_into_it(
    days: float, said: str, status: int, still: Petition
) -> None:
    confirm, withdraw = still.signs()
    there = clock.now() + timedelta(days=days)
    with clock.use(lambda: there):
        answer = still.browser().get(confirm)
        assert (headline(answer.text), answer.status_code) == (said, status)
        assert ("just expired" in answer.text) == (7 < days < 8)
        assert headline(still.browser().get(withdraw).text) == "Your signature"  # has no end


@pytest.mark.reliability(10)
def test_every_kind_of_click_has_its_page_and_one_record(petition: Petition) -> None:
    confirm, withdraw = petition.signs()
    other, _ = petition.signs(email="eve@example.org")
    browser = petition.browser()
    for path, said, status in (
        (confirm[:-5], "This link can’t be read", 404),
        (confirm[:-1] + ("A" if confirm[-1] != "A" else "B"), "This link can’t be read", 404),
        (confirm.replace("/r/", f"{BASE}/w/"), "This link can’t be read", 404),
        (withdraw.replace("/r/", f"{BASE}/c/"), "This link can’t be read", 404),
        (f"{BASE}/c/x", "This link can’t be read", 404),
        ("/r/x", "This link can’t be read", 404),
    ):
        answer = browser.get(path)
        assert (headline(answer.text), answer.status_code) == (said, status), path
        assert petition.press(path, "confirm") == said
    assert petition.confirm(confirm) == "Your signature counts"
    assert headline(browser.get(confirm).text) == "Confirm your signature"  # reload, back, a second tab
    assert petition.confirm(confirm) == "Your signature counts"
    assert petition.confirm(other) == "Your signature counts"
    assert (petition.records, petition.total) == (2, 2)
    for token in ("", petition.token("sign/trees"), petition.token("confirm/trees", age=13 * 3600)):
        answer = browser.post(confirm, data={"form_token": token}, follow_redirects=True)
        assert answer.request.path == confirm
        assert problems(answer.text) == ["That has not worked yet: press the button again."]
    petition.withdraw(withdraw)
    assert petition.confirm(confirm) == "This signature was withdrawn"
    assert headline(browser.get(confirm).text) == "Confirm your signature"
    assert (petition.records, petition.total) == (1, 1)


def test_a_broken_link_can_be_pasted(petition: Petition) -> None:
    confirm, withdraw = petition.signs()
    browser = petition.browser()
    for path in (confirm, withdraw):
        whole = f"http://localhost{path}"
        answer = browser.post(f"{BASE}/link", data={"link": f"<{whole[:70]}=\n {whole[70:]}>"})
        assert (answer.status_code, answer.headers["Location"]) == (303, path)
    answer = browser.post(f"{BASE}/link", data={"link": confirm[:60]})
    assert (
        answer.status_code == 422
        and "This is not a complete link" in answer.text
        and confirm[:60] in answer.text
    )


def test_after_the_end_links_work_one_more_day_and_then_say_that_it_ended(storage: Any) -> None:
    petition = opened(storage)
    with clock.use(lambda: datetime(2027, 6, 30, 12, tzinfo=UTC)):
        confirm, withdraw = petition.signs()
    for day, can in ((1, True), (2, False)):
        with clock.use(lambda day=day: datetime(2027, 7, day, 12, tzinfo=UTC)):
            answer = petition.browser().post(BASE, data=petition.typed())
            assert answer.status_code == 410 and "The petition has closed" in answer.text
            assert headline(petition.browser().get(confirm).text) == (
                "Confirm your signature" if can else "The petition has closed"
            )
    assert petition.withdraw(withdraw) == "Your signature has been withdrawn"


def test_the_petition_of_a_campaign_that_was_just_published_is_known_at_once(petition: Petition) -> None:
    from campaign.editions import store
    from tests.minimal import FILES

    assert petition.browser().get(BASE).status_code == 200
    texts = {**FILES, "campaign.yaml": FILES["campaign.yaml"].replace("slug: trees", "slug: stones")}
    with petition.app.app_context():
        store.publish(db.session, "stones", texts, store.Authorship("files"))
        service(EditionCache, petition.app).load()
    assert petition.browser().get("/en/stones/petition").status_code == 200


# what answers may tell


@pytest.mark.security(56)
def test_new_pending_and_signed_get_the_same_answer(petition: Petition) -> None:
    def answer(address: str) -> tuple[int, str, dict[str, str]]:
        found = petition.browser().post(BASE, data=petition.typed(email=address))
        headers = {key: value for key, value in found.headers.items() if key not in {"Date"}}
        assert found.text.count(address) == 2  # repeated on the page, and in the form that corrects it
        return found.status_code, found.text.replace(address, "address"), headers

    confirm, _ = petition.signs(email="already@example.org")
    petition.confirm(confirm)
    petition.browser().post(BASE, data=petition.typed(email="pending@example.org"))
    assert answer("newcome@example.org") == answer("pending@example.org") == answer("already@example.org")
    petition.deliver()
    sizes = {len(m.as_string()) for m in petition.box.messages if m["To"] != "pending@example.org"}
    assert max(sizes) - min(sizes) < 8


@pytest.mark.security(36)
def test_pages_with_a_token_are_kept_nowhere_and_link_to_no_other_site(petition: Petition) -> None:
    confirm, withdraw = petition.signs()
    browser = petition.browser()
    for answer in (
        browser.get(confirm), browser.get(withdraw), browser.get(confirm[:-4]),
        browser.post(confirm, data={"form_token": petition.token("confirm/trees")}),
        browser.post(BASE, data=petition.typed(email="eve@example.org")),
    ):  # fmt: skip
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert not re.findall(r'(?:href|src|action)="(?:https?:)?//', answer.text)
        assert "Set-Cookie" not in answer.headers


@pytest.mark.security(28)
def test_a_doubled_parameter_is_refused(petition: Petition) -> None:
    typed = petition.typed()
    answer = petition.browser().post(BASE, data={**typed, "email": ["a@example.org", "b@example.org"]})
    assert answer.status_code == 400


@pytest.mark.security(21)
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_a_link_changes_nothing_whoever_opens_it(method: str, still: Petition) -> None:
    confirm, withdraw = still.signs()
    for path in (confirm, withdraw, f"{BASE}/u/{5:016x}"):
        getattr(still.browser(), method)(path)
    assert (still.records, still.total, still.number("SELECT count(*) FROM gone"),
            still.number("SELECT count(*) FROM no_news")) == (0, 0, 0, 0)  # fmt: skip


@pytest.mark.security(21, 44)
def test_no_more_news_is_one_press_of_a_person_or_of_a_mail_program(petition: Petition) -> None:
    confirm, _withdraw = petition.signs()
    petition.confirm(confirm)
    path = f"{BASE}/u/{petition.number('SELECT id FROM signature'):016x}"
    assert "Unsubscribe me" in petition.browser().get(path).text
    assert "press the button again" in petition.browser().post(path, data={}, follow_redirects=True).text
    assert petition.number("SELECT count(*) FROM no_news") == 0
    # A mail program follows no redirect (RFC 8058). A number that no signature has gets the same page.
    button, program = {"form_token": petition.token("unsubscribe/trees")}, {"List-Unsubscribe": "One-Click"}
    for address in (path, f"{BASE}/u/{5:016x}"):
        for body, status in ((button, 303), (program, 200)):
            answer = petition.browser().post(address, data=body)
            assert answer.status_code == status
            page = petition.browser().post(address, data=body, follow_redirects=True)
            assert headline(page.text) == "You are unsubscribed"
    assert petition.number("SELECT count(*) FROM no_news") == 1
    for bad in ("x", "5", "zz" * 8, "f" * 16, "0_0_0_0_0_0_0_05", "000000000000000١", "000000000000000A"):
        assert petition.browser().get(f"{BASE}/u/{bad}").status_code == 404
