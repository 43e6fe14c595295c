"""Visits of the last weeks, for the report of a demonstration."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from campaign import clock
from campaign.counts.visits import FormKind, Step, VisitCounts
from campaign.demonstration.times import on
from campaign.pack.model import Pack
from campaign.services import service

#: How often the form of a kind was opened, begun and finished on a day.
VISITS = {FormKind.LETTERS: (34, 16, 11), FormKind.PETITION: (24, 5, 3)}


def count(app: Flask, pack: Pack) -> None:
    """Fewer begin than look, and fewer finish than begin."""
    now, counts = clock.now(), service(VisitCounts, app)
    for days in range(1, 29):
        for form, (opened, begun, finished) in VISITS.items():
            for step, number in zip(Step, (opened + days % 7, begun, finished), strict=True):
                for _visit in range(number):
                    counts.add(pack.slug, form, step)
        with on(now - timedelta(days=days)):
            counts.write()
