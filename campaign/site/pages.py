"""The public pages of a campaign. All that they show comes from the pack in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from flask import (
    Blueprint,
    Response,
    abort,
    g,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign import clock
from campaign.coalition.supporting import Withdrawals
from campaign.counts.coarse import NAMED_FROM
from campaign.counts.letter_counts import LetterCounts
from campaign.languages.data import installed
from campaign.letters import blanks
from campaign.pack.model import Pack, StateName
from campaign.pack.outcome import outcome as outcome_of
from campaign.paper.views import purpose as sheets_purpose
from campaign.petition import log_marks
from campaign.petition.pages import photographs
from campaign.petition.pages.common import public_counts
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.settings import Settings
from campaign.site import images
from campaign.waiting import Reach
from campaign.web import copies, languages, offers, tokens
from campaign.web.addresses import page_address
from campaign.web.domains import known_base, refuse_other_campaign
from campaign.web.forwarding import ForwardedRequests
from campaign.web.kept_reads import kept
from campaign.web.messages import translated
from campaign.web.open_edition import edition_cache, editions_of_host, open_edition
from campaign.web.prose import Notes
from campaign.web.public_pages import CACHE, PublicPages, answer_with, page_of
from campaign.web.runner import STATEMENTS

blueprint = Blueprint("site", __name__)

public = PublicPages(blueprint)


def notes() -> Notes:
    """A page's notes, empty."""
    return Notes(g.edition.pack, languages.current())


@blueprint.get("/")
def front() -> ResponseReturnValue:
    """To the one campaign, in the reader's language; or the list of all."""
    return _to_language(languages.of_browser())


@blueprint.get("/<language>/")
def campaigns(language: str) -> ResponseReturnValue:
    """The campaigns in a language; the one campaign itself if there is only one.

    In place of the language there may be a campaign: its front page in the reader's language.
    """
    editions = editions_of_host()
    if language not in {
        *installed(),
        *(code for edition in editions.values() for code in edition.pack.languages),
    }:
        return _in_readers_language(language)
    if len(editions) == 1:
        return _to_language(language)
    archived = edition_cache().ended().archived
    running: list[Pack] = []
    over: list[Pack] = []
    for slug, loaded_edition in editions.items():
        pack = loaded_edition.pack
        ended = slug in archived or outcome_of(pack, clock.today(pack.time_zone))
        (over if ended else running).append(pack)
    running.sort(key=lambda pack: (pack.urgent_until is None, str(pack.urgent_until)))  # urgent ones first
    with languages.forced(language):
        return render_template("site/campaigns.html", running=running, over=over)


def _in_readers_language(slug: str) -> ResponseReturnValue:
    """To a campaign whose address was given without a language; 404 for anything else."""
    refuse_other_campaign(slug)
    if slug in edition_cache().ended().removed:
        abort(410)
    if slug not in edition_cache().newest():
        abort(404)
    code = languages.of_browser(edition_cache().newest()[slug].pack.languages)
    return _by_browser(page_address("site.home", language=code, slug=slug))


def _to_language(language: str) -> ResponseReturnValue:
    editions = editions_of_host()
    if len(editions) == 1:
        ((slug, loaded_edition),) = editions.items()
        codes = loaded_edition.pack.languages
        code = language if language in codes else languages.of_browser(codes)
        return _by_browser(page_address("site.home", language=code, slug=slug))
    return _by_browser(page_address("site.campaigns", language=language))


def _by_browser(address: str) -> Response:
    """To an address that depends on the reader's languages."""
    response = make_response(redirect(address))
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Language"
    return response


def letter_counts() -> LetterCounts:
    """The counts that pages show."""
    letter_counts: LetterCounts = service(LetterCounts)
    return letter_counts


def state_title(state: StateName) -> str:
    """What the campaign calls a state, or the name that such a state has everywhere."""
    return state.title.get(languages.current()) or translated(state.label)


def _withdrawals() -> Withdrawals:
    return service(Withdrawals)


def _front_version() -> int:
    """A number that changes with the counts, and with the organisations that support it."""
    return letter_counts().version() << 32 | _withdrawals().version(g.edition.pack)


@public.page("/", version=_front_version)
def home() -> str:
    """What happened, what is demanded, what to do, and how many have done it."""
    pack: Pack = g.edition.pack
    letter_count = letter_counts().of(pack.slug)
    return render_template(
        "site/home.html",
        notes=notes(),
        counted=letter_count,
        sent=_if_many(letter_count.sent.total),
        signed=_if_many(public_counts().of(pack.slug).total),
        images=images.of_front(pack),
    )


def _if_many(count: int) -> int:
    """A count beside a button: 0 for one that is so small that it says who it was, or that nobody came."""
    return count if count >= NAMED_FROM else 0


@public.page("/with/<key>", version=_front_version)
def with_partner(key: str) -> str:
    """A partner's own front page: the same campaign and the same sums, with a line of the partner."""
    if key not in g.edition.pack.partners:
        abort(404)
    g.partner = g.edition.pack.partners[key]
    return home()


@public.page("/demands/")
def demands() -> str:
    """All demands and their state."""
    offers.need("demands")
    return render_template("site/demands.html", notes=notes())


@public.page("/demands/<key>")
def demand(key: str) -> str:
    """One demand: what is demanded, of which office, on what grounds, and what would be progress."""
    if key not in g.edition.pack.demands:
        abort(404)
    pack = g.edition.pack
    return render_template(
        "site/demand.html", demand=pack.demands[key], notes=notes(), images=images.of_texts(pack)
    )


@public.page("/record")
def record() -> str:
    """Every fact with its sources, figures side by side, the timeline."""
    offers.need("record")
    return render_template("site/record.html")


@public.page("/organisations", version=lambda: _withdrawals().version(g.edition.pack))
def organisations() -> str:
    """Who makes the demands, who documented, who is quoted in the statement, and who supports it."""
    offers.need("organisations")
    return render_template("site/organisations.html", images=images.of_front(g.edition.pack))


@public.page("/outcome")
def outcome() -> str:
    """How the campaign ended, and what came of it."""
    offers.need("outcome")
    return render_template(
        "site/outcome.html",
        notes=notes(),
        photographs=photographs.of_edition(),
        images=images.of_texts(g.edition.pack),
    )


@public.page("/updates/")
def updates() -> str:
    """What is new, the newest first."""
    return render_template("site/updates.html", images=images.of_texts(g.edition.pack))


@public.page("/updates/<key>")
def update(key: str) -> str:
    """One update."""
    if key not in g.edition.pack.updates:
        abort(404)
    entry = g.edition.pack.updates[key]
    code = entry.language_for(languages.current())
    return render_template(
        "site/update.html",
        update=entry,
        text=entry.texts[code],
        notes=Notes(g.edition.pack, code),
        images=images.of_texts(g.edition.pack),
    )


@blueprint.get("/<language>/<slug>/updates.atom")
def feed(language: str, slug: str) -> ResponseReturnValue:
    """The updates as an Atom feed (RFC 4287), for feed readers."""
    open_edition(language, slug)
    base = known_base(slug)
    log = log_marks.mark(slug)
    response = make_response(render_template("site/updates.xml", base=base, at=_changed(), log=log))
    response.mimetype = "application/atom+xml"
    response.headers["Cache-Control"] = CACHE
    response.add_etag()
    return response.make_conditional(request)


def _changed() -> datetime:
    """When the updates last changed: with the edition, or, in a copy, with the newest update."""
    if copies.here():
        days = [update.date.first() for update in g.edition.pack.updates.values()]
        return datetime.combine(max(days, default=date(1980, 1, 1)), time.min, UTC)
    at: datetime = g.edition.at
    return at


def _fill_sheets(html: bytes) -> bytes:
    """The page with a token of its own for each visitor: the sheets' form writes a row."""
    return tokens.fill(html, sheets_purpose(g.edition.pack.slug))


@public.page("/print", fill=_fill_sheets)
def printing() -> str:
    """What can be printed and filled in by hand."""
    offers.need("printing")
    pack: Pack = g.edition.pack
    first = pack.addressees_by_post()[0].key if offers.current().printed_letters else ""
    return _printing({"to": first, "language": languages.current(), "form": blanks.LETTER})


def _printing(chosen: Mapping[str, str], wrong: str = "") -> str:
    """The page with what was chosen for a letter; `wrong` is the field of what there is not."""
    pack: Pack = g.edition.pack
    return render_template(
        "site/print.html",
        form_token=tokens.TOKEN_HERE,
        collects=service(Petitions).collects(pack),
        pieces=blanks.offered(pack) if offers.current().printed_letters else (),
        chosen=chosen,
        problems={wrong: {"id": wrong, "errors": [_nothing_there(wrong)]}} if wrong else {},
    )


def _nothing_there(wrong: str) -> str:
    if wrong == "form":
        return str(_("There is no such text for this letter. Choose something else to print."))
    return str(_("Choose from the list."))


@blueprint.get("/<language>/<slug>/print/letter")
def print_letter(language: str, slug: str) -> ResponseReturnValue:
    """To the letter that was chosen on the page; or the page again, with what there is not."""
    open_edition(language, slug)
    offers.need("printed_letters")
    chosen = {name: request.args.get(name, "") for name in ("to", "language", "form")}
    if not any(chosen.values()):  # somebody changed the language of the page
        return redirect(page_address("site.printing"))
    wrong = blanks.problem(g.edition.pack, chosen["to"], chosen["language"], chosen["form"])
    if not wrong:
        address = {"key": chosen["to"], "code": chosen["language"], "piece": chosen["form"]}
        return redirect(page_address("letters.blank", **address))
    response = make_response(_fill_sheets(_printing(chosen, wrong).encode()), 422)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/<language>/<slug>/editions/")
def editions(language: str, slug: str) -> ResponseReturnValue:
    """Every edition with its day: what was published when."""
    open_edition(language, slug)
    summaries = kept(("editions", slug), lambda: edition_cache().all_editions(slug))
    return answer_with(page_of(render_template("site/editions.html", editions=summaries), often=False))


@public.page("/<key>")
def text(key: str) -> str:
    """A page of the pack's own, such as about and privacy; or a statement made from what the pack says."""
    pack = g.edition.pack
    if key not in pack.pages and key in STATEMENTS:
        return render_template(STATEMENTS[key], shown_page=key)
    if key not in pack.pages:
        abort(404)
    return render_template(
        "site/text.html", shown_page=key, text=pack.pages[key][languages.current()], notes=notes()
    )


@blueprint.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Where to report a weakness (RFC 9116); 404 until a contact is set."""
    contact = service(Settings).security_contact
    if not contact:
        abort(404)
    expires = f"{clock.now().year + 1}-01-01T00:00:00Z"
    response = make_response(
        f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: {', '.join(installed())}\n"
    )
    response.mimetype = "text/plain"
    return response


@blueprint.get("/health")
def health() -> Response:
    """200 if the packs are in memory, for those who monitor the server; it waits for nothing.

    A proxy before several machines reads by the first word which of them can take forms.
    """
    reach = service(Reach)
    reach.look()
    text = "degraded: the database does not answer\n" if reach.is_away else "ok\n"
    if service(ForwardedRequests).seen:
        text += "A proxy forwards requests, but CAMPAIGN_TRUSTED_HOPS is 0: visitors share one budget.\n"
    response = make_response(text, 200 if edition_cache().newest() else 503)
    response.mimetype = "text/plain"
    response.headers["Cache-Control"] = "no-store"
    return response
