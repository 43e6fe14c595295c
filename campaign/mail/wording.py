"""What each kind of e-mail says, in the language of the current response.

A kind is a word in the outbox; the values beside it are what its function reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign.languages.dates import long_date
from campaign.mail.body import Body, Button, Items, Link, Paragraph, Part, Title, Verbatim
from campaign.web import languages
from campaign.web.trials import trial_note

#: The command that prints the newest hash of the audit.
VERIFY = "python -m campaign audit verify"

#: The command that lists everything that was found.
DOCTOR = "campaign doctor"


def body_of(content: dict[str, Any]) -> Body:
    """The body of an e-mail from the outbox. Raises KeyError for a kind that there is not."""
    body = _KINDS[content["kind"]](content)
    note = trial_note()
    return replace(body, parts=(Paragraph(note), *body.parts)) if note else body


def _confirm(content: dict[str, Any]) -> Body:
    """To a signer. Without a title the e-mail is neutral: it does not tell what it is about."""
    named = bool(content["title"])
    validity = _(
        "The link is valid for seven days. If it wasn’t you, ignore this message: nothing will happen."
    )
    parts: tuple[Part, ...]
    if named:
        parts = (
            Paragraph(_("You, or somebody with your address, signed this petition:")),
            Title(content["title"]),
            Paragraph(_("Your signature counts once you press the button on the page that opens.")),
            Button(_("Confirm your signature"), content["confirm"]),
        )
    else:
        parts = (
            Paragraph(_("Press the button on the page that opens.")),
            Button(_("Confirm"), content["confirm"]),
        )
    return Body(
        heading=_("Confirm your signature") if named else _("Please confirm"),
        preview=validity,
        parts=(*parts, Paragraph(validity)),
        about=_about_signer(content, named),
        above=content.get("name", ""),
        colour=content.get("colour", ""),
    )


def _about_signer(content: dict[str, Any], named: bool) -> tuple[Part, ...]:
    runner, name = content.get("runner", ""), content.get("name", "")
    if not named:
        why = _("You get this because somebody typed this address into a form on a website.")
    else:
        why = _(
            "%(runner)s sends you this for the campaign “%(name)s”, because somebody typed this "
            "address into its form.",
            runner=runner,
            name=name,
        )
    about: list[Part] = [Paragraph(why)]
    if runner:
        responsible = _(
            "Responsible for your data: %(runner)s. Contact: %(contact)s",
            runner=runner,
            contact=content["contact"],
        )
        about.append(Paragraph(responsible))
    seen = (
        _("See what we know about you, or withdraw your signature")
        if named
        else _("See what we know about you, or have it deleted")
    )
    about.append(Link(seen, content["withdraw"]))
    repair = _(
        "If a link is cut off, copy all of it and paste it into the page “My link is broken”. "
        "Nobody reads replies to this address."
    )
    return (*about, Paragraph(repair))


def _change(content: dict[str, Any]) -> Body:
    """To owners and trustees: somebody changed something, or proposed it."""
    who = _("%(who)s at the desk of %(slug)s:", who=content["who"], slug=content["slug"])
    warning = _(
        "If you did not expect this, ask the other owners now. Anybody at the desk who may publish can "
        "stop a change that waits."
    )
    why = _(
        "You get this because you are an owner of this campaign, because its owners named this address, "
        "or because the change is about you."
    )
    return Body(
        heading=content["subject"],
        parts=(
            Paragraph(who),
            Items(tuple(content["lines"])),
            Paragraph(warning),
            *_to_desk(content, _("Go to the desk"), "desk.attention", slug=content["slug"]),
        ),
        about=(Paragraph(why),),
    )


def _recovery(content: dict[str, Any]) -> Body:
    """To somebody at the desk whose recovery code was used."""
    left = ngettext(
        "If it was you: %(num)s code is left. Create new ones under “Your account” before they run out.",
        "If it was you: %(num)s codes are left. Create new ones under “Your account” before they run out.",
        content["left"],
    )
    wrong = _(
        "If it wasn’t you, sign in, change your password and your code generator (this ends all other "
        "sign-ins) and tell the owners of the campaign."
    )
    used = _(
        "Somebody signed in to the desk of %(site)s with one of your recovery codes.", site=content["site"]
    )
    return Body(
        heading=_("A recovery code was used"),
        parts=(
            Paragraph(used),
            Paragraph(left),
            Paragraph(wrong),
            *_to_desk(content, _("Your account"), "desk.account"),
        ),
        about=(Paragraph(_("You get this because this address belongs to an account at the desk.")),),
    )


def _organisation(content: dict[str, Any]) -> Body:
    """To an organisation that signed on: what the organisers decided. A neutral one only has the link."""
    name, why = content["organisation"], content["why"]
    parts: tuple[Part, ...] = ()
    if why:
        refused = _("The organisers do not list %(name)s among the supporting organisations:", name=name)
        parts = (Paragraph(refused), Items((why,)))
    elif name:
        accepted = _(
            "%(name)s is now among the supporting organisations. The site shows it with its next edition.",
            name=name,
        )
        parts = (Paragraph(accepted),)
    return Body(
        heading=_("The organisers’ answer"),
        parts=(*parts, Button(_("Open the link"), content["withdraw"])),
        about=_about_signer(content, bool(name)),
        above=content["name"],
        colour=content["colour"],
    )


def _to_desk(content: dict[str, Any], words: str, endpoint: str, **values: str) -> tuple[Part, ...]:
    """A button to a page of the desk; none while the settings do not say where the site is."""
    if not content.get("site"):
        return ()
    # Without a request: the worker has none, and the commands neither.
    page = current_app.url_map.bind("").build(endpoint, {"language": languages.current(), **values})
    return (Button(words, content["site"] + page),)


def _work(content: dict[str, Any]) -> Body:
    """To somebody at the desk: what waits for them, by campaign, in numbers."""
    parts: list[Part] = []
    for name, _slug, lines in content["campaigns"]:
        parts += [Title(name), Items(tuple(lines))]
    slugs = {slug for _name, slug, _lines in content["campaigns"]}
    page = {"slug": slugs.pop()} if len(slugs) == 1 else {}
    why = _(
        "You get this at most once a day, and only if something is new. Under “Your account” you choose what "
        "it is about."
    )
    return Body(
        heading=_("Work is waiting at the desk"),
        parts=(
            *parts,
            *_to_desk(content, _("Go to the desk"), "desk.attention" if page else "desk.home", **page),
        ),
        about=(Paragraph(why),),
    )


def _manifest(content: dict[str, Any]) -> Body:
    """To owners and trustees, each night: the sum of the list, to compare later ones with."""
    count = ngettext(
        "At the end of %(day)s the list of %(slug)s had %(num)s sealed record.",
        "At the end of %(day)s the list of %(slug)s had %(num)s sealed records.",
        content["records"],
        day=_day(content),
        slug=content["slug"],
    )
    keep = _("Keep this e-mail. If a later list does not add up with it, records were added or taken away.")
    newest = _("The newest hash of the audit, as “%(command)s” prints it:", command=VERIFY)
    return Body(
        heading=_("%(slug)s: signatures until %(day)s", slug=content["slug"], day=_day(content)),
        parts=(
            Paragraph(count),
            Paragraph(keep),
            Verbatim(content["body"]),
            Paragraph(newest),
            Verbatim(content["head"]),
        ),
        about=_about_owner(),
    )


def _alarm(content: dict[str, Any]) -> Body:
    """To owners: the site is not well. `lines` say what was found, `advice` what to do."""
    found = _("The server of the site looked whether everything is in order, and found something new:")
    forward = _("If somebody else runs the server, forward this e-mail to them. On the server, “%(command)s” "
                "lists everything that was found.", command=DOCTOR)  # fmt: skip
    advice = (Paragraph(_("What to do:")), Items(tuple(content["advice"]))) if content["advice"] else ()
    return Body(
        heading=_("The site needs somebody’s attention"),
        parts=(Paragraph(found), Items(tuple(content["lines"])), *advice, Paragraph(forward)),
        about=(Paragraph(_("You get this because you are an owner of a campaign of this site.")),),
    )


def _head(content: dict[str, Any]) -> Body:
    """The same before anybody can sign: the newest hash of the audit alone."""
    done = _(
        "What was done at the desk of %(slug)s until the end of %(day)s ends with this hash:",
        slug=content["slug"],
        day=_day(content),
    )
    keep = _(
        "Keep this e-mail. “%(command)s” prints the newest hash: if a later list does not lead through "
        "this one, rows were changed or taken away.",
        command=VERIFY,
    )
    return Body(
        heading=_("%(slug)s: what was done until %(day)s", slug=content["slug"], day=_day(content)),
        parts=(Paragraph(done), Verbatim(content["head"]), Paragraph(keep)),
        about=_about_owner(),
    )


def _about_owner() -> tuple[Part, ...]:
    why = _(
        "You get this because you are an owner of this campaign, or because its owners named this address."
    )
    return (Paragraph(why),)


def _day(content: dict[str, Any]) -> str:
    return long_date(date.fromisoformat(content["day"]), languages.current())


_KINDS: dict[str, Callable[[dict[str, Any]], Body]] = {
    "confirm": _confirm,
    "change": _change,
    "recovery": _recovery,
    "manifest": _manifest,
    "head": _head,
    "alarm": _alarm,
    "organisation": _organisation,
    "work": _work,
}

#: Every kind of e-mail.
KINDS = tuple(_KINDS)
