# SPDX-License-Identifier: Apache-2.0
"""Files that other projects keep because they are broken: each is read right, or refused with place and remedy."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pytest
import shapely

import sheltermap as sm
from sheltermap.base import texts

FILES = Path(__file__).parents[2] / "data" / "malformed"
HINT = "geojsonhint/"
NO_GEOJSON = r"is not GeoJSON: {}.*begins with \{{\"type\": \"FeatureCollection\""


@dataclass(frozen=True)
class Rows:
    """What is read: all rows, and by their number the refused ones with reason and some words of the detail."""

    count: int
    refused: dict[int, tuple[str, str]] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


def one(reason: str, words: str) -> Rows:
    return Rows(1, {1: (reason, words)})


def not_geojson(why: str) -> str:
    return NO_GEOJSON.format(why)


NO_PLACE = ("missing_geometry", "no geometry")
MIXED = one("unsupported_geometry", "split it into rows of one type")

# A text is the error, by a pattern that its message must hold.
OUTCOMES: dict[str, Rows | str] = {
    HINT + "bad-duplicate-properties.geojson": not_geojson("its type is 'Feature' and it has a list of features"),
    HINT + "bad-featurelist.geojson": one("bad_coordinate", "expected a list of positions, found '5'"),
    HINT + "bad-json.geojson": r"line 3, column 5: expected ',' or '}'",
    HINT + "bad-object-type.geojson": not_geojson("it has no type"),
    HINT + "bad-polygon-interiorring-rhr.geojson": Rows(1),
    HINT + "bad-polygonloop.geojson": one("bad_coordinate", "expected a position, found '-80.59869'"),
    HINT + "bad-properties-as-array.geojson": one("damaged_row", "its properties are not an object"),
    HINT + "badcoord.geojson": one("bad_coordinate", "'\"f\"' is not a finite number"),
    HINT + "badcoordtype.geojson": one("bad_coordinate", "expected a position, found '1'"),
    HINT + "badfeature.geojson": one("damaged_row", "it is not an object: null"),
    HINT + "badfeatureid.geojson": one("damaged_row", "its id is neither a text nor a number"),
    HINT + "bbox-4or6elements.geojson": Rows(1),  # a box is not needed to read the place
    HINT + "bbox-contains-string.geojson": Rows(1),
    HINT + "bbox-string.geojson": Rows(1),
    HINT + "different-first-last.geojson": one("invalid_geometry", "not closed: it starts at (100, 0)"),
    HINT + "different-first-size.geojson": Rows(1),  # its ends differ in height alone
    HINT + "excessive_precision_truncated.geojson": Rows(1),
    HINT + "expected_object.geojson": one("damaged_row", "its properties are not an object"),
    HINT + "false.geojson": one("bad_coordinate", "the geometry is not an object: 'false'"),
    HINT + "feature_changed_semantics.geojson": not_geojson("its type is 'Feature' and it has a list of features"),
    HINT + "featurecollection-obj.geojson": not_geojson("its type is 'FeatureCollection' and it has no list"),
    HINT + "featurecollection-type-case.geojson": not_geojson("its type is 'featurecollection'"),
    HINT + "featurecollection.geojson": not_geojson("its type is 'FeatureCollection' and it has no list"),
    HINT + "featurecollection_changed_semantics.geojson": Rows(3),
    HINT + "geometry_changed_semantics.geojson": not_geojson("its type is 'Point' and it has a list of features"),
    HINT + "geometrycollection_nested.geojson": MIXED,
    HINT + "geometrycollection_single.geojson": Rows(1),
    HINT + "good-feature-with-id.geojson": Rows(1),
    HINT + "good-feature-with-string-id.geojson": Rows(1),
    HINT + "good-feature.geojson": Rows(1),
    HINT + "good-featurecollection-bbox.geojson": Rows(2),
    HINT + "good-featurecollection-bbox3d.geojson": Rows(2),
    HINT + "good-featurecollection-extensions.geojson": Rows(3),
    HINT + "good-featurecollection.geojson": Rows(3),
    HINT + "good-geometrycollection.geojson": MIXED,
    HINT + "good-linestring.geojson": Rows(1),
    HINT + "good-multilinestring.geojson": Rows(1),
    HINT + "good-multipoint.geojson": Rows(1),
    HINT + "good-point-3d.geojson": Rows(1),
    HINT + "good-point.geojson": Rows(1),
    HINT + "good-polygon.geojson": Rows(1),
    HINT + "issue82.geojson": one("outside_crs", "(-263.58181430356285, -141.77167490179193) are not degrees"),
    HINT + "multiple_problems.geojson": Rows(
        4,
        {
            1: ("damaged_row", "its id is neither a text nor a number"),
            3: ("damaged_row", "its type is 'Foo', not 'Feature'"),
            4: ("damaged_row", "its type is 'Foo', not 'Feature'"),
        },
    ),
    HINT + "multipoint-multidimension.geojson": one("bad_coordinate", "'[0,0]' is not a finite number"),
    HINT + "multipoint-nondimension.geojson": one("bad_coordinate", "expected a position, found '0'"),
    HINT + "multipolygon.geojson": Rows(1),
    HINT + "nofeaturetype.geojson": one("damaged_row", "its type is 'Featre', not 'Feature'"),
    HINT + "notype.geojson": not_geojson("it has no type"),
    HINT + "nullgeometry.geojson": Rows(1, {1: NO_PLACE}),
    HINT + "nullproperties.geojson": one("missing_geometry", "(0, 0) stands for a place that nobody entered"),
    HINT + "point-labeled-as-a-multipolygon.geojson": one("bad_coordinate", "expected a list of lines or rings"),
    HINT + "point-string.geojson": one("bad_coordinate", "'\"foo\"' is not a finite number"),
    HINT + "point-toofew.geojson": one("bad_coordinate", "fewer than 2 numbers"),
    HINT + "point-toomany.geojson": Rows(1),
    HINT + "point.geojson": one("missing_geometry", "the geometry has no coordinates"),
    HINT + "polygon_winding_order.geojson": Rows(1),
    HINT + "rootstring.geojson": not_geojson("it is no object but begins with 'null'"),
    HINT + "short-line.geojson": one("invalid_geometry", "a line has fewer than 2 vertices"),
    HINT + "short-linearring.geojson": one("invalid_geometry", "a ring has 3 vertices, a polygon needs at least 4"),
    HINT + "short-multilinestring.geojson": one("invalid_geometry", "a line has fewer than 2 vertices"),
    HINT + "stringcoord.geojson": Rows(2, {1: ("bad_coordinate", "'\"39.36827914916011\"' is not a finite number")}),
    HINT + "unknowntype.geojson": not_geojson("its type is 'FooBar'"),
    "pyshp/corrupt_too_long.shp": r"goes on for 1 bytes after the end its header names.*ogr2ogr",
    "pyshp/empty_zipfile.zip": r"holds no shapefile",
    "pyshp/latin1.shp": r"the file latin1\.shx that belongs to it is missing; a shapefile is \.shp, \.shx and \.dbf",
    "mapshaper/data_corruption_error.shp": Rows(8),  # its numbers of records begin at 5; every record is whole
    "mapshaper/six_counties_three_null.json": Rows(
        6, {1: NO_PLACE, 3: NO_PLACE, 4: ("invalid_geometry", "Ring Self-intersection at (-77.1437"), 6: NO_PLACE}
    ),
    "mapshaper/mixed_crs.gpkg": r"several layers: 'oregon_2269', 'oregon_4326'; name one with layer=",
    "mapshaper/data_only_tables.gpkg": r"several layers: 'oregon_cities', 'washington_cities'; name one with layer=",
    "pyogrio/test_gpkg_nulls.gpkg": Rows(4),
}
PARTS = (".dbf", ".shx", ".cpg", ".prj")


def given(name: str) -> str:
    return Path(name).stem


def test_every_file_has_its_outcome() -> None:
    there = {path.relative_to(FILES).as_posix() for path in FILES.rglob("*.*")}
    assert {name for name in there if not name.endswith(PARTS)} == set(OUTCOMES)


@pytest.mark.parametrize("name", [name for name, outcome in OUTCOMES.items() if isinstance(outcome, str)], ids=given)
@pytest.mark.parametrize("strict", [True, False])
def test_what_cannot_be_read_at_all_is_one_error_with_file_and_remedy(name: str, strict: bool) -> None:
    with pytest.raises(sm.ReadError) as failure:
        sm.read(FILES / name, strict=strict)
    assert re.search(str(OUTCOMES[name]), str(failure.value))
    assert Path(name).name in str(failure.value)
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize("name", [name for name, outcome in OUTCOMES.items() if isinstance(outcome, Rows)], ids=given)
def test_every_row_is_read_or_listed_with_reason_value_and_remedy(name: str) -> None:
    outcome = OUTCOMES[name]
    assert isinstance(outcome, Rows)
    frame = sm.read(FILES / name, strict=False)
    listed = sm.refused(frame).set_index("row")
    assert len(frame) == outcome.count
    assert listed.reason.to_dict() == {row: reason for row, (reason, _) in outcome.refused.items()}
    for row, (reason, words) in outcome.refused.items():
        assert words in listed.detail[row]
        assert listed.remedy[row] == texts.TEXTS[f"remedy_{reason}"]["en"]
    usable = [row for row in range(outcome.count) if row + 1 not in outcome.refused]
    assert frame.geometry.notna().to_numpy().nonzero()[0].tolist() == usable
    if outcome.refused:
        with pytest.raises(sm.ReadError, match=rf"{len(outcome.refused)} of {outcome.count} rows? cannot be used"):
            sm.read(FILES / name)
    else:
        assert len(sm.read(FILES / name)) == outcome.count


@pytest.mark.parametrize(
    "name",
    [name for name, outcome in OUTCOMES.items() if isinstance(outcome, Rows) and not outcome.refused],
    ids=given,
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::UserWarning")  # of GDAL: heights, measures
def test_what_is_read_without_refusal_is_what_gdal_reads(name: str) -> None:
    read, peers = sm.read(FILES / name), geopandas.read_file(FILES / name)
    alone = [shape.geoms[0] if shape.geom_type == "GeometryCollection" else shape for shape in peers.geometry]
    assert shapely.equals_exact(read.geometry.array, shapely.force_2d(alone)).all()
    assert peers.crs.to_epsg() in (read.crs.to_epsg(), 4979)  # GDAL names WGS 84 with heights where there are any


@pytest.mark.parametrize("name", [name for name in OUTCOMES if name.endswith("json")], ids=given)
def test_a_register_in_such_a_file_is_inspected_or_the_same_error(name: str) -> None:
    if isinstance(OUTCOMES[name], str):
        with pytest.raises(sm.ReadError, match=str(OUTCOMES[name])):
            sm.inspect(FILES / name, "flood_zone")
        return
    found = sm.inspect(FILES / name, "flood_zone")
    refused = sm.refused(sm.read(FILES / name, strict=False))
    of_places = found.findings[found.findings.reason.isin(set(refused.reason))]
    assert of_places[of_places.field == "geometry"].row.tolist() == refused.row.tolist()
    for lang in texts.LANGUAGES:
        assert found.findings_in(lang).remedy.str.len().min() > 5


def test_layers_of_two_systems_are_read_each_in_its_own() -> None:
    path = FILES / "mapshaper" / "mixed_crs.gpkg"
    assert sm.layer_names(path) == ["oregon_2269", "oregon_4326"]
    metric, degrees = (sm.read(path, layer=layer) for layer in sm.layer_names(path))
    assert [frame.crs.to_epsg() for frame in (metric, degrees)] == [2269, 4326]
    assert metric.to_crs(4326).total_bounds == pytest.approx(
        degrees.total_bounds, abs=1e-5
    )  # its degrees have 5 decimals


@pytest.mark.parametrize(("layer", "rows"), [("oregon_cities", 5), ("washington_cities", 6)])
def test_a_layer_whose_rows_have_no_place_keeps_them_as_unknown(layer: str, rows: int) -> None:
    frame = sm.read(FILES / "mapshaper" / "data_only_tables.gpkg", layer=layer, strict=False)
    assert sm.refused(frame).reason.tolist() == ["missing_geometry"] * rows
    assert frame.drop(columns=frame.geometry.name).notna().any(axis=None)


@pytest.mark.parametrize("part", [path for path in FILES.rglob("*.*") if path.suffix in PARTS], ids=lambda p: p.name)
def test_a_part_of_a_shapefile_names_the_file_to_read(part: Path) -> None:
    with pytest.raises(sm.ReadError, match=rf"{re.escape(part.name)} is a part of a shapefile: read the \.shp"):
        sm.read(part)


@pytest.mark.parametrize("name", ["roads.osm.pbf", "places.osm", "register.ods"])
def test_what_is_no_vector_file_lists_what_is_and_what_to_do(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"ncols 5\nnrows 7\nNEL1.3.1")
    with pytest.raises(sm.ReadError, match=rf"{re.escape(name)}: the ending says no format.*\.gpkg.*convert it"):
        sm.read(tmp_path / name)


@pytest.mark.parametrize("name", ["grid.asc", "heights.tif", "HEIGHTS.TIFF"])
def test_a_raster_is_no_layer_of_rows(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"ncols 5\nnrows 7\nNEL1.3.1")
    for door in (sm.read, lambda path: sm.inspect(path, "shelter")):
        with pytest.raises(sm.ReadError, match=rf"{re.escape(name)} is a raster, not a layer of rows: open it with sm"):
            door(tmp_path / name)


def test_the_encoding_a_table_names_is_used(tmp_path: Path) -> None:
    # The tables hold "ą" twice the same way their makers wrote it; beside them a line of points.
    for encoding, table in (("latin2", "latin2"), ("win1251", "win1251"), ("big5", "big5")):
        for ending in (".dbf", ".cpg"):
            shutil.copy(FILES / "mapshaper" / f"{table}{ending}", tmp_path / f"{encoding}{ending}")
        peers = geopandas.read_file(tmp_path / f"{encoding}.dbf")
        frame = geopandas.GeoDataFrame(geometry=shapely.points([[24.0, 57.0]] * len(peers)), crs=4326)
        frame.to_file(tmp_path / "places.shp")
        for ending in (".shp", ".shx", ".prj"):
            shutil.copy(tmp_path / f"places{ending}", tmp_path / f"{encoding}{ending}")
        read = sm.read(tmp_path / f"{encoding}.shp")
        columns = [name for name in peers.columns if name != "geometry"]
        pd.testing.assert_frame_equal(pd.DataFrame(read[columns]).astype(str), pd.DataFrame(peers[columns]).astype(str))


# What stands in flood zones whose licence is not stated, drawn anew: rings of 2 and 3 positions among a county's
# polygons (Houston), shells that touch or cross themselves and an attribute of several spellings (Jakarta).
SOUND = [[24.0, 56.0], [24.1, 56.0], [24.1, 56.1], [24.0, 56.1], [24.0, 56.0]]
FLOOD_ZONES: dict[str, tuple[list[Any], str | None]] = {
    "sound": ([SOUND], None),
    "two positions": ([[[24, 56], [24.1, 56]]], "a ring has 2 vertices, a polygon needs at least 4"),
    "three positions": ([[[24, 56], [24.1, 56], [24, 56]]], "a ring has 3 vertices, a polygon needs at least 4"),
    "hole of three positions": ([SOUND, [[24.02, 56.02], [24.04, 56.04], [24.02, 56.02]]], "a ring has 3 vertices"),
    "not closed": ([SOUND[:-1]], "a ring is not closed: it starts at (24, 56)"),
    "bow-tie": ([[SOUND[0], SOUND[2], SOUND[1], SOUND[3], SOUND[0]]], "Self-intersection at (24.05, 56.05)"),
    "touches itself": (
        [[*SOUND[:3], [24.2, 56.1], [24.2, 56.2], [24.1, 56.2], *SOUND[2:]]],
        "Ring Self-intersection at (24.1, 56.1)",
    ),
    "hole outside": ([SOUND, [[25, 56], [25, 56.1], [25.1, 56.1], [25, 56]]], "Hole lies outside shell"),
}


@pytest.fixture
def flood_zones(tmp_path: Path) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"id": name, "scenario": "1 %", "FLOODPRONE": "Yes" if number % 3 else "YES"},
            "geometry": {"type": "Polygon", "coordinates": rings},
        }
        for number, (name, (rings, _)) in enumerate(FLOOD_ZONES.items())
    ]
    (tmp_path / "zones.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return tmp_path / "zones.geojson"


def test_broken_flood_zones_are_listed_and_the_others_used(flood_zones: Path) -> None:
    frame = sm.read(flood_zones, id="id", strict=False)
    listed = sm.refused(frame).set_index("id")
    expected = {name: words for name, (_, words) in FLOOD_ZONES.items() if words is not None}
    assert set(listed.index) == set(expected)
    assert all(words in listed.detail[name] for name, words in expected.items())
    assert frame.geometry.notna().sum() == 1


def test_repair_mends_what_encloses_something_and_says_so_once(flood_zones: Path) -> None:
    frame = sm.read(flood_zones, id="id", strict=False, invalid="repair").set_index("id")
    listed = sm.refused(frame).set_index("id")
    assert set(listed.index) == {"two positions", "three positions", "hole of three positions", "not closed"}
    assert all(detail.count("vert") <= 1 and "cannot be repaired" in detail for detail in listed.detail)
    area = sm.geodesic_area_m2(frame.geometry)
    by_name = dict(zip(frame.index, area, strict=True))
    # Half of the square is within the bow-tie; two squares of 0.1° meet in a point, the upper one 0.26 % smaller.
    assert by_name["bow-tie"] / by_name["sound"] == pytest.approx(0.5, abs=1e-3)
    assert by_name["touches itself"] / by_name["sound"] == pytest.approx(1.9974, abs=1e-3)
    assert len(frame.attrs["sheltermap_notes"]) == 3


def test_yes_in_any_spelling_is_one_answer_and_a_broken_zone_floods_nobody_silently(flood_zones: Path) -> None:
    found = sm.inspect(flood_zones, "flood_zone")
    assert found.frame.flooded.tolist() == [True] * len(FLOOD_ZONES)
    assert (found.findings.reason == "invalid_geometry").sum() == len(FLOOD_ZONES) - 1
    homes = geopandas.GeoDataFrame({"people": [5]}, geometry=[shapely.Point(24.05, 56.05)], crs=4326)
    with pytest.raises(sm.ReadError, match="7 of 8 rows cannot be used"):
        sm.read(flood_zones)
    table = sm.exposure(homes, sm.read(flood_zones, strict=False), weight="people").summary.set_index("zone")
    assert table.weight["inside any zone"] == 5


@pytest.mark.parametrize("letters", [10, 11, 18, 19, 20, 30])
@pytest.mark.parametrize("pattern", ["[{}]", '{{"type": {}}}', '{{"type": "FeatureCollection", "features": [{}, 1]}}'])
def test_a_message_never_cuts_a_letter(letters: int, pattern: str, tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text(pattern.format('"' + "ķ" * letters + '"'), encoding="utf-8")
    (tmp_path / "a.csv").write_text("lon,lat\n" + "ķ" * letters + ",57\n", encoding="utf-8")
    for path in (tmp_path / "a.geojson", tmp_path / "a.csv"):
        with pytest.raises(sm.ReadError, match=r"a\.(geojson|csv)"):
            sm.read(path)
    with pytest.raises(sm.CrsError, match="ķ"):
        sm.read(tmp_path / "a.csv", crs="a" + "ķ" * 3 * letters)
