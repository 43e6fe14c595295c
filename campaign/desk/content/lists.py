"""What there is to edit: by kind, and by what a language still lacks."""

from __future__ import annotations

from flask import abort, g, request
from flask.typing import ResponseReturnValue

from campaign.desk.content import items, reviews
from campaign.desk.content.editor import edit, kind_of
from campaign.desk.content.kinds import KINDS, OFTEN, RARELY
from campaign.desk.draft_snapshot import draft_snapshot
from campaign.desk.pages import Pages, page
from campaign.people.roles import Permission

pages = Pages()

#: Kinds whose keys people meet elsewhere: in the marks of a text, or in links of partners.
KEYED = frozenset({"demand", "fact", "source", "partner"})


@pages.page("/<slug>/content", Permission.READ)
def content() -> ResponseReturnValue:
    """What there is to edit, by kind."""
    draft = draft_snapshot(g.desk.slug)
    counts = {key: len(items.keys(draft.files, kind)) for key, kind in KINDS.items()}
    return page(
        "desk/content/content.html",
        kinds=KINDS,
        often=OFTEN,
        rarely=RARELY,
        counts=counts,
        paths=sorted(draft.files),
    )


@pages.page("/<slug>/content/<kind>", Permission.READ)
def kind(kind: str) -> ResponseReturnValue:
    """Everything of a kind, with the state of its texts in each language."""
    which = kind_of(kind)
    draft = draft_snapshot(g.desk.slug)
    if not which.many:
        return edit(kind, which.key)
    languages = items.languages_of(draft.files)
    reading = [g.address["language"], *languages]
    review_states = reviews.ReviewStates.of(draft)
    rows = [
        (
            key,
            items.title_of(draft.files, which, key, reading),
            [(one, review_states.state(which, key, one)) for one in languages],
        )
        for key in items.keys(draft.files, which)
    ]
    return page("desk/content/kind.html", kind=which, rows=rows, languages=languages, keyed=KEYED)


@pages.page("/<slug>/translation", Permission.READ)
def translation() -> ResponseReturnValue:
    """What is missing, changed since, or waits for a reader, by language."""
    draft = draft_snapshot(g.desk.slug)
    languages = items.languages_of(draft.files)
    # A translator's own language, else the first that is translated into.
    likely = [*(one for one in g.desk.languages if one in languages), *languages[1:], *languages]
    language = request.args.get("text", likely[0])
    if language not in languages:
        abort(404)
    rows = reviews.ReviewStates.of(draft).open_ones(language, [g.address["language"], *languages])
    return page(
        "desk/content/translation.html",
        languages=languages,
        text=language,
        rows=rows,
        source=languages[0],
        kinds=KINDS,
    )
