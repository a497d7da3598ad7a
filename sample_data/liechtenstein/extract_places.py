# SPDX-License-Identifier: Apache-2.0
"""Takes the fire stations, schools and municipalities out of the extract of OpenStreetMap.

    python extract_places.py liechtenstein.osm.pbf FOLDER

writes fire_stations.csv, schools.csv and municipalities.geojson into FOLDER. It reads the extract with GDAL by way of
geopandas. All three are parts of OpenStreetMap: © OpenStreetMap contributors, ODbL 1.0.
"""

import csv
import json
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

DIGITS = 6  # some 0.1 m


def objects(extract: Path, amenity: str) -> list[dict[str, object]]:
    """Objects of a kind as points: mapped as points, or as outlines, of which a point inside stands for all."""
    points = gpd.read_file(extract, layer="points")
    points = points[points["other_tags"].str.contains(f'"amenity"=>"{amenity}"', na=False, regex=False)]
    outlines = gpd.read_file(extract, layer="multipolygons")
    outlines = outlines[outlines["amenity"] == amenity]
    rows = []
    for frame, kinds in ((points, {"osm_id": "n"}), (outlines, {"osm_way_id": "w", "osm_id": "r"})):
        for row in frame.to_dict("records"):
            column = next(column for column in kinds if pd.notna(row[column]))
            place = shapely.point_on_surface(row["geometry"])
            rows.append((f"{kinds[column]}{row[column]}", row["name"], place))
    return [
        {
            "id": each,
            "name": f"{amenity.replace('_', ' ')} without a name, {each}" if pd.isna(name) else name,
            "lon": round(place.x, DIGITS),
            "lat": round(place.y, DIGITS),
        }
        for each, name, place in sorted(rows)
    ]


def municipalities(extract: Path) -> dict[str, object]:
    """The eleven municipalities, by name."""
    frame = gpd.read_file(extract, layer="multipolygons")
    frame = frame[frame["admin_level"] == "8"].sort_values("name")
    features = [
        {
            "type": "Feature",
            "properties": {"name": name, "osm_relation": int(osm_id)},
            "geometry": json.loads(shapely.to_geojson(shapely.orient_polygons(shapely.set_precision(shape, 1e-6)))),
        }
        for name, osm_id, shape in zip(frame["name"], frame["osm_id"], frame.geometry, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def main(extract: Path, folder: Path) -> None:
    """Write all three."""
    for name, amenity in (("fire_stations", "fire_station"), ("schools", "school")):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, ["id", "name", "lon", "lat"], lineterminator="\n")
            writer.writeheader()
            writer.writerows(objects(extract, amenity))
    text = json.dumps(municipalities(extract), ensure_ascii=False, separators=(",", ":"))
    lines = text.replace('{"type":"Feature",', '\n{"type":"Feature",') + "\n"
    (folder / "municipalities.geojson").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
