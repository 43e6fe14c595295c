"""The smallest pack there is, in English and French: another campaign, to prove that there can be one."""

from __future__ import annotations


def _page(title: str) -> str:
    return f"---\ntitle: {title}\nsummary: {title}.\n---\n\nWords. {{{{ fact.trees }}}}\n"


def _letter(words: str) -> str:
    return f"""---
name: To the mayor
subject: The trees of the square
---

## opening

{words} {{{{ fact.trees }}}}.

## facts

They give shade.

## ask

I ask you to:

## ask keep-them

keep them.

## reply

Thank you.
"""


def _two(text: str) -> str:
    return f"{{en: '{text}', fr: '{text} (fr)'}}"


FILES: dict[str, str] = {
    "campaign.yaml": f"""slug: trees
languages: [en, fr]
statement: plea
countries-at-risk: []
runner:
  name: {_two("Friends of the trees")}
  relation: one-of-them
  legal-form: {_two("Registered association")}
  address: [1 Example Street, 00000 Anytown, Ireland]
  email: office@example.org
  complaint: {_two("The data protection authority of the country where you live.")}
  hosting: IE
name: {_two("Trees")}
accent: {_two("Trees")}
kicker: {_two("A square")}
headline: {_two("Keep the trees")}
lead: {_two("Words.")}
picture: {{kind: marks, facts: [trees, old-trees]}}
picture-note: {_two("One mark for each tree.")}
key-figures: [trees]
demands:
- key: keep-them
  facts: [trees]
  states:
  - {{state: partly-met, date: 2020-05-02, source: plea, reason: {_two("They stand")}}}
""",
    "organisations.yaml": f"""organisations:
- {{key: friends, asks: yes, acronym: Friends, name: {_two("Friends of the trees")}, role: {_two("They ask")}}}
voices:
- {{key: a, name: A. Nobody, title: {_two("Member")}, says: {_two("Keep them")}}}
""",
    "sources.yaml": f"""sources:
- {{key: plea, publisher: Friends, title: {_two("Plea")}, date: 2020-05-01, url: 'https://example.org/plea'}}
""",
    "facts.yaml": f"""topics:
- {{key: square, title: {_two("The square")}}}
comparisons: []
units:
- {{key: tree, en: {{one: tree, other: trees}}, fr: {{one: arbre, other: arbres}}}}
speakers:
- {{key: friends, name: Friends}}
facts:
- {{key: trees, topic: square, said-by: friends, source: plea, as-of: 2020-05-01, value: 12, unit: tree,
   label: {_two("Trees")}, claim: {_two("There are {phrase}.")}}}
- {{key: old-trees, topic: square, said-by: friends, source: plea, as-of: 2020-05-01, value: 3, unit: tree,
   label: {_two("Old trees")}, claim: {_two("Of them {phrase} are old.")}}}
""",
    "timeline.yaml": f"""timeline:
- {{key: plea, date: 2020-05-01, stated: yes, source: plea, text: {_two("The plea")}}}
""",
    "addressees.yaml": f"""kinds:
- {{key: town, office-of: IE, title: {_two("The town")}}}
closings:
- {{key: plain, words: {_two("Yours,")}}}
addressees:
- key: mayor
  kind: town
  title: {_two("Mayor")}
  letter: mayor
  salutation: {_two("Dear Mayor,")}
  closing: plain
  address: {{lines: [Town Hall, Anytown]}}
  country: IE
""",
    **{
        f"demands/keep-them.{code}.md": "---\ntitle: Keep them\nsummary: All of them.\n---\n"
        for code in ("en", "fr")
    },
    **{f"letters/mayor.{code}.md": _letter(f"Here stand ({code})") for code in ("en", "fr")},
    **{f"petition.{code}.md": _page("Petition") for code in ("en", "fr")},
    **{
        f"pages/{key}.{code}.md": _page(key)
        for key in ("about", "privacy", "sending", "at-risk")
        for code in ("en", "fr")
    },
}
