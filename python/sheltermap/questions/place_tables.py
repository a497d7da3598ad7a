# SPDX-License-Identifier: Apache-2.0
"""The table of places to act on: who lives there, in which areas, and why they are not covered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.base.exact_sums import totals
from sheltermap.base.limits import Limit
from sheltermap.base.scopes import OUTSIDE_AREAS
from sheltermap.page.table import LONG, Cell, Table, Words, cut_note, heads, text, why_words
from sheltermap.questions.figures import records
from sheltermap.questions.maps import found_at
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.row_tables import cost_word, measure_words

PARTS = 3  # areas or reasons of a place that a reader still reads


def people_by(parts: pd.DataFrame, column: str | None) -> Iterator[tuple[int, Any, float]]:
    """Yield places, the areas or reasons of each (none without a column), and the people, in the order of the parts."""
    keys = ["place"] if column is None else ["place", column]
    group = parts.groupby(keys, sort=False, dropna=False, observed=True).ngroup().to_numpy(np.int64)
    first = np.unique(group, return_index=True)[1]  # groups are numbered in the order of the parts
    people = totals(parts["people"].to_numpy(np.float64), group, len(first))
    named = repeat(None) if column is None else parts[column].iloc[first].astype(object)
    for place, name, count in zip(parts["place"].iloc[first], named, people, strict=False):
        yield int(place), name, float(count)


def places_table(outcome: Outcome, limit: Limit, title: Words, layer: str) -> Table:
    """Places of people not covered within a limit, most people first: why, and how far it is; all are in `layer`."""
    places, parts = outcome.tables["places"], outcome.tables["parts"]
    parts = parts[(parts["place"] <= LONG).to_numpy()]
    areas = _told(parts, "area", _area_words) if "area" in parts else {}
    reasons = _told(parts, "reason", lambda reason: limit_words(str(reason), limit))
    groups = [each for each in outcome.analysis.counted if each != outcome.measure]
    weighted = outcome.measure != "rows"
    head = heads("rank", "name", *(["area"] if areas else []), "nearest_facility", "reason")
    head += heads("places_rows") if weighted else []
    head += [measure_words(outcome, each) for each in (outcome.measure, *groups)]
    head += [cost_word(outcome), *heads("farthest")]
    costs = (outcome.cost, "farthest_s" if outcome.in_time else "farthest_m")
    rows: list[list[Cell]] = []
    for row in records(places[:LONG]):
        number = row["place"]
        nearest = text(row.get("facility_name")) or text(row["facility"])
        people = [texts.number(row[key]) for key in (*(["rows"] if weighted else []), "people", *groups)]
        away = [outcome.spelt(row[key]) if pd.notna(row[key]) else "–" for key in costs]
        area: list[Cell] = [areas[number]] if areas else []
        rows.append([str(number), text(row["name"]), *area, nearest, reasons[number], *people, *away])
    note = cut_note(LONG, len(places), layer)
    if "joined" in outcome.tables:
        far = texts.distances(outcome.tables["joined"]["distance_m"].iloc[0])
        joined = texts.both("places_joined", distance=far)
        note = joined if note is None else {lang: f"{joined[lang]} {note[lang]}" for lang in texts.LANGUAGES}
    return Table(title, head, rows, note, texts_first=4 + bool(areas), **found_at(outcome, places[:LONG]))


def limit_words(reason: str, limit: Limit) -> Words:
    """Return why somebody is not covered within a limit: one who is too far is told by how far it reaches."""
    return texts.both("beyond", distance=texts.distances(limit)) if reason == "too_far" else why_words(reason)


def _area_words(area: Any) -> Words:
    return texts.both(OUTSIDE_AREAS) if pd.isna(area) else dict.fromkeys(texts.LANGUAGES, str(area))


def _told(parts: pd.DataFrame, column: str, words: Callable[[Any], Words]) -> dict[int, Words]:
    """Return of each place its areas or reasons in words: where there are several, each with its people."""
    found: dict[int, list[tuple[Words, float]]] = {}
    for place, value, people in people_by(parts, column):
        found.setdefault(place, []).append((words(value), people))
    return {
        place: {lang: _joined(sorted(each, key=lambda part: -part[1]), lang) for lang in texts.LANGUAGES}
        for place, each in found.items()
    }


def _joined(each: list[tuple[Words, float]], lang: str) -> str:
    if len(each) == 1:
        return each[0][0][lang]
    named = "; ".join(f"{said[lang]}: {texts.number(people)}" for said, people in each[:PARTS])
    return named + texts.and_more(len(each), PARTS, lang)
