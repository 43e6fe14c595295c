"""The report at the desk and on the command line: for readers, in words for nonsense, and the same numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign.services import service
from campaign.settings import Settings
from tests.conftest import published
from tests.desk.conftest import Desk, Seat
from tests.petition.conftest import TODAY, opened
from tests.tools import SEED, campaign, pdf_text

REPORT = "/report?first=2026-11-01&last=2026-11-23&language=fr"


@pytest.fixture
def seat(desk: Desk) -> Seat:
    opened(desk.app)
    desk.join("Eve", "reader")
    return desk.sits("Eve")


def test_a_reader_looks_at_the_report_and_takes_it_away(seat: Seat) -> None:
    assert 'href="/en/desk/trees/report"' in seat.get("/signatures")
    page = seat.get(REPORT)
    assert 'lang="fr"' in page and 'value="2026-11-01"' in page and "01/11/2026" in page
    made = {
        kind: seat.client.get("/en/desk/trees" + REPORT.replace("report", f"report.{kind}"))
        for kind in ("pdf", "csv")
    }
    assert "01/11/2026" in pdf_text(made["pdf"].data)
    assert made["csv"].data.decode("utf-8-sig").startswith('"Trees (fr)"')
    assert {kind: answer.headers["Content-Disposition"] for kind, answer in made.items()} == {
        kind: f'attachment; filename="report-trees-2026-11-01-2026-11-23-fr.{kind}"' for kind in made
    }
    assert seat.client.get("/en/desk/trees/report.docx").status_code == 404


WRONG = {
    "first=2026-11-02&last=2026-11-01": "The first day is after the last one.",
    "first=soon": "Enter the date as year-month-day",
    f"last={TODAY}": "not public yet: choose 23 November 2026",
    "language=tlh": "Choose from the list.",
}


@pytest.mark.parametrize("typed", WRONG)
def test_nonsense_is_said_beside_the_field_and_what_was_typed_stays(typed: str, seat: Seat) -> None:
    for path in ("report", "report.pdf"):
        page = seat.get(f"/{path}?{typed}", status=422)
        assert WRONG[typed] in page
        name, _, value = typed.split("&", maxsplit=1)[0].partition("=")
        assert name == "language" or f'value="{value}"' in page


@pytest.mark.slow
def test_the_command_line_writes_the_same_report(tmp_path: Path) -> None:
    app = published(tmp_path / "data", SEED)
    data = service(Settings, app).data
    out = tmp_path / "report.csv"
    ran = campaign(
        data, "report", str(out), "--csv", "--from", "2024-01-01", "--to", "2024-12-31", "--language", "kk"
    )
    assert ran.returncode == 0, ran.stderr
    assert out.read_bytes().startswith(b"\xef\xbb\xbf") and "2024-01-01 to 2024-12-31, in kk" in ran.stdout
    assert campaign(data, "report", str(tmp_path / "report.pdf")).returncode == 0
    assert "January 2022" in pdf_text((tmp_path / "report.pdf").read_bytes())
    for words, said in (
        (("--from", "2024-12-31", "--to", "2024-01-01"), "The first day is after the last one"),
        (("--language", "xx"), "--language is one of en"),
        (("--campaign", "nothing"), "Name a campaign"),
    ):
        ran = campaign(data, "report", str(tmp_path / "no.pdf"), *words)
        assert (ran.returncode, said in ran.stderr) == (2, True) and not (tmp_path / "no.pdf").exists()
