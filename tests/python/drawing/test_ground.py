# SPDX-License-Identifier: Apache-2.0
"""The base map under a map."""

from types import MappingProxyType

import geopandas
import pytest
import shapely

import sheltermap as sm
from sheltermap.drawing.plots import draw_map

HOMES = geopandas.GeoDataFrame(geometry=[shapely.Point(24.0, 57.0), shapely.Point(24.1, 57.1)], crs=4326)


def places(*named):
    names, spots = zip(*named, strict=True)
    data = {"name": list(names), "rank": [1] * len(names)}
    return geopandas.GeoDataFrame(data, geometry=[shapely.Point(each) for each in spots], crs=4326)


def texts_of(ax):
    return [each.get_text() for each in ax.texts]


def test_names_and_the_attribution_are_drawn_and_names_do_not_overlap():
    towns = places(("Ogre", (24.05, 57.05)), *((f"Ogre {each}", (24.05, 57.05)) for each in range(20)))
    lake = geopandas.GeoDataFrame({"name": ["x"]}, geometry=[shapely.box(24, 57, 24.05, 57.02)], crs=4326)
    ground = sm.basemap({"places": towns, "water": lake}, attribution="© Town")
    ax = draw_map(HOMES, [], context=ground)
    drawn = [each for each in ax.texts if each.get_text().startswith("Ogre")]
    assert "© Town" in texts_of(ax)
    assert drawn[0].get_text() == "Ogre"
    assert 2 <= len(drawn) <= 5
    ax.get_figure().canvas.draw()
    boxes = [each.get_window_extent() for each in drawn]
    assert not any(one.overlaps(other) for number, one in enumerate(boxes) for other in boxes[:number])


@pytest.mark.parametrize("name", ["القاهرة", "תל אביב", "Москва"])
def test_names_from_right_to_left_are_drawn(name):
    ax = draw_map(HOMES, [], context={"places": places((name, (24.05, 57.05)))})
    ax.get_figure().canvas.draw()
    assert name in texts_of(ax)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "© Town · 1 name not drawn: no font here has its letters"),
        ("lv", "© Town · 1 nosaukums nav uzzīmēts: nevienā šejienes fontā nav tā burtu"),
        (None, "© Town"),  # the report says it once for all of its pictures
    ],
)
def test_names_that_no_font_has_the_letters_of_are_counted(lang, said):
    name = "\U000e0fff"  # of no script: no font has it
    towns = places((name, (24.05, 57.05)), ("Ogre", (24.03, 57.03)))
    ax = draw_map(HOMES, [], context=sm.basemap({"places": towns}, attribution="© Town"), lang=lang)
    ax.get_figure().canvas.draw()  # a letter that is missing would be a warning
    assert {"Ogre", said} <= set(texts_of(ax))
    assert name not in texts_of(ax)


@pytest.mark.parametrize("name", ["$x^2$", "a $ b $ c", "<script>", r"\frac"])
def test_names_are_no_markup(name):
    ax = draw_map(HOMES, [], context={"places": places((name, (24.05, 57.05)))})
    ax.get_figure().canvas.draw()
    assert name in texts_of(ax)


def test_a_base_map_of_elsewhere_is_an_error():
    with pytest.raises(sm.GeometryError, match="no place in common"):
        draw_map(HOMES, [], context=sm.Basemap(MappingProxyType({}), box=(0, 0, 1, 1)))
