"""A draft that people work on: changes, a planned edition, and what they say of it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from campaign import clock
from campaign.demonstration import pack as demonstration_pack
from campaign.demonstration.people import organiser
from campaign.editions import comments, drafts, planned
from campaign.editions.comments import Comment, Verdict
from campaign.editions.drafts import Change
from campaign.editions.planned import Plan, Planner
from campaign.editions.store import Authorship
from campaign.pack.model import Pack

#: In how many days the planned edition is to be published.
PLANNED_IN = 7


def work_on(session: Session, pack: Pack) -> None:
    """Somebody changes a text, others talk about it, and an owner plans the edition. Commits.

    What the translator saves after that is not part of what is planned.
    """
    _change(session, pack)
    mark = drafts.draft(session, pack.slug).mark
    said = (
        ("Emma Editor", "Demonstration: I have added a sentence to the second update.", Verdict.NONE),
        ("Olga Owner", "Demonstration: say who said so, and when. Then I will agree.", Verdict.CHANGES),
        ("Emma Editor", "Demonstration: it is only an example, so nobody said so.", Verdict.NONE),
        ("Olga Owner", "Demonstration: all right.", Verdict.APPROVED),
    )
    for name, text, verdict in said:
        comments.add(session, pack.slug, (organiser(name), name), Comment(mark, text, verdict))
    _plan(session, pack, mark)
    _translate(session, pack)


def _change(session: Session, pack: Pack) -> None:
    path = f"updates/{demonstration_pack.UPDATES[1][0]}.{pack.languages[0]}.md"
    version = drafts.draft(session, pack.slug).versions[path]
    text = f"{version.text}\nThis sentence is in the draft. Publish it, and visitors see it.\n"
    drafts.save_all(session, pack.slug, [Change(path, text, version.id)], Authorship("Emma Editor", ""))


def _plan(session: Session, pack: Pack, mark: int) -> None:
    day = clock.now().astimezone(pack.time_zone) + timedelta(PLANNED_IN)
    at = planned.instant(day.replace(hour=9, minute=0, second=0, microsecond=0, tzinfo=None), pack.time_zone)
    by = Planner(organiser("Omar Owner"), "Omar Owner")
    planned.plan(session, pack.slug, Plan(mark, at, "A sentence that was missing"), by)


def _translate(session: Session, pack: Pack) -> None:
    """The translator writes the second update in their language."""
    for language in pack.languages[1:2]:
        path, text = demonstration_pack.translated_update(language, clock.today(pack.time_zone))
        drafts.save_all(session, pack.slug, [Change(path, text, 0)], Authorship("Timur Translator", ""))
