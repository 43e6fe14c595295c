"""200 names in 40 scripts: what was signed comes back from the book, its tables, a letter and a sheet."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from campaign.letters.compose import compose
from campaign.letters.formats import pdf
from campaign.letters.letter import Letter, Paragraph
from campaign.pack.model import Pack
from campaign.paper import sheets
from campaign.paper.numbers import Number
from campaign.paper.sheets import Layout, Print
from campaign.petition.forms import sign_form
from campaign.press import fonts
from campaign.press.printable import unprintable
from campaign.signatures import person, sealed_list
from campaign.signatures.manifest import Sum, Totals
from campaign.signatures.person import Person
from campaign.signatures.sealed_list import Record
from campaign.text_input import one_line
from campaign.trustees.book.making import BookSource, make
from tests.tools import choices, pdf_text
from tests.trustees.book.test_book import CHOICES, KEY, NO_VOID, PACK

#: Words by script, put together to names: names where we know some, otherwise the script's own name and letters.
WORDS = {
    "Latin": "Zoë Łukasz Nguyễn Ağaoğlu Þóra Ọláyínká",
    "Cyrillic": "Айгүл Ғалым Өмірбек Нұрсұлтан Щербіна Ђорђе",
    "Greek": "Σοφία Γιώργος Ελένη Δείγμα Ὀδυσσεύς Ψαρρού",
    "Arabic": "محمد ليلى سارة المثال نموذج گلناز",
    "Hebrew": "שרה דוד רחל דוגמה מדגם יצחק",
    "Armenian": "Անի Արամ Օրինակյան Նմուշյան Գոհար Եվա",
    "Georgian": "ნინო გიორგი მაგალითი ნიმუში თამარ ქეთევან",
    "Han": "小龍 美麗 例 樣本 𠮷田 太郎",
    "Hangul": "김민준 이서연 박지훈 최하은 정우 강",
    "Hiragana": "さくら ひろし はなこ れいこ みどり けん",
    "Katakana": "マリア サンプル タロウ エミリ ジョン ハナ",
    "Bopomofo": "ㄇㄧㄥ ㄉㄜ ㄌㄧ ㄨㄤ ㄒㄧㄠ ㄏㄨㄚ",
    "Devanagari": "राम सीता गणेश मोहन अमर कमला",
    "Bengali": "রহিম করিম আমিনা সালমা কমল মালা",
    "Tamil": "கமலா மாலா ராமன் சரவணன் அமுதா நளன்",
    "Telugu": "రామ సీత గణపతి మాల కమల అమర",
    "Kannada": "ರಾಮ ಸೀತಾ ಗಣಪ ಮಾಲಾ ಕಮಲಾ ಅಮರ",
    "Malayalam": "രാമ സീത ഗണപതി മാല കമല അമര",
    "Gujarati": "રામ સીતા ગણપત માલા કમલા અમર",
    "Gurmukhi": "ਰਾਮ ਸੀਤਾ ਅਮਰ ਮਾਲਾ ਕਮਲਾ ਜਗਤਾਰ",
    "Odia": "ରାମ ସୀତା ଗଣପତି ମାଳା କମଳା ଅମର",
    "Sinhala": "රාම සීතා ගණපති මාලා කමලා අමර",
    "Thai": "สมชาย มานี ชูใจ ปิติ วีระ ดวงแก้ว",
    "Lao": "ສົມ ຈັນ ບົວ ຄຳ ດາ ມະນີ",
    "Khmer": "សុខ ចាន់ ដារា មាលា កែវ ណារី",
    "Myanmar": "အောင် မမ ခင် စိုး လှ ထွန်း",
    "Tibetan": "བསོད་ནམས ཏེ་ བཀྲ་ཤིས ཉི་མ ཟླ་བ དོན་གྲུབ",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ ᠪᠠᠲᠤ ᠰᠠᠷᠠ ᠨᠠᠷᠠ ᠲᠡᠮᠦᠷ ᠣᠶᠤᠨ",
    "Ethiopic": "አበበ ሰላም ሀይሌ ማርያም ተስፋዬ ብርሃን",
    "Thaana": "އަލީ މަރިޔަމް މޫސާ ފާތިމަތު ހަސަން އީސާ",
    "Syriac": "ܡܪܝܡ ܝܘܣܦ ܐܦܪܝܡ ܫܡܥܘܢ ܐܕܝ ܣܪܐ",
    "N'Ko": "ߒߞߏ ߡߎߛߊ ߝߊ߬ߕߎ ߛߎ߬ߡߊ ߞߟߊ ߓߊ",
    "Adlam": "𞤀𞤣𞤤𞤢𞤥 𞤃𞤵𞤧𞤢 𞤀𞤥𞤭𞤲𞤢 𞤄𞤢𞤪𞤭 𞤁𞤭𞤢𞤤𞤮 𞤅𞤮𞤱",
    "Ol Chiki": "ᱥᱟᱱᱛᱟᱲ ᱢᱩᱨᱢᱩ ᱥᱚᱨᱮᱱ ᱦᱮᱢᱵᱨᱚᱢ ᱵᱟᱥᱠᱮ ᱟᱨᱟᱢ",
    "Tifinagh": "ⵎⴰⵙⵉⵏⵉⵙⴰ ⵜⵉⵏⵀⵉⵏⴰⵏ ⴰⵢⵓⵔ ⵉⴷⵉⵔ ⵏⵓⵎⵉⴷⵢⴰ ⵢⵓⴱⴰ",
    "Cherokee": "ᏣᎳᎩ ᏎᏉᏯ ᎠᎹ ᏩᏯ ᎤᏩ ᏌᎵ",
    "Canadian Aboriginal": "ᐃᓄᒃ ᓄᓇ ᐊᓐᓇ ᓴᓐᓇ ᒥᑭ ᑐᓗ",
    "Vai": "ꕙꔤ ꕪꕌ ꖴꘋ ꗝꖺ ꔞꗂ ꕉꕜ",
    "Yi": "ꆈꌠ ꀉꂿ ꁍꀻ ꃅꄷ ꇤꁨ ꊨꏦ",
    "Osage": "𐓏𐓘𐓻𐓘𐓻𐓟 𐒰𐓄 𐒻𐒷 𐓀𐓂 𐓍𐓘 𐓐𐓘",
    "Javanese": "ꦗꦮ ꦱꦫ ꦩꦭ ꦫꦩ ꦠꦩ ꦤꦭ",
    "Lisu": "ꓡꓲꓢꓴ ꓐꓬ ꓞꓱ ꓚꓰ ꓟꓮ ꓠꓯ",
    "Tai Viet": "ꪼꪕ ꪒꪾ ꪎꪱ ꪀꪱ ꪨꪱ ꪣꪱ",
    "Hanifi Rohingya": "𐴌𐴗𐴥𐴝 𐴀𐴘 𐴁𐴝 𐴔𐴝 𐴕𐴝 𐴓𐴝",
}  # fmt: skip

#: Five names of each script.
NAMES = [
    f"{one} {other}"
    for words in WORDS.values()
    for one, other in zip(words.split()[:5], words.split()[1:6], strict=True)
]


def plain(text: str) -> str:
    """A text without the spaces and marks of direction that a reader of PDF files adds."""
    text = re.sub(r"[\s\u200e\u200f\u202a-\u202e\u2066-\u2069]+", "", text)
    return unicodedata.normalize("NFC", text)


#: Scripts that pdftotext does not know to run from right to left: it gives their letters as they are drawn.
AS_DRAWN = re.compile("[\u07c0-\u07ff\U0001e900-\U0001e95f\U00010d00-\U00010d3f]")
THAANA = re.compile("[\u0780-\u07bf]")


def is_in(word: str, text: str) -> bool:
    """Whether a word is found in a PDF's text.

    pdftotext gives the marks of these scripts before or after their letters, as they are drawn.
    """
    word = plain(word)
    drawn = AS_DRAWN.match(word)
    if not drawn and not THAANA.match(word):
        return word in text
    letters = letters_of(word)[::-1] if drawn else letters_of(word)
    return letters in letters_of(text) and set(word) <= set(text)


def letters_of(text: str) -> str:
    return "".join(letter for letter in text if not unicodedata.combining(letter) and letter not in VOWELS)


VOWELS = frozenset(map(chr, range(0x7A6, 0x7B1)))


def not_in(text: str) -> list[str]:
    """The names of which a word is not in a PDF's text."""
    return [name for name in NAMES if not all(is_in(word, text) for word in name.split())]


def lost(document: bytes) -> list[str]:
    """The names that are not found in a PDF."""
    return not_in(plain(pdf_text(document)))


def test_200_names_in_40_scripts_can_be_signed_and_printed(app: Flask, pack: Pack) -> None:
    assert len(WORDS) >= 40 and len(set(NAMES)) >= 200
    with app.test_request_context("/en/"):
        for name in NAMES:
            form = sign_form(pack, MultiDict({"name": name}), b"x" * 32)
            form.validate()
            assert not form.name.errors and one_line(form.name.data) == name, name
            assert unprintable(name) is None, name


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of these names, and of one that no font has."""
    folder = tmp_path_factory.mktemp("scripts")
    people = [
        Person(name, "", "FR", "", "2026-11-24", "en", 1, sheet="-", row=1) for name in (*NAMES, "𡨸喃")
    ]
    records = [
        Record(n, True, False, KEY.public.seal(person.to_bytes(who))) for n, who in enumerate(people, 1)
    ]
    total = Sum()
    for record in records:
        total.add(record.id, record.sealed)
    path = folder / "list.campaign"
    sealed_list.write_file(path, Totals("trees", "2026-11-24", len(records), total.hex, 0, 1), records)
    make(BookSource(PACK, path, {1: KEY}, NO_VOID), CHOICES, folder / "book", lambda *_: None, workers=1)
    return folder / "book"


@pytest.mark.slow
def test_the_tables_of_the_book_have_every_name_unchanged(book: Path) -> None:
    with (book / "names.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["name"] for row in csv.DictReader(file)} == {*NAMES, "𡨸喃"}


def test_the_book_prints_every_name_so_that_it_is_found(book: Path) -> None:
    assert lost((book / "volume-01.pdf").read_bytes()) == []


def test_the_book_says_what_it_could_not_print(book: Path) -> None:
    front = " ".join(pdf_text((book / "front.pdf").read_bytes()).split())
    with (book / "names.csv").open(encoding="utf-8-sig", newline="") as file:
        (number,) = (row["number"] for row in csv.DictReader(file) if row["name"] == "𡨸喃")
    assert "1 name has characters that no font of this book has" in front
    assert f"names.csv and names.xlsx, under this number: {number}." in front
    assert "\ufffd喃" in plain(pdf_text((book / "volume-01.pdf").read_bytes()))


@pytest.fixture(scope="module")
def letter(pack: Pack) -> Letter:
    made = compose(pack, choices(pack))
    return replace(made, body=tuple(Paragraph((name,)) for name in NAMES), signature=NAMES[0], beside=None)


def test_a_letter_has_every_name_so_that_it_is_found(letter: Letter) -> None:
    assert lost(pdf.render(letter)) == []


def test_a_sheet_has_every_name_so_that_it_is_found() -> None:
    found = ""
    for start in range(0, len(NAMES), 40):
        lines = tuple(", ".join(NAMES[n : n + 8]) for n in range(start, min(start + 40, len(NAMES)), 8))
        found += plain(pdf_text(sheets.pdf(PACK, Layout(("en",), 8), Print([Number(1, 1)], return_to=lines))))
    assert not_in(found) == []


def test_each_font_is_read_once_however_many_there_are() -> None:
    fonts._covers.cache_clear()
    for code in range(0x13000, 0x13100):  # no font has them, so that each is asked
        assert fonts.missing(chr(code)) == (chr(code),)
    assert fonts._covers.cache_info().misses <= len(fonts._files()) + 1
