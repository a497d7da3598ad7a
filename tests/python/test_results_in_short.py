# SPDX-License-Identifier: Apache-2.0
"""What a result says of itself in a terminal and in a notebook: short, true to its tables, and safe."""

import contextlib
import dataclasses
import doctest
import inspect
import io
import re
import warnings
from html.parser import HTMLParser

import geopandas as gpd
import numpy as np
import pytest

import sheltermap as sm
from sheltermap.analyses.drawable import Drawable
from sheltermap.base.in_short import ToldInShort

PUBLIC = [each for each in (getattr(sm, name) for name in sm.__all__) if inspect.isclass(each)]
RESULTS = [each for each in PUBLIC if issubclass(each, ToldInShort)]
# Values of a few numbers or words, which the line of their own class tells whole; the table of costs has its own.
VALUES = (sm.Damage, sm.DamageCurve, sm.GateFinding, sm.Limit, sm.Measure, sm.ReachTable)
HOSTILE = "</script><img src=x onerror=alert(1)>\x1b[31m\u202e'\"&"


def example_of(result: type):
    """Make one by the examples of its class."""
    (found,) = doctest.DocTestFinder(recurse=False).find(result, result.__name__, globs={})
    made = []
    for example in found.examples:
        if doctest.SKIP in example.options:
            continue
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
            try:
                made.append(eval(example.source, found.globs))
            except SyntaxError:
                exec(compile(example.source, result.__name__, "exec"), found.globs)
    made += found.globs.values()
    return next(each for each in made if type(each) is result)


class Read(HTMLParser):
    """The tags of a page, with the text between them."""

    def __init__(self, page: str):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data):
        self.text += data + "\n"


def test_every_public_class_with_fields_is_told_in_short_or_is_a_value():
    dataclass = [each for each in PUBLIC if dataclasses.is_dataclass(each)]
    assert {each for each in dataclass if each not in VALUES} == set(RESULTS)
    assert {each for each in PUBLIC if issubclass(each, Drawable)} <= set(RESULTS)


@pytest.mark.parametrize("result", RESULTS, ids=lambda each: each.__name__)
def test_a_result_is_told_in_five_lines_and_shown_with_its_table_and_picture(result):
    one = example_of(result)
    told = repr(one)
    assert told.startswith(f"<{result.__name__}: ") and told.endswith(">")
    lines = told.splitlines()
    assert len(lines) <= 5 and max(map(len, lines)) <= 200
    page = one._repr_html_()
    shown = Read(page)
    assert lines[0].strip("<>") in shown.text
    assert set(shown.tags) <= {"div", "strong", "table", "tr", "th", "td", "img"}
    assert ("img" in shown.tags) == hasattr(result, "plot")
    assert len(re.sub(r"base64,[^\"]+", "", page)) < 10_000 and len(page) < 200_000


def test_a_value_that_holds_a_result_is_short_as_well():
    expected = sm.expected_annual([10, 100], [100, 1000])
    assert len(repr(sm.Measure("dike", after=expected, cost=5.0))) < 300
    assert len(repr(example_of(sm.ReachTable))) < 300


def town(people: int = 2, measure: str = "people") -> sm.Coverage:
    lon = np.linspace(24.1, 24.3, people)
    homes = gpd.GeoDataFrame({measure: [3] * people}, geometry=gpd.points_from_xy(lon, [56.9] * people), crs=4326)
    return sm.coverage(homes, homes[:1], [500, 800, 1000, 2000], weight=measure)


def test_the_lines_are_those_of_the_summary():
    assert repr(town()).splitlines() == [
        "<Coverage: 2 rows, 1 facility",
        "  people within 500 m: 3 of 6 covered (50.0 %), 3 uncovered",
        "  people within 800 m: 3 of 6 covered (50.0 %), 3 uncovered",
        "  people within 1 km: 3 of 6 covered (50.0 %), 3 uncovered",
        "  4 rows in .summary>",
    ]


def test_what_data_say_stays_text():
    found = town(measure=HOSTILE)
    assert "\x1b" not in repr(found) and "\u202e" not in repr(found)
    shown = Read(found._repr_html_())
    assert "script" not in shown.tags and "onerror" not in shown.attributes
    assert shown.tags.count("img") == 1  # the picture
    assert "</script><img src=x onerror=alert(1)>" in shown.text


def test_a_long_name_is_cut():
    assert len(repr(town(measure="x" * 10_000))) < 1000
    page = town(measure="x" * 10_000)._repr_html_()
    assert len(re.sub(r"base64,[^\"]+", "", page)) < 10_000


def test_a_table_shows_its_first_rows_and_columns_and_how_many_there_are():
    found = sm.site(**asked(columns=0))
    page = found._repr_html_()
    assert "geometry" not in Read(page).text
    many = dataclasses.replace(found, summary=found.summary.loc[found.summary.index.repeat(9)])
    assert Read(many._repr_html_()).text.count("9 rows and 8 columns in .summary") == 1
    assert Read(many._repr_html_()).tags.count("tr") == 1 + 6


def asked(columns: int) -> dict:
    homes = gpd.GeoDataFrame({"people": [30, 50]}, geometry=gpd.points_from_xy([24.1, 24.2], [57, 57]), crs=4326)
    return {"demand": homes, "candidates": homes[["geometry"]], "objective": "coverage", "within": 500, "p": 1}


def test_of_large_layers_a_part_is_drawn_with_counts_of_all():
    from sheltermap.drawing.crowded import CrowdedSymbols
    from sheltermap.drawing.small_picture import MOST, small_picture

    found = town(people=3 * MOST)
    drawn = []
    _, whole = small_picture(lambda axes: drawn.append(found._plotted(ax=axes, threshold=500, lang="en")))
    (axes,) = drawn
    # by category, so that the one home that is covered is not lost among those that are not
    counts = sorted(line.points for line in axes.lines if isinstance(line, CrowdedSymbols))
    assert counts == sorted([-(-found_count // 3) for found_count in category_counts(found)])
    assert not whole and "a part of the rows" in found._repr_html_() and "a part" not in town()._repr_html_()
    told = [text.get_text() for text in axes.get_legend().get_texts()]
    assert f"({3 * MOST - category_counts(found)[0]:,})".replace(",", "\u202f") in told[1]


def category_counts(found: sm.Coverage) -> tuple[int, int]:
    covered = int((found.rows["within_500m"] == "covered").sum())
    return covered, len(found.rows) - covered


def test_the_picture_of_a_notebook_is_not_left_with_pyplot():
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    town()._repr_html_()
    assert plt.get_fignums() == before


def test_a_network_and_a_raster_are_shown_with_what_they_are(tmp_path):
    from shapely import LineString

    lines = gpd.GeoDataFrame(geometry=[LineString([(24.10, 56.95), (24.12, 56.95)])], crs=4326)
    walk = sm.Network.from_lines(lines)
    shown = Read(walk._repr_html_())
    assert repr(walk).strip("<>") in shown.text and "ways used" in shown.text
    assert set(shown.tags) <= {"div", "strong", "table", "tr", "th", "td"}
    file = tmp_path / "<b>depth.asc"
    file.write_text(
        "ncols 3\nnrows 2\nxllcorner 500000\nyllcorner 300000\ncellsize 10\nNODATA_value -1\n1 2 3\n4 5 6\n"
    )
    raster = sm.Raster(file, holds="depth_m", crs="EPSG:3059")
    shown = Read(raster._repr_html_())
    assert shown.text.splitlines() == [
        "Raster <b>depth.asc: depth_m, 2 x 3 cells, EPSG:3059",
        "cells of 10 x 10 (metre)",
        "x from 500000 to 500030, y from 300000 to 300020",
        "-1 stands for none",
    ]
    assert set(shown.tags) == {"div", "strong"}
