# SPDX-License-Identifier: Apache-2.0
"""What places are called where rows have codes: by the base map's towns, by areas, by degrees; never by the code."""

import json
from pathlib import Path

import pandas as pd
import pytest

from sheltermap.assessments.run import assess
from sheltermap.plans.plan import load_plan
from sheltermap.questions.place_names import _all_are_codes
from small_plan import PLAN, write_town

# Three hexagons beyond 1 km of the cellar at 24.101: two in the west part, 900 m apart and so one place; one outside.
CODES = """id,lon,lat,people,children
89a90128003ffff,24.130,56.950,10,0
89a90128007ffff,24.140,56.950,20,0
89a9012800bffff,24.300,56.950,30,0
"""
NAMELESS = PLAN.replace('id = "id"\nname = "name"\n', 'id = "id"\nname = "id"\n', 1)
WITH_TOWNS = '[map]\ncontext = "towns.geojson"\n\n[[standards]]'


def places(folder: Path, plan: str = NAMELESS, homes: str = CODES, towns: dict[str, float] | None = None) -> list[str]:
    folder.mkdir(exist_ok=True)
    if towns:
        features = [
            {
                "type": "Feature",
                "properties": {"name": name},
                "geometry": {"type": "Point", "coordinates": [lon, 56.95]},
            }
            for name, lon in towns.items()
        ]
        (folder / "towns.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        plan = plan.replace("[[standards]]", WITH_TOWNS, 1)
    made = assess(load_plan(write_town(folder, plan=plan, homes=homes)))
    return made.outcomes[0].tables["places"]["name"].tolist()


def test_a_place_is_called_by_its_area_else_by_where_it_is(tmp_path):
    areas = assess(load_plan(write_town(tmp_path, plan=NAMELESS, homes=CODES))).outcomes[0].tables["places"]
    assert areas["people"].tolist() == [30, 30]
    expected = {True: "56.9500, 24.3000"}
    called = [expected.get(area is None or area != area, area) for area in areas["area"]]
    assert areas["name"].tolist() == called and "56.9500, 24.3000" in called


def test_a_town_of_the_base_map_within_2_km_is_nearer_than_the_area(tmp_path):
    # Upe lies 610 m east of one home, Mala 1.8 km east of the other; Tāle is 6 km from everyone.
    assert sorted(places(tmp_path, towns={"Upe": 24.15, "Mala": 24.33, "Tāle": 24.2})) == ["Mala", "Upe"]


def test_places_of_one_name_have_their_numbers(tmp_path):
    homes = CODES + "89a9012800fffff,24.320,56.950,5,0\n"
    assert places(tmp_path, homes=homes, towns={"Mala": 24.31})[1:] == ["Mala 2", "Mala 3"]


@pytest.mark.parametrize(
    ("plan", "homes", "name"),
    [
        (PLAN, CODES.replace("id,lon", "id,name,lon").replace("ffff,24", "ffff,H1,24"), "H1"),  # names, if odd ones
        (NAMELESS, CODES.replace("89a9012800bffff", "Far street 5"), "Far street 5"),  # words, though they are the ids
    ],
)
def test_what_people_call_a_row_stays_its_name(tmp_path, plan, homes, name):
    assert name in places(tmp_path, plan, homes)


CODED = ["89a90128003ffff", "h1", "٣", "²"]  # digits of other scripts are digits
WORDS = ["Village", "Ezera 3", "", "h1 "]


@pytest.mark.parametrize("dtype", ["object", "str", "string"])
def test_a_name_is_a_code_if_it_has_digits_and_no_space_however_it_is_held(dtype):
    assert _all_are_codes(pd.Series(CODED, dtype=dtype)) and _all_are_codes(pd.Series([], dtype=dtype))
    for word in WORDS:
        assert not _all_are_codes(pd.Series([*CODED, word], dtype=dtype))
    assert not _all_are_codes(pd.Series([*CODED, None], dtype=dtype))
    assert _all_are_codes(pd.Series([1, 2]))
