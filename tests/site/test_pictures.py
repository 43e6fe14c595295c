"""Pictures that the server draws have a bound, whatever the pack and the petition hold."""

from __future__ import annotations

from datetime import date

import pytest

from campaign.letters.formats import printed
from campaign.letters.letter import Choices, Sender
from campaign.letters.postcard import postcard
from campaign.pack import timeline_picture
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.pack.findings import HEAVY
from campaign.petition.chart import curve
from campaign.photographs.sanitise import sanitised
from campaign.press import codes
from campaign.site import pictures
from tests.minimal import FILES
from tests.pack.test_pictures import GOOD, PHOTO
from tests.photographs.pictures import telephone
from tests.tools import DAY


def of_trees(whole: str, part: str = "3") -> dict[str, str]:
    """The smallest pack with other figures to draw."""
    facts = (
        FILES["facts.yaml"].replace("value: 12,", f"value: {whole},").replace("value: 3,", f"value: {part},")
    )
    return {**FILES, "facts.yaml": facts}


@pytest.mark.parametrize(
    ("whole", "part", "drawn", "lighter", "scale"),
    [
        ("0", "0", 0, 0, 1),
        ("12", "3", 12, 3, 1),
        ("600", "600", 600, 600, 1),
        ("601", "1", 301, 1, 2),
        ("558125", "4", 559, 1, 1_000),
        ("1000000000", "500000000", 500, 250, 2_000_000),
        ("999999999999", "0", 500, 0, 2_000_000_000),
    ],
)
def test_a_mark_stands_for_as_many_as_can_be_drawn(
    whole: str, part: str, drawn: int, lighter: int, scale: int
) -> None:
    pack = parse(of_trees(whole, part))
    chart = pictures.unit_chart(pack)
    dark, light = (sum(row.marks for row in rows) for rows in (chart.whole, chart.part))
    assert (dark + light, light, chart.scale) == (drawn, lighter, scale)
    assert all(row.x + row.length <= chart.width and row.y < chart.height for row in chart.whole + chart.part)
    assert chart.height < 500
    heavy = [str(one.text) for one in check(of_trees(whole, part), DAY) if one.kind == HEAVY]
    assert len(heavy) == (scale > 1) and all(f"one mark for {scale:,}" in text for text in heavy)


def test_the_scale_is_said_in_words() -> None:
    pack = parse(of_trees("558125"))
    assert pictures.one_mark(pack, 1_000, "en") == "1,000\u00a0trees"


@pytest.mark.parametrize(
    ("whole", "part", "said"),
    [
        ("-1", "0", "must be a whole number"),
        ("1.5", "0", "must be a whole number"),
        ("3", "4", "can’t be larger"),
        ("1E999999999", "0", "is not a number"),
        ("NaN", "0", "is not a number"),
        ("9" * 13, "0", "is not a number"),
        ("٣", "0", "is not a number"),
    ],
)
def test_a_figure_that_can_t_be_drawn_is_refused(whole: str, part: str, said: str) -> None:
    errors = [str(one.text) for one in check(of_trees(f"'{whole}'", part), DAY) if one.level == "error"]
    assert any(said in text for text in errors), errors


@pytest.mark.parametrize(
    ("whole", "drawn", "scale"), [("238", 238, ""), ("1000000000", 200, "One mark stands for 5,000,000")]
)
def test_a_postcard_says_its_scale(whole: str, drawn: int, scale: str) -> None:
    files = of_trees(whole)
    cards = {
        path: f"{text}\n## postcard\n\nKeep them.\n"
        for path, text in files.items()
        if path.startswith("letters/")
    }
    pack = parse({**files, **cards})
    card = postcard(pack, Choices("mayor", "en", ("keep-them",), Sender("Ana"), DAY))
    assert card.picture.whole == drawn and card.picture.scale.startswith(scale)
    assert bool(card.picture.scale) == bool(scale)
    assert len(printed.postcards([card])) < 200_000


@pytest.mark.slow
@pytest.mark.parametrize("case", GOOD)
def test_a_postcard_has_the_picture_of_the_pack_or_none(case: str) -> None:
    photograph = sanitised(telephone(640, 480))
    files = {path: text.replace(PHOTO, photograph.name) for path, text in GOOD[case].items()}
    cards = {
        path: f"{files[path]}\n## postcard\n\nKeep them.\n" for path in files if path.startswith("letters/")
    }
    pack = parse({**files, **cards})
    choices = Choices("mayor", "en", ("keep-them",), Sender("Ana"), DAY)
    card = postcard(pack, choices, {photograph.name: photograph.large})
    assert pack.picture is not None and card.picture.kind == pack.picture.kind
    assert len(printed.postcards([card])) > 10_000
    without = postcard(pack, choices).picture
    assert without.kind == ("none" if card.picture.kind == "photograph" else card.picture.kind)


@pytest.mark.slow
@pytest.mark.parametrize("years", [(1, 1), (1, 9999), (1900, 2026), (9999, 9999)])
def test_a_timeline_has_a_bound_over_centuries(years: tuple[int, int]) -> None:
    days = [f"{year:04}-12-{day:02}" for year in years for day in range(1, 29)]
    entries = [f"- {{key: m{n}, date: {days[n % len(days)]}, source: plea, text: x}}" for n in range(3_000)]
    plea = FILES["sources.yaml"].replace("2020-05-01", "9999-12-31")
    pack = parse({**FILES, "sources.yaml": plea, "timeline.yaml": "timeline:\n" + "\n".join(entries)})
    line = timeline_picture.timeline(pack, "en")
    columns = timeline_picture.WIDTH // timeline_picture.COLUMN + 2
    assert len(line.dots) <= columns * timeline_picture.MOST_ROWS and line.height < 600
    assert len(line.ticks) <= 30
    assert line.scale > 1


def test_the_chart_of_a_petition_has_a_bound_over_centuries() -> None:
    chart = curve({date(1, 1, 1): 5, date(1500, 6, 1): -2, date(9999, 12, 31): 10**9})
    assert chart is not None and chart.line.count("L") < 800 and chart.most == 10**9 + 3
    assert chart.line.endswith("720.0 0.0")


def test_a_code_of_a_long_address_is_bounded() -> None:
    assert len(codes.qr("https://example.org/" + "a" * 200)) < 60_000
