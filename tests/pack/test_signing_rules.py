"""Nobody can sign without knowing who keeps their name, why, until when, and where to complain."""

from __future__ import annotations

import pytest

from campaign.pack import signing_rules
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.pack.findings import CONTROLLER, Finding
from campaign.pack.responsible import in_footer, on_paper
from tests.minimal import FILES
from tests.tools import DAY

OPEN = "closes: 2027-06-30\nerase-on: 2027-12-31\nlegal-basis: Consent.\n"
CLOSED = OPEN.replace("2027", "2025")
NAME = "{en: 'Friends of the trees', fr: 'Friends of the trees (fr)'}"
COMPLAINT = FILES["campaign.yaml"].split("  complaint: ")[1].split("\n")[0]
RUNNER = FILES["campaign.yaml"].split("runner:\n")[1].split("name: {en: 'Trees'")[0]
ADDRESS = "  address: [1 Example Street, 00000 Anytown, Ireland]\n"


def pack(old: str = "", new: str = "", terms: str = OPEN) -> dict[str, str]:
    """The smallest pack with a petition that opens, and with one place changed."""
    assert old in FILES["campaign.yaml"]
    return {**FILES, "campaign.yaml": FILES["campaign.yaml"].replace(old, new), "petition.yaml": terms}


def found(files: dict[str, str]) -> list[Finding]:
    return [finding for finding in check(files, DAY) if finding.kind == CONTROLLER]


MISSING = {
    "the runner": (pack(f"runner:\n{RUNNER}"), {"name", "email", "complaint", "address"}),
    "its name": (pack(f"  name: {NAME}\n"), {"name"}),
    "a way to reach it": (pack("  email: office@example.org\n"), {"email"}),
    "where to complain": (pack(f"  complaint: {COMPLAINT}\n"), {"complaint"}),
    "an address for sheets": (pack(ADDRESS), {"address"}),
    "the legal basis": (pack(terms=OPEN.replace("legal-basis: Consent.\n", "")), {"legal-basis"}),
}


@pytest.mark.parametrize(("files", "keys"), MISSING.values(), ids=MISSING)
def test_a_petition_that_opens_has_an_error_for_what_signers_must_know(
    files: dict[str, str], keys: set[str]
) -> None:
    findings = found(files)
    assert {str(finding.text).split("”")[0].split(" ")[-1].strip("“") for finding in findings} == keys
    assert {finding.level for finding in findings} == {"error"}
    assert all(finding.can_wait for finding in findings), "the draft is saved all the same"
    assert not signing_rules.may_sign(parse(files))


@pytest.mark.parametrize("terms", ["events: []\n", CLOSED], ids=["no end", "over"])
def test_without_a_petition_that_opens_they_are_warnings(terms: str) -> None:
    findings = found(pack(f"runner:\n{RUNNER}", terms=terms))
    assert findings and {finding.level for finding in findings} == {"warning"}


def test_a_complete_pack_has_nothing_to_add() -> None:
    assert found(pack()) == []
    assert signing_rules.may_sign(parse(pack()))


def test_sheets_may_go_elsewhere_than_to_the_runner() -> None:
    files = pack(ADDRESS, terms=OPEN + "return-to: [PO Box 1, Anytown]\n")
    assert found(files) == []
    assert signing_rules.return_address(parse(files)) == ("PO Box 1", "Anytown")
    assert signing_rules.return_address(parse(pack()))[0] == "1 Example Street"


TRIAL = pack(f"  name: {NAME}", "  name: ‹who›")


def test_a_placeholder_makes_a_trial_with_one_warning_that_nobody_signs_in_production() -> None:
    (finding,) = found(TRIAL)
    assert finding.level == "warning" and "placeholder" in str(finding.text)
    assert [f for f in check(TRIAL, DAY) if f.level == "error"] == []
    assert signing_rules.is_trial(parse(TRIAL)) and not signing_rules.may_sign(parse(TRIAL))


def test_a_placeholder_is_allowed_nowhere_else() -> None:
    files = {**TRIAL, "petition.yaml": OPEN.replace("Consent.", "‹which law›")}
    assert "which law" in "\n".join(str(f) for f in check(files, DAY) if f.level == "error")
    named = pack("  legal-form: {en", "  register: ‹which one›\n  legal-form: {en")
    assert "which one" in "\n".join(str(f) for f in check(named, DAY) if f.level == "error")


def test_an_unknown_relation_and_an_unknown_country_are_errors() -> None:
    said = "\n".join(
        str(finding)
        for change in (("one-of-them", "one-of-tem"), ("hosting: IE", "hosting: XX"))
        for finding in check(pack(*change), DAY)
    )
    assert "“relation” can’t be “one-of-tem”" in said and "Unknown country “XX”" in said


#: What the foot of a page says, and what paper says, by relation.
SAID = {
    "one-of-them": ("Run by Friends of the trees.", "Asked by Friends. Run by Friends of the trees."),
    "asked-by-them": (
        "Run by Friends of the trees. Asked by Friends.",
        "Asked by Friends. Run by Friends of the trees.",
    ),
    "independent": (
        "Run by Friends of the trees. Not run or endorsed by the organisations whose demands these are.",
        "Demands of Friends. Not run or endorsed by the organisations whose demands these are. "
        "Run by Friends of the trees.",
    ),
}


@pytest.mark.parametrize("relation", SAID)
def test_only_who_has_agreed_asks(relation: str) -> None:
    parsed = parse(pack("relation: one-of-them", f"relation: {relation}"))
    footer, paper = (" ".join(map(str, say(parsed, "en"))) for say in (in_footer, on_paper))
    assert (footer, paper) == SAID[relation]


def test_a_pack_that_names_no_runner_claims_nothing() -> None:
    parsed = parse(pack(f"runner:\n{RUNNER}"))
    assert " ".join(map(str, in_footer(parsed, "en"))) == SAID["independent"][0].partition(". ")[2]
    assert "Asked by" not in " ".join(map(str, on_paper(parsed, "en")))
