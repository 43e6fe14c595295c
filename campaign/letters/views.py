"""Writing a letter on the site. What is typed comes by POST, becomes a letter, and is gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from campaign.letters.compose import Choices, Letter, Sender, compose, edit_text, openings
from campaign.letters.formats import email, html, pdf, text
from campaign.letters.forms import ChoicesForm, as_choices, choices_form
from campaign.pack.check import address_is_fresh
from campaign.pack.model import Addressee, Pack
from campaign.web import errors, guard, languages, limits
from campaign.web.shelves import open_shelf

blueprint = Blueprint("letters", __name__, url_prefix="/<language>/<slug>/write")

FORMATS: dict[str, tuple[str, Callable[[Letter], bytes]]] = {
    "pdf": ("application/pdf", pdf.render),
    "txt": ("text/plain; charset=utf-8", lambda letter: text.render(letter).encode()),
    "eml": ("message/rfc822", email.eml),
    "html": ("text/html; charset=utf-8", lambda letter: html.render(letter).encode()),
}

#: A body above the site's limit is read up to here, only to give the typed text back.
GIVE_BACK_BYTES = 4 * 1024 * 1024


@blueprint.before_request
def _room_for_typed_text() -> None:
    """A text that is too long comes back in its field with a message, so it must be read once."""
    if request.method == "POST":
        request.max_content_length = GIVE_BACK_BYTES
        request.max_form_memory_size = GIVE_BACK_BYTES
        request.max_form_parts = 50


@blueprint.url_value_preprocessor
def _open(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    values = values if values is not None else {}
    g.address = {name: values.pop(name, "") for name in ("language", "slug")}


@blueprint.before_request
def _campaign() -> None:
    open_shelf(**g.address)


@blueprint.get("")
def write() -> ResponseReturnValue:
    """The composer, with a default letter. The address may name an addressee and a demand."""
    pack: Pack = g.shelf.pack
    form = choices_form(pack, None, _secret(), _defaults(pack), drawing=True)
    return _page(form)


@blueprint.post("")
@limits.limited(limits.FORM)
def write_post() -> ResponseReturnValue:
    """The composer again, with the letter drawn anew; works without JavaScript."""
    form = _typed_form(drawing=True)
    valid = form.validate()
    do = request.form.get("do", "")
    if do == "edit" and valid:
        form.edited.data = edit_text(compose(g.shelf.pack, _choices(form)))
    if do == "compose":
        form.edited.data = ""
    return _page(form, status=200 if valid else 422)


@blueprint.post("/preview")
@limits.limited(limits.PREVIEW)
def preview() -> ResponseReturnValue:
    """The parts of the page that follow the form, for the script to put in their places."""
    form = _typed_form(drawing=True)
    form.validate()
    return _kept_nowhere(render_template("letters/live.html", **_shown(form)))


@blueprint.post("/letter.<suffix>")
@limits.limited(limits.PRESS)
def download(suffix: str) -> ResponseReturnValue:
    """The letter as a file; or the form with its messages where something is missing."""
    if suffix not in FORMATS:
        abort(404)
    form = _typed_form(drawing=False)
    if not form.validate():
        return _page(form, status=422)
    letter = compose(g.shelf.pack, _choices(form))
    return _file(letter, suffix)


@blueprint.get("/blank/<key>.<code>.pdf")
@limits.limited(limits.PRESS)
def blank(key: str, code: str) -> ResponseReturnValue:
    """A letter to an addressee with lines to fill in and sign by hand."""
    pack: Pack = g.shelf.pack
    if code not in pack.languages or key not in {a.key for a in pack.open_addressees() if not a.typed}:
        abort(404)
    line = "_" * 28
    with force_locale(code):
        labels = (_("Full name"), _("Postal address"))
    lines = (*(f"{label}: {line}" for label in labels), line)
    choices = Choices(key, code, tuple(pack.demands), Sender("", lines), date.today())
    letter = compose(pack, replace(choices, edition=g.shelf.number))
    return _file(replace(letter, date=line[:16], filename=f"blank-{letter.filename}"), "pdf")


@blueprint.errorhandler(429)
def _too_many(_error: Exception) -> ResponseReturnValue:
    """The budget is spent: the typed text comes back, with what to do."""
    if request.method != "POST" or request.endpoint == "letters.preview":
        return errors.page(429)
    form = _typed_form(drawing=True)
    form.validate()
    message = _("Too many letters from your network in a minute. Wait a minute, then press again.")
    response = _page(form, status=429, message=message)
    response.headers["Retry-After"] = "60"
    return response


# helpers


def _secret() -> bytes:
    secret: bytes = current_app.extensions["settings"].secrets["form"]
    return secret


def _typed_form(drawing: bool) -> ChoicesForm:
    if guard.doubled(request.form):
        abort(400)
    return choices_form(g.shelf.pack, request.form, _secret(), {}, drawing)


def _choices(form: ChoicesForm) -> Choices:
    return as_choices(form, g.shelf.pack, g.shelf.number)


def _defaults(pack: Pack) -> dict[str, Any]:
    offered = [a.key for a in pack.open_addressees()]
    asked = request.args.get("demand", "")
    to = request.args.get("to", "")
    if (to and to not in offered) or (asked and asked not in pack.demands):
        abort(404)
    return {
        "to": to or offered[0],
        "language": languages.current(),
        "demands": [asked] if asked else list(pack.demands),
        "opening": "0",
        "paper": "a4",
        "country": "",
        "layout": "",
        "form_of_address": "",
    }


def _shown(form: ChoicesForm) -> dict[str, Any]:
    """What the page and its living parts show."""
    pack: Pack = g.shelf.pack
    choices = _choices(form)
    letter = compose(pack, choices)
    addressee = pack.addressees[choices.addressee]
    shown = replace(letter, signature=letter.signature or _("Your name"))
    if not letter.sender:
        shown = replace(shown, sender=(_("Your name"),))
    address, whole = email.best_mailto(letter) if letter.email else ("", True)
    template = pack.letters[addressee.letter].texts[languages.current()]
    return {
        "form": form,
        "letter": letter,
        "sheet": html.sheet(shown),
        "addressee": addressee,
        "kind": pack.kinds[addressee.kind],
        "at_risk": choices.sender.country in pack.countries_at_risk,
        "unread": bool(addressee.reads) and choices.language not in addressee.reads,
        "checked": _checked(addressee),
        "prompts": template.prompts,
        "openings": openings(pack, choices),
        "mailto": address,
        "mailto_whole": whole,
        "plain_text": text.render(letter),
        "embassies": _embassies(pack, choices.sender.country),
        "has_later": bool(pack.letters[addressee.letter].texts[choices.language].later),
    }


def _embassies(pack: Pack, country: str) -> list[Addressee]:
    return [a for a in pack.open_addressees() if country and country in a.for_countries]


def _checked(addressee: Addressee) -> str:
    """'' for an address that needs a look before posting, or the day on which it was checked."""
    if addressee.checked_on is None or not address_is_fresh(addressee, date.today()):
        return ""
    return addressee.checked_on.show(languages.current())


def _page(form: ChoicesForm, status: int = 200, message: str = "") -> Response:
    problems = form["form_token"].errors
    if "old" in problems or "strange" in problems:
        message = _("This page had been open for a long time. Nothing is lost: press the button once more.")
    elif "young" in problems:
        message = _("That was quick. Nothing is lost: press the button once more.")
    if (request.content_length or 0) > current_app.config["MAX_CONTENT_LENGTH"]:
        status = 413
    return _kept_nowhere(render_template("letters/write.html", message=message, **_shown(form)), status)


def _kept_nowhere(body: str | bytes, status: int = 200) -> Response:
    response = make_response(body, status)
    # A page that holds nothing typed may be shown again by “back”, with what the browser remembers.
    response.headers["Cache-Control"] = "no-store" if request.method == "POST" else "no-cache"
    return response


def _file(letter: Letter, suffix: str) -> Response:
    """The letter as a download, under a name that says nothing about the supporter."""
    mime, render = FORMATS[suffix]
    try:
        body = render(letter)
    except pdf.MissingGlyphError as error:
        current_app.logger.warning("a pack's text has signs without a font: %d", len(error.signs))
        abort(500)
    response = _kept_nowhere(body)
    response.headers["Content-Type"] = mime
    response.headers["Content-Disposition"] = f'attachment; filename="{letter.filename}.{suffix}"'
    return response
