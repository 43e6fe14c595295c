"""The form in which somebody says why they sign, and what may not be in a text that everybody can read."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, StringField
from wtforms.validators import StopValidation

from campaign import names
from campaign.languages.data import installed
from campaign.pack.model import Pack
from campaign.petition.reasons import Text
from campaign.text_input import is_seen, one_line
from campaign.web import languages
from campaign.web.fields import ChoiceField, PrintableText, a_name
from campaign.web.tokens import TokenMeta


class PublicText:
    """Something that can be read, and that leads to nobody: no address, number, account or link."""

    def __init__(self, empty: Any = "") -> None:
        """`empty`: the message if nothing was typed; '' if that is fine."""
        self.empty = empty

    def __call__(self, _form: Form, field: StringField) -> None:
        typed = one_line(field.data or "")
        if not is_seen(typed):
            if self.empty or typed:
                raise StopValidation(str(self.empty or _NOTHING))
            return
        if found := names.contact_in(typed):
            message = _(
                "Take out “%(found)s”. This text is public, and may not have an e-mail address, a telephone "
                "number, an account name or a link in it.",
                found=found,
            )
            raise StopValidation(message)


_NOTHING = _l("Type a few words.")


class Ticked:
    """Showing a text is agreed to by a box of its own that is never ticked in advance."""

    def __call__(self, _form: Form, field: BooleanField) -> None:
        if not field.data:
            raise StopValidation(_("If you want your text to be shown, tick this box."))


class ReasonForm(Form):
    """Why somebody signs, and as whose words it is shown."""

    class Meta(TokenMeta):
        """The link proves that its reader has signed, so the button works at once."""

        drawing = False
        token_youngest = 0

    reason = StringField(_l("Why you sign"), [PrintableText(later=True), PublicText(_NOTHING)])
    first_name = StringField(
        _l("First name to show (optional)"), [PrintableText(later=True), a_name, PublicText()]
    )
    language = ChoiceField(_l("Language of your text"))
    public = BooleanField(_l("My text may be shown"), [Ticked()])

    @property
    def written(self) -> Text:
        """What a valid form has: the text as one paragraph."""
        words, name = (one_line(field.data or "") for field in (self.reason, self.first_name))
        return Text(words, name, self.language.data)


def reason_form(pack: Pack, typed: MultiDict[str, str] | None, secret: bytes) -> ReasonForm:
    """The form of a campaign, empty or as it was typed."""
    meta = {"token_secret": secret, "token_purpose": purpose(pack.slug)}
    form = ReasonForm(typed, meta=meta)
    codes = dict.fromkeys((languages.current(), *pack.languages, *installed()))
    form.language.choices = [
        *((code, languages.own_name(code)) for code in codes),
        ("", _("Another language")),
    ]
    return form


def purpose(slug: str) -> str:
    """What the tokens of this form are for."""
    return f"reason/{slug}"
