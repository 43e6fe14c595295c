"""What the checker and the writer say, on the desk of a reader of Russian."""

from __future__ import annotations

import html
import io
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask

from campaign.database import db
from campaign.desk.content import items
from campaign.letters.proof import check as read_letters
from campaign.messages import Message, Translator
from campaign.pack import document_writing, marks, writing
from campaign.pack.check import check
from campaign.pack.document_writing import Part
from campaign.pack.files import parse
from campaign.pack.findings import PackError
from campaign.pack.model import Pack
from campaign.pack.writing import WritingError
from campaign.people import audit
from campaign.people.models import AuditRow
from campaign.web import languages
from campaign.web.messages import translated
from tests.desk.conftest import BASE, Desk, fields_of
from tests.desk.test_editing import BAD, DEMAND, zipped
from tests.pack.test_check import BROKEN, swap
from tests.tools import DAY, read_zip

#: What stays as it is written: keys and texts in quotation marks, lists of keys, and what the libraries say
#: of YAML and of marks, which is English everywhere.
_QUOTED = re.compile(
    r"«[^»]*»|(?<=Известны: )[^.]*|(?<=Это не YAML: ).*$|(?<=Метки не читаются: ).*$|(?<=не складывается: ).*$"
)
#: Names of files, formats and keys of the pack that a Russian sentence has, too.
_NAMES = {
    "YAML",
    "ZIP",
    "UTF",
    "CSV",
    "JPEG",
    "PNG",
    "WebP",
    "yaml",
    "md",
    "photos",
    "campaign",
    "http",
    "https",
}
_NAMES |= {"if", "for", "representatives", "csv"}
_LATIN = re.compile(r"[A-Za-z]{2,}")


def english_in(text: str) -> list[str]:
    return [word for word in _LATIN.findall(_QUOTED.sub("", text)) if word not in _NAMES]


def assert_russian(app: Flask, message: Message) -> None:
    with app.test_request_context("/ru/desk/"), languages.forced("ru"):
        said = translated(message)
    assert said != str(message), message
    assert re.search("[а-яё]", said) and not english_in(said), said


def broken_by(name: str, files: dict[str, str]) -> dict[str, str]:
    broken = dict(files)
    BROKEN[name][0](broken)
    return broken


@pytest.mark.slow
@pytest.mark.parametrize("name", BROKEN)
def test_every_fault_of_a_pack_is_in_russian(name: str, app: Flask, files: dict[str, str]) -> None:
    for finding in check(broken_by(name, files), date(2026, 11, 24)):
        assert_russian(app, finding.text)


@pytest.mark.parametrize("case", [case for case in BAD if case not in {"five megabytes", "a number by hand"}])
def test_every_fault_of_a_mark_is_in_russian(case: str, app: Flask, pack: Pack) -> None:
    for problem in marks.problems(BAD[case][0], pack, "en"):
        assert_russian(app, problem.text)


def test_every_fault_of_a_zip_is_in_russian(app: Flask) -> None:
    for data in (b"x", zipped(("../a.md", "")), zipped(("a.exe", "")), zipped(("a.md", "x" * 3_000_000)),
                 zipped(*((f"{n}.md", "") for n in range(2_001)))):  # fmt: skip
        with pytest.raises(PackError) as error:
            read_zip(data)
        for finding in error.value.findings:
            assert_russian(app, finding.text)


@pytest.mark.slow
def test_every_fault_of_a_letter_is_in_russian(app: Flask, files: dict[str, str]) -> None:
    broken = dict(files)
    swap("letters/embassy.fr.md", "quelles mesures ont été prises.", "quelles mesures ont été prises")(broken)
    found = read_letters(parse(broken), DAY)
    assert found
    for finding in found:
        assert_russian(app, finding.text)


WRITING: dict[str, Any] = {
    "no YAML": lambda: writing.read("a: [1\n"),
    "an empty file": lambda: writing.read(""),
    "no such place": lambda: writing.lines_of("a: b\n", ("c", "d")),
    "not a map": lambda: writing.put("a: [b]\n", ("a", "c"), "d"),
    "no head": lambda: document_writing.with_part("text\n", Part("ask"), "words"),
    "an open head": lambda: document_writing.with_part("---\ntitle: x\n", Part("ask"), "words"),
    "no such part": lambda: document_writing.part_lines("---\ntitle: x\n---\n", Part("ask")),
}


@pytest.mark.parametrize("case", WRITING)
def test_every_fault_of_writing_is_in_russian(case: str, app: Flask) -> None:
    with pytest.raises(WritingError) as error:
        WRITING[case]()
    assert_russian(app, error.value.message)


@pytest.mark.slow
@pytest.mark.parametrize("name", BROKEN)
def test_in_english_a_page_says_what_the_command_prints(name: str, app: Flask, files: dict[str, str]) -> None:
    # The page calls fields and languages by their names, the command by their keys.
    by_names = Translator(lambda text: text, lambda one, several, num: one if num == 1 else several)
    with app.test_request_context("/en/desk/"), languages.forced("en"):
        for finding in check(broken_by(name, files), date(2026, 11, 24)):
            assert translated(finding.text) == finding.text.translate(by_names)


# on pages


def in_russian(path: str) -> str:
    return f"{BASE}{path}".replace("/en/", "/ru/")


def test_a_change_that_can_not_be_written_is_told_in_russian(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = desk.sits("Ana")
    fields = fields_of(seat.client.get(in_russian(f"{DEMAND}?text=en")).text, DEMAND) | {
        "f.title": "Keep all"
    }
    new = fields_of(seat.client.get(in_russian("/content/demand/new")).text, "/demand/new")

    def refuse(*_: object) -> None:
        raise WritingError(
            Message("“%(place)s” can’t be changed here: edit the whole file instead.", place="a")
        )

    monkeypatch.setattr(items, "write", refuse)
    said = "«a» здесь изменить нельзя: правьте файл целиком."
    assert said in seat.client.post(in_russian(DEMAND), data=fields).text
    assert said in seat.client.post(in_russian(f"{DEMAND}/preview"), data=fields).text
    typed = new | {"key": "water-them", "f.title": "Water them", "f.summary": "Water them."}
    assert said in seat.client.post(in_russian("/content/demand/new"), data=typed).text


def test_a_pack_that_is_refused_is_told_in_russian(still: Desk) -> None:
    seat = still.sits("Ana")
    data = {"csrf": seat.token("/exchange"), "pack": (io.BytesIO(b"no ZIP"), "x.zip")}
    page = seat.client.post(in_russian("/exchange/in"), data=data, content_type="multipart/form-data").text
    found = re.search(r'role="alert">.*?</section>', page, re.S)
    assert found and "Файл не читается" in found[0]
    assert not english_in(re.sub(r"<[^>]*>", "", html.unescape(found[0].partition(">")[2])))


def test_the_audit_names_old_verbs_as_they_are_and_ours_in_russian(desk: Desk) -> None:
    with desk.app.app_context():
        campaign = audit.campaign_of(db.session, "trees")
        row = AuditRow(
            campaign_id=campaign, at="2026-11-24T12:00:00+00:00", who="x", what="danced", on="", note=""
        )
        row.digest = audit._digest(audit.head(db.session, campaign), row)
        db.session.add(row)
        db.session.commit()
        assert audit.broken_at(db.session, campaign) is None
    seat = desk.sits("Ana")
    page = seat.client.get(in_russian("/audit")).text
    assert "<td>danced</td>" in page and "<td>приглашение</td>" in page and "<td>invited</td>" not in page
    written = seat.client.get(in_russian("/audit.csv")).text
    assert "invited" in written and "danced" in written
