"""An update may lack languages: it is published in those that it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from campaign.pack.check import check
from campaign.pack.files import parse
from tests.minimal import FILES

DAY = date(2026, 11, 24)


def news(title: str, day: str = "2026-02-03") -> str:
    return f"---\ntitle: {title}\nsummary: {title}.\ndate: {day}\n---\n\n{title} {{{{ fact.trees }}}}.\n"


ENGLISH = {**FILES, "updates/won.en.md": news("Won")}


def test_an_update_in_one_language_prevents_nothing_and_is_said() -> None:
    findings = [one for one in check(ENGLISH, DAY) if one.path.startswith("updates/")]
    assert [(one.path, one.level, str(one.text)) for one in findings] == [
        ("updates/won.fr.md", "warning", "It is not in “fr”: its pages show it in “en”.")
    ]
    assert set(parse(ENGLISH).updates["won"].texts) == {"en"}


@pytest.mark.parametrize(
    ("texts", "page", "shown"),
    [
        (("en",), "fr", "en"),
        (("fr",), "en", "fr"),
        (("en", "fr"), "fr", "fr"),
        (("en", "fr"), "en", "en"),
        (("en", "fr", "pt"), "pt-BR", "pt"),
        (("ru", "en"), "kk", "ru"),
    ],
)
def test_a_page_shows_it_in_its_language_or_one_above_it_or_the_first(
    texts: tuple[str, ...], page: str, shown: str
) -> None:
    update = parse(ENGLISH).updates["won"]
    languages = dict.fromkeys(texts, update.texts["en"])
    assert replace(update, texts=languages).language_for(page) == shown


def test_an_update_that_is_whole_is_no_warning_and_its_day_is_one_for_all() -> None:
    both = {**ENGLISH, "updates/won.fr.md": news("Gagné")}
    assert not [one for one in check(both, DAY) if one.path.startswith("updates/")]
    other_day = {**ENGLISH, "updates/won.fr.md": news("Gagné", "2026-02-04")}
    assert [str(one.text) for one in check(other_day, DAY) if one.path.startswith("updates/")] == [
        "“date” must be the same in every language, such as 2022-01-05."
    ]
