"""Parts of the composer that are made once: what they are made of, and for whom."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup

from campaign.letters.forms import ChoicesForm
from tests.tools import BASE, typed

TYPED = "Quillfeather"
LIVE = {"Accept": "text/vnd.campaign.parts"}

#: Fields that have to be right, or another page is shown.
NEEDED = {"form_token", "demands", "also", "done"}


@pytest.fixture
def kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that is in memory of each part that is asked for: its key and what was made of it."""
    found: list[str] = []
    part: Any = app.jinja_env.globals["kept_part"]

    def noted(name: str, **values: Any) -> Markup:
        made: Markup = part(name, **values)
        found.append(f"{name} {values} {made}")
        return made

    monkeypatch.setitem(app.jinja_env.globals, "kept_part", noted)
    return found


@pytest.mark.security(57)
@pytest.mark.parametrize("name", sorted({*ChoicesForm()._fields} - NEEDED))
def test_nothing_that_is_typed_into_any_field_is_part_of_them(
    name: str, client: FlaskClient, kept: list[str]
) -> None:
    for to in ("prosecutor-general", "own-foreign-minister"):
        form = {**typed(client), "to": to, name: TYPED}
        client.post(f"{BASE}/write/preview", data=form, headers=LIVE)
        client.post(f"{BASE}/write", data=form)
    assert kept and not [part for part in kept if TYPED in part]


@pytest.mark.security(57)
@pytest.mark.parametrize("name", ["demands", "also", "done"])
def test_nor_is_what_stands_on_no_list(name: str, client: FlaskClient, kept: list[str]) -> None:
    form = {**typed(client), name: [TYPED]}
    client.post(f"{BASE}/write/preview", data=form, headers=LIVE)
    assert kept and not [part for part in kept if TYPED in part]


def test_each_gets_the_parts_of_their_own_choices_and_language(client: FlaskClient) -> None:
    def shown(language: str = "en", **changes: Any) -> str:
        address = BASE.replace("/en/", f"/{language}/")
        return client.post(f"{address}/write/preview", data=typed(client, **changes), headers=LIVE).text

    ticked = 'value="ombudsman" checked'
    assert ticked in shown(also=["ombudsman"])
    assert ticked not in shown() and ticked in shown(to="ombudsman")
    assert "Page to print" in shown() and "Page to print" not in shown("ru")
