"""The steps that lead a new campaign to its first edition, and what each still lacks, in the forms' words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign.database import db
from campaign.desk.content import items, places
from campaign.desk.content.field_places import field_at
from campaign.desk.content.items import ItemReference
from campaign.desk.content.kinds import KINDS, Kind
from campaign.desk.content.reviews import ReviewStates
from campaign.desk.draft_snapshot import DraftSnapshot
from campaign.desk.pages import at
from campaign.editions import dates, store
from campaign.pack.blank import TO_WRITE
from campaign.pack.findings import CONTROLLER, UNWRITTEN, Finding
from campaign.pack.language_states import states_of
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.web.languages import own_name
from campaign.web.messages import translated


@dataclass(frozen=True, slots=True)
class Lack:
    """What one thing still lacks: its name, the labels of its fields, and where to write them.

    `problems` are sentences, for what is there and wrong.
    """

    title: str
    fields: tuple[str, ...]
    link: str
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class Step:
    """A step: what it is for, where it is done, and what it lacks. `waits`: others come first."""

    key: str
    title: Any
    purpose: Any
    link: str
    lacks: list[Lack] = field(default_factory=list)
    done: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class StepKind:
    """A step whose things are of some kinds; the first is the one that its page lists."""

    key: str
    title: Any
    purpose: Any
    kinds: tuple[str, ...]


CONTENT_STEPS = (
    StepKind(
        "words",
        _l("Words of the front page"),
        _l("What is wrong, in one sentence, and what a visitor can do."),
        ("front", "state", "set-aside"),
    ),
    StepKind(
        "facts",
        _l("Facts and their sources"),
        _l("What you say, once, with who says so. Numbers are written as numbers with a unit."),
        ("fact", "source", "unit", "topic", "speaker", "comparison", "moment"),
    ),
    StepKind("demands", _l("Demands"), _l("What you ask for, and how far it is met."), ("demand",)),
    StepKind(
        "organisations",
        _l("Who makes the demands"),
        _l("The organisations, and the people who are quoted."),
        ("organisation", "voice", "supporting", "partner"),
    ),
    StepKind(
        "addressees",
        _l("Addressees"),
        _l("The offices that can act, with their addresses and how they are addressed."),
        ("addressee", "group", "closing"),
    ),
    StepKind(
        "letters",
        _l("Letters"),
        _l("The sentences that a letter is put together from. Write each part twice, and letters differ."),
        ("letter",),
    ),
    StepKind(
        "petition",
        _l("Petition"),
        _l("Its text, when it closes, and until when signatures are kept."),
        ("petition", "terms", "milestone", "extra-field", "event", "meeting"),
    ),
    StepKind(
        "legal",
        _l("Who is responsible"),
        _l("Who runs this site and how to reach them: people read it before they sign."),
        ("runner",),
    ),
    StepKind(
        "pages",
        _l("Pages"),
        _l("Your data, how to send a letter, and what is risky for whom."),
        ("page", "update"),
    ),
)


def checklist(draft: DraftSnapshot) -> list[Step]:
    """Every step of this campaign, in the order in which they are best done."""
    lacks = _lacks(draft)
    steps = [_content_step(draft, kind, lacks.pop(kind.key, [])) for kind in CONTENT_STEPS]
    steps = [step for step in steps if _is_part(draft, step.key)]
    if _has_petition(draft):
        steps.append(_trustees())
    steps.append(_languages(draft))
    steps.append(_publish(draft, steps, [lack for left in lacks.values() for lack in left]))
    return steps


def is_running(draft: DraftSnapshot) -> bool:
    """Whether the first edition is published: the steps have done their work."""
    return store.newest(db.session).get(draft.slug, 0) > 0


def _content_step(draft: DraftSnapshot, kind: StepKind, lacks: list[Lack]) -> Step:
    link = at("kind", kind=kind.kinds[0])
    if kind.key == "petition":
        lacks = [*lacks, *_days_to_set(draft)]
    return Step(kind.key, kind.title, kind.purpose, link, lacks, done=not lacks)


def _days_to_set(draft: DraftSnapshot) -> list[Lack]:
    """The days without which nobody can sign, where the terms don't have them."""
    days = dates.read(draft.files)
    unset = {"closes": days.closes is None, "erase-on": days.erase_on is None}
    fields = [entry for entry in KINDS["terms"].fields if unset.get(entry.name)]
    if not fields:
        return []
    link = f"{at('kind', kind='terms')}#field-{fields[0].id}"
    return [Lack(str(KINDS["terms"].label), tuple(str(entry.label) for entry in fields), link)]


def _has_petition(draft: DraftSnapshot) -> bool:
    return any(path.startswith("petition.") and path.endswith(".md") for path in draft.files)


def _is_part(draft: DraftSnapshot, step: str) -> bool:
    """Whether a campaign has the part at all: one may have no letters, another no petition."""
    if step == "petition":
        return _has_petition(draft)
    if step in {"letters", "addressees"}:
        return "addressees.yaml" in draft.files
    return True


def _trustees() -> Step:
    """A key by the trustees: a trial key is for practice, so it does not count."""
    record = service(Petitions).held(g.desk.slug, fresh=True)
    return Step(
        "trustees",
        _("Trustees and their key"),
        _("Two people make a key on their own computer. Only they can open what people sign."),
        at("signatures"),
        done=record.key is not None and record.trial is None,
    )


def _languages(draft: DraftSnapshot) -> Step:
    """Languages in preparation: they prevent nothing."""
    states, review_states = states_of(draft.files), ReviewStates.of(draft)
    shown = _(
        "Until a text is translated, the draft shows it in %(language)s.", language=own_name(states.source)
    )
    lacks = []
    for code in states.preparing:
        if missing := review_states.counts(code)["missing"]:
            words = _("%(count)s texts to translate", count=missing)
            lacks.append(Lack(own_name(code), (words,), at("translation", text=code), (shown,)))
    return Step(
        "languages",
        _("Languages"),
        _("Languages in preparation hold nothing up: publish first, and translate later."),
        at("campaign_languages"),
        lacks,
        done=not lacks,
    )


def _publish(draft: DraftSnapshot, steps: list[Step], left: list[Lack]) -> Step:
    """The last step: it waits for every error, and for nothing else."""
    errors = any(finding.level == "error" for finding in draft.findings)
    return Step(
        "publish",
        _("Publish"),
        _("You see every change once more. Then visitors see the first edition."),
        at("publish"),
        left,
        done=is_running(draft),
        waits=errors,
    )


def _lacks(draft: DraftSnapshot) -> dict[str, list[Lack]]:
    """What each step lacks: one line for each thing, with the labels of its fields."""
    step_of = {kind: step.key for step in CONTENT_STEPS for kind in step.kinds}
    found: dict[str, dict[tuple[str, str, str], list[Finding]]] = {}
    for finding in draft.findings:
        if finding.level == "error" or finding.kind == CONTROLLER:
            item = _item(draft, finding)
            step = step_of.get(item[0].key, "") if item else ""
            place = (item[0].key, item[1], item[2]) if item else (finding.path, "", "")
            found.setdefault(step, {}).setdefault(place, []).append(finding)
    return {
        step: [_lack(draft, place, findings) for place, findings in things.items()]
        for step, things in found.items()
    }


def _item(draft: DraftSnapshot, finding: Finding) -> tuple[Kind, str, str] | None:
    if finding.kind == CONTROLLER and finding.path == "campaign.yaml":
        return KINDS["runner"], "runner", ""
    return places.at_place(draft.files, finding.path, finding.line)


def _lack(draft: DraftSnapshot, place: tuple[str, str, str], findings: list[Finding]) -> Lack:
    kind_key, key, language = place
    said = [finding.text for finding in findings if finding.kind != UNWRITTEN]
    if kind_key not in KINDS:
        link = at("raw", path=kind_key) if kind_key in draft.files else at("content")
        return Lack(kind_key, (), link, tuple(dict.fromkeys(map(translated, said))))
    kind = KINDS[kind_key]
    reading = [g.address["language"], *items.languages_of(draft.files)]
    where = ItemReference(kind, key, language or reading[1])
    title = _title(draft, where, reading)
    problems = tuple(dict.fromkeys(translated(message.naming(key, title)) for message in said))
    fields = [field_at(draft.files, where, finding.path, finding.line) for finding in findings]
    named = [place for place in fields if place]
    labels = tuple(dict.fromkeys(place.label for place in named))
    extra = {"text": language} if language else {}
    link = at("edit", kind=kind.key, key=key, **extra)
    if labels:
        link += f"#{named[0].anchor}"
    return Lack(title, labels, link, problems)


def _title(draft: DraftSnapshot, where: ItemReference, reading: list[str]) -> str:
    """What a thing is called; the name of its kind while its own is a placeholder."""
    title = items.title_of(draft.files, where.kind, where.key, reading)
    return str(where.kind.label) if not where.kind.many or TO_WRITE[0] in title else title
