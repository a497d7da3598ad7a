# SPDX-License-Identifier: Apache-2.0
"""Pictures on a page: light, and the same to look at as what matplotlib drew."""

import base64
import io

import geopandas
import numpy as np
import pytest
import shapely
from PIL import Image

from sheltermap.base import texts
from sheltermap.drawing.legend import COVERED, UNCOVERED, Category
from sheltermap.page.light_svg import light_svg, svg_uri
from sheltermap.page.picture import (
    COARSER,
    DOTS_PER_INCH,
    PIXELS_UP_TO,
    VECTOR_UP_TO,
    Drawing,
    LegendEntry,
    MapPicture,
    draw_all,
    figure_bytes,
    figure_pixels,
    map_picture,
    repeatable,
)


def scatter(count: int) -> Drawing:
    places = np.random.default_rng(7).random((2, count))

    def draw(ax):
        for at, (marker, colour) in enumerate((("o", "#0072b2"), ("D", "#d55e00"), ("X", "#8a8f98"))):
            ax.plot(*places[:, at::3], marker, ms=6, mfc=colour, mec="white", mew=0.5)
        ax.plot([0, 1], [0, 1], color="#1f2933")
        ax.set_axis_off()

    return Drawing(draw, (6, 4))


def seen_as(chromium, tmp_path, name: str, uri: str) -> np.ndarray:
    (tmp_path / f"{name}.html").write_text(f'<body style="margin:0"><img width="900" src="{uri}">')
    page = chromium.open(tmp_path / f"{name}.html").page
    shot = page.locator("img").screenshot()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)


def test_a_light_picture_looks_as_before_and_weighs_a_tenth(chromium, tmp_path):
    with repeatable():
        svg = figure_bytes(scatter(900).figure(), "svg", metadata={"Date": None, "Creator": None}).decode()
    before, after = (
        seen_as(chromium, tmp_path, name, svg_uri(each)) for name, each in (("a", svg), ("b", light_svg(svg)))
    )
    assert before.shape == after.shape and (before < 200).any()
    # Symbols move by up to a twentieth of a point, which their softened edges show.
    assert (abs(before - after).max(axis=2) > 120).mean() < 0.002
    assert len(svg_uri(light_svg(svg))) < len(svg) / 8


def test_a_picture_is_lines_while_they_are_light_and_else_pixels_that_weigh_little():
    light, heavy = scatter(900).uri, scatter(6000).uri
    assert light.startswith("data:image/svg+xml,") and len(light) < VECTOR_UP_TO
    assert heavy.startswith("data:image/webp;base64,") and len(heavy) < PIXELS_UP_TO * 4 / 3 + 100
    assert not set(light) & set('"<>&#\n')
    assert scatter(900).uri == light and scatter(6000).uri == heavy


def test_pixels_are_those_of_a_png():
    with repeatable():
        figure = scatter(6000).figure()
        png = Image.open(io.BytesIO(figure_bytes(figure, "png", dpi=DOTS_PER_INCH)))
        assert np.array_equal(figure_pixels(figure), np.asarray(png.convert("RGB")))


def crowd(count):
    places = np.random.default_rng(4).normal((24.1, 56.9), 0.05, (count, 2))
    rows = geopandas.GeoDataFrame({"n": range(count)}, geometry=shapely.points(places), crs=4326)
    categories = [
        Category(np.arange(count) % 2 == each, "TRUE", colour, "circle", dict.fromkeys(texts.LANGUAGES, "x"))
        for each, colour in enumerate((COVERED, UNCOVERED))
    ]
    return map_picture({}, rows, categories).picture


def test_a_crowd_has_the_pixels_that_it_has_among_all_else():
    with repeatable():
        png = Image.open(io.BytesIO(figure_bytes(crowd(20_000).figure(), "png", dpi=DOTS_PER_INCH)))
        pixels = figure_pixels(crowd(20_000).figure())
    usual = np.asarray(png.convert("RGB"))
    assert pixels.shape == usual.shape and (usual < 100).any()
    assert (np.abs(pixels.astype(int) - usual).max(axis=2) > 6).mean() < 0.02  # it may be a hair to one side


@pytest.mark.parametrize("count", [5000, 40_000])
def test_a_picture_of_pixels_is_the_finest_that_weighs_little(count):
    with repeatable():
        image = Image.fromarray(figure_pixels(scatter(count).figure()))
    for part, quality, _ in COARSER:  # one after the other, without guessing which may fit
        stream = io.BytesIO()
        size = (round(image.width * part), round(image.height * part))
        image.resize(size, Image.Resampling.LANCZOS).save(stream, "WEBP", quality=quality, method=4)
        if len(stream.getvalue()) <= PIXELS_UP_TO:
            break
    assert base64.b64decode(scatter(count).uri.partition("base64,")[2]) == stream.getvalue()


def test_pictures_drawn_together_are_those_drawn_alone():
    counts = (900, 6000, 5000)
    together = [scatter(count) for count in counts]
    draw_all(together)
    assert all("uri" in vars(each) for each in together)
    assert [each.uri for each in together] == [scatter(count).uri for count in counts]


def test_what_a_picture_shows_is_said_with_its_figures():
    label = dict.fromkeys(texts.LANGUAGES, "covered")
    entries = [LegendEntry("#000", "circle", label, "12"), LegendEntry("none", "triangle", label, "")]
    title = dict.fromkeys(texts.LANGUAGES, "Map: homes")
    picture = MapPicture(title, scatter(3), entries)
    assert picture.said["en"] == "Map: homes. covered 12"
    assert MapPicture(title, scatter(3), entries, alt={"en": "own"}).said == {"en": "own"}
