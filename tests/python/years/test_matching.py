# SPDX-License-Identifier: Apache-2.0
"""Which row of one year is which of the other's."""

import geopandas as gpd
import pandas as pd
import shapely

from sheltermap.years.matching import Keys, match

METRE = 1 / 111_320  # in degrees of latitude, roughly


def layer(rows: list[tuple[str | None, str | None, float | None]]) -> gpd.GeoDataFrame:
    """Rows by id, name, and metres north of one place."""
    places = [None if north is None else shapely.Point(24.1, 56.9 + north * METRE) for *_, north in rows]
    return gpd.GeoDataFrame({"id": [r[0] for r in rows], "name": [r[1] for r in rows]}, geometry=places, crs=4326)


def matched(before, after, keys=("id", "name")) -> list[tuple[int, int, str, float]]:
    pairs = match(layer(before), layer(after), (Keys(*keys), Keys(*keys)))
    return list(pairs[["before", "after", "matched_by", "confidence"]].itertuples(index=False, name=None))


def test_the_same_id_is_the_same_object_wherever_it_is_and_whatever_it_is_called():
    before = [("A", "Cellar", 0), ("B", "School", 5000)]
    assert matched(before, [("B", "Other", 0), ("A", "Cellar", 9000)]) == [(0, 1, "id", 1.0), (1, 0, "id", 1.0)]


def test_the_same_place_and_a_name_alike_is_the_same_object():
    assert matched([("A", "School No 1", 0)], [("X", "School No. 1", 10)]) == [(0, 0, "place and name", 0.9)]


def test_the_same_place_under_another_name_is_less_sure():
    assert matched([("A", "School", 0)], [("X", "Gymnasium", 20)]) == [(0, 0, "place", 0.6)]


def test_the_same_name_near_by_is_one_object_only_where_it_is_known_once():
    assert matched([("A", "Old mill", 0)], [("X", "Old mill", 800)]) == [(0, 0, "name", 0.5)]
    assert matched([("A", "Old mill", 0)], [("X", "Old mill", 1200)]) == []
    assert matched([("A", "Mill", 0), ("B", "Mill", 3000)], [("X", "Mill", 800)]) == []


def test_the_surest_pair_wins_and_each_row_is_taken_once():
    before = [("A", "School", 0), ("B", "Depot", 12)]
    assert matched(before, [("X", "Depot", 10)]) == [(1, 0, "place and name", 0.9)]


def test_without_ids_and_names_the_place_tells():
    assert matched([("A", "x", 0), ("B", "y", 500)], [("C", "z", 501)], (None, None)) == [(1, 0, "place", 0.6)]


def test_rows_without_place_or_id_match_nothing():
    assert matched([(None, "School", None)], [(None, "School", None)]) == []
    assert matched([("A", None, None)], [("A", None, 0)]) == [(0, 0, "id", 1.0)]


def test_numbers_and_texts_are_the_same_id_and_twins_are_taken_once():
    before, after = layer([("7", "a", 0), ("7", "b", 100)]), layer([("7", "a", 0)])
    after["id"] = pd.Series([7])
    pairs = match(before, after, (Keys("id", "name"), Keys("id", "name")))
    assert list(pairs["before"]) == [0]
