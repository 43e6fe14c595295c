"""A campaign's colours: contrast by WCAG 2.2, and what `check` proposes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.pack.check import check
from campaign.pack.colours import (
    DARK_GROUNDS,
    DEFAULT,
    LIGHT_GROUNDS,
    ON_ACCENT,
    ON_ACCENT_DARK,
    TEXT,
    Colours,
    colours,
    contrast,
    least_contrast,
    nearest,
)
from campaign.pack.files import parse
from tests.minimal import FILES
from tests.tools import DAY, ROOT

TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def files(branding: str) -> dict[str, str]:
    return {**FILES, "campaign.yaml": FILES["campaign.yaml"] + branding}


def said(branding: str) -> list[str]:
    return [str(finding.text) for finding in check(files(branding), DAY) if finding.level == "error"]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21),
        ("#ffffff", "#ffffff", 1),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005) == contrast(other, one)


def test_the_grounds_and_the_default_are_those_of_the_style_sheet() -> None:
    light, dark = TOKENS.split("@media (prefers-color-scheme: dark)")
    for style, grounds, accent in ((light, LIGHT_GROUNDS, DEFAULT.light), (dark, DARK_GROUNDS, DEFAULT.dark)):
        values = dict(re.findall(r"--([\w-]+): (#[0-9a-f]+)", style))
        assert (values["snow"], values["frost"]) == grounds and values["accent"] == accent
    assert least_contrast(DEFAULT.light, (*LIGHT_GROUNDS, ON_ACCENT)) >= TEXT
    assert least_contrast(DEFAULT.dark, (*DARK_GROUNDS, ON_ACCENT_DARK)) >= TEXT


@pytest.mark.slow
@given(COLOURS)
def test_the_nearest_colour_can_be_read_and_one_that_can_stays(colour: str) -> None:
    for grounds in ((*LIGHT_GROUNDS, ON_ACCENT), (*DARK_GROUNDS, ON_ACCENT_DARK)):
        found = nearest(colour, grounds)
        assert least_contrast(found, grounds) >= TEXT
        assert found == colour or least_contrast(colour, grounds) < TEXT


@given(COLOURS)
def test_a_button_can_be_read_under_the_pointer_too(colour: str) -> None:
    shown = Colours(nearest(colour, LIGHT_GROUNDS), nearest(colour, DARK_GROUNDS))
    assert contrast(shown.light_hover, ON_ACCENT) >= TEXT
    assert contrast(shown.dark_hover, ON_ACCENT_DARK) >= TEXT


@pytest.mark.parametrize(
    ("branding", "shown"),
    [
        ("", DEFAULT),
        ("branding: {site-name: {en: A, fr: B}}\n", DEFAULT),
        ("branding: {colour: '#1A5FB4'}\n", Colours("#1a5fb4", nearest("#1a5fb4", DARK_GROUNDS))),
        ("branding: {colour: 1a5fb4}\n", Colours("#1a5fb4", nearest("#1a5fb4", DARK_GROUNDS))),
        ("branding: {colour: '#1a5fb4', colour-on-dark: '#99c1f1'}\n", Colours("#1a5fb4", "#99c1f1")),
    ],
)
def test_a_missing_pair_is_the_nearest_that_can_be_read(branding: str, shown: Colours) -> None:
    assert said(branding) == [] and colours(parse(files(branding)).branding) == shown


@pytest.mark.parametrize(
    ("branding", "where", "ratio"),
    [
        ("branding: {colour: '#ff8800'}\n", "a light page", "2.1"),
        ("branding: {colour: '#777777'}\n", "a light page", "3.9"),
        ("branding: {colour: '#1a5fb4', colour-on-dark: '#1a5fb4'}\n", "a dark page", "2."),
    ],
)
def test_too_little_contrast_names_the_ratio_and_a_colour_that_passes(
    branding: str, where: str, ratio: str
) -> None:
    (text,) = said(branding)
    assert f"on {where} is {ratio}" in text and "text needs 4.5:1, lines and marks 3:1" in text
    proposed = text.rsplit(" ", 1)[1].rstrip(".")
    key = "colour-on-dark" if "dark page" in text else "colour"
    assert said(re.sub(rf"{key}: '#\w+'", f"{key}: '{proposed}'", branding)) == []


@pytest.mark.parametrize("value", ["'red'", "'#fff'", "'#12345g'", "'rgb(1,2,3)'", "'#1a5fb4;}body{'"])
def test_what_is_no_colour_is_refused(value: str) -> None:
    assert any("is not a colour" in text for text in said(f"branding: {{colour: {value}}}\n"))


def test_a_colour_that_yaml_took_for_a_comment_is_not_lost_silently() -> None:
    assert any("is not a colour" in text for text in said("branding:\n  colour: #1a5fb4\n"))


def test_a_dark_logo_needs_a_light_one() -> None:
    assert "“logo” is missing." in said(f"branding: {{logo-on-dark: {'0' * 32}}}\n")


def test_the_site_has_the_name_of_the_campaign_unless_it_says_otherwise() -> None:
    assert parse(FILES).site_name == parse(FILES).name
    assert parse(files("branding: {site-name: {en: Ours, fr: À nous}}\n")).site_name["fr"] == "À nous"
