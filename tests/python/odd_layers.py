# SPDX-License-Identifier: Apache-2.0
"""Small layers that several tests of reading and writing share."""

import datetime

import geopandas
import pandas as pd
import shapely

LATVIAN_LETTERS = "āčēģīķļņōŗšūžĀČĒĢĪĶĻŅŌŖŠŪŽ"

GEOMETRIES = {
    "Point": ["POINT (24.1 56.9)", "POINT (-0.1 51.5)"],
    "LineString": ["LINESTRING (24 57, 24.5 57.5, 25 57)", "LINESTRING (21 56, 22 56)"],
    "Polygon": [
        "POLYGON ((24 57, 24.4 57, 24.4 57.4, 24 57), (24.2 57.1, 24.3 57.2, 24.3 57.1, 24.2 57.1))",
        "POLYGON ((21 56, 22 56, 22 57, 21 56))",
    ],
    "MultiPoint": ["MULTIPOINT (24 57, 25 57)", "MULTIPOINT (21 56)"],
    "MultiLineString": [
        "MULTILINESTRING ((24 57, 25 57), (24 56, 25 56, 25 55.9))",
        "MULTILINESTRING ((21 56, 22 56))",
    ],
    "MultiPolygon": [
        "MULTIPOLYGON (((24 57, 25 57, 25 58, 24 57)), ((26 57, 27 57, 27 58, 26 57), "
        "(26.8 57.1, 26.8 57.2, 26.9 57.2, 26.8 57.1)))",
        "MULTIPOLYGON (((21 56, 22 56, 22 57, 21 56)))",
    ],
    "mixed": ["POINT (24 57)", "LINESTRING (24 57, 25 57)"],
}


def of_type(name: str) -> geopandas.GeoDataFrame:
    """Two rows of one geometry type, in degrees."""
    geometries = shapely.from_wkt(GEOMETRIES[name])
    return geopandas.GeoDataFrame({"id": [1, 2], "name": ["Rīga", "Liepāja"]}, geometry=geometries, crs=4326)


def with_every_type_of_attribute() -> geopandas.GeoDataFrame:
    """Three points whose attributes have gaps, letters and numbers that are easily lost."""
    return geopandas.GeoDataFrame(
        {
            "text": [LATVIAN_LETTERS, None, 'a "quoted", text\nof two lines'],
            "whole": pd.array([2**53 + 1, None, -(2**62)], dtype="Int64"),
            "count": [0, 1, 2],
            "number": [0.1, None, -1e300],
            "flag": [True, False, True],
            "maybe": pd.array([True, None, False], dtype="boolean"),
            "day": [datetime.date(2026, 10, 1), None, datetime.date(1899, 12, 31)],
            "moment": pd.to_datetime(["2026-10-01T12:34:56.789", None, "1969-12-31T23:59:59.001"]),
            "instant": pd.to_datetime(["2026-10-01T12:34:56.789+03:00", None, "1969-12-31T23:59:59.001Z"], utc=True),
        },
        geometry=shapely.points([24.1, 24.2, 24.3], [56.9, 56.8, 56.7]),
        crs=4326,
    )


def stations(count: int = 3) -> geopandas.GeoDataFrame:
    """Points in LKS-92 metres, in rows of a hundred from Rīga to the north-east."""
    places = [(506_083 + 100 * (i % 100), 311_825 + 100 * (i // 100)) for i in range(count)]
    ids = [f"S{i}" for i in range(1, count + 1)]
    return geopandas.GeoDataFrame({"id": ids, "people": range(count)}, geometry=shapely.points(places), crs=3059)
