# SPDX-License-Identifier: Apache-2.0
"""How large a map page is, how soon it is drawn and how smoothly it moves, in Chromium without a graphics card.

    .venv/bin/python benchmarks/map_page.py [ROWS]

Homes around made-up towns with shelters, over a made-up base map of 200,000 vertices: as much as a page holds of one.
"""

import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import shapely
from playwright.sync_api import Page, sync_playwright

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.basemap.basemap import Basemap
from sheltermap.drawing.legend import coverage_categories
from sheltermap.drawing.plots import lonlat_shapes
from sheltermap.map.packed_layers import Field, Layer, value_texts
from sheltermap.map.page import Map
from sheltermap.map.result_layers import named_layer
from sheltermap.map.view import View

CHROMIUM = "/usr/bin/chromium"
SOFTWARE = ("--no-sandbox", "--disable-gpu")
SIZE = {"width": 1280, "height": 720}
PAN_S = 5
ROUNDS = 3

# Counts the frames from here on.
COUNT = """() => {
  window.frames_ = [];
  const count = (now) => { window.frames_.push(now); requestAnimationFrame(count); };
  requestAnimationFrame(count);
}"""


def frame(points: np.ndarray, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapely.points(points), crs=4326)


def base_map(rng: np.random.Generator) -> Basemap:
    """Winding streets of six ranks, woods, water and villages over a country like Latvia."""
    streets = []
    for _ in range(4000):
        steps = rng.normal(0, 0.003, (50, 2)) + rng.normal(0, 0.003, 2)
        streets.append(shapely.LineString(rng.uniform((21.5, 55.9), (27.5, 57.9)) + np.cumsum(steps, axis=0)))
    rank = rng.integers(1, 7, len(streets))
    spots = rng.uniform((21.5, 55.9), (27.5, 57.9), (1000, 2))
    grown = shapely.buffer(shapely.points(spots), rng.uniform(0.005, 0.05, len(spots)), quad_segs=12)

    def layer(shapes: object, rank: object, name: str) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(
            {"name": [f"{name} {i}" for i in range(len(shapes))], "rank": rank}, geometry=shapes, crs=4326
        )

    return Basemap(
        {
            "woods": layer(grown[:800], 1, "wood"),
            "water": layer(grown[800:], 1, "lake"),
            "streets": layer(streets, rank, "street"),
            "places": layer(shapely.points(spots), rng.integers(1, 6, len(spots)), "village"),
        },
        "made up",
    )


def page_of(rows: int) -> Map:
    rng = np.random.default_rng(15)
    towns = rng.uniform((21.5, 55.9), (27.5, 57.9), (80, 2))
    homes = frame(
        towns[rng.integers(0, len(towns), rows)] + rng.normal(0, (0.05, 0.03), (rows, 2)),
        name=[f"home {i}" for i in range(rows)],
        people=rng.integers(1, 300, rows),
    )
    shelters = frame(towns + rng.normal(0, 0.02, towns.shape), name=[f"shelter {i}" for i in range(len(towns))])
    found = sm.coverage(homes, shelters, [1000, 3000], facility_id="name")
    categories = coverage_categories(found.rows, found.thresholds)
    category = np.argmax([each.rows for each in categories], axis=0).astype(np.uint8)
    fields = [
        Field("name", value_texts(homes["name"], "en")),
        Field("distance", [texts.distance(each, "en") for each in found.rows["distance_m"]]),
        Field("nearest", value_texts(found.rows["facility"], "en")),
    ]
    people = homes["people"].to_numpy(float)
    layers = [
        Layer("rows", lonlat_shapes(homes), fields, category, weight=people),
        named_layer("facilities", shelters, "name", "en", "name"),
    ]
    view = View("Coverage", layers, categories, found.plot)
    return Map("Coverage", [view], lang="en", context=base_map(rng))


def moved(page: Page) -> tuple[float, float]:
    """Drag the map about for some seconds; return frames a second and the longest frame in ms."""
    page.evaluate(COUNT)
    page.mouse.move(740, 360)
    page.mouse.down()
    start = time.monotonic()
    while (passed := time.monotonic() - start) < PAN_S:
        page.mouse.move(740 + 500 * np.sin(2 * passed), 360 + 320 * np.sin(3 * passed))
    times = np.asarray(page.evaluate("window.frames_"))
    page.mouse.up()
    return (len(times) - 1) / (times[-1] - times[0]) * 1000, float(np.diff(times).max())


def measured(path: Path) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"drawn": [], "fps": [], "longest": [], "zoomed": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SOFTWARE))
        browser.new_page(viewport=SIZE).goto("about:blank")  # the browser itself is not what is measured
        for _ in range(ROUNDS):
            page = browser.new_page(viewport=SIZE)
            page.goto(path.as_uri())
            page.wait_for_selector("body[data-drawn=yes]")
            found["drawn"].append(page.evaluate("performance.getEntriesByName('drawn')[0].startTime"))
            page.wait_for_timeout(1500)  # the list of places
            fps, longest = moved(page)
            found["fps"].append(fps)
            found["longest"].append(longest)
            before = time.monotonic()
            page.click(".leaflet-control-zoom-in")
            page.wait_for_selector("body[data-drawn=yes]")
            found["zoomed"].append((time.monotonic() - before) * 1000)
            page.close()
        browser.close()
    return found


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with TemporaryDirectory() as folder:
        made = page_of(rows)
        start = time.monotonic()
        path = made.save(Path(folder) / "map.html")
        print(f"{rows} rows: {path.stat().st_size / 1e6:.2f} MB, written in {time.monotonic() - start:.1f} s")
        found = {what: median(values) for what, values in measured(path).items()}
    print(f"first drawn after {found['drawn'] / 1000:.2f} s, a zoom later after {found['zoomed'] / 1000:.2f} s")
    print(f"dragged at {found['fps']:.0f} frames a second, the longest of which takes {found['longest']:.0f} ms")


if __name__ == "__main__":
    main()
