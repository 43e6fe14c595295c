"""Lists that a person might send, whole and damaged, and what must hold of each.

`python -m tests.spreadsheets.generated 100000` makes so many (some minutes); `make test` some thousands.

Every cell of a person carries that person's tag. Whatever is done to a list, in the rows that were
understood no tag meets another, each tag is in a row that was understood or in one that was reported,
and nothing is raised but SpreadsheetError, for a file that is no list.
"""

from __future__ import annotations

import io
import random
import re
import sys
from collections import Counter
from dataclasses import dataclass, field

from campaign.csv_files import harmless
from campaign.letters import senders
from campaign.spreadsheets import reading
from campaign.spreadsheets.rows import Limits, SpreadsheetError
from tests.spreadsheets import files

LIMITS = Limits(1_000_000, 1_000, 3_000)

HEADINGS = {
    "name": (
        "name",
        "Full name",
        "Имя",
        "ФИО",
        "Фамилия и имя",
        "Аты-жөні",
        "Nom",
        "Nom et prénom",
        "NAME *",
    ),
    "place": ("place", "Town", "Город", "Қала", "Ville", "Город/Ville"),
    "country": ("country", "Страна", "Ел", "Pays", "Country (if known)"),
    "own_words": ("own_words", "Own words", "Свои слова", "Mots personnels", "Комментарий"),
}
UNKNOWN = ("telephone", "№", "Примечание")
NAMES = {
    "utf-8": ("Zoé Қасым", "Ана Пример", "李 明", "O’Neil \"Ana\" B", "Anna; Maria", "=Ana", "Jean, fils"),
    "cp1251": ("Иван Пример", "Ольга «Примерова»", "Анна; Мария", "Пётр, сын", "Юлия Ёлкина"),
    "cp1252": ("José Exemple", "Zoé Müller", "Søren Beispiel", "Anaïs; Léa", "François, fils"),
}  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "cp1252", "xlsx", "ods")
SENTENCES = (
    "I agree, and I ask you to act.",
    "Peace; now.",
    "She said “no”.",
    'He said "no", twice.',
    "Dear Sir,",
)
DAMAGE = (
    "none", "none", "quote gone", "quote added", "two quotes", "odd byte", "cut", "long cell", "short row", "cell too many",
    "headings again", "bytes",
)  # fmt: skip

TAG = re.compile(r"r\d+q")


@dataclass
class Case:
    """A list: its bytes, its people as cells by column, and what was done to it and where."""

    data: bytes = b""
    people: dict[str, dict[str, str]] = field(default_factory=dict)
    encoding: str = ""
    damage: str = ""
    damaged: str = ""
    several_lines: bool = False
    width: int = 0

    def __str__(self) -> str:
        return f"{self.encoding}, {self.damage} {self.damaged}: {self.data[:2_000]!r}"


def case(seed: int) -> Case:
    """The list of a seed."""
    chance = random.Random(seed)
    made = Case(encoding=chance.choice(ENCODINGS), damage=chance.choice(DAMAGE))
    if made.encoding in {"xlsx", "ods"} and chance.random() < 0.7:  # they take longest
        made.encoding = "utf-8"
    keys = ["name", *chance.sample(["place", "country", "own_words"], chance.randint(1, 3))]
    chance.shuffle(keys)
    people = [_person(chance, number, keys, made) for number in range(1, chance.randint(2, 9))]
    made.people = {f"r{number}q": person for number, person in enumerate(people, 1)}
    if made.encoding in {"xlsx", "ods"}:
        _workbook(chance, made, keys)
    else:
        _text(chance, made, keys)
    return made


def _letters(made: Case) -> str:
    return made.encoding if made.encoding.startswith("cp") else "utf-8"


def _person(chance: random.Random, number: int, keys: list[str], made: Case) -> dict[str, str]:
    tag = f"r{number}q"
    cells = {"name": f"{chance.choice(NAMES[_letters(made)])} {tag}"}
    if "place" in keys:
        cells["place"] = chance.choice(("", f"Lyon {tag}", f"{tag} Town, North"))
    if "country" in keys:
        cells["country"] = chance.choice(("FR", "KZ", ""))
    if "own_words" in keys:
        count = chance.choice((0, 1, 1, 2, 3))
        made.several_lines |= count > 1
        sentences = [s for s in SENTENCES if s.isascii() or not made.encoding.startswith("cp")]
        lines = [f"{chance.choice(sentences)} {tag}" for _ in range(count)]
        cells["own_words"] = "\n".join(lines) + chance.choice(("", "", "\n") if count > 1 else ("",))
    return cells


def _headings(chance: random.Random, keys: list[str], made: Case) -> list[str]:
    known = {"cp1252": "cp1252", "cp1251": "cp1251"}.get(made.encoding, "utf-8")
    return [chance.choice([h for h in HEADINGS[key] if _fits(h, known)]) for key in keys]


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _workbook(chance: random.Random, made: Case, keys: list[str]) -> None:
    rows: list[list[str]] = [["A list of ours"]] * chance.choice((0, 0, 1))
    rows.append(_headings(chance, keys, made))
    rows += [[person[key] for key in keys] for person in made.people.values()]
    made.data = files.xlsx(rows) if made.encoding == "xlsx" else files.ods(rows)
    if made.damage == "bytes":
        data = bytearray(made.data)
        for _ in range(chance.choice((1, 3, 50))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        made.data = bytes(data)
    else:
        made.damage = "none"


def _quoted(cell: str, delimiter: str, always: bool) -> str:
    if always or re.search(rf'["\r\n{re.escape(delimiter)}]', cell):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _text(chance: random.Random, made: Case, keys: list[str]) -> None:
    delimiter, end = chance.choice(",;\t|"), chance.choice(("\n", "\r\n", "\r"))
    always = chance.random() < 0.4
    headings = _headings(chance, keys, made)
    if extra := chance.random() < 0.2:
        headings.append(chance.choice([h for h in UNKNOWN if _fits(h, _letters(made))]))
    trailing = chance.choice((0, 0, 0, 1, 3))
    made.width = len(headings) + trailing
    lines = [delimiter.join([*(_quoted(h, delimiter, always) for h in headings), *[""] * trailing])]
    hit = chance.choice(list(made.people))
    for tag, person in made.people.items():
        cells = [_quoted(harmless(person[key]).replace("\n", end), delimiter, always) for key in keys]
        cells += ["1"] * extra + [""] * trailing
        line = delimiter.join(cells)
        if tag == hit:
            line, made.damaged = _damaged(chance, made, line, (cells, delimiter)), tag
        lines.append(line)
        lines += [lines[0]] * (tag == hit and made.damage == "headings again")
        lines += [delimiter * (made.width - 1)] * (chance.random() < 0.1)
    above = chance.choice(((), (), ("List of our stall",), ("", "Title " + delimiter * 2)))
    start = chance.choice(("", "", f"sep={delimiter}", f'"sep={delimiter}"'))
    text = end.join([*([start] if start else []), *above, *lines]) + chance.choice(("", end))
    made.data = _bytes(chance, made, text)


def _damaged(chance: random.Random, made: Case, line: str, parts: tuple[list[str], str]) -> str:
    cells, delimiter = parts
    quotes = [place for place, letter in enumerate(line) if letter == '"']
    filled = [n for n, cell in enumerate(cells) if cell]
    if made.damage == "quote gone" and quotes:
        place = chance.choice(quotes)
        return line[:place] + line[place + 1 :]
    if made.damage == "quote added":
        number = chance.choice(filled)
        return delimiter.join([*cells[:number], f'"{cells[number]}', *cells[number + 1 :]])
    if made.damage == "two quotes":
        number = chance.choice(filled)
        return delimiter.join([*cells[:number], f'"{cells[number]}', *cells[number + 1 :]]) + '"'
    if made.damage == "odd byte":
        place = chance.randrange(len(line))
        return f"{line[:place]}\udcff{line[place:]}" if made.encoding.startswith("utf") else line
    if made.damage == "long cell":
        return line + "x" * 4_000
    if made.damage == "short row":
        return delimiter.join(cells[: chance.randint(1, len(cells))])
    if made.damage == "cell too many":
        return line + f"{delimiter}more"
    return line


def _bytes(chance: random.Random, made: Case, text: str) -> bytes:
    codec = {"utf-16": "utf-16-le"}.get(made.encoding, made.encoding)
    errors = "surrogatepass" if "16" in codec else "surrogateescape"
    data = text.encode(codec, errors)
    data = b"\xff\xfe" + data if made.encoding == "utf-16" else data
    if made.damage == "cut":
        return data[: -chance.randint(1, 3)]
    if made.damage == "bytes":
        changed = bytearray(data)
        for _ in range(chance.choice((1, 3, 20))):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        return bytes(changed)
    return data


def fault_of(made: Case) -> str:
    """What does not hold of a list; '' if everything does."""
    try:
        with reading.opened(io.BytesIO(made.data), LIMITS, senders.READ) as table:
            rows = list(table.rows)
    except SpreadsheetError as error:
        return "" if made.damage == "bytes" else f"refused: {error}"
    if made.damage == "bytes":
        return ""
    good = [row for row in rows if row.fault is None]
    touched = {made.damaged, *(list(made.people)[-1:] if made.damage == "cut" else ())}
    understood: Counter[str] = Counter()
    for row in good:
        tags = {tag for cell in row.cells.values() for tag in TAG.findall(cell)}
        if len(tags) > 1:
            return f"row {row.number} has the cells of {tags}"
        understood.update(tags)
        tag = next(iter(tags), "")
        if tag and tag not in touched and not _same(row.cells, made.people[tag]):
            return f"row {row.number} is not as it was: {row.cells}"
    reported = {tag for row in rows if row.fault for tag in TAG.findall(" ".join(row.cells.values()))}
    may_lose_its_tag = touched if made.damage in {"short row", "cut", "odd byte"} else set()
    if lost := set(made.people) - set(understood) - reported - may_lose_its_tag:
        return f"{lost} are neither understood nor reported"
    if twice := [tag for tag, count in understood.items() if count > 1]:
        return f"{twice} are understood twice"
    others = set(made.people) - touched
    if (made.damage in {"none", "headings again"} or not made.several_lines) and others - set(understood):
        return f"{others - set(understood)} are reported, and nothing was done to them"
    return ""


def _same(cells: object, person: dict[str, str]) -> bool:
    assert isinstance(cells, dict)
    return all(re.sub("\r\n?", "\n", cells[key]) == text for key, text in person.items())


def main(count: int) -> int:
    """Make so many lists; prints what does not hold, and a table of damages."""
    done: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for seed in range(count):
        made = case(seed)
        done[made.damage] += 1
        try:
            fault = fault_of(made)
        except Exception as error:
            fault = f"uncaught {type(error).__name__}: {error}"
        if fault:
            wrong[made.damage] += 1
            print(f"seed {seed}: {fault}\n    {made}")
    for damage, number in sorted(done.items()):
        print(f"{damage:16}{number:8,} lists{wrong[damage]:6,} wrong")
    return 1 if wrong.total() else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
