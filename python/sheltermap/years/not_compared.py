# SPDX-License-Identifier: Apache-2.0
"""What two years do not both have: figures that cannot be compared, and people who are no longer counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.base.scopes import NO_AREA
from sheltermap.years.earlier import common_analyses
from sheltermap.years.facility_changes import facility_inputs

if TYPE_CHECKING:
    from sheltermap.questions.kind import Kind
    from sheltermap.years.earlier import Recorded

COLUMNS = ["subject", "part", "value", "side", "year", "figures"]
SIDES = {"before": "left_only", "after": "right_only"}
NOT_ALWAYS_THERE = r"_median_|_max_|^mean_"


def not_compared(first: Recorded, second: Recorded, key: Sequence[str]) -> pd.DataFrame:
    """Return what one of the years has only: one row per analysis, register, measure, area … with its figures.

    Parameters
    ----------
    first, second : Recorded
        The two years.
    key : sequence of str
        The columns of figures that say what is counted; the first is ``analysis``.

    Returns
    -------
    DataFrame
        ``subject`` (the analysis or input), ``part`` (what of it is there once only; "value" where the figure is there
        but not known in the other year), ``value`` (which one), ``side`` ("before" or "after": the year that has it),
        ``year``, ``figures`` (how many; 0 for registers).
    """
    years = {"before": first, "after": second}
    rows = [row for side in SIDES for row in _whole_ones(years, side)]
    common = common_analyses(first, second)
    mine, others = (year.figures[_steady(year.figures, common)] for year in (first, second))
    both = mine.merge(others, on=list(key), how="outer", suffixes=("_before", "_after"), indicator="there")
    for side, only in SIDES.items():
        here = both[both["there"] == only]
        other = both[both["there"] != only]
        for name, part in here.groupby("analysis", sort=False):
            found = _missing_parts(part, other[other["analysis"] == name], [each for each in key if each != "analysis"])
            rows += [{"subject": name, "side": side} | each for each in found]
        unknown = both[(both["there"] == "both") & both[f"value_{side}"].notna() & both[_other(side)].isna()]
        for (subject, figure, measure), part in unknown.groupby(["analysis", "figure", "measure"], sort=False):
            said = {"part": "value", "value": f"{figure}, {measure}", "figures": len(part)}
            rows.append({"subject": subject, "side": side} | said)
    dated = [row | {"year": years[row["side"]].year} for row in rows]
    return pd.DataFrame(dated, columns=COLUMNS).sort_values("side", ascending=False, kind="stable", ignore_index=True)


def lacking_words(row: dict[str, Any]) -> dict[str, str]:
    """Say in every language what a row of `not_compared` means."""
    where = texts.both(f"lacking_{row['side']}", year=row["year"])
    if row["part"] in ("analysis", "input", "value"):
        return texts.both(f"lacking_{row['part']}", where=where, value=row["value"], count=row["figures"])
    part = texts.both(f"part_{row['part']}")
    return texts.both("lacking", part=part, value=row["value"], where=where, count=row["figures"])


def fewer_counted(first: Recorded, second: Recorded, usual_loss: float) -> Iterator[dict[str, Any]]:
    """Give ``input``, ``measure``, ``before``, ``after`` where more than usual of the people or objects are gone."""
    told = set()
    for row in (*_side_by_side(first, second, "total"), *_registers_side_by_side(first, second)):
        if row["after"] < row["before"] * (1 - usual_loss) and tuple(row.values()) not in told:
            told.add(tuple(row.values()))
            yield row


def more_without_weight(first: Recorded, second: Recorded) -> Iterator[dict[str, Any]]:
    """Give the same where more rows have no number to count than the year before."""
    for row in _side_by_side(first, second, "rows_without_weight"):
        if row["after"] > row["before"]:
            yield row


def _whole_ones(years: dict[str, Recorded], side: str) -> Iterator[dict[str, Any]]:
    """Give the analyses of one year that the other does not have, and registers that are not looked at in both."""
    mine = years[side]
    common = {each.name for each in common_analyses(*years.values())}
    for each in mine.plan.analyses:
        if each.name not in common:
            count = int((mine.figures["analysis"] == each.name).sum())
            yield {"subject": each.name, "part": "analysis", "value": each.kind, "side": side, "figures": count}
    other = years["after" if side == "before" else "before"]
    for name in facility_inputs(mine.plan):
        if name not in (facility_inputs(other.plan) if side == "before" else other.frames):
            yield {"subject": name, "part": "input", "value": name, "side": side, "figures": 0}


def _steady(figures: pd.DataFrame, analyses: Sequence[Kind]) -> pd.Series[bool]:
    """Return which figures of some analyses a year has whatever it found.

    Those of a category (reasons, places, grades) are there only where there is something to count, but for the kinds
    that say otherwise.
    """
    always = {(each.name, figure) for each in analyses for figure in each.steady_categories}
    pairs = zip(figures["analysis"], figures["figure"], strict=True)
    stays = figures["category"].isna() | pd.Series([pair in always for pair in pairs], figures.index, bool)
    mine = figures["analysis"].isin([each.name for each in analyses])
    return mine & stays & ~figures["figure"].str.contains(NOT_ALWAYS_THERE) & ~figures["scope"].isin(NO_AREA)


def _missing_parts(mine: pd.DataFrame, other: pd.DataFrame, parts: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Give what the other year never has, the coarsest first: a measure, then a distance … and last a single figure."""
    ordered = ["measure", *(part for part in parts if part not in ("measure", "figure")), "figure"]
    for part in ordered:
        gone = mine[mine[part].notna() & (~mine[part].isin(other[part].dropna()) | (part == "figure"))]
        for value, rows in gone.groupby(part, sort=False):
            shown = f"{value:g}" if isinstance(value, float) else str(value)
            yield {"part": part, "value": shown, "figures": len(rows)}
        mine = mine.drop(gone.index)


def _other(side: str) -> str:
    return "value_after" if side == "before" else "value_before"


def _side_by_side(first: Recorded, second: Recorded, figure: str) -> Iterator[dict[str, Any]]:
    """Give a total of both years by the input whose rows are counted; once for all analyses that find the same."""
    told = set()
    for analysis in common_analyses(first, second):
        name = analysis.roles.get("demand", analysis.roles.get("features"))
        parts = analysis.total_figures()
        wanted = parts if figure == "total" else (figure, *(f"{part}_{figure}" for part in parts))
        sums = [_sums(year.figures, analysis.name, wanted) for year in (first, second)]
        for measure in sums[1].index.intersection(sums[0].index):
            if measure == "rows" and analysis.measure != "rows":
                continue  # people are counted: rows come and go with where they live
            row = {"input": name, "measure": measure, "before": sums[0][measure], "after": sums[1][measure]}
            if parts and tuple(row.values()) not in told:
                told.add(tuple(row.values()))
                yield row


def _registers_side_by_side(first: Recorded, second: Recorded) -> Iterator[dict[str, Any]]:
    """Give the objects of the registers that both years have."""
    for name in facility_inputs(second.plan):
        if name in facility_inputs(first.plan):
            yield {"input": name, "measure": "rows"} | {
                key: float(len(year.frames[name])) for key, year in (("before", first), ("after", second))
            }


def _sums(figures: pd.DataFrame, name: str, wanted: Sequence[str]) -> pd.Series[float]:
    """Return a total by measure, for all: the sum of figures, each of which is the same at every limit."""
    mine = figures[(figures["analysis"] == name) & (figures["scope"] == "all") & figures["figure"].isin(wanted)]
    parts = mine.groupby(["measure", "figure", "category"], dropna=False)["value"].max()
    return parts.groupby("measure").sum()
