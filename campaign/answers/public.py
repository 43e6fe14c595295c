"""The public page of answers, and the same numbers as JSON."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from campaign import clock
from campaign.answers import table
from campaign.answers.table import OfficeAnswers
from campaign.counts.answers import KINDS, AnswerCounts, AnswerRows
from campaign.counts.coarse import NAMED_FROM
from campaign.counts.letter_counts import LetterCounts
from campaign.pack.model import Pack
from campaign.services import service
from campaign.web import languages, offers
from campaign.web.public_pages import PublicPages
from campaign.web.routes import Routes

routes = Routes()
public = PublicPages(Blueprint("answers_table", __name__))

#: A number changes every quarter of an hour; more frequent requests are answered from a cache.
CACHE = "public, max-age=60, stale-while-revalidate=600"


def answer_counts() -> AnswerCounts:
    """What was counted of answers."""
    return service(AnswerCounts)


def shown_offices(pack: Pack) -> tuple[datetime, list[OfficeAnswers]]:
    """The rows of the public table, and when they were counted (UTC)."""
    return answer_counts().newest(pack.slug)[0], _offices(pack, _rows(pack))


def _rows(pack: Pack) -> AnswerRows:
    _at, rows = answer_counts().newest(pack.slug)
    return table.counted(pack, rows or AnswerRows())


def _offices(pack: Pack, rows: AnswerRows) -> list[OfficeAnswers]:
    return table.offices(pack, rows, service(LetterCounts).of(pack.slug).sent.by_addressee)


@public.page("/answers", version=lambda: answer_counts().version())
def answers() -> str:
    """What each office did with the letters, as far as their writers said; where a slip comes back."""
    offers.need("answers")
    pack: Pack = g.edition.pack
    rows = _rows(pack)
    months = table.months(rows, clock.today(pack.time_zone))
    return render_template(
        "answers/table.html",
        at=answer_counts().newest(pack.slug)[0],
        offices=_offices(pack, rows),
        months=months,
        most=max((max(month.answered, month.silent) for month in months), default=0),
        kinds=KINDS,
    )


@routes.get("/answers.json")
def answers_json() -> ResponseReturnValue:
    """The public numbers for other programs, with an ETag."""
    offers.need("answers")
    pack: Pack = g.edition.pack
    rows = _rows(pack)
    body = {
        "campaign": pack.slug,
        "counted_at": answer_counts().newest(pack.slug)[0].isoformat().replace("+00:00", "Z"),
        "hidden_below": NAMED_FROM,
        "offices": [_office(pack, office) for office in _offices(pack, rows)],
        "languages": table.by_language(rows),
        "months": {
            month.first.isoformat()[:7]: {"answered": month.answered, "silent": month.silent}
            for month in table.months(rows, clock.today(pack.time_zone))
        },
        "set_aside": [
            {"from": str(period.begins), "to": str(period.ends), "reason": period.reason[languages.current()]}
            for period in pack.set_aside
        ],
    }
    return _json(body)


def _office(pack: Pack, office: OfficeAnswers) -> dict[str, Any]:
    title = pack.addressees[office.key].title[languages.current()] if office.key else None
    return {
        "key": office.key or None,
        "title": title,
        "sent": office.sent,
        "answers": dict(office.answers),
        "median_days": office.median,
        "silent_per_cent": office.silent,
    }


def _json(body: object) -> Response:
    response = make_response(json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n")
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = CACHE
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:20])
    response.make_conditional(request)
    return response
