"""What a pack needs of its languages: lines of a language's file, forms and cases of its own nouns.

A neutral sign would stand for a line that is missing, and a noun in a wrong form for a form that is
missing: neither may be published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaign.languages.data import installed, language
from campaign.languages.numbers import line_of
from campaign.messages import Message
from campaign.pack.findings import INCOMPLETE, Finding
from campaign.pack.model import Fact, Pack, Prose

_FIELD = re.compile(r"\bfact\.([a-z0-9-]+)\.([a-z_]+)")


def findings(pack: Pack) -> Iterator[Finding]:
    """Lines that a language's file lacks, and forms that a unit lacks."""
    for code in pack.languages:
        yield from _lines(pack, code)
    yield from _claims(pack)
    seen = set()
    for fact in pack.facts.values():
        for code in pack.languages:
            if not _is_translated(pack, fact, code):
                continue
            place = (fact.unit.key if fact.unit else "", _missing_form(fact, code, fact.case(code)))
            if place not in seen and (finding := _form(fact, code, fact.case(code))):
                seen.add(place)
                yield finding


def _is_translated(pack: Pack, fact: Fact, code: str) -> bool:
    """False where the forms of another language stand for those of one in preparation: it lacks them all."""
    if fact.unit is None or code not in pack.in_preparation:
        return True
    forms = fact.unit.forms
    return not any(forms[code] is forms[other] for other in pack.languages if other != code)


def _claims(pack: Pack) -> Iterator[Finding]:
    """Cases that a claim asks of its own fact: {accusative}."""
    for fact in pack.facts.values():
        for code, claim in fact.claim.items():
            for case in language(code).cases:
                if f"{{{case}}}" in claim and (finding := _form(fact, code, case)):
                    yield finding


def case_findings(pack: Pack, prose: Prose, code: str) -> Iterator[Finding]:
    """Cases that a text asks of a fact, such as `fact.deaths.dative`, and that the fact's unit lacks."""
    for line, text in enumerate(prose.text.split("\n"), prose.place.line):
        for match in _FIELD.finditer(text):
            fact = pack.facts.get(match[1])
            if fact and match[2] in language(code).cases and (finding := _form(fact, code, match[2])):
                yield Finding(prose.place.path, line, "error", finding.text, match.start() + 1, match[0])


def _lines(pack: Pack, code: str) -> Iterator[Finding]:
    figures = [fact for fact in pack.facts.values() if fact.value is not None]
    used = {f"qualifiers.{line_of(fact.qualifier, fact.upper is not None)}" for fact in figures}
    missing = [line for line in sorted(language(code).missing) if not line.startswith("qualifiers.")]
    missing += sorted(language(code).missing & used)
    if not missing:
        return
    if code in installed():
        text = Message(
            "The file campaign/languages/%(language)s/language.toml lacks: %(lines)s.",
            language=code,
            lines=", ".join(missing),
        )
    else:
        text = Message(
            "Campaign does not know “%(language)s” yet: it needs the folder campaign/languages/%(language)s. "
            "CONTRIBUTING.md says how to add a language.",
            language=code,
        )
    yield Finding("campaign.yaml", 1, "error", text, kind=INCOMPLETE)


def _missing_form(fact: Fact, code: str, case: str) -> str:
    """The name of the form, such as 'ru-genitive'; '' if nothing is missing."""
    if fact.unit is None or fact.value is None:
        return ""
    return fact.unit.missing(fact.counted, code, case)


def _form(fact: Fact, code: str, case: str) -> Finding | None:
    """The form of its noun that a fact needs in a language, and that the unit lacks."""
    missing = _missing_form(fact, code, case)
    if fact.unit is None or not missing:
        return None
    text = Message(
        "The unit “%(unit)s” has no “%(form)s”: “%(fact)s” needs it.",
        unit=fact.unit.key,
        form=missing,
        fact=fact.key,
    )
    return Finding(fact.unit.place.path, fact.unit.place.line, "error", text, kind=INCOMPLETE)
