"""Windows: the address stands in the window, whole, and nothing else of the letter shows through."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from campaign.letters.address import return_block
from campaign.letters.compose import compose
from campaign.letters.envelopes import ENVELOPES, WINDOWS, Box, Envelope, Window
from campaign.letters.fitting import LEFT, TOP
from campaign.letters.formats import docx, odt, pdf, printed
from campaign.letters.letter import Letter, Posting, Sender
from campaign.pack.model import Pack
from tests.tools import ROOT, Word, as_pdf_by_office, choices, words_on_pages

#: Addresses that do not want to fit: long, high, wide, in several scripts.
AWKWARD: tuple[tuple[str, ...], ...] = (
    ("Office", "Town"),
    ("Prosecutor General of the Republic of Kazakhstan", "14 Mangilik El Avenue", "010000 Astana", "KAZAKHSTAN"),
    tuple(f"Line {n} of an address that has as many lines as there can be" for n in range(1, 8)),
    tuple("W" * 30 for _ in range(7)),
    ("x" * 60,),
    ("W" * 60,),
    ("An office with a name of just about sixty characters, no more", "Town"),
    ("Специальному докладчику по вопросу о внесудебных казнях, казнях без суда", "ул. Мәңгілік Ел, 14", "Астана"),
    ("Қазақстан Республикасының Сыртқы істер министріне", "Мәңгілік Ел даңғ., 14", "Астана қ.", "010000"),
    ("Rapporteur spécial sur les exécutions extrajudiciaires, sommaires ou arbitraires", "1211 Genève 10", "SUISSE"),
    ("国际特赦组织", "东京都千代田区", "JAPAN"),
    ("وزارة الخارجية", "الشارع 1", "UNITED ARAB EMIRATES"),
    ("ÅÄÖ ÉÈÊ ŰŐ ŽŠČ Ğİ", "gjpqy gjpqy gjpqy", "ÇŞĢ"),
    ("A", "B", "C", "D", "E", "F", "G"),
    ("One-word-with-hyphens-that-goes-on-and-on-without-any-space-at-all",),
    ("Ministry of Foreign Affairs and International Cooperation", "Directorate for Europe", "Office 4 217, Building B",
     "12–14 Long Avenue of the Independence", "P.O. Box 1234", "AB12 3CD Town-upon-River", "UNITED KINGDOM"),
    ("1", "2"),
    ("Office  with   spaces", "Town"),
    ("«Guillemets» & <angles> #hash", "$x^2$ _under_ *star*", "\\back [x]"),
    ("MINISTERIO DE ASUNTOS EXTERIORES", "PLAZA DE LA PROVINCIA 1", "28012 MADRID", "ESPAÑA"),
    ("Ünïcödé " * 7, "Zürich"),
)  # fmt: skip

LONG_SENDER = Sender(
    "Maximiliane-Alexandra Freifrau von und zu Hohenstein-Wittgenstein",
    ("Bürgermeister-Schmidt-Gedächtnis-Straße 123 b, Hinterhaus, 4. Stock",),
    "Garmisch-Partenkirchen",
    "DE",
    postcode="82467",
)


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]", "", text)


def letters(pack: Pack, window: Window) -> list[Letter]:
    """One letter for each awkward address, from somebody with a short or a long address of their own."""
    senders = (LONG_SENDER, Sender("A"))
    return [
        replace(
            compose(pack, choices(pack, window=window.key, sender=senders[n % 2], own_words=f"Letter {n}.")),
            addressee=address,
            posting=Posting(address, return_block(senders[n % 2], "en", domestic=False)),
        )
        for n, address in enumerate(AWKWARD)
    ]


def holds(box: Box, other: Box, slack: float = 0.0) -> bool:
    """Whether the other lies inside the box, give or take `slack` mm."""
    return (
        box.left - slack <= other.left
        and box.top - slack <= other.top
        and other.right <= box.right + slack
        and other.bottom <= box.bottom + slack
    )


def meet(box: Box, other: Box) -> bool:
    """Whether the two have any spot in common."""
    return (
        box.left < other.right
        and other.left < box.right
        and box.top < other.bottom
        and other.top < box.bottom
    )


def shown(words: list[Word], reach: Box) -> list[Word]:
    """What the window may show of a page."""
    return [word for word in words if meet(word.box, reach)]


def outside(words: list[Word], *boxes: Box) -> list[Word]:
    return [word for word in words if not any(holds(box, word.box, slack=0.3) for box in boxes)]


@pytest.mark.slow
@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_the_address_is_whole_in_the_window_and_nothing_else_is(window: Window, pack: Pack) -> None:
    made = letters(pack, window)
    for letter in made:
        (words, *_) = words_on_pages(pdf.render(letter))
        seen = shown(words, window.reach)
        said = squeezed("".join(letter.addressee))
        if re.search(r"[\u0600-\u06ff]", said):  # glyphs of Arabic come in another order
            assert len(squeezed("".join(w.text for w in seen))) >= len(said)
        else:
            assert squeezed("".join(w.text for w in seen)).endswith(said)
        boxes = [box for box in (window.address, window.return_line) if box]
        assert outside(seen, *boxes) == [], letter.addressee


def test_the_window_test_can_fail(pack: Pack) -> None:
    window = WINDOWS["din-5008-b"]
    (words, *_) = words_on_pages(pdf.render(compose(pack, choices(pack))))
    assert outside(shown(words, window.reach), window.address)


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_the_sender_date_and_text_stand_clear_of_the_window(window: Window) -> None:
    for box in (window.sender, window.date):
        assert not meet(box, window.reach)
    assert window.body >= window.reach.bottom
    assert holds(window.reach, window.address)
    assert window.return_line is None or holds(window.reach, window.return_line)


@pytest.mark.slow
@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_office_programs_put_the_address_there_too(window: Window, pack: Pack, tmp_path: Path) -> None:
    made = {str(n): letters(pack, window)[n] for n in (1, 6, 14)}
    documents = {f"{n}.docx": docx.render(letter) for n, letter in made.items()}
    documents |= {f"{n}o.odt": odt.render(letter) for n, letter in made.items()}
    for name, document in as_pdf_by_office(tmp_path, documents).items():
        letter = made[name.split(".")[0].rstrip("o")]
        (words, *_) = words_on_pages(document)
        seen = shown(words, window.reach)
        assert squeezed("".join(w.text for w in seen)).endswith(squeezed("".join(letter.addressee))), name
        boxes = [box for box in (window.address, window.return_line) if box]
        assert outside(seen, *boxes) == [], name


@pytest.mark.parametrize("size", ENVELOPES.values(), ids=ENVELOPES)
def test_a_printed_envelope_has_both_addresses_where_the_post_reads_them(size: Envelope, pack: Pack) -> None:
    made = letters(pack, WINDOWS["uk-dl"])
    pages = words_on_pages(printed.envelopes(made, size.key))
    assert len(pages) == len(made)
    for letter, words in zip(made, pages, strict=True):
        assert outside(words, size.address, size.sender) == [], letter.addressee
        if not re.search(r"[\u0600-\u06ff]", "".join(letter.addressee)):
            seen = squeezed("".join(word.text for word in words))
            assert all(seen.count(squeezed(line)) for line in (*letter.posting.sender, *letter.addressee))
        assert size.address.top >= 40 and size.address.bottom <= size.height - 15


def test_an_envelope_of_an_open_letter_has_no_sender(pack: Pack) -> None:
    letter = compose(pack, choices(pack, piece="open-letter"))
    (words,) = words_on_pages(printed.envelopes([letter], "dl"))
    assert outside(words, ENVELOPES["dl"].address) == []


def test_a_window_brings_its_own_paper_and_the_return_line_only_where_there_is_one(pack: Pack) -> None:
    american = compose(pack, choices(pack, window="us-10", paper="a4"))
    assert american.paper == "us-letter"
    for key, window in WINDOWS.items():
        words = words_on_pages(pdf.render(compose(pack, choices(pack, window=key))))[0]
        text = squeezed("".join(w.text for w in words))
        line = squeezed("Claire Martin · 12 rue Mercière · 69002 Lyon · France")
        assert (line in text) is (window.return_line is not None), key


def test_the_style_for_the_printer_has_the_same_boxes(pack: Pack) -> None:
    style = (ROOT / "static" / "css" / "windows.css").read_text()
    for key, window in WINDOWS.items():
        boxes = {"sender": window.sender, "addressee": window.address, "date": window.date}
        if window.return_line:
            boxes["return"] = window.return_line
        assert f".sheet-{key} .sheet-heads {{ height: {window.body - TOP:g}mm; }}" in style
        for name, box in boxes.items():
            rule = re.search(rf"\.sheet-{key} \.sheet-{name} {{ ([^}}]+) }}", style)
            assert rule, (key, name)
            sizes = [float(size) for size in re.findall(r"(-?[\d.]+)mm", rule[1])]
            expected = [box.left - LEFT, box.top - TOP, box.width, box.height]
            assert sizes == pytest.approx(expected, abs=0.05), (key, name)


#: Addresses with long lines that have room to wrap, and one with a word that is wider than most boxes.
LONG = (
    AWKWARD[1],
    AWKWARD[5],
    AWKWARD[7],
    AWKWARD[9],
    AWKWARD[14],
    ("Permanent Mission of the Republic of Kazakhstan to the United Nations Office and other International "
     "Organisations in Geneva", "Chemin du Prunier 6", "1218 Le Grand-Saconnex", "SWITZERLAND"),
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "window"),
    [*((key, window) for key, window in WINDOWS.items()), *((key, None) for key in ENVELOPES)],
)
def test_long_lines_wrap_before_they_are_smaller_than_8_points(
    key: str, window: Window | None, pack: Pack
) -> None:
    base = compose(pack, choices(pack, window=key if window else "", sender=Sender("A")))
    made = [
        replace(base, addressee=address, posting=Posting(address, ("A",)))
        for address in (("Office", "Town"), *LONG)
    ]
    pages = words_on_pages(pdf.render(*made) if window else printed.envelopes(made, key))
    box = window.address if window else ENVELOPES[key].address
    heights = [[word.box.height for word in words if holds(box, word.box, slack=0.3)] for words in pages]
    heights = [page for page in heights if page]
    assert len(heights) == len(made)
    points = 10.5 if window else 12.0
    for address, found in zip(LONG, heights[1:], strict=True):
        assert min(found) >= heights[0][0] * 7.95 / points, (address, min(found), heights[0][0])
