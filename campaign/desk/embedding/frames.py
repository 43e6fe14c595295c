"""Frames to copy: choose what they show, look at one, and take its code along."""

from __future__ import annotations

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.desk.embedding.forms import FrameForm
from campaign.desk.pages import Pages, page
from campaign.pack.model import Pack
from campaign.people.roles import Permission
from campaign.site import embed
from campaign.site.embed_code import code_of
from campaign.web import languages
from campaign.web.bundles import SCHEMES
from campaign.web.domains import campaign_base
from campaign.web.open_edition import edition_cache

pages = Pages()


@pages.page("/<slug>/embedding", Permission.READ)
def embedding() -> ResponseReturnValue:
    """The form, a frame as it is, and its code; none before the first edition."""
    edition = edition_cache().newest().get(g.desk.slug)
    if edition is None:
        return page("desk/embedding/frames.html", form=None)
    g.edition = edition
    form = _form(edition.pack)
    is_valid = form.validate()
    width = form.width.data if is_valid else None
    with languages.forced(form.language.data):
        code = code_of(form.kind.data, form.colours.data, width or embed.USUAL)
    g.pop("edition")  # the page itself is the desk's
    g.frames = True
    base = campaign_base(g.desk.slug)
    # The preview is asked of the host of the desk: a campaign may have a host of its own.
    preview = code.address.removeprefix(base)
    return page(
        "desk/embedding/frames.html",
        200 if is_valid else 422,
        form=form,
        code=code,
        preview=preview,
        base=base,
    )


def _form(pack: Pack) -> FrameForm:
    """What was asked for; the first choice in place of what there is not."""
    names = {"count": _("How many have acted"), "sign": _("Sign"), "write": _("Write a letter")}
    form = FrameForm(request.args)
    kinds = {kind: names[kind] for kind in embed.KINDS if embed.is_offered(pack, kind)}
    codes = {code: languages.own_name(code) for code in pack.languages}
    form.kind.choices, form.language.choices = list(kinds.items()), list(codes.items())
    own = g.address["language"]
    usual_language = own if own in codes else pack.languages[0]
    for field, offered, usual in (
        (form.kind, kinds, embed.KINDS[0]),
        (form.language, codes, usual_language),
        (form.colours, SCHEMES, SCHEMES[0]),
    ):
        if field.data not in offered:
            field.data = usual
    return form
