"""News for the people who asked for it, sent by trustees from their own account: one by one, resumable."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from campaign.languages.data import exists
from campaign.mail.messages import message
from campaign.mail.sender import PermanentError, Sender, TemporaryError
from campaign.trustees import opening
from campaign.trustees.opening import Keys, OpenedRecord


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of news: the list, the keys, the texts by language, the sender, the site, what was sent."""

    signatures: Path
    keys: Keys
    text: str
    sender: str
    site: str
    state: Path


@dataclass(slots=True)
class SendReport:
    """The result of one run."""

    sent: int = 0
    before: int = 0
    failed: int = 0


def count(job: Job) -> int:
    """The number of people who would get it."""
    return sum(1 for _ in _recipients(job))


def send(job: Job, sender: Sender, pause: float = 1.0) -> SendReport:
    """Send to each person who has not had it. An e-mail is noted once it was sent: it may come twice.

    Raises ValueError if a language has no text.
    """
    texts = _texts(job)
    report, sent_marks = SendReport(), _sent_marks(job.state)
    with job.state.open("a", encoding="utf-8") as state_file:
        for signature in _recipients(job):
            mark = _mark(job, signature)
            if mark in sent_marks:
                report.before += 1
                continue
            try:
                _deliver(job, sender, signature, texts)
            except (TemporaryError, PermanentError):
                report.failed += 1
                continue
            state_file.write(mark + "\n")
            state_file.flush()
            report.sent += 1
            time.sleep(pause)
    return report


def with_password(url: str, password: str) -> str:
    """The account's address with its password, which is never on the command line."""
    parts = urlsplit(url)
    if not password or not parts.username:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{quote(password, safe='')}@{host}"))


def _recipients(job: Job) -> Iterator[OpenedRecord]:
    """The newest signature of each e-mail address that wants news."""
    kept = opening.examine(job.signatures, job.keys).kept
    for signature in opening.people(job.signatures, job.keys, kept):
        if signature.person.news and not signature.record.no_news:
            yield signature


def _deliver(job: Job, sender: Sender, signature: OpenedRecord, texts: dict[str, tuple[str, str]]) -> None:
    language = signature.person.language if signature.person.language in texts else next(iter(texts))
    subject, body = texts[language]
    # No campaign and no word in the address: mail providers read links.
    unsubscribe_address = f"{job.site.rstrip('/')}/r/{signature.record.id:016x}-{language}"
    name = _mark(job, signature)[:32]
    mail = message(
        name, signature.person.email, job.sender, "", (subject, f"{body}\n\n<{unsubscribe_address}>\n", "")
    )
    mail["List-Unsubscribe"] = f"<{unsubscribe_address}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    sender.send(mail, job.sender, signature.person.email)


def _texts(job: Job) -> dict[str, tuple[str, str]]:
    """Subject and text by language."""
    folder, name = Path(job.text).parent, Path(job.text).name
    texts = {}
    for path in sorted(folder.glob(f"{name}.*.txt")):
        code = path.name.removeprefix(f"{name}.").removesuffix(".txt")
        if not exists(code):
            continue
        subject, _line, body = path.read_text(encoding="utf-8").strip().partition("\n")
        texts[code] = (subject.strip(), body.strip())
    if not texts:
        raise ValueError(f"There is no {job.text}.<language>.txt, such as {job.text}.en.txt.")
    return texts


def _mark(job: Job, signature: OpenedRecord) -> str:
    return hashlib.sha256(f"{Path(job.text).name}/{signature.record.id}".encode()).hexdigest()


def _sent_marks(state: Path) -> set[str]:
    return set(state.read_text(encoding="utf-8").split()) if state.exists() else set()
