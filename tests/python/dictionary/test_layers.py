# SPDX-License-Identifier: Apache-2.0
"""What layers, columns and codes are called, and that whatever an assessment holds is called something."""

import sqlite3
from contextlib import closing

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from sheltermap.base.language import LANGUAGES
from sheltermap.dictionary import columns, layers

SAMPLES = ("latvia", "liechtenstein", "ogre", "porto_alegre", "sao_miguel")


@pytest.mark.parametrize(
    ("name", "en", "lv", "unit"),
    [
        ("distance_m", "Distance to the facility, m", "Attālums līdz objektam, m", "m"),
        ("within_12.5m", "Covered: 12.5 m", "Aptverts: 12,5 m", None),
        ("reason_90s", "Why not: 90 s", "Kāpēc ne: 90 s", None),
        ("distance_0_5pct_m", "Distance to the facility, m: 0.5 %", "Attālums līdz objektam, m: 0,5 %", "m"),
        ("state_surge", "State: Surge", "Stāvoklis: Uzplūdi", None),
        ("people_too_far", "people: the nearest is farther", "iedzīvotāji: tuvākais ir tālāk", None),
        ("usable_area_m2", "Usable area, m²", "Lietderīgā platība, m²", "m2"),
    ],
)
def test_a_column_is_called_by_what_it_is_of(name, en, lv, unit):
    found = columns.told(name, scenarios={"surge": {"en": "Surge", "lv": "Uzplūdi"}})
    assert (found.label["en"], found.label["lv"], found.unit) == (en, lv, unit)


def test_a_column_that_came_with_the_rows_is_its_owner_s():
    theirs = columns.told("class", given=True)
    assert theirs.label["lv"] == "class" and not theirs.is_result and columns.told("class").is_result
    assert columns.told("my_number_of_beds").label["en"] == "my number of beds"


def test_codes_are_those_of_columns_that_hold_codes():
    frame = gpd.GeoDataFrame(
        {
            "state": ["lost", None],
            "kind": ["fire_station", "lost"],
            "facility": ["lost", "S1"],
            "reason": pd.Categorical(["too_far", None], categories=["too_far", "no_path"]),
        },
        geometry=[Point(24, 57)] * 2,
        crs=4326,
    )
    told = layers.told("a", frame, {}, {}, analysis="a", given=["kind"])
    assert [column.name for column in told.columns] == ["state", "kind", "facility", "reason"]
    assert told.codes["state"] == {"lost": {"en": "loses it", "lv": "zaudē"}}
    assert list(told.codes["reason"]) == ["too_far", "no_path"]  # all that there may be, in their order
    assert "facility" not in told.codes


@pytest.mark.parametrize("dtype", [object, "string"])
def test_codes_are_found_wherever_they_stand_and_names_are_none(dtype):
    first = ["lost"] * layers.LOOKED_AT
    rare = pd.DataFrame({"state": pd.array([*first, None, "covered"], dtype=dtype)})
    names = pd.DataFrame({"state": pd.array([*first, *(f"n{row}" for row in range(layers.MOST_CODES))], dtype=dtype)})
    assert list(layers.told("a", rare, {}, {}, analysis="a").codes["state"]) == ["covered", "lost"]
    assert not layers.told("a", names, {}, {}, analysis="a").codes


def test_what_is_kept_in_tables_is_read_back():
    frame = pd.DataFrame({"state": ["lost"], "beds": [1], "distance_m": [2.0]})
    told = layers.told("a", frame, {"en": "A", "lv": "Ā"}, {"en": "of", "lv": "no"}, analysis="a", given=["beds"])
    (back,) = layers.read(layers.tables([told]))
    assert back == told


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_column_of_a_result_is_told_in_every_language(sample_assessment, sample):
    with closing(sqlite3.connect(sample_assessment(sample) / "assessment.gpkg")) as kept:
        tables = {
            name: pd.read_sql(f"SELECT * FROM {name}", kept) for name in (layers.LAYERS, layers.COLUMNS, layers.CODES)
        }
        features = [name for (name,) in kept.execute("SELECT table_name FROM gpkg_geometry_columns")]
        there = {(name, row[1]) for name in features for row in kept.execute(f'PRAGMA table_info("{name}")')}
    found, told = tables[layers.LAYERS], tables[layers.COLUMNS]
    assert sorted(found["layer"]) == sorted(features)
    pairs = set(zip(told["layer"], told["column"], strict=True))
    assert pairs == {pair for pair in there if pair[1] not in ("fid", "geom")}
    own = told[told["layer"].isin(found.loc[found["analysis"].isna(), "layer"])]
    strange = told[~told["layer"].isin(own["layer"]) & ~told["is_result"].astype(bool)]
    assert set(strange["column"]) <= set(own["column"])  # all others came with the rows
    for table, key in ((found, "title"), (found, "description"), (told, "label"), (tables[layers.CODES], "label")):
        for lang in LANGUAGES:
            assert (table[f"{key}_{lang}"].fillna("").str.strip() != "").all()
            assert not table[f"{key}_{lang}"].str.contains("[{}]", regex=True).any()
