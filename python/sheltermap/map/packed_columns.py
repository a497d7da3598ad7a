# SPDX-License-Identifier: Apache-2.0
"""Columns of numbers and texts as a map page takes them: each different one once, all together compressed."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

PRECISE = 1e6  # units of a packed coordinate in a degree: 11 cm, a pixel at the nearest zoom
SKETCHED = 1e5  # of the base map: 1.1 m
LEVEL = 7  # of zlib: the last two take four times as long to make a hundredth less
POINT, LINE, RING = 0, 1, 2  # what a part of a shape is; unpack.js goes by the same numbers


class Columns:
    """What a page holds; the same numbers or texts, asked for twice, are held once.

    A column is its kind, its length and where its bytes begin. Whole numbers are told by differences, and bytes of
    a kind of four stand by place value, all lowest first: both make neighbours alike, which compresses.
    """

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._columns: list[tuple[str, int, int]] = []
        self._texts: list[list[str]] = []
        self._known: dict[Any, int] = {}

    def small(self, values: NDArray[Any]) -> int:
        """Keep numbers from 0 to 255, or yes and no; return the number of their column."""
        return self._kept("u1", np.ascontiguousarray(values, dtype=np.uint8).tobytes(), len(values))

    def whole(self, values: NDArray[Any]) -> int:
        """Keep whole numbers of 32 bits; return the number of their column."""
        numbers = np.ascontiguousarray(values, dtype=np.int64)
        differences = np.diff(numbers, prepend=0).astype(np.int32)  # may wrap round, and back when they are summed
        folded = (differences << 1) ^ (differences >> 31)  # small ones of both signs to small ones without
        return self._kept("i4", _planes(folded.astype("<i4")), len(values))

    def real(self, values: NDArray[Any]) -> int:
        """Keep numbers to seven digits; return the number of their column."""
        return self._kept("f4", _planes(np.ascontiguousarray(values, dtype="<f4")), len(values))

    def texts(self, said: Sequence[str | None]) -> dict[str, int]:
        """Keep texts; return where their different ones are and, per row, which of them, 0 for none."""
        codes, different = pd.factorize(np.asarray(said, dtype=object))
        key = tuple(different)
        if key not in self._known:
            self._known[key] = len(self._texts)
            self._texts.append(list(different))
        return {"texts": self._known[key], "codes": self.whole(codes + 1)}

    def places(self, shapes: NDArray[np.object_], unit: float = PRECISE) -> dict[str, Any]:
        """Keep points; return their columns and the unit of a degree."""
        places = np.round(shapely.get_coordinates(shapes) * unit)
        return {"x": self.whole(places[:, 0]), "y": self.whole(places[:, 1]), "unit": unit}

    def outlines(self, shapes: NDArray[np.object_], unit: float = PRECISE) -> dict[str, Any]:
        """Keep shapes of any kind; return columns of their parts: whose each is, its kind and its vertices."""
        parts, owner, kind = _parts(shapes)
        return {
            "owner": self.whole(owner),
            "kind": self.small(kind),
            "vertices": self.whole(shapely.get_num_coordinates(parts)),
            **self.places(parts, unit),
        }

    def packed(self, page: dict[str, Any]) -> str:
        """Return the page's data with all columns, in letters that mean nothing to a browser."""
        head = {**page, "columns": self._columns, "texts": self._texts}
        text = json.dumps(head, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        encoded = text.encode("utf-8", "replace")  # half a letter, as broken files bring them, is a question mark
        whole = len(encoded).to_bytes(4, "little") + encoded + bytes(self._bytes)
        return base64.b64encode(zlib.compress(whole, LEVEL)).decode("ascii")

    def _kept(self, kind: str, encoded: bytes, count: int) -> int:
        key = (kind, encoded)
        if key not in self._known:
            self._known[key] = len(self._columns)
            self._columns.append((kind, count, len(self._bytes)))
            self._bytes += encoded
        return self._known[key]


def _planes(values: NDArray[Any]) -> bytes:
    return values.view(np.uint8).reshape(len(values), values.itemsize).T.tobytes()


def _parts(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp], NDArray[np.uint8]]:
    """Return the points, lines and rings of shapes, of each whose it is, and its kind."""
    parts, owner = shapes, np.arange(len(shapes))
    while (shapely.get_type_id(parts) > 3).any():  # a collection may hold collections
        parts, within = shapely.get_parts(parts, return_index=True)
        owner = owner[within]
    polygons = shapely.get_type_id(parts) == 3
    rings, within = shapely.get_rings(parts[polygons], return_index=True)
    kind = np.where(shapely.get_dimensions(parts[~polygons]) == 0, POINT, LINE)
    every = np.concatenate([parts[~polygons], rings])
    owner = np.concatenate([owner[~polygons], owner[polygons][within]])
    order = np.argsort(owner, kind="stable")
    return every[order], owner[order], np.concatenate([kind, np.full(len(rings), RING)])[order].astype(np.uint8)
