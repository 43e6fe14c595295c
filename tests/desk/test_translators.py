"""Texts out for translators and back at the desk: shown before they are saved, nothing taken silently."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from campaign.database import db
from campaign.editions import reviews
from campaign.pack.translation.po import Entry, read_po
from tests.conftest import published
from tests.desk.conftest import BASE, Desk, Seat, fields_of

PO = "/translation/po"


def po_of(entries: list[Entry], language: str = "fr") -> bytes:
    """Entries as a file."""

    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    head = f'msgid ""\nmsgstr "Language: {language}\\n"\n\n'
    return (
        head
        + "".join(
            f"{'#, fuzzy' if one.fuzzy else '#.'}\nmsgctxt {quoted(one.name)}\nmsgid {quoted(one.source)}\n"
            f"msgstr {quoted(one.text)}\n\n"
            for one in entries
        )
    ).encode()


def taken_out(seat: Seat, language: str, translated: Callable[[str], str]) -> bytes:
    """The file of a language with every text translated by a function of its source."""
    answer = seat.client.get(f"{BASE}{PO}/out?text={language}")
    assert answer.status_code == 200
    read = read_po(answer.data)
    return po_of([Entry(one.name, one.source, translated(one.source)) for one in read.entries], language)


def upload(seat: Seat, language: str, data: bytes) -> Any:
    fields = {"csrf": seat.token(f"{PO}?text={language}"), "po": (io.BytesIO(data), "x.po")}
    return seat.client.post(f"{BASE}{PO}?text={language}", data=fields, content_type="multipart/form-data")


def bring_back(seat: Seat, language: str, data: bytes) -> Any:
    """Upload a file, look at the difference, press the button."""
    shown = upload(seat, language, data)
    assert shown.status_code == 200, re.sub(r"<[^>]*>|\s+", " ", shown.text)
    return seat.post(f"{PO}?text={language}", fields_of(shown.text, f"{PO}?text={language}"))


@pytest.fixture
def light(tmp_path: Path, desk_on: Callable[[Flask], Desk]) -> Desk:
    """A desk on SQLite alone."""
    return desk_on(published(tmp_path))


HEADLINE = Entry("campaign.yaml:headline", "Keep the trees", "Gardez les arbres")
UNKNOWN = Entry("pages/gone:title", "Gone", "Parti")


def test_the_difference_is_shown_before_anything_is_saved(desk: Desk) -> None:
    seat = desk.sits("Ana")
    before = desk.files()
    page = upload(seat, "fr", po_of([HEADLINE, UNKNOWN])).text
    assert "<ins>Gardez les arbres</ins>" in page and "<del>" in page and "1 text changes." in page
    assert "1 entry can’t be taken." in page and "There is no such text in the draft." in page
    assert desk.files() == before
    answer = seat.post(f"{PO}?text=fr", fields_of(page, f"{PO}?text=fr"))
    assert answer.status_code == 303
    assert "fr: 'Gardez les arbres'" in desk.files()["campaign.yaml"]
    with desk.app.app_context():
        row = reviews.of_campaign(db.session, "trees")["campaign.yaml#/front", "fr"]
    assert (row.state, row.who, row.source_language) == ("draft", "Ana", "en")


def test_a_draft_that_changed_meanwhile_is_shown_again(light: Desk) -> None:
    seat = light.sits("Ana")
    fields = fields_of(upload(seat, "fr", po_of([HEADLINE])).text, f"{PO}?text=fr")
    from tests.desk.test_editing import save

    save(seat, "/content/front/front", "fr", **{"w.headline": "Autre chose"})
    answer = seat.post(f"{PO}?text=fr", fields)
    assert answer.status_code == 200 and "The draft has changed in the meantime" in answer.text
    assert "Autre chose" in light.files()["campaign.yaml"]


def test_a_source_that_changed_makes_an_entry_fuzzy_and_an_old_file_is_refused(light: Desk) -> None:
    from tests.desk.test_editing import save

    seat = light.sits("Ana")
    old = taken_out(seat, "fr", lambda source: source)
    save(seat, "/content/front/front", "en", **{"w.headline": "Keep all the trees"})
    data = seat.client.get(f"{BASE}{PO}/out?text=fr").data.decode()
    fuzzy = [one.name for one in read_po(data.encode()).entries if one.fuzzy]
    assert fuzzy == ["campaign.yaml:headline"]
    page = upload(seat, "fr", old).text
    assert "Its source has changed since: “Keep all the trees”" in page
    still_right = po_of([Entry("campaign.yaml:headline", "Keep all the trees", "Keep the trees (fr)")])
    page = upload(seat, "fr", still_right).text
    assert "1 text stays as it is, and fits its new source." in page
    seat.post(f"{PO}?text=fr", fields_of(page, f"{PO}?text=fr"))
    assert "The source has changed" not in seat.get("/content/front/front?text=fr")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "An entry has several translations, or none.|0 texts change."),
        (b"nonsense", "It is no PO file: line 1"),
        (po_of([HEADLINE], "ru"), "This file is in “ru”, not in “Français”."),
        (b'msgid "a"\nmsgstr "b"\n' * 20_001, "It has more than 20,000 entries."),
    ],
    ids=["nothing", "nonsense", "another language", "too many"],
)
def test_a_file_that_can_not_be_used_is_refused_with_the_reason(data: bytes, said: str, still: Desk) -> None:
    page = upload(still.sits("Ana"), "fr", data).text
    assert any(one in page for one in said.split("|"))


@pytest.mark.parametrize("entries", ["[", "{}", "[1]", '[["a","b"]]', '[["a","b",1]]', "[" * 50])
def test_what_the_page_had_in_a_hidden_field_is_read_within_limits(entries: str, still: Desk) -> None:
    seat = still.sits("Ana")
    fields = {"csrf": seat.token(f"{PO}?text=fr"), "entries": entries, "state": "x"}
    assert seat.post(f"{PO}?text=fr", fields).status_code == 400


def test_a_translator_brings_back_their_language_and_no_other(light: Desk) -> None:
    light.join("Tau", "translator", languages=("de",))
    seat = light.sits("Tau")
    assert seat.client.get(f"{BASE}{PO}/out?text=fr").status_code == 200
    assert upload(seat, "fr", po_of([HEADLINE])).status_code == 403
    assert seat.client.get(f"{BASE}{PO}?text=en").status_code == 404  # the source
    assert seat.client.get(f"{BASE}{PO}?text=../x").status_code == 404
