# SPDX-License-Identifier: Apache-2.0
"""Whether each row of a layer that comes in blocks has an id of its own, in bounded memory.

Of each block the least and the greatest id are kept. Blocks whose ids lie apart, as those of rows in the order of their
ids do, can have none in common. The ids of the others are read once more: hashes of 64 bits go to temporary files by
their upper bits, so that equal ones meet in one file, and where two are equal, the ids themselves are looked at.
"""

from __future__ import annotations

import tempfile
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sheltermap._native import _core
from sheltermap.layers import row_ids
from sheltermap.scale.row_source import id_column

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.scale.blocks import Block
    from sheltermap.scale.row_source import Named, Part, Source

ROWS_PER_BUCKET = 4_000_000
SUSPECTS = 1000  # pairs of rows with one hash that are looked at together
_ENTRY = np.dtype([("hash", "u8"), ("row", "i8")])


class Span(NamedTuple):
    """Between which ids those of a block lie."""

    first: int  #: how many rows of the layer come before
    rows: int
    least: Any
    greatest: Any


def spans_of(block: Block) -> list[Span]:
    """Return between which ids those of a block lie; nothing of a layer whose rows have none.

    Raises
    ------
    ReadError
        If two of its rows have the same id, as `require_unique`.
    """
    twice = next((each for each in block.refused if each.reason == "duplicate_id"), None)
    if twice is not None:
        raise _core.ReadError(
            f"{block.told}: row {twice.row:,}: {twice.detail}; correct it, or name the rows otherwise"
        )
    name = block.frame.attrs.get(row_ids.ID)
    if name not in block.frame.columns:
        return []
    ends = pc.min_max(id_column(block.frame, name)).as_py()
    return [] if ends["min"] is None else [Span(block.first, len(block.frame), ends["min"], ends["max"])]


def require_unique(source: Source, spans: list[Span]) -> None:
    """Raise ReadError where two rows of different blocks have the same id, with both of their numbers.

    So it does where the layer is not read strictly, too: the first of them has its answer already.
    """
    meeting = _meeting(spans)
    if not meeting:
        return
    parts = _holding(source.parts(), meeting)
    with tempfile.TemporaryDirectory(prefix="sheltermap") as folder:
        hashes = _Hashes(Path(folder), sum(span.rows for span in spans))
        for named in _read(source, parts):
            hashes.add(named)
        after = -1
        while len(pairs := hashes.pairs(after)):
            found = _first_equal(pairs, _read(source, parts))
            if found is not None:
                raise _core.ReadError(
                    f"{source.layout.source}: rows {found.first:,} and {found.second:,} have the same id "
                    f"'{found.id}' in the column '{source.layout.id}'; correct them, or use another column"
                )
            after = int(pairs[-1, 1])


def _meeting(spans: list[Span]) -> list[Span]:
    """Return the spans that have ids in common with another one, or may have."""
    ordered = sorted(spans, key=lambda span: (span.least, span.greatest))
    found: dict[int, Span] = {}
    widest: Span | None = None
    for span in ordered:
        if widest is not None and span.least <= widest.greatest:
            found |= {id(widest): widest, id(span): span}
        if widest is None or span.greatest > widest.greatest:
            widest = span
    return list(found.values())


def _holding(parts: Sequence[Part], spans: list[Span]) -> list[Part]:
    """Return the parts that spans are of, in their order."""
    firsts = [part.first for part in parts]
    return [parts[at] for at in sorted({bisect_right(firsts, span.first) - 1 for span in spans})]


def _read(source: Source, parts: list[Part]) -> Iterator[Named]:
    for part in parts:
        yield from source.ids(part)


class _Hashes:
    """Hashes of ids with the numbers of their rows, in files by the upper bits of the hash."""

    def __init__(self, folder: Path, rows: int) -> None:
        self._bits = (rows // ROWS_PER_BUCKET).bit_length()
        self._paths = [folder / str(bucket) for bucket in range(1 << self._bits)]

    def add(self, named: Named) -> None:
        """Add those of a block."""
        known = pc.is_valid(named.ids).to_numpy()
        entries = np.empty(int(known.sum()), _ENTRY)
        entries["hash"] = pd.util.hash_array(named.ids.filter(pa.array(known)).to_numpy(), categorize=False)
        entries["row"] = named.numbers[known]
        entries.sort(order="hash")
        limits = np.arange(1, len(self._paths), dtype=np.uint64) << np.uint64(64 - self._bits)
        for path, some in zip(self._paths, np.split(entries, np.searchsorted(entries["hash"], limits)), strict=True):
            with path.open("ab") as file:
                file.write(some.tobytes())

    def pairs(self, after: int) -> NDArray[np.int64]:
        """Return pairs of rows with one hash by their second row, the first of those behind a row, shape (n, 2)."""
        found = np.empty((0, 2), np.int64)
        for path in self._paths:
            entries = np.fromfile(path, _ENTRY)
            entries.sort(order=["hash", "row"])
            same = np.flatnonzero(entries["hash"][1:] == entries["hash"][:-1])
            pairs = np.column_stack([entries["row"][same], entries["row"][same + 1]])
            found = np.concatenate([found, pairs[pairs[:, 1] > after]])
            found = found[np.argsort(found[:, 1], kind="stable")[:SUSPECTS]]
        return found


class _Same(NamedTuple):
    """Two rows of one id."""

    first: int
    second: int
    id: str


def _first_equal(pairs: NDArray[np.int64], blocks: Iterator[Named]) -> _Same | None:
    """Return the first row of these, in their order, that has the id of one before it indeed."""
    wanted, rows = np.unique(pairs), dict[Any, int]()
    for named in blocks:
        at = np.flatnonzero(np.isin(named.numbers, wanted))
        for row, name in zip(named.numbers[at].tolist(), named.ids.take(pa.array(at)).to_pylist(), strict=True):
            if rows.setdefault(name, row) != row:
                return _Same(rows[name], row, str(name))
    return None
