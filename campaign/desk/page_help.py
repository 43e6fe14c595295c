"""Help: for each page of the desk, the section of the handbook that explains it."""

from __future__ import annotations

from flask import current_app, request

from campaign.desk.pages import at

#: The page and the anchor of the section, by the module of a page or the package that it is in.
SECTIONS: dict[str, tuple[str, str]] = {
    "access.account": ("organisers", "joining-and-signing-in"),
    "access.sign_in": ("organisers", "joining-and-signing-in"),
    "starting": ("organisers", "starting-a-campaign"),
    "content": ("organisers", "editing"),
    "content.campaign_languages": ("organisers", "translation"),
    "content.translators": ("organisers", "translation"),
    "paper": ("organisers", "paper"),
    "paper.stalls": ("organisers", "stalls-without-a-network"),
    "people.members": ("organisers", "roles-and-permissions"),
    "people.pending": ("organisers", "changes-that-one-person-cannot-make-alone"),
    "people.audit": ("organisers", "who-did-what"),
    "petition": ("organisers", "signatures"),
    "petition.organisations": ("organisers", "organisations-that-sign-on"),
    "petition.reasons": ("organisers", "why-people-sign"),
    "publishing.attention": ("organisers", "what-needs-attention"),
    "publishing.publish": ("organisers", "publishing"),
    "publishing.discussion": ("organisers", "publishing"),
    "publishing.ending": ("organisers", "ending-a-campaign"),
    "publishing.import_export": ("organisers", "import-and-export"),
    "embedding": ("embedding", "frames"),
    "embedding.webhooks": ("embedding", "webhooks"),
    "search": ("organisers", "what-needs-attention"),
    "report": ("organisers", "a-report-for-a-period"),
    "server": ("operators", "monitoring"),
}

#: The same for an editor, by what is edited.
KINDS: dict[str, tuple[str, str]] = {
    "letter": ("packs", "letter-templates"),
    "addressee": ("packs", "add-an-addressee"),
    "group": ("packs", "add-an-addressee"),
    "front": ("organisers", "the-picture-the-logo-and-the-colours"),
    "state": ("packs", "states-of-demands-and-the-end"),
    "demand": ("packs", "states-of-demands-and-the-end"),
    "runner": ("packs", "who-runs-the-site"),
    "event": ("organisers", "what-became-of-the-petition"),
    "meeting": ("organisers", "events-that-people-can-come-to"),
    "extra-field": ("organisers", "extra-fields"),
    "terms": ("organisers", "signatures"),
    "page": ("packs", "pages"),
    "supporting": ("organisers", "organisations-that-sign-on"),
    "partner": ("organisers", "partners"),
}


def page_help() -> str:
    """The address of the section about the page of this request; '' for a page without one."""
    found = _section_of_page()
    if found is None:
        return ""
    page, section = found
    return f"{at('handbook_page', page_name=page)}#{section}"


def _section_of_page() -> tuple[str, str] | None:
    if request.endpoint == "desk.translation":  # a list of texts, like those that are edited
        return SECTIONS["content.translators"]
    if found := KINDS.get((request.view_args or {}).get("kind", "")):
        return found
    view = current_app.view_functions.get(str(request.endpoint))
    name = getattr(view, "__module__", "").removeprefix("campaign.desk.")
    return SECTIONS.get(name) or SECTIONS.get(name.split(".")[0])
