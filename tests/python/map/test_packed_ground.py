# SPDX-License-Identifier: Apache-2.0
"""A base map on the page: the most important first, never more than a page holds."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from sheltermap.basemap.basemap import Basemap
from sheltermap.map import packed_ground as ground
from sheltermap.map.packed_columns import Columns


def boxes(sizes: list[float]) -> np.ndarray:
    at = np.arange(len(sizes))
    return shapely.box(at, 0, at + np.asarray(sizes), sizes)


def layer(shapes, rank=1, names=None, crs=4326) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), crs=crs).assign(name=names, rank=rank)


def packed(layers: dict[str, gpd.GeoDataFrame], notes: tuple[str, ...] = ()):
    return ground.packed_ground(Basemap(layers, "mine", notes), Columns(), "en")


def test_classes_come_from_the_ground_up_and_those_without_shapes_not_at_all():
    streets = layer([shapely.LineString([(0, 0), (1, 1)])], names=["A"])
    found, notes = packed({"streets": streets, "water": layer(boxes([0.5])), "woods": layer([None])})
    assert [each["class"] for each in found] == ["water", "streets"]
    assert notes == []


@pytest.mark.parametrize("room", [10, 14, 15])
def test_what_is_too_much_goes_by_rank_and_size_and_is_counted(monkeypatch, room):
    monkeypatch.setattr(ground, "VERTICES_SHOWN", room)  # a box has five vertices
    found, notes = packed(
        {"water": layer(boxes([0.1, 0.4, 0.2])), "woods": layer(boxes([0.9]), rank=2)}, ("Simplified.",)
    )
    kept = room // 5
    assert [each["class"] for each in found] == ["water"]
    assert notes == [f"{4 - kept} of the least lines and areas of the base map are left out.", "Simplified."]


def test_a_million_of_one_class_are_not_simplified_before_they_are_left_out(monkeypatch):
    monkeypatch.setattr(ground, "VERTICES_SHOWN", 100)
    asked = []
    simplify = shapely.simplify
    monkeypatch.setattr(shapely, "simplify", lambda shapes, far: asked.append(len(shapes)) or simplify(shapes, far))
    found, notes = packed({"built_up": layer(boxes([0.5] * 1000))})
    assert asked == [50]
    assert notes == ["980 of the least lines and areas of the base map are left out."]
    assert len(found) == 1


def test_ranks_and_names_that_are_missing_are_the_least_and_none():
    places = layer([shapely.Point(0, 0), shapely.Point(1, 1)], rank=[np.nan, 2], names=[None, "Ogre"])
    columns = Columns()
    (found,), _ = ground.packed_ground(Basemap({"places": places}), columns, "en")
    assert found["class"] == "places" and "points" in found and "outlines" not in found


def test_a_base_map_in_metres_lies_where_one_in_degrees_does():
    shapes = layer([shapely.Point(24.1, 56.95).buffer(0.1)])
    pages = [Columns(), Columns()]
    degrees, metres = (
        ground.packed_ground(Basemap({"water": each}), columns, "en")[0][0]["outlines"]["vertices"]
        for each, columns in zip((shapes, shapes.to_crs(3059)), pages, strict=True)
    )
    assert degrees == metres
