"""Drafts of the documents that the law asks of a controller, filled in with what the pack says.

They are in English, with the pack's words in its first language, and go to the organisation's own people,
who complete what stands between ‹ and ›.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from string import Template

from campaign.languages.countries import countries
from campaign.pack.model import Pack
from campaign.pack.responsible import runner_name
from campaign.pack.signing_rules import return_address

#: The documents: record of processing (article 30), impact assessment (article 35), processors (article 28).
DOCUMENTS = ("record-of-processing.md", "impact-assessment.md", "processors.md")

#: What is counted of visits, where the pack wants that.
_VISITS = "sums by day say how often forms are opened, begun and finished"

_FOLDER = Path(__file__).parent / "documents"

#: Characters that would end a cell of a table, or begin something else than text.
_MARKS = str.maketrans({"|": "\\|", "\n": " ", "`": "\\`", "*": "\\*", "_": "\\_", "<": "\\<", "[": "\\["})


def documents(pack: Pack, today: date) -> dict[str, str]:
    """The documents of a campaign by file name."""
    values = {name: text.translate(_MARKS) for name, text in _values(pack, today).items()}
    return {
        name: Template((_FOLDER / name).read_text(encoding="utf-8")).substitute(values) for name in DOCUMENTS
    }


def _values(pack: Pack, today: date) -> dict[str, str]:
    language = pack.languages[0]
    runner, terms = pack.runner, pack.terms
    at_risk = ", ".join(countries("en")[code] for code in pack.countries_at_risk)
    return {
        "campaign": pack.name[language],
        "day": today.isoformat(),
        "name": str(runner_name(pack, language)),
        "legal_form": _known(runner.legal_form[language] if runner else "", "legal form"),
        "register": _known(runner.register if runner else "", "register and number, if any"),
        "address": _known(_lines(runner.address if runner else ()), "postal address"),
        "contact": _known(runner.email or runner.website if runner else "", "e-mail address"),
        "data_protection": _known(runner.data_protection[language] if runner else "", "the contact above"),
        "complaint": _known(runner.complaint[language] if runner else "", "supervisory authority"),
        "hosting": _known(_country(runner.hosting if runner else ""), "country"),
        "petition": pack.petition[language].title if pack.petition else pack.name[language],
        "legal_basis": _known(terms.legal_basis[language], "legal basis"),
        "erase_on": _known(terms.erase_on.isoformat() if terms.erase_on else "", "day"),
        "return_to": _known(_lines(return_address(pack)), "address"),
        "at_risk": f"; among them people in countries at risk: {at_risk}" if at_risk else "",
        "at_risk_named": f" ({at_risk})" if at_risk else "",
        "extra_fields": "".join(f"; {field.label[language]}" for field in terms.extra_fields),
        "visits": f"; {_VISITS}" if pack.counts_visits else "",
        "visits_counted": f" S{_VISITS[1:]}." if pack.counts_visits else "",
        "extra_on_paper": "".join(f"; {field.label[language]}" for field in terms.fields_on_paper),
        "email_column": "; e-mail address if the sheet has that column",
    }


def _known(text: str, what: str) -> str:
    """A text, or a placeholder that says what is missing."""
    return text or f"‹{what}›"


def _lines(lines: Sequence[str]) -> str:
    return ", ".join(lines)


def _country(code: str) -> str:
    return countries("en").get(code, code)
