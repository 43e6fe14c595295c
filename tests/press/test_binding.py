"""Binding: many PDFs in one file, whole, tagged, and ready to be printed on both sides."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.letters.compose import compose
from campaign.letters.formats import pdf
from campaign.letters.letter import Letter
from campaign.pack.model import Pack
from campaign.press import preparing
from campaign.press.binding import Binder
from campaign.press.parts import Parts, references, renumbered
from campaign.press.preparing import MOST_CHUNKS, SPAN, prepare
from tests.tools import choices, pdf_text


def letters(pack: Pack, count: int, long: bool = False) -> list[Letter]:
    made = [
        compose(pack, choices(pack, seed=n, opening=None, own_words=f"Letter {n}.")) for n in range(count)
    ]
    if long:
        made[0] = compose(pack, choices(pack, own_words="A long story. " * 400))
    return made


def bound(*chunks: list[Letter], leaves: bool = False, bookmarks: bool = False) -> bytes:
    out = io.BytesIO()
    binder = Binder(out, leaves)
    for index, some in enumerate(chunks):
        document = pdf.typeset_letters(some)
        titles = [f"{index}.{n} {letter.signature}" for n, letter in enumerate(some)] if bookmarks else []
        binder.add(prepare(document, index, [length for _, length in pdf.page_runs(document)], titles))
    binder.close()
    return out.getvalue()


def tags_of(element: pikepdf.Object, found: dict[str, int] | None = None) -> dict[str, int]:
    """How often each kind of tag stands in a tree."""
    found = {} if found is None else found
    if isinstance(element, pikepdf.Array):
        for kid in element:
            tags_of(kid, found)
    elif isinstance(element, pikepdf.Dictionary):
        if "/S" in element and element.get("/Type") != "/Action":
            found[str(element.S)] = found.get(str(element.S), 0) + 1
        if "/K" in element:
            tags_of(element.K, found)
    return found


def test_the_bound_file_has_every_page_and_every_tag_of_its_parts(pack: Pack) -> None:
    parts = [letters(pack, 3), letters(pack, 4)[1:], letters(pack, 2)]
    with pikepdf.open(io.BytesIO(bound(*parts))) as whole:
        assert whole.check_pdf_syntax() == []
        assert len(whole.pages) == 8
        tags = tags_of(whole.Root.StructTreeRoot.K)
        alone: dict[str, int] = {}
        for some in parts:
            with pikepdf.open(io.BytesIO(pdf.typeset_letters(some))) as one:
                tags_of(one.Root.StructTreeRoot.K, alone)
        assert tags.pop("/Document") == 1
        assert tags.pop("/Part") == alone.pop("/Document") == 3
        assert tags == alone
        with whole.open_metadata() as meta:
            assert (meta["pdfaid:part"], meta["pdfuaid:part"]) == ("2", "1")
    for n in range(3):
        assert f"Letter {n}." in pdf_text(bound(*parts))


def test_the_trees_of_the_bound_file_lead_back_to_its_tags(pack: Pack) -> None:
    with pikepdf.open(io.BytesIO(bound(letters(pack, 2), letters(pack, 2)))) as whole:
        root = whole.Root.StructTreeRoot
        parents = pikepdf.NumberTree(root.ParentTree)
        names = pikepdf.NameTree(root.IDTree)
        keys = [int(page.StructParents) for page in whole.pages]
        for page in whole.pages:
            for element in parents[int(page.StructParents)]:
                assert "/S" in element
            for note in page.get("/Annots", []):
                assert parents[int(note.StructParent)].S is not None
        assert len(set(keys)) == 4 and max(keys) < int(root.ParentTreeNextKey)
        assert len(list(names)) == len(set(names)) >= 8
        for name, element in names.items():
            assert str(element.ID) == name and element.S == "/Note"


def headings_of_cells(element: pikepdf.Object) -> Iterator[str]:
    """The names of the headings that the cells of a tree of tags belong to."""
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary):
            yield from headings_of_cells(kid)
    for attributes in element.get("/A", []):
        yield from map(str, attributes.get("/Headers", []))


def test_the_cells_of_a_bound_table_lead_to_its_own_headings(pack: Pack) -> None:
    to_sign = [compose(pack, choices(pack, piece="open-letter", own_words=f"Letter {n}.")) for n in range(2)]
    with pikepdf.open(io.BytesIO(bound(to_sign[:1], to_sign[1:]))) as whole:
        root = whole.Root.StructTreeRoot
        headings = {str(name): element for name, element in pikepdf.NameTree(root.IDTree).items()}
        named = list(headings_of_cells(root.K[0]))
        assert {headings[name].S for name in named} == {"/TH"}
        tables = Counter(name.split()[0] for name in named)
        assert sorted(tables) == ["000000", "000001"] and len(set(tables.values())) == 1


def test_each_letter_begins_on_a_front_if_any_is_longer_than_a_page(pack: Pack) -> None:
    with pikepdf.open(io.BytesIO(bound(letters(pack, 3)))) as short:
        assert len(short.pages) == 3
    document = bound(letters(pack, 2), letters(pack, 3, long=True))
    firsts = [
        n
        for n in range(1, 12)
        if "Dear Prosecutor General," in pdf_text(document, "-f", str(n), "-l", str(n))
    ]
    assert len(firsts) == 5
    assert all(number % 2 == 1 for number in firsts)
    with pikepdf.open(io.BytesIO(document)) as opened:
        assert len(opened.pages) % 2 == 0
        assert opened.check_pdf_syntax() == []


def test_each_letter_begins_on_a_front_where_that_is_asked_for(pack: Pack) -> None:
    document = bound(letters(pack, 2), letters(pack, 3), leaves=True)
    pages = pdf_text(document).split("\f")[:-1]
    assert ["Dear" in page for page in pages] == [True, False] * 5
    assert [page.strip() for page in pages[1::2]] == [""] * 5
    with pikepdf.open(io.BytesIO(document)) as opened:
        assert opened.check_pdf_syntax() == []
        assert len({str(page.MediaBox) for page in opened.pages}) == 1


@pytest.mark.parametrize("leaves", [False, True])
def test_each_letter_has_a_bookmark_to_its_first_page(leaves: bool, pack: Pack) -> None:
    names = ["Zoé (Қасым) \\ 1 0 R", "محمد", "😀"]
    made = [replace(one, signature=name) for one, name in zip(letters(pack, 3), names, strict=True)]
    document = bound(made, letters(pack, 2, long=True), leaves=leaves, bookmarks=True)
    with pikepdf.open(io.BytesIO(document)) as opened:
        assert opened.check_pdf_syntax() == []
        assert opened.Root.PageMode == "/UseOutlines"
        with opened.open_outline() as outline:
            marks = [(item.title, item.destination[0].objgen) for item in outline.root]
        pages = [page.obj.objgen for page in opened.pages]
        assert [title for title, _page in marks][:3] == [f"0.{n} {name}" for n, name in enumerate(names)]
        fronts = [n for n, text in enumerate(pdf_text(document).split("\f")) if "Dear" in text]
        assert [pages.index(page) for _title, page in marks] == fronts
        tags = tags_of(opened.Root.StructTreeRoot.K)
        assert tags["/Part"] == 2


def test_each_part_names_its_own_language(pack: Pack) -> None:
    made = [[compose(pack, choices(pack, language=language))] for language in ("ru", "fr", "kk")]
    with pikepdf.open(io.BytesIO(bound(*made))) as opened:
        (document,) = opened.Root.StructTreeRoot.K
        assert [str(part.Lang) for part in document.K] == ["ru", "fr", "kk"]
        assert [str(part.S) for part in document.K] == ["/Part"] * 3


def test_without_titles_there_are_no_bookmarks_and_too_few_are_refused(pack: Pack) -> None:
    with pikepdf.open(io.BytesIO(bound(letters(pack, 2)))) as opened:
        assert "/Outlines" not in opened.Root
    document = pdf.typeset_letters(letters(pack, 2))
    with pytest.raises(ValueError):
        prepare(document, 0, [1, 1], ["one"])


def test_no_two_objects_have_one_number_however_many_are_added(pack: Pack) -> None:
    parts = [letters(pack, 2) for _ in range(3)]
    with pikepdf.open(io.BytesIO(bound(*parts, leaves=True, bookmarks=True))) as opened:
        assert opened.check_pdf_syntax() == []
        assert max(number for number, _ in (item.objgen for item in opened.objects)) < 8_388_607
        assert len(opened.pages) == 12


def test_a_letter_alone_is_not_bound(pack: Pack) -> None:
    (letter,) = letters(pack, 1)
    assert pdf.render(letter) == pdf.typeset_letters([letter])


def test_many_letters_at_once_are_set_in_chunks(pack: Pack) -> None:
    with pikepdf.open(io.BytesIO(pdf.render(*letters(pack, 23)))) as opened:
        assert len(opened.pages) == 23


@pytest.mark.parametrize("document", [b"", b"%PDF-1.7\n", b"%PDF-1.7\nstartxref\n9\n%%EOF", b"x" * 1000])
def test_what_typst_did_not_write_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError):
        prepare(document, 0, [1])


def test_too_many_chunks_or_lengths_that_do_not_add_up_are_refused(pack: Pack) -> None:
    document = pdf.typeset_letters(letters(pack, 1))
    for index, lengths in ((MOST_CHUNKS, [1]), (0, [2]), (0, [])):
        with pytest.raises(ValueError):
            prepare(document, index, lengths)
    assert (MOST_CHUNKS + 1) * SPAN < 8_388_607
    with pytest.raises(ValueError):
        Binder(io.BytesIO()).close()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"<</A 1 0 R/B[2 0 R 3 0 R]>>", b"<</A 101 0 R/B[102 0 R 103 0 R]>>"),
        (b"<</T(1 0 R)/A 1 0 R>>", b"<</T(1 0 R)/A 101 0 R>>"),
        (b"<</T(a\\) 1 0 R)/A 1 0 R>>", b"<</T(a\\) 1 0 R)/A 101 0 R>>"),
        (b"<</T(a (b) 1 0 R)/A 1 0 R>>", b"<</T(a (b) 1 0 R)/A 101 0 R>>"),
        (b"<</Length 9>>\nstream\n1 0 R 2 0 R\nendstream", b"<</Length 9>>\nstream\n1 0 R 2 0 R\nendstream"),
        (b"<</N 11 0 R/W[0 0 640]>>", b"<</N 111 0 R/W[0 0 640]>>"),
    ],
)
def test_references_are_renumbered_and_text_that_looks_like_one_is_not(body: bytes, expected: bytes) -> None:
    assert renumbered(body, lambda number: number + 100) == expected


def test_a_name_that_looks_like_a_reference_is_printed_as_it_is(pack: Pack) -> None:
    odd = "1 0 R (2 0 R) <</K 3 0 R>> /ID(x) /StructParents 4 /S/Document/"
    made = [replace(one, signature=odd, subject=odd) for one in letters(pack, 2)]
    document = bound(made[:1], made[1:])
    assert pdf_text(document).count(odd) == 4
    with pikepdf.open(io.BytesIO(document)) as whole:
        assert [str(one.T) for one in headings(whole.Root.StructTreeRoot.K)] == [odd, odd]
    assert set(references(b"<</T(9 0 R)/A 1 0 R>>")) == {1}


def test_tags_are_changed_together_as_each_is_alone(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [replace(one, subject=f"{one.subject} 1 0 R /ID(x)") for one in letters(pack, 2)]
    document = pdf.typeset_letters(made)
    together = [prepare(document, index, [1, 1]) for index in range(2)]
    monkeypatch.setattr(preparing, "has_plain_strings", lambda _body: False)
    assert together == [prepare(document, index, [1, 1]) for index in range(2)]


def test_page_labels_tell_where_a_letter_ends(pack: Pack) -> None:
    long = compose(pack, choices(pack, own_words="A long story. " * 400))
    document = pdf.typeset_letters([letters(pack, 1)[0], long, letters(pack, 1)[0]])
    (first, second, third) = pdf.page_runs(document)
    assert (first, third) == (("D", 1), ("D", 1))
    assert second[0] == " D" and second[1] > 1
    assert len(Parts.of(document).pages()) == sum(length for _, length in pdf.page_runs(document))


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("()\\<>[]/ 0123R\nкé%", min_size=1, max_size=40).filter(lambda text: text.strip()))
def test_no_title_however_written_breaks_the_file(pack: Pack, subject: str) -> None:
    made = [replace(one, subject=subject) for one in letters(pack, 1)]
    with pikepdf.open(io.BytesIO(bound(made, made))) as whole:
        assert whole.check_pdf_syntax() == []
        assert tags_of(whole.Root.StructTreeRoot.K)["/H1"] == 2
        titles = [str(element.T) for element in headings(whole.Root.StructTreeRoot.K)]
        assert len(titles) == 2 and titles[0] == titles[1]


def headings(element: pikepdf.Object) -> list[pikepdf.Object]:
    if isinstance(element, pikepdf.Array):
        return [found for kid in element for found in headings(kid)]
    if not isinstance(element, pikepdf.Dictionary):
        return []
    own = [element] if element.get("/S") == "/H1" else []
    return own + (headings(element.K) if "/K" in element else [])
