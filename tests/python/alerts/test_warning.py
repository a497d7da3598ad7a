# SPDX-License-Identifier: Apache-2.0
"""Who and what lies in the area of a warning: a town of four homes and two shelters, counted by hand.

Homes h1 (10 people), h2 (20), h4 (nobody knows how many) and the shelter s1 lie in the area, h3 (30) and s2 do not.
"""

import json
import re
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import sheltermap as sm
from alert_text import AT, alert, circle, coded, info, polygon, write
from map_data import MapData
from small_plan import HOMES, PLAN, SHELTERS, write_town

CAP = Path(__file__).parents[2] / "data" / "cap"
COUNTS = ["total", "inside", "outside", "unknown", "rows_without_weight"]
CODES = """
[warnings.geocodes]
table = "codes.csv"
areas = "parts"
area_name = "part"
"""
SCENARIOS = """
[[scenarios]]
id = "flood_10"
hazard = "flood"
zones = "flood"
return_period_years = 10
title = { en = "Flood of ten years", lv = "Desmitgades plūdi" }

[[scenarios]]
id = "flood_100"
hazard = "flood"
zones = "flood"
return_period_years = 100
"""
RULES = """
[warnings]
levels = [{ at_least_m = 2.5, scenario = "flood_10" }, { at_least_m = 3.0, scenario = "flood_100" }]
triggers = [
    { awareness_type = 12, at_least = "orange", scenario = "flood_10" },
    { awareness_type = 12, at_least = "red", scenario = "flood_100" },
    { event = "flash flood", at_least = "yellow", scenario = "flood_10" },
    { event_code = "FFW", at_least = "yellow", scenario = "flood_100" },
]
"""


def town(folder, *, plan=PLAN, **files) -> Path:
    (folder / "town").mkdir(exist_ok=True)
    (folder / "town" / "codes.csv").write_text("code,area\nLV003,West\n", encoding="utf-8")
    return write_town(folder / "town", plan=plan, **files)


def warned(folder, *infos, plan=None, at=AT, text=None, **options):
    path = write(folder, text or alert(*infos))
    return sm.warn(path, town(folder) if plan is None else plan, at=at, **options)


def people(found, measure="people", part=None):
    rows = found.people[found.people["measure"] == measure]
    rows = rows[rows["part"].isna() if part is None else (rows["part"] == part).fillna(False)]
    return [int(each) for each in rows[COUNTS].iloc[0]]


def facilities(found):
    columns = ["input", "total", "inside", "outside", "unknown", "usable_inside", "usable_outside"]
    return [tuple(row) for row in found.facilities[columns].itertuples(index=False)]


def test_people_by_their_weight_and_groups_and_facilities_by_name(tmp_path):
    found = warned(tmp_path)
    assert (found.status, found.state, found.is_actual) == ("Actual", "in_force", True)
    assert people(found) == [60, 30, 30, 0, 1]
    assert people(found, "children") == [8, 3, 5, 0, 1]
    assert facilities(found) == [("shelters", 2, 1, 1, 0, 1, 1)]
    assert found.listed[["input", "id", "name", "usable"]].to_numpy().tolist() == [["shelters", "s1", "Cellar", True]]


def test_what_is_usable_outside_and_nearest_to_people_inside(tmp_path):
    (row,) = warned(tmp_path).near.to_dict("records")
    near, far = sm.geodesic_distance_m([24.110, 24.100], [56.950, 56.950], [24.400, 24.400], [56.950, 56.950])
    assert (row["id"], row["name"], row["people_input"], row["people"], row["rows"]) == ("s2", "School", "homes", 30, 3)
    assert (row["nearest_m"], row["farthest_m"]) == pytest.approx((near, far), abs=1e-6)


def test_near_is_a_limit_of_the_plan(tmp_path):
    found = warned(tmp_path, plan=town(tmp_path, plan=PLAN + '[warnings]\nnear = "5 km"\n'))
    assert len(found.near) == 0
    near = sm.geodesic_distance_m([24.110], [56.950], [24.400], [56.950])[0] + 0.001
    found = warned(tmp_path, plan=town(tmp_path, plan=PLAN + f'[warnings]\nnear = "{near:.3f} m"\n'))
    assert [(each["rows"], each["people"]) for each in found.near.to_dict("records")] == [(1, 20)]


def test_two_languages_count_once(tmp_path):
    found = warned(tmp_path, info(language="lv", event="Plūdi"), info())
    assert people(found) == [60, 30, 30, 0, 1] and len(found.parts) == 1


def test_overlapping_areas_count_once_and_each_event_for_itself(tmp_path):
    wide, narrow = (
        "56.9,24.0 56.9,24.35 57,24.35 57,24.0 56.9,24.0",
        "56.94,24.09 56.94,24.104 56.96,24.104 56.94,24.09",
    )
    found = warned(tmp_path, info(polygon(wide)), info(polygon(narrow), event="Wind"))
    assert people(found) == [60, 60, 0, 0, 1]
    assert people(found, part=1) == [60, 60, 0, 0, 1]
    assert people(found, part=2) == [60, 10, 50, 0, 1]


def test_a_home_on_the_edge_is_inside(tmp_path):
    edge = "56.94,24.11 56.94,24.2 56.96,24.2 56.96,24.11 56.94,24.11"  # h2 lies on it
    assert people(warned(tmp_path, info(polygon(edge)))) == [60, 20, 40, 0, 1]


def test_a_circle_takes_whom_the_geodesic_takes(tmp_path):
    reach = sm.geodesic_distance_m([24.1], [56.95], [24.11], [56.95])[0] / 1000  # from h1 to h2
    assert people(warned(tmp_path, info(circle(f"56.95,24.1 {reach + 1e-5:.8f}")))) == [60, 30, 30, 0, 1]
    assert people(warned(tmp_path, info(circle(f"56.95,24.1 {reach - 1e-5:.8f}")))) == [60, 10, 50, 0, 1]


def test_round_a_point_nobody_knows_how_far_the_danger_reaches(tmp_path):
    found = warned(tmp_path, info(circle("56.95,24.1 0")))
    assert people(found) == [60, 10, 0, 50, 1]
    assert [each.reason for each in found.missing] == ["only_a_point"]


def test_codes_without_a_table_are_an_unknown_area_and_not_nobody(tmp_path):
    found = warned(tmp_path, info(coded("LV003", "LV004")))
    assert people(found) == [60, 0, 0, 60, 1]
    assert facilities(found) == [("shelters", 2, 0, 0, 2, 0, 0)]
    assert [(each.reason, each.codes) for each in found.missing] == [("no_table_of_codes", ("LV003", "LV004"))]
    assert len(found.near) == 0  # of none it is known that it lies outside


def test_codes_through_the_table_of_the_plan(tmp_path):
    found = warned(tmp_path, info(coded("LV003")), plan=town(tmp_path, plan=PLAN + CODES))
    assert people(found) == [60, 30, 30, 0, 1] and found.missing == ()


def test_of_codes_that_are_partly_known_nobody_outside_is_known(tmp_path):
    found = warned(tmp_path, info(coded("LV003", "LV004")), plan=town(tmp_path, plan=PLAN + CODES))
    assert people(found) == [60, 30, 0, 30, 1]
    assert [(each.reason, each.codes) for each in found.missing] == [("code_not_in_table", ("LV004",))]


def test_one_unknown_area_makes_its_event_unknown_and_no_other(tmp_path):
    found = warned(tmp_path, info(), info(coded("LV009"), event="Wind"))
    assert people(found) == [60, 30, 0, 30, 1]
    assert people(found, part=1) == [60, 30, 30, 0, 1]
    assert people(found, part=2) == [60, 0, 0, 60, 1]


def test_a_table_that_is_given_names_the_areas_of_the_analyses(tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text("scheme,code,area\nEMMA_ID,LV003,West\nEMMA_ID,LV004,East\n", encoding="utf-8")
    found = sm.warn(CAP / "meteoalarm.xml", town(tmp_path), at="2026-09-14T10:00:00+03:00", geocodes=table)
    assert people(found) == [60, 30, 30, 0, 1] and found.parts[0].info.colour == "red"


def test_a_column_of_the_areas_and_a_layer_that_is_given(tmp_path):
    rules = '[warnings.geocodes]\nareas = "parts"\ncode = "part"\n'
    found = warned(tmp_path, info(coded("West")), plan=town(tmp_path, plan=PLAN + rules))
    assert people(found) == [60, 30, 30, 0, 1]
    layer = gpd.GeoDataFrame({"code": ["LV1"]}, geometry=[shapely.box(24.29, 56.9, 24.35, 57)], crs=4326)
    sm.write(layer, tmp_path / "codes.gpkg")
    for given in (layer, tmp_path / "codes.gpkg"):
        assert people(warned(tmp_path, info(coded("LV1")), geocodes=given), "children") == [8, 5, 3, 0, 1]


def test_places_that_nobody_knows_are_unknown(tmp_path):
    homes = HOMES.replace("h3,Third home,24.300,56.950", "h3,Third home,,")
    plan = PLAN.replace("[inputs.homes]\n", "[inputs.homes]\nstrict = false\n")
    assert people(warned(tmp_path, plan=town(tmp_path, plan=plan, homes=homes))) == [60, 30, 0, 30, 1]


def test_facilities_that_the_plan_leaves_out_are_named_with_the_reason(tmp_path):
    shelters = SHELTERS.replace("lat\n", "lat,compliance\n").replace("56.950\n", "56.950,none\n", 1)
    shelters = shelters.replace("24.400,56.950\n", "24.400,56.950,full\n")
    plan = PLAN + '\n[[analyses]]\nname = "good"\nkind = "nearest"\ndemand = "homes"\nfacilities = "shelters"\n'
    plan += 'title = "Good"\n[analyses.supply]\ncompliance = "full"\n'
    found = warned(tmp_path, plan=town(tmp_path, plan=plan, shelters=shelters))
    assert facilities(found) == [("shelters", 2, 1, 1, 0, 0, 1)]
    assert found.listed[["id", "usable", "reason"]].to_numpy().tolist() == [["s1", False, "not_compliant"]]


def test_what_says_that_it_is_out_of_use_is_not_usable(tmp_path):
    shelters = SHELTERS.replace("lat\n", "lat,in_use\n").replace("24.101,56.950\n", "24.101,56.950,yes\n")
    found = warned(tmp_path, plan=town(tmp_path, shelters=shelters.replace("24.400,56.950\n", "24.400,56.950,nē\n")))
    assert facilities(found) == [("shelters", 2, 1, 1, 0, 1, 0)] and len(found.near) == 0


def test_the_plan_may_name_whom_to_look_for(tmp_path):
    rules = '[warnings]\npeople = [{ input = "homes", weight = "children" }]\nfacilities = ["parts"]\n'
    found = warned(tmp_path, plan=town(tmp_path, plan=PLAN + rules))
    assert people(found, "children") == [8, 3, 5, 0, 1]
    assert facilities(found) == [("parts", 2, 1, 1, 0, 1, 1)]  # polygons that the area reaches into


def test_frames_of_ones_own(tmp_path):
    homes = sm.read(write_town(tmp_path).parent / "homes.csv", crs=4326, id="id")
    shelters = sm.read(tmp_path / "shelters.csv", crs=4326, id="id")
    found = sm.warn(
        write(tmp_path, alert()), {"homes": homes, "shelters": shelters}, at=AT, weights={"homes": "people"}
    )
    assert people(found) == [60, 30, 30, 0, 1] and found.listed["id"].tolist() == ["s1"]
    assert found.scenarios == []
    with pytest.raises(ValueError, match="weights names 'hoems'"):
        sm.warn(write(tmp_path, alert()), {"homes": homes}, at=AT, weights={"hoems": "people"})
    with pytest.raises(ValueError, match="is for a plan"):
        sm.warn(write(tmp_path, alert()), {"homes": homes}, at=AT, level_m=2.0)


def test_layers_in_another_reference_system_count_alike(tmp_path):
    homes = sm.read(write_town(tmp_path).parent / "homes.csv", crs=4326).to_crs(3059)
    assert people(sm.warn(write(tmp_path, alert()), {"h": homes}, at=AT, weights={"h": "people"})) == [60, 30, 30, 0, 1]


def test_an_order_of_rows_changes_nothing(tmp_path):
    first, *lines = HOMES.splitlines()
    turned = "\n".join([first, *reversed(lines)]) + "\n"
    one, other = warned(tmp_path), warned(tmp_path, plan=town(tmp_path, homes=turned))
    assert one.people.equals(other.people) and one.near.equals(other.near)


def test_longitude_first_is_refused_by_name(tmp_path):
    """Both orders are possible places: 24° north, 57° east lies in the Gulf of Oman."""
    swapped = "24.09,56.94 24.2,56.94 24.2,56.96 24.09,56.96 24.09,56.94"
    with pytest.raises(
        sm.CrsError, match=r"alert\.xml.*with the axes of one of them swapped.*CAP writes latitude,long"
    ):
        warned(tmp_path, info(polygon(swapped)))


def test_an_alert_of_another_country_warns_nobody_here_and_says_how_far_it_is(tmp_path):
    found = warned(tmp_path, info(polygon("40,-5 40,-4 41,-4 40,-5")))
    assert people(found) == [60, 0, 60, 0, 1]
    assert "km apart, farther than either is wide" in found.notes[-2]


def test_a_cancelled_alert_counts_nobody_and_reads_no_layer(tmp_path):
    cancel = alert(identifier="A2", kind="Cancel", sent="2026-03-01T07:00:00+02:00",
                   references="met@example.org,A1,2026-03-01T06:00:00+02:00")  # fmt: skip
    paths = [write(tmp_path, alert()), write(tmp_path, cancel, "cancel.xml")]
    found = sm.warn(paths, town(tmp_path, homes="no table"), at=AT)
    assert (found.state, len(found.people), len(found.rows)) == ("cancelled", 0, 0)
    assert found.to_dict()["cancelled"][0]["cancels"] == ["A1"]
    assert sm.warn(paths[1], town(tmp_path), at=AT).state == "cancelled"


def test_all_clear_counts_nobody(tmp_path):
    assert warned(tmp_path, info(response="AllClear")).state == "all_clear"


def test_expired_is_refused_and_now_is_the_clock_of_the_run(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime.fromisoformat(AT).timestamp())))
    assert sm.warn(write(tmp_path, alert()), town(tmp_path)).at == datetime.fromisoformat(AT)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime.fromisoformat("2026-03-05T00:00:00Z").timestamp())))
    with pytest.raises(sm.AlertError, match="expired"):
        sm.warn(write(tmp_path, alert()), town(tmp_path))
    with pytest.raises(ValueError, match="give a time with its zone"):
        warned(tmp_path, at="2026-03-01 12:00")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"awareness_type": "12; flooding", "awareness_level": "2; yellow; Moderate"}, []),
        ({"awareness_type": "12; flooding", "awareness_level": "3; orange; Severe"}, ["flood_10"]),
        ({"awareness_type": "12; Flooding", "awareness_level": "4; red; Extreme"}, ["flood_100"]),
        ({"awareness_type": "1; wind", "awareness_level": "4; red; Extreme"}, []),
        ({"awareness_type": "12; flooding", "severity": "Extreme"}, ["flood_100"]),
        ({"event": "Flash Flood", "severity": "Moderate"}, ["flood_10"]),
        ({"event": "Flash Flood", "severity": "Minor"}, []),
    ],
)
def test_which_scenario_a_warning_triggers_from_a_colour_on(tmp_path, said, expected):
    found = warned(tmp_path, info(**said), plan=town(tmp_path, plan=PLAN + SCENARIOS + RULES))
    assert [each["scenario"] for each in found.scenarios] == expected


def test_an_event_code_triggers_a_scenario_and_its_facts_are_told(tmp_path):
    plan = town(tmp_path, plan=PLAN + SCENARIOS + RULES)
    found = sm.warn(CAP / "nws.xml", plan, at="2026-09-14T22:00:00Z")
    assert [(each["scenario"], each["rule"], each["part"]) for each in found.scenarios] == [
        ("flood_100", "event_code = FFW", 1)
    ]
    assert found.scenarios[0]["return_period_years"] == 100


def test_without_colour_and_severity_somebody_has_to_decide(tmp_path):
    said = info(severity="Unknown", awareness_type="12; flooding")
    found = warned(tmp_path, said, plan=town(tmp_path, plan=PLAN + SCENARIOS + RULES))
    assert found.scenarios == [] and "has to be decided" in found.notes[0]


@pytest.mark.parametrize(
    ("level", "expected"), [(2.49, []), (2.5, ["flood_10"]), (2.99, ["flood_10"]), (3, ["flood_100"])]
)
def test_a_forecast_level_stands_for_a_scenario_and_on_a_limit_goes_up(tmp_path, level, expected):
    found = warned(tmp_path, plan=town(tmp_path, plan=PLAN + SCENARIOS + RULES), level_m=level)
    assert [each["scenario"] for each in found.scenarios] == expected
    assert any("below the lowest of the plan, 2.5 m" in note for note in found.notes) is (expected == [])


def test_a_level_without_a_table_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="the plan has no levels"):
        warned(tmp_path, level_m=2.0)


@pytest.mark.parametrize(("status", "words"), [("Exercise", "EXERCISE"), ("Test", "TEST"), ("Draft", "DRAFT")])
def test_what_is_not_meant_says_so_everywhere(tmp_path, status, words):
    found = warned(tmp_path, text=alert(status=status))
    told = found.to_dict()
    assert (told["status"], told["is_actual"]) == (status, False)
    for lang, said in (("en", f"{words}: NOT A REAL WARNING"), ("lv", "NAV ĪSTS BRĪDINĀJUMS")):
        lines = found.text(lang).splitlines()
        assert said in lines[0] and said in lines[-1]
        page = found.explore(lang=lang).html
        (heading,) = re.findall("<h1[^>]*>(.*?)</h1>", page)
        assert said in heading and said in MapData(page).page["views"][0]["title"]
        assert said in found.plot(lang=lang).get_title()


def test_a_real_warning_says_nothing_of_the_kind(tmp_path):
    found = warned(tmp_path)
    assert "NOT A REAL" not in found.text() and found.to_dict()["is_actual"] is True
    assert found.plot().get_title() == "orange: Flood"


def test_the_text_for_the_duty_officer_in_both_languages(tmp_path):
    said = (
        info(language="lv", event="Plūdi", awareness_level="4; red; Extreme"),
        info(awareness_level="4; red; Extreme"),
    )
    found = warned(tmp_path, *said, plan=town(tmp_path, plan=PLAN + SCENARIOS + RULES), level_m=2.7)
    english, latvian = found.text("en"), found.text("lv")
    for line in (
        "WARNING IN FORCE",
        "As of 2026-03-01 12:00 +02:00",
        "RED: Flood",
        "From met@example.org, sent 2026-03-01 06:00 +02:00",
        "From 2026-03-01 06:00 +02:00 until 2026-03-02 06:00 +02:00",
        "  homes (people): 30 in the area, 30 outside, 0 unknown; 60 in all",
        "    rows without a figure, in none of these: 1",
        "    Cellar (s1)",
        "    School (s2): nearest for 30 (homes), from 17.6 km",
        "  flood_10 – Flood of ten years (level = 2.7 m, from 2.5 m on)",
    ):
        assert line in english.splitlines()
    for line in (
        "BRĪDINĀJUMS IR SPĒKĀ",
        "SARKANS: Plūdi",
        "  homes (people): apgabalā 30, ārpus tā 30, nav zināms 0; kopā 60",
        "  flood_10 – Desmitgades plūdi (level = 2,7 m, sākot ar 2,5 m)",
    ):
        assert line in latvian.splitlines()


def test_the_text_says_first_what_is_not_known(tmp_path):
    lines = warned(tmp_path, info(coded("LV003"))).text().splitlines()
    assert lines.index("AREA NOT KNOWN") < lines.index("PEOPLE IN THE AREA")
    assert any("it is not “nobody”" in line for line in lines)
    (note,) = warned(tmp_path, info(coded("LV003"))).explore(lang="lv").notes
    assert note.startswith("APGABALS NAV ZINĀMS: Town.") and "nevis kā „neviens”" in note


def test_plain_data_are_json_and_say_where_they_are_from(tmp_path):
    told = json.loads(json.dumps(warned(tmp_path).to_dict(), allow_nan=False))
    assert told["schema"] == "sheltermap-warning/1"
    assert told["parts"][0]["identifier"] == "A1" and told["parts"][0]["colour"] == "orange"
    assert told["people"][0] == {
        "input": "homes", "part": None, "measure": "people", "total": 60, "inside": 30, "outside": 30, "unknown": 0,
        "rows_without_weight": 1,
    }  # fmt: skip
    assert told["notes"] == []


def test_what_is_said_beside_an_alert_is_checked(tmp_path):
    path, town = write(tmp_path, alert()), write_town(tmp_path / "town")
    with pytest.raises(TypeError, match=r"geocodes is a int; give a GeoDataFrame: sm.read\(...\), or a path"):
        sm.warn(path, town, at=AT, geocodes=3)
    with pytest.raises(TypeError, match="plan is the path of a plan, or layers by name, not 3"):
        sm.warn(path, 3, at=AT)
    for level in (float("nan"), float("inf"), "2"):
        with pytest.raises(ValueError, match="level_m is a finite number of metres"):
            sm.warn(path, town, at=AT, level_m=level)


def test_a_column_that_is_not_there_is_named(tmp_path):
    path = write(tmp_path, alert())
    plan = PLAN + '\n[warnings]\npeople = [{ input = "homes", weight = "peple" }]\n'
    with pytest.raises(ValueError, match=r"inputs\.homes has no column 'peple'; it has id, name, lon, lat, people"):
        sm.warn(path, write_town(tmp_path / "town", plan=plan), at=AT)
    layer = gpd.GeoDataFrame({"people": [1]}, geometry=[shapely.Point(24.1, 56.95)], crs=4326)
    with pytest.raises(ValueError, match="homes has no column 'peple'"):
        sm.warn(path, {"homes": layer}, at=AT, weights={"homes": "peple"})
    with pytest.raises(TypeError, match="homes is a int without places; give a GeoDataFrame"):
        sm.warn(path, {"homes": 3}, at=AT)


def test_numbers_of_the_text_are_written_as_the_language_writes_them(tmp_path):
    homes = gpd.GeoDataFrame({"people": [2.5]}, geometry=[shapely.Point(24.1, 56.95)], crs=4326)
    told = sm.warn(write(tmp_path, alert()), {"homes": homes}, weights={"homes": "people"}, at=AT)
    assert "2.5 in the area" in told.text("en") and "apgabalā 2,5" in told.text("lv")
    plan = PLAN + SCENARIOS + '\n[warnings]\nlevels = [{ at_least_m = 2.5, scenario = "flood_10" }]\n'
    town = write_town(tmp_path / "town", plan=plan)
    told = sm.warn(write(tmp_path, alert()), town, at=AT, level_m=3.25)
    assert "level = 3.25 m, from 2.5 m on" in told.text("en") and "level = 3,25 m, sākot ar 2,5 m" in told.text("lv")
    told = sm.warn(write(tmp_path, alert()), town, at=AT, level_m=0.5)
    assert "0.5 m" in told.text("en") and "Ūdens līmenis 0,5 m ir zem zemākā plānā norādītā, 2,5 m" in told.text("lv")
