"""Somebody gives the answer itself to the organisers: sealed, opened by trustees alone, shown only redacted."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import text
from werkzeug.test import TestResponse

from campaign.answers import given
from campaign.answers.given import MAGIC, GivenAnswer, GivenAnswerError
from campaign.answers.giving import MOST_BYTES
from campaign.cli.main import main
from campaign.database import db, transaction
from campaign.editions.models import Campaign
from campaign.petition import administration, erasure
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.signatures.sealing import PrivateKey, new_key
from campaign.trustees import key_files
from campaign.trustees.key_files import Lock
from campaign.web.guard import body_limit
from tests.answers.conftest import Site
from tests.photographs.pictures import SECRETS, telephone

SLUG = "january-2022"
PHOTO = telephone(600, 400)
SENT: dict[str, Any] = {"elsewhere": "yes", "may_show": "yes"}


@pytest.fixture
def key(site: Site) -> PrivateKey:
    """The key of the first campaign, whose public half the server has."""
    made = new_key(SLUG, 1)
    with site.app.app_context():
        administration.publish_key(db.session, made.public, "the tests")
    service(Petitions, site.app).held(SLUG, fresh=True)
    return made


def give(site: Site, path: str, picture: bytes = PHOTO, wait: int = 31, **changes: Any) -> TestResponse:
    """Give a picture as somebody without a script does."""
    token = re.search(r'name="form_token" value="([^"]+)"', site.client.get(path).text)
    site.later(seconds=wait)
    data = {
        "form_token": token[1] if token else "", "work": "",
        "picture": (io.BytesIO(picture), "answer.jpg"), **SENT, **changes,
    }  # fmt: skip
    return site.client.post(path, data=data, content_type="multipart/form-data")


def page_of(site: Site) -> str:
    return f"{site.slip()}/answer"


def held(site: Site) -> int:
    with site.app.app_context():
        return given.held(db.session, 1)


def as_file(site: Site) -> bytes:
    with site.app.app_context():
        return b"".join(given.as_file(db.session, 1))


@pytest.mark.security(49)
def test_a_picture_is_written_anew_and_sealed_and_nothing_else_is_held(
    site: Site, key: PrivateKey, tmp_path: Path
) -> None:
    path = page_of(site)
    assert path in site.client.get(path.removesuffix("/answer")).text
    answer = give(site, path)
    assert answer.status_code == 303 and "no-store" in answer.headers["Cache-Control"]
    assert "The picture is sealed" in site.client.get(answer.headers["Location"]).text
    body = as_file(site)
    (opened,) = given.opened(io.BytesIO(body), {1: key})
    assert (opened.office, opened.language, opened.may_show) == ("prosecutor-general", "en", True)
    assert Image.open(io.BytesIO(opened.picture)).size == (600, 400)
    assert not any(secret in opened.picture for secret in SECRETS)
    stored = body + b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not any(
        clear in stored for clear in (opened.picture[1_000:1_030], PHOTO[-30:], b"may_show", *SECRETS)
    )
    with site.app.app_context():
        (row,) = db.session.execute(text("SELECT * FROM given_answer")).all()
    assert row._fields == ("id", "campaign_id", "body")


def test_who_does_not_agree_is_not_shown(site: Site, key: PrivateKey) -> None:
    assert give(site, page_of(site), may_show="").status_code == 303
    (opened,) = given.opened(io.BytesIO(as_file(site)), {1: key})
    assert not opened.may_show


def test_three_pictures_are_taken_for_a_slip(site: Site, key: PrivateKey) -> None:
    path = page_of(site)
    assert [give(site, path).status_code for _ in range(4)] == [303, 303, 303, 422]
    assert held(site) == 3


#: What is wrong with a form, its picture, and what is said.
WRONG: tuple[tuple[dict[str, Any], bytes, str], ...] = (
    ({"elsewhere": ""}, PHOTO, "Read the notice, then tick the box under it."),
    ({}, b"", "Choose a picture."),
    ({}, b"%PDF-1.7", "We can’t read this picture."),
    ({}, b"<svg onload=x>", "An SVG can contain scripts."),
    ({"form_token": "x"}, PHOTO, "press the button again"),
    ({"wait": 3}, PHOTO, "Wait half a minute"),
)


@pytest.mark.security(62)
def test_what_is_wrong_is_said_and_nothing_is_held(site: Site, key: PrivateKey) -> None:
    path = page_of(site)
    for changes, picture, said in WRONG:
        answer = give(site, path, picture, **changes)
        assert answer.status_code == 422 and said in html.unescape(answer.text), said
        assert "is in Kazakhstan" in answer.text
    assert held(site) == 0


@pytest.mark.security(26)
def test_only_this_form_may_be_as_large_as_a_picture(site: Site, key: PrivateKey) -> None:
    slip, large = site.slip(), {"picture": (io.BytesIO(bytes(100_000)), "a.jpg")}
    assert site.client.post(slip, data=large, content_type="multipart/form-data").status_code == 413
    head = b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a.jpg"\r\n\r\n'
    huge = head + bytes(22_000_000) + b"\r\n--x--\r\n"
    answer = site.client.post(f"{slip}/answer", data=huge, content_type="multipart/form-data; boundary=x")
    assert (
        answer.status_code == 413 and "This file is larger than 20 MB. Choose a smaller one." in answer.text
    )
    assert body_limit(site.app, "POST", slip) == 64 * 1024
    assert body_limit(site.app, "POST", f"{slip}/answer") == MOST_BYTES


def test_without_a_key_no_answer_is_taken(site: Site) -> None:
    slip = site.slip()
    assert "/answer" not in site.client.get(slip).text.partition("<main")[2].replace("/answers", "")
    assert site.client.get(f"{slip}/answer").status_code == 404
    assert site.client.post(f"{slip}/answer", data=SENT).status_code == 404


def test_without_a_slip_no_answer_is_taken(site: Site, key: PrivateKey) -> None:
    slip = site.slip()
    for altered in (slip[:-1], f"{slip}A", site.slip(day="2026-12-24")):
        assert site.client.get(f"{altered}/answer").status_code == 404
    site.later(days=732)
    assert site.client.get(f"{slip}/answer").status_code == 404


def test_a_full_campaign_takes_no_more(site: Site, key: PrivateKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given, "MOST_HELD", 1)
    path = page_of(site)
    assert [give(site, path).status_code for _ in range(2)] == [303, 422]


def test_answers_go_when_the_campaign_s_data_are_erased(site: Site, key: PrivateKey) -> None:
    assert give(site, page_of(site)).status_code == 303
    with site.app.app_context(), transaction(db.session):
        campaign = db.session.get(Campaign, 1)
        assert campaign is not None
        erasure.erase_all(db.session, campaign, site.today)
    assert held(site) == 0


# the trustees


def sealed(key: PrivateKey, *shown: bool) -> bytes:
    records = [given.seal(key.public, GivenAnswer("mayor", "en", may, telephone(400, 200))) for may in shown]
    return MAGIC + b"".join(len(record).to_bytes(4) + record for record in records)


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body[1:],
        lambda body: body[:-1],
        lambda body: body + b"\0\0",
        lambda body: body[:-1] + bytes((body[-1] ^ 1,)),
        lambda body: MAGIC + b"\xff\xff\xff\xff" + body,
    ],
)
def test_a_damaged_file_is_refused_in_words(change: Any) -> None:
    key = new_key("trees", 1)
    with pytest.raises(GivenAnswerError):
        list(given.opened(io.BytesIO(change(sealed(key, True))), {1: key}))


@pytest.mark.slow
def test_trustees_open_answers_and_black_out_what_nobody_may_see(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = new_key("trees", 1)
    (tmp_path / "answers").write_bytes(sealed(key, True, False))
    (tmp_path / "key").write_bytes(key_files.locked(key, Lock(passphrase="six green bicycles")))
    monkeypatch.setattr("getpass.getpass", lambda _prompt="": "six green bicycles")
    out = tmp_path / "out"
    words = ["answers", "open", str(tmp_path / "answers"), "--key", str(tmp_path / "key"), "--out", str(out)]
    assert main(words) == 0
    shown, hidden = out / "mayor-en-1-may-be-shown-redacted.jpg", out / "mayor-en-2-not-to-be-shown.jpg"
    assert sorted(out.iterdir()) == [shown, hidden]

    redacted = tmp_path / "redacted.jpg"
    boxes = ["--box", "10,10,30,50", "--box", "80,0,20,100"]
    assert main(["answers", "redact", str(shown), *boxes, "--out", str(redacted)]) == 0
    assert "2 rectangles blacked out" in capsys.readouterr().out
    picture = Image.open(redacted).convert("L")
    assert max(picture.crop((44, 24, 156, 116)).getextrema()) < 24, "all of it is black"
    assert picture.getpixel((4, 4)) > 24  # type: ignore[operator]
    assert not any(secret in redacted.read_bytes() for secret in SECRETS)

    assert main(["answers", "redact", str(hidden), *boxes, "--out", str(tmp_path / "no.jpg")]) == 2
    assert "did not agree" in capsys.readouterr().err and not (tmp_path / "no.jpg").exists()
    for box in ("", "1,2,3", "0,0,0,5", "-1,0,5,5", "0,0,101,5", "nan,0,5,5", "a,b,c,d"):
        assert main(["answers", "redact", str(shown), "--box", box, "--out", str(tmp_path / "no.jpg")]) == 2
