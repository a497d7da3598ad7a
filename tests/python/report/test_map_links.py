# SPDX-License-Identifier: Apache-2.0
"""Where tables of the report lead: numbers to their picture, names to the one place of that name on the map."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point, box

from sheltermap.base import texts
from sheltermap.map import View
from sheltermap.map.packed_layers import Field, Layer
from sheltermap.page.table import Table, heads
from sheltermap.report.map_links import MapLinks

HOMES = gpd.GeoSeries([Point(24.1, 56.9), Point(24.2, 56.9), Point(24.3, 56.9), None])
NAMES = ["Ogre", "Twin", "Twin", "Nowhere"]


def links(*, name: str = "near") -> MapLinks:
    layers = [
        Layer("rows", np.asarray(HOMES.array), [Field("name", NAMES)]),
        Layer("areas", np.array([box(24, 56, 25, 57)]), [Field("area", ["Ogre"])]),
        Layer("facilities", np.array([Point(24.5, 56.5)]), [Field("facility", ["Cellar <1>"])]),
    ]
    view = View("Near", layers, [], lambda: None, name=name)
    return MapLinks({"lv": "map.html", "en": "map.en.html"}, [view])


def table(*rows, head=("rank", "name", "area", "nearest_facility", "people"), **more) -> Table:
    return Table({}, heads(*head), [list(each) for each in rows], texts_first=len(head) - 1, **more)


def test_names_lead_to_the_one_place_of_that_name_in_the_layer_of_their_column():
    led = links().within(table(("1", "Ogre", "Ogre", "Cellar <1>", "5")), "near").links
    assert led == {
        (0, 1): "map.html#near/rows/24.10000,56.90000",
        (0, 2): "map.html#near/areas/24.50000,56.50000",  # the middle of the square
        (0, 3): "map.html#near/facilities/24.50000,56.50000",
    }


@pytest.mark.parametrize("name", ["Twin", "Nowhere", "Elsewhere", ""])
def test_a_name_that_several_have_or_that_is_nowhere_leads_nowhere(name):
    assert links().within(table(("1", name, "", "", "5")), "near").links == {}


def test_words_are_no_names_and_numbers_are_none():
    outside = texts.both("borderline")
    assert links().within(table(("Ogre", outside, outside, "", "Ogre")), "near").links == {}


def test_what_the_map_does_not_show_leads_to_the_picture_only():
    told = table(("1", "Ogre", "", "", "5"), numbers_on="near-map", numbered=[0], places=[(24.1, 56.9)])
    assert links(name="other").within(told, "near").links == {(0, 0): "#near-map"}
    assert MapLinks({}, []).within(told, "near").links == {(0, 0): "#near-map"}


def test_numbers_lead_to_their_picture_as_far_as_it_has_them_and_names_to_their_own_places():
    rows = [(str(number + 1), "Twin", "", "", "5") for number in range(12)]
    places = [None, *((24.0 + number / 100, 56.9) for number in range(11))]
    led = links().within(table(*rows, numbers_on="near-map", numbered=range(10), places=places), "near").links
    assert [led.get((row, 0)) for row in range(12)] == [
        None,
        *["#near-map"] * 9,
        None,
        None,
    ]  # ten numbers, one nowhere
    assert (0, 1) not in led
    assert led[11, 1] == "map.html#near/rows/24.10000,56.90000"


def test_the_same_table_of_another_analysis_is_still_the_same():
    one, other = (table(("1", "Ogre", "", "", "5"), numbers_on=f"{name}-map") for name in ("near", "far"))
    assert one == other
