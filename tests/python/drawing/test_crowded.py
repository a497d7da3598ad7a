# SPDX-License-Identifier: Apache-2.0
"""What is drawn by its pixels looks as if all of it were drawn."""

import io

import numpy as np
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sheltermap.drawing import crowded
from sheltermap.drawing.crowded import CrowdedStreets, CrowdedSymbols, Lines
from sheltermap.drawing.shared_places import Places

SIZE, DPI = (2.0, 1.5), 100  # 200 by 150 pixels
STYLE = {"ls": "", "marker": "o", "ms": 3.0, "mfc": "#0072b2", "mec": "white", "mew": 0.0}


def axes():
    """Axes that fill a picture, one unit a pixel."""
    ax = Figure(figsize=SIZE, dpi=DPI).add_axes((0, 0, 1, 1))
    ax.set_xlim(0, 200)
    ax.set_ylim(0, 150)
    ax.set_axis_off()
    return ax


def pixels(ax):
    canvas = FigureCanvasAgg(ax.figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].astype(int)


def symbols(places):
    ax = axes()
    ax.plot(*np.transpose(places), **STYLE)
    return pixels(ax)


def crowded_symbols(places):
    ax = axes()
    ax.add_artist(crowd(places))
    return pixels(ax)


def crowd(places, rows=None, **style):
    rows = np.ones(len(places), bool) if rows is None else rows
    return CrowdedSymbols(Places.of(np.asarray(places, float)), rows, **style, **STYLE)


def test_symbols_on_pixels_of_their_own_are_the_same_pixels():
    rng = np.random.default_rng(1)
    cell = rng.permutation(200 * 150)[:3000]
    places = np.column_stack([cell % 200, cell // 200]) + rng.uniform(-0.4, 0.4, (3000, 2))
    assert np.array_equal(symbols(places), crowded_symbols(places))


def test_of_symbols_on_one_pixel_one_is_drawn_as_if_it_were_alone():
    on_one = np.array([(50.1, 60.2), (50.3, 59.8), (49.7, 60.4)])
    assert np.array_equal(crowded_symbols(on_one), symbols(on_one[:1]))
    beside = np.array([(50.1, 60.2), (51.1, 60.2)])
    assert np.array_equal(crowded_symbols(beside), symbols(beside))


def test_a_crowd_covers_what_all_its_symbols_cover():
    places = np.random.default_rng(2).normal((100, 75), 20, (50_000, 2))
    every, once = symbols(places), crowded_symbols(places)
    blue = np.array([0x00, 0x72, 0xB2])
    full = (every == blue).all(axis=2) & (once == blue).all(axis=2)
    assert full.sum() > 8000  # the middle of the crowd
    white = (every == 255).all(axis=2)
    assert np.array_equal(white, (once == 255).all(axis=2))  # nothing appears, and nothing is gone
    assert np.abs(every - once).mean() < 1  # shades of 255: only rims are lighter


@pytest.mark.parametrize("marker", ["o", "D", "X"])
def test_symbols_on_most_pixels_look_as_if_each_were_drawn(marker, monkeypatch):
    rng = np.random.default_rng(3)
    cell = rng.permutation(200 * 150)[:12_000]
    middles = np.column_stack([cell % 200, cell // 200])
    places = (middles[rng.integers(0, len(cell), 40_000)] + rng.uniform(-0.4, 0.4, (40_000, 2))).clip(0, 199)
    monkeypatch.setitem(STYLE, "marker", marker)
    stamped = crowded_symbols(places)
    monkeypatch.setattr(crowded, "STAMPED_ABOVE", 200 * 150)
    each = crowded_symbols(places)
    off = np.abs(stamped - each)  # shades of 255: Agg rounds after every symbol
    assert off.max() <= 6 and off.mean() < 0.5
    monkeypatch.setattr(crowded, "STAMPED_ABOVE", 0)
    few = middles[:40]
    assert np.abs(crowded_symbols(few) - symbols(few)).max() <= 3


def test_a_stamp_ends_at_the_edges_of_the_map(monkeypatch):
    monkeypatch.setattr(crowded, "STAMPED_ABOVE", 0)
    beyond = np.array([(-1.0, 40.0), (201.0, 152.0), (5000.0, 40.0), (np.nan, 3.0)])
    assert (crowded_symbols(beyond) != 255).any()
    assert np.abs(crowded_symbols(beyond) - symbols(beyond)).max() <= 3


def test_symbols_of_some_rows_are_where_these_are_in_every_picture():
    places = Places.of(np.random.default_rng(4).uniform(5, 145, (3000, 2)))
    some = np.arange(3000) % 3 == 0
    for scale in (1, 2, 1):  # what is kept of one picture is not taken for another
        images = []
        for drawn in (
            CrowdedSymbols(places, some, **STYLE),
            CrowdedSymbols(Places.of(places.lonlat[some]), np.ones(1000, bool), **STYLE),
        ):
            ax = axes()
            ax.set_xlim(0, 200 / scale)
            ax.add_artist(drawn)
            images.append(pixels(ax))
        assert (images[0] != 255).any() and np.array_equal(*images)


def test_symbols_are_where_axes_that_are_not_linear_have_them():
    places = np.random.default_rng(5).uniform(5, 145, (200, 2))
    crowded_ones, each = axes(), axes()
    for ax in (crowded_ones, each):
        ax.set_xscale("log")
        ax.set_xlim(1, 200)
    crowded_ones.add_artist(crowd(places))
    each.plot(*places.T, **STYLE)
    assert np.abs(pixels(crowded_ones) - pixels(each)).mean() < 1


def test_hidden_ones_are_not_drawn():
    ax = axes()
    for each in (
        crowd([(50.0, 60.0)]),
        CrowdedStreets(Lines.of_shapes(shapely.from_wkt(["LINESTRING (1 2, 40 60)"])), "#000000", 1),
    ):
        each.set_visible(False)
        ax.add_artist(each)
    assert (pixels(ax) == 255).all()


def test_symbols_without_a_place_and_beyond_the_picture_are_left_out():
    places = np.array([(np.nan, 1.0), (50.0, 60.0), (1e9, 1e9), (-1e300, 0.0), (np.inf, 5.0)])
    assert np.array_equal(crowded_symbols(places), symbols(places[1:2]))


def test_a_symbol_whose_middle_is_beyond_the_edge_is_seen_in_part():
    places = np.array([(-1.0, 40.0), (201.0, 152.0)])
    assert (crowded_symbols(places) != 255).any()
    assert np.array_equal(crowded_symbols(places), symbols(places))


def streets(lines, width=0.72):  # points, a pixel
    ax = axes()
    drawn = CrowdedStreets(lines, "#b9bcc2", width)
    ax.add_artist(drawn)
    assert drawn.points == len(lines.vertices)
    return pixels(ax)


def test_streets_lie_on_the_pixels_that_they_cross_and_begin_anew_with_each_line():
    lines = Lines.of_shapes(
        shapely.from_wkt(["LINESTRING (10.5 20.5, 40.5 20.5)", "MULTILINESTRING ((100.5 30.5, 100.5 90.5))"])
    )
    image = streets(lines)
    grey = np.argwhere((image != 255).any(axis=2))
    across = {(149 - 20, column) for column in range(10, 40)}  # rows are counted from the top
    up = {(149 - row, 100) for row in range(30, 90)}
    assert {tuple(each) for each in grey.tolist()} == across | up
    assert image[149 - 20, 15].tolist() == pytest.approx([0xB9, 0xBC, 0xC2], abs=1)


def test_more_streets_on_a_pixel_are_darker_whatever_their_order():
    shapes = shapely.from_wkt(["LINESTRING (10.5 20.5, 40.5 20.5)", "LINESTRING (20.5 20.5, 60.5 20.5)"])
    image = streets(Lines.of_shapes(shapes), width=0.36)  # half a pixel hides half
    assert image[149 - 20, 12, 0] == pytest.approx(255 - (255 - 0xB9) * 0.5, abs=1)
    assert image[149 - 20, 30, 0] == pytest.approx(255 - (255 - 0xB9) * 0.75, abs=1)
    assert np.array_equal(image, streets(Lines.of_shapes(shapes[::-1]), width=0.36))


def test_streets_are_the_same_whatever_fits_into_a_block(monkeypatch):
    rng = np.random.default_rng(6)
    shapes = shapely.linestrings(rng.uniform(0, 150, (40, 5, 2)))
    whole = streets(Lines.of_shapes(shapes))
    monkeypatch.setattr(crowded, "VERTICES_PER_BLOCK", 7)
    assert np.array_equal(whole, streets(Lines.of_shapes(shapes))) and (whole != 255).any()


def test_streets_end_where_the_map_does():
    ax = axes()
    ax.set_position((0.25, 0.0, 0.5, 1.0))  # of 200 pixels those from 50 to 150, which show x from 0 to 200
    ax.add_artist(
        CrowdedStreets(Lines.of_shapes(shapely.from_wkt(["LINESTRING (-91 20.5, 291 20.5)"])), "#000000", 0.72)
    )
    grey = np.argwhere((pixels(ax) != 255).any(axis=2))
    assert set(grey[:, 0].tolist()) == {149 - 20}
    assert grey[:, 1].tolist() in (list(range(50, 150)), list(range(50, 151)))  # Agg counts the edge as within


def test_lines_by_offsets_are_those_of_their_shapes():
    vertices = np.array([(0.0, 0.0), (1.0, 0.0), (5.0, 5.0), (6.0, 5.0), (6.0, 6.0)])
    shapes = shapely.from_wkt(["LINESTRING (0 0, 1 0)", "LINESTRING (5 5, 6 5, 6 6)"])
    given, made = Lines.of_offsets(vertices, np.array([0, 2, 5])), Lines.of_shapes(shapes)
    assert np.array_equal(given.vertices, made.vertices) and np.array_equal(given.begins, made.begins)


@pytest.mark.parametrize("kind", ["svg", "pdf"])
def test_vector_pictures_hold_them_as_pixels(kind):
    ax = axes()
    ax.add_artist(crowd(np.random.default_rng(3).uniform(0, 150, (20_000, 2)), rasterized=True))
    stream = io.BytesIO()
    ax.figure.savefig(stream, format=kind)
    assert len(stream.getvalue()) < 100_000  # a symbol takes 60 bytes as a shape
