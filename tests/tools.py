"""Small helpers of the tests: the seed, forms that are filled in, packs that are broken."""

from __future__ import annotations

import contextlib
import html
import io
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from flask.testing import FlaskClient
from PIL import Image

from campaign.languages.data import installed
from campaign.letters.envelopes import Box
from campaign.letters.letter import Choices, Sender
from campaign.pack.archive import unpacked
from campaign.pack.model import Pack

ROOT = Path(__file__).parent.parent
SEED = ROOT / "seeds" / "january-2022"
LANGUAGES = ("en", "ru", "kk", "fr")
BASE = "/en/january-2022"

#: A language in Latin letters that has no folder, whichever have been added: all its words are the source's.
BARE = next(code for code in ("cy", "mt", "sw", "eu") if code not in installed())

#: A day on which nothing changes, so that letters compare.
DAY = date(2026, 11, 24)

KAZAKH = "әғқңөұүһі"


#: Seconds that a test waits for something to happen. A busy machine may need most of them; a sound one some milliseconds.
PATIENCE = 60.0


def until(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until it holds, and fail if it does not in time: no test says how fast a machine must be."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.05)


@contextlib.contextmanager
def busy_at_most(seconds: float) -> Iterator[None]:
    """What is done inside takes less of this thread's processor time, whatever else the machine does."""
    begun = time.thread_time()
    yield
    assert time.thread_time() - begun < seconds


def text_of(message: EmailMessage) -> str:
    """The plain text of an e-mail."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def read_zip(data: bytes) -> dict[str, str]:
    """The texts of a zipped pack by path. Raises PackError."""
    return unpacked(data)[0]


def choices(pack: Pack, **changes: Any) -> Choices:
    """Default choices for a letter to the Prosecutor General, from Lyon."""
    sender = changes.pop("sender", Sender("Claire Martin", ("12 rue Mercière", "69002 Lyon"), "Lyon", "FR"))
    plain = {"addressee": "prosecutor-general", "language": "en", "demands": tuple(pack.demands), "day": DAY}
    return Choices(**{**plain, "sender": sender, **changes})


def typed(client: FlaskClient, **changes: Any) -> dict[str, Any]:
    """A form as a browser would send it, with a token that is old enough."""
    page = client.get(f"{BASE}/write").text
    token = re.search(r'name="form_token"[^>]*value="([^"]+)"', page)
    assert token
    plain = {
        "form_token": token[1],
        "country": "FR",
        "to": "prosecutor-general",
        "language": "en",
        "demands": ["independent-investigation", "reparations"],
        "opening": "0",
        "name": "Claire Martin",
        "place": "Lyon",
        "day": "2026-11-24",
        "paper": "a4",
    }
    return {**plain, **changes}


def bundles_of(page: str) -> dict[str, str]:
    """The addresses of a page's style sheets and scripts, by the ending of their names; one of each at most."""
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    scripts = re.findall(r'<script[^>]* src="([^"]+)"', page)
    assert len(styles) == 1 and len(scripts) <= 1, (styles, scripts)
    return {"css": styles[0]} | ({"js": scripts[0]} if scripts else {})


def style_of(client: FlaskClient, path: str) -> str:
    """The style sheet of a page."""
    answer = client.get(bundles_of(client.get(path).text)["css"])
    assert answer.status_code == 200
    return answer.text


def without_tokens(page: str) -> str:
    """A page or file without tokens, keys and digests: any short name may stand in one by chance.

    They are long, and have both digits and letters.
    """
    return re.sub(r"[A-Za-z0-9/+_-]{20,}=*", _without_token, page)


def _without_token(found: re.Match[str]) -> str:
    return "…" if re.search("[0-9]", found[0]) and re.search("[A-Za-z]", found[0]) else found[0]


def needed(command: str, package: str) -> str:
    """The path of a command. In CI it must be there, elsewhere its absence is a skip."""
    found = shutil.which(command)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"CI needs Debian's {package} for {command}: .ci/run installs it")
        pytest.skip(f"no {command} on this machine (Debian's {package})")
    return found


def poppler(command: str, document: bytes, *options: str) -> str:
    """What one of poppler's commands says of a PDF."""
    needed(command, "poppler-utils")
    arguments = [command, *options, "-", *(["-"] if command == "pdftotext" else [])]
    return subprocess.run(arguments, input=document, capture_output=True, check=True).stdout.decode()


def pdf_text(pdf: bytes, *options: str) -> str:
    """What a person can read in a PDF, by poppler's pdftotext."""
    return poppler("pdftotext", pdf, *options)


@dataclass(frozen=True)
class Word:
    """A word on a page and the box that it stands in, in mm."""

    text: str
    box: Box


def words_on_pages(document: bytes) -> list[list[Word]]:
    """Every word of every page with its box, by pdftotext -bbox."""
    pages = []
    for page in re.findall(r"<page [^>]*>(.*?)</page>", poppler("pdftotext", document, "-bbox"), re.S):
        found = re.findall(
            r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>', page
        )
        pages.append([_word(html.unescape(text), *map(float, sides)) for *sides, text in found])
    return pages


def rules_on(document: bytes, page: int = 1, least: float = 30) -> list[float]:
    """The horizontal lines on a page that are at least so long, by their distance from its top in mm."""
    picture = Image.open(io.BytesIO(picture_of(document, page))).convert("L")
    dots = picture.width / 210
    found: list[float] = []
    for row in range(picture.height):
        line = picture.crop((0, row, picture.width, row + 1)).tobytes()
        dark = max(map(len, bytes(dot < 200 for dot in line).split(b"\0")))
        if dark > least * dots and (not found or row / dots - found[-1] > 1):
            found.append(row / dots)
    return found


def picture_of(document: bytes, page: int, *options: str) -> bytes:
    """A page of a PDF as a picture, by poppler: 100 dots to an inch, unless the options say otherwise."""
    needed("pdftoppm", "poppler-utils")
    command = ["pdftoppm", "-r", "100", *options, "-f", str(page), "-l", str(page), "-singlefile", "-"]
    return subprocess.run(command, input=document, capture_output=True, check=True).stdout


def _word(text: str, left: float, top: float, right: float, bottom: float) -> Word:
    mm = 25.4 / 72
    return Word(text, Box(left * mm, top * mm, (right - left) * mm, (bottom - top) * mm))


def as_pdf_by_office(folder: Path, documents: dict[str, bytes]) -> dict[str, bytes]:
    """Documents by file name, opened and printed by LibreOffice, all in one run of it."""
    office = needed("soffice", "libreoffice-writer-nogui")
    for name, document in documents.items():
        (folder / name).write_bytes(document)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *documents]
    subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=120)
    return {name: (folder / name).with_suffix(".pdf").read_bytes() for name in documents}


def words_of(text: str) -> str:
    """Text with every run of white space as one space, to compare what line breaks part."""
    return re.sub(r"\s+", " ", text)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did: its exit code, what it printed, what it complained of."""

    returncode: int
    stdout: str
    stderr: str


def campaign(data: Path, *words: str, **environment: str) -> Ran:
    """`python -m campaign …` on a data folder, in this process: starting Python takes longer than most commands."""
    from campaign.cli.main import main

    out, wrong = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, {"CAMPAIGN_DATA": str(data), **environment}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(wrong),
        contextlib.chdir(ROOT),
    ):
        try:
            status = main(list(words))
        except SystemExit as end:
            status = int(end.code or 0)
    return Ran(status, out.getvalue(), wrong.getvalue())
