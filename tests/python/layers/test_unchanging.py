# SPDX-License-Identifier: Apache-2.0
"""What is found of frames is kept while they do not change, and never given for others."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

import sheltermap as sm
from sheltermap.analyses.areas import Areas
from sheltermap.layers import frames
from sheltermap.layers.unchanging import unchanging


def homes(lon, crs=4326):
    return gpd.GeoDataFrame({"people": [1] * len(lon)}, geometry=gpd.points_from_xy(lon, [57.0] * len(lon)), crs=crs)


def wards(*names):
    boxes = shapely.box(24 + np.arange(len(names)), 56, 25 + np.arange(len(names)), 58)
    return gpd.GeoDataFrame({"name": names}, geometry=boxes, crs=4326)


def test_places_are_looked_up_once_while_frames_do_not_change():
    frame = homes([24.1, 24.2])
    with unchanging():
        found = frames.lonlat(frame, "demand")
        assert frames.lonlat(frame.assign(more=1), "demand") is found
        assert frames.lonlat(frame[::-1], "demand").tolist() == found[::-1].tolist()
        assert frames.lonlat(homes([25.1, 25.2]), "demand")[:, 0].tolist() == [25.1, 25.2]
    assert frames.lonlat(frame, "demand") is not found
    frame.loc[0, "geometry"] = shapely.Point(20, 57)
    assert frames.lonlat(frame, "demand")[:, 0].tolist() == [20, 24.2]


def test_the_same_numbers_in_another_system_are_other_places():
    frame = homes([24.1, 24.2])
    with unchanging():
        degrees = frames.lonlat(frame, "demand")
        other = frames.lonlat(frame.set_crs(4669, allow_override=True), "demand")
    assert other is not degrees


def test_frames_that_are_gone_leave_nothing_to_those_that_come_after():
    with unchanging():
        for number in range(50):
            assert frames.lonlat(homes([20 + number / 10] * 500), "demand")[0, 0] == 20 + number / 10


def test_areas_of_other_names_and_other_places_are_their_own():
    places = frames.lonlat(homes([24.5, 25.5, 30.0]), "demand")
    plain = wards("A", "B")
    renamed = plain.assign(name=["B", "A"])
    joined = plain.assign(name=["A", "A"])
    with unchanging():
        for _ in range(2):
            assert labels(plain, places) == ["A", "B", None]
            assert labels(renamed, places) == ["B", "A", None]
            assert labels(joined, places) == ["A", "A", None]
            assert labels(plain, places[::-1]) == [None, "B", "A"]
        assert labels(wards("C", "D"), places) == ["C", "D", None]


def labels(areas, places):
    found = Areas(areas, "name", places, "demand")
    return [None if pd.isna(each) else each for each in found.labels()]


def test_coverages_of_the_same_rows_look_up_their_areas_once_and_share_their_names():
    frame, areas = homes([24.5, 25.5, 30.0]), wards("A", "B")
    with unchanging():
        near = sm.coverage(frame, homes([24.5]), 500, areas=areas, area_name="name")
        far = sm.coverage(frame, homes([25.5]), "60 km", areas=areas, area_name="name", weight="people")
    names = [pa.chunked_array(pa.array(each.rows["area"].array)).chunk(0) for each in (near, far)]
    assert names[0].to_pylist() == names[1].to_pylist() == ["A", "B", None]
    first, second = ([each and each.address for each in name.buffers()] for name in names)
    assert first == second


def test_results_of_one_plan_do_not_share_what_their_owners_change():
    areas = wards("A", "B")
    with unchanging():
        frame = homes([24.5, 25.5])
        one, other = (sm.coverage(frame, homes([24.5]), 500, areas=areas, area_name="name") for _ in "12")
    one.notes.append("mine")
    one.rows.loc[0, "area"] = "changed"
    one.rows["area"].array[1] = "changed"
    assert other.rows["area"].tolist() == ["A", "B"] and other.notes == []


def test_the_arrays_that_are_shared_cannot_be_written():
    with pytest.raises(ValueError, match="read-only"):
        frames.lonlat(homes([24.5]), "demand")[0] = 0
