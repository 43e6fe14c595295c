"""The form of the petition: what a signer types, how it is checked, and the messages."""

from __future__ import annotations

from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, Form, HiddenField, StringField
from wtforms.validators import StopValidation

from campaign import email_address, names
from campaign.email_address import Address
from campaign.languages.countries import countries
from campaign.pack.model import ExtraField, Pack
from campaign.pack.model.petition import CHOICE
from campaign.petition import extra_fields, name_forms
from campaign.petition.extra_fields import name_in_form
from campaign.signatures.person import EXTRA_BYTES, extra_size
from campaign.text_input import one_line
from campaign.web import languages, tokens
from campaign.web.fields import ChoiceField, PrintableText, Required, a_name, a_place, parsed_address
from campaign.web.messages import translated
from campaign.web.tokens import YOUNGEST, TokenMeta

AnyProved = TypeVar("AnyProved", bound="ProvedForm")


class Consent:
    """Consent is a box of its own that is never ticked in advance (GDPR, Art. 9(2)(a))."""

    def __init__(self, without: Any) -> None:
        """`without`: the message if the box is not ticked."""
        self.without = without

    def __call__(self, form: ProvedForm, field: Field) -> None:
        if not field.data:
            raise StopValidation(str(self.without))
        if form.until.data and form.until.data != form.meta.until:
            field.data = False  # they agreed to another day
            message = _(
                "The day on which signatures are erased has changed. Read it again, and tick this box."
            )
            raise StopValidation(message)


class RiskRead:
    """Somebody in a country at risk says that they have read what to consider first."""

    def __call__(self, form: ProvedForm, field: Field) -> None:
        if form.at_risk and not field.data:
            raise StopValidation(_("If you still want to sign, tick this box and press the button again."))


class NameField(StringField):
    """A name. `doubtful`: it looks like something else, and its owner has to say that it is the name."""

    doubtful = False


class NameCheck:
    """What looks like an address, a telephone number or a heading is asked about once."""

    def __call__(self, form: Form, field: NameField) -> None:
        doubt = names.doubt(field.data or "")
        field.doubtful = doubt is not None
        if doubt is not None and not form["own_name"].data:
            question = _("Is this your name?")
            raise StopValidation(f"{translated(doubt)} {question}")


class EmailField(StringField):
    """A field for one address: the address that was read, and a likely correction of it, or ''.

    `impossible`: nothing can arrive at what was typed, so that it can't be kept.
    """

    address: Address
    meant = ""
    impossible = False


class EmailCheck:
    """The address must be valid; a likely typing error is asked about once."""

    def __call__(self, form: Form, field: EmailField) -> None:
        typed = one_line(field.data or "")
        if suggestion := email_address.suggestion(typed):
            field.impossible = not email_address.is_possible(typed)
            if field.impossible or form["kept"].data != field.data:
                field.meant = suggestion
                raise StopValidation(_("Did you mean %(address)s?", address=suggestion))
        field.address = parsed_address(typed)


class ExtraCheck:
    """What is typed into an extra field must be as the pack says; people at risk are not asked."""

    def __init__(self, asked: ExtraField, first_language: str) -> None:
        self.asked, self.first_language = asked, first_language

    def __call__(self, form: SignForm, field: Field) -> None:
        if form.at_risk:
            return
        try:
            extra_fields.read(self.asked, field.data or "", self.first_language)
        except extra_fields.WrongValueError as error:
            raise StopValidation(translated(error.message)) from None


class ProvedForm(Form):
    """What a form that signs has: a token, a proof of work, a country that may be at risk, and an address.

    The country comes first: who is at risk learns it before they have typed who they are.
    """

    class Meta(TokenMeta):
        """The countries that the pack calls at risk, and the day until which signatures are kept."""

        drawing = False
        at_risk: tuple[str, ...] = ()
        until = ""
        extra_fields: tuple[ExtraField, ...] = ()
        first_language = ""
        name_forms: tuple[str, ...] = ()

    kept = HiddenField()
    work = HiddenField()
    until = HiddenField()  # the day that the page showed

    @property
    def age(self) -> float:
        """Seconds since the page was opened."""
        token: Any = self["form_token"]
        return float(token.age)

    @property
    def nonce(self) -> bytes:
        """The bytes by which the token of a valid form can be used up."""
        token: Any = self["form_token"]
        return bytes(token.nonce)

    def give_token(self, token: str) -> None:
        """Put another token into the page."""
        field: Any = self["form_token"]
        field.current_token = token

    def begin_again(self) -> None:
        """Keep what was typed, but neither the token nor the proof of work: each counts once."""
        self.give_token(tokens.make(self.meta.token_secret, self.meta.token_purpose))
        self.work.data = ""

    @property
    def at_risk(self) -> bool:
        """Whether the signer's country is one that the pack calls at risk."""
        return self["country"].data in self.meta.at_risk

    @property
    def address(self) -> Address:
        """The e-mail address of a valid form."""
        field: Any = self["email"]
        address: Address = field.address
        return address


class SignForm(ProvedForm):
    """The form to sign: nothing in it is stored in plain text, and most of it is not stored at all."""

    country = ChoiceField(_l("Country"), [Required(_l("Choose your country."))])
    understood = BooleanField(_l("I have read this and want to sign"), [RiskRead()])
    name = NameField(
        _l("Full name"),
        [PrintableText(later=True), Required(_l("A signature needs a name.")), a_name, NameCheck()],
    )
    own_name = BooleanField(_l("Yes, this is my name"))
    email = EmailField(
        _l("E-mail"),
        [
            PrintableText(),
            Required(_l("Type your e-mail address: we need it once, to confirm.")),
            EmailCheck(),
        ],
    )
    place = StringField(_l("Town (optional)"), [PrintableText(later=True), a_place])
    show_name = BooleanField()  # as the petition's terms say: name_forms.py
    news = BooleanField(_l("Keep me informed about the campaign"))
    agree = BooleanField(
        _l("My consent"), [Consent(_l("Without your consent we may not keep your signature: tick this box."))]
    )

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Read what was typed, also into the extra fields, which come after the name."""
        following = list(self._fields)[list(self._fields).index("own_name") + 1 :]
        for asked in self.meta.extra_fields:
            name = name_in_form(asked)
            unbound = _unbound(asked, self.meta.first_language)
            bound: Any = self.meta.bind_field(self, unbound, {"name": name, "prefix": ""})
            if asked.kind == CHOICE:
                bound.choices = [("", "–"), *_numbered(asked)]
            self._fields[name] = bound
        for name in following:
            self._fields[name] = self._fields.pop(name)
        name_forms.ask(self)
        super().process(*args, **kwargs)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether all is well; what is in the extra fields must also fit into the link of the e-mail."""
        if not super().validate(*args, **kwargs):
            return False
        if extra_size(self.extra or {}) <= EXTRA_BYTES:
            return True
        longest = max(self.extra_entries, key=lambda field: len(field.data or ""))
        longest.errors = [
            _("Together, these entries are too long for the link in our e-mail. Shorten this one.")
        ]
        return False

    @property
    def extra_entries(self) -> list[Field]:
        """The extra fields, in the pack's order."""
        return [self[name_in_form(asked)] for asked in self.meta.extra_fields]

    @property
    def extra(self) -> dict[str, str] | None:
        """What a valid form has in its extra fields, by key; None if it has none. At risk it is nothing."""
        if not self.meta.extra_fields:
            return None
        if self.at_risk:
            return {}
        read = {
            asked.key: extra_fields.read(
                asked, self[name_in_form(asked)].data or "", self.meta.first_language
            )
            for asked in self.meta.extra_fields
        }
        return {key: value for key, value in read.items() if value}

    @property
    def shown_form(self) -> str:
        """As what the signer wants to be shown, '' if not at all."""
        return name_forms.chosen(self.show_name.data, self.meta.name_forms)


def _unbound(asked: ExtraField, first_language: str) -> Any:
    """An extra field that is not bound to a form yet."""
    label = asked.label[languages.current()]
    label = label if asked.needed else _("%(field)s (optional)", field=label)
    kind = ChoiceField if asked.kind == CHOICE else StringField
    return kind(label, [ExtraCheck(asked, first_language)])


def _numbered(asked: ExtraField) -> list[tuple[str, str]]:
    """The options of a choice: what the form sends, and its words."""
    return [(str(number), words) for number, words in enumerate(asked.choices(languages.current()), 1)]


def sign_form(pack: Pack, typed: MultiDict[str, str] | None, secret: bytes) -> SignForm:
    """The form of a campaign's petition, empty or as it was typed."""
    return filled_in(SignForm, pack, typed, (secret, purpose(pack.slug)))


def filled_in(
    kind: type[AnyProved], pack: Pack, typed: MultiDict[str, str] | None, token: tuple[bytes, str]
) -> AnyProved:
    """A form for a campaign, empty or as it was typed. `token`: its secret and its purpose."""
    meta = {
        "token_secret": token[0],
        "token_purpose": token[1],
        "token_youngest": YOUNGEST,
        "at_risk": pack.countries_at_risk,
        "until": pack.terms.erase_on.isoformat() if pack.terms.erase_on else "",
        "extra_fields": pack.terms.extra_fields,
        "first_language": pack.languages[0],
        "name_forms": pack.terms.name_forms,
    }
    form = kind(_chosen(typed) if typed is not None else None, meta=meta)
    prompt: list[tuple[str, Any]] = [("", _("Choose your country"))]
    field: Any = form["country"]
    field.choices = [*prompt, *countries(languages.current()).items()]
    return form


def purpose(slug: str) -> str:
    """What tokens and proofs of work of this form are for."""
    return f"sign/{slug}"


def _chosen(typed: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was typed, with the answer to “did you mean …?” applied."""
    if "use" in typed:
        typed = MultiDict(typed)
        typed["email"] = typed.pop("use")
        typed["kept"] = typed["email"]
    elif "keep" in typed:
        typed = MultiDict(typed)
        typed["kept"] = typed.pop("keep")
    return typed
