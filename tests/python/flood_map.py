# SPDX-License-Identifier: Apache-2.0
"""A map page with everything on it: three steps of a flood and another view, over a base map."""

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.figure import Figure

from sheltermap.base import texts
from sheltermap.basemap.basemap import Basemap
from sheltermap.drawing.legend import COVERED, UNCOVERED, UNKNOWN, Category
from sheltermap.map.packed_layers import Field, Layer
from sheltermap.map.page import Map
from sheltermap.map.view import View

STEPS = ("10 %", "1 %", "0.5 %")
ACROSS = 12  # homes stand in a square of so many
PEOPLE = np.where(np.arange(ACROSS**2) % 7 == 0, 300.0, 3.0)
TOWNS = ("Rīga", "北京市", "مدينة الرياض", "Ķengarags")


def frame(shapes: list, names: list, rank: list) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": names, "rank": rank}, geometry=shapes, crs=4326)


def base_map(names: tuple[str, ...] = TOWNS, attribution: str = "© OpenStreetMap contributors") -> Basemap:
    river = shapely.LineString([(23.95, 56.90), (24.05, 56.95), (24.25, 56.93)])
    towns = [shapely.Point(24.0 + 0.05 * at, 56.92) for at in range(len(names))]
    streets = [shapely.LineString([(23.9, 56.9 + 0.01 * at), (24.3, 56.9 + 0.01 * at)]) for at in range(6)]
    return Basemap(
        {
            "woods": frame([shapely.Point(24.22, 56.88).buffer(0.02)], ["Mežs"], [1]),
            "water": frame([river.buffer(0.004)], ["Daugava"], [1]),
            "streets": frame(streets, [f"Iela {at}" for at in range(6)], list(range(1, 7))),
            "places": frame(towns, list(names), [1, 2, 2, 3][: len(names)] + [4] * (len(names) - 4)),
        },
        attribution,
        ("Streets are simplified: off by up to 5 m.",),
    )


def homes() -> np.ndarray:
    x, y = np.meshgrid(np.linspace(24.0, 24.2, ACROSS), np.linspace(56.88, 57.0, ACROSS))
    return shapely.points(x.ravel(), y.ravel())


def flood_view(step: int, lang: str, *, names: list[str] | None = None, title: str | None = None) -> View:
    """A step in which so many rows of homes lose their shelter, and as many shelters are under water."""
    count = ACROSS**2
    category = np.where(np.arange(count) < ACROSS * (step + 1), 1, 0).astype(np.uint8)
    drawn = ((COVERED, "circle", "still_covered"), (UNCOVERED, "diamond", "lost"), (UNKNOWN, "cross", "unknown"))
    categories = [
        Category(category == at, "TRUE", colour, marker, texts.both(word))
        for at, (colour, marker, word) in enumerate(drawn)
    ]
    called = names or [f"Home {at}" for at in range(count)]
    distances = [texts.distance(100.0 * (at + 1), lang) for at in range(count)]
    spots = shapely.points(np.linspace(24.01, 24.19, 6), np.full(6, 56.945))
    water = np.array([shapely.LineString([(23.95, 56.9), (24.25, 56.93)]).buffer(0.01 + 0.01 * step)], object)
    wards = np.array([shapely.box(23.95, 56.86, 24.1, 57.02), shapely.box(24.1, 56.86, 24.25, 57.02)], object)
    layers = [
        Layer("areas", wards, [Field("area", ["West ward", "East ward"])]),
        Layer("water", water, [Field("flood zone", [STEPS[step]])]),
        Layer("rows", homes(), [Field("name", called), Field("distance", distances)], category, weight=PEOPLE),
        Layer(
            "facilities",
            spots,
            [Field("shelter", [f"School {at}" for at in range(6)])],
            usable=np.arange(6) > step,
            title=title or "Shelters",
        ),
    ]
    return View(title or f"Flood: {STEPS[step]}", layers, categories, draw, group="Flood", step=STEPS[step])


def draw():
    axes = Figure(figsize=(4, 3)).add_subplot()
    axes.plot([0, 1], [0, 1])
    return axes


def flood_map(lang: str = "en") -> Map:
    views = [flood_view(step, lang) for step in range(len(STEPS))]
    alone = View("Coverage", views[0].layers, views[0].categories, draw)
    languages = {"en": "map.html", "lv": "map.lv.html"}
    return Map("Shelters of Rīga", [*views, alone], lang=lang, context=base_map(), languages=languages)
