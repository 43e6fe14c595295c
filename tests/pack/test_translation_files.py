"""Texts out for translators and back: every text, with its source, and nothing lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.pack.findings import Finding
from campaign.pack.record_texts import with_records
from campaign.pack.translation.comparison import Comparison, compared
from campaign.pack.translation.export import TextState, exported
from campaign.pack.translation.places import places
from campaign.pack.translation.po import MOST_BYTES, MOST_ENTRIES, Entry, PoError, read_po
from campaign.pack.writing import WritingError, put
from tests.minimal import FILES
from tests.tools import DAY

HEADLINE = "campaign.yaml:headline"
ABOUT = "pages/about:text"


def plain(_place: object) -> TextState:
    return TextState()


def new_errors(files: Mapping[str, str]) -> Callable[[Mapping[str, str]], list[Finding]]:
    """What a change of these files brings in."""
    before = {(one.path, one.text) for one in check(files, DAY)}
    return lambda after: [
        one for one in check(after, DAY) if not one.can_wait and (one.path, one.text) not in before
    ]


def back(files: Mapping[str, str], code: str, *entries: Entry, stale: bool = False) -> Comparison:
    return compared(files, code, entries, new_errors(files), lambda _place: stale)


def entry(name: str, text: str, files: Mapping[str, str] = FILES, code: str = "fr") -> Entry:
    """An entry as our file has it, with another translation."""
    known = {one.name: one for one in read_po(exported(files, code, plain)).entries}
    return Entry(name, known[name].source, text)


def preparing(files: Mapping[str, str], code: str) -> dict[str, str]:
    table = put(files["campaign.yaml"], ("in-preparation",), [code], ("slug", "languages"))
    return {**files, "campaign.yaml": table}


# out


def test_a_file_has_each_text_with_its_place_its_marks_and_its_state() -> None:
    data = exported(FILES, "fr", lambda place: TextState("State: draft", place.name == HEADLINE)).decode()
    data = data.replace("\u00a0", " ")
    assert data.startswith("# trees: Français\nmsgid")
    assert (
        "#. Front page · front · Headline\n#. State: draft\n#: campaign.yaml\n#, fuzzy\n"
        'msgctxt "campaign.yaml:headline"\nmsgid "Keep the trees"\nmsgstr "Keep the trees (fr)"\n'
    ) in data
    assert "#. {{ fact.trees }} = 12 trees\n" in data and "#. {phrase} = 12 trees\n" in data
    assert "#. Units · tree · one · with numbers such as 0, 1, 1,5\n" in data


@pytest.mark.slow
@pytest.mark.parametrize("code", ["fr", "ar", "zh-Hans"], ids=["public", "right to left", "without plurals"])
def test_every_text_of_the_first_campaign_goes_out_and_comes_back_unchanged(
    code: str, files: dict[str, str]
) -> None:
    public = code in parse(files).languages
    pack = files if public else preparing(files, code)
    read = read_po(exported(pack, code, plain))
    names = [one.name for one in read.entries]
    assert read.language == code and len(set(names)) == len(names) > 500
    result = back(pack, code, *read.entries)
    assert (result.changes, result.refused, result.files) == ([], [], {})
    assert result.same + result.empty == len(names)
    if public:  # all but a case of a noun that no sentence asks for
        assert result.empty <= 4


def test_what_check_misses_in_a_language_is_what_its_file_has() -> None:
    """Each text that a language must have can be brought by a file: no other way is needed."""
    files = preparing(FILES, "de")
    entries = [
        Entry(one.name, one.source, one.source) for one in read_po(exported(files, "de", plain)).entries
    ]
    result = back(files, "de", *entries)
    assert result.refused == []
    after = {**files, **result.files}
    assert [str(one) for one in check(after, DAY) if one.level == "preparation"] == []


# back


def test_a_changed_text_is_put_where_it_belongs_and_nothing_else_changes() -> None:
    result = back(
        FILES, "fr", entry(HEADLINE, "Gardez les arbres"), entry("facts.yaml:facts/trees:label", "Arbres")
    )
    assert [(one.place.name, one.old, one.new) for one in result.changes] == [
        (HEADLINE, "Keep the trees (fr)", "Gardez les arbres"),
        ("facts.yaml:facts/trees:label", "Trees (fr)", "Arbres"),
    ]
    assert result.files == {
        "campaign.yaml": FILES["campaign.yaml"].replace(
            "fr: 'Keep the trees (fr)'", "fr: 'Gardez les arbres'"
        ),
        "facts.yaml": FILES["facts.yaml"].replace("fr: 'Trees (fr)'", "fr: 'Arbres'"),
    }


def test_a_text_for_all_languages_becomes_one_for_each() -> None:
    result = back(FILES, "fr", entry("facts.yaml:speakers/friends:name", "Amis"))
    assert "{key: friends, name: {en: Friends, fr: Amis}}" in result.files["facts.yaml"]


def test_forms_of_a_noun_come_in_the_classes_of_the_language() -> None:
    files = preparing(FILES, "ar")
    forms = {"zero": "شجرة", "one": "شجرة", "two": "شجرتان", "few": "أشجار", "many": "شجرة", "other": "شجرة"}
    entries = [entry(f"facts.yaml:units/tree:{form}", text, files, "ar") for form, text in forms.items()]
    result = back(files, "ar", *entries)
    assert len(result.changes) == 6 and "two: شجرتان" in result.files["facts.yaml"]


def test_a_document_that_is_new_has_the_day_of_its_source() -> None:
    news = "---\ntitle: Won\nsummary: Won.\ndate: 2026-02-03\n---\n\nWon {{ fact.trees }}.\n"
    files = {**FILES, "updates/won.en.md": news}
    texts = {
        "updates/won:title": "Gagné",
        "updates/won:summary": "Gagné.",
        "updates/won:text": "Gagné {{ fact.trees }}.",
    }
    result = back(files, "fr", *(entry(name, text, files) for name, text in texts.items()))
    assert result.files == {
        "updates/won.fr.md": news.replace("Won", "Gagné").replace(
            "title: Gagné\nsummary: Gagné.\ndate: 2026-02-03",
            "date: 2026-02-03\ntitle: Gagné\nsummary: Gagné.",
        )
    } or sorted(result.files["updates/won.fr.md"].split("\n")) == sorted(
        news.replace("Won", "Gagné").split("\n")
    )


BAD = {
    "an unknown name": (Entry("campaign.yaml:nothing", "a", "b"), "There is no such text in the draft."),
    "no name": (Entry("", "Keep the trees", "b"), "There is no such text in the draft."),
    "a source that changed": (Entry(HEADLINE, "Keep all trees", "b"), "Its source has changed since: “Keep the trees”"),
    "fuzzy": (Entry(HEADLINE, "Keep the trees", "b", fuzzy=True), "It is marked as fuzzy: somebody has to look at it first."),
    "empty": (Entry(HEADLINE, "Keep the trees", " \n"), "It is empty: the text that the draft has stays."),
    "an unknown mark": (entry(ABOUT, "Mots. {{ fact.arbres }}"), "Unknown fact “arbres”."),
    "code": (entry(ABOUT, "{{ fact.trees.__class__ }}"), "A fact has no “__class__”."),
    "a number by hand": (entry(ABOUT, "Il y a 12 arbres."), "The number 12 is written by hand"),
    "bidi control": (entry(HEADLINE, "Gardez \u202eles arbres"), "It has a character that"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_can_not_be_taken_is_listed_with_the_reason_and_the_rest_is_taken(case: str) -> None:
    wrong, why = BAD[case]
    good = entry("campaign.yaml:kicker", "Une place")
    result = back(FILES, "fr", wrong, good)
    assert [change.place.name for change in result.changes] == ["campaign.yaml:kicker"]
    assert [one.name for one in result.refused] == [wrong.name]
    assert why.rstrip(".") in str(result.refused[0].why) or case == "bidi control"


def test_an_entry_that_comes_twice_is_taken_neither_time() -> None:
    result = back(FILES, "fr", entry(HEADLINE, "A"), entry(HEADLINE, "B"))
    assert result.changes == [] and [one.text for one in result.refused] == ["A", "B"]


def test_marks_that_differ_from_the_source_are_said_beside_the_change() -> None:
    change = back(FILES, "fr", entry(ABOUT, "Mots. {{ fact.old-trees }}")).changes[0]
    assert (change.lost, change.added) == (("{{ fact.trees }}",), ("{{ fact.old-trees }}",))


def test_an_unchanged_text_whose_source_changed_is_confirmed_unless_it_is_fuzzy() -> None:
    same = entry(HEADLINE, "Keep the trees (fr)")
    assert [place.name for place in back(FILES, "fr", same, stale=True).confirmed] == [HEADLINE]
    fuzzy = Entry(same.name, same.source, same.text, fuzzy=True)
    assert back(FILES, "fr", fuzzy, stale=True).confirmed == [] == back(FILES, "fr", same).confirmed


def test_half_a_new_document_is_not_taken() -> None:
    files = preparing(FILES, "de")
    result = back(files, "de", entry("pages/about:text", "Worte. {{ fact.trees }}", files, "de"))
    assert result.files == {} and [one.name for one in result.refused] == ["pages/about:text"]


# hostile files


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"x" * (MOST_BYTES + 1), "It has more than 4,194,304 bytes."),
        (b'msgid "a"\nmsgstr "b"\n' * (MOST_ENTRIES + 1), "It has more than 20,000 entries."),
        (b'msgid "\xff"\nmsgstr ""\n', "The file is not UTF-8 text."),
        (
            b'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n',
            "It has plural entries, which a file from here never has.",
        ),
        (b'msgid "a"\nmsgstr "b"\nmsgstr "c"\n', "An entry has several translations, or none."),
        (b"\x7fELF", "It is no PO file: line 1"),
        (b'msgid "a"\nnonsense\n', "It is no PO file: line 2"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_none_is_refused_with_the_reason(data: bytes, said: str) -> None:
    with pytest.raises(PoError) as error:
        read_po(data)
    assert str(error.value).startswith(said)


def test_entries_of_one_name_are_all_read() -> None:
    data = b'msgctxt "n"\nmsgid "a"\nmsgstr "b"\n\n' * 2 + b'#~ msgid "old"\n#~ msgstr "x"\n'
    read = read_po(data)
    assert [one.text for one in read.entries] == ["b", "b"] and (read.language, read.obsolete) == ("", 1)


# writing many records


def test_records_are_changed_one_by_one_and_the_rest_stays() -> None:
    text = "# head\nlist:\n- key: a\n  x: 1 # one\n\n# between\n- key: b\n  x: 2\nother: y\n"
    changed = with_records(
        text,
        "list",
        {0: lambda record: put(record, (0, "x"), "3"), 1: lambda record: put(record, (0, "y"), "4")},
    )
    assert (
        changed == "# head\nlist:\n- key: a\n  x: 3 # one\n\n# between\n- key: b\n  x: 2\n  y: 4\nother: y\n"
    )


@pytest.mark.parametrize("text", ["list: [{key: a}]\n", "list: x\n", "other: []\n"])
def test_a_list_in_another_form_is_not_changed_so(text: str) -> None:
    with pytest.raises(WritingError):
        with_records(text, "list", {0: lambda record: record})


def test_names_of_texts_are_lasting() -> None:
    names = {place.name for place in places(FILES, "fr")}
    assert {
        HEADLINE, "campaign.yaml:demands/keep-them:states.1.reason", "facts.yaml:facts/trees:claim", "facts.yaml:units/tree:one",
        "addressees.yaml:addressees/mayor:salutation.unknown", "demands/keep-them:title", "letters/mayor:## opening",
        "letters/mayor:## ask keep-them", "petition:text", ABOUT, "organisations.yaml:voices/a:says",
    } <= names  # fmt: skip
