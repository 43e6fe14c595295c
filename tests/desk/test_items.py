"""Values go into the files and come out as they were, whatever is typed, and the pack survives its way out and in."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.desk import difference, items
from campaign.desk.fields import clean
from campaign.desk.items import Where
from campaign.desk.kinds import KINDS
from campaign.pack.archive import read_zip, write_zip
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.pack.writing import WritingError
from campaign.typed import forbidden
from tests.minimal import FILES

PLACES = [
    (Where(kind, key, language), name)
    for kind in KINDS.values()
    for key in items.keys(FILES, kind)
    for language in ("en", "fr")
    for name, value in items.read(FILES, Where(kind, key, language)).items()
    if isinstance(value, str)
]

words = (
    st.text(st.characters(blacklist_categories=("Cs",)), max_size=80)
    .map(clean)
    .filter(lambda text: not forbidden(text) and not text.startswith("## ") and "\n## " not in text)
)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
@given(st.sampled_from(PLACES), words)
def test_whatever_is_typed_is_read_back_and_told_as_the_one_difference(
    place: tuple[Where, str], text: str
) -> None:
    where, name = place
    text = text if name.startswith("p.") else " ".join(text.split("\n"))
    try:
        new = items.write(FILES, where, items.changed({name: text}, items.read(FILES, where)))
    except WritingError:
        return  # refused, and nothing written
    after = {**FILES, **new}
    assert items.read(after, where).get(name, "") == text
    others = {n: v for n, v in items.read(FILES, where).items() if n != name}
    assert {n: v for n, v in items.read(after, where).items() if n in others} == others
    told = difference.changes(FILES, after, ["en"])
    assert len(told) == (1 if new else 0)
    # A pack that the checker accepts survives its way out and in, and out again, to the byte.
    if not any(one.level == "error" for one in check(after, date(2026, 11, 24))):
        parse(after)
        packed = write_zip(after)
        assert read_zip(packed) == after and write_zip(read_zip(packed)) == packed


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_a_difference_holds_both_texts(old: str, new: str) -> None:
    runs = difference.runs(old, new)
    assert "".join(text for sign, text in runs if sign != "+") == old
    assert "".join(text for sign, text in runs if sign != "-") == new


def test_every_value_of_the_first_campaign_is_read_and_written_without_a_trace(files: dict[str, str]) -> None:
    for kind in KINDS.values():
        for key in items.keys(files, kind)[:6]:
            for language in ("en", "kk"):
                where = Where(kind, key, language)
                values = items.read(files, where)
                assert items.write(files, where, items.changed(values, values)) == {}
                assert items.write(files, where, values) == {}, f"{kind.key} {key}"
