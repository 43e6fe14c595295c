"""What a text may say, and what is refused before it is ever rendered."""

import contextlib
import time

import pytest

from campaign.pack import marks, wording
from campaign.pack.files import parse
from campaign.pack.model import Pack
from campaign.pack.wording import NoteMark
from tests.minimal import FILES
from tests.tools import busy_at_most

ATTACKS = [
    "{{ ''.__class__ }}",
    "{{ fact.__class__.__mro__ }}",
    "{{ fact._pack }}",
    "{{ addressee.__init__ }}",
    "{{ self }}",
    "{{ config }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ range(10**9) | join }}",
    "{{ 'a' * 10**9 }}",
    "{{ 2 ** 9999999 }}",
    "{{ lipsum() }}",
    "{{ fact.deaths-official() }}",
    "{{ addressee['key'] }}",
    "{{ sender.name | safe }}",
    "{{ sender.name | attr('x') }}",
    "{% set x = 1 %}",
    "{% macro m() %}{% endmacro %}",
    "{% include 'x' %}",
    "{% import 'x' as y %}",
    "{% extends 'x' %}",
    "{% block b %}{% endblock %}",
    "{% for a in demands %}{% for b in demands %}{% endfor %}{% endfor %}",
    "{% for a in [1,2,3] %}{% endfor %}",
    "{% for a in demands recursive %}{{ loop(demands) }}{% endfor %}",
    "{% filter upper %}x{% endfilter %}",
    "{% call x() %}{% endcall %}",
    "{{ [1,2,3][0] }}",
    "{{ x if y else z }}",
    "{{ 'x' ~ 'y' }}",
    "{% if sender.name is defined %}{% endif %}",
]


@pytest.mark.security(38)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_before_it_is_rendered(attack: str, pack: Pack) -> None:
    assert marks.problems(attack, pack, "en")


def test_refusing_takes_milliseconds(pack: Pack) -> None:
    with busy_at_most(len(ATTACKS) * 0.2):
        for attack in ATTACKS:
            marks.problems(attack, pack, "en")


@pytest.mark.security(40)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ fact.deaths-oficial }}", "Unknown fact “deaths-oficial”. Did you mean “deaths-official”?"),
        ("{{ fact.arrests.numbre }}", "Did you mean “number”?"),
        ("{{ source.fidh }}", "Unknown source “fidh”."),
        ("{{ demand.reparation }}", "Did you mean “reparations”?"),
        ("{{ adressee.key }}", "Did you mean “addressee”?"),
        ("{{ sender.nam }}", "Did you mean “name”?"),
        ("{{ sender.name | capitol }}", "Did you mean “capital”?"),
        ("{{ fact.arrests", "can’t be read"),
        ("x" * 20_001, "longer than 20,000"),
        ("{% if sender.name %}" * 30 + "{% endif %}" * 30, "nested too deeply"),
    ],
)
def test_a_slip_is_named_with_the_nearest_right_word(text: str, said: str, pack: Pack) -> None:
    (problem, *_) = marks.problems(text, pack, "en")
    assert said in str(problem.text)


def test_a_problem_knows_its_line(pack: Pack) -> None:
    assert [p.line for p in marks.problems("fine\n\n{{ fact.nothing }}\n{{ oops }}", pack, "en")] == [3, 4]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("{{ fact.deaths-official }}", "en", "at least 238\u00a0people"),
        ("{{ fact.deaths-official }}", "ru", "не менее 238\u00a0человек"),
        ("{{ fact.deaths-official }}", "kk", "кемінде 238\u00a0адам"),
        ("{{ fact.deaths-official }}", "fr", "au moins 238\u00a0personnes"),
        ("{{ fact.deaths-official.number }}", "fr", "238"),
        ("{{ fact.arrests | capital }}", "en", "Over 10,000\u00a0people"),
        ("{{ fact.order-shoot.quote }}", "fr", "«\u00a0tirer pour tuer sans sommation\u00a0»"),
        ("{% for one in demands %}{{ one }};{% endfor %}", "en", "a;b;"),
    ],
)
def test_a_text_gets_its_facts_in_the_language(text: str, language: str, expected: str, pack: Pack) -> None:
    assert not marks.problems(text, pack, "en")
    rendered = wording.render(pack, text, language, {"demands": ("a", "b")})
    assert wording.without_notes(rendered) == expected


def test_equal_notes_share_a_number_and_a_note_never_touches_a_digit(pack: Pack) -> None:
    text = "{{ fact.deaths-official.figure }} a {{ fact.arrests }} b {{ fact.deaths-official }}"
    notes: list[wording.Note] = []
    runs = wording.runs(wording.render(pack, text, "en"), notes)
    assert [run.number for run in runs if isinstance(run, NoteMark)] == [1, 2, 1]
    assert str(runs[0]).endswith("238\u202f")
    assert notes[0].text == "Official figures (FIDH, 8 February 2024)"
    assert notes[1].source == "fidh-statement"


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("A {{ fact.arrests.note }}. B", "en", "A .[1] B"),
        ("A,{{ fact.arrests.note }} b", "en", "A,[1] b"),
        ("A,{{ fact.arrests.note }} b", "ru", "A[1], b"),
        ("A.{{ fact.arrests.note }}", "kk", "A[1]."),
        ("A ;{{ fact.arrests.note }} b", "fr", "A[1] ; b"),
        ("238{{ fact.arrests.note }}.", "fr", "238\u202f[1]."),
    ],
)
def test_a_note_stands_on_its_languages_side_of_the_punctuation(
    text: str, language: str, expected: str, pack: Pack
) -> None:
    runs = wording.runs(wording.render(pack, text, language), [])
    assert "".join(f"[{run.number}]" if isinstance(run, NoteMark) else run for run in runs) == expected


#: What a text of any length may be made of, to keep a careless reader busy.
PIECES = {
    "braces": "{",
    "opened": "{{",
    "tags": "{%",
    "comments": "{#",
    "closed": "}}",
    "strings": "{{ '",
    "chains": "{{ fact.a.",
    "keys": "fact.a-a-",
    "lines": "\n",
    "facts": "{{ fact.old-trees }} ",
    "loops": "{% for one in demands %}{{ one }}{% endfor %}",
    "empty loops": "{% for one in demands %}{% endfor %}",
    "conditions": "{% if 1 %}a{% endif %}",
    "open conditions": "{% if 1 %}",
}


@pytest.mark.slow
@pytest.mark.security(39)
@pytest.mark.parametrize("piece", PIECES)
def test_no_text_keeps_anybody_busy(piece: str) -> None:
    """Security 39: looking at a text, and rendering it, costs as much as it is long, and never more."""
    pack = parse(FILES)
    names = {"demands": ["one"] * 4, "addressee": {}, "sender": {}}

    def spent(size: int) -> float:
        text = PIECES[piece] * (size // len(PIECES[piece]))
        wording._compiled.cache_clear()
        begun = time.process_time()
        if not marks.problems(text, pack, "en"):
            with contextlib.suppress(ValueError):  # it grows too long
                wording.render(pack, text, "en", names)
        return time.process_time() - begun

    small, large = (min(spent(size) for _ in range(3)) for size in (4_000, 20_000))
    assert large < 2.5 * 5 * (small + 0.002)


@pytest.mark.security(57)
@pytest.mark.parametrize(
    "text",
    [
        "{{ sender.name }} writes.",
        "{% if sender.name == 'Vera Quill' %}Vera Quill{% else %}Nobody{% endif %}",
        "{% for one in demands %}{{ fact.old-trees }} {{ one }}{% endfor %}",
    ],
)
def test_what_one_letter_says_is_neither_kept_nor_in_the_next_one(text: str) -> None:
    """Only texts that depend on the pack alone are kept when they are filled in."""
    pack = parse(FILES)
    wording.render(pack, "{{ fact.old-trees }}", "en")

    def rendered(name: str) -> str:
        return wording.render(pack, text, "en", {"sender": {"name": name}, "demands": [name]})

    assert "Vera Quill" in rendered("Vera Quill")
    assert "Vera Quill" not in rendered("Ines Marsh")
    assert [*wording._fixed(pack, "en")] == ["{{ fact.old-trees }}"]


@pytest.mark.security(39)
def test_the_longest_texts_that_may_be_are_rendered_whole() -> None:
    """What the test above measures is rendered, and not refused before."""
    pack = parse(FILES)
    for piece in ("facts", "loops", "empty loops", "conditions", "lines", "closed"):
        text = PIECES[piece] * (20_000 // len(PIECES[piece]))
        assert marks.problems(text, pack, "en") == []


def signed_on(count: int) -> Pack:
    """A pack with so many supporting organisations."""
    names = "".join(f"- {{key: o{n}, name: 'Friends {n}', country: FR}}\n" for n in range(1, count + 1))
    listed = f"supporting:\n{names}" if names else ""
    return parse({**FILES, "organisations.yaml": FILES["organisations.yaml"] + listed})


@pytest.mark.parametrize(
    ("count", "said"), [(0, "Nobody."), (2, "With: Friends 1, Friends 2."), (13, "With: 13 organisations.")]
)
def test_supporting_organisations_are_named_or_counted(count: int, said: str) -> None:
    text = (
        "{% if supporting_organisations %}With: {{ supporting_organisations }}.{% else %}Nobody.{% endif %}"
    )
    pack = signed_on(count)
    assert not marks.problems(text, pack, "en")
    assert wording.render(pack, text, "en") == said


def test_a_misspelt_mark_of_them_is_named() -> None:
    (problem,) = marks.problems("{{ supporting_organisation }}", signed_on(0), "en")
    assert "supporting_organisations" in str(problem.text)
