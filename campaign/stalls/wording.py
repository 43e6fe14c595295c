"""What is said of a batch that is not taken, to the person who hands it over."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign.languages.numbers import number
from campaign.stalls.batches import StallError
from campaign.web import languages

#: Sentences by the reason of a StallError; the one about half a batch needs numbers.
SENTENCES = {
    "strange": _l("This is not a batch of signatures from a stall. Choose the file that the device saved."),
    "altered": _l(
        "The file was changed on its way: its checksum is a different one. Save it again on the device."
    ),
    "foreign": _l(
        "This batch is of another petition, or names a key or an edition that this petition never had."
    ),
    "replayed": _l("All signatures of this batch are here already: they came in another batch."),
    "other": _l("A different batch with the same number is here already. Ask who handed it over."),
    "code": _l(
        "This one-time code is wrong, was used, or is too old. Ask somebody at the desk for a new one."
    ),
    "full": _l("Too many batches wait. Somebody at the desk has to accept some first."),
    "closed": _l("Every signature has been erased: the petition takes no more."),
}


def said(error: StallError) -> str:
    """Why a batch is not taken."""
    if error.reason == "half":
        language = languages.current()
        there, count = number(error.there, language), number(error.count, language)
        return str(
            _(
                "The file is cut off: it has %(there)s of %(count)s signatures. Save it again on the device.",
                there=there,
                count=count,
            )
        )
    return str(SENTENCES[error.reason])
