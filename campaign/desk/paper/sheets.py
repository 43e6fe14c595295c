"""Paper at the desk: sheets are printed and go out, come back, and are typed in, row by row."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask import Response, abort, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign.csv_files import FORMULA
from campaign.database import db
from campaign.desk.pages import Pages, at, back_to, download, page, upload
from campaign.editions.edition_cache import LoadedEdition
from campaign.messages import Message
from campaign.pack.languages import countries
from campaign.pack.model import Pack
from campaign.paper import batches, forms, kits, lists, numbers, scans, sheets, transcription
from campaign.paper.models import Sheet, SheetBatch
from campaign.paper.numbers import Number, NumberError
from campaign.paper.sheets import Layout, SheetError
from campaign.paper.transcription import Context, SheetStateError
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.people.roles import Permission
from campaign.petition import administration
from campaign.petition.index import Cost
from campaign.petition.ledger import Ledger
from campaign.petition.signing import Signer
from campaign.petition.status import PetitionRecord, Petitions
from campaign.services import service
from campaign.signatures import public_keys
from campaign.text_input import forbidden, one_line, tidy
from campaign.web.addresses import base_url, page_address
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day, edition_cache

pages = Pages()

#: Days for which a batch may be out.
LONGEST = 366


@pages.page("/<slug>/paper", Permission.TYPE)
def paper() -> ResponseReturnValue:
    """What is out and what came back, a form to print, a field for a sheet's number."""
    return _paper_page()


def _paper_page(status: int = 200, message: str = "", **typed: Any) -> ResponseReturnValue:
    edition, today = _loaded_edition(), campaign_day(g.desk.slug)
    held = _held()
    g.camera = True
    values = {
        "offered_languages": edition.pack.languages,
        "accounts": batches.accounts(db.session, held.campaign, today),
        "visitors": batches.visitors(db.session, held.campaign),
        "open_sheets": _open_sheets(held.campaign),
        "double": administration.double_entry(db.session, held.campaign),
        "ready": held.key is not None and held.erased is None,
        "rows_offered": [str(n) for n in sheets.ROWS],
        "typed": {"rows": "12", "sheets": "20", "paper": "a4", **typed},
        "message": message,
    }
    return page("desk/paper/paper.html", status, **values)


def _open_sheets(campaign: int) -> list[tuple[str, Sheet, bool]]:
    found = transcription.open_sheets(db.session, campaign)
    mine = g.desk.here.person.id
    return [
        (numbers.written(g.desk.slug, numbers.of_key(one.key)), one, transcription.may_look(one, mine))
        for one in found
    ]


@pages.page("/<slug>/paper/print", Permission.TYPE, methods=["POST"])
def print_sheets() -> ResponseReturnValue:
    """Enter a batch, and its page with the PDF."""
    typed = {name: request.form.get(name, "") for name in _ORDER_FIELDS}
    try:
        order = _order(typed)
        sheets.checked(order.layout, _loaded_edition().pack)
        sheets.pdf(_loaded_edition().pack, order.layout, sheets.Print([Number(1, 1)]))
    except SheetError as error:
        return _paper_page(422, str(_SAID.get(error.field, _SAID["rows"])()), **typed)
    except ValueError as error:
        return _paper_page(422, str(error), **typed)
    batch = batches.order(db.session, g.desk.slug, order, str(g.desk.here.person.email))
    return redirect(at("batch", number=batch.id, said="printed"), 303)


_ORDER_FIELDS = (
    "holder", "sheets", "language", "second", "rows", "paper", "landscape", "large", "email",
    "return_to", "due",
)  # fmt: skip

_SAID = {
    "languages": lambda: _("Choose one language, or two different ones."),
    "rows": lambda: _("With that many rows the petition’s text doesn’t fit. Choose fewer."),
    "large": lambda: _("Large print works with one language and 8 to 10 rows."),
    "paper": lambda: _("Choose from the list."),
}


def _order(typed: dict[str, str]) -> batches.Order:
    """What is to be printed. Raises ValueError with a sentence."""
    holder, today = one_line(typed["holder"][:120]), campaign_day(g.desk.slug)
    if not holder:
        raise ValueError(_("Say who the sheets are for: a group or a place, not a private person."))
    if forbidden(typed["holder"]) or FORMULA.match(holder):
        raise ValueError(
            _("This text contains a character that can’t be printed. Retype it instead of pasting.")
        )
    count = int(typed["sheets"]) if re.fullmatch(r"\d{1,4}", typed["sheets"]) else 0
    if not 1 <= count <= sheets.MOST:
        raise ValueError(_("A batch has 1 to %(most)s sheets.", most=sheets.MOST))
    due = None
    if typed["due"]:
        try:
            due = date.fromisoformat(typed["due"])
        except ValueError:
            raise ValueError(_("This is not a date.")) from None
        if not 0 <= (due - today).days <= LONGEST:
            raise ValueError(_("The return date must be within a year from today."))
    return_to = tuple(line.strip() for line in tidy(typed["return_to"][:400]).split("\n") if line.strip())
    languages = tuple(one for one in (typed["language"], typed["second"]) if one)
    rows = int(typed["rows"]) if typed["rows"].isdigit() and len(typed["rows"]) < 3 else 0
    if typed["large"]:
        rows = min(rows, sheets.LARGE_ROWS[-1])
    layout = Layout(
        languages, rows, typed["paper"], bool(typed["landscape"]), bool(typed["large"]), bool(typed["email"])
    )
    return batches.Order(layout, count, _loaded_edition().number, today, holder, return_to[:5], due)


@pages.page("/<slug>/paper/batches/<int:number>", Permission.TYPE)
def batch(number: int) -> ResponseReturnValue:
    """One batch: to print, and what came back of it."""
    held = _held()
    found = [
        one
        for one in batches.accounts(db.session, held.campaign, campaign_day(g.desk.slug))
        if one.batch.id == number
    ]
    if not found:
        abort(404)
    return page("desk/paper/batch.html", one=found[0])


@pages.page("/<slug>/paper/batches/<int:number>.pdf", Permission.TYPE)
def batch_pdf(number: int) -> ResponseReturnValue:
    """The batch's sheets."""
    held = _held()
    found = batches.of(db.session, held.campaign, number)
    if found is None:
        abort(404)
    made = batches.pdf(_pack_of(found), found, _site(found.languages.split()[0]), _fingerprint(held))
    return download(made, f"sheets-{number}.pdf", "application/pdf")


@pages.page("/<slug>/paper/batches/<int:number>.zip", Permission.TYPE)
def batch_kit(number: int) -> ResponseReturnValue:
    """The batch's sheets with all else that a street stall needs."""
    held = _held()
    found = batches.of(db.session, held.campaign, number)
    if found is None:
        abort(404)
    language, pack = found.languages.split()[0], _pack_of(found)
    site = _site(language)
    made = batches.pdf(pack, found, site, _fingerprint(held))
    kit = kits.Kit(language, site, made, found.edition, campaign_day(g.desk.slug))
    return download(kits.archive(pack, kit), f"kit-{number}.zip", "application/zip")


@pages.page("/<slug>/paper/batches/<int:number>/give-up", Permission.TYPE, methods=["POST"])
def give_up_batch(number: int) -> ResponseReturnValue:
    """Nobody asks any more for what is missing of a batch."""
    try:
        batches.give_up(
            db.session, g.desk.slug, number, campaign_day(g.desk.slug), str(g.desk.here.person.email)
        )
    except LookupError:
        abort(404)
    return back_to("paper", said="done")


@pages.page("/<slug>/paper/double", Permission.SIGNATURES, methods=["POST"])
def set_double_entry() -> ResponseReturnValue:
    """Whether each sheet is typed by two people."""
    double = request.form.get("double") == "yes"
    administration.set_double_entry(db.session, g.desk.slug, str(g.desk.here.person.email), double)
    return back_to("paper", said="done")


@pages.page("/<slug>/paper/list", Permission.TYPE, methods=["POST"])
def bring_in_list() -> ResponseReturnValue:
    """Names that were typed elsewhere, all of them or none with what is wrong by row."""
    language = g.address["language"]

    def checked(given: dict[str, str]) -> transcription.RowEntry:
        found = forms.row(given, language)
        if found is None or found.what != transcription.NAME:
            raise forms.RowError({"name": str(_("A signature needs a name."))})
        return found

    today = campaign_day(g.desk.slug)
    rows, problems = lists.read(upload("list", lists.MOST_BYTES), today, checked)
    if problems or not rows:
        said = [_problem(one) for one in problems[:30]] or [str(_("There is no row in this list."))]
        return _paper_page(422, _("Nothing was imported."), problems=said)
    ledger: Ledger = service(Ledger)
    who = str(g.desk.here.person.email)
    names, doubtful = lists.bring_in(db.session, _context(), ledger, rows, who)
    return back_to("paper", said="brought-in", names=names, doubtful=doubtful)


def _problem(one: lists.Problem) -> str:
    """One thing that is wrong with a list, with its row."""
    text = translated(one.why) if isinstance(one.why, Message) else one.why
    return text if not one.row else _("Row %(number)s", number=one.row) + f": {text}"


# a sheet


@pages.page("/<slug>/paper/sheet", Permission.TYPE)
def find_sheet() -> ResponseReturnValue:
    """To the sheet whose number was typed or scanned."""
    typed = request.args.get("number", "")
    try:
        number = _number(typed)
    except NumberError as error:
        return _paper_page(422, _why(error), number=typed)
    return redirect(at("sheet", number=numbers.written(g.desk.slug, number)), 303)


@pages.page("/<slug>/paper/sheets/<number>", Permission.TYPE)
def sheet(number: str) -> ResponseReturnValue:
    """One sheet: what is to be done with it, or what it came to."""
    try:
        found = _number(number)
    except NumberError as error:
        return _paper_page(422, _why(error), number=number)
    return _sheet_page(found)


def _sheet_page(
    number: Number, status: int = 200, message: str = "", typed: Any = None, problems: Any = None
) -> ResponseReturnValue:
    held = _held()
    known = transcription.sheet_of(db.session, held.campaign, number)
    language = g.address["language"]
    values: dict[str, Any] = {
        "number": numbers.written(g.desk.slug, number),
        "sheet": known,
        "batch": transcription.batch_of(db.session, held.campaign, number),
        "mine": known is not None and transcription.may_look(known, g.desk.here.person.id),
        "scans": scans.of_sheet(_petitions().ring(g.desk.slug).scans, number.key),
        "done": {}, "differences": [], "rows": [],
        "country_names": countries(language),
        "today": campaign_day(g.desk.slug).isoformat(),
        "typed": typed or {}, "problems": problems or {}, "message": message,
        "ready": held.key is not None and held.erased is None,
    }  # fmt: skip
    if known is not None and known.state != transcription.CLOSED:
        values["done"] = transcription.done(db.session, known)
        values["rows"] = list(range(1, known.rows + 1))
        if known.state == transcription.THIRD:
            values["differences"] = transcription.differences(db.session, known)
            values["rows"] = [one.row for one in values["differences"]]
    return page("desk/paper/sheet.html", status, **values)


@pages.page("/<slug>/paper/sheets/<number>/begin", Permission.TYPE, methods=["POST"])
def begin_sheet(number: str) -> ResponseReturnValue:
    """The sheet is back: where and when it was signed, then its rows."""
    found = _number_or_404(number)
    country = forms.country_of(request.form.get("country", ""), g.address["language"])
    day = request.form.get("day", "")
    try:
        good = date.fromisoformat(day) <= campaign_day(g.desk.slug) and len(day) == 10
    except ValueError:
        good = False
    if not country or not good:
        said = _("Choose a country from the list, or type its two-letter code.") if not country else _(
            "Type the date of the last signature on the sheet; it can’t be in the future."
        )  # fmt: skip
        return _sheet_page(found, 422, said, typed={"country": request.form.get("country", ""), "day": day})
    given = (country, day)
    transcription.begin(db.session, _context(), _held().campaign, found, given)
    return back_to("sheet", number=number)


@pages.page("/<slug>/paper/sheets/<number>/rows", Permission.TYPE, methods=["POST"])
def save_rows(number: str) -> ResponseReturnValue:
    """Rows are sealed as they come: one from the page's script, or all from its form."""
    found = _number_or_404(number)
    sheet_key = (_held().campaign, found.key)
    known = transcription.sheet_of(db.session, *sheet_key[:1], found)
    if known is None:
        abort(404)
    typed, problems = _typed_rows(request.form, known.country)
    message = ""
    try:
        transcription.save(db.session, _context(), sheet_key, g.desk.here.person.id, typed)
    except SheetStateError as error:
        message = _state_said(error)
    if _wants_json():
        saved = {} if message else {row: _WHAT[one.what]() for row, one in typed.items()}
        body = jsonify(saved=saved, problems=problems, message=message)
        body.status_code = 422 if problems or message else 200
        return body
    if problems or message:
        left = {name: text for name, text in request.form.items() if name != "csrf"}
        return _sheet_page(found, 422, message, left, problems)
    if request.form.get("do") == "finish":
        return finish_sheet(number)
    return back_to("sheet", number=number, said="sealed")


def _typed_rows(
    form: Any, country: str
) -> tuple[dict[int, transcription.RowEntry], dict[int, dict[str, str]]]:
    """The rows of a form that are not empty, and what is wrong with others, by row and column."""
    typed, problems = {}, {}
    for name in form:
        match = re.fullmatch(r"name-(\d{1,2})", name)
        if match is None:
            continue
        row = int(match[1])
        given = {column: form.get(f"{column}-{row}", "") for column in forms.COLUMNS}
        given["country"] = given["country"] or country
        try:
            found = forms.row(given, g.address["language"])
        except forms.RowError as error:
            problems[row] = error.messages
            continue
        if found is not None:
            typed[row] = found
    return typed, problems


@pages.page("/<slug>/paper/sheets/<number>/finish", Permission.TYPE, methods=["POST"])
def finish_sheet(number: str) -> ResponseReturnValue:
    """This look is done: the next one follows, or the sheet is closed and its names count."""
    found = _number_or_404(number)
    key = (_held().campaign, found.key)
    known = transcription.sheet_of(db.session, _held().campaign, found)
    if known is None:
        abort(404)
    if (
        not transcription.done(db.session, known)
        and request.form.get("empty") != "yes"
        and known.state != "third"
    ):
        said = _("No row has been typed. If the sheet really is empty, tick the box and press again.")
        return _sheet_page(found, 422, said, typed={"ask_empty": "yes"})
    ledger: Ledger = service(Ledger)
    try:
        state = transcription.finish(db.session, _context(), ledger, key, g.desk.here.person.id)
    except SheetStateError as error:
        return _sheet_page(found, 409, _state_said(error))
    return back_to("sheet", number=number, said=f"sheet-{state}")


def _scan_sink() -> Any:
    """What seals a scan while it arrives; None where it can't be sealed, and nothing is taken."""
    held = _held()
    try:
        number = _number(str((request.view_args or {}).get("number", "")))
    except NumberError:
        return None
    if held.key is None or held.erased is not None:
        return None
    key, folder = held.key, _petitions().ring(g.desk.slug).scans
    return lambda: scans.Scan(folder, key, number.key)


@pages.page("/<slug>/paper/sheets/<number>/scan", Permission.TYPE, methods=["POST"], sink=_scan_sink)
def add_scan(number: str) -> ResponseReturnValue:
    """A photograph or scan of the sheet, which was sealed while it came."""
    found = _number_or_404(number)
    given = request.files.get("scan")
    scan = given.stream if given else None
    if not isinstance(scan, scans.Scan) or not scan.keep():
        problem = scan.problem if isinstance(scan, scans.Scan) else "empty"
        return _sheet_page(found, 422, str(_SCAN_SAID[problem]()))
    return back_to("sheet", number=number, said="scan")


_SCAN_SAID = {
    "empty": lambda: _("Choose a file: a photograph or a scan of this sheet."),
    "kind": lambda: _("This is not a picture or a PDF. Use a JPEG, PNG, HEIC, WebP, TIFF or PDF."),
    "pages": lambda: _("This PDF has too many pages for one sheet."),
}


@pages.page("/<slug>/paper/scans", Permission.KEYS, methods=["POST"])
def take_scans() -> ResponseReturnValue:
    """All sealed scans as one file, for trustees."""
    folder = _petitions().ring(g.desk.slug).scans
    administration.tell(
        db.session, g.desk.slug, AuditEvent(str(g.desk.here.person.email), AuditVerb.EXPORT_SCANS)
    )
    response = Response(scans.every(folder), mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{g.desk.slug}-scans.campaign"'
    return response


@pages.page("/<slug>/paper/sheets/<number>/anew", Permission.TYPE, methods=["POST"])
def sheet_anew(number: str) -> ResponseReturnValue:
    """Forget what was typed of a sheet that is not closed."""
    found = _number_or_404(number)
    if transcription.sheet_of(db.session, _held().campaign, found) is None:
        abort(404)
    try:
        key = (_held().campaign, found.key)
        transcription.anew(db.session, g.desk.slug, key, str(g.desk.here.person.email))
    except SheetStateError as error:
        return _sheet_page(found, 409, _state_said(error))
    return back_to("sheet", number=number, said="done")


# helpers

_WHAT = {
    "name": lambda: _("sealed"),
    "unreadable": lambda: _("unreadable"),
    "crossed": lambda: _("crossed out"),
}


def _number(typed: str) -> Number:
    """The sheet's number, of a batch that there is. Raises NumberError."""
    found = numbers.read(typed, g.desk.slug)
    transcription.batch_of(db.session, _held().campaign, found)
    return found


def _number_or_404(typed: str) -> Number:
    try:
        return _number(typed)
    except NumberError:
        abort(404)


def _why(error: NumberError) -> str:
    said = {
        "form": lambda: _("A sheet number has three groups of four characters, such as K7QM-29XR-4T61."),
        "check": lambda: _("This number has a typing error: its check digits do not match. Check it again."),
        "campaign": lambda: _("This sheet belongs to another campaign."),
        "batch": lambda: _("The number is valid, but no such sheet was printed here."),
    }
    return str(said[error.why]())


def _state_said(error: SheetStateError) -> str:
    said = {
        "closed": lambda: _(
            "This sheet is closed: its names count, and nobody can read or change them here."
        ),
        "other": lambda: _("Somebody else is typing this sheet, or has to: two people check it."),
        "rows": lambda: _("The sheet has no such row."),
        "differs": lambda: _("Type every row that differs; a minus stands for a row without a signature."),
    }
    return str(said[error.why]())


def _wants_json() -> bool:
    return request.headers.get("Accept") == "application/json"


def _context() -> Context:
    held = _held()
    if held.key is None or held.erased is not None:
        abort(409)
    petitions: Petitions = service(Petitions)
    signer = Signer(held.key, petitions.ring(g.desk.slug), service(Cost))
    edition = _loaded_edition()
    return Context(g.desk.slug, edition.pack, edition.number, signer, campaign_day(g.desk.slug))


def _petitions() -> Petitions:
    found: Petitions = service(Petitions)
    return found


def _held() -> PetitionRecord:
    return _petitions().held(g.desk.slug)


def _loaded_edition() -> LoadedEdition:
    edition = edition_cache().newest().get(g.desk.slug)
    if edition is None:
        abort(404)
    return edition


def _pack_of(batch: SheetBatch) -> Pack:
    """The pack of the edition that the batch's sheets name: printed again, they say what they said."""
    try:
        return edition_cache().edition(g.desk.slug, batch.edition).pack
    except LookupError:
        abort(404)


def _site(language: str) -> str:
    return str(base_url() + page_address("signing.petition", language=language, slug=g.desk.slug))


def _fingerprint(held: PetitionRecord) -> str:
    return public_keys.fingerprint(held.key) if held.key else ""


def late_sheets(campaign: int) -> str:
    """What the desk's first page says of sheets that never came back; '' for nothing."""
    late = batches.late(db.session, campaign, campaign_day(g.desk.slug))
    count = sum(one.out for one in late)
    return ngettext("%(num)s sheet should be back.", "%(num)s sheets should be back.", count) if count else ""
