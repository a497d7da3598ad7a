# SPDX-License-Identifier: Apache-2.0
"""Makes the illustrative files of this folder: nobody surveyed, counted or priced any of what they say.

    python make_illustrative.py hexagons.csv FOLDER

writes people.csv, shelters.csv, cellars.csv and districts.geojson into FOLDER. Where people live, and in which hexagons
there are schools and health centres, is real; who needs a public place, the shelters, the cellars, their places and
costs and the inspectors' districts are made up.
The same seed gives the same files: all chance comes from `random.Random.random`, whose numbers Python keeps the same
from version to version.
"""

import csv
import json
import sys
from pathlib import Path
from random import Random

SEED = 2026
NEED = 10  # one in so many needs a public place; the others have one at home or at work
SHELTERS, CELLARS = 40, 24
AREA_PER_PERSON_M2 = 0.75
FULL, PARTIAL = 0.55, 0.85  # chance of a grade at most so good
MARK = {"illustrative": "yes"}
WEST, SOUTH, EAST, NORTH = -51.27, -30.12, -51.13, -29.99
DISTRICTS = {  # west, south, east, north: rectangles, drawn with a ruler
    "North": (WEST, -30.03, EAST, NORTH),
    "Centre": (WEST, -30.07, -51.20, -30.03),
    "East": (-51.20, -30.07, EAST, -30.03),
    "South-west": (WEST, SOUTH, -51.21, -30.07),
    "South-east": (-51.21, SOUTH, EAST, -30.07),
}


def inspector(lon: float, lat: float) -> str:
    """In whose district a place is."""
    return next(
        name for name, (west, south, east, north) in DISTRICTS.items() if west <= lon < east and south <= lat < north
    )


def districts() -> list[dict[str, object]]:
    """The districts as outlines."""
    features = []
    for name, (west, south, east, north) in DISTRICTS.items():
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"name": name, **MARK}, "geometry": geometry})
    return features


def people(hexagons: list[dict[str, str]]) -> list[dict[str, object]]:
    """The hexagons where somebody lives, and how many of them need a public place."""
    rows = sorted((each for each in hexagons if int(each["population"])), key=lambda each: each["id"])
    return [
        {**{name: each[name] for name in ("id", "lon", "lat", "population")},
         "need_place": (int(each["population"]) + NEED // 2) // NEED,
         "inspector": inspector(float(each["lon"]), float(each["lat"])), **MARK}
        for each in rows
    ]  # fmt: skip


def chosen(hexagons: list[dict[str, str]], service: str, count: int, chance: Random) -> list[dict[str, str]]:
    """So many of the hexagons that have a service, by lot, numbered from north to south."""
    rows = sorted((each for each in hexagons if int(each[service] or 0)), key=lambda each: each["id"])
    lots = sorted((chance.random(), number) for number in range(len(rows)))[:count]
    return sorted((rows[number] for _, number in lots), key=lambda each: (-float(each["lat"]), each["id"]))


def shelters(hexagons: list[dict[str, str]], chance: Random) -> list[dict[str, object]]:
    """Shelters under health centres, in the form of the shelter register."""
    rows = []
    for number, each in enumerate(chosen(hexagons, "healthcare", SHELTERS, chance), 1):
        area_m2 = round(300 + 1500 * chance.random() ** 2)
        lot = chance.random()
        grade = "full" if lot < FULL else "partial" if lot < PARTIAL else "none"
        places = int(area_m2 / AREA_PER_PERSON_M2)
        cost = round(places * (300 + 900 * chance.random()), -3)
        rows.append(
            {"id": f"S{number:02}", "name": f"Health centre, shelter S{number:02} (illustrative)",
             "lon": each["lon"], "lat": each["lat"], "hexagon": each["id"], "kind": "shelter", "category": "III",
             "compliance": grade, "capacity_persons": places, "usable_area_m2": area_m2,
             "improvement_cost_brl": "" if grade == "full" else cost, **MARK}
        )  # fmt: skip
    return rows


def cellars(hexagons: list[dict[str, str]], taken: set[object], chance: Random) -> list[dict[str, object]]:
    """Cellars under schools that could become shelters: how many places, and what adapting each would cost."""
    rows = []
    free = [each for each in hexagons if each["id"] not in taken]
    for number, each in enumerate(chosen(free, "schools", CELLARS, chance), 1):
        places = 50 * round(8 + 24 * chance.random())
        cost = 250_000 + places * (500 + 700 * chance.random())
        rows.append(
            {"id": f"K{number:02}", "name": f"School, cellar K{number:02} (illustrative)",
             "lon": each["lon"], "lat": each["lat"], "hexagon": each["id"], "capacity_persons": places,
             "adapt_brl": round(cost, -3), **MARK}
        )  # fmt: skip
    return rows


def write(path: Path, rows: list[dict[str, object]]) -> None:
    """Rows as CSV in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(source: str | Path, folder: str | Path) -> None:
    """Write all four."""
    with Path(source).open(encoding="utf-8") as stream:
        hexagons = list(csv.DictReader(stream))
    folder = Path(folder)
    write(folder / "people.csv", people(hexagons))
    stand = shelters(hexagons, Random(SEED))
    write(folder / "shelters.csv", stand)
    write(folder / "cellars.csv", cellars(hexagons, {each["hexagon"] for each in stand}, Random(SEED + 1)))
    lines = ",\n".join(json.dumps(each) for each in districts())
    text = '{"type": "FeatureCollection", "features": [\n' + lines + "\n]}\n"
    (folder / "districts.geojson").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
