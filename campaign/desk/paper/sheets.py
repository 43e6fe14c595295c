"""One sheet: found by its number, with what is to be done with it or what it came to."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, request
from flask.typing import ResponseReturnValue

from campaign.database import db
from campaign.desk.pages import Pages, at, page
from campaign.desk.paper.common import NUMBER_ERRORS, can_seal, columns_of, petition_record, read_number
from campaign.desk.paper.forms import BeginForm, RequestForm
from campaign.desk.paper.overview import paper_page
from campaign.languages.countries import countries
from campaign.pack.model.petition import TEXT
from campaign.paper import looks, numbers, scan_store, transcription
from campaign.paper.extra_columns import ExtraColumns
from campaign.paper.models import Sheet
from campaign.paper.numbers import Number, NumberError
from campaign.people.roles import Permission
from campaign.web.open_edition import campaign_day

pages = Pages()


@pages.page("/<slug>/paper/sheet", Permission.TYPE)
def find_sheet() -> ResponseReturnValue:
    """To the sheet whose number was typed or scanned."""
    typed = request.args.get("number", "")
    try:
        number = read_number(typed)
    except NumberError as error:
        return paper_page(422, str(NUMBER_ERRORS[error.why]), number=typed)
    return redirect(at("sheet", number=numbers.written(g.desk.slug, number)), 303)


@pages.page("/<slug>/paper/sheets/<number>", Permission.TYPE)
def sheet(number: str) -> ResponseReturnValue:
    """One sheet: what is to be done with it, or what it came to."""
    try:
        known = read_number(number)
    except NumberError as error:
        return paper_page(422, str(NUMBER_ERRORS[error.why]), number=number)
    return sheet_page(known)


def sheet_page(number: Number, status: int = 200, message: str = "", **more: Any) -> ResponseReturnValue:
    """A sheet's page with a message, and what was typed into one of its forms."""
    record, person = petition_record(), g.desk.sign_in.person.id
    known = transcription.sheet_of(db.session, record.campaign, number)
    extra = _extra_columns(known)
    values: dict[str, Any] = {
        "number": numbers.written(g.desk.slug, number),
        "sheet": known,
        "batch": transcription.batch_of(db.session, record.campaign, number),
        "mine": known is not None and transcription.may_look(db.session, known, person),
        "may_take_over": known is not None and transcription.may_take_over(db.session, known, person),
        "scans": scan_store.of_sheet(db.session, record.campaign, number.key),
        "country_names": countries(g.address["language"]),
        "today": campaign_day(g.desk.slug).isoformat(),
        "ready": can_seal(record),
        "begin": BeginForm(),
        "ask_empty": False,
        "typed": {},
        "problems": {},
        "filled": {},
        "asking": RequestForm(),
        "message": message,
        "extra_columns": extra,
        "extra_cells": [(one["name"], one["label"], one) for one in extra],
        **_progress(known),
    }
    return page("desk/paper/sheet.html", status, **{**values, **more})


def _extra_columns(known: Sheet | None) -> list[dict[str, Any]]:
    """The sheet's extra fields: what each is called in the form, what it asks for, and its options."""
    extra = columns_of(known) if known else ExtraColumns()
    language = g.address["language"]
    return [
        {
            "name": name,
            "label": extra.label(field, language),
            "options": extra.options(field, language),
            "is_text": field.kind == TEXT,
            "asked": request.form.get(name, ""),
        }
        for name, field in zip(extra.names, extra.fields, strict=True)
    ]


def _progress(known: Sheet | None) -> dict[str, Any]:
    """The rows of a sheet that are to be typed, those that are done, and where two people differ."""
    if known is None or known.state == looks.CLOSED:
        return {"done": {}, "rows": [], "differences": [], "asked": {}}
    done = transcription.done(db.session, known)
    if known.state != looks.THIRD:
        return {"done": done, "rows": list(range(1, known.rows + 1)), "differences": [], "asked": {}}
    differences = looks.differences(db.session, known)
    record = petition_record()
    return {
        "done": done,
        "rows": [difference.row for difference in differences],
        "differences": differences,
        "asked": looks.asked(db.session, known, record.key.epoch if record.key else 0),
    }
