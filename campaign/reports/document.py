"""A report in words: its sections, in their order, and what one has to know to read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from campaign.counts.answers import KINDS
from campaign.counts.visits import FormKind
from campaign.languages import numbers
from campaign.languages.catalogues import words
from campaign.languages.countries import countries
from campaign.languages.dates import long_date, short_date
from campaign.petition.ledger_rows import ONLINE, PAPER, STALL
from campaign.reports import visits
from campaign.reports.figures import Figures, Shares, Sheets
from campaign.reports.parts import Cell, Chart, Document, Section, Table, lines

#: Bars that a chart has at most: of days, else of weeks, else of months.
MOST_BARS = 62


def document(figures: Figures, language: str) -> Document:
    """The report in a language of the campaign."""
    return _Writer(figures, language).document()


class _Writer:
    """Puts figures into the words of one language."""

    def __init__(self, figures: Figures, language: str) -> None:
        self.figures, self.language = figures, language
        self.countries = countries(language)

    def document(self) -> Document:
        _, figures = words(self.language), self.figures
        return Document(
            self.language,
            figures.pack.name[self.language],
            _("Report"),
            f"{self._day(figures.period.first)} – {self._day(figures.period.last)}",
            (
                (_("Signatures"), figures.signatures.total),
                (_("Letters sent"), figures.letters.total),
                (_("Sheets returned"), figures.sheets.returned),
                (_("Editions"), len(figures.editions)),
            ),
            tuple(self._sections()),
            self._notes(),
        )

    def _sections(self) -> Iterable[Section]:
        figures, _ = self.figures, words(self.language)
        if figures.pack.petition:
            yield self._over_time(_("Signatures"), figures.signatures.days)
            yield self._signatures_by_country()
            yield self._channels()
            yield from self._visits(FormKind.PETITION)
        if figures.pack.addressees:
            yield self._over_time(_("Letters sent"), figures.letters.days)
            offices = self._offices()
            yield self._shares(
                _("Letters by office"), _("Office"), figures.letters.offices, offices, _("other offices")
            )
            elsewhere = _("elsewhere or unknown")
            yield self._shares(
                _("Letters by country"), _("Country"), figures.letters.countries, self.countries, elsewhere
            )
            yield from self._visits(FormKind.LETTERS)
            yield self._answers(offices)
        if figures.partners:
            yield self._partners()
        if figures.pack.petition:
            yield self._sheets(figures.sheets)
        yield self._editions()

    def _day(self, day: date) -> str:
        return short_date(day, self.language)

    def _nothing(self) -> str:
        _ = words(self.language)
        sentence: str = _("Nothing was counted in this period.")
        return sentence

    def _over_time(self, title: str, days: Mapping[date, int]) -> Section:
        """Numbers by day, by week or by month, as many as a chart has room for."""
        _, period = words(self.language), self.figures.period
        column, label, begin = self._steps()
        sums: dict[date, int] = {}
        for day in period.days:
            first = max(begin(day), period.first)
            sums[first] = sums.get(first, 0) + days.get(day, 0)
        rows = tuple((label(first), count) for first, count in sums.items() if count)
        every = tuple((day.isoformat(), count) for day, count in sorted(days.items()) if count)
        return Section(
            title,
            Table((column, _("Number")), rows),
            Chart(tuple((label(first), count) for first, count in sums.items()), over_time=True)
            if rows
            else None,
            Table((_("Day"), _("Number")), every),
            "" if rows else self._nothing(),
        )

    def _steps(self) -> tuple[str, Callable[[date], str], Callable[[date], date]]:
        """What a bar of a chart over time is, how it is named, and where it begins."""
        _, days = words(self.language), len(self.figures.period.days)
        if days <= MOST_BARS:
            return _("Day"), self._day, lambda day: day
        if days <= 7 * MOST_BARS:
            return _("Week from"), self._day, lambda day: day - timedelta(days=day.weekday())
        return _("Month"), lambda day: long_date(day, self.language, "month"), lambda day: day.replace(day=1)

    def _signatures_by_country(self) -> Section:
        _, signatures = words(self.language), self.figures.signatures
        period, in_all = signatures.countries, signatures.in_all
        keys = {**in_all.countries, **period.named}
        rows: list[tuple[Cell, ...]] = [
            (self.countries.get(key, key), period.named.get(key), in_all.countries.get(key)) for key in keys
        ]
        if period.rest or in_all.elsewhere:
            rows.append((_("elsewhere or unknown"), period.rest, in_all.elsewhere))
        columns = (_("Country"), _("In this period"), _("Total on the site"))
        return Section(
            _("Signatures by country"),
            Table(columns, tuple(rows)),
            lines(rows),
            empty="" if rows else self._nothing(),
        )

    def _channels(self) -> Section:
        _, signatures = words(self.language), self.figures.signatures
        names = {ONLINE: _("online"), PAPER: _("on paper"), STALL: _("on devices at stalls")}
        rows = [(names[way], count) for way, count in signatures.channels.items()]
        # Who shares a slot of the index with somebody is of no channel until the trustees have decided.
        rest = signatures.total - sum(signatures.channels.values())
        rows += [(_("estimated"), rest)] if rows and rest else []
        total = (_("total"), signatures.total)
        return Section(
            _("Signatures by channel"), Table((_("Channel"), _("Number")), (*rows, total)),
            empty="" if signatures.total else self._nothing(),
        )  # fmt: skip

    def _visits(self, form: FormKind) -> Iterable[Section]:
        """The steps of a page, if visits are counted, or were in the period."""
        counted = self.figures.visits.get(form, {})
        if counted or self.figures.pack.counts_visits:
            yield visits.section(form, counted, self.language)

    def _partners(self) -> Section:
        _ = words(self.language)
        rows = tuple((one.name, one.signatures, one.letters) for one in self.figures.partners)
        columns = (_("Partner"), _("Signatures"), _("Letters sent"))
        return Section(_("Through partners, since the campaign began"), Table(columns, rows))

    def _offices(self) -> dict[str, str]:
        return {key: office.title[self.language] for key, office in self.figures.pack.addressees.items()}

    def _shares(
        self, title: str, column: str, shares: Shares, names: Mapping[str, str], rest: str
    ) -> Section:
        _ = words(self.language)
        rows: list[tuple[Cell, ...]] = [(names.get(key, key), count) for key, count in shares.named.items()]
        rows += [(rest, shares.rest)] if shares.rest else []
        table = Table((column, _("Number")), tuple(rows))
        return Section(title, table, lines(rows), empty="" if rows else self._nothing())

    def _answers(self, names: Mapping[str, str]) -> Section:
        _ = words(self.language)
        titles = {
            "none": _("No answer in time"), "receipt": _("Receipt only"), "evasive": _("Evasive or refused"),
            "promise": _("A promise"), "action": _("It acted"),
        }  # fmt: skip
        rows = tuple(
            (
                names.get(office.key, _("No longer in this campaign")),
                *(office.answers[kind] for kind in KINDS),
            )
            for office in self.figures.answers
        )
        columns = (_("Office"), *(titles[kind] for kind in KINDS))
        return Section(_("Answers"), Table(columns, rows), empty="" if rows else self._nothing())

    def _sheets(self, sheets: Sheets) -> Section:
        _ = words(self.language)
        rows: tuple[tuple[Cell, ...], ...] = (
            (_("Sheets printed for groups"), sheets.for_groups),
            (_("Sheets printed by visitors"), sheets.by_visitors),
            (_("Sheets returned"), sheets.returned),
            (_("Sheets closed"), sheets.closed),
            (_("Names on them"), sheets.names if sheets.closed else 0),
        )
        empty = "" if any(count for _label, count in rows) else self._nothing()
        return Section(_("On paper"), Table((_("Sheets"), _("Number")), rows), empty=empty)

    def _editions(self) -> Section:
        _, zone = words(self.language), self.figures.pack.time_zone
        rows = tuple(
            (
                numbers.in_own_digits(str(one.number), self.language),
                self._day(one.at.astimezone(zone).date()),
                one.note,
            )
            for one in self.figures.editions
        )
        columns = (_("Edition"), _("Day"), _("What is new"))
        none: str = _("No edition was published in this period.")
        return Section(_("Editions"), Table(columns, rows), empty="" if rows else none)

    def _notes(self) -> tuple[str, ...]:
        _ = words(self.language)
        notes = [
            _(
                "Signatures are counted as on the public page, less withdrawals. Letters and answers are "
                "those that supporters reported."
            ),
            _(
                "Countries, offices and channels with fewer than five are not shown separately. A country "
                "where signing is a risk has no number for the period."
            ),
        ]
        if self.figures.visits or self.figures.pack.counts_visits:
            notes += visits.notes(self.language)
        if self.figures.partners:
            notes.append(
                _(
                    "What came through partners is the sum up to the beginning of %(day)s (UTC), from five "
                    "up. Nobody from a country where signing is a risk is in it."
                )
                % {"day": self._day(self.figures.partners_at.date())}
            )
        return tuple(notes)
