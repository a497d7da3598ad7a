# SPDX-License-Identifier: Apache-2.0
"""Which figures got better or worse between two years, by what the kinds of analyses say of their figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.base.scopes import NO_AREA
from sheltermap.base.units import unit_parts
from sheltermap.plans.checks import margin_of
from sheltermap.questions.figures import figures_table, records, threshold_in
from sheltermap.years.earlier import common_analyses

if TYPE_CHECKING:
    from sheltermap.plans.checks import Tolerances
    from sheltermap.questions.judging import Judged
    from sheltermap.questions.kind import Kind
    from sheltermap.years.earlier import Recorded

KEY = ["analysis", "figure", "measure", "scope", "area", "threshold_m", "threshold_s", "scenario", "category"]
COLUMNS = [*KEY, "unit", "before", "after", "difference", "verdict", "finding"]
NOISE = 1e-12  # a number that moved by less than this part of it did not
COUNTED_ANYWAY = r"^(?:total|rows)$|rows_without_weight$"  # the gate looks at these for all kinds alike
MOST_DIGITS = 12


def side_by_side(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return every figure of both years: ``before``, ``after``, ``difference``."""
    both = before.merge(after, on=KEY, how="outer", suffixes=("_before", "_after"), sort=False)
    both = both.rename(columns={"value_before": "before", "value_after": "after"})
    units = both["unit_after"].fillna(both["unit_before"])  # what it is called may change: the number is the same
    both = both.assign(unit=units, difference=both["after"] - both["before"])
    return both[[*KEY, "unit", "before", "after", "difference"]]


def judged_figures(first: Recorded, second: Recorded) -> pd.DataFrame:
    """Return the figures that got better or worse, analysis by analysis: ``verdict`` and what the gate calls it."""
    rows = [
        row
        | {"verdict": "worse" if _is_worse(row, judged.worse) else "better", "finding": judged.in_scope(row["scope"])}
        for then, now in _pairs(first, second)
        for row in _changed(_compared(first, then, second, now))
        if (judged := _judged(now, row)) is not None
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def not_judged(first: Recorded, second: Recorded) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Give each analysis with its figures that changed and are neither better nor worse higher."""
    for then, now in _pairs(first, second):
        told = {name for judged in now.judged() for name in (judged.figure, *judged.stands_for)}
        both = _compared(first, then, second, now)
        others = both[~both["figure"].isin(told) & ~both["figure"].str.contains(COUNTED_ANYWAY)]
        changed = list(_changed(others))
        if changed:
            yield now.name, changed


def tolerated(row: Mapping[str, Any], tolerances: Tolerances) -> bool:
    """Whether a figure got worse by no more than is allowed for."""
    far = abs(row["difference"])
    if (own := tolerances.of(row)) is not None:
        return bool(far <= margin_of(own.worse_by).around(row["before"]) + NOISE * abs(row["before"]))
    if row["unit"] == "1":
        return bool(far <= tolerances.share + NOISE)
    return bool(far <= (tolerances.amount + NOISE) * abs(row["before"]))


def figure_words(row: Mapping[str, Any]) -> dict[str, str]:
    """Say in every language which figure it is: what, of which measure, within which limit, in which scenario."""

    def words(lang: str) -> str:
        what = texts.say(key, lang) if (key := f"figure_{row['figure']}") in texts.TEXTS else str(row["figure"])
        measure = texts.say(row["measure"], lang) if row["measure"] in texts.TEXTS else str(row["measure"])
        limit = threshold_in(row)
        parts = [measure, *([] if limit is None else [texts.distance(limit, lang)])]
        parts += [texts.name(row[key])[lang] for key in ("scenario", "category") if not pd.isna(row[key])]
        return f"{what} ({', '.join(parts)})"

    return {lang: words(lang) for lang in texts.LANGUAGES}


def place_of_figure(row: Mapping[str, Any]) -> str | None:
    """Return the area that a figure is of, or which of those in none."""
    if row["scope"] in NO_AREA:
        return str(row["scope"])
    return None if pd.isna(row["area"]) else str(row["area"])


def place_words(row: Mapping[str, Any], lang: str) -> str:
    """Say which area a figure is of; nothing where it is of all."""
    place = place_of_figure(row)
    if place is None:
        return ""
    return f", {texts.say(place, lang) if row['scope'] in NO_AREA else place}"


def apart(row: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Write a figure of both years, with as many decimals as tell them apart."""
    values = {key: row[key] for key in ("before", "after")}
    is_share = row["unit"] == "1"
    unit, scale = (" %", 100) if is_share else (_unit_shown(row["unit"]), 1)
    if is_share and min(values.values()) >= 0:
        said = {key: texts.shares(value) for key, value in values.items()}
    else:
        written = {key: f"{texts.number(scale * value)}{unit}" for key, value in values.items()}
        said = {key: texts.decimals(text) for key, text in written.items()}
    digits = 0  # a number from a thousand on is written whole at first
    while said["before"] == said["after"] and digits < MOST_DIGITS:
        digits += 1
        said = {key: texts.decimals(f"{scale * value:.{digits}f}{unit}") for key, value in values.items()}
    return said


def _unit_shown(unit: Any) -> str:
    """Return a physical unit, or that of money, to write behind a number; what is counted is said before it."""
    try:
        kinds, _ = unit_parts(str(unit))
    except ValueError:
        return ""
    return "" if kinds[0] in ("persons", "pieces") else f" {unit}"


def _pairs(first: Recorded, second: Recorded) -> Iterator[tuple[Kind, Kind]]:
    former = {each.name: each for each in first.plan.analyses}
    yield from ((former[each.name], each) for each in common_analyses(first, second))


def _compared(first: Recorded, then: Kind, second: Recorded, now: Kind) -> pd.DataFrame:
    """Return the figures of an analysis side by side, those that its kind derives from them among them."""
    mine = []
    for year, analysis in ((first, then), (second, now)):
        figures = year.figures[year.figures["analysis"] == analysis.name]
        derived = figures_table(analysis.derived(figures))
        mine.append(pd.concat([figures, derived], ignore_index=True) if len(derived) else figures)
    return side_by_side(*mine)


def _changed(both: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for row in records(both[both["difference"].notna()]):
        if abs(row["difference"]) > NOISE * max(abs(row["before"]), abs(row["after"])):
            yield row


def _is_worse(row: Mapping[str, Any], worse: str) -> bool:
    return bool((row["difference"] < 0) == (worse == "lower"))


def _judged(analysis: Kind, row: Mapping[str, Any]) -> Judged | None:
    """Return what the kind says of a figure; None where it says nothing."""
    return next((each for each in analysis.judged() if each.is_of(row)), None)
