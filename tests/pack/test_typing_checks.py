"""How texts are typed: characters and spaces that a language does not print, and words that age."""

from __future__ import annotations

import pytest

from campaign.languages.typography import typography
from campaign.pack.check import check
from campaign.pack.typing_checks import typed_wrongly, undated
from tests.tools import DAY

TYPED = [
    ("en", 'They said "no".', "A straight"),
    ("en", "The State's duty", "A straight"),
    ("en", "‘Rock ’n’ roll’ isn’t ours, they’re “theirs”", ""),
    ("en", "Why ?", "There is a space before “?”"),
    ("en", "What follows : this", "There is a space before “:”"),
    ("en", "a {{ fact.deaths }} , and “so” : {% if sender.place == \"x\" %}y{% endif %}", ""),
    ("ru", "Почему ?", "There is a space before “?”"),
    ("ru", "Он сказал «да»; «нет»: так", ""),
    ("kk", "Неге ?", "There is a space before “?”"),
    ("fr", "Pourquoi?", "There is no space before “?”"),
    ("fr", "Ceci: cela", "There is no space before “:”"),
    ("fr", "Pourquoi ? Ceci : cela ; à 10:30, https://example.org/a: b", ""),
    ("fr", "Fin .", "There is a space before “.”"),
    ("de", "Er sagt „nein“; wirklich?", ""),
    ("ar", "لماذا؟ نعم، هكذا", ""),
    ("zh-Hans", "为什么？是的：这样", ""),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "said"), TYPED)
def test_what_print_does_not_use_is_found(language: str, text: str, said: str) -> None:
    found = [str(message) for _line, message in typed_wrongly(typography(text, language), language)]
    assert [one for one in found if not (said and one.startswith(said))] == []
    assert bool(found) == bool(said)


AGING = [
    ("en", "Arrests go on. They are currently in prison.", "currently"),
    ("en", "In 2024 they were currently in prison; nobody is to date free", ""),
    ("en", "As of {{ fact.arrests.date }} they are in prison today.", ""),
    ("ru", "Расследования сегодня нет.", "сегодня"),
    ("ru", "В 2024 году расследования сейчас нет", ""),
    ("kk", "Тергеу қазір жоқ.", "қазір"),
    ("fr", "À ce jour, pas d’enquête.", "À ce jour"),
    ("de", "Heute gibt es keine Ermittlung.", "Heute"),
    ("zh-Hans", "目前没有调查。", "目前"),
]


@pytest.mark.parametrize(("language", "text", "word"), AGING)
def test_a_word_that_ages_needs_a_year(language: str, text: str, word: str) -> None:
    found = [str(message) for _line, message in undated(text, language)]
    assert found == (
        [f"“{word}” ages: say as of which year. “{text.rsplit('. ', maxsplit=1)[-1]}”"] if word else []
    )


@pytest.mark.slow
def test_the_checker_warns_at_the_line(files: dict[str, str]) -> None:
    path = "letters/embassy.en.md"
    words = "I would be grateful if you would transmit this letter to your Government."
    line = files[path].split("\n").index(words) + 1
    typed = {**files, path: files[path].replace(words, 'The "events" are currently known.')}
    found = {(f.line, f.level, str(f.text)[:10]) for f in check(typed, DAY) if f.path == path}
    assert found == {(line, "warning", "A straight"), (line, "warning", "“currently")}
