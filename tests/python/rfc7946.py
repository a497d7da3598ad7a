# SPDX-License-Identifier: Apache-2.0
"""The rules of RFC 7946 that a file can break, written from its text and sharing nothing with the writer."""

import json
import re
from itertools import pairwise
from pathlib import Path

DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
MORE_THAN_SEVEN_DECIMALS = re.compile(r"\d\.\d{8,}")


def faults(path: Path) -> list[str]:
    """Return what is wrong with a GeoJSON file; nothing when it is right."""
    raw = path.read_bytes()
    text = raw.decode("utf-8")  # section 11: UTF-8
    found = ["starts with a byte order mark"] if raw.startswith(b"\xef\xbb\xbf") else []
    content = json.loads(text, parse_constant=lambda name: found.append(f"{name} is not JSON"))
    if content.get("type") != "FeatureCollection":
        found.append("is not a FeatureCollection")
    if "crs" in content:
        found.append("has a crs member, which section 4 removed")
    for index, feature in enumerate(content["features"]):
        found += [f"feature {index}: {fault}" for fault in feature_faults(feature)]
    return found


def feature_faults(feature: dict) -> list[str]:
    found = []
    if feature.get("type") != "Feature" or "geometry" not in feature or "properties" not in feature:
        found.append("lacks type, geometry or properties (section 3.2)")
    if not isinstance(feature.get("properties"), dict | None):
        found.append("properties are not an object")
    geometry = feature.get("geometry")
    if geometry is None:
        return found
    if "crs" in geometry or "crs" in feature:
        found.append("has a crs member")
    depth = DEPTH[geometry["type"]]
    if MORE_THAN_SEVEN_DECIMALS.search(json.dumps(geometry["coordinates"])):
        found.append("has more than 7 decimals")
    for position in parts(geometry["coordinates"], depth):
        if len(position) not in (2, 3) or not (-180 <= position[0] <= 180 and -90 <= position[1] <= 90):
            found.append(f"{position} is no WGS 84 position (section 3.1.1, 4)")
    if "Polygon" in geometry["type"]:
        for polygon in parts(geometry["coordinates"], depth - 2):
            found += polygon_faults(polygon)
    return found


def parts(coordinates: list, depth: int) -> list[list]:
    """Coordinates `depth` levels down."""
    return [coordinates] if depth == 0 else [part for each in coordinates for part in parts(each, depth - 1)]


def polygon_faults(rings: list) -> list[str]:
    found = []
    for index, ring in enumerate(rings):
        if len(ring) < 4 or ring[0] != ring[-1]:
            found.append("a ring is not closed or has fewer than 4 positions (section 3.1.6)")
        counterclockwise = doubled_area(ring) > 0
        if counterclockwise != (index == 0):
            found.append("a ring breaks the right-hand rule (section 3.1.6)")
    return found


def doubled_area(ring: list) -> float:
    """Twice the signed area; measured from the first position, so that small rings keep their digits."""
    x0, y0 = ring[0][:2]
    shifted = [(x - x0, y - y0) for x, y, *_ in ring]
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(shifted))
