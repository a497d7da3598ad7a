# SPDX-License-Identifier: Apache-2.0
"""Layers as the map page takes them: points as packed columns, other shapes as GeoJSON, texts for the pop-ups."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from sheltermap.base import texts
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.map.thinning import Groups, group_points, simplified

if TYPE_CHECKING:
    from numpy.typing import NDArray

POINTS_SHOWN = 200_000  # one by one; with more a browser without a graphics card is busy for half a minute
DEGREE = 1e7  # units of a packed coordinate in a degree: 11 mm, and ±180° fit into 32 bits
LONGEST_TEXT = 300  # characters of a value in a pop-up


@dataclass(frozen=True)
class Field:
    """What pop-ups say under one label: a text per row, None where there is nothing to say."""

    label: str
    said: Sequence[str | None]


@dataclass(frozen=True)
class Layer:
    """Rows to draw, in degrees; the first field is what a row is called."""

    role: str  #: "rows", "facilities", "areas", "zones", "water" or "flows"
    shapes: NDArray[np.object_]
    fields: list[Field] = field(default_factory=list)
    category: NDArray[np.uint8] | None = None  #: number in the legend; of "flows" the width
    weight: NDArray[np.float64] | None = None  #: people per row, where they are counted: how large a symbol is
    usable: NDArray[np.bool_] | None = None  #: of facilities: which can be used; the others are drawn hollow
    title: str | None = None  #: what the legend calls it, where the plan has a name of its own for it
    present: NDArray[np.bool_] = field(init=False, repr=False)  #: which have a place

    def __post_init__(self) -> None:
        present = has_place(self.shapes)
        present &= np.isfinite(shapely.bounds(self.shapes)).all(axis=1)
        object.__setattr__(self, "present", present)

    def bounds(self) -> NDArray[np.float64]:
        """Return west, south, east and north of every shape that has a place."""
        return np.asarray(shapely.bounds(self.shapes[self.present]), dtype=np.float64)

    def spoken(self) -> list[Field]:
        """Return the name, and the other fields that say anything."""
        return self.fields[:1] + [each for each in self.fields[1:] if any(text is not None for text in each.said)]

    def packed(self, lang: str) -> tuple[dict[str, Any], list[str]]:
        """Return the layer for the page, and what has to be said about how it is drawn."""
        is_point = shapely.get_type_id(self.shapes) == 0
        points, others = np.flatnonzero(self.present & is_point), np.flatnonzero(self.present & ~is_point)
        notes, layer, counts = [], self, None
        if len(points) > POINTS_SHOWN:
            groups = group_points(shapely.get_coordinates(self.shapes[points]), self._category(points))
            notes.append(_grouped(len(points), groups.size_m, lang))
            layer, points, others, counts = self._grouped(groups, others, lang)
        data: dict[str, Any] = {
            "role": self.role,
            "fields": [_coded(each) for each in layer.spoken()],
            "points": _packed_points(layer.shapes[points], points, layer._category(points), counts),
        }
        if len(others):
            drawn, off_m = simplified(layer.shapes[others])
            data["shapes"] = _collection(drawn, others, layer._category(others))
            if off_m:
                notes.append(texts.say("simplified", lang, distance=texts.distance(off_m, lang)))
        return data, notes

    def _category(self, rows: NDArray[np.intp]) -> NDArray[np.uint8]:
        return np.zeros(len(rows), np.uint8) if self.category is None else self.category[rows]

    def _grouped(self, groups: Groups, others: NDArray[np.intp], lang: str) -> tuple[Layer, Any, Any, Any]:
        """Return the layer with its points in groups, before its other shapes."""
        count = len(groups.counts)
        names: list[str | None] = [texts.say("rows_together", lang, count=texts.number(n)) for n in groups.counts]
        nothing: list[str | None] = [None] * count  # of a group, only how many it is
        said = [names] + [nothing] * (len(self.fields) - 1)
        fields = [
            Field(each.label, of_groups + [each.said[row] for row in others])
            for each, of_groups in zip(self.fields, said, strict=True)
        ]
        layer = replace(
            self,
            shapes=np.concatenate([shapely.points(groups.places), self.shapes[others]]),
            fields=fields,
            category=np.concatenate([groups.category, self._category(others)]),
        )
        return layer, np.arange(count), count + np.arange(len(others)), groups.counts


def value_texts(values: pd.Series[Any] | pd.Index[Any], lang: str) -> list[str | None]:
    """Write the values of a column for people."""
    if values.dtype == object:  # in which 1, 1.0 and yes may stand side by side, and are not one
        return [_value_text(value, lang) for value in values.tolist()]
    codes, different = pd.factorize(values)
    said = [*(_value_text(value, lang) for value in different.tolist()), None]  # the last of what is missing
    return [said[code] for code in codes.tolist()]


def _value_text(value: Any, lang: str) -> str | None:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    if isinstance(value, bool):
        return texts.say("yes" if value else "no", lang)
    if isinstance(value, float):
        return texts.number(value) if value == round(value, 1) else texts.decimal(f"{value:.6g}", lang)
    text = str(value)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _grouped(count: int, size_m: float, lang: str) -> str:
    return texts.say("grouped", lang, count=texts.number(count), distance=texts.distance(size_m, lang))


def _packed(values: NDArray[Any], kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode("ascii")


def _packed_points(
    shapes: NDArray[np.object_],
    rows: NDArray[np.intp],
    category: NDArray[np.uint8],
    counts: NDArray[np.int64] | None,
) -> dict[str, str]:
    places = np.round(shapely.get_coordinates(shapes) * DEGREE)
    packed = {
        "lon": _packed(places[:, 0], "<i4"),
        "lat": _packed(places[:, 1], "<i4"),
        "row": _packed(rows, "<i4"),
        "category": _packed(category, "u1"),
    }
    return packed if counts is None else {**packed, "count": _packed(counts, "<i4")}


def _collection(shapes: NDArray[np.object_], rows: NDArray[np.intp], category: NDArray[np.uint8]) -> dict[str, Any]:
    rounded = shapely.transform(shapes, lambda places: places.round(7))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"row": int(row), "category": int(kind)},
                "geometry": json.loads(shapely.to_geojson(shape)),
            }
            for shape, row, kind in zip(rounded, rows, category, strict=True)
        ],
    }


def _coded(column: Field) -> dict[str, Any]:
    """Return a field as its different texts and, per row, which of them; -1 for none."""
    codes, different = pd.factorize(np.asarray(column.said, dtype=object))
    few = len(different) <= np.iinfo(np.int8).max  # map.js goes by the same number
    return {"label": column.label, "texts": list(different), "codes": _packed(codes, "i1" if few else "<i4")}
