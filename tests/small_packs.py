"""Small packs, each without most of what a campaign can have; nothing in them is about anybody."""

from __future__ import annotations


def page(title: str, body: str = "Words.") -> str:
    return f"---\ntitle: {title}\nsummary: {title}, in a sentence.\n---\n\n{body}\n"


#: What every pack has.
_HEAD = """slug: {slug}
languages: [en]
countries-at-risk: []
name: {name}
accent: {name}
kicker: A square
headline: {headline}
runner:
  name: {{en: Friends of the square}}
  relation: one-of-them
  address: [1 Example Street, 00000 Anytown, Ireland]
  email: office@example.org
  complaint: {{en: The data protection authority of your country.}}
"""

_PAGES = {"pages/about.en.md": page("About"), "pages/privacy.en.md": page("Your data")}

_DEMAND = """demands:
- key: keep-them
"""

_LETTER = """---
name: To the mayor
subject: The trees of the square
---

## opening

I live at the square.

## facts

The trees give shade.

## ask

I ask you to:

## ask keep-them

keep the trees.

## reply

Please answer.
"""

_ADDRESSEES = """kinds:
- {key: town, title: The town}
closings:
- {key: plain, words: 'Yours sincerely,'}
addressees:
- key: mayor
  kind: town
  title: The Mayor
  letter: mayor
  salutation: {en: 'Dear Mayor,'}
  closing: plain
  address: {lines: [Town Hall, Anytown]}
  country: IE
"""

#: A petition and nothing else: no demand, no fact, no source, no picture, no office.
PETITION_ONLY = {
    "campaign.yaml": _HEAD.format(slug="petition-only", name="Keep the trees", headline="Keep the trees"),
    "petition.en.md": page(
        "Keep the trees of the square", "We ask the town to keep the trees.\n\n1. Keep them."
    ),
    "petition.yaml": "closes: 2027-06-30\nerase-on: 2027-12-31\nlegal-basis: {en: Consent.}\n",
    **_PAGES,
}

#: Letters to one office about one demand, whose state nobody has said.
LETTERS_ONLY = {
    "campaign.yaml": _HEAD.format(
        slug="letters-only", name="Write for the trees", headline="Write for the trees"
    )
    + _DEMAND,
    "addressees.yaml": _ADDRESSEES,
    "letters/mayor.en.md": _LETTER,
    "demands/keep-them.en.md": page("Keep them", "").rstrip("\n") + "\n",
    **_PAGES,
}

#: Neither a letter nor a petition: something to read.
NOTHING_TO_DO = {
    "campaign.yaml": _HEAD.format(slug="reading", name="Read this", headline="Trees were felled"),
    **_PAGES,
}

#: Letters and a petition; what was demanded was given, and the organisers say so.
FINISHED = {
    **LETTERS_ONLY,
    **PETITION_ONLY,
    "campaign.yaml": _HEAD.format(slug="finished", name="The trees stand", headline="The trees stand")
    + """states:
- {key: won, title: Won, meaning: met}
finished:
  how: met
  date: 2026-10-02
  text:
    en: The town council decided to keep **all trees** of the square.
demands:
- key: keep-them
  states:
  - {state: not-met, date: 2026-01-01, reason: The council would not answer}
  - {state: won, date: 2026-10-02, reason: The council decided so}
""",
}

SMALL_PACKS = {
    "petition-only": PETITION_ONLY,
    "letters-only": LETTERS_ONLY,
    "reading": NOTHING_TO_DO,
    "finished": FINISHED,
}
