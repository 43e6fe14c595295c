"""Writing a letter on the site. What is typed comes by POST, becomes a letter, and is not stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import TooManyRequests

from campaign import clock
from campaign.counts import store
from campaign.database import db
from campaign.letters import byhand, files
from campaign.letters.compose import compose
from campaign.letters.composer_page import letters_for, shown
from campaign.letters.editing import edit_text
from campaign.letters.formats import pdf, printed
from campaign.letters.forms import ChoicesForm, as_choices, choices_form, reword
from campaign.letters.letter import Choices, Letter
from campaign.letters.postcard import OWN_SIGNS, postcard
from campaign.pack.languages import number
from campaign.pack.model import Pack
from campaign.text_input import tidy
from campaign.web import budgets, errors, guard, languages, limits, single_use, tokens
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
}

#: Pieces that may have no name: people write it in by hand.
NAMELESS = {"open-letter", "postcard"}

#: A body above the site's limit is read up to this size, only to give the typed text back.
GIVE_BACK_BYTES = 1024 * 1024


@blueprint.before_request
def _campaign() -> None:
    open_edition(**g.address)


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
    """The composer, with a letter in some wording. The address may name an addressee and a demand."""
    pack: Pack = g.edition.pack
    form = choices_form(pack, _defaults(pack), tokens.secret(), drawing=True)
    reword(form, pack, step=0)
    return _page(form)


@blueprint.post("")
@limits.limited(budgets.FORM)
def write_post() -> ResponseReturnValue:
    """The composer again, with the letter drawn again; works without JavaScript."""
    form = _typed_form(drawing=True)
    valid = form.validate()
    do = request.form.get("do", "")
    if do == "edit" and valid:
        form.edited.data = edit_text(compose(g.edition.pack, _choices(form)))
    if do == "compose":
        form.edited.data = ""
    if do == "reword":
        reword(form, g.edition.pack)
    if do.startswith("next:"):
        form = _form_for(form, do.removeprefix("next:"))
    return _page(form, status=200 if valid else 422)


@blueprint.post("/preview")
@limits.limited(budgets.PREVIEW)
def preview() -> ResponseReturnValue:
    """The parts of the page that follow the form, for the script to put in their places."""
    form = _typed_form(drawing=True)
    form.validate()
    if request.form.get("do") == "reword":
        reword(form, g.edition.pack)
    return _uncached(render_template("letters/live.html", **_page_values(form)))


@blueprint.post("/<piece>.<suffix>")
def download(piece: str, suffix: str) -> ResponseReturnValue:
    """A letter, several, a postcard or an envelope as a file; or the form with its messages."""
    if suffix not in PIECES.get(piece, {}):
        abort(404)
    form = _typed_form(drawing=False, nameless=piece in NAMELESS)
    valid = form.validate()
    own_length = len(tidy(form.own_words.data or "")) if piece == "postcard" and valid else 0
    if own_length > OWN_SIGNS:
        form.own_words.errors = [_too_long_for_a_card(own_length)]
        valid = False
    if not valid:
        return _page(form, status=422)
    usage = limits.spend(budgets.FILES, amount=len(form.recipients) if piece != "letter" else 1)
    if not usage.within:
        limits.refuse(usage)
    try:
        name, body = _name_and_body(piece, suffix, form)
    except pdf.MissingGlyphError as error:
        current_app.logger.warning("a pack's text has signs without a font: %d", len(error.signs))
        abort(500)
    return _file(name, suffix, PIECES[piece][suffix], body)


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
    if key not in (form.done.data or ()):
        if problem := _too_soon_to_count(form):
            return problem
        _count(form, key, channel)
        form.done.data = [*(form.done.data or ()), key]
    return _page(form)


def _count(form: ChoicesForm, key: str, channel: str) -> None:
    """Count a letter to an office: once for each page, whatever the form says was done."""
    token: Any = form["form_token"]
    used = single_use.once(tokens.secret(), token.nonce + key.encode())
    with db.engine.execution_options(writes=True).begin() as connection:
        if not single_use.spend(connection, used):
            return
    country = _choices(form).sender.country
    country = "" if country in g.edition.pack.countries_at_risk else country
    posting = store.Posting(key, country, channel)
    store.count_letter(db.session, g.edition.pack.slug, posting, clock.today(g.edition.pack.time_zone))


#: Seconds for which a page must have been open before it counts a letter, by step. Writing takes minutes.
POSTED_WAITS = (0, 2 * 60, 8 * 60)


def _too_soon_to_count(form: ChoicesForm) -> Response | None:
    """The page with a message while many letters are counted from this network; None if one more may be."""
    most = limits.look(budgets.POSTED_MOST)
    if not most.within:
        response = _page(form, status=429, message=_not_counted())
        response.headers["Retry-After"] = str(most.wait)
        return response
    token: Any = form["form_token"]
    usage = limits.look(budgets.POSTED)
    seconds = POSTED_WAITS[min(usage.step, len(POSTED_WAITS) - 1)]
    if token.age < seconds:
        message = _("Your letter was still sent. To add it to the count, press again a few minutes later.")
        return _page(form, status=422, message=message)
    limits.add(budgets.POSTED)
    limits.add(budgets.POSTED_MOST)
    return None


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
    addressees = {addressee.key: addressee for addressee in pack.open_addressees() if not addressee.typed}
    if (
        piece not in {"letter", "open-letter", "postcard"}
        or code not in pack.languages
        or key not in addressees
    ):
        abort(404)
    text = pack.letters[addressees[key].letter].texts[code]
    if (piece == "postcard" and not text.postcard) or (piece == "open-letter" and not text.together):
        abort(404)
    choices = byhand.choices(pack, key, code, g.edition.number, clock.today(pack.time_zone))
    if piece == "postcard":
        body = printed.postcards([postcard(pack, choices)])
        return _file(f"blank-postcard-{key}-{code}", "pdf", "application/pdf", body)
    letter = byhand.blank(pack, choices, piece)
    body = pdf.render(letter)
    return _file(f"blank-{letter.filename}", "pdf", "application/pdf", body)


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
    if guard.doubled(request.form):
        abort(400)
    return choices_form(g.edition.pack, request.form, tokens.secret(), drawing, nameless)


def _choices(form: ChoicesForm) -> Choices:
    return as_choices(form, g.edition.pack, g.edition.number)


def _defaults(pack: Pack) -> dict[str, Any]:
    keys = [addressee.key for addressee in pack.open_addressees()]
    demand = request.args.get("demand", "")
    to = request.args.get("to", "")
    if (to and to not in keys) or (demand and demand not in pack.demands):
        abort(404)
    return {
        "to": to or keys[0],
        "language": languages.current(),
        "demands": [demand] if demand else list(pack.demands),
        "opening": "0",
        "paper": "a4",
        "envelope": "dl",
        **dict.fromkeys(("country", "layout", "form_of_address", "beside"), ""),
    }


def _form_for(form: ChoicesForm, key: str) -> ChoicesForm:
    """The form for another office: all that was typed stays, what belonged to the first letter is dropped."""
    if key not in {addressee.key for addressee in g.edition.pack.open_addressees()}:
        abort(400)
    typed = request.form.copy()
    typed["to"] = key
    for name in ("also", "edited", "form_of_address"):
        typed.poplist(name)
    next_form = choices_form(g.edition.pack, typed, tokens.secret(), drawing=True)
    next_form.validate()
    reword(next_form, g.edition.pack)
    return next_form


def _name_and_body(piece: str, suffix: str, form: ChoicesForm) -> tuple[str, bytes]:
    """The file's name, which says nothing about the supporter, and its bytes."""
    pack, choices = g.edition.pack, _choices(form)
    if piece == "postcard":
        cards = [postcard(pack, replace(choices, addressee=key)) for key in form.recipients]
        return cards[0].filename, printed.postcards(cards)
    if piece == "open-letter":
        choices = replace(choices, piece=piece, edited="", beside="")
    keys = form.recipients if piece != "letter" else form.recipients[:1]
    letters = [letter for _, letter in letters_for(pack, choices, keys)]
    if piece == "envelope":
        return f"envelope-{letters[0].filename}", printed.envelopes(letters, form.envelope.data)
    if piece == "letters":
        return _several(suffix, letters)
    if suffix == "pdf":
        return letters[0].filename, pdf.render(*letters)
    return letters[0].filename, files.FORMATS[suffix][1](letters[0])


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


def _page(form: ChoicesForm, status: int = 200, message: str = "") -> Response:
    message = tokens.message(form["form_token"].errors) or message
    if (request.content_length or 0) > current_app.config["MAX_CONTENT_LENGTH"]:
        status = 413
    return _uncached(render_template("letters/write.html", message=message, **_page_values(form)), status)


def _uncached(body: str | bytes, status: int = 200) -> Response:
    response = make_response(body, status)
    # A page that holds nothing typed may be shown again by “back”, with what the browser remembers.
    response.headers["Cache-Control"] = "no-store" if request.method == "POST" else "no-cache"
    return response


def _file(name: str, suffix: str, mime: str, body: bytes) -> Response:
    """A download under a name of ours."""
    response = _uncached(body)
    response.headers["Content-Type"] = mime
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
    return response
