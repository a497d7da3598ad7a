# SPDX-License-Identifier: Apache-2.0
"""Why a figure is what it is, as lines for the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.base.language import REFERENCE
from sheltermap.page.table import why_words
from sheltermap.questions.figures import records

if TYPE_CHECKING:
    from sheltermap.evidence.why import Why

SHOWN = 10  # ids that are told
DIGITS = 6  # of a change
HASH = 12  # digits of a SHA-256 that tell files apart
INDENT = "  "


def why_lines(found: Why, lang: str, most: int | None = SHOWN) -> Iterator[str]:
    """Yield why a figure is what it is: formula, rows, reasons, standard, inputs, doubts, what it was, query.

    `most` ids of each part are told, all where it is None.
    """
    yield f"{found.name}: {texts.pick(dict(found.title), lang)}"
    yield f"{INDENT}= {_number(found.value, found.unit[lang], lang)}"
    yield _line("formula", found.formula[lang], lang)
    for key, each in found.figures.items():
        told = f"{key} = {each.name}: {_number(each.value, each.unit[lang], lang)}"
        yield _line("part_figure", f"{told}; {each.title[lang]}", lang)
    yield from (_line("rows", _rows(found, row, lang, most), lang) for row in records(found.parts))
    yield from (_line("because", _reason(row, lang), lang) for row in records(found.reasons))
    for row in records(found.standards):
        sure = texts.say(row["status"], lang)
        yield _line("standard", f"{row['id']}: {texts.pick(row['title'], lang)}; {row['source']}; {sure}", lang)
    yield from (_line("input", _input(row, lang), lang) for row in records(found.inputs))
    for row in records(found.unsure):
        yield _line("unsure", f"{row['title'][lang]}: {_number(row['value'], row['unit'][lang], lang)}", lang)
    if found.before_year is not None:
        yield _line("before", f"{found.before_year}: {_before(found, lang)}", lang)
    yield from (_line("note", each[lang], lang) for each in found.notes)
    if found.sql is not None:
        yield _line("query", found.sql, lang)
        told = "agrees" if found.agrees else "differs_by"
        yield _line("gives", texts.say(f"whence.say_{told}", lang, number=_exact(found.counted, lang)), lang)


def listing_lines(names: pd.DataFrame) -> Iterator[str]:
    """Yield what may be asked about, a line each, with how many numbers it has."""
    for row in records(names):
        more = f" ({row['numbers']})" if row["numbers"] > 1 else ""
        yield f"{row['name']}{more}: {row['title']}"


def _line(key: str, told: str, lang: str) -> str:
    return f"{INDENT}{texts.say(f'whence.say_{key}', lang)}: {told}"


def _number(value: float, unit: str, lang: str) -> str:
    """Write a number in its unit, a share in per cent with the number itself behind it."""
    if math.isnan(value):
        return texts.say("unknown", lang)
    if unit == "1":
        return f"{texts.share(value, lang)} ({_exact(value, lang)})"
    return f"{_exact(value, lang)} {unit}"


def _before(found: Why, lang: str) -> str:
    """Say what it was, and by how much it is more or less now."""
    if found.before is None:
        return texts.say("whence.say_not_there", lang)
    was = _number(found.before, found.unit[lang], lang)
    if math.isnan(found.before) or math.isnan(found.value):
        return was
    change = found.value - found.before
    if change == 0:
        return f"{was}; {texts.say('whence.say_since_same', lang)}"
    key, by = ("since_points", 100 * change) if found.unit[REFERENCE] == "1" else ("since", change)
    told = ("+" if by > 0 else "") + texts.rounded(by, DIGITS)[lang]
    return f"{was}; {texts.say(f'whence.say_{key}', lang, change=told)}"


def _exact(value: float | None, lang: str) -> str:
    """Write a number with all its digits."""
    if value is None or math.isnan(value):
        return "–"
    return texts.decimal(f"{value:.15g}", lang)


def _rows(found: Why, row: dict[str, Any], lang: str, most: int | None) -> str:
    ids = [str(each) for each in found.ids(int(row["part"]))]
    shown = ids if most is None else ids[:most]
    more = texts.say("and_more", lang, count=texts.number(len(ids) - len(shown))) if len(ids) > len(shown) else ""
    of = texts.counted("whence.say_rows_of", int(row["rows"]), layer=row["layer"])[lang]
    listed = f": {', '.join(shown)}{more}" if shown else ""
    return f"{of} = {_exact(row['value'], lang)}{listed}"


def _reason(row: dict[str, Any], lang: str) -> str:
    count = texts.counted("whence.say_so_many_rows", int(row["rows"]))[lang]
    return f"{why_words(str(row['reason']))[lang]}: {_exact(row['value'], lang)}; {count}"


def _input(row: dict[str, Any], lang: str) -> str:
    parts = [f"{row['name']}: {row['path']}", f"SHA-256 {str(row['sha256'])[:HASH]}…"]
    parts.append(texts.say(f"whence.state_{row['state']}", lang))
    parts += [texts.say("whence.say_illustrative", lang)] if row["illustrative"] is True else []
    return ", ".join(parts)
