# SPDX-License-Identifier: Apache-2.0
"""What the maps of results share: layers of rows by category, and of what has a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from sheltermap.base import texts
from sheltermap.base.scopes import NO_AREA
from sheltermap.drawing.legend import Category
from sheltermap.drawing.plots import lonlat_shapes
from sheltermap.layers import frames
from sheltermap.layers.cells import numbers
from sheltermap.layers.row_ids import known_ids, row_ids
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field, Layer, value_texts

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

CALLED = {
    "areas": "area",
    "zones": "zone",
    "water": "flood_zone",
    "facilities": "facility",
}  # one row of a role, in texts


def row_names(
    frame: GeoDataFrame, column: str | None, what: str, parameter: str | None, asked: Asked
) -> list[str | None]:
    """Return what rows are called: by a column, else as the frame says; nothing where a plan asks and nothing says."""
    if column is None and asked.by_plan:
        ids = known_ids(frame)
        return [None] * len(frame) if ids is None else value_texts(ids, asked.lang)
    return value_texts(row_ids(frame, column, what, parameter, each_its_own=False), asked.lang)


def named_layer(
    role: str,
    frame: GeoDataFrame,
    parameter: str | None,
    asked: Asked,
    fields: Sequence[Field] = (),
    *,
    usable: NDArray[np.bool_] | None = None,
) -> Layer:
    """Return the layer of facilities, areas or zones, each told by its name, which `parameter` says the column of."""
    title = asked.called.get(role)
    names = row_names(frame, asked.names(parameter), role, parameter, asked)
    called = Field(title or asked.says(CALLED[role]), names)
    return Layer(role, lonlat_shapes(frame), [called, *fields], usable=usable, title=title)


def area_layers(areas: GeoDataFrame | None, asked: Asked, parameter: str | None = "area_name") -> list[Layer]:
    """Return the layer of the areas a result counts by; none where there are none."""
    return [] if areas is None else [named_layer("areas", areas, parameter, asked)]


def zones_layer(role: str, zones: GeoDataFrame, scenario: str, asked: Asked) -> Layer:
    """Return the zones in which a scenario acts, each told by the scenario."""
    title = asked.called.get(role)
    return Layer(
        role, lonlat_shapes(zones), [Field(title or asked.says(CALLED[role]), [scenario] * len(zones))], title=title
    )


def rows_layer(
    rows: GeoDataFrame,
    categories: Sequence[Category],
    asked: Asked,
    told: Callable[[], Sequence[Field]],
    *,
    measure: str | None = None,
    parameter: str = "name",
    own: str | None = None,
) -> Layer:
    """Return the layer of the rows of a result by category, with what a click tells of each.

    Parameters
    ----------
    rows : GeoDataFrame
    categories : sequence of Category
    asked : Asked
    told : callable
        Makes the fields beside the name; it is not called where rows are drawn in groups, of which nobody asks that.
    measure : str, optional
        The column with people; symbols are as large as these are many.
    parameter : str
        Which names the rows.
    own : str, optional
        The column that names them where that is not asked of anybody.
    """
    frames.require_columns(rows, list(asked.columns), "the result")
    category = np.zeros(len(rows), np.uint8)
    for number, each in enumerate(categories):
        category[each.rows] = number
    weight = people(rows, measure)
    if asked.most is not None and len(rows) > asked.most:
        return _in_groups(rows, category, weight, asked)
    names = row_names(rows, own or asked.names(parameter), "the result", parameter, asked)
    called = Field(asked.says("name"), names)
    counted = [] if weight is None or measure in asked.columns else [people_field(weight, measure, asked)]
    more = [Field(str(column), value_texts(rows[column], asked.lang)) for column in asked.columns]
    return Layer("rows", lonlat_shapes(rows), [called, *counted, *told(), *more], category, weight=weight)


def people(rows: GeoDataFrame, measure: str | None) -> NDArray[np.float64] | None:
    """Return how many people each row stands for; nothing where rows are counted."""
    if measure is None or measure not in rows.columns:
        return None
    return numbers(rows, measure, "the result")


def people_field(weight: NDArray[np.float64], measure: str | None, asked: Asked) -> Field:
    """Return how many people each row stands for, under the word for people, else under the column's own name."""
    label = asked.says("people") if measure in ("people", "rows") else str(measure)
    return Field(label, value_texts(pd.Series(weight), asked.lang))


def _in_groups(
    rows: GeoDataFrame, category: NDArray[np.uint8], weight: NDArray[np.float64] | None, asked: Asked
) -> Layer:
    """Return rows that are too many to draw one by one, lines and polygons by their middles; none is lost."""
    here, places = asked.middles.of(rows)
    groups = asked.middles.grouped(rows, category, min(asked.groups, asked.most or asked.groups))
    each = np.ones(len(places)) if weight is None else np.nan_to_num(weight[here])
    together = groups.sums(each)
    names = [asked.says("rows_together", count=texts.number(count)) for count in groups.counts.tolist()]
    said = [Field(asked.says("name"), names)]
    if weight is not None:
        said.append(people_field(together, "people", asked))
    return Layer("rows", shapely.points(groups.places), said, groups.category, weight=together)


def facility_field(
    key: str,
    values: pd.Series[Any],
    facilities: GeoDataFrame | None,
    asked: Asked,
    parameter: str = "facility_name",
) -> Field:
    """Return the facility of each row by its name, where the ids it is told by are known to be a column's."""
    column, ids = asked.names(parameter), asked.ids.get(parameter)
    if facilities is not None and column is not None and ids is not None:
        named = dict(zip(facilities[ids], facilities[column], strict=True))
        values = values.astype(object).map(lambda each: named.get(each, each), na_action="ignore")
    return Field(asked.says(key), value_texts(values, asked.lang))


def flows_layer(lines: GeoDataFrame, fields: Sequence[tuple[str, str]], asked: Asked) -> Layer:
    """Return lines as wide as people are many: the category is their share of the most, 255 for all of it.

    `fields` are words and columns; `lines` have ``people``, most first.
    """
    lines = lines[::-1]  # those of most people above
    many = lines["people"].to_numpy()
    told = [Field(asked.says(word), value_texts(lines[column], asked.lang)) for word, column in fields]
    return Layer("flows", lonlat_shapes(lines), told, np.ceil(255 * many / many.max(initial=1.0)).astype(np.uint8))


def cost_field(costs: pd.Series[float], asked: Asked) -> Field:
    """Return how far each row has to go, or how long, as the name of its column says."""
    return duration_field("duration", costs, asked) if _in_time(costs) else _distance_field("distance", costs, asked)


def _in_time(costs: pd.Series[float]) -> bool:
    return str(costs.name).startswith(("duration", "delay"))


def duration_field(key: str, seconds: pd.Series[float], asked: Asked) -> Field:
    """Return times in words, under the words for a key; nothing where they are not known."""
    return Field(asked.says(key), _written(seconds, texts.duration, asked))


def more_field(costs: pd.Series[float], asked: Asked) -> Field:
    """Return how much farther, or longer, the way has become for each row."""
    if _in_time(costs):
        return duration_field("delay", costs, asked)
    return _distance_field("detour", costs, asked)


def _distance_field(key: str, metres: pd.Series[float], asked: Asked) -> Field:
    return Field(asked.says(key), _written(metres, texts.distance, asked))


def _written(costs: pd.Series[float], write: Callable[[float, str], str], asked: Asked) -> list[str | None]:
    return [write(each, asked.lang) if np.isfinite(each) else None for each in costs.tolist()]


def reason_field(rows: GeoDataFrame, asked: Asked) -> Field:
    """Return why a row is not covered."""
    said = [reason_text(texts.why_key(value), asked) for value in rows["reason"].tolist()]
    return Field(asked.says("reason"), said)


def area_fields(rows: GeoDataFrame, asked: Asked) -> list[Field]:
    """Return the area of each row, where the result has areas."""
    if "area" not in rows.columns:
        return []
    outside = {name: asked.says(name) for name in NO_AREA}
    return [
        Field(asked.says("area"), [outside.get(name or "", name) for name in value_texts(rows["area"], asked.lang)])
    ]


def value_field(key: str, values: pd.Series[Any], asked: Asked, **named: object) -> Field:
    """Return the values of a column under the words for a key."""
    return Field(asked.says(key, **named), value_texts(values, asked.lang))


def words_field(key: str, codes: pd.Series[Any], words: str, asked: Asked) -> Field:
    """Return codes as words, whose keys are `words` with the code in its braces, or else the code itself."""
    keys = {code: words.format(code) for code in codes.dropna().unique()}
    said = {code: asked.says(key if key in texts.TEXTS else code) for code, key in keys.items()}
    return Field(asked.says(key), [said.get(code) for code in codes.tolist()])


def reason_text(reason: Any, asked: Asked) -> str | None:
    """Return a reason in words; nothing where there is none, or no word for it."""
    return asked.says(reason) if reason in texts.TEXTS else None


def state_text(label: dict[str, str], asked: Asked) -> str:
    """Return what a legend says of its rows."""
    return str(texts.pick(label, asked.lang))
