# SPDX-License-Identifier: Apache-2.0
"""Makes officials.csv: illustrative officials with a place of work and one of living; nobody of them exists.

    python make_officials.py fire_stations.csv towns.csv officials.csv

Every station gets one to four officials, who live in one of the towns around it, the nearer the likelier; of some
nobody knows where they live. The same seed gives the same file: all chance comes from `random.Random.random`.
"""

import csv
import sys
from itertools import accumulate
from pathlib import Path
from random import Random

from pyproj import Geod, Transformer

SEED = 2023
MOST_AT_A_STATION = 4
TOWNS_AROUND = 8
NEAR_M = 15_000  # added to every distance: the nearest town is likely, not certain
UNKNOWN_SHARE = 0.04
COLUMNS = ["official", "place", "station", "town", "lon", "lat", "illustrative"]


def main(stations_file: Path, towns_file: Path, out: Path) -> None:
    """Write two rows per official: work, then home."""
    stations, towns = read(stations_file), read(towns_file)
    to_lonlat = Transformer.from_crs(3059, 4326, always_xy=True)
    geod, random = Geod(ellps="WGS84"), Random(SEED)
    rows = []
    number = 0
    for station in stations:
        lon, lat = to_lonlat.transform(float(station["x"]), float(station["y"]))
        away = sorted(
            (geod.inv(lon, lat, float(town["lng"]), float(town["lat"]))[2], town["id"], town) for town in towns
        )
        around = away[:TOWNS_AROUND]
        chances = list(accumulate(1 / (metres + NEAR_M) for metres, _, _ in around))
        for _ in range(1 + int(random.random() * MOST_AT_A_STATION)):
            number += 1
            drawn, is_unknown = random.random() * chances[-1], random.random() < UNKNOWN_SHARE
            home = next(town for chance, (_, _, town) in zip(chances, around, strict=True) if drawn <= chance)
            name = f"Official {number:03} (illustrative)"
            rows.append([name, "work", station["nosaukums"], "", f"{lon:.4f}", f"{lat:.4f}", "yes"])
            place = ["", ""] if is_unknown else [home["lng"], home["lat"]]
            rows.append([name, "home", "", "" if is_unknown else home["city"], *place, "yes"])
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
