"""Whatever a pack says is read and shown, or `check` names it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from campaign.languages.data import installed
from campaign.pack import wording, writing
from campaign.pack.blank import Answers, blank
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.pack.kinds import KINDS
from campaign.pack.schema import ValueKind, fields_of
from campaign.pack.wording import without_notes
from tests.minimal import FILES
from tests.tools import DAY

#: The smallest pack with one fact whose number is also written by hand in other texts.
PACK = {**FILES, "facts.yaml": FILES["facts.yaml"].replace("value: 12,", "value: 17,")}


def errors(files: dict[str, str], day: date = DAY) -> list[str]:
    return [str(finding) for finding in check(files, day) if finding.level == "error"]


# numbers between braces


def texts() -> Iterator[tuple[str, writing.Path]]:
    """Every text of the pack's tables that people read, by file and path."""

    def walk(value: object, path: writing.Path) -> Iterator[writing.Path]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from walk(inner, (*path, key))
        elif isinstance(value, list):
            for place, inner in enumerate(value):
                yield from walk(inner, (*path, place))
        elif path[-1] in {"en", "fr", "one", "other"} or "lines" in path:
            yield path

    for name, text in PACK.items():
        if name.endswith(".yaml"):
            yield from ((name, path) for path in walk(writing.read(text), ()))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "path"), list(texts()))
def test_a_number_between_braces_is_filled_in_in_every_text_of_the_tables(
    name: str, path: writing.Path
) -> None:
    old = writing.at(writing.read(PACK[name]), path)
    files = {**PACK, name: writing.put(PACK[name], path, f"{old} after {{{{ 17 }}}} weeks")}
    assert errors(files) == []
    pack = parse(files)
    shown = repr([getattr(pack, field) for field in pack.__dataclass_fields__])
    if path[0] in {"lead", "picture-note"}:
        prose = {"lead": pack.lead, "picture-note": pack.picture_note}[str(path[0])][str(path[-1])]
        shown = wording.render(pack, prose.text, str(path[-1]))
    assert "after 17 weeks" in shown and "{{ 17" not in shown
    marked = {**PACK, name: writing.put(PACK[name], path, f"{old} {{{{ fact.nothing }}}}")}
    assert any("nothing" in error for error in errors(marked))


DOCUMENTS = {
    "demands/keep-them.en.md": ("title", "summary", "## asked\n\nKeep {{ 17 }} of them."),
    "letters/mayor.en.md": ("name", "subject", "## prompts\n\n- What of the {{ 17 }}?\n- A\n- B"),
    "pages/about.en.md": ("title", "summary", ""),
    "petition.en.md": ("title", "summary", ""),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_number_between_braces_is_filled_in_in_every_text_of_the_documents(name: str) -> None:
    first, second, part = DOCUMENTS[name]
    text = (
        PACK[name]
        .replace(f"{first}: ", f"{first}: A{{{{ 17 }}}} ")
        .replace(f"{second}: ", f"{second}: A{{{{ 17 }}}} ")
    )
    files = {**PACK, name: f"{text}\n{part}\n"}
    assert errors(files) == []
    pack = parse(files)
    shown = repr([pack.demands, pack.letters, pack.pages, pack.petition])
    assert shown.count("A17 ") == 2
    assert ("What of the 17?" in shown) == ("prompts" in part)
    for demand in pack.demands.values():
        for prose in demand.texts["en"].sections.values():
            assert without_notes(wording.render(pack, prose.text, "en")) == "Keep 17 of them."


def test_a_number_that_a_fact_has_is_an_error_unless_it_is_between_braces() -> None:
    for words, wrong in (("After 17 weeks.", 1), ("After {{ 17 }} weeks.", 0)):
        files = {**PACK, "timeline.yaml": PACK["timeline.yaml"].replace("The plea (fr)", words)}
        assert len(errors(files)) == wrong, words


# texts that nothing reads

LETTER, DEMAND, PAGE = "letters/mayor.en.md", "demands/keep-them.en.md", "pages/about.en.md"
PROMPTS = "\n## prompts\n\n- One?\n- Two?\n- Three?\n"


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "said"),
    [
        (LETTER, "\nThank you.\n", f"\nThank you.\n{PROMPTS}\nA paragraph after them.\n", 32, "“A paragraph after them.”"),
        (LETTER, "\nThank you.\n", f"\nThank you.\n{PROMPTS}* Four?\n", 31, "“* Four?”"),
        (LETTER, "\nThank you.\n", f"\nThank you.\n{PROMPTS}  and more\n", 31, "“and more”"),
        (LETTER, "---\n\n## opening", "---\n\nLost words.\n\n## opening", 6, "“Lost words.”"),
        (LETTER, "## facts", "## facts trees", 10, "“trees” after “## facts”"),
        (LETTER, "## reply", "## ask keep-them\n\nor this.\n\n## reply", 22, "“## ask keep-them” appears twice"),
        (DEMAND, "summary: All of them.\n---\n", "summary: All of them.\n---\n\nLost words.\n", 6, "“Lost words.”"),
        (DEMAND, "summary: All of them.\n", "summary: All of them.\nfacts: trees\n", 4, "Unknown key “facts”"),
        (DEMAND, "them.\n---\n", "them.\n---\n\n## why\n\nBecause.\n", 6, "the part “## why”"),
        (DEMAND, "them.\n---\n", "them.\n---\n\n## asked\n\nA\n\n## asked\n\nB\n", 10, "“## asked” appears twice"),
        (PAGE, "}}\n", "}}\n\n## contact us\n\nWrite.\n", 8, "the part “## contact us”"),
        ("petition.en.md", "}}\n", "}}\n\n## asked\n\nWrite.\n", 8, "the part “## asked”"),
    ],
)  # fmt: skip
def test_text_that_nothing_reads_is_named(name: str, old: str, new: str, line: int, said: str) -> None:
    assert old in FILES[name]
    files = {**FILES, name: FILES[name].replace(old, new)}
    found = errors(files)
    assert len(found) == 1 and said in found[0] and found[0].startswith(f"{name}:{line}:"), found
    parse(files)  # an edition that was published with it stays readable


def test_an_update_with_its_day_has_nothing_that_is_not_read() -> None:
    text = "---\ntitle: News\nsummary: News.\ndate: 2020-05-09\n---\n\nWords.\n"
    assert errors({**FILES, **{f"updates/news.{code}.md": text for code in ("en", "fr")}}) == []


def test_every_part_of_a_document_has_a_reader() -> None:
    """A new kind of part has to be known to `unread.py`, too."""
    known = {
        ValueKind.BODY, ValueKind.PART, ValueKind.PARTS, ValueKind.PLAIN_PARTS, ValueKind.PARTS_BY_ARGUMENT,
        ValueKind.LIST_PART, ValueKind.SECTIONS, ValueKind.TEXT, ValueKind.CHOICE, ValueKind.COUNT,
    }  # fmt: skip
    described = {field.kind for kind in KINDS.values() if kind.text for field in fields_of(kind.text)}
    assert described <= known


# quotation marks that are not placeholders

QUOTED = [
    "Er sagte: «Das Wort ‹monde› heißt Welt.»",
    "»Ein ‹Zitat› im Zitat«",
    "Le mot ‹monde› et ‹text›",
    "‹ et › sont des guillemets",
    "a › b ‹ c",
]


@pytest.mark.parametrize("words", QUOTED)
def test_single_guillemets_in_an_ordinary_text_are_quotation_marks(words: str) -> None:
    files = {
        **FILES,
        "timeline.yaml": FILES["timeline.yaml"].replace("'The plea'", f'"{words}"'),
        PAGE: FILES[PAGE].replace("Words.", words),
        LETTER: FILES[LETTER].replace("Thank you.", words),
        DEMAND: FILES[DEMAND].replace("All of them.", f'"{words}"'),
    }
    assert errors(files) == []


@pytest.mark.parametrize("languages", [("en",), ("kk", "ru"), installed()])
def test_every_placeholder_of_a_new_pack_is_named_until_it_is_replaced(languages: tuple[str, ...]) -> None:
    answers = Answers("new", languages, "Water", "Neighbours", "Give it back", "Clean water")
    files = blank(answers, DAY)
    runner = ("name of the organisation that runs this site", "its postal address")  # one warning for both
    for name, text in files.items():
        for place, line in enumerate(text.split("\n"), 1):
            if "‹" in line and not any(words in line for words in runner):
                assert any(error.startswith(f"{name}:{place}:") for error in errors_of(files)), (name, line)
    begun = files["campaign.yaml"].replace(
        "‹what is wrong, in one sentence›", "‹what is wrong, in one sentence› here"
    )
    assert "what is wrong, in one sentence" in "\n".join(errors({**files, "campaign.yaml": begun}))


def errors_of(files: dict[str, str], cache: dict[int, list[str]] = {}) -> list[str]:  # noqa: B006  for this module
    key = hash(tuple(files.values()))
    if key not in cache:
        cache[key] = errors(files)
    return cache[key]
