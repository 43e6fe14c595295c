"""Adding the public pages to the application."""

from __future__ import annotations

from flask import Blueprint, Flask

from campaign.letters import blanks
from campaign.services import provide
from campaign.site import (
    copies,
    embed,
    events,
    head,
    images,
    listed,
    oembed,
    offline,
    pages,
    pictures,
    search,
    share,
    sharing,
    statements,
)
from campaign.site.api import views as api
from campaign.web import partners
from campaign.web.prose import plain


def init(app: Flask) -> None:
    """Add the pages."""
    app.jinja_env.globals.update(
        pictures=pictures,
        logo_size=images.of_logo,
        focus_classes=images.focus_classes,
        state_title=pages.state_title,
        plain=plain,
        head_of_page=head.of_page,
        linked_data=head.linked_data,
        public_address=listed.public_address,
        share_services=sharing.share_services,
        share_by_mail=sharing.share_by_mail,
        screen_code=sharing.screen_code,
        event_kind=events.title_of,
        blank_pieces=blanks.pieces,
        oembed_address=oembed.discovery,
        current_partner=partners.current,
        partner_word=partners.word,
    )
    provide(app, share.SharePictures())
    app.register_blueprint(api.blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(copies.blueprint)
    app.register_blueprint(offline.blueprint)
    app.register_blueprint(events.blueprint)
    app.register_blueprint(statements.blueprint)
    app.register_blueprint(search.blueprint)
    app.register_blueprint(sharing.blueprint)
    for name, of_files in (
        ("images", (images.routes, share.routes)),
        ("embed", (embed.routes, oembed.routes)),
    ):
        blueprint = Blueprint(name, __name__)
        for routes in of_files:
            routes.add_to(blueprint)
        app.register_blueprint(blueprint)
