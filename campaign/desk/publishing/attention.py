"""The desk's first page: what needs attention, in order of weight, each with the place that fixes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign.database import db
from campaign.desk import counts
from campaign.desk.content import items, places
from campaign.desk.content.kinds import KINDS
from campaign.desk.content.reviews import ReviewStates
from campaign.desk.draft_snapshot import DraftSnapshot, draft_snapshot, published_files
from campaign.desk.pages import Pages, at, page
from campaign.desk.petition.notices import notices
from campaign.desk.publishing.planned_notice import planned_notice
from campaign.desk.publishing.thread import thread_of_draft
from campaign.desk.starting import checklist
from campaign.editions import reviews, store
from campaign.pack.findings import ADDRESS, CONTROLLER, STALE, UNREVIEWED, UNTRANSLATED, Finding
from campaign.pack.language_states import states_of
from campaign.people import audit
from campaign.people.roles import Permission
from campaign.web.languages import own_name
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day

pages = Pages()


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to fix: what it is called, what is wrong, and where to fix it."""

    title: str
    text: str
    link: str


@dataclass(slots=True)
class Group:
    """Things of one weight. `bars`: nothing is published before they are fixed."""

    name: str
    title: Any
    bars: bool
    tasks: list[Task] = field(default_factory=list)


@pages.page("/<slug>/", Permission.READ)
def attention() -> ResponseReturnValue:
    """What needs attention, and how many letters went."""
    draft = draft_snapshot(g.desk.slug)
    before = published_files(g.desk.slug)
    days = campaign_day(g.desk.slug)
    steps = checklist.checklist(draft) if not checklist.is_running(draft) else []
    asked = reviews.asked(db.session, g.desk.slug)
    current = asked if asked and asked.mark == draft.mark else None
    return page(
        "desk/publishing/attention.html",
        groups=[group for group in groups(draft) if group.tasks],
        steps=steps,
        unpublished=sum(before.get(path) != draft.files.get(path) for path in {*before, *draft.files}),
        edition=store.newest(db.session).get(g.desk.slug, 0),
        asked=current,
        thread=thread_of_draft(g.desk.slug, draft.mark, current),
        planned=planned_notice(draft),
        by_day=counts.letters_by_day(days),
        by_country=counts.letters_by_country(days),
        signed_by_day=counts.signatures_by_day(audit.campaign_of(db.session, g.desk.slug), days),
        signed_by_country=counts.signatures_by_country(),
    )


def groups(draft: DraftSnapshot) -> list[Group]:
    """The checker's findings and the states of the texts, the heaviest first."""
    by_name = {group.name: group for group in _groups()}
    for finding in draft.findings:
        if finding.kind not in {UNREVIEWED, UNTRANSLATED}:
            by_name[_group_of(finding)].tasks.append(_task(draft, finding))
    _translations(draft, by_name)
    by_name["petition"].tasks += [Task(notice.title, notice.text, notice.link) for notice in notices()]
    return list(by_name.values())


def _groups() -> list[Group]:
    return [
        Group("petition", _("The petition and its e-mails"), False),
        Group("letters", _("This letter can’t be assembled"), True),
        Group("sources", _("Facts and sources"), True),
        Group("errors", _("Other errors"), True),
        Group("untranslated", _("Not translated"), True),
        Group("preparation", _("Languages in preparation"), False),
        Group("elsewhere", _("Shown in another language"), False),
        Group("unreviewed", _("Not reviewed"), False),
        Group("addresses", _("Addresses to check"), False),
        Group("stale", _("Figures to check again"), False),
        Group("warnings", _("Other warnings"), False),
    ]


def warnings_of(draft: DraftSnapshot) -> list[Group]:
    """What the checker warns of, in the same groups; those that have nothing are left out."""
    by_name = {group.name: group for group in _groups()}
    for finding in draft.findings:
        if finding.level == "warning":
            by_name[_WARNINGS.get(finding.kind) or _group_of(finding)].tasks.append(_task(draft, finding))
    return [group for group in by_name.values() if group.tasks]


#: Groups of warnings whose tasks the states of the texts give elsewhere.
_WARNINGS = {UNREVIEWED: "unreviewed", UNTRANSLATED: "elsewhere"}


def _group_of(finding: Finding) -> str:
    if finding.kind in {ADDRESS, STALE}:
        return {ADDRESS: "addresses", STALE: "stale"}[finding.kind]
    if finding.level == "preparation":
        return "preparation"
    if finding.level == "warning":
        return "petition" if finding.kind == CONTROLLER else "warnings"
    if finding.path.startswith("letters/"):
        return "letters"
    return "sources" if finding.path in {"facts.yaml", "sources.yaml"} else "errors"


def _task(draft: DraftSnapshot, finding: Finding) -> Task:
    return Task(*described(draft, finding))


def described(draft: DraftSnapshot, finding: Finding) -> tuple[str, str, str]:
    """What a finding is about, what is wrong, and the page that fixes it: of what has no form, its file.

    People read names, not the keys that files have.
    """
    item = places.at_place(draft.files, finding.path, finding.line)
    if finding.kind == CONTROLLER and finding.path == "campaign.yaml":
        item = KINDS["runner"], "runner", ""
    if item is None:
        link = at("raw", path=finding.path) if finding.path in draft.files else at("content")
        return finding.path, translated(finding.text), link
    kind, key, language = item
    reading = [g.address["language"], *items.languages_of(draft.files)]
    extra = {"text": language} if language else {}
    title = items.title_of(draft.files, kind, key, reading)
    link = at("edit", kind=kind.key, key=key, **extra)
    return title, translated(finding.text.naming(key, title)), link


def _translations(draft: DraftSnapshot, by_name: dict[str, Group]) -> None:
    """One line for each language and state, not one for each text."""
    review_states = ReviewStates.of(draft)
    preparing = states_of(draft.files).preparing
    for language in review_states.languages:
        texts = review_states.counts(language)
        for name, text in _lines_of(texts, language in preparing):
            task = Task(own_name(language), text, at("translation", text=language))
            if name == "preparation":
                by_name[name].tasks.insert(preparing.index(language), task)  # before what single texts lack
            else:
                by_name[name].tasks.append(task)


def _lines_of(texts: Counter[str], preparing: bool) -> Iterator[tuple[str, str]]:
    """The group and the words of each number that a language has."""
    if preparing:
        yield "preparation", _preparing(texts)
        return
    if missing := texts["missing"]:
        yield (
            "untranslated",
            ngettext(
                "%(num)s text is missing; visitors would see a gap.",
                "%(num)s texts are missing; visitors would see a gap.",
                missing,
            ),
        )
    if elsewhere := texts["elsewhere"]:
        yield (
            "elsewhere",
            ngettext(
                "%(num)s update is shown in another language.",
                "%(num)s updates are shown in another language.",
                elsewhere,
            ),
        )
    if changed := texts["changed"]:
        yield (
            "unreviewed",
            ngettext(
                "%(num)s text has a source that has changed since.",
                "%(num)s texts have a source that has changed since.",
                changed,
            ),
        )
    if waiting := texts["awaiting"] + texts["draft"]:
        yield (
            "unreviewed",
            ngettext("%(num)s text is awaiting review.", "%(num)s texts are awaiting review.", waiting),
        )


def _preparing(texts: Counter[str]) -> str:
    missing = texts["missing"] + texts["elsewhere"]
    if not missing:
        return str(_("All texts are there: it can be made public."))
    return str(ngettext("%(num)s text is missing.", "%(num)s texts are missing.", missing))
