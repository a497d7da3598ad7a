# SPDX-License-Identifier: Apache-2.0
"""A prepared question asked of one block: what is found, what is counted, and how errors name the rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sheltermap._native import _core
from sheltermap.layers.files import PARQUET
from sheltermap.layers.meeting import Together
from sheltermap.layers.parquet_writing import GeoParquetFile
from sheltermap.scale.streamed import REFUSED_TOLD, Tally
from sheltermap.scale.unique_ids import require_unique, spans_of

if TYPE_CHECKING:
    import os

    from geopandas import GeoDataFrame

    from sheltermap.scale.blocks import Block
    from sheltermap.scale.prepared import Prepared
    from sheltermap.scale.row_source import Source

_OF_ROWS = (ValueError, _core.ReadError, _core.CrsError, _core.GeometryError)  # what a function says of some rows


def ready(question: Prepared, source: Source) -> Prepared:
    """Return the question with what it has to know of all rows beforehand."""
    if not question.needs_position_error:
        return question
    return question.with_position_error(source.coordinate_error_m())


def new_tally(question: Prepared) -> Tally:
    """Return what is counted before any row is."""
    return Tally(Together(moving=question.rows))


def ask(question: Prepared, block: Block, tally: Tally) -> GeoDataFrame:
    """Return what is found of a block, and count it.

    Raises
    ------
    ReadError
        If two rows have the same id.
    ValueError, CrsError, GeometryError
        Those of the function, with the rows they are about.
    """
    spans = spans_of(block)
    try:
        with tally.together.block(block.first):
            answer = question.answer(block.frame)
    except _OF_ROWS as error:
        if type(error) not in _OF_ROWS:
            raise
        raise type(error)(f"{block.told} (row 1 is the first of these): {error}") from error
    counted = Tally(
        Together(moving=question.rows),
        rows=len(block.frame),
        answers=len(answer.rows),
        sums=answer.sums,
        refused=list(block.refused[:REFUSED_TOLD]),
        refused_rows=len(block.refused),
        notes=[*block.notes, *answer.notes],
        left_out=block.left_out,
        spans=spans,
    )
    tally.merge(counted)
    return answer.rows


def finish(tally: Tally, source: Source) -> None:
    """Judge what only all rows tell.

    Raises
    ------
    ReadError
        If there are no rows, where the layer is read strictly; if two rows have the same id; if it was changed
        meanwhile.
    CrsError
        If the rows lie where those of the other sides do only with their axes swapped.
    """
    source.require_unchanged()
    if not tally.rows and source.layout.strict:
        raise _core.ReadError(f"{source.layout.source} has no rows; read with strict=False if that is meant")
    require_unique(source, tally.spans)
    tally.together.judge()
    tally.notes += source.notes(tally.left_out)


def answers_file(into: str | os.PathLike[str], source: Source) -> GeoParquetFile:
    """Return the file that answers go to; ValueError where it is not called as one, or is one that is read."""
    target = Path(into)
    if target.suffix.lower() not in PARQUET:
        raise ValueError(f"{target}: answers that come block by block are written as GeoParquet; call it .parquet")
    if target.exists() and any(target.samefile(each.path) for each in source.files):
        raise ValueError(f"{target} is read, and would be replaced by the answers: give them a file of their own")
    return GeoParquetFile(target, source.layout.crs, source.layout.geometry, source.layout.id)
