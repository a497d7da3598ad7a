# SPDX-License-Identifier: Apache-2.0
"""Tables of costs as assessments keep them, so that a later year can ask what the ways of this one were."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sheltermap._native import _core
from sheltermap.base.limits import Limit
from sheltermap.streets.reach_table import ReachTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

ENDING = ".arrow"
_ABOUT = b"sheltermap_table"


def save(table: ReachTable, path: Path) -> None:
    """Write a table as an Arrow file: a row per pair, ids as dictionaries, and what is said of them all."""
    row = np.repeat(np.arange(len(table.pairs), dtype=np.int32), np.diff(table.pairs.offsets))
    about = {
        "source": table.source,
        "rows": len(table.pairs),
        "facilities": table.facility_count,
        "unit": table.pairs.unit,
        "direction": table.direction,
        "limit": None if table.limit is None else [table.limit.value, table.limit.unit],
        "demand_id": table.demand_id,
        "facility_id": table.facility_id,
    }
    columns = {
        "demand": _coded(row, table.demand_ids),
        "facility": _coded(table.pairs.facility, table.facility_ids),
        "cost": pa.array(table.pairs.cost),
    }
    kept = pa.table(columns).replace_schema_metadata({_ABOUT: json.dumps(about).encode()})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, kept.schema) as writer:
        writer.write_table(kept)


def load(path: Path) -> ReachTable:
    """Return a table that `save` wrote; ReadError where it is none."""
    try:
        with pa.OSFile(str(path)) as source:
            kept = pa.ipc.open_file(source).read_all()
        about: dict[str, Any] = json.loads(kept.schema.metadata[_ABOUT])
        (row, demand_ids), (facility, facility_ids) = (_numbers(kept.column(name)) for name in ("demand", "facility"))
        limit = None if about["limit"] is None else Limit(*about["limit"])
        pairs = _core.reach_from_pairs(
            about["rows"],
            about["facilities"],
            row,
            facility,
            kept.column("cost").to_numpy(),
            unit=about["unit"],
            limit=None if limit is None else limit.value,
        )
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise _core.ReadError(f"{path} cannot be read as a table of costs: {error}") from None
    said = about["demand_id"], about["facility_id"]
    return ReachTable(
        about["source"], pairs, demand_ids, facility_ids, about["facilities"], about["direction"], limit, *said
    )


def _coded(numbers: NDArray[np.int32], ids: pd.Index[Any] | None) -> pa.Array:
    if ids is None:
        return pa.array(numbers, pa.int32())
    return pa.DictionaryArray.from_arrays(pa.array(numbers, pa.int32()), pa.array(list(ids), pa.large_string()))


def _numbers(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], pd.Index[Any] | None]:
    if not pa.types.is_dictionary(column.type):
        return column.to_numpy(), None
    whole = column.combine_chunks()
    coded = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    return coded.indices.to_numpy(), pd.Index(coded.dictionary.to_pylist(), dtype=object)
