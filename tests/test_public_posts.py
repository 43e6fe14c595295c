"""Every public address that takes a form, found by itself: without a token nothing is written, and size is bounded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from campaign import clock
from campaign.database import db
from campaign.desk.pages import Audience
from campaign.letters.slips import Slip, seal
from campaign.people import members
from campaign.people.members import Action, Guest
from campaign.services import service
from campaign.settings import Settings
from campaign.web.signing import spelled
from tests.conftest import published
from tests.desk.conftest import PASSWORD
from tests.petition.conftest import Petition, opened
from tests.tools import busy_at_most


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Petition:
    return opened(published(tmp_path_factory.mktemp("posts")))


def addresses(petition: Petition) -> dict[str, str]:
    """Every public address that takes a POST, by endpoint, with what an honest visitor has in it."""
    confirm, withdraw = (path.rsplit("/", 1)[1] for path in petition.signs())
    petition.confirm(petition.signs(email="berik@example.org")[0])
    record = f"{petition.number('SELECT id FROM signature'):016x}"
    with petition.app.app_context():
        guest, act = Guest("Dana", "dana@example.org", "editor"), Action("command line", clock.now())
        invitation = members.invite(db.session, "trees", guest, act)
        slip = Slip("mayor", "en", clock.today(), ("keep-them",), 1, b"123456789")
        code = spelled(seal(service(Settings).secrets["slip"], "trees", slip))
    tokens = {"petition.confirm_post": confirm, "petition.withdraw_post": withdraw}
    found = {}
    for rule in petition.app.url_map.iter_rules():
        view = petition.app.view_functions[rule.endpoint]
        if "POST" not in (rule.methods or ()) or getattr(view, "needs", None) not in {None, Audience.ANYBODY}:
            continue
        values = {
            "language": "en", "slug": "trees", "record": record, "piece": "letter", "suffix": "pdf",
            "token": tokens.get(rule.endpoint, invitation), "number": 1, "code": code,
        }  # fmt: skip
        with petition.app.test_request_context():
            from flask import url_for

            found[rule.endpoint] = url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
    return found


def typed(petition: Petition) -> dict[str, Any]:
    """Everything that any of the forms asks for, but for the token."""
    key = next(iter(_pack(petition.app).addressees))
    return {
        **petition.typed(form_token=None), "to": key, "report": "none", "sent": f"{key} post", "language": "en", "first": "en",
        "demands": "keep-them", "opening": "0", "place": "Lyon", "day": "2026-11-24", "paper": "a4",
        "password": PASSWORD, "code": "123456", "link": "x",
    }  # fmt: skip


def _pack(app: Flask) -> Any:
    from campaign.editions.edition_cache import EditionCache
    from campaign.services import service

    return service(EditionCache, app).newest()["trees"].pack


def everything(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with app.app_context():
        names = inspect(db.engine).get_table_names()
        return {
            name: sorted(map(repr, db.session.execute(text(f'SELECT * FROM "{name}"')))) for name in names
        }


def without_token(petition: Petition, endpoint: str) -> Iterator[dict[str, str]]:
    """No token, one that is not ours, one of another form, one that is too old, one that was cut off."""
    purposes = {"petition.sign_post": "sign", "petition.confirm_post": "confirm", "petition.withdraw_post": "withdraw",
                "petition.unsubscribe_post": "unsubscribe", "paper.visitors_sheets": "sheets", "answers.report": "answer",
                "giving.give_post": "answer"}  # fmt: skip
    own = f"{purposes.get(endpoint, 'write')}/trees"
    yield {}
    for token in ("", "nonsense", petition.token("other/trees"), petition.token(own, age=13 * 3600),
                  petition.token(own)[:-1], petition.token(own.replace("trees", "stones"))):  # fmt: skip
        yield {"form_token": token}


@pytest.mark.slow
def test_a_post_without_a_form_s_token_writes_nothing_wherever_it_goes(site: Petition) -> None:
    public = addresses(site)
    assert {"petition.sign_post", "petition.unsubscribe_post", "paper.visitors_sheets", "letters.sent",
            "desk.sign_in_post", "desk.join_post"} <= set(public)  # fmt: skip
    before = everything(site.app)
    for endpoint, address in public.items():
        for token in without_token(site, endpoint):
            answer = site.browser().post(address, data=typed(site) | token)
            assert answer.status_code < 500, endpoint
            assert "Set-Cookie" not in answer.headers, endpoint
            assert everything(site.app) == before, (endpoint, token)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"&a=1" * 400_000, "application/x-www-form-urlencoded"),
        (b"&" * 4_000_000, "application/x-www-form-urlencoded"),
        (b"&a=1" * 12_000, "application/x-www-form-urlencoded"),
        (b"own_words=" + b"x" * 5_000_000, "application/x-www-form-urlencoded"),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 1_000 + b"--x--\r\n",
         "multipart/form-data; boundary=x"),
    ],
    ids=["400,000 fields", "empty fields", "12,000 fields in 48 KB", "one long field", "1,000 parts"],
)  # fmt: skip
def test_a_form_is_bounded_in_size_and_fields_wherever_it_goes(
    body: bytes, content_type: str, site: Petition
) -> None:
    for endpoint, address in addresses(site).items():
        with busy_at_most(2):
            answer = site.browser().post(address, data=body, content_type=content_type)
        # A page that reads no form has nothing to refuse.
        assert answer.status_code in {413, 404, 400} or endpoint in {"desk.ask_passkey", "desk.join_passkey"}, (
            endpoint, answer.status_code)  # fmt: skip


def test_an_address_with_thousands_of_parameters_is_refused(site: Petition, tmp_path: Path) -> None:
    assert (
        site.browser().get("/en/trees/petition?" + "&".join(f"a{n}=1" for n in range(60))).status_code == 400
    )
