# SPDX-License-Identifier: Apache-2.0
"""Makes the illustrative files of this folder: nobody counted or computed what they say.

    python make_illustrative.py liechtenstein.osm.pbf FOLDER

writes population.csv and flood_zones.geojson into FOLDER. Where houses stand and where the Rhine runs is
OpenStreetMap's (© OpenStreetMap contributors, ODbL 1.0); how many live there and how far the water comes is made up.
The same seed gives the same files: all chance comes from `random.Random.random`, whose numbers Python keeps the same
from version to version.
"""

import csv
import json
import sys
from math import pi, sin
from pathlib import Path
from random import Random
from typing import Any

import geopandas as gpd
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

SEED = 2026
CELL_M = 250
PEOPLE = 39_000  # about as many as live there
MARK = {"illustrative": "yes"}
SWISS = "EPSG:2056"
RHINE = (47.05, 47.27)  # latitudes between which it is the border
HALF_WIDTH_M = {"1 %": 550, "0.33 %": 1100}  # of the flooded strip, by its chance in a year
DEPTHS = ((1.5, 0.0, 0.45), (0.5, 0.45, 0.75), (0.2, 0.75, 1.0))  # metres; from and to, parts of the half width
TO_DEGREES = Transformer.from_crs(SWISS, "EPSG:4326", always_xy=True)


def population(extract: Path, chance: Random) -> list[dict[str, object]]:
    """Cells of a quarter of a kilometre with people, as many as the ground their houses cover makes likely."""
    frame = gpd.read_file(extract, layer="multipolygons")
    places = frame[frame["admin_level"].eq("8")].to_crs(SWISS)
    country = shapely.union_all(places.geometry)
    houses = frame[frame["building"].notna()].to_crs(SWISS)
    middle = houses.geometry.centroid
    houses = houses[shapely.contains_xy(country, middle.x, middle.y)]
    middle = houses.geometry.centroid
    cells: dict[tuple[int, int], float] = {}
    for x, y, area_m2 in sorted(zip(middle.x, middle.y, houses.geometry.area, strict=True)):
        cell = (int(x // CELL_M) * CELL_M + CELL_M // 2, int(y // CELL_M) * CELL_M + CELL_M // 2)
        cells[cell] = cells.get(cell, 0.0) + min(area_m2, 400.0)  # halls and works have no more than a block of flats
    total = sum(cells.values())
    rows = []
    for x, y in sorted(cells, key=lambda cell: (cell[1], cell[0])):
        likely = PEOPLE * cells[x, y] / total
        people = int(likely * (0.7 + 0.6 * chance.random()) + chance.random())
        if people > 2:
            seniors = min(people, int(people * 0.18 * (0.5 + chance.random()) + chance.random()))
            near = places["name"].iloc[int(places.distance(shapely.Point(x, y)).argmin())]
            rows.append({"id": f"{x}-{y}", "near": near, "x": x, "y": y, "people": people, "seniors": seniors, **MARK})
    return rows


def rhine(extract: Path) -> BaseGeometry:
    """The river where it is the border, in metres."""
    lines = gpd.read_file(extract, layer="lines")
    lines = lines[lines["waterway"].eq("river") & lines["name"].eq("Rhein")].geometry
    clipped = shapely.intersection(shapely.union_all(lines), shapely.box(9.4, RHINE[0], 9.7, RHINE[1]))
    return gpd.GeoSeries([shapely.line_merge(clipped)], crs="EPSG:4326").to_crs(SWISS).iloc[0]


def strip(river: BaseGeometry, half_width_m: float, waves: list[tuple[float, float]]) -> BaseGeometry:
    """Strip along the river, wider here and narrower there."""
    circles = []
    for step in range(int(river.length // 100) + 1):
        along = step * 100
        wave = sum(sin(along / length + phase) for length, phase in waves) / len(waves)
        circles.append(shapely.buffer(river.interpolate(along), half_width_m * (1 + 0.7 * wave), quad_segs=4))
    return shapely.simplify(shapely.union_all(circles), 20)


def flood_zones(extract: Path, chance: Random) -> list[dict[str, object]]:
    """Zones by scenario and depth: strips along the Rhine, those of a rarer flood round those of another."""
    river = rhine(extract)
    waves = [(length, 2 * pi * chance.random()) for length in (900, 2600)]
    features = []
    for number, (scenario, half_width_m) in enumerate(HALF_WIDTH_M.items()):
        for depth_m, inner, outer in DEPTHS:
            zone = strip(river, half_width_m * outer, waves)
            if inner:
                zone = zone.difference(strip(river, half_width_m * inner, waves))
            zone = shapely.set_precision(shapely.transform(zone, _degrees), 1e-6)
            properties = {"id": f"F{number}-{depth_m:g}", "scenario": scenario, "depth_m": depth_m}
            properties |= {**MARK, "official": False, "name": "Illustrative, not official"}
            shape = json.loads(shapely.to_geojson(shapely.orient_polygons(zone)))
            features.append({"type": "Feature", "properties": properties, "geometry": shape})
    return features


def _degrees(places: Any) -> Any:
    return shapely.get_coordinates([shapely.Point(*TO_DEGREES.transform(x, y)) for x, y in places])


def main(extract: Path, folder: Path) -> None:
    """Write both."""
    chance = Random(SEED)
    rows = population(extract, chance)
    with (folder / "population.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in flood_zones(extract, chance))
    text = '{"type": "FeatureCollection", "features": [\n' + lines + "\n]}\n"
    (folder / "flood_zones.geojson").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
