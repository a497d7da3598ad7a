# SPDX-License-Identifier: Apache-2.0
"""Layers as the map page takes them: places, outlines, what is known of each, and texts for the pop-ups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sheltermap.base import texts
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.map import thinning

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.map.packed_columns import Columns

POINTS_SHOWN = 200_000  # one by one
LONGEST_TEXT = 300  # characters of a value in a pop-up


@dataclass(frozen=True)
class Field:
    """What pop-ups say under one label: a text per row, None where there is nothing to say."""

    label: str
    said: Sequence[str | None]


@dataclass(frozen=True)
class Layer:
    """Rows to draw, in degrees; the first field is what a row is called, listed and searched by."""

    role: str  #: "rows", "facilities", "areas", "zones", "water" or "flows"
    shapes: NDArray[np.object_]
    fields: list[Field] = field(default_factory=list)
    category: NDArray[np.uint8] | None = None  #: number in the legend; of "flows" the width
    weight: NDArray[np.float64] | None = None  #: people of each row, which make its symbol large or small
    usable: NDArray[np.bool_] | None = None  #: of facilities: the others are drawn hollow, and apart in the legend
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

    def packed(self, columns: Columns, lang: str) -> tuple[dict[str, Any], list[str]]:
        """Return the layer for the page, points first, and what has to be said about how it is drawn."""
        layer, notes = self._with_few_outlines(lang)
        is_point = shapely.get_type_id(layer.shapes) == 0
        points, others = np.flatnonzero(layer.present & is_point), np.flatnonzero(layer.present & ~is_point)
        counts = None
        if len(points) > POINTS_SHOWN:
            places = shapely.get_coordinates(layer.shapes[points])
            groups = thinning.group_points(places, layer._category(points))
            notes.append(_grouped(len(points), groups.size_m, lang))
            layer = layer._grouped(groups, points, others, lang)
            points, others = np.arange(len(groups.counts)), len(groups.counts) + np.arange(len(others))
            counts = np.concatenate([groups.counts, np.ones(len(others), np.int64)])
        points = points[_nearby_order(layer.shapes[points])]
        rows = np.concatenate([points, others])
        data: dict[str, Any] = {
            "role": layer.role,
            "title": layer.title,
            "fields": [
                {"label": each.label, **columns.texts([each.said[row] for row in rows])} for each in layer.spoken()
            ],
            "points": columns.places(layer.shapes[points]),
            "category": columns.small(layer._category(rows)),
            "weight": None if layer.weight is None else columns.real(layer.weight[rows]),
            "usable": None if layer.usable is None else columns.small(layer.usable[rows]),
            "count": None if counts is None else columns.whole(counts[rows]),
        }
        if len(others):
            drawn, off_m = thinning.simplified(layer.shapes[others])
            data["outlines"] = columns.outlines(drawn)
            if off_m:
                notes.append(texts.say("simplified", lang, distance=texts.distance(off_m, lang)))
        return data, notes

    def _category(self, rows: NDArray[np.intp]) -> NDArray[np.uint8]:
        return np.zeros(len(rows), np.uint8) if self.category is None else self.category[rows]

    def _with_few_outlines(self, lang: str) -> tuple[Layer, list[str]]:
        """Return the layer with as many lines and polygons as can be drawn: rows as points then, others the largest."""
        outlined = np.flatnonzero(self.present & (shapely.get_type_id(self.shapes) != 0))
        if len(outlined) <= thinning.OUTLINES_SHOWN:
            return self, []
        shapes = self.shapes.copy()
        if self.role == "rows":
            shapes[outlined] = shapely.centroid(shapes[outlined])
            said = texts.say("map_outlines_as_points", lang, count=texts.number(len(outlined)))
        else:
            small = np.delete(outlined, thinning.largest(shapes[outlined], thinning.OUTLINES_SHOWN))
            shapes[small] = None
            said = texts.say("map_outlines_left_out", lang, count=texts.number(len(small)), title=self.called(lang))
        return replace(self, shapes=shapes), [said]

    def called(self, lang: str) -> str:
        """Return what the legend calls the layer."""
        return self.title or texts.say(WORDS[self.role], lang)

    def _grouped(self, groups: thinning.Groups, points: Any, others: Any, lang: str) -> Layer:
        """Return the layer with its points in groups, before its other shapes."""
        count = len(groups.counts)
        names: list[str | None] = [texts.say("rows_together", lang, count=texts.number(n)) for n in groups.counts]
        nothing: list[str | None] = [None] * count  # of a group, only how many it is
        said = [names] + [nothing] * (len(self.fields) - 1)
        fields = [
            Field(each.label, of_groups + [each.said[row] for row in others])
            for each, of_groups in zip(self.fields, said, strict=True)
        ]
        weight, usable = self.weight, self.usable
        if weight is not None:
            weight = np.concatenate([groups.sums(np.nan_to_num(weight[points])), weight[others]])
        if usable is not None:
            usable = np.concatenate([groups.sums(usable[points].astype(float)) > 0, usable[others]])
        return replace(
            self,
            shapes=np.concatenate([shapely.points(groups.places), self.shapes[others]]),
            fields=fields,
            category=np.concatenate([groups.category, self._category(others)]),
            weight=weight,
            usable=usable,
        )


# What a layer is called in the legend, by role.
WORDS = {
    "rows": "rows",
    "facilities": "facilities",
    "areas": "map_areas",
    "zones": "zones",
    "water": "flood_zone",
    "flows": "ways",
}


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


def _nearby_order(points: NDArray[np.object_]) -> NDArray[np.intp]:
    """Return an order in which neighbours follow each other, which depends on nothing but their places."""
    if not len(points):
        return np.empty(0, np.intp)
    return np.argsort(gpd.GeoSeries(points).hilbert_distance().to_numpy(), kind="stable")
