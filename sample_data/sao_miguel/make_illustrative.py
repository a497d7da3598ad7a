# SPDX-License-Identifier: Apache-2.0
"""Makes the illustrative files of this folder: nobody surveyed, modelled or counted any of what they say.

    python make_illustrative.py SOURCE FOLDER

reads people.tif, elevation.tif and municipalities.gpkg in SOURCE and writes shelters.csv, homes_and_schools.csv,
infrastructure.csv, waterworks.csv, eruption.geojson, harbour.geojson, risk_parts.geojson and surge_*.tif into FOLDER.
Where people live and how high the land is are real; where the three volcanoes and the towns lie is well known, rounded
to 0.01 and 0.001 degrees. The shelters, the sites, the infrastructure, the zones and their return periods are made up.
The same seed gives the same files: all chance comes from `random.Random.random`, whose numbers Python keeps the same
from version to version. It needs rasterio.
"""

import csv
import json
import sys
from pathlib import Path
from random import Random

import geopandas
import numpy as np
import rasterio
import shapely

import sheltermap as sm

SEED = 2026
SHELTERS = 60
MARK = {"illustrative": "yes"}
VOLCANOES = {"Sete Cidades": (-25.78, 37.86), "Fogo": (-25.47, 37.76), "Furnas": (-25.32, 37.76)}
ERUPTION_M = {"near": [2_000, 4_000], "wide": [3_000, 6_000, 9_000]}  # of a small eruption and of a large one
DEPOT = (-25.652, 37.738)  # in the harbour of Ponta Delgada
SURGE_M = {50: 4.0, 200: 8.0, 500: 12.0}  # how high the sea stands, by return period in years: a bathtub, no model
TOWNS = {
    "Ponta Delgada": (-25.669, 37.742),
    "Ribeira Grande": (-25.521, 37.820),
    "Lagoa": (-25.573, 37.747),
    "Vila Franca do Campo": (-25.433, 37.719),
    "Povoação": (-25.245, 37.750),
    "Nordeste": (-25.147, 37.833),
    "Furnas": (-25.311, 37.773),
    "Rabo de Peixe": (-25.584, 37.812),
    "Ginetes": (-25.845, 37.852),
    "Mosteiros": (-25.819, 37.890),
}
SITES = {  # what, how many persons at least and at most, how many of ten cannot walk by themselves
    "school": (120, 600, 0.3),
    "care_home": (25, 90, 6.0),
}
LIFELINES = ("power", "water_supply", "telecom")


def near(town: tuple[float, float], chance: Random, within: float = 0.006) -> dict[str, object]:
    """A place near the middle of a town."""
    lon, lat = (value + within * (2 * chance.random() - 1) for value in town)
    return {"lon": round(lon, 5), "lat": round(lat, 5)}


def shelters(people: Path, chance: Random) -> list[dict[str, object]]:
    """Shelters where many people live, in the form of the shelter register."""
    grid = sm.population_grid(sm.Raster(people, holds="count"), at_least=50)
    order = np.argsort([-chance.random() * each**0.5 for each in grid["people"]], kind="stable")
    rows = []
    for number, at in enumerate(sorted(order[:SHELTERS].tolist()), 1):
        place = grid.geometry.iloc[at]
        lot, area_m2 = chance.random(), round(150 + 1200 * chance.random() ** 2)
        rows.append(
            {"id": f"A{number:02}", "name": f"Shelter A{number:02} (illustrative)", "lon": round(place.x, 5),
             "lat": round(place.y, 5), "kind": "shelter", "category": "III",
             "compliance": "full" if lot < 0.7 else "partial", "capacity_persons": int(area_m2 / 0.75),
             "usable_area_m2": area_m2, "step_free_access": "yes" if chance.random() < 0.6 else "no",
             "suits_storm_surge": "yes" if chance.random() < 0.7 else "no",
             "suits_volcano": "yes" if chance.random() < 0.5 else "no", **MARK}
        )  # fmt: skip
    return rows


def homes_and_schools(chance: Random) -> list[dict[str, object]]:
    """Schools and care homes in the towns, and the hospital."""
    rows: list[dict[str, object]] = []
    for town, place in TOWNS.items():
        for kind, (least, most, unable) in SITES.items():
            persons = round(least + (most - least) * chance.random())
            rows.append(
                {"id": f"H{len(rows) + 1:02}", "name": f"{town}: {kind} (illustrative)", "kind": kind,
                 **near(place, chance), "persons": persons, "reduced_mobility": round(persons * unable / 10), **MARK}
            )  # fmt: skip
    hospital = {"name": "Ponta Delgada: hospital (illustrative)", "kind": "hospital", "lon": -25.683, "lat": 37.751}
    return [*rows, {"id": f"H{len(rows) + 1:02}", **hospital, "persons": 400, "reduced_mobility": 220, **MARK}]


def infrastructure(chance: Random) -> list[dict[str, object]]:
    """Lifelines of the towns and what each needs to work.

    Water and telephones need the power of their town, and that one of the two plants, the first two towns.
    """
    rows: list[dict[str, object]] = []
    for number, (town, place) in enumerate(TOWNS.items(), 1):
        for kind in LIFELINES:
            needs = f"power{number:02}" if kind != "power" else "" if number <= 2 else "power01|power02"
            rows.append(
                {"id": f"{kind}{number:02}", "name": f"{town}: {kind} (illustrative)", "kind": kind,
                 **near(place, chance), "depends_on": needs, **MARK}
            )  # fmt: skip
    return rows


def points(places: dict[str, tuple[float, float]]) -> geopandas.GeoDataFrame:
    """Places as a layer."""
    lon, lat = zip(*places.values(), strict=True)
    return geopandas.GeoDataFrame({"name": list(places)}, geometry=geopandas.points_from_xy(lon, lat), crs=4326)


def eruption() -> list[dict[str, object]]:
    """Bands round the volcanoes for a small and for a large eruption; the nearer, the stronger."""
    rows = []
    for size, distances in ERUPTION_M.items():
        bands = sm.bands(points(VOLCANOES), distances, source_id="name")
        for band in bands.itertuples():
            level = len(distances) + 1 - band.band
            named = {"volcano": band.source, "size": size, "from_m": band.from_m, "to_m": band.to_m, "level": level}
            rows.append({**named, **MARK, "geometry": band.geometry})
    return rows


def harbour() -> list[dict[str, object]]:
    """Where a cloud from the depot would drift: bands of a sector for a wind from the south-east."""
    sector = sm.plume(points({"depot": DEPOT}), 135, [1_000, 3_000], width_deg=60, source_id="name")
    return [
        {"from_m": band.from_m, "to_m": band.to_m, "level": 3 - band.band, **MARK, "geometry": band.geometry}
        for band in sector.itertuples()
    ]


def parts(source: Path, places: list[dict[str, object]], zones: Path, chance: Random) -> list[dict[str, object]]:
    """The municipalities with what a risk index joins.

    How much of each is near a volcano, how many live there, how many of a hundred are old (made up), and for how many
    of a hundred there is a place in a shelter.
    """
    areas = sm.read(source / "municipalities.gpkg", id="name")
    rings = sm.read(zones)
    near = sm.exposure(areas, rings[rings["size"] == "wide"]).rows["exposed_share"]
    people = sm.zonal(areas, sm.Raster(source / "people.tif", holds="count"), ["sum"])["sum"]
    room = geopandas.GeoDataFrame(
        {"places": [each["capacity_persons"] for each in places]},
        geometry=geopandas.points_from_xy(*([each[axis] for each in places] for axis in ("lon", "lat"))),
        crs=4326,
    )
    inside = room.sjoin(areas[["geometry"]]).groupby("index_right")["places"].sum()
    return [
        {"name": row.name, "near_volcano": round(float(near[at]), 3), "people": round(float(people[at])),
         "seniors_per_100": round(11 + 9 * chance.random(), 1),
         "places_per_100": round(100 * float(inside.get(at, 0)) / float(people[at]), 1), **MARK,
         "geometry": row.geometry.simplify(0.0005)}
        for at, row in zip(areas.index, areas.itertuples(), strict=True)
    ]  # fmt: skip


def write_zones(path: Path, rows: list[dict[str, object]]) -> None:
    """Zones as GeoJSON with six decimals, 0.1 m."""
    features = [
        {"type": "Feature", "properties": {key: value for key, value in row.items() if key != "geometry"},
         "geometry": json.loads(shapely.to_geojson(shapely.set_precision(row["geometry"], 1e-6)))}
        for row in rows
    ]  # fmt: skip
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in features)
    path.write_text('{"type": "FeatureCollection", "features": [\n' + lines + "\n]}\n", encoding="utf-8")


def write_surges(elevation: Path, folder: Path) -> None:
    """How deep land lower than the sea would stand under water: no waves, no time, no way of the water."""
    with rasterio.open(elevation) as source:
        heights, profile = source.read(1, masked=True), source.profile
    for years, level_m in SURGE_M.items():
        depth = np.where(heights.mask, -1.0, np.maximum(level_m - heights.filled(0.0), 0.0)).astype(np.float32)
        told = {**profile, "nodata": -1.0, "compress": "deflate", "predictor": 3, "tiled": False, "driver": "GTiff"}
        with rasterio.open(folder / f"surge_{years}.tif", "w", **told) as target:
            target.write(depth, 1)


def write(path: Path, rows: list[dict[str, object]]) -> None:
    """Rows as CSV in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(source: str | Path, folder: str | Path) -> None:
    """Write all of them."""
    source, folder = Path(source), Path(folder)
    places = shelters(source / "people.tif", Random(SEED))
    write(folder / "shelters.csv", places)
    write(folder / "homes_and_schools.csv", homes_and_schools(Random(SEED + 1)))
    lifelines = infrastructure(Random(SEED + 2))
    write(folder / "infrastructure.csv", lifelines)
    write(folder / "waterworks.csv", [each for each in lifelines if each["kind"] == "water_supply"])
    write_zones(folder / "eruption.geojson", eruption())
    write_zones(folder / "harbour.geojson", harbour())
    write_zones(folder / "risk_parts.geojson", parts(source, places, folder / "eruption.geojson", Random(SEED + 3)))
    write_surges(source / "elevation.tif", folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
