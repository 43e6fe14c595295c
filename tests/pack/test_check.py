"""The checker: the real pack passes, and what is broken is named by file and line."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from campaign.pack.check import check
from campaign.pack.figures import hand_written_numbers
from campaign.pack.files import parse
from campaign.pack.findings import PackError
from campaign.pack.model import Pack
from tests.tools import DAY, ROOT, SEED

Files = dict[str, str]
Break = Callable[[Files], None]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def swap(path: str, old: str, new: str) -> Break:
    def broken(files: Files) -> None:
        assert old in files[path]
        files[path] = files[path].replace(old, new, 1)

    return broken


def drop(path: str) -> Break:
    return lambda files: files.__delitem__(path)


LETTER = "letters/president.en.md"
#: (what is done to the pack, where the finding stands, what it says); "" is the first line.
BROKEN: dict[str, tuple[Break, str, str, str]] = {
    "unknown fact": (
        swap(LETTER, "fact.arrests", "fact.arests"), LETTER, "fact.arests", "Did you mean “arrests”?"
    ),
    "unknown placeholder": (
        swap(LETTER, "I am writing as a private individual and", "{{ sendr.name }} and"), LETTER, "sendr", "“sender”"
    ),
    "unknown source": (
        swap("facts.yaml", "source: fidh-statement", "source: fidh-statment"),
        "facts.yaml", "- key: names", "Did you mean “fidh-statement”?",
    ),
    "missing language": (drop("demands/reparations.kk.md"), "demands/reparations.kk.md", "", "missing"),
    "missing word": (
        swap("facts.yaml", "fr: Trois noms}", "}"), "facts.yaml", "label: {en: Three names", "missing in “fr”"
    ),
    "number by hand": (
        swap("petition.en.md", "{{ fact.deaths-official }}", "at least 238 people"),
        "petition.en.md", "at least 238", "written by hand",
    ),
    "claim after the statement": (
        swap("facts.yaml", "as-of: 2024-02-08", "as-of: 2024-02-09"), "facts.yaml", "- key: names",
        "can’t be the statement’s claim",
    ),
    "moment after the statement": (
        swap("timeline.yaml", "date: 2024-02-08\n  stated: yes", "date: 2024-02-10\n  stated: yes"),
        "timeline.yaml", "- key: statement", "can’t be what the statement says",
    ),
    "template that runs code": (
        swap(LETTER, "I ask you to:", "{% set x = 1 %}I ask you to:"), LETTER, "{% set", "not allowed"
    ),
    "broken YAML": (swap("campaign.yaml", "slug: january-2022", "slug: [january"), "campaign.yaml", "languages:", "not YAML"),
    "yaml anchor": (swap("campaign.yaml", "slug: january-2022", "slug: &a january-2022"), "campaign.yaml", "slug", "Anchors"),
    "unknown key": (swap("campaign.yaml", "kicker:", "kiker:"), "campaign.yaml", "kiker:", "Unknown key “kiker”"),
    "missing demand in a letter": (
        swap(LETTER, "## ask reparations", "## ask reparation"), LETTER, "", "“## ask reparations” is missing"
    ),
    "unknown country": (
        swap("addressees.yaml", "country: KZ", "country: KX"), "addressees.yaml", "- key: president", "Unknown country"
    ),
    "a file that has no place": (
        lambda files: files.__setitem__("notes.txt.md", "x"), "notes.txt.md", "", "does not belong in a pack"
    ),
}  # fmt: skip


@pytest.mark.slow
def test_the_first_campaign_has_no_errors_and_warns_of_every_unchecked_address(files: Files) -> None:
    findings = check(files, DAY)
    assert [f for f in findings if f.level == "error"] == []
    addressees = [a for a in parse(files).open_addressees() if not a.typed]
    assert len([f for f in findings if "has not been checked" in str(f.text)]) == len(addressees)
    others = [f for f in findings if "has not been checked" not in str(f.text)]
    rules = [f for f in others if "Nobody has checked the rule on answering" in str(f.text)]
    assert len(rules) == 1
    others.remove(rules[0])
    kinds = Counter(f.kind for f in others if f.kind != "ageing")
    assert kinds == {"unreviewed": 3, "controller": 1, "stale": len(parse(files).key_figures)}
    assert "The texts in “kk” await review by a native speaker." in {str(f.text) for f in others}
    assert any("still a placeholder" in str(f.text) for f in others)


@pytest.mark.slow
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_pack_is_named_by_file_and_line(name: str, files: Files) -> None:
    spoil, path, part, said = BROKEN[name]
    broken = dict(files)
    spoil(broken)
    line = line_of(broken[path], part) if part else 1
    findings = check(broken, DAY)
    assert any(
        (f.path, f.line, f.level) == (path, line, "error") and said in str(f.text) for f in findings
    ), findings


@pytest.mark.slow
@pytest.mark.parametrize("name", list(BROKEN)[:10])
def test_the_command_exits_with_1_and_prints_path_and_line(name: str, files: Files, tmp_path: Path) -> None:
    spoil, path, part, _ = BROKEN[name]
    broken = dict(files)
    spoil(broken)
    for written, text in broken.items():
        (tmp_path / written).parent.mkdir(exist_ok=True)
        (tmp_path / written).write_text(text, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "campaign", "check", str(tmp_path)], cwd=ROOT, capture_output=True, text=True
    )
    line = line_of(broken[path], part) if part else 1
    assert run.returncode == 1
    assert re.search(rf"{re.escape(f'{tmp_path}/{path}')}:{line}(:\d+)?: error: ", run.stdout)


@pytest.mark.slow
def test_the_command_exits_with_0_for_the_first_campaign() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "campaign", "check", str(SEED)], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0
    assert "0 errors" in run.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("checked", "warned"), [("2026-11-01", False), ("2026-05-28", False), ("2026-05-27", True)]
)
def test_an_address_is_to_be_looked_at_again_after_180_days(checked: str, warned: bool, files: Files) -> None:
    changed = dict(files)
    changed["addressees.yaml"] = changed["addressees.yaml"].replace(
        "  reads: [en, ru, kk]\n", f"  reads: [en, ru, kk]\n  checked-on: {checked}\n", 1
    )
    said = [str(f.text) for f in check(changed, DAY) if "“president”" in str(f.text)]
    assert bool(said) is warned


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("at least 238 died", "en", True),
        ("plus de 10 000 personnes", "fr", True),
        ("более 10 000 человек", "ru", True),
        ("on 19 January 2022", "en", False),
        ("30 июня 2026 года", "ru", False),
        ("2024 жылғы 30 қаңтар", "kk", False),
        ("articles 14, 15 and 19 of the Covenant", "en", False),
        ("статьи 14, 15 и 19 Пакта", "ru", False),
        ("9, 14, 19 және 21-баптар", "kk", False),
        ("CAT/C/KAZ/CO/30", "en", False),
        ("{{ 238 }} that is meant", "en", False),
        ("más de 238 personas", "es", True),
        ("los artículos del 238 al 240", "es", False),
        ("أكثر من 238 شخصًا", "ar", True),
        ("المواد من 238 إلى 240", "ar", False),
        ("أكثر من ٢٣٨ شخصًا", "ar", True),
        ("بیش از ۲۳۸ نفر", "fa", True),
        ("بیش از ۱۰٬۰۰۰ نفر", "fa", True),
        ("۳۰ ژوئیهٔ ۲۰۲۴", "fa", False),
        ("مواد ۲۳۸ تا ۲۴۰", "fa", False),
        ("مادهٔ ۲۳۸", "fa", False),
        ("ماده‌های ۲۳۸ و ۲۴۰", "fa", False),
    ],
)
def test_only_figures_count_as_numbers_written_by_hand(
    text: str, language: str, found: bool, pack: Pack
) -> None:
    assert bool(list(hand_written_numbers(text, language, pack))) is found


def test_parse_raises_with_all_errors_at_once(files: Files) -> None:
    broken = dict(files)
    BROKEN["unknown key"][0](broken)
    BROKEN["missing language"][0](broken)
    with pytest.raises(PackError) as raised:
        parse(broken)
    assert {f.path for f in raised.value.findings} >= {"campaign.yaml", "demands/reparations.kk.md"}


@pytest.mark.slow
def test_checking_is_pure(files: Files) -> None:
    before = dict(files)
    assert check(files, date(2026, 1, 1)) == check(files, date(2026, 1, 1))
    assert files == before


@pytest.mark.parametrize("word", ["kazakhstan", "january-2022", "fidh", "astana", "tokayev", "qantar"])
def test_the_toolkit_knows_no_country_and_no_campaign(word: str) -> None:
    for folder in ("campaign", "templates", "static"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".html", ".typ", ".css", ".js", ".po"}:
                assert word not in path.read_text(encoding="utf-8").lower(), path
