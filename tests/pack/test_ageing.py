"""Texts that become wrong by themselves: the number of years in a headline, and words such as “last month”."""

from __future__ import annotations

from datetime import date

import pytest

from campaign.languages.data import installed
from campaign.languages.dates import years
from campaign.pack import years_since
from campaign.pack.ageing import spans
from campaign.pack.check import check
from tests.minimal import FILES
from tests.tools import DAY

MARK = '{{ years_since("2022-01-05") }}'

#: (language, day, text, what it says on that day)
FILLED = [
    ("en", date(2026, 11, 26), '{{ years_since("2022-01-05") | capital }} on', "Four years on"),
    ("en", date(2027, 1, 4), MARK, "four years"),
    ("en", date(2027, 1, 5), MARK, "five years"),
    ("en", date(2023, 1, 5), MARK, "one year"),
    ("en", date(2033, 1, 5), MARK, "11 years"),
    ("ru", date(2026, 11, 26), '{{years_since(\'2022-01-05\')|capital}} спустя', "Четыре года спустя"),
    ("ru", date(2027, 11, 26), MARK, "пять лет"),
    ("ru", date(2043, 11, 26), MARK, "21 год"),
    ("kk", date(2026, 11, 26), MARK, "төрт жыл"),
    ("fr", date(2026, 11, 26), MARK, "quatre ans"),
    ("ar", date(2024, 11, 26), f"بعد {MARK}", "بعد سنتين"),
    ("fa", date(2033, 11, 26), MARK, "۱۱ سال"),
    ("tr", date(2026, 11, 26), '{{ years_since("2022-01-05") | capital }} sonra', "Dört yıl sonra"),
    ("zh-Hans", date(2026, 11, 26), MARK, "四年"),
    ("en", date(2026, 11, 26), "Two years on", "Two years on"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "day", "text", "says"), FILLED)
def test_a_headline_says_how_many_whole_years_have_passed(
    language: str, day: date, text: str, says: str
) -> None:
    assert years_since.filled(text, language, day) == says


@pytest.mark.parametrize("language", installed())
def test_every_language_writes_every_number_of_years(language: str) -> None:
    texts = [years(count, language) for count in range(1, 41)]
    assert len(set(texts)) == len(texts)
    assert not any("year" in text for text in texts) or language == "en"


AGEING = [
    ("en", "Two years on, nobody has been tried.", "Two years on"),
    ("en", "He was arrested\nlast month.", "last month"),
    ("en", "Three months ago the court ruled.", "Three months ago"),
    ("en", "The events of 2022 are not over. Two years on, nobody has been tried.", ""),
    ("en", "As of {{ fact.deaths.date }}, two years on, nobody has been tried.", ""),
    ("en", "They spent two years on remand.", ""),
    ("fr", "Deux ans après, rien.", "Deux ans après"),
    ("fr", "Deux ans après les faits, rien.", ""),
    ("fr", "L’an dernier, un juge a été nommé.", "L’an dernier"),
    ("ru", "Два года спустя расследования нет.", "года спустя"),
    ("ru", "В прошлом году суд отказал.", "В прошлом году"),
    ("kk", "Екі жыл өтсе де, тергеу жоқ.", "жыл өтсе де"),
    ("es", "Hace dos años murieron.", "Hace dos años"),
    ("ar", "بعد سنتين لا تحقيق.", "بعد سنتين"),
    ("de", "Zwei Jahre später ist nichts geschehen.", "Jahre später"),
    ("uk", "Два роки потому розслідування немає.", "роки потому"),
    ("tr", "İki yıl sonra soruşturma yok.", "yıl sonra"),
    ("zh-Hans", "两年后仍无调查。", "两年后"),
    ("zh-Hans", "2024年后仍无调查。", ""),
    ("pt", "Dois anos depois, nada.", "Dois anos depois"),
    ("fa", "دو سال بعد، تحقیقی نیست.", "سال بعد"),
    ("fa", "در سال ۱۴۰۲، دو سال بعد، تحقیقی نبود.", ""),
]


@pytest.mark.parametrize(("language", "text", "words"), AGEING)
def test_words_that_age_are_found_unless_their_paragraph_names_a_year(
    language: str, text: str, words: str
) -> None:
    assert [found for _line, found, _around in spans(text, language)] == ([words] if words else [])


HEADLINE = "headline: {en: 'Keep the trees'"

#: (what a file says, what it says instead, the level of what is found, its text)
CHECKED = [
    (HEADLINE, "headline: {en: 'Two years on, no tree'", "warning", "“Two years on” does not stay true: write {{"),
    (HEADLINE, "headline: {en: '{{ years_since(\"2022-01-05\") | capital }} on'", "", ""),
    (HEADLINE, "headline: {en: '{{ years_since(\"2026-01-05\") }} on'", "error", "No whole year has passed since 2026-01-05."),
    (HEADLINE, "headline: {en: '{{ years_since(\"5 January\") }} on'", "error", "“5 January” is not a date like 2022-01-05."),
    (HEADLINE, "headline: {en: '{{ fact.trees }} felled'", "error", "“{{ fact.trees }}” is not filled in here."),
    ("kicker: {en: 'A square'", "kicker: {en: '{{ years_since(\"2022-01-05\") }}'", "error", "is not filled in here."),
    ("They give shade.", "Two years on, they give shade.", "warning", "“Two years on” does not stay true: name the year."),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "level", "said"), CHECKED)
def test_check_says_what_ages_and_which_mark_is_wrong(before: str, after: str, level: str, said: str) -> None:
    path = next(path for path, text in FILES.items() if before in text)
    line = FILES[path].split(before)[0].count("\n") + 1
    found = set(check({**FILES, path: FILES[path].replace(before, after, 1)}, DAY)) - set(check(FILES, DAY))
    assert [(one.path, one.line, one.level) for one in found] == ([(path, line, level)] if level else [])
    assert all(said in str(one.text) for one in found)
