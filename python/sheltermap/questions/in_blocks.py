# SPDX-License-Identifier: Apache-2.0
"""An input larger than memory: asked block by block, its answers in a file, and some rows of them to be drawn."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

import sheltermap as sm
from sheltermap.analyses.coverage import Coverage
from sheltermap.base import texts
from sheltermap.base.limits import limits_of
from sheltermap.layers import frames
from sheltermap.scale import middle, prepare, shown_rows, state_counts, stream

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from geopandas import GeoDataFrame

    from sheltermap.drawing.legend import Category
    from sheltermap.scale.row_source import Source
    from sheltermap.scale.streamed import Streamed

LAYERS = "layers"  #: the folder of the files with answers


@dataclass
class LargeInput:
    """An input that is not held in memory.

    Attributes
    ----------
    source : Source
        Its rows.
    folder : Path
        Where files with answers go.
    engine : {"local", "spark", "dask"}
        Who answers.
    streamed : Streamed or None
        What became of it when it was last asked.
    """

    source: Source
    folder: Path
    engine: Literal["local", "spark", "dask"] = "local"
    streamed: Streamed | None = None

    def ask(self, name: str, function: Callable[..., Any], sides: Mapping[str, Any]) -> InFile:
        """Ask a question of all rows; the answers go to a file that is called by `name`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{name}.parquet"
        given = {side: value for side, value in sides.items() if value is not None}
        self.streamed = stream(prepare(function, **given), demand=self.source, into=path, engine=self.engine)
        return InFile(path, self.streamed)


@dataclass
class InFile:
    """Answers that lie in a file."""

    path: Path
    streamed: Streamed
    _costs: dict[str, tuple[int, float | None, float | None]] = field(default_factory=dict)
    _counts: dict[tuple[tuple[str, ...], str], pd.DataFrame] = field(default_factory=dict)

    def bring_to(self, folder: Path) -> None:
        """Move the file to a folder, where it is not there already."""
        if self.path.parent != folder:
            folder.mkdir(exist_ok=True)
            self.path = Path(shutil.move(self.path, folder))

    def shown(self, states: Sequence[str]) -> GeoDataFrame:
        """Return rows to be drawn: of those that look alike by these columns, one on each small piece of the ground."""
        return shown_rows(self.path, states)

    def counted(
        self,
        drawn: list[Category],
        categories: Callable[[pd.DataFrame], list[Category]],
        states: Sequence[str],
        cost: str,
    ) -> list[Category]:
        """Return the categories of rows that are drawn with how many rows of the file are in each.

        `categories` makes them of rows with the columns `states`, and `cost`, of which it asks whether it is missing.
        """
        found = self._counts_of(tuple(states), cost).copy()
        found[cost] = np.where(found[cost], 0.0, np.nan)
        rows, taken = found["rows"].to_numpy(), np.zeros(len(found), np.bool_)
        counts = {}
        for each in categories(found):  # of several that hold, the first counts
            counts[each.rule] = int(rows[each.rows & ~taken].sum())
            taken |= each.rows
        return [replace(each, counted=counts.get(each.rule, 0)) for each in drawn]

    def _counts_of(self, states: tuple[str, ...], cost: str) -> pd.DataFrame:
        if (states, cost) not in self._counts:
            self._counts[states, cost] = state_counts(self.path, states, [cost])
        return self._counts[states, cost]

    def costs(self, column: str) -> tuple[int, float | None, float | None]:
        """Return how many rows have a cost, its median and the largest; None where none has."""
        if column not in self._costs:
            self._costs[column] = middle(self.path, column)
        return self._costs[column]

    def note(self, shown: int) -> texts.Note:
        """Say where all rows are, and how many of them are drawn."""
        return texts.Note.of(
            "in_blocks",
            rows=texts.number(self.streamed.rows),
            shown=texts.number(shown),
            file=f"{LAYERS}/{self.path.name}",
        )


def coverage_in_blocks(large: LargeInput, name: str, sides: dict[str, Any]) -> tuple[Coverage, InFile]:
    """Return the coverage of a large input: its sums are those of all rows, its rows those that are drawn."""
    found = large.ask(name, sm.coverage, sides)
    limits = limits_of(sides["thresholds"])
    shown = found.shown([*(f"within_{limit.label}" for limit in limits), "reason"])
    tables: dict[str, pd.DataFrame] = found.streamed.tables
    return Coverage(
        rows=shown,
        summary=tables["summary"],
        by_area=tables.get("by_area"),
        reasons=tables["reasons"],
        thresholds=limits,
        facilities=sides["facilities"],
        areas=sides.get("areas"),
        facilities_without_position=frames.without_place(sides["facilities"]),
        position_error_m=float(found.streamed.question.sides.get("position_error_m") or 0.0),
        notes=[*found.streamed.notes, found.note(len(shown))],
        by=sides.get("by"),
        direction=sides.get("direction", "to"),
    ), found
