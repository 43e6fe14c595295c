"""The first campaign and packs in other languages: sound, and their letters read as natives would read them.

Each folder here is a pack. `proof.toml` says, for each language, what no letter of it may have.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from itertools import combinations, zip_longest
from pathlib import Path
from typing import Any

import pytest
from babel.dates import get_month_names

from campaign.languages.data import language as language_data
from campaign.languages.data import locale, source
from campaign.languages.typography import leads_on
from campaign.letters import proof
from campaign.letters.compose import compose
from campaign.letters.letter import Choices, Letter, NumberedList, Sender, plain, runs_of
from campaign.pack.check import check
from campaign.pack.files import parse, read_folder
from campaign.pack.model import Pack
from tests.tools import DAY, SEED

HERE = Path(__file__).parent
FOLDERS = [*sorted(path.parent for path in HERE.glob("*/campaign.yaml")), SEED]
PROOF: dict[str, Any] = tomllib.loads((HERE / "proof.toml").read_text(encoding="utf-8"))
LETTERS = 1_000


@cache
def pack_in(folder: Path) -> Pack:
    return parse(read_folder(folder))


WRITTEN = [
    pytest.param(folder, code, id=f"{folder.name}-{code}")
    for folder in FOLDERS
    for code in pack_in(folder).languages
]


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_pack_has_no_errors(folder: Path) -> None:
    findings = [*check(read_folder(folder), DAY), *proof.check(pack_in(folder), DAY)]
    assert [str(finding) for finding in findings if finding.level == "error"] == []


@pytest.mark.slow
@pytest.mark.parametrize(("folder", "code"), WRITTEN)
def test_a_thousand_letters_are_faultless(folder: Path, code: str) -> None:
    rules = {**rules_of(code), **PATTERNS}
    faults = set()
    for letter in letters(pack_in(folder), code):
        faults |= {f"{message}" for message in proof.faults(letter)}
        faults |= set(list_faults(letter))
        for text in texts(letter, pack_in(folder)):
            faults |= set(faults_in(text, rules))
    assert sorted(faults) == []


# What is composed


def letters(pack: Pack, code: str) -> Iterator[Letter]:
    """Letters with varying seeds, addressees, demands, openings, senders, days and pieces."""
    keys = tuple(pack.demands)
    chosen = [some for size in range(len(keys), -1, -1) for some in combinations(keys, size)]
    senders = [Sender(name, (), place, country) for name, place, country in PROOF[code]["senders"]]
    for number in range(LETTERS):
        sender = senders[number // 2 % len(senders)]
        addressees = pack.addressees_for(sender.country)
        addressee = addressees[number % len(addressees)]
        text = pack.letters[addressee.letter].texts[code]
        together = number % 9 == 8 and text.together is not None
        yield compose(
            pack,
            Choices(
                addressee=addressee.key,
                language=code,
                demands=chosen[number // 3 % len(chosen)],
                sender=sender,
                day=DAY + timedelta(days=number),
                opening=None if number % 4 else number // 4 % len(text.openings),
                seed=number,
                form=("", "woman", "man", "unknown")[number // 5 % 4],
                later=number % 2 == 1,
                piece="open-letter" if together else "letter",
                edition=number % 3,
            ),
        )


def texts(letter: Letter, pack: Pack) -> Iterator[str]:
    """What the pack and the program say, a paragraph each, without the numbers of notes; no address.

    The title of a source is as its publisher wrote it, so it is left out.
    """
    address = re.compile(r"\u2068?\b[\w-]+(?:\.[\w-]+)+(?:/[^\s)]*)?\u2069?")
    yield from (letter.subject, letter.salutation, letter.closing, letter.date, letter.imprint)
    titles = {one.title.get(letter.language, "") for one in pack.sources.values()} - {""}
    for note in letter.notes:
        text = note.text
        for title in sorted(titles, key=len, reverse=True):
            text = text.replace(title, "×")
        yield address.sub("×", text)
    yield from (re.sub(r"\u202f?\[\d+\]", "", plain(runs)) for runs in runs_of(letter.body))


# What is wrong in any language, or in one


#: Faults of print in every language.
PATTERNS = {
    "two spaces, or one at an end": re.compile(r"[ \u00a0]{2}|^\s|\s$"),
    "two full stops": re.compile(r"(?<!\.)\.\.(?!\.)"),
    "two signs": re.compile(r"[,;:،؛](?:[.,;:،؛])|[.!?؟][,;،؛](?<!\w\.,)"),
    "a straight quotation mark": re.compile(r"[\"']"),
    "the same word twice": re.compile(r"(?<!\w)(\w{2,}) \1(?!\w)"),
    "something not filled in": re.compile(r"[{}<>|_‹›\ufdd0-\ufdef]|\bNone\b|≥|≤|≈|≲"),
}


@cache
def rules_of(code: str) -> dict[str, re.Pattern[str]]:
    """The language's own table, and words of other languages that would mean that it lacks its own."""
    rules = {rule["pattern"]: re.compile(rule["pattern"]) for rule in PROOF[code]["wrong"]}
    own = language_data(code)
    rules |= {"a space inside quotation marks or brackets": re.compile(spaced(code))}
    if own.script != language_data(source()).script:
        names = "|".join(map(re.escape, PROOF[code].get("latin", [])))
        return rules | {
            "a Latin letter": re.compile(rf"(?<![A-Za-z])(?!(?:{names or '(?!)'})(?![A-Za-z]))[A-Za-z]")
        }
    return rules if code == source() else rules | {"an English word": words_of_the_source(code)}


def spaced(code: str) -> str:
    """A plain space after what opens, or before what closes."""
    pairs = (language_data(code).line("text", key) for key in ("quotation", "inner-quotation"))
    opening, closing = ("".join(marks) for marks in zip(*pairs, ("(", ")"), strict=True))
    return f"[{re.escape(opening)}] | [{re.escape(closing)}](?!\\w)"


def words_of_the_source(code: str) -> re.Pattern[str]:
    """Qualifiers, months and words for documents of the interface's source language."""
    foreign, own = language_data(source()), language_data(code)
    phrases = [str(line) for line in foreign.sections["qualifiers"].values()]
    phrases += [foreign.word("edition"), str(foreign.line("letter", "salutation"))]
    phrases += get_month_names("wide", locale=locale(source())).values()
    words = {
        word.lower() for phrase in phrases for word in re.findall(r"(?<!\{)\b[A-Za-z]{3,}\b(?!\})", phrase)
    }
    mine = " ".join(str(line) for line in own.sections["qualifiers"].values()).lower()
    mine += " ".join(get_month_names("wide", locale=locale(code)).values()).lower()
    words -= set(re.findall(r"\w+", mine))
    return re.compile(rf"(?i)\b(?:{'|'.join(sorted(words))})\b")


def faults_in(text: str, rules: dict[str, re.Pattern[str]]) -> Iterator[str]:
    for name, pattern in rules.items():
        if found := pattern.search(text):
            start = max(found.start() - 20, 0)
            yield f"{name}: …{text[start : found.end() + 20]}…"


def list_faults(letter: Letter) -> Iterator[str]:
    """Demands end as the language ends the items of a list, and what leads to them is followed by them."""
    own = language_data(letter.language)
    for block, following in zip_longest(letter.body, letter.body[1:]):
        if isinstance(block, NumberedList):
            items = [plain(item) for item in block.items]
            ends = [own.text("list-item-end")] * (len(items) - 1) + [own.text("last-item-end")]
            for item, end in zip(items, ends, strict=True):
                if not item.endswith(end):
                    yield f"ends in a wrong sign: {item}"
        elif leads_on(plain(block.runs), letter.language) != isinstance(following, NumberedList):
            yield f"leads to no list, or does not lead to one: {plain(block.runs)}"


# The table itself


def examples(kind: str) -> list[Any]:
    return [
        pytest.param(rule["pattern"], text, id=f"{code}: {text}")
        for code, table in PROOF.items()
        for rule in table["wrong"]
        for text in rule[kind]
    ]


@pytest.mark.parametrize(("pattern", "text"), examples("example"))
def test_a_rule_finds_what_is_wrong(pattern: str, text: str) -> None:
    assert re.search(pattern, text)


@pytest.mark.parametrize(("pattern", "text"), examples("right"))
def test_a_rule_leaves_what_is_right(pattern: str, text: str) -> None:
    assert not re.search(pattern, text)


@pytest.mark.parametrize(("folder", "code"), WRITTEN)
def test_every_language_of_a_pack_has_its_table(folder: Path, code: str) -> None:
    assert len(PROOF[code]["wrong"]) >= 5 and len(PROOF[code]["senders"]) >= 3
