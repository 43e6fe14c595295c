"""The e-mails to an organisation that signs on: the link, and what the organisers decided.

To a country at risk they say nothing of what they are about, as those of a signer.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from campaign.coalition.organisations import Contact
from campaign.email_address import for_relay
from campaign.pack.colours import colours
from campaign.pack.model import Pack
from campaign.petition.organisation_form import OrganisationForm
from campaign.web import languages, runner


def confirmation(pack: Pack, form: OrganisationForm, link: str) -> dict[str, Any]:
    """The e-mail with the link, like that of a signer."""
    neutral = form.at_risk or pack.terms.neutral_mail
    title = f"{form.says.name} · {pack.petition_title(languages.current())}"
    subject = _("Please confirm") if neutral else _("Confirm your signature: %(title)s", title=title)
    return {
        **_common(pack, neutral, link),
        "kind": "confirm",
        "to": form.address.ascii,
        "language": languages.current(),
        "subject": str(subject),
        "title": "" if neutral else title,
        "confirm": link,
    }


def decision(
    pack: Pack, contact: Contact, organisation: tuple[str, str], link: str, why: str
) -> dict[str, Any]:
    """The e-mail after an organiser's decision, in its reader's language. `organisation`: name and country.

    `why` is the reason of a refusal, '' for an organisation that is accepted.
    """
    name, country = organisation
    neutral = pack.terms.neutral_mail or country in pack.countries_at_risk
    language = contact.language if contact.language in pack.languages else pack.languages[0]
    with languages.forced(language):
        return {
            **_common(pack, neutral, link),
            "kind": "organisation",
            "to": for_relay(contact.email),
            "language": language,
            "subject": str(_("The organisers’ answer")),
            "organisation": "" if neutral else name,
            "why": "" if neutral else why,
        }


def _common(pack: Pack, neutral: bool, link: str) -> dict[str, Any]:
    """Who sends it; nothing where that would tell what it is about."""
    return {
        "runner": "" if neutral else runner.runner_name(pack),
        "contact": "" if neutral else runner.runner_contact(pack),
        "name": "" if neutral else pack.site_name[languages.current()],
        "colour": "" if neutral else colours(pack.branding).light,
        "withdraw": link,
        "campaign": pack.slug,  # it is not sent: by it, waiting e-mails are erased
    }
