"""News for those who asked for it, sent by trustees from their own account: one by one, resumable."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from campaign.mail.messages import message
from campaign.mail.sender import PermanentError, Sender, TemporaryError
from campaign.signatures import sealed_list
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
    """What one run did."""

    sent: int = 0
    before: int = 0
    failed: int = 0


def count(job: Job) -> int:
    """How many would get it."""
    return sum(1 for _ in _asked(job))


def send(job: Job, sender: Sender, pause: float = 1.0) -> SendReport:
    """Send to each who has not had it. A mail is noted after it went, so one may come twice, none is lost.

    Raises ValueError where a language has no text.
    """
    texts, slug = _texts(job), sealed_list.head(job.signatures).campaign
    done, had = SendReport(), _had(job.state)
    with job.state.open("a", encoding="utf-8") as notes:
        for one in _asked(job):
            mark = _mark(job, one)
            if mark in had:
                done.before += 1
                continue
            try:
                _deliver(job, slug, sender, one, texts)
            except (TemporaryError, PermanentError):
                done.failed += 1
                continue
            notes.write(mark + "\n")
            notes.flush()
            done.sent += 1
            time.sleep(pause)
    return done


def with_password(url: str, password: str) -> str:
    """The account's address with its password, which never stands on the command line."""
    parts = urlsplit(url)
    if not password or not parts.username:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{quote(password, safe='')}@{host}"))


def _asked(job: Job) -> Iterator[OpenedRecord]:
    """The newest signature of each mailbox that wants news."""
    kept = opening.examine(job.signatures, job.keys).kept
    for one in opening.people(job.signatures, job.keys, kept):
        if one.person.news and not one.record.no_news:
            yield one


def _deliver(
    job: Job, slug: str, sender: Sender, one: OpenedRecord, texts: dict[str, tuple[str, str]]
) -> None:
    language = one.person.language if one.person.language in texts else next(iter(texts))
    subject, body = texts[language]
    stop = f"{job.site.rstrip('/')}/{language}/{slug}/petition/u/{one.record.id:016x}"
    name = _mark(job, one)[:32]
    made = message(name, one.person.mailbox, job.sender, "", (subject, f"{body}\n\n<{stop}>\n", ""))
    made["List-Unsubscribe"] = f"<{stop}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    sender.send(made, job.sender, one.person.mailbox)


def _texts(job: Job) -> dict[str, tuple[str, str]]:
    """Subject and text by language."""
    folder, name = Path(job.text).parent, Path(job.text).name
    found = {}
    for path in sorted(folder.glob(f"{name}.??.txt")):
        subject, _line, body = path.read_text(encoding="utf-8").strip().partition("\n")
        found[path.name.split(".")[-2]] = (subject.strip(), body.strip())
    if not found:
        raise ValueError(f"There is no {job.text}.<language>.txt, such as {job.text}.en.txt.")
    return found


def _mark(job: Job, one: OpenedRecord) -> str:
    return hashlib.sha256(f"{Path(job.text).name}/{one.record.id}".encode()).hexdigest()


def _had(state: Path) -> set[str]:
    return set(state.read_text(encoding="utf-8").split()) if state.exists() else set()
