"""A letter as an e-mail file and as a mailto: link."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import quote

from campaign.letters.formats import html, pdf, text
from campaign.letters.letter import Letter

#: Above this many bytes some mail programs cut a link or do not open it at all.
MAILTO_BYTES = 1_800


def eml(letter: Letter) -> bytes:
    """An unsent message: opened in a mail program, it waits to be sent by the supporter.

    Text and HTML say the same from the salutation on; the PDF is attached under a name that
    says nothing about the supporter. The sender's reading copy is not in it.
    """
    message = EmailMessage(policy=SMTP)
    if letter.email:
        message["To"] = letter.email
    message["Subject"] = letter.subject
    message["X-Unsent"] = "1"
    message.set_content(text.body(letter), charset="utf-8")
    message.add_alternative(html.message(letter), subtype="html", charset="utf-8")
    document = pdf.render(letter.without_reading_copy())
    message.add_attachment(document, maintype="application", subtype="pdf", filename=f"{letter.filename}.pdf")
    return message.as_bytes()


def mailto(letter: Letter, with_body: bool = True) -> str:
    """A link that opens the supporter's mail program; RFC 6068 encoding."""
    fields = {"subject": letter.subject}
    if with_body:
        fields["body"] = text.body(letter).replace("\n", "\r\n")
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items())
    return f"mailto:{quote(letter.email, safe='@')}?{query}"


def best_mailto(letter: Letter) -> tuple[str, bool]:
    """The link, and whether the whole letter is in it. A letter that is too long for
    mail programs gives a link with addressee and subject only, to paste the text into.
    """
    # Encoding never makes a text shorter, so most letters need not be encoded to be too long.
    if len(text.body(letter).encode()) <= MAILTO_BYTES:
        link = mailto(letter)
        if len(link.encode()) <= MAILTO_BYTES:
            return link, True
    return mailto(letter, with_body=False), False
