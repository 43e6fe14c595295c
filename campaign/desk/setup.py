"""Adding the desk to the application."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, current_app, g

from campaign.desk import help as handbook
from campaign.desk import search
from campaign.desk.access import account, checks, joining, session, sign_in
from campaign.desk.content import (
    actions,
    addressee_table,
    campaign_languages,
    editor,
    file_editor,
    kept,
    lists,
    new_items,
    photographs,
    preview,
    representatives_table,
    translators,
    unreadable,
)
from campaign.desk.embedding import frames, webhooks
from campaign.desk.menu import entries
from campaign.desk.page_help import page_help
from campaign.desk.pages import Pages, at, campaign_name
from campaign.desk.paper import (
    batches,
    letters_for_list,
    row_requests,
    scans,
    sheets,
    stalls,
    transcription,
    typed_lists,
)
from campaign.desk.paper import overview as paper_overview
from campaign.desk.people import audit, members, pending
from campaign.desk.petition import (
    events,
    exclusions,
    keys,
    organisations,
    other_servers,
    reasons,
    switches,
)
from campaign.desk.petition import overview as petition_overview
from campaign.desk.publishing import attention, discussion, ending, import_export, publish
from campaign.desk.publishing.copying import Copier
from campaign.desk.report import pages as report_pages
from campaign.desk.server import pages as server_pages
from campaign.desk.starting import kept_answers, start
from campaign.languages.data import language
from campaign.languages.data import source as source_language
from campaign.people.roles import Permission
from campaign.services import provide, service
from campaign.settings import Settings
from campaign.web.guard import allow_bodies
from campaign.web.messages import translated
from campaign.web.open_edition import edition_cache, read_address

PAGES: tuple[Pages, ...] = (
    account.pages,
    joining.pages,
    sign_in.pages,
    start.pages,
    kept_answers.pages,
    actions.pages,
    addressee_table.pages,
    campaign_languages.pages,
    editor.pages,
    file_editor.pages,
    kept.pages,
    lists.pages,
    new_items.pages,
    photographs.pages,
    preview.pages,
    representatives_table.pages,
    translators.pages,
    batches.pages,
    letters_for_list.pages,
    paper_overview.pages,
    row_requests.pages,
    scans.pages,
    sheets.pages,
    stalls.pages,
    transcription.pages,
    typed_lists.pages,
    audit.pages,
    members.pages,
    events.pages,
    pending.pages,
    exclusions.pages,
    keys.pages,
    other_servers.pages,
    organisations.pages,
    petition_overview.pages,
    reasons.pages,
    switches.pages,
    attention.pages,
    discussion.pages,
    ending.pages,
    import_export.pages,
    publish.pages,
    frames.pages,
    webhooks.pages,
    search.pages,
    report_pages,
    server_pages,
    handbook.pages,
)


def init(app: Flask) -> None:
    """Add the desk to the site."""
    provide(app, Copier(service(Settings, app)))
    blueprint = Blueprint("desk", __name__, url_prefix="/<language>/desk")
    blueprint.url_value_preprocessor(read_address)
    blueprint.before_request(checks.check_access)
    blueprint.after_request(session.answered)
    blueprint.context_processor(_context)
    unreadable.init(blueprint)
    for pages in PAGES:
        pages.add_to(blueprint)
    app.register_blueprint(blueprint)
    allow_bodies(app, blueprint.name, lambda endpoint: checks.most_bytes(app.view_functions[endpoint]))


def _largest(endpoint: str) -> int:
    """The most bytes of a file that a page of the desk takes."""
    view: Any = current_app.view_functions[f"desk.{endpoint}"]
    most: int = view.upload.most
    return most


def _has_editions(slug: str) -> bool:
    """Whether a campaign was ever published."""
    return slug in edition_cache().newest()


def _context() -> dict[str, Any]:
    return {
        "desk": g.get("desk"),
        "May": Permission,
        "at": at,
        "form_token": session.form_token,
        "slug": g.address.get("slug", ""),
        "campaign_name": campaign_name,
        "has_editions": _has_editions,
        "page_help": page_help,
        "largest": _largest,
        "menu_entries": entries,
        "translated": translated,
        "interface_language": language,
        "placeholder_language": source_language(),
    }
