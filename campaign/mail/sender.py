"""Handing an e-mail to the relay by SMTP (RFC 5321), or to a folder on this machine."""

from __future__ import annotations

import smtplib
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

#: Seconds that a relay has to let us in, and to answer each command; all of a conversation takes less than
#: outbox.LEASE. A relay that says nothing for so long is tried again later.
CONNECTING, PATIENCE = 10, 20


class TemporaryError(Exception):
    """The relay did not take it (4xx), or could not be reached: try again later."""


class RelayAwayError(TemporaryError):
    """The relay can't be reached at all: other e-mails need not be tried now."""


class PermanentError(Exception):
    """The relay will not take it (5xx); `code` is its answer."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Sender(Protocol):
    """Something that accepts e-mails."""

    def send(self, message: EmailMessage, sender: str, to: str) -> None:
        """Hand it over. Raises TemporaryError or PermanentError."""

    def close(self) -> None:
        """Close what was kept open for the next e-mail."""


#: A connection is used again for so many e-mails, and for so many seconds after the last one.
MOST_EMAILS, IDLE = 100, 20


class Relay:
    """An SMTP server: `smtp://` with STARTTLS where it is offered, `smtps://` with TLS from the start.

    With a user name, TLS is required. A thread keeps its connection for some e-mails, since
    connecting takes longer than sending.
    """

    def __init__(
        self, url: str, patience: float = PATIENCE, offers: Callable[[bool], None] = lambda _utf8: None
    ) -> None:
        """`offers` is called for each connection: whether the relay has SMTPUTF8 (RFC 6531)."""
        self.url, self.patience, self._offers = url, patience, offers
        self._state = threading.local()

    def send(self, message: EmailMessage, sender: str, to: str) -> None:
        """Hand it over. Raises TemporaryError or PermanentError."""
        beyond_ascii = not to.isascii()
        body = message.as_bytes(policy=SMTPUTF8 if beyond_ascii else SMTP)
        options = ["SMTPUTF8", "BODY=8BITMIME"] if beyond_ascii else []
        try:
            connection = self._connection()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise RelayAwayError(type(error).__name__) from None
        try:
            connection.sendmail(sender, [to], body, mail_options=options)
        except smtplib.SMTPRecipientsRefused as error:
            ((code, _answer),) = error.recipients.values()
            raise self._error_for(code) from None
        except smtplib.SMTPResponseException as error:
            raise self._error_for(error.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise PermanentError(553) from None
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise TemporaryError(type(error).__name__) from None

    def try_out(self) -> bool:
        """Connect and sign in, without sending anything; whether the connection is encrypted.

        Raises TemporaryError, OSError or smtplib.SMTPException.
        """
        smtp = self._connect()
        try:
            return isinstance(smtp.sock, ssl.SSLSocket)
        finally:
            smtp.close()

    def close(self) -> None:
        """Close this thread's connection."""
        smtp: smtplib.SMTP | None = self._state.__dict__.pop("smtp", None)
        if smtp is not None:
            smtp.close()

    def _error_for(self, code: int) -> Exception:
        """5xx is permanent, except a refused sign-in, which we can fix; the rest may be tried again."""
        self.close()
        permanent = 500 <= code < 600 and code not in {530, 534, 535, 538}
        return PermanentError(code) if permanent else TemporaryError(str(code))

    def _connection(self) -> smtplib.SMTP:
        """This thread's connection, if it still answers; otherwise a new one."""
        state = self._state
        smtp: smtplib.SMTP | None = getattr(state, "smtp", None)
        if smtp is not None and state.left > 0 and time.monotonic() - state.used < IDLE and _answers(smtp):
            state.left, state.used = state.left - 1, time.monotonic()
            return smtp
        self.close()
        smtp = self._connect()
        smtp.ehlo_or_helo_if_needed()
        self._offers(smtp.has_extn("smtputf8"))
        state.smtp, state.left, state.used = smtp, MOST_EMAILS - 1, time.monotonic()
        return smtp

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host = parts.hostname or "localhost"
        secure = ssl.create_default_context() if parts.scheme == "smtps" or parts.username else None
        if parts.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                host, parts.port or 465, timeout=min(self.patience, CONNECTING), context=secure
            )
        else:
            smtp = smtplib.SMTP(host, parts.port or 25, timeout=min(self.patience, CONNECTING))
            smtp.ehlo_or_helo_if_needed()
            if smtp.has_extn("starttls"):
                smtp.starttls(context=secure or ssl.create_default_context())
            elif parts.username:
                smtp.close()
                raise RelayAwayError("the relay offers no TLS, and the password is not sent unencrypted")
        if smtp.sock is not None:
            smtp.sock.settimeout(self.patience)
        if parts.username:
            smtp.login(unquote(parts.username), unquote(parts.password or ""))
        return smtp


def _answers(smtp: smtplib.SMTP) -> bool:
    try:
        return smtp.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


@dataclass(frozen=True, slots=True)
class CatchBox:
    """E-mail that is not sent, for trying out the site: the newest files of a folder on this machine."""

    folder: Path
    most: int = 50

    def send(self, message: EmailMessage, sender: str, to: str) -> None:
        """Save it in the folder, and delete the oldest."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = message["Message-ID"].strip("<>").partition("@")[0]
        (self.folder / f"{name}.eml").write_bytes(message.as_bytes(policy=SMTPUTF8))
        for old in self.caught()[self.most :]:
            old.unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is kept open."""

    def caught(self) -> list[Path]:
        """The files, the newest first."""
        return sorted(self.folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
