"""Addressees in the files: what `check` demands, what they take from their group, and older packs."""

from __future__ import annotations

import pytest

from campaign.pack.check import check
from campaign.pack.files import parse, read_folder
from campaign.pack.findings import Finding
from tests.addressees import ADDRESSEES, FILES
from tests.minimal import FILES as MINIMAL
from tests.tools import DAY, SEED


def findings(**changes: str) -> list[Finding]:
    text = ADDRESSEES
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return check({**FILES, "addressees.yaml": text}, DAY)


def errors(old: str, new: str) -> list[str]:
    return [str(one.text) for one in findings(**{old: new}) if one.level == "error"]


def test_a_campaign_with_addressees_of_every_kind_has_no_errors() -> None:
    assert [one for one in check(FILES, DAY) if one.level == "error"] == []


BAD = [
    ("office-of: KZ", "office-of: XX", "Unknown country “XX”."),
    (", office-of: KZ", "", "“office-of” is missing in the group “town”"),
    ("letter: company, ", "", "“letter” is missing: neither “timber” nor its group"),
    ("demands: [pay-for-them]", "demands: [gold]", "Unknown demand “gold”."),
    ("email: office@example.org", "address-from: pack", "“timber” can’t be reached"),
    (", in-prison: yes", ", in-prison: yes, address-from: supporter", "The address of “prisoner” is never used"),
    (", family-consent: 2020-05-03", "", "“family-consent” is missing"),
    ("prison-rules: {en: 'One page. No politics.', fr: 'One page. No politics. (fr)'}, ", "", "“prison-rules” is missing"),
    ("https://example.org/form", "example.org/form", "“web-form” is not a web address"),
    ("address-from: representatives", "address-from: telephone", "telephone"),
    ("not-for-countries: [KZ]", "not-for-countries: [XX]", "Unknown country “XX”."),
    ("order: 1", "order: first", "“first” is not a whole number above 0."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), BAD)
def test_check_names_what_is_missing_or_wrong(old: str, new: str, said: str) -> None:
    assert any(said in text for text in errors(old, new)), errors(old, new)


def test_whoever_is_looked_up_needs_a_list() -> None:
    files = {path: text for path, text in FILES.items() if path != "representatives.csv"}
    texts = [str(one.text) for one in check(files, DAY) if one.level == "error"]
    assert texts == ["“member” is looked up in representatives.csv, which is missing."]


def test_a_person_in_prison_can_wait_in_the_draft_until_the_family_agrees() -> None:
    old, new = (
        "in-prison: yes,\n   prison-rules: {en: 'One page. No politics.', fr: 'One page. No politics. (fr)'}, family-consent: 2020-05-03",
        "in-prison: yes, enabled: no",
    )
    assert errors(old, new) == []
    missing = [one for one in findings(**{", family-consent: 2020-05-03": ""}) if one.level == "error"]
    assert missing and all(one.can_wait for one in missing)


def test_a_template_needs_an_ask_only_where_somebody_can_be_asked() -> None:
    gone = "\n## ask keep-them\n\nkeep them;\n"
    letter = FILES["letters/mayor.en.md"].replace(gone, "")
    both = {**FILES, "letters/mayor.en.md": letter, "letters/mayor.fr.md": letter}
    said = [str(one.text) for one in check(both, DAY) if one.level == "error"]
    assert said == ["The part “## ask keep-them” is missing."] * 2
    only = ADDRESSEES.replace("letter: mayor", "letter: mayor, demands: [pay-for-them]").replace(
        "  letter: mayor, demands: [pay-for-them]\n", "  letter: mayor\n  demands: [pay-for-them]\n"
    ).replace("demands: [keep-them]", "demands: [pay-for-them]")  # fmt: skip
    assert [one for one in check({**both, "addressees.yaml": only}, DAY) if one.level == "error"] == []


def test_what_is_asked_needs_its_introduction() -> None:
    letter = FILES["letters/mayor.en.md"].replace("\n## ask\n\nI ask you to:\n", "")
    both = {**FILES, "letters/mayor.en.md": letter, "letters/mayor.fr.md": letter}
    assert "The part “## ask” is missing." in [str(one.text) for one in check(both, DAY)]


@pytest.mark.parametrize("part", ["facts", "duty", "later", "reply", "prompts"])
def test_these_parts_of_a_letter_can_be_left_out(part: str) -> None:
    letter = MINIMAL["letters/mayor.en.md"]
    before, _heading, rest = letter.partition(f"\n## {part}\n")
    after = rest.partition("\n## ")[2]
    text = f"{before}\n## {after}" if after else before
    files = {**MINIMAL, **{f"letters/mayor.{code}.md": text for code in ("en", "fr")}}
    assert f"## {part}" not in text
    assert [one for one in check(files, DAY) if one.level == "error"] == []


def test_members_have_what_their_group_has_unless_they_say_otherwise() -> None:
    pack = parse(FILES)
    timber, minister, member = (pack.addressees[key] for key in ("timber", "minister", "member"))
    assert (timber.letter, timber.office_of, timber.demands) == ("company", "none", ("pay-for-them",))
    assert (minister.letter, minister.office_of, minister.demands) == ("mayor", "supporter", ("keep-them",))
    assert pack.demands_for(member) == ("keep-them", "pay-for-them")
    assert list(pack.kinds) == ["courts", "members", "town", "companies", "nations", "prisoners"]


#: Lines of an older pack, and whether supporters type the address.
OLDER = [
    ("address: {lines: [Town Hall, Anytown]}\n  country: IE", False),
    ("enabled: yes", True),
    ("by-country: {IE: {lines: [Town Hall, Anytown]}}", True),
    ("email: mayor@example.org", False),
    ("web-form: https://example.org/form", False),
    ("by-country: {IE: {lines: [Town Hall, Anytown]}}\n  email: mayor@example.org", True),
]


@pytest.mark.parametrize(("lines", "typed"), OLDER)
def test_an_older_pack_says_by_the_absence_of_an_address_that_supporters_type_it(
    lines: str, typed: bool
) -> None:
    text = MINIMAL["addressees.yaml"].replace("address: {lines: [Town Hall, Anytown]}\n  country: IE", lines)
    files = {**MINIMAL, "addressees.yaml": text}
    assert parse(files).addressees["mayor"].typed is typed
    said = [str(one.text) for one in check(files, DAY)]
    assert any("address-from: supporter" in one for one in said) is typed
    assert not [one for one in check(files, DAY) if one.level == "error"]


@pytest.mark.slow
def test_an_older_pack_stays_readable_and_check_says_what_its_groups_lack() -> None:
    text = (SEED / "addressees.yaml").read_text(encoding="utf-8")
    for line in ("  office-of: KZ\n", "  office-of: none\n", "  office-of: supporter\n"):
        text = text.replace(line, "  abroad: yes\n")
    files = {**read_folder(SEED), "addressees.yaml": text}
    assert parse(files).kinds["embassy"].abroad
    found = check(files, DAY)
    missing = [one for one in found if "“office-of” is missing" in str(one.text)]
    assert len(missing) == 4 and all(one.level == "error" and one.can_wait for one in missing)
    assert sum("“abroad” in the group" in str(one.text) for one in found) == 4
