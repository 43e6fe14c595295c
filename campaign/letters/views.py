"""Writing a letter on the site. What is typed comes by POST, becomes a letter, and is not stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import TooManyRequests

from campaign import calendar_files, clock
from campaign.counts import store
from campaign.database import db
from campaign.languages.numbers import number
from campaign.letters import blanks, byhand, deep_links, files, printed_slips, reminder, returning, visits
from campaign.letters.compose import compose
from campaign.letters.composer_page import choices_for, has_more, letters_for, reached_by_post, shown
from campaign.letters.counting import CountResult, count
from campaign.letters.editing import edit_text
from campaign.letters.envelopes import ENVELOPES
from campaign.letters.formats import pdf, printed
from campaign.letters.forms import ChoicesForm, as_choices, choices_form, reword
from campaign.letters.letter import Choices, Letter
from campaign.letters.postcard import OWN_SIGNS, postcard
from campaign.letters.printed_picture import Images
from campaign.letters.responses import file_answer, typed_page
from campaign.letters.returning import UnusableSlipError, with_first
from campaign.pack.model import Pack
from campaign.photographs import photo_store
from campaign.text_input import tidy
from campaign.web import budgets, copies, errors, guard, languages, limits, offers, tokens
from campaign.web.addresses import page_address
from campaign.web.domains import campaign_base
from campaign.web.kept_reads import kept
from campaign.web.open_edition import open_edition, read_address

blueprint = Blueprint("letters", __name__, url_prefix="/<language>/<slug>/write")
blueprint.url_value_preprocessor(read_address)

#: What can be downloaded, with its suffixes.
PIECES: dict[str, dict[str, str]] = {
    "letter": {suffix: mime for suffix, (mime, _render) in files.FORMATS.items()},
    "letters": files.SEVERAL,
    "open-letter": {suffix: files.FORMATS[suffix][0] for suffix in ("pdf", "docx", "odt")},
    "postcard": {"pdf": "application/pdf"},
    "envelope": {"pdf": "application/pdf"},
    "reminder": {"ics": calendar_files.MIME},
    "slip": {"pdf": "application/pdf"},
}

#: What the script asks for: the parts of the page instead of the page.
LIVE = "text/vnd.campaign.parts"

#: What only the writer keeps. On a device that may be searched, it would name the office.
KEPT_BY_WRITER = {"reminder", "slip"}

#: Pieces that may have no name: people write it in by hand.
NAMELESS = {"open-letter", "postcard"}

#: Pieces that only the post carries.
BY_POST = {"postcard", "envelope"}

#: A body above the site's limit is read up to this size, only to give the typed text back.
GIVE_BACK_BYTES = 1024 * 1024


@blueprint.before_request
def _campaign() -> None:
    open_edition(**g.address)
    offers.need("letters")


@blueprint.before_request
def _allow_long_text() -> None:
    """A text that is too long comes back in its field with a message, so it must be read once.

    Each checkbox is a part, so this form may have more parts than the site's other forms.
    """
    if request.method == "POST":
        pack: Pack = g.edition.pack
        request.max_content_length = GIVE_BACK_BYTES
        request.max_form_memory_size = GIVE_BACK_BYTES
        boxes = len(pack.demands) + 2 * len(pack.addressees)
        request.max_form_parts = current_app.config["MAX_FORM_PARTS"] + boxes


@blueprint.get("")
def write() -> ResponseReturnValue:
    """The composer, with a letter in some wording. The address may choose some of it."""
    offers.need("letters")  # a draft, too, may have none
    pack: Pack = g.edition.pack
    values, unknown = deep_links.defaults(pack, _with_slip(request.args), languages.current())
    form = choices_form(pack, values, tokens.secret(), drawing=True)
    reword(form, pack, step=0)
    visits.opened()
    return _page(form, hint=_left_out(values["slip"], unknown))


def _with_slip(query: MultiDict[str, str]) -> MultiDict[str, str]:
    """The address, with the office, the language and the demands of the return slip in it."""
    try:
        slip = returning.read(query["slip"]) if query.get("slip") else None
    except UnusableSlipError:
        slip = None
    if slip is None:
        return query
    first = MultiDict([("to", slip.addressee), ("language", slip.language)])
    first.setlist("demand", list(slip.demands))
    for name in ("slip", "case", "country"):
        first[name] = query.get(name, "")
    return first


def _left_out(slip: str, unknown: bool) -> str:
    """What is said of an address with a part that can't be used."""
    if slip:
        try:
            returning.read(slip)
        except UnusableSlipError as refusal:
            return str(refusal)
    return str(_("A part of the link is unknown here, so it was left out.")) if unknown else ""


@blueprint.post("")
@limits.limited(budgets.FORM)
def write_post() -> ResponseReturnValue:
    """The composer again, with the letter drawn again; works without JavaScript."""
    return _acted()


@blueprint.post("/preview")
@limits.limited(budgets.PREVIEW)
def preview() -> ResponseReturnValue:
    """The parts of the page that follow the form, for the script to put in their places."""
    return _acted()


@blueprint.get("/preview")
@blueprint.get("/sent")
@blueprint.get("/<piece>.<suffix>")
def back_to_the_form(**_address: str) -> ResponseReturnValue:
    """Somebody reloads, or follows the address of a form that was sent: they get the composer."""
    return redirect(url_for("letters.write", **g.address), 303)


def _acted() -> ResponseReturnValue:
    """The page after what a button asked for."""
    do, _colon, piece = request.form.get("do", "").partition(":")
    form = _typed_form(drawing=do != "check", nameless=do == "check" and piece in NAMELESS)
    valid = form.validate()
    if do == "edit" and valid:
        form.edited.data = edit_text(compose(g.edition.pack, _choices(form)))
    if do == "compose":
        form.edited.data = ""
    if do == "slip":
        form.slips.data = True
    if do == "reword":
        reword(form, g.edition.pack)
    # The script asks whether the letter is right just before it hands it out, in whatever way.
    handed_out = valid and do == "check" and piece in {"", *visits.LETTERS}
    visits.went_on(form, finished=handed_out)
    if do == "next":
        form = _form_for(form, piece)
    return _page(form, status=200 if valid else 422)


@blueprint.post("/<piece>.<suffix>")
def download(piece: str, suffix: str) -> ResponseReturnValue:
    """A letter, several, a postcard or an envelope as a file; or the form with its messages."""
    if suffix not in PIECES.get(piece, {}):
        abort(404)
    form = _typed_form(drawing=piece in KEPT_BY_WRITER, nameless=piece in NAMELESS)
    valid = form.validate()
    own_length = len(tidy(form.own_words.data or "")) if piece == "postcard" and valid else 0
    if own_length > OWN_SIGNS:
        form.own_words.errors = [_too_long_for_a_card(own_length)]
        valid = False
    if not valid:
        return _page(form, status=422)
    if piece in KEPT_BY_WRITER and form.understood.needed:
        abort(404)
    if piece == "slip" and not printed_slips.slips_of(form, _choices(form), form.recipients):
        return _page(form, status=422, message=returning.too_old())
    if not _recipients(piece, form):
        return _page(form, status=422, message=_("This can’t be sent by post to any of these addressees."))
    usage = limits.spend(budgets.FILES, amount=_files_in(piece, form))
    if not usage.within:
        limits.refuse(usage)
    try:
        name, body = _name_and_body(piece, suffix, form)
    except pdf.MissingGlyphError as error:
        current_app.logger.warning("a pack's text has signs without a font: %d", len(error.signs))
        abort(500)
    if piece in visits.LETTERS:
        visits.went_on(form, finished=True)
    return file_answer(name, suffix, PIECES[piece][suffix], body)


@blueprint.post("/sent")
def sent() -> ResponseReturnValue:
    """Count one more letter, without a name; then show the page again, with the next offices to write to."""
    form = _typed_form(drawing=True)
    form.validate()
    key, _space, channel = request.form.get("sent", "").partition(" ")
    keys = {addressee.key for addressee in g.edition.pack.open_addressees()}
    if key not in keys or channel not in store.WAYS:
        abort(400)
    if form["form_token"].errors:
        return _page(form, status=422)
    if key in (form.done.data or ()):
        return _page(form)
    counted, wait = count(form, key, channel, _choices(form).sender.country)
    if counted is CountResult.TOO_MANY:
        response = _page(form, status=429, message=_not_counted())
        response.headers["Retry-After"] = str(wait)
        return response
    if counted is CountResult.TOO_SOON:
        message = _("Your letter was still sent. To add it to the count, press again a few minutes later.")
        return _page(form, status=422, message=message)
    form.done.data = [*(form.done.data or ()), key]
    visits.went_on(form, finished=channel in visits.WITHOUT_FILE)
    return _page(form)


def _not_counted() -> str:
    return str(
        _(
            "Many letters have been counted from your network this hour. Yours was still sent; you "
            "can add it to the count later."
        )
    )


@blueprint.get("/blank/<piece>/<key>.<code>.pdf")
@limits.limited(budgets.FILES)
def blank(piece: str, key: str, code: str) -> ResponseReturnValue:
    """A letter, an open letter or postcards to an addressee, to fill in and sign by hand."""
    pack: Pack = g.edition.pack
    offers.need("printed_letters")
    if blanks.problem(pack, key, code, piece):
        abort(404)
    choices = byhand.choices(pack, key, code, copies.edition_in_print(), clock.today(pack.time_zone))
    if piece == "postcard":
        body = printed.postcards([postcard(pack, choices, _images(pack))])
        return file_answer(f"blank-postcard-{key}-{code}", "pdf", "application/pdf", body)
    letter = byhand.blank(pack, choices, piece)
    body = pdf.render(letter)
    return file_answer(f"blank-{letter.filename}", "pdf", "application/pdf", body)


@blueprint.errorhandler(429)
def _too_many(error: TooManyRequests) -> ResponseReturnValue:
    """Too many requests: the typed text comes back, with advice on what to do."""
    wait = error.retry_after if isinstance(error.retry_after, int) else 60
    if request.method != "POST" or request.endpoint == "letters.preview":
        response = errors.page(429)
    else:
        form = _typed_form(drawing=True)
        form.validate()
        message = ngettext(
            "Too many letters from your network at once. Wait %(num)s second, then press again.",
            "Too many letters from your network at once. Wait %(num)s seconds, then press again.",
            wait,
        )
        response = _page(form, status=429, message=message)
    response.headers["Retry-After"] = str(wait)
    return response


# helpers


def _typed_form(drawing: bool, nameless: bool = False) -> ChoicesForm:
    offers.need("letters")
    if guard.doubled(request.form):
        abort(400)
    return choices_form(g.edition.pack, request.form, tokens.secret(), drawing, nameless)


def _choices(form: ChoicesForm) -> Choices:
    return with_first(as_choices(form, g.edition.pack, g.edition.number), form)


def _form_for(form: ChoicesForm, key: str) -> ChoicesForm:
    """The form for another office: all that was typed stays, what belonged to the first letter is dropped."""
    if key not in {addressee.key for addressee in g.edition.pack.open_addressees()}:
        abort(400)
    typed = request.form.copy()
    typed["to"], typed["counted"] = key, form.counted.data or ""
    for name in ("also", "edited", "form_of_address"):
        typed.poplist(name)
    next_form = choices_form(g.edition.pack, typed, tokens.secret(), drawing=True)
    next_form.validate()
    reword(next_form, g.edition.pack)
    return next_form


def _name_and_body(piece: str, suffix: str, form: ChoicesForm) -> tuple[str, bytes]:
    """The file's name, which says nothing about the supporter, and its bytes."""
    pack, choices = g.edition.pack, _choices(form)
    keys = _recipients(piece, form)
    if piece == "postcard":
        images = _images(pack)
        cards = [postcard(pack, choices_for(choices, key), images) for key in keys]
        return cards[0].filename, printed.postcards(cards)
    if piece == "open-letter":
        choices = replace(choices, piece=piece, edited="", beside="")
    if piece == "slip":
        return "return-slip", printed_slips.pdf(printed_slips.slips_of(form, choices, keys), choices.paper)
    if piece == "reminder":
        return "reminder", reminder.calendar(pack, choices, _where_to_ask_again(form, choices, keys))
    letters = [letter for _, letter in letters_for(pack, choices, keys)]
    if piece == "envelope":
        return f"envelope-{letters[0].filename}", printed.envelopes(
            letters, form.envelope.data or next(iter(ENVELOPES))
        )
    if piece == "letters":
        return _several(suffix, letters)
    if suffix == "pdf":
        return letters[0].filename, pdf.render(*letters)
    return letters[0].filename, files.FORMATS[suffix][1](letters[0])


def _files_in(piece: str, form: ChoicesForm) -> int:
    """How many files a piece counts as: most are one for each office."""
    return 1 if piece in {"letter", *KEPT_BY_WRITER} else len(form.recipients)


def _where_to_ask_again(form: ChoicesForm, choices: Choices, keys: list[str]) -> dict[str, str]:
    """The address at which somebody asks an office again: that of the return slip, or the composer's."""
    composer = campaign_base(g.edition.pack.slug) + page_address("letters.write")
    slips = {key: returning.make(form, choices, key) for key in keys}
    return {key: slip.address if slip is not None else composer for key, slip in slips.items()}


def _recipients(piece: str, form: ChoicesForm) -> list[str]:
    """The keys of the offices to which a piece goes; of one that is posted, those that the post reaches."""
    if piece not in BY_POST:
        return form.recipients[:1] if piece == "letter" else form.recipients
    return reached_by_post(g.edition.pack, _choices(form), form.recipients, postcards=piece == "postcard")


def _images(pack: Pack) -> Images:
    """The photograph for the other side of a postcard, if there is one."""
    slug, names = pack.slug, frozenset(pack.images)
    return kept(("pictures", slug, names), lambda: photo_store.pictures(db.session, slug, names))


def _several(suffix: str, letters: Sequence[Letter]) -> tuple[str, bytes]:
    name = f"letters-{letters[0].language}"
    return name, files.archive(letters) if suffix == "zip" else pdf.render(*letters)


def _too_long_for_a_card(count: int) -> str:
    language = languages.current()
    most, over = number(Decimal(OWN_SIGNS), language), number(Decimal(count - OWN_SIGNS), language)
    message = _(
        "A postcard has room for %(most)s characters of your own; you have %(over)s too many.",
        most=most,
        over=over,
    )
    return str(message)


def _page_values(form: ChoicesForm) -> dict[str, Any]:
    return shown(g.edition.pack, form, _choices(form))


def _page(form: ChoicesForm, status: int = 200, message: str = "", hint: str = "") -> Response:
    message = tokens.message(form["form_token"].errors) or message
    if (request.content_length or 0) > current_app.config["MAX_CONTENT_LENGTH"]:
        status = 413
    do = request.form.get("do", "")
    live = request.accept_mimetypes.best == LIVE
    # While somebody types, what is wrong is said beside the field alone.
    summary = not live or do.startswith("check")
    values = {"message": message, "hint": hint, "summary": summary, **_page_values(form)}
    values["more_open"] = do == "reword" or has_more(form)
    if live:
        # The script looks at the parts, not at the status: a message is one of them.
        parts = render_template("letters/live.html", **values)
        return typed_page(parts, status if status == 429 else 200, shown_again=False)
    html = render_template("letters/write.html", problems=bool(message or form.errors), **values)
    return typed_page(html, status, shown_again=not form.understood.needed)
