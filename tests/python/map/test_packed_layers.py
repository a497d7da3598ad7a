# SPDX-License-Identifier: Apache-2.0
"""Layers on the page: what is too much is bounded and told, and nobody is lost on the way."""

import numpy as np
import pytest
import shapely

from map_data import MapData
from sheltermap.map import packed_layers, thinning
from sheltermap.map.packed_columns import Columns
from sheltermap.map.packed_layers import Field, Layer


def packed(layer: Layer) -> tuple[MapData, dict, list[str]]:
    columns = Columns()
    data, notes = layer.packed(columns, "en")
    page = MapData(f'<script type="application/octet-stream" id="data">{columns.packed({"layers": [data]})}</script>')
    return page, page.page["layers"][0], notes


def boxes(count: int) -> np.ndarray:
    at = np.arange(count)
    return shapely.box(at, 0, at + 0.1 * (at + 1), 0.05)


def named(count: int) -> list[Field]:
    return [Field("name", [f"n{at}" for at in range(count)])]


def test_points_come_before_outlines_and_all_columns_go_with_them():
    shapes = np.array([shapely.box(0, 0, 1, 1), shapely.Point(9, 9), None, shapely.Point(8, 8)], dtype=object)
    layer = Layer("facilities", shapes, named(4), weight=np.arange(4.0), usable=np.array([True, False, True, True]))
    page, data, notes = packed(layer)
    names = page.texts(data["fields"][0])
    assert sorted(names[:2]) == ["n1", "n3"] and names[2] == "n0" and notes == []
    assert page.column(data["weight"]).tolist() == [float(name[1]) for name in names]
    assert page.column(data["usable"]).tolist() == [name != "n1" for name in names]


def test_outlines_of_rows_beyond_the_limit_are_points_and_none_is_lost(monkeypatch):
    monkeypatch.setattr(thinning, "OUTLINES_SHOWN", 3)
    page, data, notes = packed(Layer("rows", boxes(4), named(4)))
    assert notes == ["4 outlines are too many to draw: each is a point in its middle."]
    assert "outlines" not in data and set(page.texts(data["fields"][0])) == {"n0", "n1", "n2", "n3"}
    assert np.allclose(page.places(data["points"])[:, 1], 0.025)


@pytest.mark.parametrize("role", ["areas", "zones", "facilities"])
def test_of_other_outlines_the_largest_stay_in_their_order(monkeypatch, role):
    monkeypatch.setattr(thinning, "OUTLINES_SHOWN", 2)
    page, data, notes = packed(Layer(role, boxes(5), named(5), title="Wards"))
    assert page.texts(data["fields"][0]) == ["n3", "n4"]
    assert notes == ["“Wards”: 3 of the smallest outlines are too many to draw and are left out of the map."]


def test_groups_of_points_keep_their_people_and_where_one_can_be_used(monkeypatch):
    monkeypatch.setattr(packed_layers, "POINTS_SHOWN", 10)
    rng = np.random.default_rng(5)
    spots = shapely.points(rng.integers(0, 3, 200) / 100, rng.integers(0, 3, 200) / 100)
    people = rng.uniform(0, 9, 200)
    people[7] = np.nan
    category = rng.integers(0, 2, 200).astype(np.uint8)
    usable = category.astype(bool) & (rng.random(200) > 0.5)
    page, data, _ = packed(Layer("rows", spots, named(200), category, weight=people, usable=usable))
    groups = page.column(data["category"])
    assert len(groups) == 18 and page.column(data["count"]).sum() == 200
    weight = page.column(data["weight"])
    for each in (0, 1):
        assert weight[groups == each].sum() == pytest.approx(np.nansum(people[category == each]), rel=1e-6)
    assert not page.column(data["usable"])[groups == 0].any() and page.column(data["usable"])[groups == 1].all()


def test_the_same_places_are_packed_alike_whatever_is_known_of_them():
    rng = np.random.default_rng(6)
    spots = shapely.points(rng.normal(24, 1, 50), rng.normal(57, 1, 50))
    columns = Columns()
    first, _ = Layer("rows", spots, named(50), np.zeros(50, np.uint8)).packed(columns, "en")
    other, _ = Layer("rows", spots, named(50), np.arange(50).astype(np.uint8)).packed(columns, "en")
    assert first["points"] == other["points"] and first["fields"] == other["fields"]
    assert first["category"] != other["category"]
