"""The forms of publishing, import and export."""

from __future__ import annotations

import hashlib

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form
from wtforms.validators import StopValidation

from campaign.desk.content.forms import CleanText, NoteField, NoteForm
from campaign.desk.fields import LocalTimeField, TypedText, UploadField, WholeNumber, YesField
from campaign.desk.validators import BoundedText
from campaign.editions import comments
from campaign.editions.comments import Verdict
from campaign.pack.archive import MOST_BYTES
from campaign.untrusted import whole_number

_TIME_MISSING = _l("Enter a day and a time.")


class PublishForm(NoteForm):
    """The draft that was looked at, whether its warnings were read, and what is new in it.

    `at` is when to publish it, by the campaign's clock, if `when` is “later”.
    """

    mark = TypedText()
    seen = YesField()
    when = TypedText(default="now")
    at = LocalTimeField(_TIME_MISSING)

    def validate_at(self, field: Field) -> None:
        if self.is_later and field.data is None:
            raise StopValidation(_TIME_MISSING)
        if not self.is_later and field.data is not None:
            raise StopValidation(_("You entered a time but chose “Now”. Choose one of the two."))

    @property
    def is_later(self) -> bool:
        """Whether it is to be published at a time."""
        return self.when.data == "later"


class CommentForm(Form):
    """What somebody says of the draft with a mark, and in `verdict` what they found."""

    mark = WholeNumber()
    verdict = TypedText(most=16)
    text = CleanText(checks=(BoundedText(comments.MOST_CHARACTERS),), most=comments.MOST_CHARACTERS + 1)

    def validate_text(self, field: Field) -> None:
        # Who approves need not say why.
        if not field.data and self.found is not Verdict.APPROVED:
            raise StopValidation(_("Write a comment."))

    @property
    def found(self) -> Verdict:
        """What was found; nothing for what is no verdict."""
        return Verdict(self.verdict.data) if self.verdict.data in list(Verdict) else Verdict.NONE


class OwnCommentForm(Form):
    """Which comment is taken back."""

    comment = WholeNumber()


class ExportForm(Form):
    """Which state of the campaign is taken out, and whether the audit goes with it."""

    which = TypedText(default="draft")
    audit = YesField()

    @property
    def number(self) -> int:
        """The edition; 0 for what is none."""
        return whole_number(self.which.data) or 0


class ImportForm(Form):
    """A pack as a ZIP, why it is brought in, and the hash of the ZIP whose consequences were read."""

    pack = UploadField(MOST_BYTES)
    note = NoteField()
    seen = TypedText(most=64)

    @property
    def digest(self) -> str:
        """The hash of the ZIP, in hexadecimal digits."""
        return hashlib.sha256(self.pack.data).hexdigest()
