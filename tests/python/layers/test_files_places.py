# SPDX-License-Identifier: Apache-2.0
"""Places that cannot be meant, by every way in: each row by itself, and no right row is blamed."""

import json
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely

import sheltermap as sm
from sheltermap import _core

WAYS = [".csv", ".geojson", ".gpkg", ".shp", ".fgb", ".parquet", "frame"]
TOWNS = {3059: (24.1, 56.95), 31287: (16.37, 48.2), 25835: (24.1, 56.95), 32635: (27.0, 56.9)}


def town(code: int, lon: float, lat: float) -> np.ndarray[Any, Any]:
    """Easting and northing of 49 places within some 10 km."""
    spread = np.random.default_rng(49).uniform(-0.05, 0.05, (49, 2))
    places = shapely.points(spread + np.array([lon, lat]))
    return shapely.get_coordinates(geopandas.GeoSeries(places, crs=4326).to_crs(code).values)


def given(coordinates: Any, code: int, way: str, folder: Path) -> tuple[Any, dict[str, Any]]:
    """The places as a source that `read` takes, with the options it needs."""
    frame = geopandas.GeoDataFrame({"n": range(len(coordinates))}, geometry=shapely.points(coordinates), crs=code)
    path = folder / f"a{way}"
    if way == "frame":
        return frame, {}
    if way == ".csv":
        path.write_text(
            "n,x,y\n" + "".join(f"{n},{x!r},{y!r}\n" for n, (x, y) in enumerate(np.array(coordinates).tolist()))
        )
        return path, {"crs": f"EPSG:{code}"}
    if way == ".geojson":
        named = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}
        path.write_text(json.dumps(json.loads(frame.to_json()) | {"crs": named}))
    elif way == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path, **({"SPATIAL_INDEX": "NO"} if way == ".fgb" else {}))  # an index reorders the rows
    return path, {}


def refusals(source: Any, **options: Any) -> dict[int, str]:
    listed = sm.refused(sm.read(source, strict=False, **options))
    return dict(zip(listed.row.tolist(), listed.reason.tolist(), strict=True))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("code", TOWNS)
def test_eight_exchanged_rows_of_49_are_refused_and_no_other(code: int, way: str, tmp_path: Path) -> None:
    coordinates = town(code, *TOWNS[code])
    coordinates[:8] = coordinates[:8, ::-1].copy()
    source, options = given(coordinates, code, way, tmp_path)
    assert refusals(source, **options) == dict.fromkeys(range(1, 9), "swapped_axes")
    with pytest.raises(sm.ReadError, match=r"8 of 49 rows cannot be used:\n.*are easting and northing swapped\?"):
        sm.read(source, **options)


@pytest.mark.parametrize("way", WAYS)
def test_origins_and_other_units_are_refused_with_what_they_are(way: str, tmp_path: Path) -> None:
    coordinates = town(3059, 24.1, 56.95)
    coordinates[0], coordinates[1], coordinates[2], coordinates[3] = (
        (0, 0),
        (500_000, -6e6),
        (506.083, 311.825),
        (24, 57),
    )
    source, options = given(coordinates, 3059, way, tmp_path)
    found = sm.refused(sm.read(source, strict=False, **options))
    assert found.reason.tolist() == ["missing_geometry", "missing_geometry", "outside_crs", "outside_crs"]
    told = ["nothing at (0, 0)", "the origin of the numbers of EPSG:3059", "are these kilometres?", "are degrees"]
    assert all(words in detail for words, detail in zip(told, found.detail, strict=True)), found.detail.tolist()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("code", [3059, 27700, 3857])
def test_degrees_declared_as_metres_are_an_error_even_where_rows_may_be_refused(
    code: int, way: str, tmp_path: Path
) -> None:
    lon, lat = (24.1, 56.95) if code != 27700 else (-0.1, 51.5)
    source, options = given([(lon, lat), (lon + 0.1, lat)], code, way, tmp_path)
    for strict in (True, False):
        with pytest.raises(sm.CrsError, match=rf"has degrees for coordinates, .*EPSG:{code}.*crs='EPSG:4326'"):
            sm.read(source, strict=strict, **options)


def test_columns_called_lon_and_lat_are_no_metres(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,lon,lat\nA,24.1,56.95\nB,24.2,56.9\n")
    with pytest.raises(sm.CrsError, match=r"a\.csv has degrees for coordinates, the first \(24\.1, 56\.95\)"):
        sm.read(tmp_path / "a.csv", crs="EPSG:3059")
    (tmp_path / "b.csv").write_text("id,lon,lat\nA,506083,311825\n")  # called so, and metres all the same
    assert len(sm.read(tmp_path / "b.csv", crs="EPSG:3059")) == 1


@pytest.mark.parametrize("way", WAYS)
def test_rows_far_from_all_others_are_noted_and_kept(way: str, tmp_path: Path) -> None:
    degrees = town(4326, 24.1, 56.95)
    degrees[[4, 30]] = degrees[[4, 30], ::-1].copy()
    source, options = given(degrees, 4326, way, tmp_path)
    read = sm.read(source, **options)
    assert read.geometry.notna().all()
    (note,) = read.attrs["sheltermap_notes"]
    assert note.startswith("rows 5, 31 lie 4") and "with the axes swapped they would lie among them" in note
    right, options = given(town(4326, 24.1, 56.95), 4326, way, tmp_path)
    assert sm.read(right, **options).attrs["sheltermap_notes"] == []


@pytest.mark.parametrize("way", WAYS)
def test_a_hair_beyond_180_is_180(way: str, tmp_path: Path) -> None:
    source, options = given([(180.00000000000006, -17), (179.9, -17)], 4326, way, tmp_path)
    read = sm.read(source, **options)
    assert read.geometry.notna().all()
    assert sm.nearest(read, read, k=2)["distance_m"].max() == pytest.approx(10_648, abs=5)
    with pytest.raises(sm.ReadError, match=r"\(190\.5, -17\).*beyond 180.*subtract 360"):
        source, options = given([(190.5, -17), (179.9, -17)], 4326, way, tmp_path)
        sm.read(source, **options)


def test_shapes_beyond_180_are_cut_or_turned(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame(geometry=[shapely.box(179, 0, 181, 1), shapely.box(185, 0, 186, 1)], crs=4326)
    details = sm.refused(sm.read(frame, strict=False)).detail.tolist()
    assert "reaches across 180 degrees: cut it there" in details[0] and "subtract 360" in details[1]
    hair = geopandas.GeoDataFrame(geometry=[shapely.box(179, 0, 180.00000000000006, 1)], crs=4326)
    home = geopandas.GeoDataFrame(geometry=[shapely.Point(179.5, 0.5)], crs=4326)
    assert sm.exposure(home, hair).rows["zone_count"].tolist() == [1]
    with pytest.raises(sm.CrsError, match="subtract 360"):
        sm.exposure(home, frame.iloc[1:])
    with pytest.raises(sm.CrsError, match="subtract 360"):
        sm.nearest(home, geopandas.GeoDataFrame(geometry=[shapely.Point(190, 0)], crs=4326))


@pytest.mark.parametrize("code", [3059, 2180, 27700, 3035, 31287, 25835, 32635])
def test_a_frame_that_was_never_read_is_judged_alike(code: int) -> None:
    lon, lat = {2180: (21, 52.2), 27700: (-0.1, 51.5), 3035: (10, 50)}.get(code) or TOWNS[code]
    right = town(code, lon, lat)
    homes = geopandas.GeoDataFrame(geometry=shapely.points(right), crs=code)
    wrong = {
        "has no place|have no place": (0, 0),
        "times 1,000": tuple(right[0] / 1000),
        "these are degrees": (lon, lat),
        r"have no place in EPSG:\d+, the first": _core.Crs(f"EPSG:{code}").false_origin,
    }
    for told, place in wrong.items():
        changed = right.copy()
        changed[5] = place
        shelters = geopandas.GeoDataFrame(geometry=shapely.points(changed), crs=code)
        with pytest.raises(sm.CrsError, match=rf"facilities: 1 of 49 rows .*row 6 .*({told})|({told}).*row 6"):
            sm.nearest(homes, shelters)
    assert sm.nearest(homes, homes)["distance_m"].max() == 0
