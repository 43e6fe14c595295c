"""What every page of the desk is made with: its route and the permission it needs, and its answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from flask import Response, current_app, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from campaign.desk.draft_snapshot import draft_snapshot
from campaign.people.roles import SENSITIVE, Permission
from campaign.web import uploads
from campaign.web.addresses import page_address
from campaign.web.open_edition import edition_cache
from campaign.web.routes import Routes

View = Callable[..., ResponseReturnValue]


class Audience(StrEnum):
    """Pages that need no permission of a campaign."""

    ANYBODY = "nobody is asked"
    SIGNED_IN = "anybody who is signed in, for what is their own"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a page takes: its most bytes, and those of the form beside it.

    `again` shows the form again with what was typed: it is called with what is wrong, the name of the file's
    field, and the view's own arguments. Its answer has the status 413.
    """

    most: int
    again: View
    beside: int = uploads.BESIDE

    @property
    def body(self) -> int:
        """The most bytes of the whole form."""
        return self.most + self.beside


class Pages(Routes):
    """The pages of one file of the desk; each names the permission that it needs."""

    def page(
        self,
        rule: str,
        needs: Permission | Audience,
        fresh: bool = False,
        sink: Callable[[], Any] | None = None,
        upload: Upload | None = None,
        **options: Any,
    ) -> Callable[[View], View]:
        """Route a page and name what it needs. `fresh`: a factor used just now, to change things.

        `upload`: the page takes a file. `sink` takes it while it arrives, and gets no byte from anybody who
        may not open the page.
        """

        def decorate(view: View) -> View:
            page_view = _bounded(view, upload) if upload else view
            page_view.sink = sink  # type: ignore[attr-defined]
            page_view.upload = upload  # type: ignore[attr-defined]
            page_view.needs = needs  # type: ignore[attr-defined]
            page_view.fresh = fresh or needs in SENSITIVE  # type: ignore[attr-defined]
            return self.route(rule, **options)(page_view)

        return decorate


def _bounded(view: View, upload: Upload) -> View:
    """A view that is not called with a file that is too large: its form is shown again."""

    @wraps(view)
    def bounded(**values: Any) -> ResponseReturnValue:
        if name := uploads.larger_than(request, upload.most):
            return upload.again(uploads.too_large(upload.most), name, **values)
        return view(**values)

    return bounded


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page of the desk."""
    return make_response(render_template(template, **values), status)


def download(body: str | bytes, name: str, mimetype: str) -> Response:
    """A file under a name of ours."""
    response = make_response(body)
    response.mimetype = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def back_to(endpoint: str, said: str = "", **values: Any) -> ResponseReturnValue:
    """To another page of the desk after something was done; `said` names a message there."""
    return redirect(at(endpoint, **values, **({"said": said} if said else {})), 303)


def at(endpoint: str, **values: Any) -> str:
    """The address of a page of the desk, of this campaign and language."""
    slug = g.address.get("slug")
    known = (
        {"slug": slug}
        if slug and current_app.url_map.is_endpoint_expecting(f"desk.{endpoint}", "slug")
        else {}
    )
    return page_address(f"desk.{endpoint}", **{**known, **values})


def campaign_name(slug: str) -> str:
    """A campaign's name in the reader's language or its first one: as published, or else as in the draft."""
    edition = edition_cache().newest().get(slug)
    pack = edition.pack if edition else draft_snapshot(slug).pack
    if pack is None:
        return slug
    return pack.name.get(g.address["language"]) or pack.name[pack.languages[0]]
