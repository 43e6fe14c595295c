"""Packs by chance: few or many items, short or very long words, figures up to 10⁹, dates over centuries.

Their files are the smallest pack's with other tables; JSON is YAML.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from tests.minimal import FILES

LANGUAGES = ("en", "fr")

_WORDS = st.one_of(
    st.sampled_from(
        [
            "Words", "A <b>&\"'", "{phrase}", "x" * 400, "word " * 120, "Ұзақ сөйлем", "محمد عبد الله", "王小明",
            "https://example.org/" + "a" * 300, "1,000", "[a](b)", "# a", "* a", "% %(x)s {n}", "a\u00adb", "é" * 90,
        ]
    ),
    st.text("aZ9é<&\"' -", min_size=1, max_size=60).map(lambda text: f"W{text}"),
)  # fmt: skip

_BIG = st.one_of(st.integers(0, 700), st.integers(0, 10**9))
_YEARS = st.one_of(st.integers(1990, 2026), st.integers(1, 9999))


@st.composite
def _day(draw: st.DrawFn) -> str:
    year, month, day = draw(_YEARS), draw(st.integers(0, 12)), draw(st.integers(0, 28))
    return f"{year:04}" + (f"-{month:02}" + (f"-{day:02}" if day else "") if month else "")


#: Mostly after all that it may have to be after, else often before it.
_statement = st.one_of(st.just("9999-12-31"), st.just("9999-12-31"), _day())


def _both(draw: st.DrawFn, suffix: str = "") -> dict[str, str]:
    return {code: draw(_WORDS) + suffix for code in LANGUAGES}


def _count(draw: st.DrawFn, most: int) -> int:
    """Mostly few, sometimes all."""
    return draw(st.one_of(st.integers(0, min(most, 3)), st.sampled_from([most, most // 3])))


def _many(count: int, different: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """So many items, made from a few different ones: chance costs time."""
    return [{**different[n % len(different)], "key": f"{key}-{n}"} for n in range(count)]


@st.composite
def packs(draw: st.DrawFn, most: int = 120) -> dict[str, str]:
    """The files of a pack; many of them `check` refuses."""
    sources = _many(_count(draw, most), [_source(draw) for _ in range(2)], "source")
    known = ["plea", *(one["key"] for one in sources)]
    facts = _many(_count(draw, most), [_fact(draw, known) for _ in range(3)], "fact")
    whole = draw(_BIG)
    drawn = [
        {**_fact(draw, known), "key": "whole", "value": whole},
        {**_fact(draw, known), "key": "part", "value": draw(st.integers(0, whole))},
    ]
    files = {
        **FILES,
        "campaign.yaml": json.dumps(_campaign(draw, [one["key"] for one in facts])),
        "sources.yaml": json.dumps(
            {"sources": [{**_source(draw), "key": "plea", "date": draw(_statement)}, *sources]}
        ),
        "facts.yaml": json.dumps({**_facts(draw), "facts": [*drawn, *facts]}),
        "timeline.yaml": json.dumps({"timeline": _timeline(draw, known, most)}),
        "organisations.yaml": json.dumps(_organisations(draw, most)),
        "addressees.yaml": json.dumps(_addressees(draw, most // 3)),
        "petition.yaml": json.dumps(_terms(draw, most // 3)),
    }
    return {path: _without_mark(text) for path, text in files.items()} | _updates(draw, most // 3)


def _without_mark(text: str) -> str:
    return text.replace("fact.trees", "fact.whole")


def _source(draw: st.DrawFn) -> dict[str, Any]:
    source: dict[str, Any] = {
        "publisher": _both(draw),
        "title": _both(draw),
        "url": "https://example.org/?a=1&b",
    }
    return source | draw(st.sampled_from([{}, {"note": _both(draw)}, {"date": draw(_day()), "about": "yes"}]))


def _fact(draw: st.DrawFn, sources: list[str]) -> dict[str, Any]:
    fact: dict[str, Any] = {
        "topic": draw(st.sampled_from(["square", "park"])), "said-by": "friends", "label": _both(draw),
        "claim": _both(draw, " {phrase} {quote}"), "source": sources[: draw(st.integers(1, 4))],
    }  # fmt: skip
    if draw(st.booleans()):
        fact["value"] = draw(st.one_of(_BIG, _BIG, st.sampled_from(["0.5", "-3", "999999999999"])))
        fact["qualifier"] = draw(st.sampled_from(["exactly", "at-least", "nearly"]))
    for key, values in (
        ("unit", ["tree"]),
        ("as-of", [draw(_day())]),
        ("compare", ["ages"]),
        ("checked-on", [draw(_day())]),
    ):
        if draw(st.booleans()):
            fact[key] = values[0]
    if "value" not in fact and draw(st.integers(0, 9)):
        fact.pop("compare", None)
    if draw(st.booleans()):
        fact["quote"] = _both(draw)
    return {key: value if isinstance(value, (list, dict)) else str(value) for key, value in fact.items()}


def _facts(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "topics": [{"key": "square", "title": _both(draw)}, {"key": "park", "title": _both(draw)}],
        "comparisons": [{"key": "ages", "title": _both(draw), "note": _both(draw)}],
        "units": [{"key": "tree", **{code: {"one": "tree", "other": "trees"} for code in LANGUAGES}}],
        "speakers": [{"key": "friends", "name": _both(draw)}],
    }


def _timeline(draw: st.DrawFn, sources: list[str], most: int) -> list[dict[str, Any]]:
    days = [draw(_day()) for _ in range(12)]
    text, stated = _both(draw), draw(st.booleans())
    return [
        {"key": f"m-{n}", "date": days[n % len(days)], "text": text, "source": sources[:2], **({"stated": "yes"} if stated and n % 2 else {})}
        for n in range(_count(draw, most * 3))
    ]  # fmt: skip


def _organisations(draw: st.DrawFn, most: int) -> dict[str, Any]:
    one = {"acronym": _both(draw), "name": _both(draw), "role": _both(draw), "website": "https://example.org"}
    asks = {"asks": draw(st.sampled_from(["yes", "no"]))}
    voice = {"name": _both(draw), "title": _both(draw), "says": _both(draw)}
    return {
        "organisations": _many(_count(draw, most), [one | asks], "o"),
        "voices": _many(_count(draw, most), [voice], "v"),
    }


def _addressees(draw: st.DrawFn, most: int) -> dict[str, Any]:
    mayor = {"kind": "town", "title": _both(draw), "letter": "mayor", "salutation": _both(draw, ","), "closing": "plain",
             "address": {"lines": [draw(_WORDS)[:60], "Anytown"]}, "country": "IE"}  # fmt: skip
    return {
        "kinds": [{"key": "town", "title": _both(draw), "advice": _both(draw), "office-of": "IE"}],
        "closings": [{"key": "plain", "words": _both(draw)}],
        "addressees": [{**mayor, "key": "mayor"}, *_many(_count(draw, most), [mayor], "a")],
    }


def _terms(draw: st.DrawFn, most: int) -> dict[str, Any]:
    milestone = {"words": _both(draw)}
    event = {
        "what": "answered",
        "date": draw(_day()),
        "words": _both(draw),
        "answer": _both(draw),
        "source": "plea",
    }
    counts = draw(st.lists(st.integers(1, 10**9), max_size=4, unique=True).map(sorted))
    closes = draw(st.sampled_from([{}, {"closes": "2027-06-30", "erase-on": "2027-12-31"}]))
    return {
        **closes,
        "legal-basis": _both(draw),
        "milestones": [{**milestone, "key": f"m{n}", "count": str(count)} for n, count in enumerate(counts)],
        "events": _many(_count(draw, most), [event], "e"),
    }


def _campaign(draw: st.DrawFn, facts: list[str]) -> dict[str, Any]:
    states = [
        {
            "state": draw(st.sampled_from(["not-met", "partly-met", "met", "dropped"])),
            "date": draw(_day()),
            "source": "plea",
            "reason": _both(draw),
        }
        for _ in range(draw(st.integers(1, 4)))
    ]
    states.sort(key=lambda state: str(state["date"]))
    risk = draw(st.sampled_from([[], ["KZ"], ["KZ", "BY", "RU"]]))
    words = ("name", "accent", "kicker", "headline", "lead", "picture-note")
    return {
        "slug": "trees", "runner": _runner(draw), "languages": list(LANGUAGES), "statement": "plea", "countries-at-risk": risk,
        **{key: _both(draw) for key in words}, "picture": ["whole", "part"], "key-figures": facts[: draw(st.integers(0, 9))],
        "demands": [{"key": "keep-them", "facts": facts[: draw(st.integers(0, 20))], "states": states}],
    }  # fmt: skip


def _runner(draw: st.DrawFn) -> dict[str, Any]:
    relation = draw(st.sampled_from(["one-of-them", "asked-by-them", "independent"]))
    known = {"name": _both(draw), "complaint": _both(draw), "relation": relation}
    address = {"address": [draw(_WORDS)[:60], "Anytown"], "email": "office@example.org"}
    more: dict[str, Any] = {"legal-form": _both(draw), "website": "https://example.org", "hosting": "IE"}
    return known | address | draw(st.sampled_from([{}, more]))


def _updates(draw: st.DrawFn, most: int) -> Mapping[str, str]:
    day, count = "2026-02-03", draw(st.sampled_from([0, 1, most]))
    title, body = json.dumps(draw(_WORDS)), draw(_WORDS)
    page = f"---\ntitle: {title}\nsummary: {title}\ndate: {day}\n---\n\n{body} {{{{ fact.whole }}}}\n"
    return {f"updates/u-{n}.{code}.md": page for n in range(count) for code in LANGUAGES}
