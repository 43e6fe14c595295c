"""Scans of sheets, sealed while they arrive, and answers that supporters gave: taken as files by trustees."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from campaign.answers import given
from campaign.database import db
from campaign.desk.pages import Pages, Upload, back_to
from campaign.desk.paper.common import number_or_404, petition_record, petitions, read_number
from campaign.desk.paper.sheets import sheet_page
from campaign.paper import scan_store, scans
from campaign.paper.numbers import NumberError
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.people.roles import Permission
from campaign.petition import administration

pages = Pages()

#: Why a scan was not taken, by its problem.
SCAN_ERRORS = {
    "empty": _l("Choose a file: a photograph or a scan of this sheet."),
    "kind": _l("This is not a picture or a PDF. Use a JPEG, PNG, HEIC, WebP, TIFF or PDF."),
    "pages": _l("This PDF has too many pages for one sheet."),
}


def _scan_sink() -> Any:
    """What seals a scan while it arrives; None where it can't be sealed, and nothing is taken."""
    record = petition_record()
    try:
        number = read_number(str((request.view_args or {}).get("number", "")))
    except NumberError:
        return None
    if record.key is None or record.erased is not None:
        return None
    key, folder = record.key, petitions().server_keys(g.desk.slug).scans
    return lambda: scans.Scan(folder, key, number.key)


def _too_large(problem: str, _name: str, number: str) -> ResponseReturnValue:
    return sheet_page(number_or_404(number), 413, problem)


@pages.page(
    "/<slug>/paper/sheets/<number>/scan",
    Permission.TYPE,
    methods=["POST"],
    sink=_scan_sink,
    upload=Upload(scans.MOST_BYTES, _too_large),
)
def add_scan(number: str) -> ResponseReturnValue:
    """A photograph or scan of the sheet, which was sealed while it came."""
    known = number_or_404(number)
    given = request.files.get("scan")
    scan = given.stream if given else None
    if not isinstance(scan, scans.Scan) or not scan.keep():
        problem = scan.problem if isinstance(scan, scans.Scan) else "empty"
        return sheet_page(known, 422, str(SCAN_ERRORS[problem]))
    _take_in()
    return back_to("sheet", number=number, said="scan")


def _take_in() -> int:
    """Move what arrived on this machine into the database; the campaign's id."""
    campaign = petition_record().campaign
    scan_store.take_in(db.session, campaign, petitions().server_keys(g.desk.slug).scans)
    return campaign


@pages.page("/<slug>/paper/scans", Permission.KEYS, methods=["POST"])
def take_scans() -> ResponseReturnValue:
    """All sealed scans as one file, for trustees."""
    campaign = _take_in()
    administration.tell(db.session, g.desk.slug, AuditEvent(g.desk.email, AuditVerb.EXPORT_SCANS))
    body = stream_with_context(scan_store.every(db.session, campaign))
    response = Response(body, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{g.desk.slug}-scans.campaign"'
    return response


@pages.page("/<slug>/paper/answers", Permission.KEYS, methods=["POST"])
def take_answers() -> ResponseReturnValue:
    """All sealed answers that supporters gave as one file, for trustees."""
    administration.tell(db.session, g.desk.slug, AuditEvent(g.desk.email, AuditVerb.EXPORT_ANSWERS))
    body = stream_with_context(given.as_file(db.session, petition_record().campaign))
    response = Response(body, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{g.desk.slug}-answers.campaign"'
    return response
