# SPDX-License-Identifier: Apache-2.0
"""People of an assessment counted for everybody: in cells and areas of at least k, and who has what near."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from sheltermap.base.scopes import OUTSIDE_AREAS, UNKNOWN
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.public.cell_grid import CellGrid
from sheltermap.public.disclosure import TOLERANCE, Rule
from sheltermap.public.merged_cells import Atom, Part, merged_areas, merged_cells
from sheltermap.public.suppression import PEOPLE, Key, Question, Shown, suppressed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.public.former_publication import FormerPeople
    from sheltermap.questions.kind import Kind
    from sheltermap.years.earlier import Recorded

KINDS = ("coverage", "gaps")  # whose rows have states of which it is known what they tell
STATES = ("covered", "uncovered", "unknown")
WITHIN = "within_"
TOGETHER = " + "  # between the names of areas that are one


@dataclass(frozen=True)
class PeopleTables:
    """What is shown of a layer of people.

    Attributes
    ----------
    name : str
        Of the plan's input.
    rule : Rule
    grid : CellGrid
    areas : list of tuple of str
        Areas that are counted as one; one without a name where the plan counts by none.
    shown : Shown
    cells : GeoDataFrame
        The parts, in the grid's system: `areas`, `cells`, `people`.
    merged : dict of str to int
        How many areas and cells went together, and how many cells are shown as the year before.
    """

    name: str
    measures: list[str]
    rule: Rule
    grid: CellGrid
    areas: list[tuple[str, ...]]
    shown: Shown
    cells: gpd.GeoDataFrame
    merged: dict[str, int] = field(default_factory=dict)
    areas_input: str | None = None
    whole_only: int = 0  #: analyses that are shown for all areas together only


@dataclass(frozen=True)
class _Rows:
    """The rows of a layer of people as analyses have them."""

    analyses: list[Kind]
    layer: gpd.GeoDataFrame
    weights: NDArray[np.float64]  #: of rows x measures
    measures: list[str]
    areas: NDArray[Any]
    areas_input: str | None


def publishable(analysis: Kind) -> bool:
    """Whether it is known what the rows of an analysis tell; of those counted by person it is not."""
    return analysis.kind in KINDS and getattr(analysis, "person", None) is None


def label(areas: Sequence[str]) -> str:
    """Return what areas together are called."""
    return TOGETHER.join(areas)


def people_tables(
    recorded: Recorded, rule_k: int, size: Any, all_public: Mapping[str, bool], former: Mapping[str, FormerPeople]
) -> Iterator[PeopleTables]:
    """Give what may be shown of each layer of people that publishable analyses ask about.

    Parameters
    ----------
    recorded : Recorded
        The assessment.
    rule_k : int
        The fewest people that a number stands for.
    size : str or float
        Of the grid's cells.
    all_public : mapping of str to bool
        By layer of facilities, whether all of them are shown where they are: else single areas would tell of others.
    former : mapping of str to FormerPeople
        What was shown the year before, by layer of people.
    """
    analyses = [each for each in recorded.plan.analyses if publishable(each)]
    for name in dict.fromkeys(str(each.demand) for each in analyses):  # type: ignore[attr-defined]
        mine = [each for each in analyses if each.demand == name]  # type: ignore[attr-defined]
        weight = mine[0].weight  # type: ignore[attr-defined]
        people = _weights(recorded.layers[mine[0].name], weight)
        alike = [each for each in mine if each.weight == weight and _same(recorded.layers[each.name], weight, people)]  # type: ignore[attr-defined]
        rows = _rows(recorded, alike)
        if len(rows.layer):
            yield _tables(recorded, name, rows, rule_k, size, all_public, former.get(name))


def _weights(layer: gpd.GeoDataFrame, weight: str | None) -> NDArray[np.float64]:
    """Return how many people each row stands for."""
    if weight is None:
        return np.ones(len(layer))
    return np.nan_to_num(layer[weight].to_numpy(dtype=float, na_value=0.0))


def _same(layer: gpd.GeoDataFrame, weight: str | None, people: NDArray[np.float64]) -> bool:
    """Whether a layer has the rows of another, of which the people are known."""
    return len(layer) == len(people) and bool((_weights(layer, weight) == people).all())


def _rows(recorded: Recorded, analyses: list[Kind]) -> _Rows:
    """Return the rows whose place is known; of others nobody could tell whether they are too few."""
    layer = recorded.layers[analyses[0].name]
    known = has_place(layer.geometry.to_numpy())
    groups = list(dict.fromkeys(group for each in analyses for group in each.groups if group in layer))  # type: ignore[attr-defined]
    weight = analyses[0].weight  # type: ignore[attr-defined]
    weights = np.column_stack([_weights(layer, each) for each in [weight, *groups]])[known]
    weights[:, 1:] = np.minimum(weights[:, 1:], weights[:, :1])  # a group is part of all
    by = next((each for each in analyses if getattr(each, "areas", None) is not None), None)
    areas = np.full(len(layer), "", dtype=object)
    if by is not None:
        areas = recorded.layers[by.name]["area"].fillna(OUTSIDE_AREAS).to_numpy(dtype=object)
    areas = np.where(areas == UNKNOWN, OUTSIDE_AREAS, areas)[known]
    name = None if by is None else str(by.areas)  # type: ignore[attr-defined]
    return _Rows(analyses, layer[known], weights, [PEOPLE, *groups], areas, name)


def _tables(
    recorded: Recorded,
    name: str,
    rows: _Rows,
    k: int,
    size: Any,
    all_public: Mapping[str, bool],
    former: FormerPeople | None,
) -> PeopleTables:
    rule = Rule(k, whole=bool((rows.weights == np.round(rows.weights)).all()))
    grid = CellGrid.of(size, rows.layer.geometry)
    if former is not None:
        former.require_same(grid)
    cells = grid.cells(rows.layer.geometry)
    atoms: dict[Atom, list[float]] = {}
    for area, cell, count in zip(rows.areas.tolist(), cells.tolist(), rows.weights[:, 0].tolist(), strict=True):
        atoms.setdefault((area, (cell[0], cell[1])), []).append(count)
    people = {atom: math.fsum(counts) for atom, counts in atoms.items()}
    groups = _groups(people, k, former)
    before = [] if former is None else [part.cells for part in former.parts]
    parts = merged_cells(people, groups, k, former=before)
    numbers, intervals, held = _part_numbers(parts, rule, former)
    named = [label(group) for group in groups]
    bounds = {}
    for group, area in zip(groups, named, strict=True):
        mine = [interval for part, interval in zip(parts, intervals, strict=True) if part.areas == tuple(group)]
        bounds[area] = (math.fsum(low for low, _ in mine), math.fsum(high for _, high in mine))
    codes = {area: at for at, group in enumerate(groups) for area in group}
    of_row = np.array([codes[area] for area in rows.areas], dtype=np.int64)
    questions = [
        _question(recorded, each, rows, of_row, len(groups), _by_area(each, rows, all_public)) for each in rows.analyses
    ]
    shown = suppressed(
        named,
        rows.measures,
        _summed(rows.weights, of_row, len(groups)),
        questions,
        rule,
        former=None if former is None else former.numbers(groups, label),
        bounds=bounds,
    )
    outlines = [grid.outline({cell for _, cell in part.cells}) for part in parts]
    frame = gpd.GeoDataFrame(
        {
            "areas": [label(part.areas) for part in parts],
            "cells": [
                " ".join(grid.code(*cell) for cell in sorted({cell for _, cell in part.cells})) for part in parts
            ],
            "people": np.array(numbers, dtype=np.int64),
        },
        geometry=gpd.GeoSeries(outlines, crs=grid.epsg),
        crs=grid.epsg,
    )
    frame.attrs["atoms"] = [[[area, grid.code(*cell)] for area, cell in part.cells] for part in parts]
    merged = {
        "areas": sum(len(group) for group in groups if len(group) > 1),
        "cells": sum(len(part.cells) for part in parts if len(part.cells) > 1),
        "cells_held": held,
    }
    whole = sum(not each.by_area for each in questions) if rows.areas_input is not None else 0
    return PeopleTables(name, rows.measures, rule, grid, groups, shown, frame, merged, rows.areas_input, whole)


def _groups(people: Mapping[Atom, float], k: int, former: FormerPeople | None) -> list[tuple[str, ...]]:
    by_area: dict[str, list[tuple[float, tuple[int, int]]]] = {}
    for (area, cell), count in sorted(people.items()):
        by_area.setdefault(area, []).append((count, cell))
    counts = {area: math.fsum(count for count, _ in mine) for area, mine in by_area.items()}
    middles = {
        area: (
            math.fsum(cell[0] for _, cell in mine) / len(mine),
            math.fsum(cell[1] for _, cell in mine) / len(mine),
        )
        for area, mine in by_area.items()
    }
    return merged_areas(counts, middles, k, together=[] if former is None else former.groups)


def _part_numbers(
    parts: Sequence[Part], rule: Rule, former: FormerPeople | None
) -> tuple[list[int], list[tuple[float, float]], int]:
    """Return what is shown of each part, between which numbers that leaves it, and how many are as the year before."""
    numbers, intervals, held = [], [], 0
    for part in parts:
        before = None if former is None else former.of_part(part.cells)
        keeps = before is not None and abs(part.people - before) < rule.k - TOLERANCE
        held += keeps
        numbers.append(before if keeps and before is not None else rule.rounded(part.people))
        intervals.append(rule.interval(numbers[-1], before))
    return numbers, intervals, held


def _by_area(analysis: Kind, rows: _Rows, all_public: Mapping[str, bool]) -> bool:
    """Whether single areas may be told: by the same areas as all others, and of facilities that are all known."""
    same = rows.areas_input is not None and getattr(analysis, "areas", None) == rows.areas_input
    return same and all_public.get(str(analysis.facilities), False)  # type: ignore[attr-defined]


def _question(
    recorded: Recorded, analysis: Kind, rows: _Rows, of_row: NDArray[np.int64], areas: int, by_area: bool
) -> Question:
    layer = recorded.layers[analysis.name]
    layer = layer[has_place(layer.geometry.to_numpy())]
    conditions = [str(each) for each in layer.columns if str(each).startswith(WITHIN)]
    told = np.column_stack([layer[each].fillna("unknown").to_numpy(dtype=object) for each in conditions])
    told = np.where(np.isin(told.astype(str), STATES), told, "unknown")
    patterns, codes = np.unique(told.astype(str), axis=0, return_inverse=True)
    count = len(patterns)
    sums = _summed(rows.weights, of_row * count + codes.ravel(), areas * count)
    return Question(
        analysis.name,
        conditions,
        [tuple(each) for each in patterns.tolist()],
        sums.reshape(areas, count, len(rows.measures)),
        by_area,
    )


def _summed(weights: NDArray[np.float64], codes: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    return np.column_stack([np.bincount(codes, weights=column, minlength=count) for column in weights.T])


def area_outlines(recorded: Recorded, tables: PeopleTables) -> gpd.GeoDataFrame | None:
    """Return the outlines of the areas that are told, with the people of each; None where the plan has none."""
    if tables.areas_input is None:
        return None
    by = next(each for each in recorded.plan.analyses if getattr(each, "areas", None) == tables.areas_input)
    column = str(by.area_name)  # type: ignore[attr-defined]
    frame = recorded.frames[tables.areas_input].to_crs(4326)
    names, outlines, numbers = [], [], []
    for group in tables.areas:
        mine = frame[frame[column].astype(str).isin(group) & has_place(frame.geometry.to_numpy())]
        if len(mine):
            names.append(label(group))
            outlines.append(shapely.force_2d(shapely.union_all(mine.geometry.to_numpy())))
            numbers.append(tables.shown.numbers[Key(PEOPLE, label(group))])
    data = {"area": names, "people": np.array(numbers, dtype="float64")}
    return gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(outlines, crs=4326), crs=4326).astype({"people": "Int64"})
