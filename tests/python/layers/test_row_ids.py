# SPDX-License-Identifier: Apache-2.0
"""Ids and refused rows after what pandas and geopandas do to a frame: found again, or told; never silently wrong."""

import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import sheltermap as sm

LON = {"S1": 24.10, "S2": 24.20, "S3": 24.30, "S6": 24.40}  # of the stations that have a place
ROWS = """id,kind,places,lon,lat
S1,fire,10,24.10,57
S2,police,20,24.20,57
S3,fire,30,24.30,57
S4,police,40,24.35,abc
S3,fire,50,24.36,57
S6,police,60,24.40,57
"""
WHY = {40: "bad_coordinate", 50: "duplicate_id"}  # by places, which differ in every row
KINDS = pd.DataFrame({"kind": ["fire", "police"], "phone": [112, 110]})
ZONES = gpd.GeoDataFrame({"zone": [1]}, geometry=[shapely.box(24, 56, 25, 58)], crs=4326)
Frame = gpd.GeoDataFrame


def stations(folder: Path, name: str = "stations.csv", rows: str = ROWS) -> Frame:
    path = folder / name
    path.write_text(rows, encoding="utf-8")
    return sm.read(path, id="id", strict=False)


def others(folder: Path) -> Frame:
    (folder / "others.csv").write_text("id,kind,places,lon,lat\nT1,fire,70,24.50,57\n", encoding="utf-8")
    return sm.read(folder / "others.csv", id="id")


def through_parquet(frame: Frame, folder: Path) -> Frame:
    frame.to_parquet(folder / "kept.parquet")
    return gpd.read_parquet(folder / "kept.parquet")


def through_feather(frame: Frame, folder: Path) -> Frame:
    frame.to_feather(folder / "kept.feather")
    return gpd.read_feather(folder / "kept.feather")


def written_and_read(frame: Frame, folder: Path) -> Frame:
    sm.write(frame, folder / "written.parquet")
    return sm.read(folder / "written.parquet", strict=False)


def placed(frame: Frame) -> Frame:
    return frame[frame.geometry.notna()]


OPERATIONS: dict[str, Callable[[Frame, Path], Any]] = {
    "as read": lambda frame, _: frame,
    "concat": lambda frame, folder: pd.concat([frame, others(folder)]),
    "concat and number anew": lambda frame, folder: pd.concat([frame, others(folder)], ignore_index=True),
    "concat of pieces": lambda frame, _: pd.concat([frame[3:], frame[:3]]),
    "concat with itself": lambda frame, _: pd.concat([frame, frame]),
    "concat of a layer read twice": lambda frame, folder: pd.concat([frame, stations(folder)], ignore_index=True),
    "merge": lambda frame, _: frame.merge(KINDS, on="kind"),
    "merge from the right": lambda frame, _: gpd.GeoDataFrame(KINDS.merge(frame, on="kind")),
    "merge with another id": lambda frame, folder: placed(frame).merge(
        pd.DataFrame(others(folder).drop(columns="geometry")), on="kind"
    ),
    "join": lambda frame, _: frame.join(KINDS.set_index("kind"), on="kind"),
    "merge and rename": lambda frame, _: frame.merge(KINDS, on="kind").rename(columns={"id": "code"}),
    "copy": lambda frame, _: frame.copy(),
    "selection": lambda frame, _: frame[frame["places"] > 15],
    "selection and number anew": lambda frame, _: frame[frame["places"] > 15].reset_index(drop=True),
    "loc": lambda frame, _: frame.loc[[5, 4, 0]],
    "iloc": lambda frame, _: frame.iloc[2:],
    "head": lambda frame, _: frame.head(2),
    "query": lambda frame, _: frame.query("kind == 'fire'"),
    "sort": lambda frame, _: frame.sort_values("places", ascending=False, ignore_index=True),
    "sample": lambda frame, _: frame.sample(4, random_state=1),
    "reindex": lambda frame, _: frame.reindex([5, 3, 1]),
    "drop a column": lambda frame, _: frame.drop(columns="kind"),
    "columns": lambda frame, _: frame[["id", "geometry"]],
    "columns without the id": lambda frame, _: frame[["kind", "places", "geometry"]],
    "drop_duplicates": lambda frame, _: frame.drop_duplicates("kind"),
    "dropna": lambda frame, _: frame.dropna(),
    "assign": lambda frame, _: frame.assign(more=1),
    "astype": lambda frame, _: frame.astype({"places": float}),
    "set_geometry": lambda frame, _: frame.set_geometry(frame.geometry.copy()),
    "rename_geometry": lambda frame, _: frame.rename_geometry("place"),
    "rename of the id": lambda frame, _: frame.rename(columns={"id": "code"}),
    "id overwritten": lambda frame, _: frame.assign(id="S"),
    "id emptied": lambda frame, _: frame.assign(id=None),
    "id as the index": lambda frame, _: placed(frame).set_index("id"),
    "id as the index, repeated": lambda frame, _: pd.concat([placed(frame).set_index("id")] * 2),
    "id an index": lambda frame, _: frame.set_index("id"),
    "another index": lambda frame, _: frame.set_index("places"),
    "another index, id dropped": lambda frame, _: frame.set_index("places").drop(columns="id"),
    "to_crs": lambda frame, _: frame.to_crs(3059),
    "sjoin": lambda frame, _: placed(frame).sjoin(ZONES),
    "clip": lambda frame, _: frame.clip(ZONES),
    "overlay": lambda frame, _: gpd.overlay(placed(frame), ZONES),
    "dissolve": lambda frame, _: placed(frame).dissolve("kind", as_index=False).explode(ignore_index=True),
    "explode": lambda frame, _: frame.explode(),
    "groupby head": lambda frame, _: frame.groupby("kind").head(2),
    "groupby first": lambda frame, _: gpd.GeoDataFrame(
        placed(frame).groupby("kind", as_index=False).first(), geometry="geometry", crs=frame.crs
    ),
    "repeated": lambda frame, _: frame.loc[frame.index.repeat(2)],
    "pickle": lambda frame, _: pickle.loads(pickle.dumps(frame)),
    "parquet by geopandas": through_parquet,
    "feather": through_feather,
    "parquet by sheltermap": written_and_read,
    "concat, then parquet": lambda frame, folder: through_parquet(
        pd.concat([frame, others(folder)]).drop(columns=["lon", "lat"]), folder
    ),
    "concat, then read": lambda frame, folder: sm.read(pd.concat([frame, others(folder)]), strict=False),
    "made anew": lambda frame, _: gpd.GeoDataFrame(frame),
    "made anew of a table": lambda frame, _: gpd.GeoDataFrame(pd.DataFrame(frame), geometry="geometry", crs=4326),
    "GeoJSON": lambda frame, _: gpd.GeoDataFrame.from_features(placed(frame).__geo_interface__, crs=4326),
    "read again": lambda frame, _: sm.read(frame, strict=False),
}
READ_AGAIN = {
    "parquet by sheltermap",
    "concat, then read",
}  # what they lost is not known, and reading sees what is there
TOLD = {  # whatever the versions of pandas and geopandas
    "concat",
    "concat and number anew",
    "concat with itself",
    "concat of a layer read twice",
    "merge from the right",
    "merge with another id",
    "merge and rename",
    "columns without the id",
    "rename of the id",
    "id overwritten",
    "id emptied",
    "another index, id dropped",
    "id as the index, repeated",
    "repeated",
    "feather",
    "concat, then parquet",
    "concat, then read",
    "GeoJSON",
}
NOT_TOLD = {
    "as read",
    "concat of pieces",
    "copy",
    "selection",
    "selection and number anew",
    "loc",
    "sort",
    "assign",
    "set_geometry",
    "id as the index",
    "another index",
    "to_crs",
    "pickle",
    "parquet by sheltermap",
    "read again",
}


def facility_of_each(frame: Frame) -> tuple[dict[str, Any], list[str]]:
    """Who is nearest to where a station was, by the station, and what was told."""
    homes = gpd.GeoDataFrame({"home": list(LON)}, geometry=gpd.points_from_xy(list(LON.values()), [57] * 4), crs=4326)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = sm.nearest(homes, frame)
    near = found[found["distance_m"] < 1]  # the station itself, and not one left when it is gone
    lost = [str(each.message) for each in told if issubclass(each.category, sm.LostIdWarning)]
    return dict(zip(near["home"], near["facility"], strict=True)), lost


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_facility_is_named_by_its_id_or_a_warning_says_what_to_pass(name: str, tmp_path: Path) -> None:
    frame = OPERATIONS[name](stations(tmp_path), tmp_path)
    named, told = facility_of_each(frame)
    assert named, "no station is left to be asked for"
    assert len(told) <= 1
    if told:
        assert "facility_id=" in told[0]
    else:
        assert {home: str(facility) for home, facility in named.items()} == {home: home for home in named}
    assert not (told and name in NOT_TOLD), told
    assert not (not told and name in TOLD), named


@pytest.mark.parametrize("name", OPERATIONS)
def test_as_many_rows_are_refused_as_have_no_place_and_none_for_the_reason_of_another(
    name: str, tmp_path: Path
) -> None:
    frame = OPERATIONS[name](stations(tmp_path), tmp_path)
    refused = sm.refused(frame)
    without = frame[~(frame.geometry.notna() & ~frame.geometry.is_empty)]
    assert len(refused) == len(without)
    indexed = without.reset_index() if without.index.name else without
    places = indexed["places"] if "places" in indexed else [None] * len(without)
    for row, many in zip(refused.itertuples(), places, strict=True):
        known = row.reason == WHY.get(many) and row.row == many / 10
        unknown = row.detail == "no geometry" if name in READ_AGAIN else "is lost" in row.detail
        assert known or (row.reason == "missing_geometry" and unknown)
        assert row.remedy


@pytest.mark.parametrize(
    "name",
    ["copy", "selection and number anew", "sort", "to_crs", "pickle", "concat of pieces", "read again", "id an index"],
)
def test_reasons_go_with_their_rows(name: str, tmp_path: Path) -> None:
    refused = sm.refused(OPERATIONS[name](stations(tmp_path), tmp_path))
    assert dict(zip(refused["row"], refused["reason"], strict=True)) == {4: "bad_coordinate", 5: "duplicate_id"}
    assert dict(zip(refused["row"], refused["id"], strict=True)) == {4: "S4", 5: "S3"}


def test_rows_that_look_alike_keep_their_reasons_while_all_are_there(tmp_path: Path) -> None:
    places = [{"type": "Point", "coordinates": [24, 57]}, {"type": "Point", "coordinates": ["abc", 57]}, None]
    rows = [{"type": "Feature", "properties": {"people": 1}, "geometry": place} for place in places]
    homes = sm.read({"type": "FeatureCollection", "features": rows}, strict=False)
    assert list(sm.refused(homes)["reason"]) == ["bad_coordinate", "missing_geometry"]
    (left,) = sm.refused(homes[:2].reset_index(drop=True)).itertuples()
    assert "is lost" in left.detail  # nothing tells which of the two it is


def test_a_table_without_places_lists_the_refused_rows_that_it_still_holds(tmp_path: Path) -> None:
    table = stations(tmp_path).drop(columns="geometry")
    assert list(sm.refused(table)["row"]) == [4, 5]
    assert list(sm.refused(table[:4])["row"]) == [4]


def test_a_column_that_is_said_is_taken_as_it_is(tmp_path: Path) -> None:
    frame = pd.concat([stations(tmp_path), others(tmp_path)])
    home = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.5], [57]), crs=4326)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sm.nearest(home, frame, facility_id="id").facility[0] == "T1"
        assert sm.nearest(home, frame, facility_id="kind").facility[0] == "fire"
        assert sm.nearest(home, sm.read(placed(frame), id="id")).facility[0] == "T1"


def test_the_warning_names_the_layer_the_rows_and_the_column_to_pass(tmp_path: Path) -> None:
    read = stations(tmp_path)
    _, (renamed,) = facility_of_each(read.rename(columns={"id": "code"}))
    assert "stations.csv" in renamed and "id='id'" in renamed and "renamed" in renamed
    _, (twice,) = facility_of_each(pd.concat([read, read]))
    assert "'S1' in row 1 and in row 7" in twice
    _, (lost,) = facility_of_each(read.merge(KINDS, on="kind").rename_axis(None).merge(KINDS, on="kind"))
    assert "facility_id='id'" in lost and "pandas" in lost and "stations.csv" in lost
    _, (empty,) = facility_of_each(read.assign(id=[*"abc", None, None, None]))
    assert "nothing in row 6" in empty


def test_the_warning_points_at_the_line_that_asked(tmp_path: Path) -> None:
    frame = stations(tmp_path).rename(columns={"id": "code"})
    with pytest.warns(sm.LostIdWarning) as told:
        sm.nearest(placed(frame), frame)
    assert [Path(each.filename).name for each in told] == ["test_row_ids.py"]


def test_numbers_that_are_meant_can_be_said_to_be(tmp_path: Path) -> None:
    frame = pd.concat([stations(tmp_path), others(tmp_path)], ignore_index=True).rename_axis("row")
    named, told = facility_of_each(frame)
    assert named == {"S1": 0, "S2": 1, "S3": 2, "S6": 5} and not told


def test_a_frame_that_nobody_read_is_named_by_its_index_without_a_word() -> None:
    frame = gpd.GeoDataFrame({"id": list(LON)}, geometry=gpd.points_from_xy(list(LON.values()), [57] * 4), crs=4326)
    named, told = facility_of_each(frame)
    assert named == {"S1": 0, "S2": 1, "S3": 2, "S6": 3} and not told


def test_frames_put_together_that_nobody_read_are_told_by_their_repeated_numbers() -> None:
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.1, 24.2], [57, 57]), crs=4326)
    _, (told,) = facility_of_each(pd.concat([frame, frame.translate(0.2).to_frame("geometry")]))
    assert "0 in row 1 and in row 3" in told and "reset_index" in told


def test_zones_put_together_are_not_joined_by_their_numbers_without_a_word(tmp_path: Path) -> None:
    east = ZONES.translate(2).to_frame("geometry")
    with pytest.warns(sm.LostIdWarning, match="zone_id="):
        sm.overlap(ZONES, pd.concat([ZONES, east]))


def test_every_analysis_tells(tmp_path: Path) -> None:
    frame = placed(stations(tmp_path).rename(columns={"id": "code"}))
    home = gpd.GeoDataFrame({"people": [1]}, geometry=gpd.points_from_xy([24.5], [57]), crs=4326)
    for ask in (
        lambda: sm.within(home, frame, 1000),
        lambda: sm.coverage(home, frame, 1000),
        lambda: sm.service_areas(frame, 1000),
        lambda: sm.exposure(home, ZONES.assign(zone=1).pipe(lambda z: sm.read(z, id="zone")).drop(columns="zone")),
    ):
        with pytest.warns(sm.LostIdWarning):
            ask()


def test_an_id_is_found_again_in_another_process(tmp_path: Path) -> None:
    sm.write(placed(stations(tmp_path)), tmp_path / "a.parquet")
    script = "import sheltermap as sm, sys; a = sm.read(sys.argv[1]); print(*sm.nearest(a, a, k=1).facility)"
    told = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "a.parquet"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == list(LON) and "LostIdWarning" not in told.stderr


def test_what_a_frame_says_of_itself_costs_nothing_to_copy(tmp_path: Path) -> None:
    lines = "".join(f"S{row},24,abc\n" for row in range(1000))
    read = stations(tmp_path, rows=f"id,lon,lat\n{lines}")
    copied = read.copy().attrs["sheltermap_refused"]
    assert copied is read.attrs["sheltermap_refused"]  # pandas copies attrs deeply with every operation
    assert len(sm.refused(read)) == 1000


def test_a_layer_read_leniently_stays_so_through_every_door() -> None:
    frame = gpd.GeoDataFrame({"suits_flood": ["maybe"]}, geometry=gpd.points_from_xy([24], [57]), crs=4326)
    usable, unused = sm.supply(sm.read(frame, strict=False), suitable_for="flood")
    assert len(usable) == 0 and len(unused) == 1
    with pytest.raises(ValueError, match="maybe"):
        sm.supply(sm.read(sm.read(frame, strict=False)), suitable_for="flood")


def test_numbers_of_numpy_name_rows_too(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"code": np.array([7, 7, 9])}, geometry=gpd.points_from_xy([24.1, 24.2, 24.3], [57] * 3), crs=4326
    )
    read = sm.read(frame.assign(code=[7, 8, 9]), id="code")
    _, (told,) = facility_of_each(read.assign(code=frame["code"]))
    assert "7 in row 1 and in row 2" in told
