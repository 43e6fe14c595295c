"""Publishing: the whole difference, what the checker says, a note, and a second pair of eyes."""

from __future__ import annotations

from typing import Any

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign import clock
from campaign.database import db
from campaign.desk.access.visit import Desk
from campaign.desk.content import difference, items
from campaign.desk.content.forms import NoteForm
from campaign.desk.draft_snapshot import DraftSnapshot, draft_snapshot, published_files
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Pages, back_to, page
from campaign.desk.proposing import announcer
from campaign.desk.publishing.attention import described, warnings_of
from campaign.desk.publishing.forms import PublishForm
from campaign.desk.publishing.planned_notice import planned_notice, with_offset, zone_of
from campaign.desk.publishing.thread import thread_of_draft, thread_of_edition
from campaign.editions import dates, drafts, planned, reviews, store
from campaign.editions.drafts import ConflictError
from campaign.editions.models import Campaign
from campaign.editions.planned import Plan, PlannedError, Planner, TimeError
from campaign.editions.store import Authorship
from campaign.messages import Message
from campaign.pack.findings import PackError
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.people.roles import Permission
from campaign.petition import consequences
from campaign.petition.owner_mail import Announcement
from campaign.web.messages import translated
from campaign.web.open_edition import edition_cache

pages = Pages()


def write_audit(campaign: Campaign, what: AuditVerb, on: str, note: str = "") -> None:
    """Write to the audit what the person at the desk does, in the transaction that is open."""
    event = AuditEvent(g.desk.sign_in.person.email, what, on, note)
    audit.write(db.session, campaign.id, event, clock.now())


@pages.page("/<slug>/publish", Permission.READ)
def publish() -> ResponseReturnValue:
    """What would change for the public."""
    return publish_page(draft_snapshot(g.desk.slug), PublishForm())


def publish_page(
    draft: DraftSnapshot, form: PublishForm, status: int = 200, message: str = "", comment: str = ""
) -> ResponseReturnValue:
    """The page, with what was typed and what is wrong with it; `comment` is one that was not taken."""
    coming = planned.waiting(db.session, draft.slug)
    files = drafts.draft(db.session, draft.slug, coming.mark).files if coming else draft.files
    asked = reviews.asked(db.session, draft.slug)
    current = asked if asked and asked.mark == draft.mark else None
    return page(
        "desk/publishing/publish.html",
        status,
        message=message,
        **_changes(draft.slug, files),
        errors=[described(draft, finding) for finding in draft.findings if finding.level == "error"],
        warnings=warnings_of(draft),
        consequences=_consequences(draft),
        mark=draft.mark,
        number=store.newest(db.session).get(draft.slug, 0) + 1,
        asked=current,
        thread=thread_of_draft(draft.slug, draft.mark, current),
        comment=comment,
        second_reader=second_reader(draft.slug),
        form=form,
        zone=with_offset(clock.now().astimezone(zone_of(draft))),
        planned=planned_notice(draft),
        may_publish=_may_publish(draft, asked),
    )


def _changes(slug: str, files: dict[str, str]) -> dict[str, Any]:
    """What these files would change for the public: what has a form, and the lines of other files."""
    before = published_files(slug)
    changed = difference.changes(before, files, [g.address["language"], *items.languages_of(files)])
    others = [
        (path, difference.lines(before.get(path, ""), files.get(path, "")))
        for path in difference.other_files(before, files, changed)
    ]
    return {"changed": changed, "others": others}


def _consequences(draft: DraftSnapshot) -> list[Message]:
    """What the draft's dates would do for ever, in numbers."""
    before, after = dates.read(published_files(draft.slug)), dates.read(draft.files)
    campaign = audit.campaign_of(db.session, draft.slug)
    return consequences.of_dates(db.session, campaign, before, after)


def second_reader(slug: str) -> bool:
    """Whether somebody else has to publish; as the newest edition says, so that no draft lifts it."""
    loaded_edition = edition_cache().newest().get(slug)
    return bool(loaded_edition and loaded_edition.pack.second_reader)


def _may_publish(draft: DraftSnapshot, asked: Any) -> bool:
    """Whether the person at the desk may publish this draft."""
    desk: Desk = g.desk
    if not desk.may(Permission.PUBLISH):
        return False
    if not second_reader(draft.slug):
        return True
    return bool(asked and asked.mark == draft.mark and asked.person_id != desk.sign_in.person.id)


@pages.page("/<slug>/publish", Permission.PUBLISH, methods=["POST"])
def publish_post() -> ResponseReturnValue:
    """Publish the draft as it was looked at, now or at a time; errors bar it, warnings have to be ticked."""
    draft, form = draft_snapshot(g.desk.slug), posted(PublishForm)
    if form.mark.data != str(draft.mark):
        return _look_again(draft, form)
    status, problem = _problem(draft, form)
    if problem:
        return publish_page(draft, form, status, problem)
    return _plan(draft, form) if form.is_later else _publish(draft, form)


def _problem(draft: DraftSnapshot, form: PublishForm) -> tuple[int, str]:
    """Why it can't be published so, with the status of the answer; '' if it can."""
    if planned.waiting(db.session, draft.slug):
        return 409, _already_planned()
    if any(finding.level == "error" for finding in draft.findings):
        return 422, _("There are errors. Fix them first; nothing was published.")
    if (draft.findings or _consequences(draft)) and not form.seen.data:
        return 422, _("There are warnings. Tick to confirm that you have read them.")
    if not _may_publish(draft, reviews.asked(db.session, draft.slug)):
        return 403, _("Somebody else has to publish this: ask for it.")
    return (200, "") if form.validate() else (422, first_error(form))


def _publish(draft: DraftSnapshot, form: PublishForm) -> ResponseReturnValue:
    """Publish it now, with its line in the audit, or nothing of it."""
    lasting, author = _consequences(draft), Authorship(g.desk.name, form.note.reason)
    try:
        with store.writing(db.session, draft.slug) as campaign:
            number = drafts.publish(db.session, draft.slug, draft.mark, author)
            if number:
                write_audit(campaign, AuditVerb.PUBLISHED, str(number), author.note)
                reviews.answered(db.session, campaign, draft.mark)
                planned.put_away(db.session, campaign)
            if number and lasting:
                change = Announcement(g.desk.email, Message("dates of the petition were changed"), lasting)
                announcer().announce(db.session, draft.slug, change)
    except PackError as error:
        return publish_page(draft, form, 422, translated(error.findings[0].text))
    except ConflictError:
        return _look_again(draft_snapshot(draft.slug), form)
    return back_to("publish", said="published" if number else "nothing")


def _plan(draft: DraftSnapshot, form: PublishForm) -> ResponseReturnValue:
    """Keep which draft is to be published when; nothing of it is public before."""
    assert form.at.data is not None  # the form was valid
    if draft.files == published_files(draft.slug):
        return back_to("publish", said="nothing")
    try:
        at = planned.instant(form.at.data, zone_of(draft))
        with store.writing(db.session, draft.slug) as campaign:
            by = Planner(g.desk.sign_in.person.id, g.desk.name)
            planned.plan(db.session, draft.slug, Plan(draft.mark, at, form.note.reason), by)
            note = f"{at:%Y-%m-%d %H:%M} UTC"
            write_audit(
                campaign, AuditVerb.PLAN_EDITION, str(store.newest(db.session).get(draft.slug, 0) + 1), note
            )
    except TimeError as error:
        return publish_page(draft, form, 422, _why_no_time(str(error)))
    except PlannedError:
        return publish_page(draft, form, 409, _already_planned())
    return back_to("publish", said="planned")


def _already_planned() -> str:
    return str(_("An edition is planned. Withdraw it first; nothing was published."))


def _why_no_time(reason: str) -> str:
    messages = {
        "past": _("This time has passed. Choose a later one, or “Now”."),
        "far": _("Choose a time within a year."),
        "gap": _("The clocks go forward on that day and skip this time. Choose another one."),
    }
    return str(messages[reason])


@pages.page("/<slug>/publish/withdraw", Permission.PUBLISH, methods=["POST"])
def withdraw_planned() -> ResponseReturnValue:
    """What is planned is not published; or the note that it failed goes away."""
    with store.writing(db.session, g.desk.slug) as campaign:
        row = planned.waiting(db.session, g.desk.slug)
        if row:
            write_audit(campaign, AuditVerb.WITHDRAW_EDITION, str(row.after + 1))
        planned.put_away(db.session, campaign)
    return back_to("publish", said="plan-withdrawn" if row else "")


def _look_again(draft: DraftSnapshot, form: PublishForm) -> ResponseReturnValue:
    return publish_page(
        draft, form, 409, _("The draft has changed since you looked at it. Check it again, then publish.")
    )


@pages.page("/<slug>/publish/ask", Permission.ASK, methods=["POST"])
def ask_post() -> ResponseReturnValue:
    """Ask somebody else to publish the draft as it is."""
    draft = draft_snapshot(g.desk.slug)
    person = g.desk.sign_in.person
    reviews.ask(db.session, draft.slug, draft.mark, (person.id, person.name), posted(NoteForm).note.reason)
    return back_to("publish", said="asked")


@pages.page("/<slug>/editions", Permission.READ)
def editions() -> ResponseReturnValue:
    """Every edition: when, by whom, why; to read, to take out, to bring back."""
    return page("desk/publishing/editions.html", editions=store.editions(db.session, g.desk.slug))


@pages.page("/<slug>/editions/<int:number>", Permission.READ)
def edition(number: int) -> ResponseReturnValue:
    """What an edition changed."""
    known = store.edition(db.session, g.desk.slug, number)
    if known is None:
        abort(404)
    before, files = (store.files_of(db.session, g.desk.slug, n) for n in (number - 1, number))
    reading = [g.address["language"], *items.languages_of(files)]
    return page(
        "desk/publishing/edition.html",
        edition=known,
        changed=difference.changes(before, files, reading),
        comments=thread_of_edition(g.desk.slug, number),
    )


@pages.page("/<slug>/editions/<int:number>/back", Permission.EDIT, methods=["POST"])
def bring_back(number: int) -> ResponseReturnValue:
    """Make the draft what an edition was; nothing of today's draft is lost."""
    author = Authorship(g.desk.name, _("Restored edition %(number)s", number=number))
    try:
        with store.writing(db.session, g.desk.slug) as campaign:
            changed = drafts.bring_back(db.session, g.desk.slug, number, author)
            write_audit(campaign, AuditVerb.BROUGHT_BACK, str(changed), str(number))
    except LookupError:
        abort(404)
    return back_to("publish", said="back")
