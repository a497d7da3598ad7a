# SPDX-License-Identifier: Apache-2.0
"""JSON that is no GeoJSON: lists under a key, and objects or Features line by line."""

import json
from pathlib import Path

import pytest

import sheltermap as sm

ROWS = [{"id": "a", "lat": 56.9, "lon": 24.1, "n": 1}, {"id": "b", "lat": 56.8, "lon": 24.2, "tags": ["x"]}]


@pytest.fixture
def written(tmp_path):
    """Write a JSON; return its path."""

    def write(said: object, name: str = "a.json") -> Path:
        text = said if isinstance(said, str) else json.dumps(said)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


@pytest.mark.parametrize(
    "said", [ROWS, {"shelters": ROWS}, {"meta": {"n": 2}, "result": {"items": ROWS}, "count": 2, "next": None}]
)
def test_a_list_is_read_wherever_it_stands(written, said):
    frame = sm.read(written(said), id="id")
    assert frame["id"].tolist() == ["a", "b"] and frame["tags"][1] == '["x"]'
    assert frame.geometry.to_wkt().tolist() == ["POINT (24.1 56.9)", "POINT (24.2 56.8)"]
    assert sm.inspect(written(said), "demand").frame.shape[0] == 2


def test_of_several_lists_one_is_named(written):
    path = written({"shelters": ROWS, "wells": {"rows": ROWS[:1]}})
    with pytest.raises(sm.ReadError, match=r"holds several lists: shelters, wells\.rows; name one with layer="):
        sm.read(path)
    assert len(sm.read(path, layer="wells.rows")) == 1
    with pytest.raises(sm.ReadError, match='no list "well"'):
        sm.read(path, layer="well")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"count": 500, "results": ROWS}, "says that there are 500 rows, and holds 2"),
        ({"next": "https://example.org/2", "results": ROWS}, "names a next page"),
        ({"exceededTransferLimit": True, "results": ROWS}, "names a next page"),
        ({"a": 1}, "is not GeoJSON"),
        ('{"a": [{"lat": 1}', "is not valid GeoJSON"),
    ],
)
def test_what_is_not_whole_or_no_list_is_told(written, said, told):
    with pytest.raises(sm.ReadError) as raised:
        sm.read(written(said))
    assert told in str(raised.value)


def test_a_count_that_is_reached_outweighs_a_link(written):
    assert len(sm.read(written({"count": 2, "previous": "x", "results": ROWS}))) == 2


FEATURE = {"type": "Feature", "properties": {"id": "a"}, "geometry": {"type": "Point", "coordinates": [24.1, 56.9]}}


@pytest.mark.parametrize("ending", ["geojsonl", "geojsons", "ndjson", "jsonl"])
def test_features_are_read_line_by_line(written, ending):
    other = json.dumps({**FEATURE, "properties": {"id": "b"}})
    text = f"\ufeff{json.dumps(FEATURE)}\r\n\n\x1e{other}\n"
    path = written(text, f"a.{ending}")
    assert sm.read(path, id="id")["id"].tolist() == ["a", "b"] and sm.layer_names(path) == ["a"]
    assert sm.inspect(path, "demand").frame.shape[0] == 2


def test_objects_are_read_line_by_line(written):
    path = written("\n".join(map(json.dumps, ROWS)), "a.ndjson")
    assert sm.read(path).geometry.x.tolist() == [24.1, 24.2]


@pytest.mark.parametrize("line", ["{", "[]", "3", '{"type":"Feature"},{"type":"Feature"}', '{"a":1,"a":2}', "[" * 5000])
def test_a_line_that_is_none_is_a_refused_row(written, line):
    path = written(f"{json.dumps(FEATURE)}\n{line}\n{json.dumps(FEATURE)}", "a.geojsonl")
    with pytest.raises(sm.ReadError, match="1 of 3 rows cannot be used"):
        sm.read(path)
    kept = sm.read(path, strict=False)
    assert sm.refused(kept)[["row", "reason"]].values.tolist() == [[2, "damaged_row"]] and len(kept) == 3
    rows = written(f"{json.dumps(ROWS[0])}\n{line}", "b.jsonl")
    if "Feature" not in line:
        assert sm.refused(sm.read(rows, strict=False))["row"].tolist() == [2]


def test_an_empty_file_is_told(written):
    for name in ("a.geojsonl", "a.json"):
        with pytest.raises(sm.ReadError):
            sm.read(written("", name))
