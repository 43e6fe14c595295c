"""What is fuzzed: each parser that reads what others sent, with the errors that its callers expect.

A target takes bytes. Whatever else it raises, a crash of the process, or more than two seconds is a
fault. Nothing here touches a disk, a database or a network.
"""

from __future__ import annotations

import base64
import io
import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

from jinja2 import TemplateError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect

from campaign import email_address, names, text_input
from campaign.answers import given
from campaign.desk.access import kept_form
from campaign.desk.content import difference, items, places
from campaign.desk.content.items import ItemReference
from campaign.desk.content.kinds import KINDS
from campaign.desk.fields import NumbersField, WholeNumber
from campaign.languages.dates import Day
from campaign.letters import senders
from campaign.mirror import hash_list, ssh_signature
from campaign.mirror import writing as mirror_files
from campaign.pack import (
    archive,
    directory,
    directory_signing,
    field_readers,
    marks,
    wording,
    writing,
)
from campaign.pack.check import check
from campaign.pack.files import parse, parse_draft
from campaign.pack.findings import Findings, PackError
from campaign.pack.reading import read_document, read_yaml
from campaign.pack.translation.comparison import compared
from campaign.pack.translation.po import PoError, read_po
from campaign.pack.values import Place, Prose
from campaign.pack.writing import WritingError
from campaign.paper import lists, numbers, scans
from campaign.paper.transcription import RowEntry
from campaign.people import factors, passkeys
from campaign.people.models import Passkey
from campaign.petition import link_repair, proof_of_work
from campaign.signatures import exclusion_list, manifest, person, public_keys, sealed_list, stall_file
from campaign.spreadsheets import reading
from campaign.spreadsheets.rows import SpreadsheetError
from campaign.trustees.book import answered
from campaign.untrusted import UnreadableError, cbor_value, hex_number, json_value, whole_number
from campaign.web import markdown_pages
from campaign.web.prose import Notes
from tests.minimal import FILES
from tests.tools import DAY

SECRET = b"k" * 32
SITE = passkeys.Site("example.org", "Trees", "https://example.org")
CHALLENGE = b"c" * 32

#: What a page of a draft may raise: the desk shows the finding instead.
NOT_TOGETHER = (ValueError, LookupError, AttributeError, TemplateError)


def text_of(data: bytes) -> str:
    """Bytes as text: half of what is not UTF-8 becomes unpaired surrogates, which are hostile, too."""
    return data.decode("utf-8", "surrogateescape")


@cache
def trees() -> Any:
    return parse(FILES)


def yaml(data: bytes) -> None:
    """One table: read with findings, as plain values, and changed."""
    text = text_of(data)
    read_yaml("facts.yaml", text, Findings())
    with suppress(WritingError):
        value = writing.read(text)
        key = next(iter(value), "") if isinstance(value, dict) else ""
        writing.place_of(text, key, "a")
        writing.put(text, (key,), "new")
    with suppress(WritingError):
        writing.add(text, "facts", {"key": "a"})


def document(data: bytes) -> None:
    """A Markdown file with a head."""
    text = text_of(data)
    read_document("pages/about.en.md", text, Findings())
    with suppress(WritingError):
        items.document_values(text, KINDS["page"])


PATHS = sorted(FILES)


def draft(data: bytes) -> None:
    """A stored draft of which one file is the input: the checker, and the pages that list and edit it."""
    path = PATHS[data[0] % len(PATHS)] if data else PATHS[0]
    files = {**FILES, path: text_of(data[1:])}
    for finding in check(files, DAY)[:20]:
        with suppress(*NOT_TOGETHER):
            places.at_place(files, finding.path, finding.line)
    pack, _findings = parse_draft(files)
    with suppress(*NOT_TOGETHER):
        languages = items.languages_of(files)
        for kind in KINDS.values():
            for key in items.keys(files, kind)[:3]:
                items.title_of(files, kind, key, languages)
                items.read(files, ItemReference(kind, key, languages[-1]))
    with suppress(*NOT_TOGETHER), patch.object(difference, "_", str):
        difference.changes(FILES, files, ["en"])
    if pack is not None:
        for text in (pack.lead["en"], pack.petition["en"].body):
            with suppress(*NOT_TOGETHER):
                Notes(pack, "en").prose(text)


def template(data: bytes) -> None:
    """A text with marks: what the checker says of it, and filling it in whatever it says."""
    text = text_of(data)
    pack = trees()
    marks.problems(text, pack, "en")
    with suppress(*NOT_TOGETHER):
        wording.render(pack, text, "fr", {"addressee": {}, "sender": {}, "demands": ()})


def prose(data: bytes) -> None:
    """Markdown of a pack, and of the handbook."""
    text = text_of(data)[: marks.MAX_SOURCE]
    with suppress(*NOT_TOGETHER):
        Notes(trees(), "en").prose(Prose(text, Place("x.md", 1)))
    with suppress(ValueError):
        markdown_pages.document(f"# Title\n\nSummary.\n\n{text}")


def translations(data: bytes) -> None:
    """A file of translations (PO), whatever is in it, and one that begins as ours do."""
    for whole in (data, b'msgctxt "campaign.yaml:headline"\nmsgid "Keep the trees"\nmsgstr "' + data):
        with suppress(PoError):
            entries = read_po(whole).entries
            result = compared(FILES, "fr", entries[:50], lambda _files: (), lambda _place: True)
            assert len(entries[:50]) <= len(result.changes) + len(result.refused) + result.same + result.empty


def json_text(data: bytes) -> None:
    """JSON from anywhere."""
    with suppress(UnreadableError):
        json_value(text_of(data), 100_000)


def proof(data: bytes) -> None:
    """The answer of a proof of work: the form's text, and the JSON inside it, signed by us or not."""
    proof_of_work.proved(text_of(data), SECRET, "trees")
    proof_of_work.proved(base64.b64encode(data).decode(), SECRET, "trees")


def form(data: bytes) -> None:
    """A form that was kept over a sign-in."""
    kept_form.longer_texts(text_of(data))


def _shell(response: dict[str, str]) -> str:
    return json.dumps(
        {"id": "YQ", "rawId": "YQ", "type": "public-key", "response": response, "clientExtensionResults": {}}
    )


def passkey(data: bytes) -> None:
    """A passkey's answer, whole or one of its parts."""
    part = base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    client = {"type": "webauthn.create", "challenge": "Y2Nj", "origin": SITE.origin}
    sound = base64.urlsafe_b64encode(json.dumps(client).encode()).rstrip(b"=").decode()
    answers = (
        text_of(data),
        _shell({"clientDataJSON": sound, "attestationObject": part}),
        _shell({"clientDataJSON": part, "attestationObject": "oA"}),
        _shell({"clientDataJSON": sound, "authenticatorData": part, "signature": part}),
    )
    for answer in answers:
        with suppress(passkeys.PasskeyError):
            passkeys.made(SITE, CHALLENGE, answer)
        with suppress(UnreadableError):
            known = Passkey(credential=b"a", person_id=1, public_key=data[:200], count=0)
            passkeys._verified_count(passkeys._parsed(answer), known, SITE, CHALLENGE)


def cbor(data: bytes) -> None:
    """A signature's content, as whoever seals to the public key can make it."""
    with suppress(UnreadableError):
        cbor_value(data)
    with suppress(ValueError):
        person.from_bytes(data + b"\x80")


def zip_file(data: bytes) -> None:
    """A pack as a ZIP file."""
    with suppress(PackError):
        archive.unpacked(data)


class _RowError(ValueError):
    pass


def _row(cells: dict[str, str]) -> RowEntry:
    if not text_input.tidy(cells.get("name", "")[:100]):
        raise _RowError("name")
    return RowEntry("name")


def csv_file(data: bytes) -> None:
    """A list of senders, and a list of signatures on paper: CSV, .xlsx or .ods."""
    with suppress(SpreadsheetError), senders.table_of(io.BytesIO(data)) as table:
        for row in table.rows:
            senders.check(row, trees())
    with suppress(SpreadsheetError):
        lists.check(reading.read(data, lists.LIMITS, lists.READ)[1], DAY, _row)


@cache
def addresses() -> Map:
    """Every address of the site."""
    from campaign.application import create_app
    from campaign.settings import read

    with tempfile.TemporaryDirectory() as folder:
        return create_app(read({"CAMPAIGN_DATA": folder}), load=False).url_map


def number(data: bytes) -> None:
    """Ids in addresses and forms, dates, numbers of sheets, codes."""
    text = text_of(data)
    for read in (whole_number, lambda text: hex_number(text, 16)):
        assert read(text) is None or text.isascii()
    for field_type in (WholeNumber, NumbersField):
        field = object.__new__(field_type)
        field.most = 2**63 - 1  # type: ignore[union-attr]
        field.process_formdata([text])
    with suppress(ValueError):
        Day.read(text)
    with suppress(numbers.NumberError):
        numbers.read(text, "trees")
    factors.step_of("JBSWY3DPEHPK3PXP" * 2, text[:100], datetime(2026, 11, 24, tzinfo=UTC))
    with suppress(ValueError):
        field_readers._decimal(text)
    with suppress(ValueError):
        field_readers._whole_number(text)


def address(data: bytes) -> None:
    """An address of the site."""
    adapter = addresses().bind("example.org")
    with suppress(HTTPException, RequestRedirect):
        _endpoint, values = adapter.match("/" + data.decode("utf-8", "replace"))
        assert all(value < 2**63 for value in values.values() if isinstance(value, int))


def typed(data: bytes) -> None:
    """A name, an address, a text of a form."""
    text = text_of(data)[:4_000]
    text_input.forbidden(text)
    names.problem(text)
    names.doubt(text)
    names.comparable(text)
    text_input.one_line(text)
    with suppress(ValueError):
        found = email_address.parse(text)
        email_address.canonical(found)
        email_address.meant(found)
    assert link_repair.found_in(text, lambda _token: False) == []


class _File:
    """A file in memory that a reader opens as a path."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def open(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self.data)


def trustee(data: bytes) -> None:
    """Files that come to a trustee: an export, scans, answers, an exclusion list, a manifest, a public key."""
    text = text_of(data)
    with suppress(exclusion_list.ExclusionError):
        exclusion_list.read(text, "trees")
    with suppress(public_keys.KeyFileError):
        public_keys.read_public_line(text)
    assert not manifest.genuine(text, b"p" * 32)
    path = cast(Path, _File(data))
    with suppress(sealed_list.SealedListError):
        sealed_list.head(path)
    with suppress(sealed_list.SealedListError):
        list(sealed_list.read(path))
    with suppress(scans.ScanError):
        list(scans.opened(path, {}))
    with suppress(given.GivenAnswerError):
        list(given.opened(io.BytesIO(data), {}))
    with suppress(answered.AnswersFileError, ValueError):
        answered.read(text, "trees")
    with suppress(directory.DirectoryError):
        directory_signing.signers(b"{}", 0, text, ())


def stall(data: bytes) -> None:
    """A batch that somebody hands over: as it is, and behind a sound head."""
    for body in (data, stall_file.MAGIC + data, stall_file.MAGIC + _STALL_HEAD + data):
        with suppress(stall_file.StallFileError):
            file = stall_file.read(body)
            assert len(file.records) == file.head.count


def mirror(data: bytes) -> None:
    """A mirror that somebody passed on: its list, the signature, what it says of itself."""
    text = text_of(data)
    with suppress(hash_list.ListError):
        listed = hash_list.read(data)
        assert not any(path.startswith("/") or ".." in path.split("/") for path in listed)
    for armoured in (
        text,
        f"-----BEGIN SSH SIGNATURE-----\n{base64.b64encode(data).decode()}\n-----END SSH SIGNATURE-----",
    ):
        with suppress(ssh_signature.SignatureError):
            ssh_signature.signer_of(b"list", armoured)
    with suppress(ssh_signature.SignatureError):
        ssh_signature.read_public(text)
    with suppress(UnreadableError):
        mirror_files.about_of(text)


_STALL_HEAD = (
    b'{"campaign":"trees","epoch":1,"key":"0000 0000 0000 0000 0000 0000 0000 0000","edition":1,'
    b'"batch":"00000000000000000000000000000000","count":1,"day":"2026-11-24","form":1,"receipt":"ABCDE-23456",'
    b'"sha256":"0000000000000000000000000000000000000000000000000000000000000000"}\n'
)

TARGETS: dict[str, Callable[[bytes], None]] = {
    "address": address, "cbor": cbor, "csv": csv_file, "document": document, "draft": draft, "form": form,
    "json": json_text, "mirror": mirror, "number": number, "passkey": passkey, "proof": proof, "prose": prose,
    "stall": stall, "template": template,
    "translations": translations, "trustee": trustee, "typed": typed, "yaml": yaml, "zip": zip_file,
}  # fmt: skip
