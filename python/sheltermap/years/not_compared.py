# SPDX-License-Identifier: Apache-2.0
"""What two years do not both have: figures that cannot be compared, and people who are no longer counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.base.scopes import NO_AREA
from sheltermap.years.facility_changes import facility_inputs

if TYPE_CHECKING:
    from sheltermap.years.earlier import Recorded

COLUMNS = ["subject", "part", "value", "side", "year", "figures"]
SIDES = {"before": "left_only", "after": "right_only"}
# Figures of these are there for every value the plan or its layers name; others (reasons, places, grades) only where
# there is something to count.
CATEGORIES_THAT_STAY = ("in_zone", "with_facilities")
NOT_ALWAYS_THERE = r"_median_|_max_|^mean_"
USUAL_LOSS = 0.05  # of a total: a municipality loses a few people in a hundred a year, a broken file many
# Kinds of analyses whose total is the sum of these figures; all others have a figure of their own for it.
PARTS_OF_TOTAL = {"exposure": ("inside", "outside", "unknown"), "count": ("with_facilities",)}


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
    common = _common(first, second)
    mine, others = (
        year.figures[_steady(year.figures) & year.figures["analysis"].isin(common)] for year in (first, second)
    )
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


def fewer_counted(first: Recorded, second: Recorded) -> Iterator[dict[str, Any]]:
    """Give ``input``, ``measure``, ``before``, ``after`` where more than `USUAL_LOSS` of the people are not counted."""
    for row in _side_by_side(first, second, "total"):
        if row["after"] < row["before"] * (1 - USUAL_LOSS):
            yield row


def more_without_weight(first: Recorded, second: Recorded) -> Iterator[dict[str, Any]]:
    """Give the same where more rows have no number to count than the year before."""
    for row in _side_by_side(first, second, "rows_without_weight"):
        if row["after"] > row["before"]:
            yield row


def _whole_ones(years: dict[str, Recorded], side: str) -> Iterator[dict[str, Any]]:
    """Give the analyses of one year that the other does not have, and registers that are not looked at in both."""
    mine = years[side]
    common = _common(*years.values())
    for each in mine.plan.analyses:
        if each.name not in common:
            count = int((mine.figures["analysis"] == each.name).sum())
            yield {"subject": each.name, "part": "analysis", "value": each.kind, "side": side, "figures": count}
    other = years["after" if side == "before" else "before"]
    for name in facility_inputs(mine.plan):
        if name not in (facility_inputs(other.plan) if side == "before" else other.frames):
            yield {"subject": name, "part": "input", "value": name, "side": side, "figures": 0}


def _common(first: Recorded, second: Recorded) -> set[str]:
    kinds = [{(each.name, each.kind) for each in year.plan.analyses} for year in (first, second)]
    return {name for name, _ in kinds[0] & kinds[1]}


def _steady(figures: pd.DataFrame) -> pd.Series[bool]:
    """Return which figures a year has whatever it found."""
    stays = figures["category"].isna() | figures["figure"].isin(CATEGORIES_THAT_STAY)
    return stays & ~figures["figure"].str.contains(NOT_ALWAYS_THERE) & ~figures["scope"].isin(NO_AREA)


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
    common = _common(first, second)
    for analysis in second.plan.analyses:
        name = getattr(analysis, "demand", getattr(analysis, "features", None))
        if analysis.name not in common or analysis.kind == "register":
            continue
        sums = [_sums(year.figures, analysis.name, analysis.kind, figure) for year in (first, second)]
        for measure in sums[1].index.intersection(sums[0].index):
            if measure == "rows" and getattr(analysis, "weight", None) is not None:
                continue  # people are counted: rows come and go with where they live
            row = {"input": name, "measure": measure, "before": sums[0][measure], "after": sums[1][measure]}
            if tuple(row.values()) not in told:
                told.add(tuple(row.values()))
                yield row


def _sums(figures: pd.DataFrame, name: str, kind: str, figure: str) -> pd.Series[float]:
    """Return a total by measure, for all."""
    mine = figures[(figures["analysis"] == name) & (figures["scope"] == "all")]
    parts = PARTS_OF_TOTAL.get(kind)
    if parts is not None:
        wanted = [part if figure == "total" else f"{part}_{figure}" for part in parts]
        return mine[mine["figure"].isin(wanted)].groupby("measure")["value"].sum()
    found = mine[mine["figure"] == figure]
    if kind == "nearest" and figure == "total" and found.empty:
        found = mine[mine["figure"] == "rows"]
    return found.groupby("measure")["value"].max()  # the same at every distance
