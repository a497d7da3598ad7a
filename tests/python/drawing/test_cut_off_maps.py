# SPDX-License-Identifier: Apache-2.0
"""The picture and the interactive map of closed streets: what closes them and which matter most are on both."""

import geopandas as gpd
import pytest
from shapely import LineString, Point, box

import sheltermap as sm

EAST = [(24.10, 56.95), (24.11, 56.95)]
FURTHER = [(24.11, 56.95), (24.12, 56.95)]
ROADS = gpd.GeoDataFrame({"name": ["Main street", None]}, geometry=[LineString(EAST), LineString(FURTHER)], crs=4326)
FLOOD = gpd.GeoDataFrame({"name": ["High water"]}, geometry=[box(24.113, 56.94, 24.115, 56.96)], crs=4326)
HOMES = gpd.GeoDataFrame({"people": [5, 7]}, geometry=[Point(24.101, 56.95), Point(24.119, 56.95)], crs=4326)
SHELTER = gpd.GeoDataFrame(geometry=[Point(24.105, 56.95)], crs=4326)


@pytest.fixture(scope="module")
def walk() -> sm.Network:
    return sm.Network.from_lines(ROADS, name="name")


@pytest.fixture(scope="module")
def cut(walk) -> sm.CutOff:
    return sm.cut_off(HOMES, SHELTER, walk, walk.close(FLOOD), weight="people")


@pytest.fixture(scope="module")
def critical(walk) -> gpd.GeoDataFrame:
    return sm.critical_edges(HOMES, SHELTER, by=walk, weight="people")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["still covered (1)", "cut off (1)", "closed streets (1)", "streets that matter most (2)"]),
        ("lv", ["joprojām sasniedzams (1)", "atgriezts (1)", "slēgtās ielas (1)", "svarīgākās ielas (2)"]),
    ],
)
def test_the_picture_has_what_closes_streets_and_which_matter(cut, critical, lang, words):
    zone = {"en": "zone that closes streets", "lv": "zona, kas slēdz ielas"}[lang]
    told = [each.get_text() for each in cut.plot(zones=FLOOD, critical=critical, lang=lang).get_legend().get_texts()]
    assert told == [*words, zone]
    assert [each.get_text() for each in cut.plot(lang=lang).get_legend().get_texts()] == words[:3]


def test_the_map_has_them_as_layers_and_tells_how_many_a_street_cuts_off(cut, critical):
    (view,) = cut.explore(zones=FLOOD, critical=critical).views
    assert [each.role for each in view.layers] == ["water", "zones", "rows", "flows", "facilities"]
    water, _, _, flows, _ = view.layers
    assert water.title == "zone that closes streets"
    # Both streets lead 7 people to the shelter; only along the first do the 5 go, and nobody there needs its end.
    assert critical["people_lost"].tolist() == [12.0, 7.0]
    said = {each.label: list(each.said) for each in flows.fields}
    assert said["street"] == ["a street without a name", "Main street"]  # those that cut off most are drawn last
    assert said["cut off"] == ["7", "12"] and flows.category.tolist() == [149, 255]  # 255 * 7 / 12 = 148.75


def test_without_them_the_map_is_as_it_was(cut):
    (view,) = cut.explore().views
    assert [each.role for each in view.layers] == ["zones", "rows", "facilities"]


@pytest.mark.parametrize("asked", ["zones", "critical"])
@pytest.mark.parametrize("method", ["plot", "explore"])
def test_a_path_is_no_frame(cut, asked, method):
    with pytest.raises(TypeError, match=f"{asked} is a path; read the layer first"):
        getattr(cut, method)(**{asked: "flood.gpkg"})
