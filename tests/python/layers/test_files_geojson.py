# SPDX-License-Identifier: Apache-2.0
"""GeoJSON of any schema, as Python's json writes it, is read as Python's json reads it."""

import json
import math
import random
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sheltermap as sm

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
LIMITS = [0, -1, 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63), 2**63, 10**25, 999_999_999_999_999]
REALS = [0.1, -0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 9007199254740993.0, 1e22, 1e23, 123456.75]
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "flag": st.booleans(),
    "whole": st.integers(-(2**63), 2**63 - 1) | st.sampled_from(LIMITS),
    "number": st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(REALS) | st.integers(-9, 9),
    "text": TEXTS,
    "any": st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=5,
    ),
}
POSITIONS = st.tuples(st.floats(-180, 180), st.floats(-90, 90)).filter(any).map(list) | st.just([24, 57])


@st.composite
def collections(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(TEXTS.filter(lambda name: name not in ("geometry", "geom", "id")), unique=True, max_size=5))
    kinds = [draw(st.sampled_from(sorted(VALUES))) for _ in names]
    features = []
    for _ in range(draw(st.integers(1, 6))):
        properties = {}
        for name, kind in zip(names, kinds, strict=True):
            if draw(st.booleans()):
                properties[name] = draw(st.none() | VALUES[kind])
        geometry = {"type": "Point", "coordinates": draw(POSITIONS)}
        members = [("type", "Feature"), ("properties", properties), ("geometry", geometry)]
        features.append(dict(draw(st.permutations(members))))
    return {"type": "FeatureCollection", "features": features}


def expected_column(cells: list[Any], raw: list[str]) -> list[Any]:
    """What a column holds by the rules in docs/files.md; `raw` is how each cell is written."""
    values = [cell for cell in cells if cell is not None]

    def are(*types: type) -> bool:
        return all(type(value) in types for value in values)

    whole = [value for value in values if type(value) is int]
    fits = all(-(2**63) <= value < 2**63 for value in whole)
    if not values or are(str) or are(bool) or (are(int) and fits):
        return cells
    if are(int, float) and all(abs(value) <= 2**53 for value in whole):
        return [None if cell is None else float(cell) for cell in cells]
    return [cell if cell is None or isinstance(cell, str) else text for cell, text in zip(cells, raw, strict=True)]


def same(found: Any, expected: Any) -> bool:
    if expected is None:
        return bool(pd.isna(found))
    if isinstance(expected, float) and math.copysign(1, found) != math.copysign(1, expected):
        return False  # -0.0
    return bool(found == expected)


def assert_read_as_json_reads_it(text: str, source: Any, separators: tuple[str, str] | None, ascii_only: bool) -> None:
    features = json.loads(text)["features"]
    frame = sm.read(source)
    names = list(dict.fromkeys(name for feature in features for name in feature["properties"]))
    assert list(frame.columns) == [*names, "geometry"]
    assert shapely.get_coordinates(frame.geometry).tolist() == [
        [float(number) for number in feature["geometry"]["coordinates"]] for feature in features
    ]
    for name in names:
        cells = [feature["properties"].get(name) for feature in features]
        raw = [json.dumps(cell, separators=separators, ensure_ascii=ascii_only) for cell in cells]
        for found, expected in zip(frame[name].astype(object), expected_column(cells, raw), strict=True):
            assert same(found, expected), (name, found, expected)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(collections(), st.sampled_from([(", ", ": "), (",", ":"), (" ,\r\n", "\t: ")]), st.booleans())
def test_any_schema_is_read_as_json_reads_it(
    tmp_path: Path, collection: dict[str, Any], separators: tuple[str, str], ascii_only: bool
) -> None:
    text = json.dumps(collection, separators=separators, ensure_ascii=ascii_only)
    (tmp_path / "a.geojson").write_bytes(text.encode())
    assert_read_as_json_reads_it(text, tmp_path / "a.geojson", separators, ascii_only)


def many(rows: int) -> list[dict[str, Any]]:
    """Features whose texts look like features, so that a reader that guesses where one begins is misled."""
    chosen = random.Random(rows)
    bait = ', {"type": "Feature", "properties": {}, "geometry": null}'
    baits: list[Any] = [
        bait * 3,
        [{"type": "Feature"}, {"type": "Feature"}],
        "\\",
        'a "quoted" text',
        "Ķekava 🚀",
        None,
    ]
    return [
        {
            "type": "Feature",
            "properties": {"row": row, "bait": chosen.choice(baits), **({"late": row / 7} if row > rows // 2 else {})},
            "geometry": {"type": "Point", "coordinates": [chosen.uniform(21, 28), chosen.uniform(56, 58)]},
        }
        for row in range(rows)
    ]


@pytest.mark.parametrize("long_row", [None, 7_000])
def test_a_file_of_many_blocks_is_read_as_json_reads_it(long_row: int | None, tmp_path: Path) -> None:
    features = many(15_000)
    if long_row is not None:
        features[long_row]["properties"]["bait"] = [{"type": "Feature"}] * 200_000  # longer than several blocks
    text = json.dumps({"type": "FeatureCollection", "features": features, "crs": None})
    assert len(text) > 2 << 20
    (tmp_path / "a.geojson").write_text(text)
    with pytest.raises(sm.CrsError):
        sm.read(tmp_path / "a.geojson")
    (tmp_path / "a.geojson").write_text(text.replace(', "crs": null', ""))
    assert_read_as_json_reads_it(text, tmp_path / "a.geojson", None, True)


@pytest.mark.parametrize("fault", ["unquoted", "cut", "bytes"])
def test_a_fault_far_inside_is_located(fault: str, tmp_path: Path) -> None:
    lines = [json.dumps(feature) for feature in many(15_000)]
    if fault == "unquoted":
        lines[12_000] = lines[12_000].replace('"row"', "row", 1)
        lines[14_000] = "nonsense"
    text = '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}"
    data = text.encode()
    if fault == "cut":
        data = data[: text.index(lines[13_000]) + 20]
    elif fault == "bytes":
        at = text.index(lines[11_000])
        data = data[:at] + b"\xff" + data[at:]
    (tmp_path / "a.geojson").write_bytes(data)
    line = {"unquoted": 12_002, "cut": 13_002, "bytes": 11_002}[fault]
    with pytest.raises(sm.ReadError, match=f"line {line}[,:]"):
        sm.read(tmp_path / "a.geojson")


def test_refused_rows_far_inside_keep_their_numbers(tmp_path: Path) -> None:
    features = many(15_000)
    for row in (0, 5_000, 14_999):
        features[row]["geometry"] = None
    features[9_000]["type"] = "Featre"
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    listed = sm.refused(sm.read(tmp_path / "a.geojson", strict=False))
    assert list(listed.row) == [1, 5_001, 9_001, 15_000]
    assert list(listed.reason) == ["missing_geometry", "missing_geometry", "damaged_row", "missing_geometry"]


def spelled_numbers(count: int) -> list[str]:
    """Numbers as they may be written: many or few digits, points, exponents."""
    chosen = random.Random(count)

    def digits(most: int) -> str:
        return "".join(chosen.choices("0123456789", k=chosen.randint(1, most)))

    spelled = ["-0", "-0.0", "0.5e0", "1E+2", "1e-400", "4.9e-324", "9007199254740993.0", "0." + "0" * 90 + "1"]
    for _ in range(count):
        fraction = f".{digits(20)}" if chosen.random() < 0.8 else ""
        exponent = f"{chosen.choice('eE')}{chosen.choice(['', '+', '-'])}{digits(2)}" if chosen.random() < 0.3 else ""
        spelled.append(f"{chosen.choice(['', '-'])}{int(digits(17))}{fraction or '.0'}{exponent}")
    return spelled


def test_numbers_are_read_to_the_last_bit(tmp_path: Path) -> None:
    spelled = [number for number in spelled_numbers(20_000) if number != "1e-400" and math.isfinite(float(number))]
    features = ",".join(
        f'{{"type":"Feature","properties":{{"n":{number}}},"geometry":{{"type":"LineString",'
        f'"coordinates":[[24.{row},57],[25,57.{row}]]}}}}'
        for row, number in enumerate(spelled)
    )
    (tmp_path / "a.geojson").write_text(f'{{"type":"FeatureCollection","features":[{features}]}}')
    frame = sm.read(tmp_path / "a.geojson")
    expected = [0.0 if number == "-0" else float(number) for number in spelled]
    assert [value.hex() for value in frame.n] == [value.hex() for value in expected]
    assert shapely.get_coordinates(frame.geometry)[::2, 0].tolist() == [float(f"24.{i}") for i in range(len(spelled))]


@st.composite
def written_frames(draw: st.DrawFn) -> geopandas.GeoDataFrame:
    rows = draw(st.integers(1, 6))

    def cells(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(st.none() | values, min_size=rows, max_size=rows))

    finite = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(REALS)
    columns = {
        draw(TEXTS.filter(lambda name: name.lower() not in ("whole", "flag", "geometry", "number"))): cells(TEXTS),
        "whole": pd.array(cells(st.integers(-(2**63), 2**63 - 1)), dtype="Int64"),
        "number": pd.array(cells(finite | st.decimals(-1000, 1000, places=3).map(float)), dtype="Float64"),
        "flag": pd.array(cells(st.booleans()), dtype="boolean"),
    }
    positions = draw(st.lists(st.none() | POSITIONS, min_size=rows, max_size=rows))
    points = [None if at is None else shapely.Point(at) for at in positions]
    return geopandas.GeoDataFrame(columns, geometry=points, crs=4326)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written_frames())
def test_what_is_written_json_reads_as_it_was(tmp_path: Path, frame: geopandas.GeoDataFrame) -> None:
    sm.write(frame, tmp_path / "a.geojson")
    features = json.loads((tmp_path / "a.geojson").read_bytes())["features"]
    assert len(features) == len(frame)
    attributes = pd.DataFrame(frame.drop(columns="geometry")).astype(object)
    for feature, (_, row), point in zip(features, attributes.iterrows(), frame.geometry, strict=True):
        assert list(feature["properties"]) == list(attributes.columns)
        for name, value in feature["properties"].items():
            expected = None if pd.isna(row[name]) else row[name]
            assert value == expected
            assert isinstance(value, str) == isinstance(expected, str)
        if point is None:
            assert feature["geometry"] is None
        else:
            written = feature["geometry"]["coordinates"]
            assert written == pytest.approx([point.x, point.y], rel=0, abs=0.5000001e-7)
            assert [round(number, 7) for number in written] == written
