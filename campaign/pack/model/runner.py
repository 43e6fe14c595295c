"""Who runs a site: the organisation that is responsible for its data (the controller)."""

from __future__ import annotations

from campaign.messages import Message
from campaign.pack import fields
from campaign.pack.fields import record
from campaign.pack.values import Place, Words

ONE_OF_THEM, ASKED_BY_THEM, INDEPENDENT = "one-of-them", "asked-by-them", "independent"

#: What the runner is to the organisations whose demands the campaign presents.
RELATIONS = frozenset({ONE_OF_THEM, ASKED_BY_THEM, INDEPENDENT})


@record()
class Runner:
    """The organisation that runs the site. What people must know before they sign is in `signing_rules.py`.

    `data_protection` is empty if questions about data go to the general contact. `complaint` names
    the supervisory authority, or says in a sentence where people can complain. `counts_visits`: sums say
    how often forms are opened, begun and finished, without anything about who did.
    """

    name: Words = fields.words(Message("Name of the organisation that runs this site"))
    relation: str = fields.choice(
        RELATIONS,
        INDEPENDENT,
        Message("Relation to the organisations that make the demands"),
        offered="relation",
    )
    legal_form: Words = fields.words(
        Message("Legal form"), hint=Message("For example, a registered association.")
    )
    address: tuple[str, ...] = fields.texts(Message("Postal address, line by line, with the country"))
    email: str = fields.email(Message("E-mail"))
    website: str = fields.web_address(Message("Website"))
    register: str = fields.text(
        Message("Entry in a register"), hint=Message("The register and the number, if there is one.")
    )
    data_protection: Words = fields.words(
        Message("Contact for data protection"),
        hint=Message("If it differs from the e-mail address above: a name or office, and how to reach it."),
    )
    complaint: Words = fields.words(
        Message("Where people can complain"),
        control="area",
        hint=Message("The supervisory authority, or a sentence about the right to complain."),
    )
    hosting: str = fields.reference("country", Message("Country in which the server is"))
    counts_visits: bool = fields.flag(
        Message("Count how often forms are opened, begun and finished"),
        hint=Message(
            "Only sums by day, with nothing about the visitor. The page about data then says so: check that "
            "your own words there agree."
        ),
    )
    place: Place

    @property
    def contact(self) -> str:
        """How to reach the runner, in one line; '' if nothing is known."""
        return self.email or self.website or ", ".join(self.address)
