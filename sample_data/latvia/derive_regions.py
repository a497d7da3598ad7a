# SPDX-License-Identifier: Apache-2.0
"""Gives every administrative unit the fire service's regional board of the station nearest to it.

    python derive_regions.py UNITS.geojson fire_stations.csv areas.geojson

UNITS.geojson holds polygons with the properties ISO and NAME_1: the file named in ../README.md, or areas.geojson
itself (the result is then the same file again). The region is derived, not official: the boards publish no outlines.
"""

import json
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import Geod, Transformer

DECIMALS = 6  # of a degree: 0.1 m, far finer than these generalised outlines


def nearest_board(lon: float, lat: float, stations: pd.DataFrame) -> str:
    """Regional board of the station with the shortest distance on the ellipsoid."""
    lons, lats = [lon] * len(stations), [lat] * len(stations)
    _, _, distance_m = Geod(ellps="WGS84").inv(lons, lats, stations["lon"], stations["lat"])
    return str(stations["parvalde"].iloc[distance_m.argmin()])


def main(units_path: str, stations_path: str, areas_path: str) -> None:
    """Read the units and the stations, write the units with a column `region`."""
    stations = pd.read_csv(stations_path)
    to_wgs84 = Transformer.from_crs("EPSG:3059", "EPSG:4326", always_xy=True)
    stations["lon"], stations["lat"] = to_wgs84.transform(stations["x"], stations["y"])
    units = gpd.read_file(units_path)[["ISO", "NAME_1", "geometry"]]
    units = units.set_crs("EPSG:4326", allow_override=True).sort_values("ISO", ignore_index=True)
    rounded = shapely.transform(units.geometry.array, lambda degrees: degrees.round(DECIMALS))
    units["geometry"] = shapely.orient_polygons(rounded)
    inside = units.representative_point()
    units["region"] = [nearest_board(point.x, point.y, stations) for point in inside]
    lines = [json.dumps(feature, ensure_ascii=False) for feature in units.iterfeatures(drop_id=True)]
    text = '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"
    Path(areas_path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
