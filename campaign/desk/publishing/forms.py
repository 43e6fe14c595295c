"""The forms of publishing, import and export."""

from __future__ import annotations

import hashlib

from wtforms import Form

from campaign.desk.content.forms import NoteField, NoteForm
from campaign.desk.fields import TypedText, UploadField, YesField
from campaign.pack.archive import MOST_BYTES
from campaign.untrusted import whole_number


class PublishForm(NoteForm):
    """The draft that was looked at, whether its warnings were read, and what is new in it."""

    mark = TypedText()
    seen = YesField()


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
