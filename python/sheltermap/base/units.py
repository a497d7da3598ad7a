# SPDX-License-Identifier: Apache-2.0
"""Units of measure, with the time they are per: exact factors, and no conversion between unlike things."""

from __future__ import annotations

from fractions import Fraction

# Unit -> what it measures, and how many of the base unit (the first of its kind) it is. Exact by definition:
# the international foot is 0.3048 m, the gallon of the United States 3.785411784 l.
UNITS: dict[str, tuple[str, Fraction]] = {
    "m": ("length", Fraction(1)),
    "km": ("length", Fraction(1000)),
    "cm": ("length", Fraction(1, 100)),
    "ft": ("length", Fraction("0.3048")),
    "mi": ("length", Fraction("1609.344")),
    "m2": ("area", Fraction(1)),
    "ha": ("area", Fraction(10_000)),
    "ft2": ("area", Fraction("0.3048") ** 2),
    "m3": ("volume", Fraction(1)),
    "l": ("volume", Fraction(1, 1000)),
    "gal_us": ("volume", Fraction("0.003785411784")),
    "s": ("time", Fraction(1)),
    "min": ("time", Fraction(60)),
    "h": ("time", Fraction(3600)),
    "day": ("time", Fraction(86_400)),
    "week": ("time", Fraction(7 * 86_400)),
    "year": ("year", Fraction(1)),  # of a calendar: no fixed number of days
    "kg": ("mass", Fraction(1)),
    "g": ("mass", Fraction(1, 1000)),
    "t": ("mass", Fraction(1000)),
    "pieces": ("pieces", Fraction(1)),
    "person": ("persons", Fraction(1)),
    "kPa": ("pressure", Fraction(1)),
    "bar": ("pressure", Fraction(100)),
    "EUR": ("money", Fraction(1)),
    "kEUR": ("money", Fraction(1000)),
    "%": ("share", Fraction(1, 100)),
    "1": ("share", Fraction(1)),
}
_SPELLINGS = {
    "m²": "m2",
    "m³": "m3",
    "ft²": "ft2",
    "litre": "l",
    "L": "l",
    "piece": "pieces",
    "m^2": "m2",
    "m^3": "m3",
    "persons": "person",
    "people": "person",
    "personas": "person",
    "cilvēki": "person",
    "cilv.": "person",
    "pers.": "person",
    "gab.": "pieces",
    "stundas": "h",
    "d": "day",
}


def unit_parts(unit: str) -> tuple[tuple[str, ...], Fraction]:
    """Return what a unit such as ``"l/person/day"`` measures, and its factor to the base units.

    Raises
    ------
    ValueError
        If a part is not known; the message lists those that are.
    """
    kinds, factor = [], Fraction(1)
    for place, part in enumerate(unit.split("/")):
        name = _SPELLINGS.get(part.strip(), part.strip())
        if name not in UNITS:
            raise ValueError(f'unknown unit "{part.strip()}"; known: {", ".join(UNITS)}, and one per another: l/min')
        kind, size = UNITS[name]
        kinds.append(kind)
        factor = factor * size if place == 0 else factor / size
    return (kinds[0], *sorted(kinds[1:])), factor


def conversion(given: str, wanted: str) -> Fraction:
    """Return the number of `wanted` in one `given`, exactly.

    Raises
    ------
    ValueError
        If the two do not measure the same.

    Examples
    --------
    >>> conversion("l/person/day", "l/person/week"), conversion("ft2", "m2")
    (Fraction(7, 1), Fraction(145161, 1562500))

    """
    (given_kinds, given_factor), (wanted_kinds, wanted_factor) = unit_parts(given), unit_parts(wanted)
    if given_kinds != wanted_kinds:
        raise ValueError(f"{given} ({' per '.join(given_kinds)}) cannot become {wanted} ({' per '.join(wanted_kinds)})")
    return given_factor / wanted_factor
