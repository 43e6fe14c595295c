"""Languages of a pack: public, in preparation, off."""

from __future__ import annotations

from datetime import date

import pytest

from campaign.pack.check import check
from campaign.pack.files import parse, parse_draft
from campaign.pack.findings import PackError
from campaign.pack.language_states import OFF, PREPARING, PUBLIC, LanguageStates, states_of, written
from campaign.pack.writing import WritingError
from tests.minimal import FILES
from tests.tools import BARE

DAY = date(2026, 11, 24)


def with_lists(**lists: str) -> dict[str, str]:
    """The smallest pack with other lists of languages: `preparing="[fr]"`."""
    keys = {"preparing": PREPARING, "off": OFF, "source": "source-language"}
    lines = [f"languages: {lists.pop('public', '[en, fr]')}"]
    lines += [f"{keys[name]}: {value}" for name, value in lists.items()]
    table = FILES["campaign.yaml"].replace("languages: [en, fr]", "\n".join(lines))
    return {**FILES, "campaign.yaml": table}


def found(files: dict[str, str], level: str) -> list[str]:
    return [str(finding.text) for finding in check(files, DAY) if finding.level == level]


@pytest.mark.parametrize(
    ("lists", "public", "at_desk"),
    [
        ({}, ("en", "fr"), ["en", "fr"]),
        ({"public": "[en]", "preparing": "[fr]"}, ("en",), ["en", "fr"]),
        ({"public": "[en]", "off": "[fr]"}, ("en",), ["en"]),
        ({"preparing": "[de]"}, ("en", "fr"), ["en", "fr", "de"]),
        ({"source": "fr"}, ("en", "fr"), ["fr", "en"]),
        ({"public": "[en]", "preparing": "[fr]", "source": "fr"}, ("en",), ["fr", "en"]),
    ],
)
def test_visitors_see_the_public_languages_and_the_desk_those_in_preparation_too(
    lists: dict[str, str], public: tuple[str, ...], at_desk: list[str]
) -> None:
    files = with_lists(**lists)
    assert parse(files).languages == public
    assert states_of(files).at_desk == at_desk
    draft, _findings = parse_draft(files)
    assert draft is not None and sorted(draft.languages) == sorted(at_desk)


@pytest.mark.parametrize("code", ["fr", "de", "ar", "zh-Hans", "pt-BR", BARE])
def test_a_language_is_added_in_preparation_and_prevents_nothing(code: str) -> None:
    files = with_lists(public="[en]", preparing=f"[{code}]", **({} if code == "fr" else {"off": "[fr]"}))
    assert found(files, "error") == []
    assert parse(files).languages == ("en",)
    draft, _findings = parse_draft(files)
    assert draft is not None and draft.headline[code] == (
        "Keep the trees (fr)" if code == "fr" else "Keep the trees"
    )
    assert bool(found(files, "preparation")) is (code != "fr")


def test_what_a_language_in_preparation_lacks_is_listed_and_can_wait() -> None:
    preparing = [one for one in check(with_lists(preparing="[de]"), DAY) if one.level == "preparation"]
    assert {"campaign.yaml", "facts.yaml", "letters/mayor.de.md"} <= {one.path for one in preparing}
    assert all(one.can_wait for one in preparing)


@pytest.mark.parametrize("code", ["de", "ru", "ar", BARE])
def test_a_public_language_without_texts_can_be_saved_and_prevents_publication(code: str) -> None:
    """Whoever edits the file itself is not refused until every text is there."""
    findings = check(with_lists(public=f"[en, fr, {code}]"), DAY)
    assert [str(one) for one in findings if not one.can_wait] == []
    assert any(one.level == "error" for one in findings)


def test_a_unit_that_lacks_a_language_in_preparation_is_named_once() -> None:
    lacking = [one for one in check(with_lists(preparing="[ar]"), DAY) if one.level == "preparation"]
    assert [str(one.text) for one in lacking if "tree" in str(one.text)] == ["“tree” is missing in “ar”."]


def test_an_error_in_a_text_in_preparation_prevents_no_publication_but_saving() -> None:
    files = with_lists(public="[en]", preparing="[fr]")
    files["pages/about.fr.md"] = files["pages/about.fr.md"].replace("fact.trees", "fact.tress")
    assert found(files, "error") == []
    wrong = [one for one in check(files, DAY) if one.level == "preparation"]
    assert [str(one.text) for one in wrong] == ["Unknown fact “tress”. Did you mean “trees”?"]
    assert not wrong[0].can_wait


def test_a_text_that_stands_for_a_missing_one_is_not_read_by_the_rules_of_its_language() -> None:
    files = with_lists(preparing="[es]")
    # Twelve is a fact. English has the month after the day, Spanish has “de” between.
    files["pages/about.en.md"] = files["pages/about.en.md"].replace("Words.", "On 12 May.")
    assert not [one for one in found(files, "preparation") if "written by hand" in one]


def test_texts_of_a_language_that_is_off_are_kept_and_nothing_reads_them() -> None:
    files = with_lists(public="[en]", off="[fr]")
    files["pages/about.fr.md"] = "broken"
    files["facts.yaml"] = files["facts.yaml"].replace("fr: {one: arbre, other: arbres}", "fr: {nothing: x}")
    assert found(files, "error") == found(files, "preparation") == []


def test_a_file_in_no_language_of_the_pack_is_an_error() -> None:
    files = {**with_lists(public="[en]", off="[fr]"), "pages/about.de.md": FILES["pages/about.en.md"]}
    assert "“de” is not a language of this pack." in found(files, "error")


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ({"preparing": "[xx]"}, "There is no language “xx”"),
        ({"off": "[en_GB]"}, "There is no language “en_GB”"),
        ({"preparing": "[fr]"}, "“fr” is listed more than once."),
        ({"source": "de"}, "“source-language” must be a language that is public or in preparation."),
        ({"public": "[]"}, "“languages” is missing."),
    ],
)
def test_lists_that_make_no_sense_are_said(lists: dict[str, str], said: str) -> None:
    with pytest.raises(PackError, match=said):
        parse(with_lists(**lists))


# changing them

STATES = LanguageStates(("en", "fr"), ("de",), ("ru",), "en")


@pytest.mark.parametrize(
    ("code", "state", "expected"),
    [
        ("de", PUBLIC, (("en", "fr", "de"), (), ("ru",))),
        ("fr", PREPARING, (("en",), ("de", "fr"), ("ru",))),
        ("fr", OFF, (("en",), ("de",), ("ru", "fr"))),
        ("ru", PREPARING, (("en", "fr"), ("de", "ru"), ())),
        ("es", PREPARING, (("en", "fr"), ("de", "es"), ("ru",))),
        ("en", PUBLIC, (("en", "fr"), ("de",), ("ru",))),
    ],
)
def test_a_language_moves_to_the_end_of_another_list(
    code: str, state: str, expected: tuple[tuple[str, ...], ...]
) -> None:
    moved = STATES.with_state(code, state)
    assert (moved.public, moved.preparing, moved.off) == expected


def test_one_language_stays_public_and_the_source_is_never_off() -> None:
    with pytest.raises(WritingError, match="needs one public language"):
        LanguageStates(("en",), (), (), "en").with_state("en", PREPARING)
    with pytest.raises(WritingError, match="choose another first"):
        STATES.with_state("en", OFF)


def test_only_the_lines_of_the_lists_change() -> None:
    table = FILES["campaign.yaml"]
    states = states_of(FILES).with_state("ar", PREPARING)
    changed = written(table, states)
    assert changed == table.replace("languages: [en, fr]\n", "languages: [en, fr]\nin-preparation: [ar]\n")
    back = written(changed, LanguageStates(states.public, (), (), "en"))
    assert back == table
    french = written(table, LanguageStates(("en", "fr"), (), (), "fr"))
    assert french == table.replace("languages: [en, fr]\n", "languages: [en, fr]\nsource-language: fr\n")
    assert states_of({"campaign.yaml": french}).source == "fr"
