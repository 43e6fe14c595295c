"""The files that a letter can be downloaded as: media type and renderer by suffix; several as one file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence

from campaign.letters.formats import email, html, odt, pdf, text
from campaign.letters.letter import Letter
from campaign.pack.archive import entry


def _docx(letter: Letter) -> bytes:
    # Only where somebody asks for Word: python-docx takes 30 ms and 4 MB.
    from campaign.letters.formats import docx

    return docx.render(letter)


#: suffix -> (media type, bytes of one letter)
FORMATS: dict[str, tuple[str, Callable[[Letter], bytes]]] = {
    "pdf": ("application/pdf", pdf.render),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _docx,
    ),
    "odt": (odt.MIME, odt.render),
    "eml": ("message/rfc822", email.eml),
    "txt": ("text/plain; charset=utf-8", lambda letter: text.render(letter).encode()),
    "html": ("text/html; charset=utf-8", lambda letter: html.render(letter).encode()),
}

#: Files of several letters at once.
SEVERAL = {"pdf": "application/pdf", "zip": "application/zip"}


def archive(letters: Sequence[Letter]) -> bytes:
    """A ZIP with each letter as PDF and as Word file, and as e-mail file where the office has an address.

    We choose the names and number the letters; no times are kept.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, letter in enumerate(letters, 1):
            for suffix in ("pdf", "docx", *(("eml",) if letter.email else ())):
                name = f"{number:02}-{letter.filename}.{suffix}"
                archive.writestr(entry(name, zipfile.ZIP_STORED), FORMATS[suffix][1](letter))
    return out.getvalue()
