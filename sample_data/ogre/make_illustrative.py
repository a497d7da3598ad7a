# SPDX-License-Identifier: Apache-2.0
"""Makes the illustrative files of this folder: nobody surveyed, counted or computed any of what they say.

    python make_illustrative.py ../latvia/areas.geojson FOLDER

writes areas.geojson (real outlines, chosen from the file given), population.csv, flood_zones.geojson, shelters.csv,
infrastructure.csv, reserve_stores.csv, reports.csv and protective_structures.geojson into FOLDER. The same seed gives
the same files: all chance comes from `random.Random.random`, whose numbers Python keeps from version to version.
"""

import csv
import json
import sys
from bisect import bisect
from itertools import accumulate
from math import exp, hypot, pi, sin
from pathlib import Path
from random import Random

import geopandas as gpd
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

SEED = 2026
CELL_M = 500
MARK = {"illustrative": "yes"}
UNITS = {"LV-035": "Ikšķile", "LV-051": "Ķegums", "LV-053": "Lielvārde", "LV-067": "Ogre"}  # ISO code: name
# Settlement: longitude, latitude, people, how far its people spread (m). Places are real, numbers are round guesses.
SETTLEMENTS = {
    "Ogre": (24.604, 56.819, 23_000, 1500),
    "Ikšķile": (24.495, 56.835, 7_000, 1200),
    "Lielvārde": (24.810, 56.719, 6_000, 1000),
    "Ķegums": (24.716, 56.745, 2_200, 800),
    "Tīnūži": (24.568, 56.868, 900, 700),
    "Ogresgals": (24.728, 56.806, 700, 600),
    "Birzgale": (24.755, 56.630, 800, 500),
    "Tome": (24.644, 56.754, 400, 500),
    "Rembate": (24.783, 56.755, 600, 500),
    "Madliena": (25.150, 56.847, 900, 500),
    "Ķeipene": (25.183, 56.890, 400, 400),
    "Taurupe": (25.345, 56.885, 500, 400),
    "Suntaži": (24.924, 56.905, 900, 500),
    "Jumprava": (24.972, 56.676, 700, 500),
    "Lēdmane": (24.852, 56.772, 500, 400),
    "Krape": (25.124, 56.743, 300, 400),
    "Laubere": (25.017, 56.858, 300, 400),
    "Līčupe": (25.306, 56.925, 200, 400),
    "Meņģele": (25.415, 56.806, 200, 400),
}
RURAL = 9_000  # people spread over all cells
# Rivers as sketched by hand, upstream first, and half the width of the flooded strip (m) by scenario.
RIVERS = {
    "Daugava": [(24.985, 56.655), (24.93, 56.672), (24.87, 56.690), (24.80, 56.708), (24.745, 56.728), (24.708, 56.740),
                (24.685, 56.757), (24.65, 56.778), (24.615, 56.796), (24.58, 56.806), (24.54, 56.815), (24.50, 56.822),
                (24.45, 56.832)],
    "Ogre": [(25.165, 56.842), (25.10, 56.836), (25.03, 56.829), (24.96, 56.815), (24.88, 56.806), (24.80, 56.799),
             (24.745, 56.803), (24.70, 56.811), (24.66, 56.819), (24.63, 56.8205), (24.607, 56.8145), (24.585, 56.808)],
}  # fmt: skip
HALF_WIDTH_M = {"Daugava": (400, 750, 1100), "Ogre": (110, 330, 520)}
SCENARIOS = {"10 %": 10, "1 %": 100, "0.5 %": 200}  # chance in a year: return period in years
DEPTHS = (("high", 0.0, 0.4), ("medium", 0.4, 0.7), ("low", 0.7, 1.0))  # class, from and to, parts of the half width

TO_METRES = Transformer.from_crs("EPSG:4326", "EPSG:3059", always_xy=True)
TO_DEGREES = Transformer.from_crs("EPSG:3059", "EPSG:4326", always_xy=True)


def metres(lon: float, lat: float) -> tuple[float, float]:
    """Place in LKS-92."""
    return TO_METRES.transform(lon, lat)


def areas(units: Path) -> gpd.GeoDataFrame:
    """The four units that became one municipality in 2021."""
    frame = gpd.read_file(units)
    chosen = frame[frame["ISO"].isin(UNITS)].sort_values("ISO", ignore_index=True)
    return chosen.assign(name=chosen["ISO"].map(UNITS))[["ISO", "name", "geometry"]]


def population(outline: BaseGeometry, chance: Random) -> list[dict[str, object]]:
    """Cells of half a kilometre with people, fewer the farther from a settlement."""
    places = {name: metres(lon, lat) for name, (lon, lat, _, _) in SETTLEMENTS.items()}
    centres = [(*places[name], people, spread) for name, (_, _, people, spread) in SETTLEMENTS.items()]
    west, south, east, north = (int(side // CELL_M) * CELL_M for side in outline.bounds)
    middles = [(x + CELL_M // 2, y + CELL_M // 2) for y in range(south, north + 1, CELL_M)
               for x in range(west, east + 1, CELL_M)]  # fmt: skip
    middles = [each for each in middles if shapely.contains_xy(outline, *each)]
    inhabited = 0.25  # of the cells outside settlements
    expected = [RURAL / len(middles) / inhabited * (chance.random() < inhabited) for _ in middles]
    for x, y, people, spread in centres:
        share = [exp(-hypot(x - a, y - b) * 2 / spread) for a, b in middles]
        expected = [old + people * part / sum(share) for old, part in zip(expected, share, strict=True)]
    rows = []
    for (x, y), people in zip(middles, expected, strict=True):
        count = int(people * (0.6 + 0.8 * chance.random()) + chance.random())
        if count > 2:
            parts = {"children": 0.17, "seniors": 0.22, "reduced_mobility": 0.06}
            groups = {
                name: int(count * part * (0.5 + chance.random()) + chance.random()) for name, part in parts.items()
            }
            groups = {name: min(count, value) for name, value in groups.items()}
            near = min(SETTLEMENTS, key=lambda name: hypot(x - places[name][0], y - places[name][1]))
            rows.append({"id": f"{x}-{y}", "near": near, "x": x, "y": y, "people": count, **groups, **MARK})
    return rows


def strip(river: str, half_width_m: float, waves: list[tuple[float, float]]) -> BaseGeometry:
    """Strip along a river, wider here and narrower there, in LKS-92."""
    line = shapely.LineString([metres(*place) for place in RIVERS[river]])
    circles = []
    for step in range(int(line.length // 100) + 1):
        along = step * 100
        wave = sum(sin(along / length + phase) for length, phase in waves) / len(waves)
        circles.append(line.interpolate(along).buffer(half_width_m * (1 + 0.45 * wave), quad_segs=4))
    return shapely.union_all(circles).simplify(20)


def flood_zones(chance: Random) -> list[dict[str, object]]:
    """Zones by scenario and depth class: strips along both rivers, those of a rarer flood round those of another."""
    waves = {river: [(length, 2 * pi * chance.random()) for length in (700, 1900)] for river in RIVERS}
    features = []
    for number, (scenario, years) in enumerate(SCENARIOS.items()):
        extent = {
            part: shapely.union_all(
                [strip(river, HALF_WIDTH_M[river][number] * part, waves[river]) for river in RIVERS]
            )
            for part in (0.4, 0.7, 1.0)
        }
        for depth, inner, outer in DEPTHS:
            zone = extent[outer] if inner == 0 else extent[outer].difference(extent[inner])
            properties = {
                "id": f"F{years}-{depth}", "scenario": scenario, "return_period_years": years, "depth_class": depth,
                "official": False, **MARK,
            }  # fmt: skip
            features.append({"type": "Feature", "properties": properties, "geometry": degrees(zone)})
    return features


def degrees(zone: BaseGeometry) -> dict[str, object]:
    """Zone as GeoJSON, to about a metre, its rings turned as RFC 7946 wants them."""
    placed = shapely.transform(zone, lambda each: list(zip(*TO_DEGREES.transform(*each.T), strict=True)))
    tidy = shapely.set_precision(placed, 1e-5)
    polygons = [part for part in shapely.get_parts(tidy) if part.geom_type == "Polygon"]
    rounded = shapely.MultiPolygon(polygons)
    plain = shapely.transform(shapely.orient_polygons(rounded), lambda each: each.round(5))
    return shapely.geometry.mapping(plain)


DEFECTS = {
    "water_ingress": ("seal the walls against water", "noblīvēt sienas pret ūdeni", 18_000),
    "ventilation": ("renew the ventilation", "atjaunot ventilāciju", 24_000),
    "power": ("renew the electric wiring", "atjaunot elektroinstalāciju", 9_000),
    "doors": ("replace the doors", "nomainīt durvis", 6_000),
    "sewer": ("mend the sewer", "salabot kanalizāciju", 7_500),
}


def shelters(chance: Random) -> list[dict[str, object]]:
    """Adaptable structures near the settlements, graded as a survey would grade them."""
    rows = []
    for name, (lon, lat, people, spread) in SETTLEMENTS.items():
        x, y = metres(lon, lat)
        for _ in range(max(1, round(people / 1100))):
            place = (x + spread * 1.6 * (chance.random() - 0.5), y + spread * 1.6 * (chance.random() - 0.5))
            rows.append(shelter(f"S{len(rows) + 1:03}", name, place, chance))
    return rows


def shelter(code: str, settlement: str, place: tuple[float, float], chance: Random) -> dict[str, object]:
    """One structure: in a cellar, which no flood forgives, or above the ground."""
    cellar = chance.random() < 0.55
    area = round(60 + 540 * chance.random() ** 2)
    condition = {name: "good" if chance.random() < 0.6 else "minor_defect" for name in DEFECTS}
    for name in DEFECTS:
        if chance.random() < (0.3 if cellar and name == "water_ingress" else 0.2):
            condition[name] = "major_defect"
    broken = [name for name in DEFECTS if condition[name] == "major_defect"]
    compliance = "full" if not broken else "partial" if len(broken) < 3 else "none"
    cost = sum(DEFECTS[name][2] * (0.7 + 0.6 * chance.random()) for name in broken)
    return {
        "id": code,
        "name": f"{settlement}: {'pagrabs' if cellar else 'stāvs'} {code} (izdomāts, illustrative)",
        "x": round(place[0]), "y": round(place[1]),
        "kind": "adaptable_structure", "category": "III", "compliance": compliance,
        "capacity_persons": int(area / 0.75), "usable_area_m2": area,
        "suits_flood": "no" if cellar else "yes" if chance.random() < 0.8 else "",
        "step_free_access": "yes" if chance.random() < 0.4 else "no",
        "sign_placed": "yes" if chance.random() < 0.5 else "no",
        "ready_within_h": 24 if compliance == "full" else 72,
        **{f"condition_{name}": value for name, value in condition.items()},
        "shortcomings": "; ".join(broken),
        "improvements": "; ".join(DEFECTS[name][1] for name in broken),
        "improvement_cost_eur": round(cost, -2) if broken else "",
        "last_inspection": f"202{int(chance.random() * 6)}-0{1 + int(9 * chance.random())}-15",
        **MARK,
    }  # fmt: skip


def infrastructure(chance: Random) -> list[dict[str, object]]:
    """Things a municipality cannot do without, placed within a kilometre of the largest settlements."""
    kinds = ("power", "water_supply", "sewage", "heating", "health")
    rows = []
    for name in ("Ogre", "Ikšķile", "Lielvārde", "Ķegums"):
        x, y = metres(*SETTLEMENTS[name][:2])
        for kind in kinds:
            place = (round(x + 2000 * (chance.random() - 0.5)), round(y + 2000 * (chance.random() - 0.5)))
            code = f"K{len(rows) + 1:02}"
            rows.append({"id": code, "name": f"{name}: {kind} (illustrative)", "x": place[0], "y": place[1],
                         "kind": kind, **MARK})  # fmt: skip
    return rows


def reserve_stores(chance: Random) -> list[dict[str, object]]:
    """Stores of drinking water in the largest settlements: one is past its date, one nobody has counted."""
    rows = []
    for name in ("Ogre", "Ikšķile", "Lielvārde", "Ķegums", "Madliena", "Suntaži"):
        x, y = metres(*SETTLEMENTS[name][:2])
        litres = round(SETTLEMENTS[name][2] * 15 * (3 + 8 * chance.random()), -2)
        code = f"R{len(rows) + 1:02}"
        rows.append({"id": code, "name": f"{name}: noliktava {code} (izdomāta, illustrative)",
                     "x": round(x + 800 * (chance.random() - 0.5)), "y": round(y + 800 * (chance.random() - 0.5)),
                     "goods": "drinking_water", "quantity": "" if name == "Suntaži" else litres,
                     "quantity_unit": "l", "best_before": "2025-06-30" if name == "Madliena" else "2028-12-31",
                     **MARK})  # fmt: skip
    return rows


def reports(chance: Random) -> list[dict[str, object]]:
    """What citizens reported in three years, the more the later; a few without a day that can be told."""
    places = [(*metres(lon, lat), people, spread) for lon, lat, people, spread in SETTLEMENTS.values()]
    upto = list(accumulate(people for _, _, people, _ in places))
    categories = ("flooding", "fallen tree", "power cut", "water main")
    rows = []
    for year, count in ((2025, 40), (2026, 55), (2027, 45)):
        for _ in range(count):
            x, y, _, spread = places[bisect(upto, chance.random() * upto[-1])]
            day = f"{year}-{1 + int(12 * chance.random()):02}-{1 + int(28 * chance.random()):02}"
            rows.append({"id": f"Z{len(rows) + 1:03}", "x": round(x + 2 * spread * (chance.random() - 0.5)),
                         "y": round(y + 2 * spread * (chance.random() - 0.5)),
                         "category": categories[int(len(categories) * chance.random() ** 1.5)],
                         "date": "" if chance.random() < 0.03 else day, **MARK})  # fmt: skip
    return rows


# Settlement, river between which and it the structure stands, kind, and the flood it holds, where somebody knows.
STRUCTURES = (("Ogre", "Ogre", "flood_dike", 100), ("Ogre", "Daugava", "flood_dike", 200),
              ("Ikšķile", "Daugava", "flood_dike", 50), ("Ķegums", "Daugava", "flood_wall", None),
              ("Lielvārde", "Daugava", "flood_dike", 100))  # fmt: skip


def protective_structures(chance: Random) -> list[dict[str, object]]:
    """Dikes and a wall beside the rivers: one holds too little, of one nobody knows how much, of one how high it is."""
    features = []
    for settlement, river, kind, years in STRUCTURES:
        line = shapely.LineString([metres(*place) for place in RIVERS[river]])
        x, y = metres(*SETTLEMENTS[settlement][:2])
        middle, half = line.project(shapely.Point(x, y)), 250 + 400 * chance.random()
        foot = line.interpolate(middle)
        aside = (150 + 150 * chance.random()) / hypot(x - foot.x, y - foot.y)
        along = [line.interpolate(middle + half * step / 3) for step in range(-3, 4)]
        moved = [(each.x + (x - foot.x) * aside, each.y + (y - foot.y) * aside) for each in along]
        code = f"D{len(features) + 1}"
        too_low = years is not None and years < 100
        properties = {
            "id": code, "name": f"{settlement}: {'siena' if kind == 'flood_wall' else 'dambis'} {code} (illustrative)",
            "kind": kind, "protects": settlement, "return_period_years": years,
            "crest_height_m": None if settlement == "Lielvārde" else round(14 + 6 * chance.random(), 1),
            "condition": "minor_defect" if too_low else "good", "in_use": True,
            "improvements": "paaugstināt dambi" if too_low else None,
            "improvement_cost_eur": round(300_000 + 200_000 * chance.random(), -3) if too_low else None,
            "last_inspection": f"2025-0{1 + int(9 * chance.random())}-15", **MARK,
        }  # fmt: skip
        placed = [[round(each, 5) for each in TO_DEGREES.transform(*spot)] for spot in moved]
        geometry = {"type": "LineString", "coordinates": placed}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return features


def write_csv(path: Path, rows: list[dict[str, object]]) -> None:
    """Rows as CSV in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_geojson(path: Path, features: list[dict[str, object]]) -> None:
    """Features as GeoJSON, one a line."""
    lines = [json.dumps(feature, ensure_ascii=False) for feature in features]
    path.write_text('{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def main(units: str | Path, folder: str | Path) -> None:
    """Write all files."""
    chosen, folder = areas(Path(units)), Path(folder)
    write_geojson(folder / "areas.geojson", list(chosen.iterfeatures(drop_id=True)))
    outline = shapely.union_all(chosen.to_crs("EPSG:3059").geometry.array)
    write_csv(folder / "population.csv", population(outline, Random(SEED)))
    write_geojson(folder / "flood_zones.geojson", flood_zones(Random(SEED + 1)))
    write_csv(folder / "shelters.csv", shelters(Random(SEED + 2)))
    write_csv(folder / "infrastructure.csv", infrastructure(Random(SEED + 3)))
    write_csv(folder / "reserve_stores.csv", reserve_stores(Random(SEED + 4)))
    write_csv(folder / "reports.csv", reports(Random(SEED + 5)))
    write_geojson(folder / "protective_structures.geojson", protective_structures(Random(SEED + 6)))


if __name__ == "__main__":
    main(*sys.argv[1:])
