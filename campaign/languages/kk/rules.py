"""Kazakh endings after a numeral: vowel harmony and the final sound of its last word decide."""

from __future__ import annotations

_UNITS = {
    1: ("ден", "ге"),
    2: ("ден", "ге"),
    3: ("тен", "ке"),
    4: ("тен", "ке"),
    5: ("тен", "ке"),
    6: ("дан", "ға"),
    7: ("ден", "ге"),
    8: ("ден", "ге"),
    9: ("дан", "ға"),
}
_TENS = {
    1: ("нан", "ға"),
    2: ("дан", "ға"),
    3: ("дан", "ға"),
    4: ("тан", "қа"),
    5: ("ден", "ге"),
    6: ("тан", "қа"),
    7: ("тен", "ке"),
    8: ("нен", "ге"),
    9: ("нан", "ға"),
}
_ABOVE = ((100, ("ден", "ге")), (1_000, ("нан", "ға")))  # жүз, мың; миллион and миллиард end as мың does


def numeral_endings(number: int) -> dict[str, str]:
    """Ablative (with астам) and dative (with жуық) after a numeral: 10000 has нан and ға."""
    ablative, dative = _endings(number)
    return {"ablative": ablative, "dative": dative}


def _endings(number: int) -> tuple[str, str]:
    if number % 10:
        return _UNITS[number % 10]
    if number % 100:
        return _TENS[number // 10 % 10]
    return next((ends for power, ends in _ABOVE if number % (power * 10)), ("нан", "ға"))
