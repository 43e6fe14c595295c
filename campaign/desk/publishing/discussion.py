"""The discussion of a draft: comments, and what a review of it found."""

from __future__ import annotations

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.database import db
from campaign.desk.draft_snapshot import draft_snapshot
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Pages, back_to
from campaign.desk.publishing.forms import CommentForm, OwnCommentForm, PublishForm
from campaign.desk.publishing.publish import publish_page
from campaign.editions import comments, reviews
from campaign.editions.comments import Comment, Verdict
from campaign.people.roles import Permission

pages = Pages()


@pages.page("/<slug>/publish/comment", Permission.ASK, methods=["POST"])
def comment() -> ResponseReturnValue:
    """Say something of the draft, ask for changes, or approve it; the last two are for a second person."""
    draft, form = draft_snapshot(g.desk.slug), posted(CommentForm)
    status, problem = (200, "") if form.validate() else (422, first_error(form))
    if not problem and form.found is not Verdict.NONE:
        status, problem = _problem(draft.mark, form)
    if problem:
        return publish_page(draft, PublishForm(), status, problem, form.text.data)
    person = g.desk.sign_in.person
    made = Comment(form.mark.data or draft.mark, form.text.data, form.found)
    comments.add(db.session, draft.slug, (person.id, person.name), made)
    return back_to("publish", said="done", _anchor="discussion")


def _problem(mark: int, form: CommentForm) -> tuple[int, str]:
    """Why this person can't say so of the draft that they looked at, with the status of the answer."""
    if not g.desk.may(Permission.PUBLISH):
        abort(403)
    if form.mark.data != mark:
        return 409, _("The draft has changed since you looked at it. Check it again.")
    asked = reviews.asked(db.session, g.desk.slug)
    if asked is None or asked.mark != mark or asked.person_id == g.desk.sign_in.person.id:
        return 409, _("Nobody else has asked for this draft to be published.")
    return 200, ""


@pages.page("/<slug>/publish/comment/remove", Permission.ASK, methods=["POST"])
def remove_comment() -> ResponseReturnValue:
    """Take a comment of one's own back."""
    try:
        comments.take_back(
            db.session, g.desk.slug, posted(OwnCommentForm).comment.data, g.desk.sign_in.person.id
        )
    except LookupError:
        abort(404)
    return back_to("publish", said="done", _anchor="discussion")
