"""What a mark becomes where grammar is hard: in Spanish and Arabic (river), and in Portuguese (lagoa)."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign.letters.address import sender_block
from campaign.letters.letter import Sender
from campaign.pack import wording
from campaign.pack.files import parse, read_folder
from campaign.pack.model import Pack

NB = "\u00a0"


@pytest.fixture(scope="module")
def river() -> Pack:
    return parse(read_folder(Path(__file__).parent / "river"))


@pytest.fixture(scope="module")
def lagoa() -> Pack:
    return parse(read_folder(Path(__file__).parent / "lagoa"))


def said(pack: Pack, text: str, code: str) -> str:
    return wording.without_notes(wording.render(pack, text, code))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("averías y {{ fact.isolated.quote }}", "averías e «incidentes aislados»"),
        ("siete o {{ fact.spills }}", f"siete u 8{NB}vertidos"),
        ("diez o {{ fact.wells }}", f"diez u 11{NB}pozos"),
        ("datos de {{ fact.fines.said_by }}", "datos del Ministerio de Aguas"),
        ("preguntamos a {{ fact.fines.said_by }}", "preguntamos al Ministerio de Aguas"),
        ("según {{ fact.families.said_by }}", "según Voces del Ilmara y el Observatorio de las Aguas Libres"),
        ("Es de {{ fact.spills-official.said_by }}.", "Es de Metales del Ilmara, S. A."),
        ("El auto es del {{ fact.ruling.date }}.", "El auto es del 2 de julio de 2026."),
        ("En {{ fact.isolated.date }} y en {{ fact.permit.date }}.", "En marzo de 2019 y en 1987."),
        ("{{ fact.over-limit | capital }} de las muestras", f"Al menos el 64,5{NB}% de las muestras"),
        ("{{ fact.spent | capital }} del total", f"El 12{NB}% del total"),
        ("equivale a {{ fact.spent }}", f"equivale al 12{NB}%"),
        ("la pérdida de {{ fact.fish }}", f"la pérdida de alrededor del 80{NB}%"),
        ("viven {{ fact.basin }}", f"viven casi 1,2{NB}millones{NB}de personas"),
        ("daños de {{ fact.damage }}.", f"daños de más de 4,5{NB}millones de euros."),
        ("una multa de {{ fact.fine }}.", f"una multa de 12.500{NB}€."),
        ("{{ fact.schools }}", f"entre 30 y 45{NB}escuelas"),
        ("{{ fact.ill }}", f"1.500-2.100{NB}personas"),
        (
            "«Son {{ fact.isolated.quote }}». Y {{ fact.promise.quote }}.",
            "«Son “incidentes aislados”». Y «El río volverá a vivir».",
        ),
    ],
)
def test_a_fact_in_a_spanish_sentence(text: str, expected: str, river: Pack) -> None:
    assert said(river, text, "es") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("أعطال و {{ fact.isolated.quote }}", "أعطال و«حوادث معزولة»"),
        ("العيّنات ال{{ fact.samples.number }}", "العيّنات الـ240"),
        ("تقدَّر ب{{ fact.damage }} سنويًا", f"تقدَّر بأكثر من 4.5{NB}مليون يورو سنويًا"),
        ("غرامة قدرها {{ fact.fine }}.", f"غرامة قدرها 12,500{NB}يورو."),
        ("عدد يصل إلى {{ fact.spills }}", f"عدد يصل إلى 8{NB}حوادث تسرّب"),
        ("وفقًا ل{{ fact.fines.said_by }}", "وفقًا للوزارة المكلّفة بالمياه"),
        ("وفقًا ل{{ fact.spills-official.said_by }}", "وفقًا لشركة معادن إيلمارا"),
        ("عن {{ fact.families }}", f"عما يزيد على 12,400{NB}أسرة"),
        ("وُعد ب{{ fact.plants-promised.genitive }}", "وُعد بمحطتَي معالجة"),
        ("أُنشئت {{ fact.plants-promised }}", "أُنشئت محطتا معالجة"),
        ("نُقل {{ fact.hospitalised }}", "نُقل ما لا يقل عن شخصين"),
        ("حوكم {{ fact.tried }}", "حوكم شخص واحد"),
        ("حاكموا {{ fact.tried.accusative }}", "حاكموا شخصًا واحدًا"),
        ("يعيش فيه {{ fact.basin }}", f"يعيش فيه قرابة 1.2{NB}مليون{NB}شخص"),
        ("طوله {{ fact.dead-stretch }}", f"طوله ما يصل إلى 46{NB}كيلومترًا"),
        ("لدى {{ fact.ill }}", f"لدى 1,500 إلى 2,100{NB}شخص"),
        ("بين {{ fact.over-limit }} منها", f"بين ما لا يقل عن 64.5{NB}في{NB}المائة منها"),
        ("صدر في {{ fact.ruling.date }}.", f"صدر في 2{NB}يوليو 2026."),
        ("{{ fact.plants-running }}", f"0{NB}محطة معالجة"),
    ],
)
def test_a_fact_in_an_arabic_sentence(text: str, expected: str, river: Pack) -> None:
    assert said(river, text, "ar") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "segundo dados de {{ fact.families.said_by }}",
            "segundo dados da Associação de Pescadores de Sarimbe",
        ),
        ("em resposta a {{ fact.promise.said_by }}", "em resposta à Câmara Municipal de Sarimbe"),
        ("A {{ fact.promise.said_by }}", "À Câmara Municipal de Sarimbe"),
        ("aplicada por {{ fact.fine.said_by }}", "aplicada pelos serviços de Inspeção das Águas"),
        ("publicado em {{ fact.opened.said_by }}", "publicado no Boletim de Sarimbe"),
        ("segundo {{ fact.opened.said_by }}", "segundo o Boletim de Sarimbe"),
        (
            "Em {{ fact.opened.date }}, no dia {{ fact.families.date }}",
            "Em abril de 2011, no dia 20 de março de 2026",
        ),
        ("{{ fact.over-limit | capital }} das amostras", f"64,5{NB}% das amostras"),
        ("as {{ fact.samples.phrase }}", f"as 200{NB}amostras"),
        ("{{ fact.boats }}", f"entre 40 e 55{NB}embarcações"),
        ("reconhece {{ fact.complaints-official }}", f"reconhece 1{NB}queixa"),
        ("de {{ fact.fine }}.", f"de 12{NB}500{NB}€."),
        ("de {{ fact.damage }} por ano", f"de mais de 2,5{NB}milhões de euros por ano"),
        ("disse: {{ fact.promise }}.", "disse: «ninguém será esquecido»."),
        ("«Disse {{ fact.promise.quote }}».", "«Disse “ninguém será esquecido”»."),
    ],
)
def test_a_fact_in_a_portuguese_sentence(text: str, expected: str, lagoa: Pack) -> None:
    assert said(lagoa, text, "pt") == expected


def test_a_note_begins_with_a_capital_and_names_nobody_twice(river: Pack) -> None:
    notes = {key: wording.note_text(river, fact, "es") for key, fact in river.facts.items()}
    assert notes["fines"] == "El Ministerio de Aguas, 2024"
    assert notes["isolated"] == "El Ministerio de Aguas (La Gaceta de Iradia, 2 de marzo de 2019)"
    assert notes["samples"] == "La Universidad Popular de Hontalba, noviembre de 2025"


@pytest.mark.parametrize(
    "text", ["En {{ fact.permit.date }}.{{ fact.permit.note }}", "{{ fact.spills.figure }} veces"]
)
def test_a_note_after_digits_is_no_power(text: str, river: Pack) -> None:
    number, _, _ = wording.runs(wording.render(river, text, "es"), [])
    assert str(number).endswith("\u202f") and str(number)[-2].isdigit()


def test_a_percentage_alone_has_no_article(river: Pack) -> None:
    assert river.facts["spent"].figure_alone("es") == f"12{NB}%"
    assert river.facts["spent"].sentence("es").endswith(f"se ha gastado el 12{NB}%.")
    assert river.facts["over-limit"].figure_alone("es") == f"al menos el 64,5{NB}%"


@pytest.mark.parametrize(("code", "expected"), [("es", "Rabat, Marruecos"), ("ar", "Rabat، المغرب")])
def test_a_town_and_a_country_have_the_comma_of_the_language(code: str, expected: str) -> None:
    lines = sender_block(Sender("A. B.", (), "Rabat", "MA"), code, domestic=False)
    assert [line.translate({0x2068: None, 0x2069: None}) for line in lines] == ["A. B.", expected]
