"""Copies of the site to download: a page for those who use, check or host one, and a feed of editions.

The files are in the data folder; `python -m campaign mirror make --publish` and the desk put them there. A
copy can be made by a machine that never sees a signature, and signed by a key that this one never has.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from flask import Blueprint, Response, abort, g, make_response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from campaign.languages.numbers import number
from campaign.services import service
from campaign.settings import Settings
from campaign.untrusted import UnreadableError, json_value
from campaign.web import copies, languages
from campaign.web.domains import known_base
from campaign.web.kept_reads import kept
from campaign.web.open_edition import edition_cache, open_edition
from campaign.web.public_pages import CACHE, PublicPages
from campaign.whole_files import write_whole

blueprint = Blueprint("copies", __name__)

public = PublicPages(blueprint)

#: What there is of an edition, with its type: the folder as a ZIP, the one file, the list, its signature.
KINDS = {
    ".zip": "application/zip",
    ".html": "text/html",
    "SHA256SUMS": "text/plain",
    "SHA256SUMS.sig": "text/plain",
}

#: What the folder of an edition says about it, and the most bytes of that.
_ABOUT, _MOST = "about.json", 100_000


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """A file of a published copy: its name, size and SHA-256."""

    name: str
    bytes: int
    digest: str

    @property
    def megabytes(self) -> str:
        """The size as the reader's language writes it."""
        size = Decimal(self.bytes) / 1_000_000
        return number(size.quantize(Decimal("0.1")) or Decimal("0.1"), languages.current())

    @property
    def mimetype(self) -> str:
        return next(kind for ending, kind in KINDS.items() if self.name.endswith(ending))


@dataclass(frozen=True, slots=True)
class PublishedCopy:
    """The copy of an edition that visitors can download."""

    edition: int
    day: date
    files: tuple[CopiedFile, ...]


def folder(slug: str, edition: int) -> Path:
    """Where the files of a copy are."""
    return service(Settings).data / "copies" / slug / str(edition)


def put(slug: str, copy: PublishedCopy, contents: dict[str, bytes]) -> None:
    """Let visitors download a copy, in place of one of the same edition."""
    place = folder(slug, copy.edition)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in contents.items():
        write_whole(place / name, content)
    about = {
        "edition": copy.edition,
        "day": copy.day.isoformat(),
        "files": [[file.name, file.bytes, file.digest] for file in copy.files],
    }
    write_whole(place / _ABOUT, json.dumps(about).encode())
    for old in sorted(set(_numbers(slug)) - {copy.edition}):
        for name in contents:
            (folder(slug, old) / name).unlink(missing_ok=True)  # its hashes stay for the feed


def published(slug: str) -> dict[int, PublishedCopy]:
    """The copies that were made here, by edition."""
    found = {}
    for edition in _numbers(slug):
        try:
            about = json_value((folder(slug, edition) / _ABOUT).read_text(encoding="utf-8"), _MOST)
            files = tuple(
                CopiedFile(str(name), int(size), str(digest)) for name, size, digest in about["files"]
            )
            found[edition] = PublishedCopy(edition, date.fromisoformat(about["day"]), files)
        except (OSError, UnreadableError, ValueError, LookupError, TypeError):
            continue  # one that is being written, or that somebody damaged
    return found


def _numbers(slug: str) -> list[int]:
    """The editions that have a folder."""
    try:
        names = [path.name for path in folder(slug, 0).parent.iterdir()]
    except OSError:
        return []
    return sorted(int(name) for name in names if re.fullmatch(r"[1-9][0-9]{0,8}", name))


def newest(slug: str) -> PublishedCopy | None:
    """The newest copy, the one whose files are there."""
    made = published(slug)
    return made[max(made)] if made else None


def version() -> int:
    """A number that grows when another copy is there."""
    slug = g.edition.pack.slug
    paths = [folder(slug, edition) / _ABOUT for edition in _numbers(slug)]
    return max((path.stat().st_mtime_ns for path in paths if path.exists()), default=0)


@public.page("/copies", version=version)
def page() -> str:
    """What copies are, where else the campaign is, how to check and to host one."""
    pack, language = g.edition.pack, languages.current()
    return render_template(
        "site/copies.html",
        elsewhere=list(copies.addresses(pack, language)),
        files=None if copies.here() else newest(pack.slug),
    )


@blueprint.get("/<language>/<slug>/editions.atom")
def feed(language: str, slug: str) -> ResponseReturnValue:
    """An entry for each edition, with the hashes of its copy (RFC 4287)."""
    open_edition(language, slug)
    made = published(slug)
    summaries = kept(("editions", slug), lambda: edition_cache().all_editions(slug))
    text = render_template(
        "site/editions.xml",
        base=known_base(slug),
        editions=summaries,
        made=made,
        newest_made=max(made, default=0),
    )
    response = make_response(text)
    response.mimetype = "application/atom+xml"
    response.headers["Cache-Control"] = CACHE
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/<language>/<slug>/copies/<file_name>")
def file(language: str, slug: str, file_name: str) -> ResponseReturnValue:
    """A file of the newest copy."""
    open_edition(language, slug)
    copy = newest(slug)
    known = next((one for one in copy.files if one.name == file_name), None) if copy else None
    if copy is None or known is None:
        abort(404)
    try:
        response: Response = send_file(
            folder(slug, copy.edition) / known.name, known.mimetype, as_attachment=True,
            download_name=known.name, etag=known.digest, max_age=60,
        )  # fmt: skip
    except OSError:
        abort(404)
    return response
