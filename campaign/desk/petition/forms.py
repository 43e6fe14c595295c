"""The forms of the petition's page."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form
from wtforms.validators import StopValidation

from campaign import email_address, outgoing
from campaign.desk.fields import LocalTimeField, NumbersField, TypedText, UploadField, WholeNumber, YesField
from campaign.desk.validators import BoundedText
from campaign.signatures import public_keys
from campaign.signatures.public_keys import KeyFileError
from campaign.signatures.sealing import PublicKey

#: Bytes of an exclusion list: about 50 a line.
MOST_BYTES = 20 * 1024 * 1024

#: Bytes of a .pub file: it has some 300.
MOST_PUBLIC = 4_000

#: Characters of the trustees' addresses.
MOST_ADDRESSES = 5_000


class PauseForm(Form):
    """Whether signing is paused."""

    pause = YesField()


class KeyForm(Form):
    """A .pub file or its lines: a new key, and a proof. `slug`: the campaign that it has to be of.

    `compared`: somebody has read the fingerprint aloud, and it is the trustees’.
    """

    slug = ""

    file = UploadField(MOST_PUBLIC)
    public = TypedText(most=MOST_PUBLIC)
    compared = YesField()

    def validate_public(self, _field: Field) -> None:
        try:
            if self.key()[0].slug != self.slug:
                raise KeyFileError("another campaign")
        except KeyFileError:
            raise StopValidation(_not_the_next_key()) from None

    def key(self) -> tuple[PublicKey, str]:
        """The key that was sent, and the proof's line or ''. Raises KeyFileError."""
        return public_keys.read_public(self.text)

    @property
    def text(self) -> str:
        """What is in the file, or was typed."""
        return self.file.data[:MOST_PUBLIC].decode("utf-8", "replace") or self.public.data

    def refuse(self) -> None:
        """The key is one of this campaign, and not the next one."""
        self.public.errors = [_not_the_next_key()]


def _not_the_next_key() -> str:
    return str(_("This is not the next public key of this campaign. Copy everything in the .pub file."))


class TrusteesForm(Form):
    """Who gets the day's manifest, an e-mail address a line."""

    trustees = TypedText(most=MOST_ADDRESSES)

    def validate_trustees(self, _field: Field) -> None:
        for address in self.trustees.data.split():
            if not email_address.is_possible(address):
                raise StopValidation(_("“%(text)s” is not an e-mail address.", text=address))

    @property
    def addresses(self) -> list[str]:
        """The addresses of a valid form."""
        return [email_address.parse(address).shown for address in self.trustees.data.split()]


class NamesForm(Form):
    """Names that are let through, and names that are taken out for good, by their numbers."""

    show_list = NumbersField()
    drop_list = NumbersField()


class ReasonsForm(Form):
    """Texts of signers by their numbers, and what is to be done with them: `show` or `refuse`."""

    reason_list = NumbersField()
    do = TypedText()


class ExclusionListForm(Form):
    """A list of records that do not count, written by trustees."""

    list = UploadField(MOST_BYTES)

    def validate_list(self, field: Field) -> None:
        if len(field.data) > MOST_BYTES:
            raise StopValidation(_("This file is too large."))
        try:
            field.data.decode("utf-8")
        except UnicodeDecodeError:
            raise StopValidation(_("This is not an exclusion list.")) from None

    @property
    def text(self) -> str:
        """The list, once the form was found good."""
        return self.list.data.decode("utf-8")


_HOURS = _l("Enter when the event begins and ends.")


class EventForm(Form):
    """A network, what the event is called, and its hours by the campaign's clock."""

    network = TypedText(most=60)
    note = TypedText(checks=(BoundedText(80),), most=200)
    begins = LocalTimeField(_HOURS)
    ends = LocalTimeField(_HOURS)

    def validate_ends(self, _field: Field) -> None:
        if self.begins.data is None or self.ends.data is None:
            raise StopValidation(_HOURS)


class EndEventForm(Form):
    """Which event ends, by its number."""

    event = WholeNumber()


class ServerForm(Form):
    """Another server that collects to the same key: what it is called, its address, the key of its counts."""

    name = TypedText(checks=(BoundedText(80, needed=True),), most=200)
    address = TypedText(most=200)
    counts_key = TypedText(most=200)


class EndServerForm(Form):
    """Which server is counted no longer, by its number."""

    server = WholeNumber()


class CountsForm(Form):
    """Signed counts of another server, as a file."""

    counts = UploadField(outgoing.MOST)


class DecisionForm(Form):
    """What is to be done with a list that waits: `drop` puts it away, anything else carries it out."""

    do = TypedText()
