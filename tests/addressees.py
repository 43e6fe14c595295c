"""A campaign with addressees of every kind: by post, e-mail and web form, looked up, typed, in prison.

Its people, offices and addresses are made up.
"""

from __future__ import annotations

from tests.minimal import FILES as MINIMAL


def _two(text: str) -> str:
    return f"{{en: '{text}', fr: '{text} (fr)'}}"


ADDRESSEES = f"""kinds:
- key: members
  title: {_two("Your own member of parliament")}
  office-of: supporter
  letter: mayor
  advice: {_two("Members answer letters from their own area.")}
- {{key: town, title: {_two("The town")}, office-of: KZ}}
- {{key: companies, title: {_two("Companies")}, office-of: none, letter: company, demands: [pay-for-them]}}
- {{key: courts, title: {_two("Courts")}, order: 1, office-of: IE, letter: mayor}}
- {{key: nations, title: {_two("United Nations")}, office-of: none, letter: mayor}}
- {{key: prisoners, title: {_two("People in prison")}, office-of: none, letter: greeting, demands: none}}
closings:
- {{key: plain, words: {_two("Yours,")}}}
addressees:
- {{key: mayor, kind: town, title: {_two("Mayor")}, letter: mayor, salutation: {_two("Dear Mayor,")},
   closing: plain, address: {{lines: [Town Hall, Anytown]}}, country: KZ, email: mayor@example.org}}
- {{key: embassy, kind: town, title: {_two("Embassy")}, letter: mayor, salutation: {_two("Your Excellency,")},
   closing: plain, address: {{lines: [1 Example Road, Dublin]}}, country: IE}}
- {{key: member, kind: members, title: {_two("Your member")}, salutation: {_two("Dear member,")},
   closing: plain, address-from: representatives, not-for-countries: [KZ]}}
- {{key: minister, kind: members, title: {_two("Minister")}, salutation: {_two("Dear Minister,")},
   closing: plain, address-from: supporter, demands: [keep-them]}}
- {{key: timber, kind: companies, title: {_two("Timber Limited")}, salutation: {_two("Dear all,")},
   closing: plain, email: office@example.org}}
- {{key: court, kind: courts, title: {_two("District Court")}, salutation: {_two("Dear court,")},
   closing: plain, address: {{lines: [2 Example Road, Dublin]}}, country: IE}}
- {{key: office, kind: nations, title: {_two("UN office")}, salutation: {_two("Dear office,")},
   closing: plain, web-form: 'https://example.org/form'}}
- {{key: prisoner, kind: prisoners, title: {_two("A. B.")}, salutation: {_two("Dear A. B.,")}, closing: plain,
   address: {{lines: [Prison 1, Cell 2, Anytown]}}, country: KZ, in-prison: yes,
   prison-rules: {_two("One page. No politics.")}, family-consent: 2020-05-03}}
"""

#: Two areas in one town, and one that is reached by e-mail alone.
REPRESENTATIVES = """area,name,address,email,web_form,postcodes
Anytown North,Ann North,"Parliament House
Dublin 2",ann@example.org,,"D01, D02"
Anytown South,Sam South,Parliament House | Dublin 2,,https://example.org/sam,D04
Isle,Ida Isle,,ida@example.org,,D99
"""


def _letter(name: str, *parts: tuple[str, str]) -> str:
    sections = "".join(f"\n## {key}\n\n{text}\n" for key, text in parts)
    return f"---\nname: {name}\nsubject: The trees of the square\n---\n{sections}"


_LETTERS = {
    "mayor": _letter(
        "To the mayor",
        ("opening", "I write about the trees. {{ fact.trees }}."),
        ("facts", "They give shade."),
        ("ask", "I ask you to:"),
        ("ask keep-them", "keep them;"),
        ("ask pay-for-them", "pay for them."),
        ("reply", "Thank you."),
        ("postcard", "Keep {{ fact.trees }} and pay for them."),
        ("open-letter", "We write together. We ask you to:"),
    ),
    "company": _letter(
        "To companies",
        ("opening", "Your company fells trees."),
        ("ask", "I ask you to:"),
        ("ask pay-for-them", "pay for them."),
        ("postcard", "Pay for {{ fact.trees }}."),
    ),
    "greeting": _letter("To people in prison", ("opening", "I think of you.")),
}

FILES: dict[str, str] = {
    **{path: text for path, text in MINIMAL.items() if not path.startswith("letters/")},
    "campaign.yaml": MINIMAL["campaign.yaml"].replace("at-risk: []", "at-risk: [KZ]")
    + f"""- key: pay-for-them
  facts: [trees]
  states:
  - {{state: not-met, date: 2020-05-02, source: plea, reason: {_two("Nobody pays")}}}
""",
    "addressees.yaml": ADDRESSEES,
    "representatives.csv": REPRESENTATIVES,
    **{
        f"demands/pay-for-them.{code}.md": "---\ntitle: Pay for them\nsummary: For all of them.\n---\n"
        for code in ("en", "fr")
    },
    **{f"letters/{key}.{code}.md": text for key, text in _LETTERS.items() for code in ("en", "fr")},
}
