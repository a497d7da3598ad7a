# SPDX-License-Identifier: Apache-2.0
"""Inputs of a plan that memory is too small for: asked block by block where every analysis of theirs can be."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sheltermap._native import SheltermapError, _core
from sheltermap.base import memory
from sheltermap.layers.files import GEOPACKAGE, PARQUET
from sheltermap.layers.gathered import paths_of
from sheltermap.layers.unpacking import MOST_BYTES
from sheltermap.questions.in_blocks import LargeInput
from sheltermap.questions.plan_error import PlanError
from sheltermap.runs.inputs import InputRecord, digests_of, in_one, record_of
from sheltermap.scale.demand_source import source_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.plans.plan import Plan
    from sheltermap.questions.sources import Input
    from sheltermap.scale.row_source import Source

BYTES_PER_ROW = 1_000  # while ten analyses are run on it, of points with a few columns (benchmarks, whole job)
LEAST_BYTES = 40  # of a row in a GeoPackage
IN_MEMORY = ("where", "x", "y", "encoding")  # keys that ask for what only reading in one piece does


def large_inputs(plan: Plan, folder: Path) -> dict[str, LargeInput]:
    """Return the inputs that are asked block by block, with answers in files of a folder.

    These are GeoParquet files or a GeoPackage, of which each analysis asks row by row, if a row takes a kilobyte of
    memory and that is more than the plan's share of what is free; or if the plan names an engine. What is wrong with a
    file is left to whoever reads it in one piece.

    Raises
    ------
    PlanError
        If the plan names an engine, and no input can be asked so.
    """
    most = 0 if plan.engine != "local" else int(plan.memory_share * memory.left(MOST_BYTES) / BYTES_PER_ROW)
    found: dict[str, LargeInput] = {}
    for name, source in plan.inputs.items():
        if _is_plain(source) and _is_asked_by_rows(plan, name):
            with suppress(SheltermapError, OSError):
                rows = _rows_of(source, paths_of(source.paths, plan.path.parent), most)
                if rows is not None and rows.count > most:
                    found[name] = LargeInput(rows, folder, plan.engine)
    if plan.engine != "local" and not found:
        raise PlanError(
            plan.path,
            [
                f'engine: "{plan.engine}" answers row by row, and no input can be asked so: that takes GeoParquet or a '
                'GeoPackage of which all analyses are "coverage", or "nearest" with a limit, without person'
            ],
        )
    return found


def _rows_of(source: Input, paths: list[Path], most: int) -> Source | None:
    """Return the rows of GeoParquet files, or of a GeoPackage that may have so many; None of other files."""
    given = partial(source_of, id_column=source.id, crs=source.crs, strict=source.strict)
    if all(path.suffix.lower() in PARQUET for path in paths) and source.layer is None:
        return given(paths)
    (path, *others) = paths
    if others or path.suffix.lower() not in GEOPACKAGE or path.stat().st_size < most * LEAST_BYTES:
        return None
    return given(path, layer=source.layer)


def first_rows(name: str, source: Input, large: LargeInput, folder: Path) -> tuple[GeoDataFrame, InputRecord]:
    """Return the first rows of a large input, which tell its columns, and what is noted of all."""
    frame = next(large.source.blocks(large.source.parts()[0])).frame
    digest, of_each = in_one(digests_of(paths_of(source.paths, folder), folder))
    notes = [note for note in frame.attrs["sheltermap_notes"] if note != _core.page_limit_note(len(frame))]
    notes += [*large.source.page_limit_notes(), *of_each]
    return frame, replace(record_of(name, source, frame, digest), rows=large.source.count, refused=0, notes=notes)


def as_asked(record: InputRecord, large: LargeInput | None) -> InputRecord:
    """Return what is noted of an input with what was refused of it when it was asked."""
    if large is None or large.streamed is None:
        return record
    return replace(record, refused=large.streamed.refused_rows)


def _is_plain(source: Input) -> bool:
    """Whether an input is files, of which nothing is asked that only reading in one piece does."""
    plain = source.holds is None and source.invalid == "refuse" and source.table is None
    return plain and not any(getattr(source, key) for key in IN_MEMORY)


def _is_asked_by_rows(plan: Plan, name: str) -> bool:
    """Whether every analysis and scenario that names an input can ask it row by row; one at least does."""
    asking = [kind for kind in plan.analyses if name in kind.roles.values()]
    if any(getattr(kind, "by", None) in plan.tables for kind in asking):
        return False
    by_rows = all([role for role, given in kind.roles.items() if given == name] == [kind.in_blocks] for kind in asking)
    return bool(asking) and by_rows and not any(name in each.named_inputs for each in plan.scenarios)
