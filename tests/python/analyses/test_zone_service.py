# SPDX-License-Identifier: Apache-2.0
"""What in zones fails, what stands in water and works, and whom it serves, against what one sees on a map."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, box

from sheltermap.analyses.zone_service import Service, service_in_zones, service_sums

ASKED = Service("people", "hours", "fails_at", "water")


def zones(water=(1.0, 0.3, None)):
    shapes = [box(24, 56, 25, 57), box(24.5, 56, 26, 57), box(24.8, 56, 27, 57)]
    return gpd.GeoDataFrame({"scenario": ["10 %", "1 %", "1 %"], "water": list(water)}, geometry=shapes, crs=4326)


def places(*rows):
    x, people, hours, fails_at = zip(*rows, strict=True)
    columns = {"people": people, "hours": hours, "fails_at": fails_at}
    points = gpd.points_from_xy(x, [56.5] * len(x))
    return gpd.GeoDataFrame(columns, geometry=points, crs=4326, index=[f"K{n}" for n in range(len(x))])


def told(table):
    return [(each.zone, each.row, each.state) for each in table.itertuples()]


def test_what_the_water_stops_is_told_zone_by_zone():
    found = service_in_zones(
        places((24.1, 10, 4, 1.0), (24.6, 20, None, 0.5), (24.9, 40, 8, 2.0), (26.5, 80, 1, 0.1), (28, 9, 1, 0.1)),
        zones(),
        "scenario",
        ASKED,
    )
    assert told(found) == [
        ("10 %", 0, "fails"),  # as deep as it fails at
        ("10 %", 1, "fails"),
        ("10 %", 2, "works"),
        ("1 %", 1, "works"),
        ("1 %", 2, "fails_unknown"),  # 0.3 m in one part of the zone, nobody knows how much in the other
        ("1 %", 3, "fails_unknown"),
        ("inside any zone", 0, "fails"),
        ("inside any zone", 1, "fails"),
        ("inside any zone", 2, "fails_unknown"),
        ("inside any zone", 3, "fails_unknown"),
    ]
    assert found["depth_m"].fillna(-1).tolist() == [1, 1, 1, 0.3, 0.3, -1, 1, 1, 1, -1]
    assert found["backup_power_h"].fillna(-1).tolist()[:3] == [4, -1, 8]


def test_people_served_are_summed_once_and_who_says_nothing_is_counted():
    found = service_in_zones(
        places((24.6, 20, 1, 0.5), (24.7, None, 1, 0.1), (24.1, 3, 1, None)), zones((1, 1, 1)), "scenario", ASKED
    )
    sums = service_sums(found).set_index("zone")
    assert sums.loc["inside any zone"].to_dict() == {
        "rows": 3, "fails": 2, "fails_unknown": 1, "works": 0, "served": 23, "served_by_failing": 20,
        "served_rows_without": 1,
    }  # fmt: skip
    assert sums["served"].to_dict() == {"10 %": 23, "1 %": 20, "inside any zone": 23}


def test_of_overlapping_zones_the_deepest_water_counts_whatever_their_order():
    deep = zones((0.2, 0.9, 0.4))
    for given in (deep, deep.iloc[::-1]):
        found = service_in_zones(places((24.9, 1, 1, 0.8)), given, "scenario", ASKED)
        assert dict(zip(found["zone"], found["state"], strict=True)) == {
            "10 %": "works",
            "1 %": "fails",
            "inside any zone": "fails",
        }


def test_lines_and_a_layer_that_says_less_are_told_too():
    line = gpd.GeoDataFrame({"people": [7]}, geometry=[LineString([(23, 56.5), (24.2, 56.5)])], crs=4326)
    found = service_in_zones(line, zones(), "scenario", Service(people_served="people"))
    assert found[["zone", "row", "people_served"]].to_numpy().tolist() == [["10 %", 0, 7], ["inside any zone", 0, 7]]
    assert found["backup_power_h"].isna().all()


def test_where_nothing_lies_in_a_zone_there_is_nothing_to_tell():
    found = service_in_zones(places((28, 1, 1, 1), (np.nan, 1, 1, 1)), zones(), "scenario", ASKED)
    assert not len(found) and not len(service_sums(found))


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [("people", -1.0, "a weight is a finite number"), ("fails_at", "knee", "column 'fails_at' holds 'knee' in row 1")],
)
def test_numbers_that_are_none_are_named(column, cell, message):
    given = places((24.1, 1, 1, 1)).assign(**{column: pd.Series([cell], ["K0"], dtype=object)})
    with pytest.raises(ValueError, match=message):
        service_in_zones(given, zones(), "scenario", ASKED)
